# Generated from _async_src/chat_state.py by scripts/generate.py: edit the source, not this file.
"""The state of a chat: whether it is paused, and how to stop its run."""

from __future__ import annotations

from contextlib import suppress

from fastgpt_client._api.chat_lookup import ChatLookup, is_transient
from fastgpt_client._api.params import parse_page
from fastgpt_client._concurrency import async_run_shielded, async_sleep, monotonic
from fastgpt_client._conversation.pauses import Pause, check_question, open_pause
from fastgpt_client._conversation.recovered import read_status
from fastgpt_client._conversation.recovery import RecoveryAction, TurnRecovery
from fastgpt_client.exceptions import APIError, FastGPTError, NotFoundError

from .sender import AsyncSender

# The server may take five seconds to stop a run.
_STOP_SECONDS = 6.0


async def async_stop_run(sender: AsyncSender, lookup: ChatLookup | None, seconds: float | None = None) -> None:
    """Stop a v2 run that is no longer read: unlike a v1 run, it continues when its connection is closed.

    Args:
        seconds: time limit, if the caller has less time than a server may need.
    """
    if lookup is None:
        return
    seconds = _STOP_SECONDS if seconds is None else min(_STOP_SECONDS, seconds)
    patient = sender.within(seconds, retries=False)

    async def stop() -> None:
        # The caller is leaving: do not mask the original exception.
        with suppress(FastGPTError):
            await patient.send(lookup.stop())

    await async_run_shielded(stop, seconds)


async def async_find_pause(sender: AsyncSender, lookup: ChatLookup) -> Pause | None:
    """Return the pause that a chat is waiting at, None if there is none.

    The answer to a pause is saved when the run ends, so an open pause is reliable only when no run is in progress.
    """
    deadline = sender.options.deadline
    ends = None if deadline is None else monotonic() + deadline
    recovery = TurnRecovery("", seconds=deadline, ends=ends)
    step = RecoveryAction.LOOK
    while True:
        if ends is not None:
            sender = sender.within(ends - monotonic())
        page = await sender.send(lookup.records())
        pause = open_pause(parse_page(page.json)[0])
        if pause is None or step is not RecoveryAction.LOOK:
            return pause
        try:
            status = await sender.send(lookup.status())
        except NotFoundError:  # a server before 4.14.11
            return pause
        step = recovery.on_status(read_status(status.json), monotonic())
        if step is RecoveryAction.LOOK:
            await async_sleep(recovery.delay)


async def async_pause_of_question(sender: AsyncSender, lookup: ChatLookup) -> tuple[Pause | None, bool]:
    """Return the pause that a question would answer, and whether that is known.

    Raises:
        ValidationError: the server would take the question for the answer to its pause.
    """
    try:
        pause = await async_find_pause(sender, lookup)
    except APIError as error:
        # Send the question although the state is unknown if waiting would not help: the key may not read the records,
        # the app was not named (before 4.18), or the server answered with something else.
        is_no_answer = error.outcome_unknown and error.status_code < 300
        if is_transient(error) and not is_no_answer:
            raise
        return None, False
    check_question(pause)
    return pause, True
