# Generated from _async_src/completions.py by scripts/generate.py: edit the source, not this file.
"""Completions: asking an app, and stopping its run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

from fastgpt_client._api import endpoints as paths
from fastgpt_client._api.chat_lookup import chat_lookup
from fastgpt_client._api.params import completion_request
from fastgpt_client._concurrency import monotonic
from fastgpt_client._http.request import APIRequest
from fastgpt_client.exceptions import FastGPTError
from fastgpt_client.responses import ChatCompletion, DataResponse

from .client import FastGPTClient

if TYPE_CHECKING:
    from fastgpt_client.types import AuthProxy, Messages, OutLinkAuth, StopResult

    from .reader import StreamReader
    from .stream import ChatStream
    from .turn import Turn


class CompletionsMixin(FastGPTClient):
    """The part of the chat client that runs apps."""

    @overload
    def create_chat_completion(
        self,
        messages: Messages = (),
        *,
        stream: Literal[False] = False,
        detail: bool | None = None,
        chatId: str | None = None,
        appId: str | None = None,
        responseChatItemId: str | None = None,
        variables: Mapping[str, Any] | None = None,
        customUid: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        retainDatasetCite: bool | None = None,
        showSkillReferences: bool | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        teamId: str | None = None,
        teamToken: str | None = None,
        authProxy: AuthProxy | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> ChatCompletion: ...

    @overload
    def create_chat_completion(
        self,
        messages: Messages = (),
        *,
        stream: Literal[True],
        detail: bool | None = None,
        chatId: str | None = None,
        appId: str | None = None,
        responseChatItemId: str | None = None,
        variables: Mapping[str, Any] | None = None,
        customUid: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        retainDatasetCite: bool | None = None,
        showSkillReferences: bool | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        teamId: str | None = None,
        teamToken: str | None = None,
        authProxy: AuthProxy | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> ChatStream: ...

    @overload
    def create_chat_completion(
        self,
        messages: Messages = (),
        *,
        stream: bool,
        detail: bool | None = None,
        chatId: str | None = None,
        appId: str | None = None,
        responseChatItemId: str | None = None,
        variables: Mapping[str, Any] | None = None,
        customUid: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        retainDatasetCite: bool | None = None,
        showSkillReferences: bool | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        teamId: str | None = None,
        teamToken: str | None = None,
        authProxy: AuthProxy | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> ChatCompletion | ChatStream: ...

    def create_chat_completion(
        self,
        messages: Messages = (),
        *,
        stream: bool = False,
        detail: bool | None = None,
        chatId: str | None = None,
        appId: str | None = None,
        responseChatItemId: str | None = None,
        variables: Mapping[str, Any] | None = None,
        customUid: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        retainDatasetCite: bool | None = None,
        showSkillReferences: bool | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        teamId: str | None = None,
        teamToken: str | None = None,
        authProxy: AuthProxy | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> ChatCompletion | ChatStream:
        """Return an app's answer, or an open stream if `stream=True`.

        ```python
        answer = client.create_chat_completion([{"role": "user", "content": "Hello!"}], detail=True)
        print(answer.text, answer.usage.total.points)
        ```

        A completion that may already have run is retried only if you pass `chatId` and `responseChatItemId`, and only
        on servers that reject duplicates by these two IDs (4.15 and later). If the retry is rejected, the answer is
        looked up, which requires the app's ID. Otherwise the error has `.outcome_unknown`.

        Args:
            messages: messages in OpenAI's format; the last one is the question. With `chatId`, send only the new
                message: the server has the others. A plugin app takes none.
            stream: return an open stream as soon as the response starts.
            detail: include workflow node, tool, variable and pause events. Without it, a pause cannot be detected.
            chatId: ID of the chat to start or continue, chosen by you; if omitted, the answer cannot be continued.
            appId: ID of the app; not needed if the key is bound to an app. In 4.18 and later an app key always runs its
                own app (documented, not verified).
            responseChatItemId: ID to give the answer in the chat; 4.15 and later reject one that was used before.
            variables: the app's global variables, or the inputs of a plugin app. The server drops undeclared ones.
            customUid: ID of the end user in the app's logs.
            metadata: stored with the chat.
            retainDatasetCite: keep the `[id](CITE)` marks in the text (4.9.8 and later).
            showSkillReferences: accepted by 4.14.10 and later; has no visible effect with API keys.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            teamId: ID of a team space (up to 4.14); the request is sent without the key.
            teamToken: secret token of that team space.
            authProxy: act as another member of the team (4.15 and later).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            WorkflowError: the run failed without an answer; `.completion` has its nodes.
            ConflictError: the chat is still generating, or `responseChatItemId` was used before.
            RateLimitError: too many requests, even after the retries.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/v1/chat/completions`, or v2 if the client was created with `completions="v2"`; all versions.
        """
        params = {
            "detail": detail,
            "chatId": chatId,
            "appId": appId,
            "responseChatItemId": responseChatItemId,
            "variables": variables,
            "customUid": customUid,
            "metadata": metadata,
            "retainDatasetCite": retainDatasetCite,
            "showSkillReferences": showSkillReferences,
            "outLinkAuthData": outLinkAuthData,
            "shareId": shareId,
            "outLinkUid": outLinkUid,
            "teamId": teamId,
            "teamToken": teamToken,
            "authProxy": authProxy,
        }
        request = completion_request(
            messages,
            params,
            self._sender.options,
            self._app_id,
            stream=stream,
            extra_body=extra_body,
            extra_query=extra_query,
        )
        began = monotonic()
        try:
            if stream:
                return _as_stream(self._sender.open_stream(request))
            return self._sender.complete(request)
        except FastGPTError as error:
            turn = self._turn_after(error, request, {**params, **(extra_body or {})}, began)
            if turn is None or not turn.is_refusable():
                raise
            failure = error
        if stream:
            return _as_stream(turn.open_stream(failure))
        return turn.complete(failure)

    def _turn_after(
        self, error: FastGPTError, request: APIRequest, params: Mapping[str, Any], began: float
    ) -> Turn | None:
        """Return what follows up a completion whose fate is unknown; None if its chat cannot be read."""
        chat_id, item_id = params["chatId"], params["responseChatItemId"]
        repeats = self._sender.options.retry.max_retries
        if not error.outcome_unknown or chat_id is None or item_id is None or not repeats:
            return None
        whose = (params[name] for name in ("appId", "outLinkAuthData", "shareId", "outLinkUid"))
        lookup = chat_lookup(chat_id, self._chat_scope(*whose))
        if lookup is None:
            return None
        from .turn import Turn  # noqa: PLC0415 - rarely needed

        cites = bool(params["retainDatasetCite"])
        return Turn(self._sender, request, lookup, item_id, began=began, pause_is_known=False, cites=cites)

    def stop_chat(
        self,
        *,
        chatId: str,
        appId: str | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        authProxy: AuthProxy | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[StopResult]:
        """Stop the chat's current run on the server and save its text so far. Works for runs of the v2 endpoint only.

        Up to 4.16 the call returns when the run has ended, or after five seconds, and the stream ends normally. From
        4.17 on (documented, not verified) it returns as soon as the run has been notified: close the stream yourself,
        and expect the chat to be generating until the current node has ended. `completed` and `chatGenerateStatus` are
        not meaningful there.

        Args:
            chatId: ID of the chat, from `.chat_id` of an answer or `get_chat_histories`.
            appId: ID of the app; default: the client's `app_id`.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            authProxy: act as another member of the team (4.18 and later; documented, not verified).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/v2/chat/stop`, 4.14.4 and later.
        """
        self._validate_params(chatId=chatId)
        request = self._request(
            paths.STOP,
            body={**self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid, authProxy), "chatId": chatId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)


def _as_stream(reader: StreamReader) -> ChatStream:
    from .stream import ChatStream  # noqa: PLC0415 - imported with the first stream

    return ChatStream(reader)
