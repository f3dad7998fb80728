"""What became of a turn whose answer did not arrive, decided without I/O."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fastgpt_client._api.chat_lookup import is_transient
from fastgpt_client._conversation.ids import new_id
from fastgpt_client._conversation.recovery import RecoveryAction, TurnRecovery
from fastgpt_client.exceptions import (
    APIConnectionError,
    AuthenticationError,
    ConflictError,
    FastGPTError,
    RateLimitError,
    ServerError,
    StreamInterruptedError,
    ValidationError,
)

NOW = 1000.0
CUT = StreamInterruptedError("cut")
BUSY = ConflictError("busy", status_text="chatIsGenerating", code=504001)
USED = ConflictError("Chat dataId already exists: x", code=500)
REFUSED = AuthenticationError("no", code=514)
TEXT = {"text": {"content": "Hello"}}


def not_sent() -> APIConnectionError:
    return APIConnectionError("refused", request_sent=False)


def answer(*items: Any, id: str = "new") -> Any:
    return {"dataId": id, "obj": "AI", "value": [*items]}


def question(id: str = "new") -> Any:
    return {"dataId": id, "obj": "Human", "value": [TEXT]}


def pausing(**params: Any) -> Any:
    return {"interactive": {"type": "userSelect", "params": params}}


def lost(**options: Any) -> TurnRecovery:
    """Return the rescue of a turn that was cut."""
    rescue = TurnRecovery("new", **options)
    assert rescue.on_failure(CUT, NOW) is RecoveryAction.LOOK
    return rescue


def look(
    rescue: TurnRecovery, records: Any, generating: bool | None, *, refuses: bool = False, now: float = NOW
) -> RecoveryAction:
    """Let it hear what a look finds; `generating` is None on servers that do not tell, `refuses`: second copies."""
    if rescue.server_tells and not rescue.refused:
        step = rescue.on_untold() if generating is None else rescue.on_status(generating, now)
        if step is not RecoveryAction.READ:
            return step
    step = rescue.on_records(records, now)
    return rescue.on_age(now, refuses_copies=refuses) if step is RecoveryAction.ASK_AGE else step


# --- ids ------------------------------------------------------------------------------------------------------------


def test_an_id_is_24_letters_and_digits_and_always_another() -> None:
    ids = [new_id() for _ in range(200)]
    assert all(re.fullmatch("[a-z][a-z0-9]{23}", id) for id in ids)
    assert len({*ids}) == 200


# --- looks that fail ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (APIConnectionError("down"), True),
        (not_sent(), True),
        (ServerError("proxy", status_code=502, outcome_unknown=True), True),
        (RateLimitError("later", status_code=429, code=429), True),
        (REFUSED, False),
        (ServerError("its own", status_code=500, code=500), False),
        (ValidationError("appId is missing"), False),
    ],
)
def test_whether_a_failed_look_is_made_again(error: FastGPTError, passes: bool) -> None:
    assert is_transient(error) is passes
    assert lost().on_look_error(error, NOW) is (RecoveryAction.LOOK if passes else RecoveryAction.RAISE)


def test_before_anything_failed_nothing_is_known() -> None:
    rescue = TurnRecovery("new")
    assert (rescue.server_tells, rescue.lost, rescue.over, rescue.record) == (True, None, False, None)


# --- failures of the call -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [REFUSED, not_sent(), RateLimitError("later"), USED])
def test_a_question_that_surely_did_not_run_is_not_looked_for(error: FastGPTError) -> None:
    rescue = TurnRecovery("new")
    assert rescue.on_failure(error, NOW) is RecoveryAction.RAISE
    assert rescue.lost is None


def test_without_recovery_nothing_is_looked_for() -> None:
    rescue = TurnRecovery("new", recover=False)
    assert rescue.on_failure(CUT, NOW) is RecoveryAction.RAISE
    assert rescue.lost is CUT


def test_a_chat_that_generates_is_waited_for_also_without_recovery() -> None:
    rescue = TurnRecovery("new", recover=False, seconds=3.0)
    assert rescue.on_failure(BUSY, NOW) is RecoveryAction.RESEND
    assert rescue.delay == 0.25
    assert rescue.on_failure(BUSY, NOW + 0.25) is RecoveryAction.RESEND
    assert rescue.delay == 0.5
    # No wait begins after which there would be less time than it took.
    assert rescue.on_failure(BUSY, NOW + 1) is RecoveryAction.RAISE


@pytest.mark.parametrize("error", [BUSY, USED])
def test_a_conflict_after_a_loss_means_that_the_question_did_arrive(error: FastGPTError) -> None:
    rescue = lost()
    assert rescue.on_failure(error, NOW) is RecoveryAction.LOOK
    assert rescue.failure(error) is CUT
    assert rescue.failure(REFUSED) is REFUSED


def test_waits_grow_up_to_four_seconds_and_begin_anew_with_each_loss() -> None:
    rescue = lost()
    waits = [rescue.delay]
    for _ in range(5):
        look(rescue, [], True)
        waits.append(rescue.delay)
    assert waits == [0.25, 0.5, 1.0, 2.0, 4.0, 4.0]
    rescue.on_failure(CUT, NOW)
    assert rescue.delay == 0.25


# --- the budget -----------------------------------------------------------------------------------------------------


def test_the_time_is_counted_from_the_first_failure() -> None:
    rescue = TurnRecovery("new", seconds=10.0)
    rescue.on_failure(BUSY, NOW)
    assert rescue.left(NOW + 4) == 6.0
    assert rescue.left(NOW + 40) == 0.0


def test_a_deadline_is_counted_from_the_beginning() -> None:
    rescue = TurnRecovery("new", seconds=10.0, ends=NOW + 3)
    assert rescue.on_failure(CUT, NOW + 3) is RecoveryAction.RAISE


def test_a_stream_that_began_has_time_of_its_own_when_it_is_cut() -> None:
    rescue = TurnRecovery("new", seconds=10.0, ends=NOW + 3)
    rescue.opened()
    assert rescue.on_failure(CUT, NOW + 100) is RecoveryAction.LOOK
    assert rescue.left(NOW + 104) == 6.0


def test_no_look_begins_that_would_end_too_late() -> None:
    assert look(lost(seconds=1.0), [], True, now=NOW + 0.49) is RecoveryAction.LOOK
    assert look(lost(seconds=1.0), [], True, now=NOW + 0.5) is RecoveryAction.RAISE
    assert lost(seconds=1.0).on_look_error(APIConnectionError("down"), NOW + 0.5) is RecoveryAction.RAISE


# --- what the server has --------------------------------------------------------------------------------------------

LOOK, FOUND, RESEND, RAISE = RecoveryAction.LOOK, RecoveryAction.FOUND, RecoveryAction.RESEND, RecoveryAction.RAISE
OTHERS = [question("old"), answer(TEXT, id="old"), {**answer(TEXT), "obj": "System"}, question()]
HAS, EMPTY, NOTHING = [*OTHERS, answer(TEXT)], [*OTHERS, answer()], [question("old")]
ASKED_BACK = [question("old"), answer(pausing(userSelectedVal="Pro"), TEXT, id="old")]
# What each look finds, of a server that refuses second copies and of one that does not, and what is done then.
LOOKS: dict[str, tuple[list[tuple[Any, bool | None]], list[RecoveryAction], list[RecoveryAction]]] = {
    "saved": ([(HAS, False)], [FOUND], [FOUND]),
    "saved, untold": ([(HAS, None)], [FOUND], [FOUND]),
    "being made": ([(EMPTY, True), (HAS, True), (HAS, False)], [LOOK, LOOK, FOUND], [LOOK, LOOK, FOUND]),
    "empty twice": ([(EMPTY, False)] * 2, [LOOK, FOUND], [LOOK, FOUND]),
    "begun": ([(EMPTY, told) for told in (False, True, False, False)], [LOOK] * 3 + [FOUND], [LOOK] * 3 + [FOUND]),
    "empty, untold": ([(EMPTY, None)] * 9, [LOOK] * 9, [LOOK] * 9),
    "not there": ([(NOTHING, False)] * 4, [RESEND] * 3 + [LOOK], [LOOK] * 3 + [RAISE]),
    "not there, untold": ([(NOTHING, None)] * 9, [LOOK] * 9, [LOOK] * 9),
    "another run": ([(NOTHING, True), (NOTHING, False)], [LOOK, RESEND], [LOOK, LOOK]),
    "unreadable": ([(None, False)] * 9, [LOOK] * 9, [LOOK] * 9),
}


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("refuses", [True, False], ids=["refuses copies", "older"])
def test_what_is_done_after_each_look(name: str, refuses: bool) -> None:
    looks, newer, older = LOOKS[name]
    rescue = lost()
    assert [look(rescue, *found, refuses=refuses) for found in looks] == (newer if refuses else older)
    assert (rescue.record == answer(TEXT)) is (looks[-1][0] == HAS)
    assert rescue.turn_id == "new"


@pytest.mark.parametrize("value", [{"value": None}, {}])
def test_an_answer_without_a_value_is_an_empty_one(value: Any) -> None:
    empty = {"dataId": "new", "obj": "AI", **value}
    rescue = lost()
    assert [look(rescue, [empty], False) for _ in range(2)] == [LOOK, FOUND]


def test_a_question_is_asked_again_so_often_and_no_more() -> None:
    rescue = TurnRecovery("new", repeats=2)
    steps: list[RecoveryAction] = []
    for _ in range(3):
        rescue.on_failure(CUT, NOW)
        steps.append(look(rescue, [], False, refuses=True))
    assert steps == [RESEND, RESEND, LOOK]


def test_it_is_not_asked_again_where_no_time_is_left_for_the_answer() -> None:
    assert look(lost(seconds=1.5), [], False, refuses=True, now=NOW + 0.4) is RESEND
    assert look(lost(seconds=1.5), [], False, refuses=True, now=NOW + 0.5) is LOOK


def test_a_run_that_surely_began_is_never_asked_for_again() -> None:
    rescue = TurnRecovery("new", streamed_by="v2")
    rescue.opened()
    rescue.on_failure(CUT, NOW)
    assert [look(rescue, [], False, refuses=True) for _ in range(4)] == [LOOK] * 3 + [RAISE]


@pytest.mark.parametrize(("known", "step"), [(True, RESEND), (False, LOOK)])
@pytest.mark.parametrize("last", [pausing(), pausing(userSelectedVal="Pro")])
def test_a_message_that_may_answer_a_pause_is_not_sent_again(last: Any, known: bool, step: RecoveryAction) -> None:
    # Its id would be kept nowhere: the second copy would be a question of its own.
    rescue = lost(pause_is_known=known)
    assert look(rescue, [question("old"), answer(last, id="old")], False, refuses=True) is step
    assert look(lost(pause_is_known=known), NOTHING, False, refuses=True) is RESEND


def test_a_copy_that_was_refused_means_that_the_record_is_final() -> None:
    rescue = lost()
    assert rescue.on_failure(USED, NOW) is LOOK
    assert (rescue.refused, rescue.over) == (True, True)
    assert [look(rescue, NOTHING, None, refuses=True) for _ in range(3)] == [LOOK] * 3
    assert rescue.on_records(EMPTY, NOW) is FOUND
    rescue = lost()
    rescue.on_failure(BUSY, NOW)
    assert (rescue.refused, rescue.over) == (False, False)


# --- runs that end with their caller --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("streamed_by", "tells", "ends"),
    [("", True, False), ("", False, False), ("v2", True, False), ("v2", False, True), ("v1", True, True)],
)
def test_whether_a_run_ends_with_its_caller(streamed_by: str, tells: bool, ends: bool) -> None:
    rescue = TurnRecovery("new", streamed_by=streamed_by)
    rescue.server_tells = tells
    assert rescue.ends_with_caller is ends


def test_what_is_left_of_a_stream_that_ended_with_its_caller_is_not_looked_for() -> None:
    rescue = TurnRecovery("new", streamed_by="v2")
    rescue.opened(by_v1=True)
    assert rescue.on_failure(CUT, NOW) is RAISE
    assert rescue.lost is CUT
    rescue = TurnRecovery("new", streamed_by="v2")
    rescue.opened()
    assert rescue.on_failure(CUT, NOW) is LOOK
    assert rescue.on_untold() is RAISE


def test_one_that_did_not_begin_is() -> None:
    rescue = lost(streamed_by="v1")
    assert look(rescue, HAS, None) is FOUND


def test_a_run_between_looks_is_no_reason_to_give_up_sooner_after_the_next_loss() -> None:
    rescue = lost()
    assert [look(rescue, [], False) for _ in range(3)] == [LOOK] * 3
    rescue.on_failure(CUT, NOW)
    assert look(rescue, [], False) is LOOK


@pytest.mark.parametrize(("generating", "over"), [(True, False), (None, False), (False, True)])
def test_whether_nothing_goes_on_any_more(generating: bool | None, over: bool) -> None:
    rescue = lost()
    look(rescue, [], generating)
    assert rescue.over is over
    rescue.on_failure(CUT, NOW)
    assert not rescue.over


def test_four_looks_take_less_than_four_seconds() -> None:
    rescue = lost()
    waits = [rescue.delay]
    while look(rescue, [], False) is LOOK:
        waits.append(rescue.delay)
    assert (len(waits), sum(waits)) == (4, 3.75)
