# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Keeping a knowledge base in step: nothing twice, nothing too many, no gap, and nothing that fails unseen."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from fastgpt_client import AsyncKnowledgeBase, AuthenticationError, RateLimitError, TrainingError, ValidationError
from fastgpt_client.knowledge import Entry, Interval, KnowledgeReport, Progress, Question, RowOutcome
from tests.support.knowledge_server import DATASET, Killed, Killer, KnowledgeServer, error

FILES = {"a.md": "1", "b.md": "2", "c/d.md": "3", "c/e/f.md": "4"}


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture(params=["new", "old"])
def server(request: pytest.FixtureRequest) -> KnowledgeServer:
    return KnowledgeServer(old=request.param == "old")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        write(tmp_path, name, content)
    return tmp_path


def write(folder: Path, name: str, content: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content)


def base(server: KnowledgeServer, **options: Any) -> AsyncKnowledgeBase:
    return server.async_dataset(**options).knowledge_base(DATASET, poll=0.0)


def held(server: KnowledgeServer) -> dict[str, str]:
    found = server.files()
    assert len(dict(found)) == len(found)
    return dict(found)


def statuses(report: KnowledgeReport) -> dict[str, str]:
    return {outcome.path: f"{outcome.action} {outcome.status}" for outcome in report}


# --- what a run does ------------------------------------------------------------------------------------------------


async def test_a_folder_is_put_in_with_its_folders(server: KnowledgeServer, docs: Path) -> None:
    report = await base(server).sync(docs, under="handbook", wait=60, prune=True)
    assert statuses(report) == {f"handbook/{path}": "create done" for path in FILES}
    assert {server.path_of(one): one.content.decode() for one in server.held.values() if one.mark} == {
        f"handbook/{path}": content for path, content in FILES.items()
    }
    assert all(server.held[str(outcome.collection_id)].mark["path"] == outcome.path for outcome in report)
    report.raise_for_failures()


async def test_a_second_run_finds_nothing_to_do(server: KnowledgeServer, docs: Path, cache: Path) -> None:
    kb = base(server)
    await kb.sync(docs, wait=60)
    for made in ([], [cache]):
        for folder in made:
            for file in folder.rglob("*.json"):
                file.unlink()
        server.calls.clear()
        report = await base(server).sync(docs, wait=60, prune=True)
        assert statuses(report) == dict.fromkeys(FILES, "unchanged done")
        assert {call for call in server.calls if not call.endswith("listV2")} == (
            {"GET collection/detail"} if made else set()
        )
    assert (await kb.plan_sync(docs)).is_empty


async def test_without_waiting_what_is_replaced_stays_until_the_next_run(server: KnowledgeServer, docs: Path) -> None:
    kb = base(server)
    await kb.sync(docs, wait=60)
    server.watched = {*FILES}
    server.learns_after = 5
    write(docs, "a.md", "changed")
    assert statuses(await kb.sync(docs))["a.md"] == "replace pending"
    assert server.files().count(("a.md", "1")) == 1
    assert statuses(await kb.sync(docs))["a.md"] == "wait pending"
    report = await kb.sync(docs, wait=60)
    assert statuses(report)["a.md"] == "wait done"
    assert held(server) == {**FILES, "a.md": "changed"}


async def test_that_a_new_one_is_learnt_has_to_be_seen_twice(server: KnowledgeServer, docs: Path) -> None:
    await base(server).sync(docs, match="a.md", wait=60)
    server.put("a.md", content=b"1", metadata={"fastgpt_client": {"path": "a.md", "fingerprint": "old", "v": 1}})
    [one] = [one for one in server.held.values() if one.mark.get("fingerprint") != "old"]

    def lag(request: httpx.Request, answered: bool) -> None:
        if request.url.path.endswith("collection/detail") and answered and not lagging:
            lagging.append(True)
            one.looks_left, one.rows = 9, []

    lagging: list[bool] = []
    server.fault = lag
    assert statuses(await base(server).sync(docs, match="a.md")) == {"a.md": "unchanged pending"}
    assert len(server.files()) == 2
    server.fault = lambda request, answered: None
    assert statuses(await base(server).sync(docs, match="a.md", wait=60)) == {"a.md": "wait done"}
    assert held(server) == {"a.md": "1"}


