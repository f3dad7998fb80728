# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""One completion: asked, and followed up after failures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from fastgpt_client._api import endpoints as paths
from fastgpt_client._api.chat_lookup import ChatLookup, is_transient
from fastgpt_client._api.completion import node_list
from fastgpt_client._concurrency import async_sleep, monotonic
from fastgpt_client._conversation.pauses import Pause
from fastgpt_client._conversation.recovered import (
    is_without_content,
    read_records,
    read_status,
    remaining_events,
    saved_completion,
    was_cut_short,
    with_content,
)
from fastgpt_client._conversation.recovery import RecoveryAction, TurnRecovery, TurnResult
from fastgpt_client._http.request import APIRequest, RawResponse
from fastgpt_client._streaming.accumulator import CompletionAccumulator
from fastgpt_client.events import Event
from fastgpt_client.exceptions import (
    FastGPTError,
    NotFoundError,
    StreamInterruptedError,
    ValidationError,
    WorkflowError,
    complete_error,
)
from fastgpt_client.responses import ChatCompletion, raise_if_nothing_came

from .chat_state import async_pause_of_question, async_stop_run
from .reader import AsyncStreamHooks, AsyncStreamReader
from .sender import AsyncSender

if TYPE_CHECKING:
    from fastgpt_client.types import ChatRecord, NodeResponse

# Time limit of one look at the server.
_LOOK_SECONDS = 10.0


