"""What became of the reply to a pause, and whether a chat waits for one."""

from __future__ import annotations

from typing import Any

import pytest

from fastgpt_client._conversation.pauses import Pause, open_pause
from fastgpt_client._conversation.recovery import RecoveryAction, TurnRecovery, TurnResult
from fastgpt_client._http.httpx import HTTPResponse
from fastgpt_client.exceptions import StreamInterruptedError
from fastgpt_client.interactive import InteractiveNode, interactive_node
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


def node_of(item: Any) -> InteractiveNode:
    node = interactive_node(item)
    assert node is not None
    return node


SELECT = node_of(select()["interactive"])
PLAN = node_of({"type": "agentPlanAskQuery", "params": {}})  # what follows its reply is an answer of its own


def pause(number: int = 1, *, appends: bool = True) -> Pause:
    return Pause(SELECT if appends else PLAN, "asked", number)


def lost(**options: Any) -> TurnRecovery:
    """Return the rescue of a turn that was cut."""
    rescue = TurnRecovery("new", **options)
    assert rescue.on_failure(CUT, NOW) is RecoveryAction.LOOK
    return rescue


def look(rescue: TurnRecovery, records: Any) -> RecoveryAction:
    """Let it hear what a server has that refuses second copies, and where no run is going on."""
    assert rescue.on_status(False, NOW) is RecoveryAction.READ
    step = rescue.on_records(records, NOW)
    return rescue.on_age(NOW, refuses_copies=True) if step is RecoveryAction.ASK_AGE else step


# --- the reply to a pause -------------------------------------------------------------------------------------------


def test_what_follows_a_reply_is_found_in_the_answer_that_asked() -> None:
    rescue = lost(pause=pause())
    assert rescue.turn_id == "asked"
    saved = answer(TEXT, select(userSelectedVal="Pro"), {"text": {"content": "So be it"}}, id="asked")
    assert look(rescue, [saved]) is RecoveryAction.FOUND
    assert rescue.record == answer({"text": {"content": "So be it"}}, id="asked")
    assert rescue.turn_id == "asked"


def test_a_pause_that_was_not_answered_yet_is_not_the_answer() -> None:
    rescue = lost(pause=pause())
    records = [answer(TEXT, select(), id="asked")]
    # And the reply is never given again: its id is kept nowhere.
    assert [look(rescue, records) for _ in range(4)] == [RecoveryAction.LOOK] * 3 + [RecoveryAction.RAISE]


def test_the_second_pause_of_an_answer_is_told_from_the_first() -> None:
    rescue = lost(pause=pause(2))
    first = select(userSelectedVal="Pro")
    assert look(rescue, [answer(first, select(), id="asked")]) is RecoveryAction.LOOK
    saved = answer(first, TEXT, select(userSelectedVal="Pro"), select(), id="asked")
    assert look(rescue, [saved]) is RecoveryAction.FOUND
    assert rescue.record == answer(select(), id="asked")


def test_an_answer_with_fewer_pauses_than_are_known_is_not_the_one() -> None:
    assert look(lost(pause=pause(2)), [answer(TEXT, select(), TEXT, id="asked")]) is RecoveryAction.LOOK


def test_a_pause_after_which_something_was_said_was_answered_whether_it_is_marked_or_not() -> None:
    rescue = lost(pause=pause())
    assert look(rescue, [answer(select(), TEXT, id="asked")]) is RecoveryAction.FOUND
    assert rescue.record == answer(TEXT, id="asked")


@pytest.mark.parametrize("mark", [{"userSelectedVal": "Pro"}, {"submitted": True}, {"answer": "x"}, {"continue": True}])
def test_a_reply_after_which_nothing_was_said(mark: Any) -> None:
    rescue = lost(pause=pause())
    records = [answer(select(**mark), id="asked")]
    assert [look(rescue, records) for _ in range(2)] == [RecoveryAction.LOOK, RecoveryAction.FOUND]
    assert rescue.record == answer(id="asked")


def test_a_reply_that_is_answered_on_its_own() -> None:
    rescue = lost(pause=pause(appends=False))
    assert rescue.turn_id == "new"
    asked = answer(select(answer="x"), TEXT, id="asked")
    assert look(rescue, [asked]) is RecoveryAction.RESEND  # by its own id a second copy is known
    assert look(rescue, [asked, answer(TEXT)]) is RecoveryAction.FOUND
    assert rescue.turn_id == "new"


def test_a_reply_that_was_answered_on_its_own_though_it_was_to_be_added() -> None:
    rescue = lost(pause=pause())
    assert look(rescue, [answer(select(), id="asked"), answer(TEXT)]) is RecoveryAction.FOUND
    assert rescue.turn_id == "new"


# --- where a chat waits ---------------------------------------------------------------------------------------------


def test_a_chat_waits_where_its_last_answer_ends_with_an_open_pause() -> None:
    first = select(userSelectedVal="Pro")
    records = [question("a"), answer(select(), id="a"), question("b"), answer(first, TEXT, select(), id="b")]
    assert open_pause(records) == Pause(SELECT, "b", 2)


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
    assert node is not None
    rescue = TurnRecovery("new", pause=pause()._replace(nodes=frozenset({"n1"})))
    assert rescue.pause_after(node, frozenset({"n2"})) == pause(2)._replace(nodes=frozenset({"n1", "n2"}))


@pytest.mark.parametrize("before", [None, pause(3, appends=False)])
def test_the_first_pause_of_an_answer_is_number_one(before: Pause | None) -> None:
    node = interactive_node({"type": "paymentPause", "params": {}})
    assert node is not None
    found = TurnRecovery("new", pause=before).pause_after(node, frozenset({"n2"}))
    assert found == Pause(node, "new", 1, frozenset({"n2"}))


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
    waits = Pause(SELECT, "new", 1, frozenset({"n1", "n2"}))
    assert found == TurnResult(said, "new", waits, pause_is_known=True)
