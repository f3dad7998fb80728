"""What became of a turn whose answer did not arrive, decided without I/O."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fastgpt_client._conversation import recovery
from fastgpt_client._conversation.ids import new_id
from fastgpt_client._conversation.recovery import (
    Pause,
    RecoveryAction,
    TurnRecovery,
    is_transient,
    outcome_unknown,
)
from fastgpt_client.exceptions import (
    APIConnectionError,
    APITimeoutError,
    AuthenticationError,
    ConflictError,
    FastGPTError,
    NotFoundError,
    RateLimitError,
    ServerError,
    StreamInterruptedError,
    ValidationError,
    WorkflowError,
)

NOW = 1000.0
CUT = StreamInterruptedError("cut")
BUSY = ConflictError("busy", status_text="chatIsGenerating", code=504001)
USED = ConflictError("Chat dataId already exists: x", code=500)
REFUSED = AuthenticationError("no", code=514)
TEXT = {"text": {"content": "Hello"}}


def not_sent() -> APIConnectionError:
    error = APIConnectionError("refused")
    error.request_sent = False
    return error


def answer(*items: Any, id: str = "new") -> Any:
    return {"dataId": id, "obj": "AI", "value": [*items]}


def question(id: str = "new") -> Any:
    return {"dataId": id, "obj": "Human", "value": [TEXT]}


def select(**params: Any) -> Any:
    return {"interactive": {"type": "userSelect", "params": {"description": "Which?", **params}}}


def pause(number: int = 1, *, appends: bool = True) -> Pause:
    return Pause("asked", number, appends, may_be_passed=False, nodes=frozenset())


def lost(**options: Any) -> TurnRecovery:
    """Return the rescue of a turn that was cut."""
    rescue = TurnRecovery("new", **options)
    assert rescue.on_failure(CUT, NOW) is RecoveryAction.POLL
    return rescue


# --- ids ------------------------------------------------------------------------------------------------------------


def test_an_id_is_24_letters_and_digits_and_always_another() -> None:
    ids = [new_id() for _ in range(200)]
    assert all(re.fullmatch("[a-z][a-z0-9]{23}", id) for id in ids)
    assert len({*ids}) == 200


# --- which failures leave the fate of a question open ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (CUT, True),
        (APIConnectionError("cut"), True),
        (APITimeoutError("slow"), True),
        (not_sent(), False),
        (ServerError("proxy", status_code=502), True),
        (ServerError("proxy", status_code=504), True),
        (ServerError("proxy", status_code=500), True),
        (ServerError("half a JSON", status_code=200), True),
        (ServerError("not passed on", status_code=503), False),
        (ServerError("the server's own", status_code=502, code=500), False),
        (NotFoundError("page", status_code=404), False),
        (REFUSED, False),
        (RateLimitError("later", status_code=429, code=429), False),
        (ValidationError("x"), False),
        (WorkflowError("model"), False),
    ],
)
def test_whether_the_run_may_have_begun(error: FastGPTError, unknown: bool) -> None:
    assert outcome_unknown(error) is unknown


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (APIConnectionError("down"), True),
        (not_sent(), True),
        (ServerError("proxy", status_code=502), True),
        (RateLimitError("later", status_code=429, code=429), True),
        (REFUSED, False),
        (ServerError("its own", status_code=500, code=500), False),
        (ValidationError("appId is missing"), False),
    ],
)
def test_whether_a_failed_look_is_made_again(error: FastGPTError, passes: bool) -> None:
    assert is_transient(error) is passes
    assert lost().on_poll_error(error, NOW) is (RecoveryAction.POLL if passes else RecoveryAction.RAISE)


def test_before_anything_failed_nothing_is_known() -> None:
    rescue = TurnRecovery("new")
    assert (rescue.server_tells, rescue.lost_track, rescue.over, rescue.record) == (True, False, False, None)


# --- failures of the call -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [REFUSED, not_sent(), RateLimitError("later"), USED])
def test_a_question_that_surely_did_not_run_is_not_looked_for(error: FastGPTError) -> None:
    rescue = TurnRecovery("new")
    assert rescue.on_failure(error, NOW) is RecoveryAction.RAISE
    assert not rescue.lost_track


def test_without_recovery_nothing_is_looked_for() -> None:
    rescue = TurnRecovery("new", recover=False)
    assert rescue.on_failure(CUT, NOW) is RecoveryAction.RAISE
    assert rescue.lost_track


def test_a_chat_that_generates_is_waited_for_also_without_recovery() -> None:
    rescue = TurnRecovery("new", recover=False, seconds=3.0)
    assert rescue.on_failure(BUSY, NOW) is RecoveryAction.WAIT_AND_RESEND
    assert rescue.next_delay() == 0.25
    assert rescue.on_failure(BUSY, NOW + 0.25) is RecoveryAction.WAIT_AND_RESEND
    assert rescue.next_delay() == 0.5
    # No wait begins after which there would be less time than it took.
    assert rescue.on_failure(BUSY, NOW + 1) is RecoveryAction.RAISE


@pytest.mark.parametrize("error", [BUSY, USED])
def test_a_conflict_after_a_loss_means_that_the_question_did_arrive(error: FastGPTError) -> None:
    rescue = lost()
    assert rescue.on_failure(error, NOW) is RecoveryAction.POLL


def test_waits_grow_up_to_four_seconds_and_begin_anew_with_each_loss() -> None:
    rescue = lost()
    assert [rescue.next_delay() for _ in range(6)] == [0.25, 0.5, 1.0, 2.0, 4.0, 4.0]
    rescue.on_failure(CUT, NOW)
    assert rescue.next_delay() == 0.25


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
    assert rescue.on_failure(CUT, NOW + 100) is RecoveryAction.POLL
    assert rescue.left(NOW + 104) == 6.0


def test_no_look_begins_that_would_end_too_late() -> None:
    rescue = lost(seconds=1.0)
    assert rescue.on_poll([], True, NOW + 0.7) is RecoveryAction.POLL
    assert rescue.on_poll([], True, NOW + 0.75) is RecoveryAction.RAISE
    assert rescue.on_poll_error(APIConnectionError("down"), NOW + 0.75) is RecoveryAction.RAISE


# --- what the server has --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("generating", [False, None])
def test_a_saved_answer_is_found_by_its_id(generating: bool | None) -> None:
    rescue = lost()
    other = [question("old"), answer(TEXT, id="old"), {**answer(TEXT), "obj": "System"}, question()]
    assert rescue.on_poll([*other, answer(TEXT)], generating, NOW) is RecoveryAction.FOUND
    assert rescue.record == answer(TEXT)
    assert rescue.turn_id == "new"


def test_an_answer_that_is_still_made_is_waited_for() -> None:
    rescue = lost()
    assert rescue.on_poll([question(), answer()], True, NOW) is RecoveryAction.POLL
    assert rescue.on_poll([question(), answer(TEXT)], True, NOW) is RecoveryAction.POLL
    assert rescue.record is None


@pytest.mark.parametrize(
    "empty", [answer(), {"dataId": "new", "obj": "AI", "value": None}, {"dataId": "new", "obj": "AI"}]
)
def test_an_empty_answer_counts_when_it_is_seen_twice(empty: Any) -> None:
    # The run may have begun between the look at the state and the look at the records.
    rescue = lost()
    assert rescue.on_poll([empty], False, NOW) is RecoveryAction.POLL
    assert rescue.on_poll([empty], True, NOW) is RecoveryAction.POLL
    assert rescue.on_poll([empty], False, NOW) is RecoveryAction.POLL
    assert rescue.on_poll([empty], False, NOW) is RecoveryAction.FOUND


def test_an_answer_that_begins_late_is_not_taken_for_one_that_is_missing() -> None:
    rescue = lost()
    assert [rescue.on_poll([], False, NOW) for _ in range(3)] == [RecoveryAction.POLL] * 3
    assert rescue.on_poll([answer()], False, NOW) is RecoveryAction.POLL
    assert rescue.on_poll([answer()], False, NOW) is RecoveryAction.FOUND


def test_an_empty_answer_of_a_server_that_does_not_tell_is_none_yet() -> None:
    rescue = lost()
    assert [rescue.on_poll([answer()], None, NOW) for _ in range(9)] == [RecoveryAction.POLL] * 9


def test_a_question_that_the_server_does_not_have_is_asked_again() -> None:
    rescue = lost()
    assert [rescue.on_poll([question("old")], False, NOW) for _ in range(4)] == [RecoveryAction.POLL] * 3 + [
        RecoveryAction.RESEND
    ]


def test_a_question_is_asked_again_so_often_and_no_more() -> None:
    rescue = TurnRecovery("new", repeats=2)
    steps = []
    for _ in range(3):
        rescue.on_failure(CUT, NOW)
        steps += [[rescue.on_poll([], False, NOW) for _ in range(4)][-1]]
    assert steps == [RecoveryAction.RESEND, RecoveryAction.RESEND, RecoveryAction.RAISE]


def test_a_run_that_surely_began_is_never_asked_for_again() -> None:
    rescue = TurnRecovery("new")
    rescue.opened()
    rescue.on_failure(CUT, NOW)
    assert [rescue.on_poll([], False, NOW) for _ in range(4)][-1] is RecoveryAction.RAISE


def test_what_a_server_does_not_tell_is_never_asked_again() -> None:
    rescue = lost()
    assert [rescue.on_poll([], None, NOW) for _ in range(9)] == [RecoveryAction.POLL] * 9


def test_a_run_between_looks_is_no_reason_to_ask_sooner_after_the_next_loss() -> None:
    rescue = lost()
    assert [rescue.on_poll([], False, NOW) for _ in range(3)] == [RecoveryAction.POLL] * 3
    rescue.on_failure(CUT, NOW)
    assert rescue.on_poll([], False, NOW) is RecoveryAction.POLL


@pytest.mark.parametrize(("generating", "over"), [(True, False), (None, False), (False, True)])
def test_whether_nothing_goes_on_any_more(generating: bool | None, over: bool) -> None:
    rescue = lost()
    rescue.on_poll([], generating, NOW)
    assert rescue.over is over
    rescue.on_failure(CUT, NOW)
    assert not rescue.over


def test_four_looks_take_less_than_four_seconds() -> None:
    waits = lost()
    assert sum(waits.next_delay() for _ in range(recovery._MAX_MISSES)) < 4