async def test_moved_and_deleted_files(server: KnowledgeServer, docs: Path) -> None:
    kb = base(server)
    await kb.sync(docs, wait=60)
    server.watched = {*FILES} - {"b.md", "c/d.md"}
    (docs / "b.md").rename(docs / "moved.md")
    (docs / "c/d.md").unlink()
    plan = await kb.plan_sync(docs, prune=True)
    assert plan.counts == {"unchanged": 2, "move": 1, "delete": 1}
    report = await kb.sync(docs, wait=60, prune=True)
    assert statuses(report) == {
        "a.md": "unchanged done",
        "c/d.md": "delete done",
        "c/e/f.md": "unchanged done",
        "moved.md": "move done",
    }
    assert held(server) == {"a.md": "1", "c/e/f.md": "4", "moved.md": "2"}


async def test_only_what_a_sync_has_made_under_the_folder_goes(server: KnowledgeServer, docs: Path) -> None:
    kb = base(server)
    await kb.sync(docs, under="other", wait=60)
    await kb.sync(docs, under="handbook", wait=60)
    folder = next(one for one in server.held.values() if server.path_of(one) == "handbook")
    theirs = server.put("theirs.md", content=b"5", parentId=folder.id)
    (docs / "a.md").unlink()
    await kb.sync(docs, under="handbook", prune=True)
    assert len(server.files()) == 2 * len(FILES) - 1
    assert theirs.id in server.held


async def test_new_settings_put_all_in_again(server: KnowledgeServer, docs: Path) -> None:
    kb = base(server)
    await kb.sync(docs, match="*.md", wait=60)
    report = await kb.sync(docs, match=["*.md"], settings={"chunkSize": 600}, wait=60)
    assert statuses(report) == {"a.md": "replace done", "b.md": "replace done"}
    assert {one.settings["chunkSize"] for one in server.held.values() if one.mark} == {600}
    assert held(server) == {"a.md": "1", "b.md": "2"}


async def test_progress_is_told(server: KnowledgeServer, docs: Path) -> None:
    told: list[Progress] = []
    write(docs, "z.exe", "1")
    await base(server).sync(docs, wait=60, concurrency=1, progress=told.append)
    assert [*dict.fromkeys(state.phase for state in told)] == ["listing", "sending", "waiting", "deleting"]
    sending = [(state.done, state.bytes_done) for state in told if state.phase == "sending"]
    assert sending == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]
    assert (told[-1].bytes_total, told[-2].total) == (4, 4)


async def test_an_error_of_progress_is_passed_on(server: KnowledgeServer, docs: Path) -> None:
    def progress(state: Progress) -> None:
        if state.done == 1:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await base(server).sync(docs, progress=progress)


# --- what fails -----------------------------------------------------------------------------------------------------


class Source:
    """Holds a file that is sent, one that cannot be opened, and one that is not what it was."""

    def entries(self) -> list[Entry]:
        return [Entry("a.md", 1, "x:1"), Entry("b.md", 1, "x:2"), Entry("c.md", 2, "x:3"), Entry("d.md", 0, "x:4")]

    def open(self, path: str) -> Any:
        if path == "b.md":
            raise PermissionError("not for you")
        return io.BytesIO(b"1")


async def test_an_item_that_fails_stops_no_other_and_is_told(server: KnowledgeServer) -> None:
    there = server.put("e.md", content=b"5", metadata={"fastgpt_client": {"path": "e.md", "fingerprint": "", "v": 1}})
    report = await base(server).sync(Source(), wait=60, prune=True)
    assert {outcome.path: (outcome.status, outcome.reason) for outcome in report} == {
        "a.md": ("done", ""),
        "b.md": ("failed", "not for you"),
        "c.md": ("failed", "it changed while it was read"),
        "d.md": ("failed", "it is empty"),
        "e.md": ("skipped", "nothing is pruned: d.md cannot be added"),
    }
    assert there.id in server.held
    with pytest.raises(TrainingError, match=r"b\.md: not for you.*nothing was pruned"):
        report.raise_for_failures()


