# Generated from _async_src/conversation.py by scripts/generate.py: edit the source, not this file.
"""A conversation: one chat that keeps its own IDs, answers pauses, and recovers lost answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import ref

from fastgpt_client._api.params import check_ids, completion_request
from fastgpt_client._concurrency import TimeExpired, monotonic
from fastgpt_client._concurrency.locks import AsyncTurnLock
from fastgpt_client._conversation.ids import new_id
from fastgpt_client._conversation.pauses import Pause, check_question, pending_node, reply_message
from fastgpt_client._conversation.recovery import TurnResult
from fastgpt_client._conversation.settings import ConversationSettings
from fastgpt_client.exceptions import APITimeoutError, ValidationError
from fastgpt_client.responses import ChatCompletion, DataResponse, Record

from .calls import AsyncChatCalls
from .chat_state import async_find_pause, async_pause_of_question, async_stop_run
from .pages import AsyncPageIterator
from .reader import AsyncStreamReader
from .sender import AsyncSender
from .stream import AsyncChatStream
from .turn import AsyncTurn

if TYPE_CHECKING:
    from fastgpt_client.interactive import InteractiveNode
    from fastgpt_client.types import ChatMessage, ContentPart


class AsyncConversation:
    """One chat with one app. Created by `AsyncChatClient.conversation`; with the same IDs, it continues the same chat.

    ```python
    conversation = client.conversation(appId="…")
    answer = await conversation.ask("Hello!")
    print(answer.text)
    ```

    There is one turn at a time: a task that asks during another task's turn waits for its end. A stream is a turn until
    it has been read to its end or closed. If the same task starts a new turn, its open stream is closed first.

    With `recover=True`, an answer whose stream was cut is looked up on the server, and the question is asked again only
    if the server is known not to have it. Servers before 4.14.11 do not report whether a run is in progress: an answer
    that is not found there remains an error. So does a v1 run, which the server ends when the connection breaks; a v2
    run continues, so v2 is better for conversations. Recovery requires the app's ID, in the conversation or the client.

    Attributes:
        chat_id: ID of the chat.
        last: the last complete answer, None before the first.
    """

    def __init__(
        self, client: AsyncChatCalls, sender: AsyncSender, settings: ConversationSettings, *, is_new: bool
    ) -> None:
        self.chat_id: str = settings.chat_id
        self.last: ChatCompletion | None = None
        self._client = client
        self._sender = sender
        self._settings = settings
        self._turn_lock = AsyncTurnLock()
        self._reader: ref[AsyncStreamReader] | None = None  # of the last streamed turn
        self._item_id: str | None = None  # of the last turn
        self._unseen = False  # whether the last turn was dropped without being read
        self._pause: Pause | None = None  # the pause that the run is waiting at, as far as known
        self._pause_is_known = is_new

    @property
    def app_id(self) -> str | None:
        """ID of the app; None if the key is bound to one."""
        return self._settings.app_id or self._client.app_id

    # --- turns ------------------------------------------------------------------------------------------------------

    async def ask(
        self, content: str | Sequence[ContentPart], *, variables: Mapping[str, Any] | None = None
    ) -> ChatCompletion:
        """Return the answer to a question.

        Args:
            content: the question: a text, or a list of content parts such as files.
            variables: the app's global variables for this turn; they override those of the conversation.

        Raises:
            ValidationError: the run is waiting for an answer to its own question: see `reply`.
            ConflictError: the chat was still generating when the time budget ran out.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        return await self._ask({"role": "user", "content": content}, variables)

    async def stream(
        self, content: str | Sequence[ContentPart], *, variables: Mapping[str, Any] | None = None
    ) -> AsyncChatStream:
        """Return the answer to a question as an open stream.

        A stream that is cut continues with what the server saved. The run of a stream that you leave early is stopped
        on the server.

        Args:
            content: the question: a text, or a list of content parts such as files.
            variables: the app's global variables for this turn; they override those of the conversation.

        Raises:
            ValidationError: the run is waiting for an answer to its own question: see `reply_stream`.
            ConflictError: the chat was still generating when the time budget ran out.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        return await self._open({"role": "user", "content": content}, variables)

    async def reply(self, message: ChatMessage | str, *, variables: Mapping[str, Any] | None = None) -> ChatCompletion:
        """Return the answer after a pause.

        Args:
            message: reply to the pause, made by its `.choose`, `.fill`, `.answer` or `.say`; or a text, which must be
                one of the options of a choice and cannot fill in a form.
            variables: the app's global variables for this turn; they override those of the conversation.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        return await self._ask(_checked(message), variables, reply=True)

    async def reply_stream(
        self, message: ChatMessage | str, *, variables: Mapping[str, Any] | None = None
    ) -> AsyncChatStream:
        """Return the answer after a pause as an open stream.

        Args:
            message: reply to the pause, made by its `.choose`, `.fill`, `.answer` or `.say`; or a text, which must be
                one of the options of a choice and cannot fill in a form.
            variables: the app's global variables for this turn; they override those of the conversation.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        return await self._open(_checked(message), variables, reply=True)

    # --- the chat ---------------------------------------------------------------------------------------------------

    def records(self, *, pageSize: int = 20) -> AsyncPageIterator[Record]:
        """Return an iterator over the chat's messages, newest first.

        Args:
            pageSize: number of items fetched per request.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        return self._client.iter_chat_records(chatId=self.chat_id, pageSize=pageSize, **self._settings.scope)

    async def pending(self) -> InteractiveNode | None:
        """Return the pause that the chat is waiting at, as the server has it now; None if there is none.

        Use it to continue a chat started elsewhere: `reply` takes the answer to the pause.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        async for record in self.records(pageSize=10):
            if record.role == "assistant":
                return pending_node(record.raw)
        return None

    async def rename(self, title: str) -> DataResponse[None]:
        """Set the chat's title; turns do not change it.

        Args:
            title: the new title.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        check_ids(title=title)
        return await self._client.update_chat_history(chatId=self.chat_id, customTitle=title, **self._settings.scope)

    async def pin(self, top: bool = True) -> DataResponse[None]:
        """Pin the chat to the top of the list, or unpin it.

        Args:
            top: False to unpin it.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        return await self._client.update_chat_history(chatId=self.chat_id, top=top, **self._settings.scope)

    async def delete(self) -> DataResponse[None]:
        """Delete the chat. Its ID cannot be reused: start a new conversation.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        return await self._client.delete_chat_history(chatId=self.chat_id, **self._settings.scope)

    async def rate(
        self, *, good: str | None = None, bad: str | None = None, dataId: str | None = None
    ) -> DataResponse[None]:
        """Rate the last answer, or the one given by `dataId`. Omit both ratings to remove the rating.

        Args:
            good: praise, as text; any text marks the answer as good.
            bad: criticism, as text; any text marks the answer as bad.
            dataId: ID of the answer to rate; default: the last one.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        found = dataId or self._item_id
        if found is None:
            raise ValidationError("dataId is missing: this conversation has no answer yet, so pass an answer's dataId")
        return await self._client.send_feedback(
            chatId=self.chat_id, dataId=found, userGoodFeedback=good, userBadFeedback=bad, **self._settings.scope
        )

    async def suggested_questions(self) -> DataResponse[list[str]]:
        """Return questions that the user may want to ask next. Costs points.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        return await self._client.get_suggested_questions(chatId=self.chat_id, **self._settings.scope)

    async def stop(self) -> None:
        """Stop the current run on the server, if any. Not supported before 4.14.4.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        await self._client.stop_chat(chatId=self.chat_id, **self._settings.scope)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.chat_id!r}>"

    # --- inside -----------------------------------------------------------------------------------------------------

    async def _ask(
        self, message: ChatMessage | str, variables: Mapping[str, Any] | None, *, reply: bool = False
    ) -> ChatCompletion:
        turn = await self._begin(message, variables, reply=reply, stream=False)
        return await turn.ask()

    async def _open(
        self, message: ChatMessage | str, variables: Mapping[str, Any] | None, *, reply: bool = False
    ) -> AsyncChatStream:
        turn = await self._begin(message, variables, reply=reply, stream=True)
        reader = await turn.open()
        self._reader = ref(reader)
        self._item_id = turn.item_id
        return AsyncChatStream(reader)

    async def _begin(
        self, message: ChatMessage | str, variables: Mapping[str, Any] | None, *, reply: bool, stream: bool
    ) -> AsyncTurn:
        """Wait for the turn. An open turn of the same task is closed first."""
        began = monotonic()
        reader = None if self._reader is None else self._reader()
        if reader is not None and self._turn_lock.owned_by_caller():
            await reader.close(self._left(began))
        del reader  # A waiting caller must not keep it: dropping the conversation ends its turn.
        try:
            await self._turn_lock.acquire(self._left(began))
        except TimeExpired as exc:
            raise self._late("another turn of this conversation was going on") from exc
        try:
            if self._unseen:
                seconds = self._left(began)
                self._unseen = False
                await async_stop_run(self._sender, self._settings.lookup, seconds)
            pause, is_known = await self._answered(began, reply=reply)
            self._left(began)
            if isinstance(message, str):
                assert pause is not None  # otherwise a reply has been refused
                message = reply_message(pause, message)
            return self._turn(message, variables, pause, is_known, stream=stream, began=began)
        except BaseException:
            self._turn_lock.release()
            raise

    def _turn(
        self,
        message: ChatMessage,
        variables: Mapping[str, Any] | None,
        pause: Pause | None,
        pause_is_known: bool,
        *,
        stream: bool,
        began: float,
    ) -> AsyncTurn:
        settings, options = self._settings, self._sender.options
        # A v2 run continues when its connection is cut; a v1 run does so only if it is not streamed.
        by = options.completions or ("v2" if stream else "v1")
        item_id = new_id()
        messages: list[ChatMessage] = [message]
        if settings.system is not None:
            messages.insert(0, {"role": "system", "content": settings.system})
        request = completion_request(
            messages,
            settings.completion_params(item_id, variables),
            options._replace(completions=by),
            self._client.app_id,
            stream=stream,
        )
        return AsyncTurn(
            self._sender,
            request,
            settings.lookup,
            item_id,
            began=began,
            pause=pause,
            pause_is_known=pause_is_known,
            recover=settings.recover,
            cites=bool(settings.params.get("retainDatasetCite")),
            reads_pauses=settings.detail,
            on_end=self._end_turn,
        )

    def _end_turn(self, result: TurnResult | None) -> None:
        """Record the result of a turn, and let the next one start."""
        if result is not None:
            self.last = self.last if result.answer is None else result.answer
            self._item_id = result.item_id or self._item_id
            self._pause, self._pause_is_known = result.pause, result.pause_is_known
            self._unseen = result.unseen
        self._turn_lock.release()

    def _left(self, began: float) -> float | None:
        """Return the seconds left of a call that started at `began`, None if unlimited; raise if there are none."""
        deadline = self._sender.options.deadline
        if deadline is None:
            return None
        left = began + deadline - monotonic()
        if left <= 0:
            raise self._late("nothing was asked yet")
        return left

    def _late(self, why: str) -> APITimeoutError:
        deadline = self._sender.options.deadline
        return APITimeoutError(f"The call took longer than its deadline of {deadline} s: {why}", request_sent=False)

    async def _answered(self, began: float, *, reply: bool) -> tuple[Pause | None, bool]:
        """Return the pause that the next message answers, and whether that is known.

        The server takes the next message, whatever it is, for its answer.
        """
        pause, is_known, lookup = self._pause, self._pause_is_known, self._settings.lookup
        if not is_known and lookup is not None:
            left = self._left(began)
            sender = self._sender if left is None else self._sender.within(left)
            if reply:
                pause, is_known = await async_find_pause(sender, lookup), True
            else:
                pause, is_known = await async_pause_of_question(sender, lookup)
        if not reply:
            check_question(pause)
        elif pause is None:
            raise ValidationError("this chat is not waiting for an answer to a pause: use ask()")
        return pause, is_known


def _checked(message: ChatMessage | str) -> ChatMessage | str:
    if message == "":
        raise ValidationError("message must not be empty: the server ignores an empty message")
    return message
