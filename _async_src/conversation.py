# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""A conversation: one chat that keeps its own ids, answers its questions, and loses no turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from weakref import ref

from fastgpt_client._concurrency import AsyncTurns, async_run_shielded, async_sleep
from fastgpt_client._rescue import Next, Rescue, as_message, new_id, saved_completion, saved_events
from fastgpt_client.exceptions import (
    APIConnectionError,
    FastGPTError,
    NotFoundError,
    ValidationError,
)
from fastgpt_client.interactive import PaymentPause
from fastgpt_client.responses import ChatCompletion, DataResponse, raise_if_nothing_came

from .pages import AsyncPageIterator
from .stream import AsyncChatStream
from .turn import AsyncTurn

if TYPE_CHECKING:
    from fastgpt_client.types import ChatMessage, ChatRecord, ContentPart

    from .chat import AsyncChatClient

# How long a turn may wait in all for a server that is still generating, where the client has no deadline.
_BUDGET_SECONDS = 60.0
# Stopping a run takes the server up to five seconds.
_STOP_SECONDS = 6.0


class AsyncConversation:
    """One chat with one app. Made by `AsyncChatClient.conversation`; made again with the same ids, it goes on.

    ```python
    conversation = client.conversation(appId="…")
    answer = await conversation.ask("Hello!")
    print(answer.text)
    ```

    One turn at a time: another task that asks while a turn is going on waits for it. A stream is a turn until it is
    read to its end or closed; the task that has it open and asks anew leaves it early.

    With `recover=True` an answer that was cut off is looked up on the server, and a question is asked again only when
    the server surely does not have it. Servers before 4.14.11 do not tell whether a run is going on: there an answer
    that is not found stays an error.

    Attributes:
        chat_id: the chat's id.
        last: the answer to the last turn, None before the first.
    """

    def __init__(
        self,
        client: AsyncChatClient,
        *,
        chatId: str | None,
        appId: str | None,
        variables: Mapping[str, Any] | None,
        detail: bool,
        recover: bool,
        params: Mapping[str, Any],
    ) -> None:
        client._validate_params(chatId=chatId, appId=appId)
        self.chat_id = chatId or new_id()
        self.last: ChatCompletion | None = None
        self._client = client
        self._app_id = appId
        self._variables = variables
        self._detail = detail
        self._recover = recover
        self._params = params
        self._turns = AsyncTurns()
        self._item_id: str | None = None  # of the last turn
        self._stream: ref[AsyncChatStream] | None = None

    @property
    def app_id(self) -> str | None:
        """The app, None if the key is bound to one."""
        return self._app_id or self._client.app_id

    # --- turns ------------------------------------------------------------------------------------------------------

    async def ask(
        self, content: str | Sequence[ContentPart], *, variables: Mapping[str, Any] | None = None
    ) -> ChatCompletion:
        """Return the answer to a question, a text or a list of parts.

        Args:
            variables: the app's global variables for this turn, over those of the conversation.

        Raises:
            ValidationError: the run waits for an answer to its own question: see `reply`.
            ConflictError: the chat went on generating beyond the budget.

        It raises what `create_chat_completion` raises, after the recovery has failed.
        """
        self._refuse_if_paused()
        return await self._whole({"role": "user", "content": content}, variables, paused=None)

    async def stream(
        self, content: str | Sequence[ContentPart], *, variables: Mapping[str, Any] | None = None
    ) -> AsyncChatStream:
        """Return the answer to a question as an open stream; see `ask`.

        A stream that is cut goes on with what the server saved. One that is left early is stopped on the server.
        """
        self._refuse_if_paused()
        return await self._open({"role": "user", "content": content}, variables, paused=None)

    async def reply(self, message: ChatMessage | str, *, variables: Mapping[str, Any] | None = None) -> ChatCompletion:
        """Return the answer after a pause; its `.choose`, `.fill`, `.answer` or `.say` makes the message."""
        return await self._whole(as_message(message), variables, paused=await self._paused_item())

    async def reply_stream(
        self, message: ChatMessage | str, *, variables: Mapping[str, Any] | None = None
    ) -> AsyncChatStream:
        """Return the answer after a pause as an open stream; see `reply`."""
        return await self._open(as_message(message), variables, paused=await self._paused_item())

    # --- the chat ---------------------------------------------------------------------------------------------------

    def records(self, *, pageSize: int = 20) -> AsyncPageIterator[ChatRecord]:
        """Return an iterator over the chat's messages, from the newest to the oldest."""
        return self._client.iter_chat_records(chatId=self.chat_id, appId=self._app_id, pageSize=pageSize)

    async def rename(self, title: str) -> DataResponse[None]:
        """Give the chat a name that no turn changes."""
        self._client._validate_params(title=title)
        return await self._client.update_chat_history(chatId=self.chat_id, appId=self._app_id, customTitle=title)

    async def pin(self, top: bool = True) -> DataResponse[None]:
        """Pin the chat to the top of the list, or unpin it."""
        return await self._client.update_chat_history(chatId=self.chat_id, appId=self._app_id, top=top)

    async def delete(self) -> DataResponse[None]:
        """Delete the chat. Its id is used up: begin a new conversation."""
        return await self._client.delete_chat_history(chatId=self.chat_id, appId=self._app_id)

    async def rate(
        self, *, good: str | None = None, bad: str | None = None, dataId: str | None = None
    ) -> DataResponse[None]:
        """Rate the last answer, or that of `dataId`; neither good nor bad takes the rating back."""
        found = dataId or self._item_id
        if found is None:
            raise ValidationError("dataId is missing: this conversation had no turn yet, so name the answer to rate")
        return await self._client.send_feedback(
            chatId=self.chat_id, appId=self._app_id, dataId=found, userGoodFeedback=good, userBadFeedback=bad
        )

    async def suggested_questions(self) -> DataResponse[list[str]]:
        """Return questions that the user may want to ask next; it costs points."""
        return await self._client.get_suggested_questions(chatId=self.chat_id, appId=self._app_id)

    async def stop(self) -> None:
        """Stop the run on the server, if one is going on there; servers before 4.14.4 know no such call."""
        await self._client.stop_chat(chatId=self.chat_id, appId=self._app_id)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.chat_id!r}>"

    # --- inside -----------------------------------------------------------------------------------------------------

    def _refuse_if_paused(self) -> None:
        pause = None if self.last is None else self.last.interactive
        if pause is not None and not isinstance(pause, PaymentPause):
            raise ValidationError("the run waits for an answer to its own question: pass it to reply()")

    async def _paused_item(self) -> str:
        """Return the id of the answer that asked: the server appends to it what follows the reply."""
        if self._item_id is None:
            async for record in self.records(pageSize=10):
                if record["obj"] == "AI":
                    self._item_id = record["dataId"]
                    break
            else:
                raise ValidationError("this chat has no answer yet that could have asked something: see ask()")
        return self._item_id

    async def _begin(self) -> None:
        """Wait for the turn; one that this very task has left open is left early."""
        stream = None if self._stream is None else self._stream()
        if stream is not None and self._turns.is_mine():
            await stream.close()
        await self._turns.take()

    async def _whole(
        self, message: ChatMessage, variables: Mapping[str, Any] | None, *, paused: str | None
    ) -> ChatCompletion:
        await self._begin()
        rescue = self._rescue(paused)
        try:
            answer: ChatCompletion | None = None
            while answer is None:
                try:
                    answer = await self._client.create_chat_completion(
                        [message], **self._arguments(variables, rescue.item_id)
                    )
                except FastGPTError as error:
                    answer = await self._settle(rescue, error)
            self._item_id, self.last = rescue.turn_id, answer
            return answer
        except FastGPTError:
            raise
        except BaseException:  # cancelled: the run would go on unseen
            await self._stop_unseen()
            raise
        finally:
            self._turns.end()

    async def _open(
        self, message: ChatMessage, variables: Mapping[str, Any] | None, *, paused: str | None
    ) -> AsyncChatStream:
        await self._begin()
        rescue = self._rescue(paused)
        try:
            stream: AsyncChatStream | None = None
            while stream is None:
                try:
                    stream = await self._client.create_chat_completion(
                        [message], stream=True, **self._arguments(variables, rescue.item_id)
                    )
                except FastGPTError as error:
                    saved = await self._settle(rescue, error)
                    if saved is not None:
                        stream = self._client._replay(saved_events(saved.json(), "") or b"", self.chat_id)
        except BaseException:
            self._turns.end()
            raise
        self._item_id = rescue.turn_id
        self._stream = ref(stream)
        stream._turn = AsyncTurn(self, rescue)
        return stream

    def _rescue(self, paused: str | None) -> Rescue:
        deadline = self._client._options.deadline
        pause = None if self.last is None else self.last.interactive
        return Rescue(
            new_id(),
            paused=paused,
            appends=pause is None or pause.appends,
            recover=self._recover,
            budget=_BUDGET_SECONDS if deadline is None else deadline,
        )

    def _arguments(self, variables: Mapping[str, Any] | None, item_id: str) -> dict[str, Any]:
        merged = {**(self._variables or {}), **(variables or {})}
        return {
            "chatId": self.chat_id,
            "appId": self._app_id,
            "responseChatItemId": item_id,
            "detail": self._detail,
            "variables": merged or None,
            **self._params,
        }

    async def _settle(self, rescue: Rescue, error: FastGPTError) -> ChatCompletion | None:
        """Return the answer that the server saved, None to ask again; raise the error if neither is right."""
        step = rescue.after_failure(error)
        while step is Next.LOOK:
            await async_sleep(rescue.next_wait())
            step = await self._look(rescue)
        if step is Next.ASK:
            await async_sleep(rescue.next_wait())
            return None
        if step is Next.RAISE or rescue.record is None:
            raise error
        return await self._saved(rescue.record)

    async def _look(self, rescue: Rescue) -> Next:
        try:
            generating: bool | None = None
            if rescue.server_tells:
                try:
                    status = await self._client.get_history_status(chatIds=[self.chat_id], appId=self._app_id)
                    generating = any(item.get("chatGenerateStatus") == 0 for item in status.data["list"])
                except NotFoundError:
                    rescue.server_tells = False
            page = await self._client.get_chat_records(chatId=self.chat_id, appId=self._app_id, pageSize=10)
            return rescue.after_look(page.data["list"], generating)
        except APIConnectionError:
            return rescue.after_blind_look()

    async def _saved(self, record: ChatRecord) -> ChatCompletion:
        nodes = await self._client.get_record_detail(chatId=self.chat_id, appId=self._app_id, dataId=record["dataId"])
        data = saved_completion(record, nodes.data, self.chat_id)
        completion = ChatCompletion(nodes.http_response, nodes.content, data, chat_id=self.chat_id)
        raise_if_nothing_came(completion)
        return completion

    async def _stop_unseen(self) -> None:
        """Stop a run that nobody reads any more. Leaving the connection stops those of v1, not those of v2."""
        if self._client._options.completions == "v2":
            await async_run_shielded(self._stop, _STOP_SECONDS)

    async def _stop(self) -> None:
        patient = self._client.with_options(max_retries=0, deadline=_STOP_SECONDS)
        # The caller is leaving: that the run could not be stopped must not take the place of why.
        with suppress(FastGPTError):
            await patient.stop_chat(chatId=self.chat_id, appId=self._app_id)