class AsyncTurn(AsyncStreamHooks):
    """One completion of a chat, which is looked up if its answer does not arrive.

    Args:
        lookup: how to read the chat, None if it cannot be read.
        item_id: ID to give the answer.
        began: when the call started; default: now.
        pause: the pause that the message answers; if it is None, `pause_is_known` says whether that is certain.
        recover: whether to look up lost answers, and to ask again.
        cites: whether answers keep their citation marks.
        reads_pauses: whether a pause that the server omitted from an answer is read from the records.
        on_end: function called once with the result, however the turn ends; None if the server has nothing of it.
    """

    def __init__(
        self,
        sender: AsyncSender,
        request: APIRequest,
        lookup: ChatLookup | None,
        item_id: str,
        *,
        began: float | None = None,
        pause: Pause | None = None,
        pause_is_known: bool = True,
        recover: bool = True,
        cites: bool,
        reads_pauses: bool = False,
        on_end: Callable[[TurnResult | None], None] = lambda _: None,
    ) -> None:
        options, deadline = sender.options, sender.options.deadline
        by = "v2" if request.operation is paths.COMPLETIONS_V2 else "v1"
        self._sender = sender
        self._request = request
        self._lookup = lookup
        self._recovery = TurnRecovery(
            item_id,
            pause=pause,
            pause_is_known=pause_is_known,
            recover=recover and lookup is not None,
            repeats=options.retry.max_retries,
            streamed_by=by if request.stream else "",
            seconds=deadline,
            ends=None if deadline is None else (began or monotonic()) + deadline,
        )
        self._cites = cites
        self._reads_pauses = self._pauses_are_told = reads_pauses
        self._on_end = on_end
        self._page: RawResponse  # of the last look, and what it returned about the nodes
        self._nodes: list[NodeResponse] | None = None

    @property
    def item_id(self) -> str:
        """ID that the answer gets, as far as known."""
        return self._recovery.turn_id

    @property
    def _by_v2(self) -> bool:
        """Whether the run uses v2, as far as known; a server without v2 is asked by v1."""
        operation = self._request.operation
        return operation is paths.COMPLETIONS_V2 and not self._sender.falls_back(operation)

    async def is_refusable(self) -> bool:
        """Return whether the server would reject a duplicate."""
        try:
            return await self._sender.within(self._recovery.left(monotonic()), at_most=_LOOK_SECONDS).refuses_copies()
        except FastGPTError:
            return False  # cannot be determined now: raise the completion's own error

    # --- asking -----------------------------------------------------------------------------------------------------

    async def ask(self, error: FastGPTError | None = None) -> ChatCompletion:
        """Return the whole answer; after a failed attempt, follow up its `error` first."""
        try:
            answer = await self._with_pause(await self.complete(error))
        except WorkflowError as failed:
            self._end(cast("ChatCompletion", failed.completion))  # whoever raises it here attaches one
            raise
        except BaseException as failure:
            await self._fail(failure)
            raise
        self._end(answer)
        return answer

    async def complete(self, error: FastGPTError | None = None) -> ChatCompletion:
        """Return the whole answer; after a failed attempt, follow up its `error` first."""
        while True:
            if error is not None and (saved := await self._settle(error)) is not None:
                raise_if_nothing_came(saved)
                return saved
            try:
                return await self._in_time().complete(self._request)
            except FastGPTError as failure:
                error = failure

    async def open(self) -> AsyncStreamReader:
        """Return the answer as an open stream, which the turn follows to its end."""
        try:
            reader = await self.open_stream()
        except BaseException as error:
            await self._fail(error)
            raise
        self._recovery.opened(by_v1=not self._by_v2)
        reader.hooks = self
        return reader

    async def open_stream(self, error: FastGPTError | None = None) -> AsyncStreamReader:
        """Return the answer as an open stream; after a failed attempt, follow up its `error` first."""
        while True:
            if error is not None and (saved := await self._settle(error)) is not None:
                events = remaining_events(saved.json()) or ()
                return self._sender.stream_of(saved.http_response, events, self._request.chat_id)
            try:
                return await self._in_time().open_stream(self._request)
            except FastGPTError as failure:
                error = failure

    def _in_time(self) -> AsyncSender:
        """Return a sender whose next call ends within the turn's deadline."""
        deadline = self._sender.options.deadline
        return self._sender if deadline is None else self._sender.within(self._recovery.left(monotonic()))

    # --- finding out ------------------------------------------------------------------------------------------------

    async def _settle(self, error: FastGPTError) -> ChatCompletion | None:
        """Return the answer that the server saved, None to ask again; raise the error if neither is possible."""
        recovery = self._recovery
        step = recovery.on_failure(error, monotonic())
        while step is RecoveryAction.LOOK:
            await async_sleep(recovery.delay)
            step = await self._look()
        if step is RecoveryAction.FOUND:
            return self._saved(error)
        if step is RecoveryAction.RESEND and (recovery.lost is None or self._sender.state.retries.take(monotonic())):
            await async_sleep(recovery.delay)
            if recovery.lost is None and recovery.pause is None and self._lookup is not None:
                # The run that the question waited for may have paused: the question would be taken for its answer.
                await async_pause_of_question(self._in_time(), self._lookup)
            return None
        error = recovery.failure(error)
        complete_error(error, attempts=error.attempts, outcome_unknown=recovery.lost is not None)
        raise error

    async def _look(self) -> RecoveryAction:
        """Read from the server whether the run is over, the answer, and what its nodes did."""
        recovery, lookup = self._recovery, self._lookup
        assert lookup is not None  # without one, the recovery never looks
        sender = self._sender.within(recovery.left(monotonic()), at_most=_LOOK_SECONDS, retries=False)
        try:
            if recovery.server_tells and not recovery.refused:
                try:
                    status = await sender.send(lookup.status())
                    step = recovery.on_status(read_status(status.json), monotonic())
                except NotFoundError:
                    step = recovery.on_untold()
                if step is not RecoveryAction.READ:
                    return step
            self._page = await sender.send(lookup.records())
            step = recovery.on_records(read_records(self._page.json), monotonic())
            if step is RecoveryAction.ASK_AGE:
                return recovery.on_age(monotonic(), refuses_copies=await sender.refuses_copies())
            if step is RecoveryAction.FOUND:
                await self._read_nodes(sender, lookup)
        except FastGPTError as error:
            return recovery.on_look_error(error, monotonic())
        return step

    async def _read_nodes(self, sender: AsyncSender, lookup: ChatLookup) -> None:
        """Read what the nodes of the answer did; unknown if this key may not see it."""
        try:
            detail = await sender.send(lookup.detail(self._recovery.turn_id))
        except FastGPTError as error:
            if is_transient(error):
                raise
            self._nodes = None
        else:
            self._nodes = node_list(detail.json.get("data"))

    def _saved(self, error: FastGPTError) -> ChatCompletion:
        """Return the saved answer; raise the error, with what there is, if it may be incomplete."""
        recovery, request = self._recovery, self._request
        known = frozenset[str]() if recovery.pause is None else recovery.pause.nodes
        nodes = [node for node in self._nodes or () if node.get("id") not in known]
        record = cast("ChatRecord", recovery.record)
        data = saved_completion(record, nodes, request.chat_id or "", cites=self._cites)
        saved = ChatCompletion(self._page.http, self._page.content, data, chat_id=request.chat_id)
        if self._nodes is None or recovery.ends_with_caller or was_cut_short(nodes):
            error = recovery.failure(error)
            complete_error(error, attempts=error.attempts, partial=saved, outcome_unknown=self._nodes is None)
            raise error
        return saved

    async def _with_pause(self, answer: ChatCompletion) -> ChatCompletion:
        """Return the answer with its pause, if the server omitted it."""
        lookup = self._lookup
        if lookup is None or not self._reads_pauses or not is_without_content(answer.json()):
            return answer
        try:
            page = await self._in_time().send(lookup.records())
            record = self._recovery.find(read_records(page.json) or ())
        except FastGPTError:
            self._pauses_are_told = False
            return answer
        data = with_content(answer.json(), record)
        return ChatCompletion(
            answer.http_response, answer.content, data, chat_id=lookup.chat_id, attempts=answer.attempts
        )

    # --- the stream's turning points --------------------------------------------------------------------------------

    async def on_interrupted(self, error: StreamInterruptedError, came: CompletionAccumulator) -> Sequence[Event]:
        saved = await self._settle(error)
        assert saved is not None  # its run has started: never ask again
        events = remaining_events(saved.json(), *came.join(), came.tool_calls())
        if events is None:
            raise error
        return events

    async def on_closed(self, answer: ChatCompletion | None, *, left_early: bool, seconds: float | None) -> None:
        try:
            if left_early and self._by_v2 and not self._recovery.over:
                await async_stop_run(self._sender, self._lookup, seconds)
        finally:
            self._end(answer)

    def on_dropped(self) -> None:
        self._on_end(self._recovery.result(None)._replace(unseen=self._by_v2))

    # --- ending -----------------------------------------------------------------------------------------------------

    def _end(self, answer: ChatCompletion | None) -> None:
        self._on_end(self._recovery.result(answer, pauses_are_told=self._pauses_are_told))

    async def _fail(self, error: BaseException) -> None:
        """Give up without an answer, and stop the run, which is no longer waited for."""
        cancelled = not isinstance(error, Exception)
        try:
            if cancelled and self._by_v2:
                await async_stop_run(self._sender, self._lookup)
        finally:
            unclear = cancelled or isinstance(error, ValidationError) or self._recovery.lost is not None
            self._on_end(TurnResult() if unclear else None)