async def test_training_that_fails_keeps_the_old_one(server: KnowledgeServer, docs: Path) -> None:
    kb = base(server)
    await kb.sync(docs, wait=60)
    server.watched = {*FILES} - {"b.md"}
    write(docs, "a.md", "new")
    (docs / "b.md").unlink()

    def fail(request: httpx.Request, answered: bool) -> None:
        if answered and request.url.path.endswith("localFile"):
            [*server.held.values()][-1].failed = 2

    server.fault = fail
    report = await kb.sync(docs, wait=60, prune=True)
    outcome = {outcome.path: outcome for outcome in report}["a.md"]
    assert (outcome.action, outcome.status) == ("replace", "failed")
    assert outcome.reason == "failed: 2 of its tasks failed: NotFound"
    assert report.prune_refused == "a.md failed"
    assert ("a.md", "1") in server.files()
    server.fault = lambda request, answered: None
    report = await kb.sync(docs, wait=60, prune=True)
    assert (statuses(report)["a.md"], statuses(report)["b.md"]) == ("retry done", "delete done")
    assert held(server) == {"a.md": "new", "c/d.md": "3", "c/e/f.md": "4"}


@pytest.mark.parametrize("text", ["unAuthorization", "aiPointsNotEnough"])
async def test_a_key_or_points_that_no_longer_count_end_the_run(server: KnowledgeServer, docs: Path, text: str) -> None:
    def refuse(request: httpx.Request, answered: bool) -> httpx.Response | None:
        if request.url.path.endswith("localFile") and not answered and len(server.files()) == 2:
            return error(403 if text == "unAuthorization" else 500000, text)
        return None

    server.fault = refuse
    report = await base(server).sync(docs, concurrency=1, wait=60)
    assert sorted(statuses(report).values()) == ["create pending"] * 2 + ["create skipped"] * 2
    assert report.stopped is not None
    assert not report.ok
    server.fault = lambda request, answered: None
    assert (await base(server).sync(docs, wait=60)).ok
    assert held(server) == FILES


async def test_a_key_that_is_unknown_is_an_error(server: KnowledgeServer, docs: Path) -> None:
    server.fault = lambda request, answered: error(514, "unAuthApiKey")
    with pytest.raises(AuthenticationError):
        await base(server).sync(docs)


async def test_a_file_that_may_not_be_read_is_told(server: KnowledgeServer, docs: Path) -> None:
    theirs, gone = server.put("theirs.md", content=b"5"), server.put("gone.md", content=b"6")

    def refuse(request: httpx.Request, answered: bool) -> httpx.Response | None:
        if request.url.path.endswith("detail") and request.url.params["id"] == theirs.id:
            return error(501005, "unAuthDatasetCollection")
        if request.url.path.endswith("detail") and request.url.params["id"] == gone.id:
            server.held.pop(gone.id, None)
        return None

    server.fault = refuse
    report = await base(server).sync(docs, wait=60)
    assert report.ok
    [told] = report.notes
    assert told.startswith("theirs.md could not be read: ")


async def test_too_many_calls_slow_the_run_down(server: KnowledgeServer, docs: Path) -> None:
    refused: list[str] = []

    def refuse(request: httpx.Request, answered: bool) -> httpx.Response | None:
        if request.url.path.endswith("localFile") and not answered and len(refused) < 3:
            refused.append(request.url.path)
            return httpx.Response(429, headers={"retry-after": "0"}, json={"code": 429, "statusText": "tooManyRequest"})
        return None

    server.fault = refuse
    report = await base(server, max_retries=0).sync(docs, concurrency=1, wait=60)
    assert report.ok
    assert held(server) == FILES


# --- fates that are unknown -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("answered", [False, True], ids=["lost", "made"])
@pytest.mark.parametrize("what", ["localFile", "collection/create"], ids=["file", "folder"])
async def test_what_has_an_unknown_fate_is_looked_for(
    server: KnowledgeServer, docs: Path, what: str, answered: bool
) -> None:
    cut: list[str] = []
    server.put("a.md", content=b"1", parentId=server.put("x", type="folder").id)

    def fail(request: httpx.Request, done: bool) -> None:
        if request.url.path.endswith(what) and done == answered and len(cut) < 2:
            cut.append(request.url.path)
            raise httpx.ReadError("cut")

    server.fault = fail
    report = await base(server, max_retries=0).sync(docs, under="x", concurrency=1, wait=60)
    if what == "localFile" or answered:
        report.raise_for_failures()
        assert held(server) == {f"x/{path}": content for path, content in FILES.items()}
        assert len([one for one in server.held.values() if one.type == "folder"]) == 3
        assert len([one for one in server.held.values() if one.name == "a.md"]) == 2
    else:
        assert [outcome.reason for outcome in report if outcome.status == "failed"]
        assert (await base(server).sync(docs, under="x", wait=60)).ok


