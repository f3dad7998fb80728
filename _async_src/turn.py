# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""One turn of a conversation: asked, and followed through its failures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from fastgpt_client._api.params import completion_request, parse_page
from fastgpt_client._concurrency import async_run_shielded, async_sleep, monotonic
from fastgpt_client._conversation.ids import new_id
from fastgpt_client._conversation.recovered import (
    is_without_content,
    read_poll,
    remaining_events,
    saved_completion,
    was_cut_short,
    with_content,
)
from fastgpt_client._conversation.recovery import Pause, RecoveryAction, TurnRecovery, TurnResult
from fastgpt_client._conversation.settings import ConversationSettings
from fastgpt_client._http.request import APIRequest
from fastgpt_client.events import Event
from fastgpt_client.exceptions import FastGPTError, NotFoundError, StreamInterruptedError, WorkflowError
from fastgpt_client.responses import ChatCompletion, complete_error, raise_if_nothing_came

from .calls import AsyncChatCalls
from .completions import async_complete
from .reader import AsyncStreamHooks, AsyncStreamReader
from .sender import AsyncSender

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import ChatMessage, ChatRecord, ChatRecordPage, NodeResponse

# How long a turn may wait in all for a server that is still generating, where the client has no deadline.
_BUDGET_SECONDS = 60.0
# One look at the server takes no longer.
_LOOK_SECONDS = 10.0
# Stopping a run takes the server up to five seconds.
_STOP_SECONDS = 6.0


async def async_stop_run(client: AsyncChatCalls, sender: AsyncSender, settings: ConversationSettings) -> None:
    """Stop a run that nobody reads any more. Leaving the connection stops those of v1, not those of v2."""
    if sender.options.completions != "v2":
        return
    patient = client.with_options(max_retries=0, deadline=_STOP_SECONDS)

    async def stop() -> None:
        # The caller is leaving: that the run could not be stopped must not take the place of why.
        with suppress(FastGPTError):
            await patient.stop_chat(chatId=settings.chat_id, **settings.scope)

    await async_run_shielded(stop, _STOP_SECONDS)


