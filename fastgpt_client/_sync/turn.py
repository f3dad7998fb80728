# Generated from _async_src/turn.py by scripts/generate.py: edit the source, not this file.
"""One turn of a conversation: asked, followed through its failures, and noted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast
from weakref import ref

from fastgpt_client._api.params import parse_page
from fastgpt_client._concurrency import monotonic, run_shielded, sleep
from fastgpt_client._conversation.recovered import remaining_events, saved_completion, was_cut_short
from fastgpt_client._conversation.recovery import Pause, RecoveryAction, TurnRecovery, new_id
from fastgpt_client._json import as_object, is_array
from fastgpt_client.exceptions import (
    FastGPTError,
    NotFoundError,
    StreamInterruptedError,
    WorkflowError,
)
from fastgpt_client.responses import ChatCompletion, raise_if_nothing_came

if TYPE_CHECKING:
    from fastgpt_client.events import Event
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import ChatMessage, ChatRecord, ChatRecordPage, NodeResponse

    from .chat import ChatClient
    from .conversation import Conversation
    from .stream import ChatStream

# How long a turn may wait in all for a server that is still generating, where the client has no deadline.
_BUDGET_SECONDS = 60.0
# One look at the server takes no longer.
_LOOK_SECONDS = 10.0
# Stopping a run takes the server up to five seconds.
_STOP_SECONDS = 6.0


class Turn:
    """One turn: `pause` is what its message answers, None if it is a question of its own."""

    def __init__(
        self,
        conversation: Conversation,
        message: ChatMessage,
        variables: Mapping[str, Any] | None,
        pause: Pause | None,
    ) -> None:
        self._conversation = conversation
        self._client = conversation._client
        self._message = message
        options = self._client._options
        self._deadline = options.deadline
        self._recovery = TurnRecovery(
            new_id(),
            pause=pause,
            pause_is_known=pause is not None or conversation._pause_is_known,
            recover=conversation._recover,
            repeats=options.retry.max_retries,
            seconds=_BUDGET_SECONDS if self._deadline is None else self._deadline,
            ends=None if self._deadline is None else monotonic() + self._deadline,
        )
        self._page: DataResponse[ChatRecordPage]  # the last look's
        self._stream: ref[ChatStream]
        self._pause_is_unseen = not conversation._detail
        merged = {**(conversation._variables or {}), **(variables or {})}
        self._arguments: dict[str, Any] = {
            "chatId": conversation.chat_id,
            "appId": conversation._app_id,
            "responseChatItemId": self._recovery.item_id,
            "detail": conversation._detail,
            "variables": merged or None,
            **conversation._params,
        }

    # --- asking -----------------------------------------------------------------------------------------------------

    def whole(self) -> ChatCompletion:
        """Return the answer in one piece."""
        try:
            answer: ChatCompletion | None = None
            while answer is None:
                try:
                    answer = self._view().create_chat_completion([self._message], stream=False, **self._arguments)
                except FastGPTError as error:
                    answer = self._settle(error)
            raise_if_nothing_came(answer)
            answer = self._with_pause(answer)
        except WorkflowError as error:
            self._note(cast("ChatCompletion", error.completion))  # whoever raises it here gives it one
            raise
        except BaseException as error:
            self._left_by(error)
            raise
        self._note(answer)
        return answer

    def open(self) -> ChatStream:
        """Return the answer as an open stream."""
        try:
            stream: ChatStream | None = None
            while stream is None:
                try:
                    stream = self._view().create_chat_completion([self._message], stream=True, **self._arguments)
                except FastGPTError as error:
                    saved = self._settle(error)
                    if saved is not None:
                        events = remaining_events(saved.json()) or ()
                        stream = self._client._stream_of(saved.http_response, events, self._conversation.chat_id)
        except BaseException as error:
            self._left_by(error)
            raise
        self._recovery.opened()
        self._stream = ref(stream)
        self._conversation._item_id = self._recovery.turn_id
        self._conversation._forget_pause()
        return stream

    def _view(self) -> ChatClient:
        """Return a client whose next call ends with the turn's time."""
        if self._deadline is None:
            return self._client
        return self._client.with_options(deadline=max(0.001, self._recovery.left(monotonic())))

    def _left_by(self, error: BaseException) -> None:
        """Note that the turn ended without an answer; stop a run that nobody waits for any more."""
        if not isinstance(error, Exception):  # cancelled
            self._conversation._forget_pause()
            self.stop_unseen()
        elif self._recovery.lost_track:
            self._conversation._forget_pause()

    # --- finding out ------------------------------------------------------------------------------------------------

    def _settle(self, error: FastGPTError) -> ChatCompletion | None:
        """Return the answer that the server saved, None to ask again; raise the error if neither is right."""
        rescue = self._recovery
        step = rescue.on_failure(error, monotonic())
        while step is RecoveryAction.POLL:
            sleep(rescue.next_delay())
            step = self._look()
        if step is RecoveryAction.RAISE:
            raise error
        if step is RecoveryAction.WAIT_AND_RESEND:
            sleep(rescue.next_delay())
        if rescue.record is None:
            return None
        return self._saved(rescue.record, error)

    def _look(self) -> RecoveryAction:
        """Ask the server whether it has the answer, and whether it is making it."""
        rescue, conversation = self._recovery, self._conversation
        left = min(_LOOK_SECONDS, max(0.001, rescue.left(monotonic())))
        patient = self._client.with_options(max_retries=0, deadline=left)
        try:
            generating: bool | None = None
            if rescue.server_tells:
                try:
                    status = patient.get_history_status(chatIds=[conversation.chat_id], **conversation._chat_scope)
                    chats = as_object(status.data).get("list")
                    if is_array(chats):
                        generating = any(as_object(chat).get("chatGenerateStatus") == 0 for chat in chats)
                except NotFoundError:
                    rescue.server_tells = False
            page = patient.get_chat_records(chatId=conversation.chat_id, pageSize=10, **conversation._chat_scope)
        except FastGPTError as error:
            return rescue.on_poll_error(error, monotonic())
        self._page = page
        records = as_object(page.data).get("list")
        if not is_array(records):  # whatever that is, it does not say that the server has nothing
            records, generating = [], None
        return rescue.on_poll(records, generating, monotonic())

    def _with_pause(self, answer: ChatCompletion) -> ChatCompletion:
        """Return the answer with its pause, which 4.14.4 to 4.15.1 leave out where nothing was said beside it."""
        conversation, choice = self._conversation, answer.json()["choices"][0]
        message = as_object(choice.get("message"))
        if not conversation._detail or message.get("content") is not None:
            return answer
        try:
            page = self._view().get_chat_records(chatId=conversation.chat_id, pageSize=10, **conversation._chat_scope)
            records, _ = parse_page(page.json())
        except FastGPTError:
            self._pause_is_unseen = True
            return answer
        record = self._recovery.find(records)
        content = None if record is None else record.get("value")
        data: Any = {**answer.json(), "choices": [{**choice, "message": {**message, "content": content}}]}
        return ChatCompletion(
            answer.http_response, answer.content, data, chat_id=conversation.chat_id, attempts=answer.attempts
        )

    def _saved(self, record: ChatRecord, error: FastGPTError) -> ChatCompletion:
        """Return a saved answer; raise the error, with what there is, if it may not be all of it."""
        rescue, conversation = self._recovery, self._conversation
        told = frozenset[str]() if rescue.pause is None else rescue.pause.nodes
        nodes: list[NodeResponse] = []
        certain = True
        try:
            patient = self._client.with_options(deadline=max(0.001, rescue.left(monotonic())))
            found = patient.get_record_detail(
                chatId=conversation.chat_id, dataId=record["dataId"], **conversation._chat_scope
            )
            nodes = [node for node in found.data if node.get("id") not in told]
        except FastGPTError:
            certain = False
        cites = bool(conversation._params.get("retainDatasetCite"))
        data = saved_completion(record, nodes, conversation.chat_id, cites=cites)
        saved = ChatCompletion(self._page.http_response, self._page.content, data, chat_id=conversation.chat_id)
        if not certain or was_cut_short(nodes):
            error.partial = saved
            raise error
        return saved

    # --- ending -----------------------------------------------------------------------------------------------------

    def rest(self, error: StreamInterruptedError, delivered: str) -> list[Event] | None:
        """Return what the server saved beyond the text that was delivered, as events; None if that cannot be had."""
        try:
            saved = self._settle(error)
        except FastGPTError:
            return None  # the error of the stream is the one to tell
        stream = self._stream()
        assert stream is not None  # it is the one that calls
        assert saved is not None  # its run began: it is never asked for again
        partial = stream.partial
        return remaining_events(saved.json(), delivered, partial.reasoning, partial.tool_calls)

    def _note(self, answer: ChatCompletion) -> None:
        conversation, rescue = self._conversation, self._recovery
        nodes = frozenset(str(node.get("id")) for node in answer.node_responses)
        conversation.last, conversation._item_id = answer, rescue.turn_id
        conversation._pause = rescue.pause_after(answer.interactive, nodes)
        conversation._pause_is_known = conversation._pause is not None or not self._pause_is_unseen

    def end(self, stream: ChatStream, *, whole: bool, failed: bool) -> None:
        """Note the answer, stop a run that was left early, and let the next turn begin."""
        try:
            if whole and not stream._raw:  # lines tell nothing of the answer
                self._note(stream.partial)
            elif not whole and not failed and not self._recovery.over:
                self.stop_unseen()
        finally:
            self._conversation._turn_lock.release()

    def abandon(self) -> None:
        """Let the next turn begin although the stream was dropped unread; that turn stops the run."""
        self._conversation._unseen = self
        self._conversation._turn_lock.release()

    def stop_unseen(self) -> None:
        """Stop a run that nobody reads any more. Leaving the connection stops those of v1, not those of v2."""
        if self._client._options.completions == "v2":
            run_shielded(self._stop, _STOP_SECONDS)

    def _stop(self) -> None:
        patient = self._client.with_options(max_retries=0, deadline=_STOP_SECONDS)
        # The caller is leaving: that the run could not be stopped must not take the place of why.
        with suppress(FastGPTError):
            patient.stop_chat(chatId=self._conversation.chat_id, **self._conversation._chat_scope)
