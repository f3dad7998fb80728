# Generated from _async_src/chat.py by scripts/generate.py: edit the source, not this file.
"""The chat client."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fastgpt_client._api.chat_lookup import chat_lookup
from fastgpt_client._api.params import check_ids, drop_none
from fastgpt_client._ask.settings import AskBounds, AskSettings
from fastgpt_client._conversation.ids import new_id
from fastgpt_client._conversation.settings import ConversationSettings
from fastgpt_client._http.config import check_callback

from .calls import ChatCalls

if TYPE_CHECKING:
    from fastgpt_client._ask.settings import Files, Ids, Questions, Reply, Rows, Variables
    from fastgpt_client.asks import AskSummary
    from fastgpt_client.types import AuthProxy, OutLinkAuth

    from .ask_each import AskRun
    from .conversation import Conversation


class ChatClient(ChatCalls):
    """A client for FastGPT's chat endpoints: completions (blocking or streamed), histories, records and feedback.

    ```python
    with ChatClient(api_key="fastgpt-xxxxx", base_url="http://localhost:3000") as client:
        answer = client.create_chat_completion([{"role": "user", "content": "Hello!"}])
        print(answer.text)
    ```

    The arguments of the constructor are those of `FastGPTClient`. Arguments of calls have the names that FastGPT
    uses on the wire; None omits an argument. `extra_body` and `extra_query` add fields of newer servers. `appId` may be
    omitted if the client has an `app_id`. To act as a share link's visitor, pass `outLinkAuthData` (4.15 and later), or
    `shareId`, `outLinkUid` and `appId` (earlier versions). Such a request is sent without the key, so that it never has
    the key's permissions.

    Every call raises `ValidationError` for an argument that is invalid (nothing is sent), a subclass of `APIError` for
    an error returned by the server, and `APIConnectionError` if there is no response.
    """

    _serves_visitors = True

    def conversation(
        self,
        *,
        chatId: str | None = None,
        appId: str | None = None,
        variables: Mapping[str, Any] | None = None,
        detail: bool = True,
        recover: bool = True,
        customUid: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        retainDatasetCite: bool | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        authProxy: AuthProxy | None = None,
        system: str | None = None,
    ) -> Conversation:
        """Return a conversation: one chat that keeps its own IDs. Sends nothing yet.

        ```python
        conversation = client.conversation()
        print(conversation.ask("My name is Ann."))
        print(conversation.ask("What is my name?"))
        ```

        Args:
            chatId: ID of the chat to continue; default: a new chat.
            appId: ID of the app; default: the client's `app_id`.
            variables: the app's global variables, sent with each turn.
            detail: request nodes, tools and pauses. Without it, a pause cannot be detected.
            recover: if a stream is cut, look up the answer, and ask again only where the server rejects duplicates.
            customUid: ID of the end user in the app's logs.
            metadata: stored with the chat.
            retainDatasetCite: keep the `[id](CITE)` marks in the text (4.9.8 and later).
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            authProxy: act as another member of the team (4.15 and later).
            system: system prompt, sent with each message; the server does not store it.

        Raises:
            ValidationError: an argument is invalid.
        """
        params = {
            "customUid": customUid,
            "metadata": metadata,
            "retainDatasetCite": retainDatasetCite,
            "outLinkAuthData": outLinkAuthData,
            "shareId": shareId,
            "outLinkUid": outLinkUid,
            "authProxy": authProxy,
        }
        check_ids(chatId=chatId, appId=appId, system=system)
        from .conversation import Conversation  # noqa: PLC0415 - imported on first use

        chat_id = chatId or new_id()
        settings = ConversationSettings(
            chat_id,
            appId,
            chat_lookup(chat_id, self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid)),
            variables,
            detail,
            recover,
            drop_none(params),
            system,
        )
        return Conversation(self, self._sender, settings, is_new=chatId is None)

    def ask_each(
        self,
        rows: Rows,
        *,
        run: str,
        question: Questions = "question",
        id: Ids = "id",
        variables: Variables | None = None,
        files: Files | None = None,
        reply: Reply | None = None,
        to: str | os.PathLike[str] | None = None,
        retry_failed: bool = False,
        ordered: bool = False,
        concurrency: int = 8,
        per_minute: float | None = None,
        max_failures: int | None = None,
        max_points: float | None = None,
        progress: Callable[[AskSummary], None] | None = None,
        appId: str | None = None,
        customUid: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> AskRun:
        """Return a run that asks one question per row, each exactly once, and yields the results as they arrive.

        ```python
        with client.ask_each(rows, run="2026-11", to="answers.jsonl") as run:
            for result in run:
                print(result.id, result.answer or result.error)
        print(run.summary)
        ```

        The chat ID and the ID of each answer are derived from the run and the row's ID. With `to=`, the same call
        resumes an interrupted run, however it was interrupted. From 4.15 on no question runs twice; on older servers a
        question whose outcome is unknown becomes an error row.

        A row that fails yields a result with an `error`. A run that ends early (a limit, `stop()`, or no points left)
        gives the reason in `summary.stopped`. Exceptions from your own functions propagate and end the run. If you
        leave the block early, questions in progress are not cancelled; the next run finds their answers.

        Args:
            rows: an iterable of mappings of columns, such as a `csv.DictReader`. They are read as needed.
            run: name of the run; a different name asks everything again, and needs another file for `to`.
            question: column of the question; several columns; or a function of the row that returns a text, or a list
                of questions to ask one after the other in one chat.
            id: column of the row's ID, or a function. Rows without an ID are identified by a hash of all columns.
            variables: the app's global variables, or a function of the row.
            files: column of a file path or URL, or a function that returns one or several; sent with the first
                question. The app must accept files.
            reply: function called with the row and the pause when a run asks back; returns the result of the pause's
                `.choose`, `.fill`, `.answer` or `.say`. Without it, such a row fails. Runs in the row's own task or
                thread.
            to: path of a JSON Lines file to append results to (see `fastgpt_client.asks.ROW_SCHEMA`). Rows already in
                it are not asked again. A second file with the suffix `.begun` records the rows in progress.
            retry_failed: ask failed rows again, in a new chat. What ran before may be charged twice.
            ordered: yield results in the order of the rows.
            concurrency: number of rows asked at the same time, at least 1.
            per_minute: maximum number of questions sent per minute. After a 429 all rows slow down, then recover.
            max_failures: end the run after this many failed rows.
            max_points: end the run after its answers have cost this many points; answers in progress may exceed it.
            progress: function called with the run's summary after each result.
            appId: ID of the app, required here or in the client because answers are looked up in it.
            customUid: ID of the end user in the app's logs.
            metadata: stored with each chat.

        Raises:
            ValidationError: an argument is invalid. Entering the block raises it if another process is using the file.

        `POST /api/v1/chat/completions`, or v2 if the client was created with `completions="v2"`; all versions.
        """
        check_ids(customUid=customUid)
        check_callback("reply", reply)
        check_callback("progress", progress)
        settings = AskSettings(run, question, id, files, variables)
        settings.check()
        bounds = AskBounds(concurrency, per_minute, to, ordered, retry_failed, max_failures, max_points, progress)
        bounds.check()
        from .ask_each import AskRun  # noqa: PLC0415 - imported on first use

        params = {"appId": self._require_app_id(appId), "customUid": customUid, "metadata": metadata}
        return AskRun(self, self._sender, rows, settings, params, reply, bounds)
