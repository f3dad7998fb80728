# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Asks the questions of one row, one after the other in one chat, each exactly once."""

from __future__ import annotations

from os.path import basename
from typing import TYPE_CHECKING, cast

from fastgpt_client._api.chat_lookup import ChatLookup, chat_lookup
from fastgpt_client._api.content_types import guess_content_type
from fastgpt_client._api.params import completion_request
from fastgpt_client._ask.output import clash, outcome
from fastgpt_client._ask.settings import AskUnit
from fastgpt_client._concurrency import monotonic
from fastgpt_client._conversation.pauses import Pause, pending_node
from fastgpt_client._conversation.recovered import read_records
from fastgpt_client._conversation.recovery import TurnResult
from fastgpt_client._json import is_array
from fastgpt_client.asks.results import AskResult
from fastgpt_client.exceptions import (
    APIConnectionError,
    ConflictError,
    FastGPTError,
    QuotaExceededError,
    RateLimitError,
    ValidationError,
    WorkflowError,
)
from fastgpt_client.responses import ChatCompletion, Record

from .ask_line import AsyncAskLine
from .chat_state import async_find_pause
from .turn import AsyncTurn

if TYPE_CHECKING:
    from fastgpt_client.interactive import InteractiveNode
    from fastgpt_client.types import ChatMessage, ChatRecord, ContentPart

# Maximum number of pauses in one question's run.
_PAUSES = 20


class IdInUseError(Exception):
    """The server has another question under this row's ID."""