class AsyncTurn(AsyncStreamHooks):
    """One turn: `pause` is what its message answers, None if it is a question of its own.

    However it ends, it hands its result to `on_end`, once: None if the server has nothing of it.
    """

    def __init__(
        self,
        client: AsyncChatCalls,
        sender: AsyncSender,
        settings: ConversationSettings,
        message: ChatMessage,
        variables: Mapping[str, Any] | None,
        *,
        pause: Pause | None,
        pause_is_known: bool,
        on_end: Callable[[TurnResult | None], None],
    ) -> None:
        self._client = client
        self._sender = sender
        self._settings = settings
        self._message = message
        self._on_end = on_end
        options = sender.options
        self._deadline = options.deadline
        self._recovery = TurnRecovery(
            new_id(),
            pause=pause,
            pause_is_known=pause is not None or pause_is_known,
            recover=settings.recover,
            repeats=options.retry.max_retries,
            seconds=_BUDGET_SECONDS if self._deadline is None else self._deadline,
            ends=None if self._deadline is None else monotonic() + self._deadline,
        )
        self._params = settings.completion_params(self._recovery.item_id, variables)
        self._page: DataResponse[ChatRecordPage]  # the last look's
        self._pauses_are_told = settings.detail

    @property
    def item_id(self) -> str:
        """The id that the answer gets, as far as is known."""
        return self._recovery.turn_id

    # --- asking -----------------------------------------------------------------------------------------------------

    async def ask(self) -> ChatCompletion:
        """Return the answer in one piece."""
        try:
            answer = await self._with_pause(await self._ask())
        except WorkflowError as error:
            self._end(cast("ChatCompletion", error.completion))  # whoever raises it here gives it one
            raise
        except BaseException as error:
            await self._fail(error)
            raise
        self._end(answer)
        return answer

    async def _ask(self) -> ChatCompletion:
        request = self._request(stream=False)
        while True:
            try:
                return await async_complete(self._in_time(), request)
            except FastGPTError as error:
                if (saved := await self._settle(error)) is not None:
                    raise_if_nothing_came(saved)
                    return saved

    async def open(self) -> AsyncStreamReader:
        """Return the answer as an open stream."""
        try:
            reader = await self._open()
        except BaseException as error:
            await self._fail(error)
            raise
        self._recovery.opened()
        reader.hooks = self
        return reader

    async def _open(self) -> AsyncStreamReader:
        request = self._request(stream=True)
        while True:
            try:
                return await self._in_time().open_stream(request)
            except FastGPTError as error:
                if (saved := await self._settle(error)) is not None:
                    events = remaining_events(saved.json()) or ()
                    return self._sender.stream_of(saved.http_response, events, self._settings.chat_id)

    def _request(self, *, stream: bool) -> APIRequest:
        options, app_id = self._sender.options, self._client.app_id
        messages: list[ChatMessage] = [self._message]
        if self._settings.system is not None:
            messages.insert(0, {"role": "system", "content": self._settings.system})
        return completion_request(messages, self._params, options, app_id, stream=stream)

    def _in_time(self) -> AsyncSender:
        """Return a sender whose next call ends with the turn's time."""
        return self._sender if self._deadline is None else self._sender.within(self._recovery.left(monotonic()))

    # --- finding out ------------------------------------------------------------------------------------------------

    async def _settle(self, error: FastGPTError) -> ChatCompletion | None:
        """Return the answer that the server saved, None to ask again; raise the error if neither is right."""
        recovery = self._recovery
        step = recovery.on_failure(error, monotonic())
        while step is RecoveryAction.POLL:
            await async_sleep(recovery.next_delay())
            step = await self._look()
        if step is RecoveryAction.RAISE:
            raise error
        if step is RecoveryAction.WAIT_AND_RESEND:
            await async_sleep(recovery.next_delay())
        return None if recovery.record is None else await self._saved(recovery.record, error)

    async def _look(self) -> RecoveryAction:
        """Ask the server whether it has the answer, and whether it is making it."""
        recovery, settings = self._recovery, self._settings
        left = min(_LOOK_SECONDS, max(0.001, recovery.left(monotonic())))
        client = self._client.with_options(max_retries=0, deadline=left)
        status: object = None
        try:
            if recovery.server_tells:
                try:
                    found = await client.get_history_status(chatIds=[settings.chat_id], **settings.scope)
                    status = found.data
                except NotFoundError:
                    recovery.server_tells = False
            self._page = await client.get_chat_records(chatId=settings.chat_id, pageSize=10, **settings.scope)
        except FastGPTError as error:
            return recovery.on_poll_error(error, monotonic())
        return recovery.on_poll(*read_poll(self._page.data, status), monotonic())

    async def _with_pause(self, answer: ChatCompletion) -> ChatCompletion:
        """Return the answer with its pause, if the server left it out."""
        settings = self._settings
        if not settings.detail or not is_without_content(answer.json()):
            return answer
        client = self._client
        if self._deadline is not None:
            client = client.with_options(deadline=max(0.001, self._recovery.left(monotonic())))
        try:
            page = await client.get_chat_records(chatId=settings.chat_id, pageSize=10, **settings.scope)
            records, _ = parse_page(page.json())
        except FastGPTError:
            self._pauses_are_told = False
            return answer
        data = with_content(answer.json(), self._recovery.find(records))
        return ChatCompletion(
            answer.http_response, answer.content, data, chat_id=settings.chat_id, attempts=answer.attempts
        )

    async def _saved(self, record: ChatRecord, error: FastGPTError) -> ChatCompletion:
        """Return a saved answer; raise the error, with what there is, if it may not be all of it."""
        recovery, settings = self._recovery, self._settings
        known = frozenset[str]() if recovery.pause is None else recovery.pause.nodes
        nodes: list[NodeResponse] = []
        certain = True
        try:
            client = self._client.with_options(deadline=max(0.001, recovery.left(monotonic())))
            found = await client.get_record_detail(chatId=settings.chat_id, dataId=record["dataId"], **settings.scope)
            nodes = [node for node in found.data if node.get("id") not in known]
        except FastGPTError:
            certain = False
        data = saved_completion(record, nodes, settings.chat_id, cites=settings.cites)
        saved = ChatCompletion(self._page.http_response, self._page.content, data, chat_id=settings.chat_id)
        if not certain or was_cut_short(nodes):
            complete_error(error, attempts=error.attempts, partial=saved)
            raise error
        return saved

    # --- the stream's turning points --------------------------------------------------------------------------------

    async def on_interrupted(self, error: StreamInterruptedError, partial: ChatCompletion) -> Sequence[Event]:
        events: Sequence[Event] | None = None
        with suppress(FastGPTError):  # the error of the stream is the one to raise
            saved = await self._settle(error)
            assert saved is not None  # its run began: it is never asked for again
            events = remaining_events(saved.json(), partial.text, partial.reasoning, partial.tool_calls)
        if events is None:
            raise error
        return events

    async def on_closed(self, answer: ChatCompletion | None, *, left_early: bool) -> None:
        try:
            if left_early and not self._recovery.over:
                await async_stop_run(self._client, self._sender, self._settings)
        finally:
            self._end(answer)

    def on_dropped(self) -> None:
        self._on_end(self._recovery.result(None)._replace(unseen=True))

    # --- ending -----------------------------------------------------------------------------------------------------

    def _end(self, answer: ChatCompletion | None) -> None:
        self._on_end(self._recovery.result(answer, pauses_are_told=self._pauses_are_told))

    async def _fail(self, error: BaseException) -> None:
        """End without an answer; stop a run that nobody waits for any more."""
        cancelled = not isinstance(error, Exception)
        try:
            if cancelled:
                await async_stop_run(self._client, self._sender, self._settings)
        finally:
            self._on_end(TurnResult() if cancelled or self._recovery.lost_track else None)
