"""What became of the reply to a pause, and whether a chat waits for one."""

from __future__ import annotations

from typing import Any

import pytest

from fastgpt_client._conversation.recovery import Pause, RecoveryAction, TurnRecovery, TurnResult, open_pause
from fastgpt_client._http.httpx import HTTPResponse
from fastgpt_client.exceptions import StreamInterruptedError
from fastgpt_client.interactive import interactive_node
from fastgpt_client.responses import ChatCompletion

NOW = 1000.0
CUT = StreamInterruptedError("cut")
TEXT = {"text": {"content": "Hello"}}


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


# --- the reply to a pause -------------------------------------------------------------------------------------------


def test_what_follows_a_reply_is_found_in_the_answer_that_asked() -> None:
    rescue = lost(pause=pause())
    assert rescue.turn_id == "asked"
    saved = answer(TEXT, select(userSelectedVal="Pro"), {"text": {"content": "So be it"}}, id="asked")
    assert rescue.on_poll([saved], False, NOW) is RecoveryAction.FOUND
    assert rescue.record == answer({"text": {"content": "So be it"}}, id="asked")
    assert rescue.turn_id == "asked"


def test_a_pause_that_was_not_answered_yet_is_not_the_answer() -> None:
    rescue = lost(pause=pause())
    records = [answer(TEXT, select(), id="asked")]
    assert [rescue.on_poll(records, False, NOW) for _ in range(4)] == [RecoveryAction.POLL] * 3 + [
        RecoveryAction.RESEND
    ]


def test_the_second_pause_of_an_answer_is_told_from_the_first() -> None:
    rescue = lost(pause=pause(2))
    first = select(userSelectedVal="Pro")
    assert rescue.on_poll([answer(first, select(), id="asked")], False, NOW) is RecoveryAction.POLL
    saved = answer(first, TEXT, select(userSelectedVal="Pro"), select(), id="asked")
    assert rescue.on_poll([saved], False, NOW) is RecoveryAction.FOUND
    assert rescue.record == answer(select(), id="asked")


def test_an_answer_with_fewer_pauses_than_are_known_is_not_the_one() -> None:
    assert lost(pause=pause(2)).on_poll([answer(TEXT, select(), TEXT, id="asked")], False, NOW) is RecoveryAction.POLL


def test_a_pause_after_which_something_was_said_was_answered_whether_it_is_marked_or_not() -> None:
    rescue = lost(pause=pause())
    assert rescue.on_poll([answer(select(), TEXT, id="asked")], False, NOW) is RecoveryAction.FOUND
    assert rescue.record == answer(TEXT, id="asked")


@pytest.mark.parametrize("mark", [{"userSelectedVal": "Pro"}, {"submitted": True}, {"answer": "x"}, {"continue": True}])
def test_a_reply_after_which_nothing_was_said(mark: Any) -> None:
    rescue = lost(pause=pause())
    records = [answer(select(**mark), id="asked")]
    assert [rescue.on_poll(records, False, NOW) for _ in range(2)] == [RecoveryAction.POLL, RecoveryAction.FOUND]
    assert rescue.record == answer(id="asked")


def test_a_reply_that_is_answered_on_its_own() -> None:
    rescue = lost(pause=pause(appends=False))
    assert rescue.turn_id == "new"
    asked = answer(select(answer="x"), TEXT, id="asked")
    assert rescue.on_poll([asked], False, NOW) is RecoveryAction.POLL
    assert rescue.on_poll([asked, answer(TEXT)], False, NOW) is RecoveryAction.FOUND
    assert rescue.turn_id == "new"


def test_a_reply_that_was_answered_on_its_own_though_it_was_to_be_added() -> None:
    rescue = lost(pause=pause())
    assert rescue.on_poll([answer(select(), id="asked"), answer(TEXT)], False, NOW) is RecoveryAction.FOUND
    assert rescue.turn_id == "new"


# --- where a chat waits ---------------------------------------------------------------------------------------------


def test_a_chat_waits_where_its_last_answer_ends_with_an_open_pause() -> None:
    first = select(userSelectedVal="Pro")
    records = [question("a"), answer(select(), id="a"), question("b"), answer(first, TEXT, select(), id="b")]
    assert open_pause(records) == Pause("b", 2, appends=True, may_be_passed=False, nodes=frozenset())