class AsyncAskTalk:
    """The chat of one row.

    Attributes:
        turns: number of messages sent or looked up.
    """

    def __init__(self, line: AsyncAskLine, unit: AskUnit) -> None:
        self.turns = 0
        self._line = line
        self._unit = unit
        self._lookup = cast("ChatLookup", chat_lookup(unit.chat_id, {"appId": line.params["appId"]}))
        self._answers: list[list[ChatCompletion]] = []
        self._result = TurnResult()
        self._looked = False  # whether the last answer was looked up, after another process had asked
        self._sent = 0

    async def run(self) -> AskResult:
        """Return the result of the row. A failed row is a result too.

        Raises:
            QuotaExceededError: the points are used up.
            RateLimitError: the run was stopped before the server accepted the row's first question.
        """
        unit, began = self._unit, monotonic()
        failure: Exception | None = None
        try:
            await self._hold()
        except QuotaExceededError:
            raise
        except IdInUseError:
            return AskResult(unit.id, unit.row, clash(unit), self._sent)
        except RateLimitError as error:
            if not self.turns and not self._line.goes_on():
                raise
            failure = error
        except (FastGPTError, OSError) as error:  # OSError: a file of the row cannot be read
            failure = error
        seconds = monotonic() - began
        data_id = self._result.item_id or unit.item_id(0)
        output = outcome(unit, self._answers, data_id=data_id, seconds=seconds, error=failure)
        return AskResult(unit.id, unit.row, output, self._sent)

    async def _hold(self) -> None:
        """Ask all questions of the row, and answer its pauses."""
        files = await self._files()
        for number, question in enumerate(self._unit.questions):
            parts: list[ContentPart] = [{"type": "text", "text": question}, *files]
            content = parts if files else question
            files = []
            self._answers.append([])
            answer = await self._turn({"role": "user", "content": content}, self._unit.item_id(number), question)
            await self._reply(answer, number)

    async def _reply(self, answer: ChatCompletion, number: int) -> None:
        """Answer the pauses of a question's run until none is open."""
        replies = 0
        while (node := self._open_pause(answer)) is not None:
            if self._looked and node.appends:
                # The pauses that were already answered, and what followed them, are part of the answer that was looked
                # up.
                pause = await async_find_pause(self._line.patient_sender, self._lookup)
                if pause is None:
                    return
                self._result = self._result._replace(pause=pause)
                replies = pause.number - 1
            replies += 1
            if self._line.reply is None or replies > _PAUSES:
                raise ValidationError("the run is waiting for an answer to a pause: pass reply=")
            given = self._line.reply(self._unit.row, node)
            message: ChatMessage = {"role": "user", "content": given} if isinstance(given, str) else given
            answer = await self._turn(message, self._unit.item_id(number, replies), None)

    def _open_pause(self, answer: ChatCompletion) -> InteractiveNode | None:
        """Return the open pause of an answer. One that was looked up may contain answered pauses too."""
        content = answer.json()["choices"][0]["message"].get("content")
        last = pending_node(cast("ChatRecord", {"value": content})) if self._looked and is_array(content) else None
        return last or answer.interactive

    async def _files(self) -> list[ContentPart]:
        parts: list[ContentPart] = []
        for file in self._unit.files:
            if "://" not in file:
                part: ContentPart = await self._line.client.upload_file(
                    file, chatId=self._unit.chat_id, appId=self._line.params["appId"]
                )
            elif (guess_content_type(file) or "").startswith("image/"):
                part = {"type": "image_url", "image_url": {"url": file}}
            else:
                part = {"type": "file_url", "name": basename(file), "url": file}
            parts.append(part)
        return parts

    # --- one message ------------------------------------------------------------------------------------------------

    async def _turn(self, message: ChatMessage, item_id: str, question: str | None) -> ChatCompletion:
        """Return the answer to a message, sent as fast as the run permits; `question` is None for a reply."""
        pause = self._result.pause if question is None else None
        times = 0
        answer: ChatCompletion | None = None
        while answer is None:
            if self.turns or times:
                await self._line.wait(self._line.next_start())
            began = monotonic()
            try:
                answer = await self._answer(message, item_id, pause, question)
            except RateLimitError as error:
                times += 1
                if not self._line.may_repeat(error, began, times):
                    raise
            except WorkflowError as error:
                self._answers[-1] += [error.completion] if error.completion else []  # no answer, but it was charged
                raise
        self.turns += 1
        self._sent += answer.attempts
        self._line.went_well()
        self._answers[-1].append(answer)
        return answer

    async def _answer(
        self, message: ChatMessage, item_id: str, pause: Pause | None, question: str | None
    ) -> ChatCompletion:
        """Return the answer to a message: send it, or look it up if it was sent before."""
        unit, line = self._unit, self._line
        params = {
            **line.params,
            "chatId": unit.chat_id,
            "responseChatItemId": item_id,
            "detail": True,
            "variables": unit.variables,
        }
        request = completion_request([message], params, line.sender.options, None, stream=False)
        failure: FastGPTError | None = _unknown() if await self._may_be_there(pause) else None
        self._looked = failure is not None
        turn = AsyncTurn(
            line.sender, request, self._lookup, item_id, pause=pause, cites=False, reads_pauses=True, on_end=self._end
        )
        try:
            answer = await turn.ask(failure)
        except FastGPTError as error:
            refused = isinstance(error, ConflictError)
            patient = AsyncTurn(
                line.patient_sender,
                request,
                self._lookup,
                item_id,
                pause=pause,
                cites=False,
                reads_pauses=True,
                on_end=self._end,
            )
            if not (refused or error.outcome_unknown) or not await patient.is_refusable():
                raise
            self._looked = True
            answer = await patient.ask(_unknown() if refused else error)
        if self._looked and question is not None:
            await self._check(item_id, question)
        return answer

    def _end(self, result: TurnResult | None) -> None:
        if result is not None:
            self._result = result

    async def _may_be_there(self, pause: Pause | None) -> bool:
        """Return whether the server may already have this message. It has no reply while the pause is open."""
        if not self._unit.begun:
            return False
        if pause is None:
            return True
        found = await async_find_pause(self._line.patient_sender, self._lookup)
        return found is None or (found.item_id, found.number) != (pause.item_id, pause.number)

    async def _check(self, item_id: str, question: str) -> None:
        """Raise `IdInUseError` if the server has the answer to another question under this ID."""
        page = await self._line.sender.send(self._lookup.records())
        asked = None
        for raw in read_records(page.json) or ():
            record = Record(raw)
            if record.role == "user":
                asked = record.text
            elif record.data_id == item_id and asked is not None and asked.strip() != question.strip():
                raise IdInUseError


def _unknown() -> FastGPTError:
    """Return the error row for a copy that another process sent."""
    return APIConnectionError("The question was already sent, by a process that ended before the answer arrived.")