async def test_a_file_whose_fate_stays_unknown_fails(server: KnowledgeServer, docs: Path) -> None:
    def fail(request: httpx.Request, answered: bool) -> httpx.Response | None:
        if request.url.path.endswith("localFile"):
            return httpx.Response(502, html="<p>502")
        return None

    server.fault = fail
    report = await base(server).sync(docs, match="a.md")
    assert statuses(report) == {"a.md": "create failed"}
    assert server.count("localFile") == 3


async def test_two_runs_at_once_do_no_harm(server: KnowledgeServer, docs: Path) -> None:
    first, second = base(server), base(server)
    plan = await second.plan_sync(docs)
    assert plan.counts == {"create": 4}
    before = {one.id: one for one in server.held.values()}
    await first.sync(docs, wait=60)
    made_by_first = {id: one for id, one in server.held.items() if id not in before}
    for id in made_by_first:
        server.held.pop(id)
    await second.sync(docs, wait=60)
    server.held.update(made_by_first)
    assert len(server.files()) == 8
    server.watched = {*FILES}
    assert (await first.sync(docs, wait=60)).ok
    assert held(server) == FILES


@pytest.mark.parametrize("answered", [False, True], ids=["before", "after"])
async def test_a_run_that_is_killed_at_any_call_is_gone_on_with(
    server: KnowledgeServer, docs: Path, answered: bool
) -> None:
    kb = base(server)
    await kb.sync(docs, under="x", wait=60)
    server.put("theirs.md", content=b"5")
    write(docs, "a.md", "new")
    (docs / "b.md").rename(docs / "c/moved.md")
    (docs / "c/d.md").unlink()
    write(docs, "new/g.md", "6")
    server.watched = {"x/a.md", "x/c/e/f.md"}
    expected = {"x/a.md": "new", "x/c/moved.md": "2", "x/c/e/f.md": "4", "x/new/g.md": "6"}
    killer = Killer(server, answered=answered)
    while killer.arm():
        try:
            await base(server).sync(docs, under="x", wait=60, prune=True, concurrency=1)
        except Killed:
            killer.rest()
            await base(server).sync(docs, under="x", wait=60, prune=True)
        assert held(server) == expected
        assert [one.name for one in server.held.values() if one.type == "file" and not one.mark] == ["theirs.md"]
    assert killer.killed_in >= {"listV2", "detail", "localFile", "create", "delete"}


def change_kept(cache: Path, id: str, mark: dict[str, Any]) -> None:
    [kept] = cache.rglob("*.json")
    marks = json.loads(kept.read_text())
    marks["marks"][id] = mark
    kept.write_text(json.dumps(marks))


async def test_what_was_kept_wrongly_deletes_nothing(server: KnowledgeServer, docs: Path, cache: Path) -> None:
    await base(server).sync(docs, wait=60)
    theirs = server.put("theirs.md", content=b"5")
    await base(server).plan_sync(docs)
    change_kept(cache, theirs.id, marked("gone.md")["fastgpt_client"])
    report = await base(server).sync(docs, prune=True)
    assert statuses(report)["gone.md"] == "delete done"
    assert theirs.id in server.held
    assert "gone.md" not in statuses(await base(server).sync(docs, prune=True))


async def test_what_cannot_be_deleted_is_told(server: KnowledgeServer, docs: Path) -> None:
    await base(server).sync(docs, wait=60)
    for name in ("a.md", "b.md", "c/d.md"):
        (docs / name).unlink()
    gone = next(id for id, one in server.held.items() if one.name == "b.md")

    def refuse(request: httpx.Request, answered: bool) -> httpx.Response | None:
        if request.method == "DELETE" and request.url.params["id"] == gone:
            server.held.pop(gone, None)
        elif request.method == "DELETE" and "a.md" in dict(server.files()) and server.count("delete") == 1:
            return error(501004, "unAuthDataset")
        return None

    server.fault = refuse
    report = await base(server).sync(docs, prune=True, concurrency=1)
    assert sorted(statuses(report).values()) == ["delete done", "delete done", "delete failed", "unchanged done"]


def answering(method: str, answer: httpx.Response) -> Callable[[httpx.Request, bool], httpx.Response | None]:
    return lambda request, answered: answer if request.method == method else None