@pytest.mark.parametrize(
    "records",
    [
        [],
        [question()],
        [answer()],
        [answer(TEXT)],
        [answer(select(), TEXT)],
        [answer(select(userSelectedVal="Pro"))],
        [answer(select(), id="a"), question("b"), answer(TEXT, id="b")],
        [answer({"interactive": {}})],
        [answer({"interactive": None})],
    ],
)
def test_a_chat_that_waits_for_nothing(records: Any) -> None:
    assert open_pause(records) is None


def test_a_pause_for_payment_may_be_passed_by_any_question() -> None:
    found = open_pause([answer({"interactive": {"type": "paymentPause", "params": {}}}, id="a")])
    assert found is not None
    assert found.may_be_passed


def test_the_next_pause_of_the_same_answer_is_counted_on() -> None:
    node = interactive_node(select()["interactive"])
    rescue = TurnRecovery("new", pause=pause()._replace(nodes=frozenset({"n1"})))
    assert rescue.pause_after(None, frozenset()) is None
    assert rescue.pause_after(node, frozenset({"n2"})) == pause(2)._replace(nodes=frozenset({"n1", "n2"}))


@pytest.mark.parametrize("before", [None, pause(3, appends=False)])
def test_the_first_pause_of_an_answer_is_number_one(before: Pause | None) -> None:
    node = interactive_node({"type": "paymentPause", "params": {}})
    found = TurnRecovery("new", pause=before).pause_after(node, frozenset({"n2"}))
    assert found == Pause("new", 1, appends=True, may_be_passed=True, nodes=frozenset({"n2"}))


# --- what a conversation keeps of a turn ---


def completion(content: Any, *nodes: Any) -> ChatCompletion:
    data: Any = {"choices": [{"message": {"role": "assistant", "content": content}}], "responseData": [*nodes]}
    return ChatCompletion(HTTPResponse(200), b"", data)


def test_of_a_turn_without_an_answer_its_id_is_kept() -> None:
    assert TurnRecovery("new").result(None) == TurnResult(item_id="new")


@pytest.mark.parametrize("told", [True, False])
def test_an_answer_without_a_pause_says_that_there_is_none_if_pauses_are_told(told: bool) -> None:
    said = completion("Hello")
    found = TurnRecovery("new").result(said, pauses_are_told=told)
    assert found == TurnResult(said, "new", None, pause_is_known=told)


@pytest.mark.parametrize("told", [True, False])
def test_an_answer_with_a_pause_says_where_the_run_waits(told: bool) -> None:
    said = completion([select()], {"id": "n1"}, {"id": "n2"})
    found = TurnRecovery("new").result(said, pauses_are_told=told)
    waits = Pause("new", 1, appends=True, may_be_passed=False, nodes=frozenset({"n1", "n2"}))
    assert found == TurnResult(said, "new", waits, pause_is_known=True)


# --- a pause that nobody here knew of ---


@pytest.mark.parametrize(
    ("last", "step"),
    [
        (answer(TEXT, id="old"), RecoveryAction.RESEND),
        (answer(select(), id="old"), RecoveryAction.RESEND),
        (answer(select(userSelectedVal="Pro"), TEXT, id="old"), RecoveryAction.RAISE),
        (answer(TEXT, select(submitted=True), id="old"), RecoveryAction.RAISE),
    ],
    ids=["no pause", "an open pause", "an answered pause", "a pause that ended with its answer"],
)
def test_a_message_that_may_have_answered_a_pause_unseen_is_not_sent_again(last: Any, step: RecoveryAction) -> None:
    # The server takes any message for the answer, and adds what follows to the answer that asked.
    rescue = lost(pause_is_known=False)
    records = [answer(select(submitted=True), id="older"), question("old"), last]
    assert [rescue.on_poll(records, False, NOW) for _ in range(4)][-1] is step
    rescue = lost(pause_is_known=True)
    assert [rescue.on_poll(records, False, NOW) for _ in range(4)][-1] is RecoveryAction.RESEND


def test_in_a_chat_without_answers_no_pause_was_answered() -> None:
    rescue = lost(pause_is_known=False)
    assert [rescue.on_poll([], False, NOW) for _ in range(4)][-1] is RecoveryAction.RESEND
