# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""The chat client."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fastgpt_client._api.chat_lookup import chat_lookup
from fastgpt_client._api.params import check_ids, drop_none
from fastgpt_client._ask.settings import AskBounds, AskSettings
from fastgpt_client._conversation.ids import new_id
from fastgpt_client._conversation.settings import ConversationSettings
from fastgpt_client._http.config import check_callback

from .calls import AsyncChatCalls

if TYPE_CHECKING:
    from fastgpt_client._ask.settings import Files, Ids, Questions, Reply, Row, Variables
    from fastgpt_client.asks import AskSummary
    from fastgpt_client.types import AuthProxy, OutLinkAuth

    from .ask_each import AsyncAskRun
    from .conversation import AsyncConversation


class AsyncChatClient(AsyncChatCalls):
    """Talks to FastGPT's chat endpoints: completions, streamed or not, histories, records and feedback.

    ```python
    async with AsyncChatClient(api_key="fastgpt-xxxxx", base_url="http://localhost:3000") as client:
        answer = await client.create_chat_completion([{"role": "user", "content": "Hello!"}])
        print(answer.text)
    ```

    All arguments of a call keep the wire's spelling; None leaves an argument out. `extra_body` and `extra_query` add
    what a newer server takes. `appId` may be left out where the client has an `app_id`. A share link's visitor is
    named by `outLinkAuthData` (4.15 and later), or by `shareId` and `outLinkUid` beside `appId` (before). A call that
    names one is sent without the key, so that it never has the key's rights.

    Every call raises `ValidationError` for what it can refuse before sending, a subclass of `APIError` for an error
    of the server, and `APIConnectionError` if no answer came.
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
    ) -> AsyncConversation:
        """Return a conversation: one chat that keeps its own ids; nothing is sent yet.

        Args:
            chatId: the chat to go on with; left out, a new one.
            appId: the app; left out, the client's `app_id`.
            variables: the app's global variables, sent with each turn.
            detail: ask for nodes, tools and pauses; without it a pause cannot be seen.
            recover: look an answer up that was cut off, and ask again where the server refuses a second copy.
            customUid: the end user's id in the app's logs.
            metadata: kept with the chat.
            retainDatasetCite: keep the `[id](CITE)` marks in the text (4.9.8 and later).
            outLinkAuthData: a share link's visitor (4.15 and later); calls are sent without the key.
            shareId: the share link, up to 4.14.
            outLinkUid: the share link's visitor, up to 4.14.
            authProxy: act as another member of the team (4.15 and later).
            system: an instruction to the model, sent ahead of each message; the server does not keep it.
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
        from .conversation import AsyncConversation  # noqa: PLC0415 - not every program holds conversations

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
        return AsyncConversation(self, self._sender, settings, is_new=chatId is None)

    def ask_each(
        self,
        rows: Iterable[Row] | AsyncIterable[Row],
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
    ) -> AsyncAskRun:
        """Return a run that asks a question a row, each once, and gives the results as they come.

        ```python
        async with client.ask_each(rows, run="2026-11", to="answers.jsonl") as run:
            async for result in run:
                print(result.id, result.answer or result.error)
        print(run.summary)
        ```

        The chat and the id of each answer follow from the run and the row's id. With `to=`, the same call goes on where
        the last one was interrupted, at any moment and by anything: from 4.15 on no question runs twice, and on older
        servers what cannot be known becomes an error row.

        Args:
            rows: mappings of columns, such as `csv.DictReader` gives. They are read as they are needed.
            run: the name of the run; another name asks all anew.
            question: the column of the question; several columns, or a function of the row that returns a text or a
                list, for several questions that are asked one after the other in one chat.
            id: the column of the row's id, or a function; a row without one is known by the hash of all its columns.
            variables: the app's global variables, or a function of the row.
            files: the column of a file's path or URL, or a function that returns one or several; they go along with
                the first question. The app has to take files.
            reply: called with the row and the pause when a run asks back; returns what the pause's `.choose`, `.fill`,
                `.answer` or `.say` makes. Without it such a row fails. It runs in the row's own task or thread.
            to: a file of JSON lines that results are added to (`fastgpt_client.asks.ROW_SCHEMA`). Rows that it has are
                not asked again. Beside it a file with the ending `.begun` says what is under way.
            retry_failed: ask rows anew that failed, in a new chat; what ran before may cost again.
            ordered: give the results in the order of the rows.
            concurrency: how many rows are asked at the same time, from 1.
            per_minute: how many questions are sent in a minute at most. After a 429 all slow down, and recover.
            max_failures: end the run when so many rows have failed.
            max_points: end the run when its answers have cost so many points; those under way come on top.
            progress: called with the run's summary after each result.
            appId: the app, needed here or in the client: answers are looked up in it.
            customUid: the end user's id in the app's logs.
            metadata: kept with each chat.

        Raises:
            ValidationError: an argument cannot be used; entering the block raises it if another process has the file.

        A row that fails is a result with an `error`. A run that ends early, by its bounds, by `stop()` or since points
        are used up, says why in `summary.stopped`. What a function of the caller raises is passed on, and ends the run.
        Leaving the block early leaves questions alone that are under way; the next run finds them.

        `POST /api/v1/chat/completions`, or v2 if the client was made with `completions="v2"`; all versions.
        """
        check_ids(customUid=customUid)
        check_callback("reply", reply)
        check_callback("progress", progress)
        settings = AskSettings(run, question, id, files, variables)
        settings.check()
        bounds = AskBounds(concurrency, per_minute, to, ordered, retry_failed, max_failures, max_points, progress)
        bounds.check()
        from .ask_each import AsyncAskRun  # noqa: PLC0415 - not every program asks many questions

        params = {"appId": self._require_app_id(appId), "customUid": customUid, "metadata": metadata}
        return AsyncAskRun(self, self._sender, rows, settings, params, reply, bounds)