async def test_points_that_are_used_up_end_the_deleting(server: KnowledgeServer, docs: Path) -> None:
    await base(server).sync(docs, wait=60)
    (docs / "a.md").unlink()
    server.fault = answering("DELETE", error(514, "unAuthApiKey"))
    report = await base(server).sync(docs, prune=True)
    assert isinstance(report.stopped, AuthenticationError)
    assert statuses(report)["a.md"] == "delete skipped"


async def test_training_that_cannot_be_tried_again_is_told(server: KnowledgeServer, docs: Path) -> None:
    await base(server).sync(docs, match="a.md", wait=60)
    [one] = [one for one in server.held.values() if one.mark]
    one.failed = 1
    for text, status in (("aiPointsNotEnough", "retry skipped"), ("unAuthDataset", "retry failed")):
        server.fault = answering("PUT", error(500000, text))
        report = await base(server).sync(docs, match="a.md", wait=60)
        assert statuses(report) == {"a.md": status}
    server.fault = lambda request, answered: None
    server.learns_after = 0
    report = await base(server).sync(docs, match="a.md")
    assert statuses(report) == {"a.md": "retry done"}


async def test_a_file_that_fails_at_once_is_no_success(server: KnowledgeServer, docs: Path) -> None:
    server.learns_after = 0

    def fail(request: httpx.Request, answered: bool) -> None:
        if answered and request.url.path.endswith("localFile"):
            [*server.held.values()][-1].failed = 2

    server.fault = fail
    report = await base(server).sync(docs, match="a.md")
    assert [(outcome.status, outcome.reason) for outcome in report] == [("failed", "its training failed")]


async def test_a_file_that_the_server_refuses_is_sent_once(server: KnowledgeServer, docs: Path) -> None:
    def refuse(request: httpx.Request, answered: bool) -> httpx.Response | None:
        return error(500, "no store") if request.url.path.endswith("localFile") else None

    server.fault = refuse
    report = await base(server).sync(docs, match="a.md")
    assert [outcome.status for outcome in report] == ["failed"]
    assert server.count("localFile") == 1


