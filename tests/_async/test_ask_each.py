# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Many questions in one run: each is asked once, every row has its result, and a run goes on where it ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client import AskResult, AsyncAskRun, AsyncChatClient, ValidationError, async_ask_one
from fastgpt_client._ask.identity import chat_id
from fastgpt_client._ask.journal import Journal
from fastgpt_client._conversation import recovery
from fastgpt_client.asks import AskRow, read_rows
from fastgpt_client.testing import App, Delay, Failure, FakeFastGPT, Form, Select, text_of
from tests.support import embedded_chats
from tests.support.embedded_chats import asked, at_rest, saved, settings, turns

short_waits = embedded_chats.short_waits

ROWS = [{"id": str(number), "question": f"What is {number}?", "expected": f"=A{number}"} for number in range(5)]
VERSIONS = ("4.11", "4.16")


@pytest.fixture(scope="module", params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def server(version: str) -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve(version=version, heartbeat=3600.0) as server:
        yield server


@pytest.fixture
def app(server: FakeFastGPT) -> App:
    return server.app(answer=echo)


@pytest.fixture(scope="module")
def newest() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve(heartbeat=3600.0) as server:
        yield server


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "answers.jsonl"


def echo(messages: list[Any], variables: dict[str, Any]) -> str:
    return f"You said: {text_of(messages[-1]['content'])}"


async def results(run: AsyncAskRun) -> list[AskResult]:
    """Return all results of a run."""
    async with run:
        return [result async for result in run]


async def ask(server: FakeFastGPT, app: App, rows: Any = ROWS, **given: Any) -> tuple[list[AskResult], AsyncAskRun]:
    """Return the results of a run, and the run."""
    async with AsyncChatClient(**settings(server, app)) as client:
        run = client.ask_each(rows, **{"run": "r", **given})
        found = await results(run)
        return found, run


def questions(server: FakeFastGPT, app: App) -> list[str]:
    """Return the questions that the app's chats hold."""
    assert at_rest(server, app)
    found = [saved(server, app, chat) for app_id, chat in [*server.state.chats] if app_id == app.id]
    return sorted(text for chat in found for who, text in chat if who == "Human")


def but_for_times(rows: list[AskRow]) -> list[AskRow]:
    return sorted(({**row, "seconds": None} for row in rows), key=lambda row: row["id"])  # type: ignore[misc,return-value]


def everything(*rows: dict[str, Any]) -> list[str]:
    return sorted(str(row["question"]) for row in rows or ROWS)


# --- rows in and out ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ordered", [True, False])
async def test_every_row_is_asked_once(server: FakeFastGPT, app: App, to: Path, ordered: bool) -> None:
    told: list[int] = []
    found, run = await ask(
        server, app, to=to, ordered=ordered, concurrency=3, progress=lambda sum: told.append(sum.asked)
    )
    assert [result.answer for result in sorted(found, key=lambda result: result.id)] == [
        f"You said: {row['question']}" for row in ROWS
    ]
    if ordered:
        assert [result.row for result in found] == ROWS
    assert questions(server, app) == everything()
    assert (run.summary.asked, run.summary.reused, run.summary.failures, run.summary.stopped) == (5, 0, 0, None)
    assert told == [1, 2, 3, 4, 5]
    assert run.summary.points == pytest.approx(sum(result.output["points"] or 0 for result in found))
    assert run.summary.tokens > 0
    assert but_for_times([*read_rows(to)]) == but_for_times([result.output for result in found])
    assert [(result.attempts, result.reused) for result in found] == [(1, False)] * 5
    assert found[0].output["chat_id"] == chat_id("r", found[0].id, 0)
    assert {*found[0].output} >= {*ROWS[0]}


async def test_a_run_goes_on_with_what_is_not_in_its_file(server: FakeFastGPT, app: App, to: Path) -> None:
    first, _ = await ask(server, app, ROWS[:3], to=to)
    second, run = await ask(server, app, ROWS, to=to, ordered=True)
    assert [result.reused for result in second] == [True, True, True, False, False]
    assert but_for_times([result.output for result in first]) == but_for_times([r.output for r in second[:3]])
    assert (run.summary.asked, run.summary.reused) == (2, 3)
    assert questions(server, app) == everything()


async def test_another_run_asks_anew(server: FakeFastGPT, app: App) -> None:
    await ask(server, app, ROWS[:1])
    found, _ = await ask(server, app, ROWS[:1], run="another")
    assert questions(server, app) == [ROWS[0]["question"]] * 2
    assert found[0].error is None


async def test_equal_rows_are_one_question(server: FakeFastGPT, app: App, to: Path) -> None:
    rows = [{"question": "Same?"}, {"question": "Same?"}, {"question": "Other?"}]
    found, _ = await ask(server, app, rows, to=to, ordered=True)
    assert [result.answer for result in found] == ["You said: Same?"] * 2 + ["You said: Other?"]
    assert [result.reused for result in found] == [False, True, False]
    assert questions(server, app) == ["Other?", "Same?"]
    again, _ = await ask(server, app, rows, to=to, concurrency=1)
    assert [result.reused for result in again] == [True] * 3


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("keeps", [True, False])
async def test_one_id_for_two_questions_is_an_error_row(
    server: FakeFastGPT, app: App, to: Path, keeps: bool, concurrency: int
) -> None:
    rows = [{"id": 1, "question": "One?"}, {"id": 1, "question": "Two?"}]
    found, _ = await ask(server, app, rows, to=to if keeps else None, ordered=True, concurrency=concurrency)
    assert [result.answer for result in found] == ["You said: One?", None]
    assert str(found[1].error).startswith("IdInUse: the ID '1' belongs to another question in the run 'r'")
    assert questions(server, app) == ["One?"]
    if keeps:
        again, _ = await ask(server, app, rows, to=to, ordered=True)
        assert [result.answer for result in again] == ["You said: One?", None]
        assert len([*read_rows(to)]) == 2


async def test_without_a_file_an_equal_row_is_looked_up(newest: FakeFastGPT) -> None:
    app = newest.app(answer=echo)
    found, _ = await ask(newest, app, [*ROWS[:1], *ROWS[:1]], concurrency=1)
    assert found[0].output["answer"] == found[1].output["answer"]
    assert questions(newest, app) == everything(ROWS[0])


# --- what a row may hold --------------------------------------------------------------------------------------------


async def test_several_questions_are_one_conversation(server: FakeFastGPT, app: App, to: Path) -> None:
    rows = [{"id": "several", "a": "One?", "b": "Two?"}]
    found, _ = await ask(server, app, rows, question=["a", "b"], to=to)
    assert found[0].answer == ["You said: One?", "You said: Two?"]
    chat = found[0].output["chat_id"]
    assert saved(server, app, chat) == turns(("One?", "You said: One?"), ("Two?", "You said: Two?"))
    items = [request.json["responseChatItemId"] for request in asked(server, chat)]
    assert found[0].output["data_id"] == items[1] != items[0]
    assert found[0].attempts == 2


async def test_variables_of_the_row_go_along(server: FakeFastGPT) -> None:
    app = server.app(answer=lambda messages, variables: f"in {variables.get('city')}", variables=[{"key": "city"}])
    found, _ = await ask(server, app, ROWS[:1], variables=lambda row: {"city": row["id"]})
    assert found[0].answer == "in 0"


async def test_files_of_the_row_go_along(newest: FakeFastGPT, tmp_path: Path) -> None:
    app = newest.app(answer=echo, files=True)
    file = tmp_path / "a.txt"
    file.write_text("Oslo", "utf-8")
    files = [str(file), "https://files.test/b.pdf", "https://files.test/c.png"]
    found, _ = await ask(newest, app, [{"question": "What is in it?", "files": files}], files="files")
    assert found[0].error is None
    [request] = asked(newest, found[0].output["chat_id"])
    text, *parts = request.json["messages"][0]["content"]
    assert text == {"type": "text", "text": "What is in it?"}
    assert [part["type"] for part in parts] == ["file_url", "file_url", "image_url"]
    assert parts[1]["name"] == "b.pdf"


async def test_a_file_that_is_not_there_is_an_error_row(newest: FakeFastGPT) -> None:
    app = newest.app(answer=echo, files=True)
    rows = [{"id": "1", "question": "What?", "file": "/nowhere/a.txt"}, {"id": "2", "question": "Who?", "file": ""}]
    found, _ = await ask(newest, app, rows, files="file", ordered=True)
    assert [result.answer for result in found] == [None, "You said: Who?"]
    assert "a.txt" in str(found[0].error)


def order(values: dict[str, Any]) -> Any:
    return Select("Which plan?", {"Basic": f"Basic for {values['name']}.", "Pro": "Pro."})


def fill(row: Any, node: Any) -> Any:
    return node.fill({"name": row["name"]}) if hasattr(node, "fill") else node.choose("Basic")


async def test_what_a_run_asks_back_is_answered(newest: FakeFastGPT) -> None:
    app = newest.app(answer=Form("Order", [{"key": "name", "required": True}], order))
    rows = [{"id": name, "question": "Order", "name": name} for name in ("ann", "ben")]
    found, _ = await ask(newest, app, rows, reply=fill, ordered=True)
    assert [(result.error, result.answer) for result in found] == [
        (None, f"Basic for {name}.") for name in ("ann", "ben")
    ]


async def test_a_pause_that_nobody_answers_is_an_error_row(newest: FakeFastGPT) -> None:
    app = newest.app(answer=Select("Which?", {"A": "a"}))
    found, _ = await ask(newest, app, ROWS[:1])
    assert found[0].error == "ValidationError: the run is waiting for an answer to a pause: pass reply="


async def test_a_run_that_asks_back_for_ever_is_an_error_row(newest: FakeFastGPT) -> None:
    app = newest.app(answer=echo)
    app.answers = [again]
    found, _ = await ask(newest, app, ROWS[:1], reply=lambda row, node: node.choose("A"))
    assert str(found[0].error).startswith("ValidationError: the run is waiting for an answer")


def again(messages: list[Any], variables: dict[str, Any]) -> Any:
    return Select("Which?", {"A": again})


async def test_a_run_of_which_nothing_came_says_what_it_cost(newest: FakeFastGPT) -> None:
    app = newest.app(answer=Failure("503 overloaded"))
    found, run = await ask(newest, app, ROWS[:1])
    assert str(found[0].error).startswith("WorkflowError: ")
    assert found[0].answer is None
    assert found[0].output["usage"] is not None
    assert run.summary.failed == {"WorkflowError": 1}


# --- going on -------------------------------------------------------------------------------------------------------


def note(to: Path, *ids: str, attempt: int = 0) -> None:
    """Leave behind what a process does that is killed after it has noted that it will ask."""
    journal = Journal(to, "r")
    for id in ids:
        journal.begin(id, attempt)
    journal.close()


async def test_what_a_killed_process_asked_is_looked_up(server: FakeFastGPT, app: App, to: Path) -> None:
    undisturbed, _ = await ask(server, app, ROWS)
    note(to, *(row["id"] for row in ROWS))
    found, _ = await ask(server, app, ROWS, to=to)
    assert but_for_times([result.output for result in found]) == but_for_times([r.output for r in undisturbed])
    assert questions(server, app) == everything()
    assert [*to.parent.iterdir()] == [to]


async def test_what_a_killed_process_may_not_have_asked(
    server: FakeFastGPT, app: App, to: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(to, "0")
    if version == "4.11":  # it does not say that nothing is going on: it is looked for all the time
        monkeypatch.setattr(recovery, "_BUDGET_SECONDS", 0.3)
    found, _ = await ask(server, app, ROWS[:2], to=to, ordered=True)
    if version == "4.11":  # nothing there refuses a second copy
        assert str(found[0].error).startswith("APIConnectionError: The question was already sent, by a process")
        assert questions(server, app) == [ROWS[1]["question"]]
        again, _ = await ask(server, app, ROWS[:1], to=to, retry_failed=True)
        assert again[0].answer == "You said: What is 0?"
        assert again[0].output["chat_id"] == chat_id("r", "0", 1)
    else:
        assert found[0].answer == "You said: What is 0?"
    assert found[1].error is None
    assert questions(server, app) == everything(*ROWS[:2])


async def test_failed_rows_are_asked_again_on_purpose(server: FakeFastGPT, app: App, to: Path) -> None:
    with server.fault("error_before_run", app=app, times=None, message="modelNotFound"):
        failed, run = await ask(server, app, ROWS[:2], to=to, ordered=True)
    assert run.summary.failures == 2
    kept, run = await ask(server, app, ROWS[:2], to=to, ordered=True)
    assert [result.error for result in kept] == [result.error for result in failed]
    assert (run.summary.asked, run.summary.reused) == (0, 2)
    good, run = await ask(server, app, ROWS[:2], to=to, retry_failed=True)
    assert [(result.error, result.reused) for result in good] == [(None, False)] * 2
    assert {result.output["chat_id"] for result in good} == {chat_id("r", id, 1) for id in "01"}
    assert len([*read_rows(to)]) == 2
    assert run.summary.failures == 0


async def test_an_attempt_that_was_under_way_is_ended_without_being_asked_for(newest: FakeFastGPT, to: Path) -> None:
    app = newest.app(answer=echo)
    with newest.fault("error_before_run", app=app, message="modelNotFound"):
        await ask(newest, app, ROWS[:1], to=to)
    note(to, "0", attempt=1)
    found, _ = await ask(newest, app, ROWS[:1], to=to)
    assert (found[0].error, found[0].output["chat_id"]) == (None, chat_id("r", "0", 1))


@pytest.mark.parametrize("kind", ["cut_before_headers", "cut_in_json"])
async def test_an_answer_that_is_cut_is_looked_up(newest: FakeFastGPT, to: Path, kind: Any) -> None:
    app = newest.app(answer=echo)
    with newest.fault(kind, app=app, times=3):
        found, _ = await ask(newest, app, to=to)
    assert [result.error for result in found] == [None] * 5
    assert questions(newest, app) == everything()


async def test_an_id_that_the_server_has_for_another_question(newest: FakeFastGPT) -> None:
    app = newest.app(answer=echo)
    await ask(newest, app, [{"id": "1", "question": "One?"}])
    found, _ = await ask(newest, app, [{"id": "1", "question": "Two?"}])
    assert str(found[0].error).startswith("IdInUse: ")
    assert questions(newest, app) == ["One?"]


@pytest.mark.parametrize("pauses", [1, 2])
async def test_a_reply_that_was_sent_before_is_looked_up(newest: FakeFastGPT, to: Path, pauses: int) -> None:
    app = newest.app(answer=Form("Order", [{"key": "name", "required": True}], order))
    rows = [{"id": "ann", "question": "Order", "name": "ann"}]
    answered = 0

    def reply(row: Any, node: Any) -> Any:
        nonlocal answered
        answered += 1
        if answered > pauses:
            raise KeyError("gone")
        return fill(row, node)

    if pauses < 2:
        with pytest.raises(KeyError, match="gone"):
            await ask(newest, app, rows, to=to, reply=reply)
    else:
        await ask(newest, app, rows, to=None, reply=reply)
        note(to, "ann")
    found, _ = await ask(newest, app, rows, to=to, reply=fill)
    assert (found[0].error, found[0].answer) == (None, "Basic for ann.")
    assert len([text for text in questions(newest, app) if text == "Order"]) == 1


# --- pace and ends --------------------------------------------------------------------------------------------------


async def test_all_slow_down_together_and_recover(newest: FakeFastGPT) -> None:
    app = newest.app(answer=echo)
    with newest.fault("rate_limit", app=app, times=4, seconds=0.01, headers={"Retry-After": "0"}) as fault:
        found, run = await ask(newest, app, per_minute=60_000)
    assert fault.hits == 4
    assert [result.error for result in found] == [None] * 5
    assert questions(newest, app) == everything()
    assert run.summary.failures == 0


async def test_a_rate_limit_that_never_ends_is_an_error_row(
    newest: FakeFastGPT, monkeypatch: pytest.MonkeyPatch
) -> None:
    for flavour in ("_async", "_sync"):
        monkeypatch.setattr(f"fastgpt_client.{flavour}.ask_line._LIMITS", 2)
    app = newest.app(answer=echo)
    with newest.fault("rate_limit", app=app, times=None, headers={"Retry-After": "0"}) as fault:
        found, run = await ask(newest, app, ROWS[:1])
    assert (fault.hits, run.summary.failed) == (2, {"RateLimitError": 1})
    assert found[0].answer is None


async def test_a_run_ends_when_the_points_are_used_up(newest: FakeFastGPT, to: Path) -> None:
    app = newest.app(answer=echo)
    with newest.fault("error_before_run", app=app, times=None, message="aiPointsNotEnough"):
        found, run = await ask(newest, app, to=to, concurrency=1)
    assert found == []
    assert str(run.summary.stopped).startswith("QuotaExceededError: ")
    assert str(run.summary.stopped).endswith("; the same call goes on from there")
    assert [*to.parent.iterdir()] == [to]  # nothing is under way
    found, run = await ask(newest, app, to=to)
    assert (len(found), run.summary.asked, questions(newest, app)) == (5, 5, everything())


async def test_what_was_under_way_stays_so_when_the_points_are_used_up(newest: FakeFastGPT, to: Path) -> None:
    app = newest.app(answer=echo)
    note(to, "0")
    with newest.fault("error_before_run", app=app, times=None, message="aiPointsNotEnough"):
        found, run = await ask(newest, app, ROWS[:1], to=to)
    assert (found, len([*to.parent.iterdir()])) == ([], 2)
    assert run.summary.stopped is not None


async def test_a_run_ends_with_too_many_failures(newest: FakeFastGPT) -> None:
    app = newest.app(answer=echo)
    with newest.fault("error_before_run", app=app, times=None, message="modelNotFound"):
        found, run = await ask(newest, app, concurrency=1, max_failures=2)
    assert len(found) <= 3
    assert str(run.summary.stopped).startswith("2 rows failed, as many as max_failures allows; give to= a file")


async def test_a_run_ends_with_too_many_points(newest: FakeFastGPT, to: Path) -> None:
    app = newest.app(answer=echo)
    found, run = await ask(newest, app, to=to, concurrency=1, max_points=0.001)
    assert 1 <= len(found) <= 2
    assert "of 0.001 that max_points allows" in str(run.summary.stopped)
    assert len([*read_rows(to)]) == len(found)


async def test_a_run_that_is_stopped_ends_in_good_order(newest: FakeFastGPT, to: Path) -> None:
    app = newest.app(answer=echo)
    async with AsyncChatClient(**settings(newest, app)) as client:
        seen: list[AskResult] = []
        async with client.ask_each(iter(ROWS), run="r", to=to, concurrency=2) as run:
            async for result in run:
                seen.append(result)
                run.stop("enough")
                run.stop("not said")
        assert run.summary.stopped == "enough; the same call goes on from there"
        assert 1 <= len(seen) <= 3
        assert {row["id"] for row in read_rows(to)} == {result.id for result in seen}
    await ask(newest, app, to=to)
    assert questions(newest, app) == everything()


async def test_what_waits_for_its_pace_is_not_asked_once_the_run_is_stopped(newest: FakeFastGPT, to: Path) -> None:
    app = newest.app(answer=echo)
    async with AsyncChatClient(**settings(newest, app)) as client:
        async with client.ask_each(ROWS, run="r", to=to, per_minute=1, ordered=True) as run:
            async for result in run:
                assert result.id == "0"
                run.stop()
    assert questions(newest, app) == everything(ROWS[0])
    assert [*to.parent.iterdir()] == [to]


async def test_a_limit_that_comes_while_a_run_ends_is_no_failure(newest: FakeFastGPT, to: Path) -> None:
    app = newest.app(answer=echo)
    async with AsyncChatClient(**settings(newest, app)) as client:
        run = client.ask_each(ROWS[:1], run="r", to=to)

        def stop(request: object) -> bool:
            run.stop()
            return True

        with newest.fault("rate_limit", app=app, times=None, when=stop):
            found = await results(run)
    assert (found, run.summary.failures) == ([], 0)
    assert [*to.parent.iterdir()] == [to]


async def test_a_block_that_is_left_early_is_gone_on_with(newest: FakeFastGPT, to: Path) -> None:
    app = newest.app(answer=echo, delay=0.01)
    async with AsyncChatClient(**settings(newest, app)) as client:
        async with client.ask_each(ROWS, run="r", to=to, concurrency=3) as run:
            async for _ in run:
                break
        with pytest.raises(ValidationError, match="use ask_each as a context manager"):
            await anext(run)
        with pytest.raises(ValidationError, match="a run can be used only once"):
            await run.__aenter__()
        found = await results(client.ask_each(ROWS, run="r", to=to, ordered=True))
    assert [result.answer for result in found] == [f"You said: {row['question']}" for row in ROWS]
    assert questions(newest, app) == everything()


def broken(*_: object) -> Any:
    raise KeyError("mine")


@pytest.mark.parametrize("name", ["question", "variables", "id", "files", "progress", "reply"])
async def test_what_the_caller_s_own_function_raises_is_passed_on(newest: FakeFastGPT, name: str) -> None:
    app = newest.app(answer=Select("Which?", {"A": "a"}))
    with pytest.raises(KeyError, match="mine"):
        await ask(newest, app, ROWS, **{"reply": lambda row, node: node.choose("A"), name: broken})


async def test_what_the_rows_raise_is_passed_on(newest: FakeFastGPT) -> None:
    app = newest.app(answer=echo)
    with pytest.raises(KeyError, match="mine"):
        await ask(newest, app, map(broken, ROWS))


async def test_only_so_many_rows_are_taken_as_are_asked(newest: FakeFastGPT) -> None:
    app = newest.app(answer=echo)
    taken: list[int] = []

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(40):
            taken.append(number)
            yield {"id": number, "question": f"{number}?"}

    async with AsyncChatClient(**settings(newest, app)) as client:
        async with client.ask_each(rows(), run="r", concurrency=3) as run:
            given = 0
            async for _ in run:
                given += 1
                assert len(taken) <= given + 3 + 1
    assert given == 40


async def test_results_in_order_wait_for_an_earlier_one_in_bounds(newest: FakeFastGPT) -> None:
    taken: list[int] = []

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(60):
            taken.append(number)
            yield {"id": number, "question": f"{number}?"}

    def late(messages: list[Any], variables: dict[str, Any]) -> Any:
        waits = text_of(messages[-1]["content"]) == "0?" and len(taken) < 17
        return [Delay(0.01), late] if waits else "ok"

    app = newest.app(answer=late)
    async with AsyncChatClient(**settings(newest, app)) as client:
        async with client.ask_each(rows(), run="r", concurrency=2, ordered=True) as run:
            first = await anext(run)
            assert len(taken) == 17  # 16 were held, and one was asked
            given = [result.id async for result in run]
    assert [first.id, *given] == [str(number) for number in range(60)]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"run": ""}, "run must be"),
        ({"concurrency": 0}, "concurrency must be a whole number of at least 1"),
        ({"reply": 5}, "reply must be a regular function"),
        ({"progress": 5}, "progress must be a regular function"),
        ({"customUid": ""}, "customUid must be"),
    ],
    ids=["run", "concurrency", "reply", "progress", "customUid"],
)
async def test_wrong_arguments_are_refused(newest: FakeFastGPT, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        await ask(newest, newest.app(), **given)


async def test_an_app_is_needed(newest: FakeFastGPT) -> None:
    async with AsyncChatClient(newest.api_key, newest.url) as client:
        with pytest.raises(ValidationError, match="appId is missing"):
            client.ask_each(ROWS, run="r")


# --- one row --------------------------------------------------------------------------------------------------------


async def test_one_row_is_plain_data_in_and_out(server: FakeFastGPT, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_API_KEY", server.api_key)
    where = {"base_url": server.url, "app_id": app.id, "retry_delay": 0.0}
    row = await async_ask_one(where, ROWS[0], run="r", customUid="ann")
    assert json.loads(json.dumps(row)) == row
    many, _ = await ask(server, app, ROWS[1:2])
    assert {*row} == {*many[0].output}
    assert (row["answer"], row["chat_id"]) == ("You said: What is 0?", chat_id("r", "0", 0))
    again = await async_ask_one(where, ROWS[0], run="r", begun=True)
    assert {**again, "seconds": None} == {**row, "seconds": None}
    anew = await async_ask_one(where, ROWS[0], run="r", attempt=1)
    assert anew["chat_id"] == chat_id("r", "0", 1)
    assert questions(server, app) == sorted([ROWS[0]["question"]] * 2 + [ROWS[1]["question"]])


async def test_a_limit_of_one_row_is_a_result(newest: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_API_KEY", newest.api_key)
    app = newest.app(answer=echo)
    where = {"base_url": newest.url, "app_id": app.id, "retry_delay": 0.0, "max_retries": 1}
    with newest.fault("rate_limit", app=app, times=None, headers={"Retry-After": "0"}) as fault:
        row = await async_ask_one(where, ROWS[0], run="r")
    assert (fault.hits, str(row["error"]).partition(":")[0]) == (2, "RateLimitError")


@pytest.mark.parametrize(
    ("where", "given", "message"),
    [
        ({"api_key": "k"}, {}, "settings must not contain the key"),
        ({"http_client": None}, {}, "settings must not contain the key"),
        ({}, {"attempt": -1}, "attempt must be 0 or a positive integer, not -1"),
        ({}, {"attempt": True}, "attempt must be 0 or a positive integer, not True"),
        ({}, {"run": ""}, "run must be"),
        ({}, {"reply": 5}, "reply must be a regular function"),
        ({}, {}, "appId is missing"),
    ],
    ids=["key", "http_client", "attempt", "attempt-bool", "run", "reply", "app"],
)
async def test_what_one_row_cannot_be_asked_with_is_refused(
    monkeypatch: pytest.MonkeyPatch, where: dict[str, Any], given: dict[str, Any], message: str
) -> None:
    monkeypatch.setenv("FASTGPT_API_KEY", "key")
    with pytest.raises(ValidationError, match=message):
        await async_ask_one(where, ROWS[0], **{"run": "r", **given})