async def test_a_server_that_is_too_busy_for_long_is_an_error(
    server: KnowledgeServer, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fastgpt_client._http.pace._LONGEST", 0.0)
    server.fault = lambda request, answered: httpx.Response(429, headers={"retry-after": "0.001"})
    with pytest.raises(RateLimitError):
        await base(server, max_retries=0).sync(docs)
    assert len(server.calls) == 8


@pytest.mark.parametrize("changes", [2, 10**6], ids=["twice", "always"])
async def test_a_list_that_changes_while_it_is_read_is_read_again(server: KnowledgeServer, changes: int) -> None:
    for number in range(130):
        server.put(f"{number}.md", content=b"1", metadata=marked(f"{number}.md"))
    left = [changes]

    def change(request: httpx.Request, answered: bool) -> None:
        if request.url.path.endswith("listV2") and json.loads(request.content)["offset"] and not answered and left[0]:
            left[0] -= 1
            oldest = min(server.held.values(), key=lambda one: one.changed)
            oldest.changed = server.made = server.made + 1

    server.fault = change
    plan = await base(server).plan_sync(Nothing())
    assert len(plan.not_in_source) == 130 if changes == 2 else len(plan.not_in_source) < 130
    assert plan.is_empty


class Nothing:
    """A source that holds nothing."""

    def entries(self) -> list[Entry]:
        return []

    def open(self, path: str) -> Any:
        raise AssertionError(path)


def marked(path: str) -> dict[str, Any]:
    return {"fastgpt_client": {"path": path, "fingerprint": "x", "settings": "", "v": 1}}


# --- waiting --------------------------------------------------------------------------------------------------------


async def test_it_is_waited_for_all_that_is_being_learnt(server: KnowledgeServer) -> None:
    folder = server.put("folder", type="folder")
    for number in range(15):
        server.put(f"{number}.md", content=b"1", looks_left=number, parentId=folder.id)
    server.put("rows", type="virtual", looks_left=9)
    server.put("empty", type="virtual")
    told: list[Progress] = []
    await base(server).wait_until_trained(progress=told.append)
    assert all(one.is_ready or one.name == "empty" for one in server.held.values())
    assert (told[0].phase, told[-1].phase, told[-1].done) == ("listing", "waiting", told[-1].total)
    await base(server).wait_until_trained()


@pytest.mark.parametrize(("deadline", "stall", "kind"), [(100, 10**6, "late"), (10**6, 100, "stalled")])
async def test_what_is_not_learnt_is_an_error_that_says_why(
    server: KnowledgeServer, monkeypatch: pytest.MonkeyPatch, deadline: float, stall: float, kind: str
) -> None:
    clock = count()
    module = AsyncKnowledgeBase.__module__
    monkeypatch.setattr(f"{module}_wait.monotonic", lambda: float(next(clock)))
    for number in range(5):
        server.put(f"{number}.md", content=b"1", looks_left=number)
    server.put("failed.md", content=b"1", failed=3)
    server.put("blocked.md", content=b"1", blocked=True)
    server.put("busy.md", content=b"1", looks_left=10**6)
    with pytest.raises(TrainingError, match=r"failed\.md: failed: 3 of its tasks failed: NotFound") as caught:
        await base(server).wait_until_trained(deadline=deadline, stall=stall)
    kinds = {failure.name: failure.kind for failure in caught.value.errors}
    assert kinds == {"failed.md": "failed", "blocked.md": "blocked", "busy.md": kind}


async def test_what_is_deleted_meanwhile_is_not_learnt(server: KnowledgeServer) -> None:
    gone = server.put("gone.md", content=b"1", looks_left=99)

    def delete(request: httpx.Request, answered: bool) -> None:
        if request.url.path.endswith("detail"):
            server.held.pop(gone.id, None)

    server.fault = delete
    with pytest.raises(TrainingError, match=r"gone\.md: failed: it no longer exists"):
        await base(server).wait_until_trained()


async def test_what_failed_is_tried_again(server: KnowledgeServer) -> None:
    server.put("a.md", content=b"1")
    server.put("b.md", content=b"1", failed=1)
    server.put("c.md", content=b"1", failed=2)
    assert sorted(await base(server).retry_failed()) == ["b.md", "c.md"]
    await base(server).wait_until_trained()
    assert all(one.is_ready for one in server.held.values())


# --- rows -----------------------------------------------------------------------------------------------------------


async def outcomes(kb: AsyncKnowledgeBase, rows: Iterable[Any]) -> list[RowOutcome]:
    return [outcome async for outcome in kb.push_rows(rows, collection="FAQ")]


async def test_each_of_many_rows_has_an_outcome_and_each_bad_one_a_reason(server: KnowledgeServer) -> None:
    bad: dict[int, Any] = {
        100: {"q": ""},
        201: {"a": "no question"},
        300: "no row",
        399: {"q": 5},
        400: {"q": "x", "indexes": [{"text": ""}]},
        500: {"q": "x" * 100},
        601: {"q": "refuse me"},
        602: {"q": "refuse me too"},
        999: {"q": "x", "indexes": "x"},
    }
    rows = (bad.get(number, {"q": f"{number}", "a": "1", "indexes": [{"text": "i"}]}) for number in range(1000))
    found = await outcomes(base(server), rows)
    assert [outcome.index for outcome in found] == [*range(1000)]
    dropped = {outcome.index: outcome.row for outcome in found if outcome.status == "dropped"}
    assert dropped == bad
    assert all(outcome.reason for outcome in found if outcome.status != "accepted")
    [faq] = server.held.values()
    assert (faq.name, faq.type) == ("FAQ", "virtual")
    assert sorted(int(row.q) for row in faq.rows) == [number for number in range(1000) if number not in bad]


async def test_rows_go_into_the_collection_of_that_name(server: KnowledgeServer) -> None:
    server.put("FAQ", type="folder")
    first, second = server.put("FAQ", type="virtual"), server.put("FAQ", type="virtual")
    await outcomes(base(server), [{"q": "1"}])
    assert (len(first.rows), len(second.rows)) == (1, 0)
    assert await outcomes(base(server), []) == []


async def test_rows_whose_fate_is_unknown_are_told_and_not_pushed_again(server: KnowledgeServer) -> None:
    def fail(request: httpx.Request, answered: bool) -> None:
        if request.url.path.endswith("pushData") and answered and server.count("pushData") == 1:
            raise httpx.ReadError("cut")

    server.fault = fail
    found = await outcomes(base(server), [{"q": f"{number}"} for number in range(250)])
    assert [outcome.status for outcome in found] == ["unknown"] * 200 + ["accepted"] * 50
    [faq] = server.held.values()
    assert len(faq.rows) == 250


async def test_a_key_that_no_longer_counts_ends_the_pushing(server: KnowledgeServer) -> None:
    server.fault = answering("POST", error(514, "unAuthApiKey"))
    with pytest.raises(AuthenticationError):
        await outcomes(base(server), [{"q": "1"}])
    with pytest.raises(ValidationError, match="collection"):
        base(server).push_rows([], collection="")


# --- evaluating -----------------------------------------------------------------------------------------------------

ASKED = [
    {"question": "the capital of France", "answers": [{"text": "The capital of France is Paris.", "source": "a.md"}]},
    {"question": "unheard"},
]


@pytest.fixture
def asked(server: KnowledgeServer) -> KnowledgeServer:
    server.put("a.md", content=b"The capital of France is Paris.\nThe moon is far.")
    return server


async def test_variants_of_searching_are_compared(asked: KnowledgeServer, tmp_path: Path) -> None:
    write(tmp_path, "questions.jsonl", "\n".join(map(json.dumps, ASKED)))
    variants: dict[str, dict[str, Any]] = {"embedding": {}, "words": {"searchMode": "fullTextRecall"}}
    report = await base(asked).evaluate(tmp_path / "questions.jsonl", k=(1, 2), variants=variants)
    assert [report.value("recall@1", name) for name in variants] == [1, 0]
    assert [report.value("recall@2", name) for name in variants] == [1, 1]
    assert report.value("rejected") == 1
    assert report.differences[0].mrr == Interval(-0.5, -0.5, -0.5, 1)
    assert (report.variants["words"].searches, report.variants["words"].seconds) == (2, 0.25)
    again = await base(asked).evaluate([Question("the capital of France"), *ASKED], k=(1, 2))
    assert [score.variant for score in again.scores] == ["search"] * 3


async def test_a_search_that_fails_is_counted(asked: KnowledgeServer) -> None:
    def refuse(request: httpx.Request, answered: bool) -> httpx.Response | None:
        return error(500, "no model") if b"unheard" in request.content else None

    asked.fault = refuse
    one = (await base(asked).evaluate(ASKED)).variants["search"]
    assert (one.searches, one.errors, one.rejected) == (1, 1, None)
    asked.fault = answering("POST", error(514, "unAuthApiKey"))
    with pytest.raises(AuthenticationError):
        await base(asked).evaluate(ASKED)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"questions": []}, "questions"),
        ({"questions": [{"answers": []}]}, r"\[0\] has no question"),
        ({"variants": {}}, "variants"),
        ({"k": (0,)}, "k must"),
        ({"concurrency": 0}, "concurrency"),
    ],
    ids=lambda value: None,
)
async def test_an_evaluation_that_cannot_be_made_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        await base(KnowledgeServer()).evaluate(**{"questions": ASKED, **arguments})


# --- searching ------------------------------------------------------------------------------------------------------


async def test_a_search_has_names_of_its_own_for_its_modes() -> None:
    server = KnowledgeServer()
    server.put("a.md", content=b"the capital of France\nanother line")
    kb = base(server)
    found = await kb.search("France capital", mode="mixed", rerank=True, limit=100, similarity=0.5)
    assert [hit.text for hit in found] == ["the capital of France"]
    assert {name: found.data.get(name) for name in ("searchMode", "usingReRank", "limit", "similarity")} == {
        "searchMode": "mixedRecall",
        "usingReRank": True,
        "limit": 100,
        "similarity": 0.5,
    }
    assert "usingReRank" not in (await kb.search("France")).data
    with pytest.raises(ValidationError, match="mode"):
        await kb.search("France", mode="mixedRecall")  # type: ignore[arg-type]


# --- arguments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [{"concurrency": 0}, {"wait": "1"}, {"stall": float("inf")}, {"under": "a//b"}, {"source": "none"}],
    ids=str,
)
async def test_arguments_that_cannot_be_right_are_refused(docs: Path, arguments: dict[str, Any]) -> None:
    server = KnowledgeServer()
    with pytest.raises(ValidationError):
        await base(server).sync(**{"source": docs, **arguments})
    assert server.calls == []


async def test_a_knowledge_base_needs_a_dataset() -> None:
    client = KnowledgeServer().async_dataset()
    with pytest.raises(ValidationError, match="datasetId"):
        client.knowledge_base("")
    with pytest.raises(ValidationError, match="poll"):
        client.knowledge_base(DATASET, poll=-1)
    assert DATASET in repr(client.knowledge_base(DATASET))
