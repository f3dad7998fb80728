# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Saving a knowledge base, and making it again: the same rows, indexes and marks, wherever a run ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from fastgpt_client import AsyncKnowledgeBase, AuthenticationError, NotFoundError, ValidationError
from fastgpt_client.knowledge import CopyReport, Progress
from tests.support.knowledge_server import DATASET, Held, Killed, KnowledgeServer, Row, error

MARK = {"fastgpt_client": {"path": "a/b.md", "fingerprint": "sha256:0", "settings": "", "v": 1}}


@pytest.fixture(params=["new", "old"])
def server(request: pytest.FixtureRequest) -> KnowledgeServer:
    """A server that holds one of each kind of collection."""
    server = KnowledgeServer(old=request.param == "old")
    folder = server.put("a", type="folder")
    server.put("deep", type="folder", parentId=folder.id)
    file = server.put("b.md", content=b"1\n2\n3", parentId=folder.id, metadata=MARK, settings={"trainingType": "qa"})
    file.rows[1] = Row("f" * 24, "2 changed", "an answer", ["found by this"], 1)
    faq = server.put("FAQ", type="virtual")
    faq.rows = [Row(f"{number:024x}", f"q{number}", "a", [], number) for number in range(10**6, 10**6 + 33)]
    server.forbidden.append("FAQ")
    return server


@pytest.fixture
def other() -> KnowledgeServer:
    return KnowledgeServer()


def base(server: KnowledgeServer) -> AsyncKnowledgeBase:
    return server.async_dataset(max_retries=0).knowledge_base(DATASET, poll=0.0)


async def restored(server: KnowledgeServer, folder: Path, **options: Any) -> CopyReport:
    return await AsyncKnowledgeBase.restore(server.async_dataset(max_retries=0), folder, poll=0.0, **options)


def shape(server: KnowledgeServer) -> dict[str, Any]:
    def of(one: Held) -> Any:
        mark = one.metadata.get("fastgpt_client")
        return one.type, mark, sorted((row.q, row.a, *row.indexes) for row in one.rows), one.content

    return {server.path_of(one): of(one) for one in server.held.values()}


async def test_what_was_saved_comes_again(server: KnowledgeServer, other: KnowledgeServer, tmp_path: Path) -> None:
    told: list[Progress] = []
    saved = await base(server).save(tmp_path / "backup", progress=told.append)
    assert (saved.ok, saved.collections, saved.rows, saved.originals) == (True, 4, 36, 1)
    assert told[-1].done == told[-1].total == 4
    report = await restored(other, tmp_path / "backup", name="Again", progress=told.append)
    assert (report.problems, report.collections, report.rows, report.originals) == ((), 4, 36, 1)
    assert shape(other) == shape(server)
    assert (other.made_datasets, other.forbidden) == (["Again"], ["FAQ"])
    assert {one.settings.get("trainingType") for one in other.held.values() if one.type == "file"} == {"chunk"}
    again = await restored(other, tmp_path / "backup", datasetId=DATASET)
    assert again.ok
    assert shape(other) == shape(server)
    assert other.made_datasets == ["Again"]


@pytest.mark.parametrize("answered", [False, True], ids=["before", "after"])
async def test_a_save_and_a_restore_that_are_killed_are_gone_on_with(
    server: KnowledgeServer, other: KnowledgeServer, tmp_path: Path, answered: bool
) -> None:
    killing = [True]

    def kill(request: httpx.Request, done: bool) -> None:
        name = request.url.path.rpartition("/")[2]
        if killing[0] and done == answered and name in ("detail", "localFile", "delete"):
            killing[0] = False
            raise Killed

    for one in (server, other):
        one.fault = kill
    with pytest.raises(Killed):
        await base(server).save(tmp_path)
    with pytest.raises(ValidationError, match="completely saved"):
        await restored(other, tmp_path)
    assert (await base(server).save(tmp_path)).ok
    for _ in range(2):
        killing[0] = True
        with pytest.raises(Killed):
            await restored(other, tmp_path, datasetId=DATASET, concurrency=1)
    assert (await restored(other, tmp_path, datasetId=DATASET)).ok
    assert shape(other) == shape(server)


async def test_a_finished_save_is_made_anew(server: KnowledgeServer, tmp_path: Path) -> None:
    await base(server).save(tmp_path)
    faq = next(one for one in server.held.values() if one.name == "FAQ")
    del faq.rows[1:]
    assert (await base(server).save(tmp_path)).rows == 4
    server.calls.clear()
    (tmp_path / "dataset.json").unlink()
    [broken] = [path for path in (tmp_path / "rows").iterdir() if path.stem == faq.id]
    broken.write_text("")
    assert (await base(server).save(tmp_path)).rows == 4
    assert server.count("data/detail") == 1


async def test_a_dataset_that_does_not_exist_leaves_no_folder_behind(server: KnowledgeServer, tmp_path: Path) -> None:
    server.fault = lambda request, answered: error(501000, "unExistDataset")
    with pytest.raises(NotFoundError):
        await base(server).save(tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def damage(folder: Path, file: str, content: str) -> None:
    for path in folder.glob(file):
        path.write_text(content)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("dataset.json", "{"),
        ("dataset.json", '{"form": 2}'),
        ("dataset.json", '{"form": 1, "collections": ["none"]}'),
        ("originals/*", "another"),
        ("rows/*", ""),
        ("collections/*", '{"form": 1}'),
    ],
)
async def test_files_that_are_not_what_was_saved_are_refused(
    server: KnowledgeServer, other: KnowledgeServer, tmp_path: Path, file: str, content: str
) -> None:
    await base(server).save(tmp_path)
    damage(tmp_path, file, content)
    with pytest.raises(ValidationError, match=r"completely saved|changed after the save"):
        await restored(other, tmp_path)
    assert other.calls == []


async def test_what_cannot_come_as_it_was_is_told(
    server: KnowledgeServer, other: KnowledgeServer, tmp_path: Path
) -> None:
    server.put("lost.md", content=b"").rows = [Row("e" * 24, "lost", "", [], 0)]
    server.put("https://example.org", type="link").rows = [Row("d" * 24, "linked", "", [], 0)]
    saved = await base(server).save(tmp_path)
    assert saved.problems == ("lost.md: its original cannot be had: HTTP 404",)
    report = await restored(other, tmp_path)
    assert sorted(report.problems) == [
        "https://example.org: its rows are in an empty collection: one of the type link would get different rows",
        "lost.md: its rows are in a collection without a mark: its original is missing",
    ]
    held = {one.name: [row.q for row in one.rows] for one in other.held.values() if one.type == "virtual"}
    assert (held["lost.md"], held["https://example.org"]) == (["lost"], ["linked"])


async def test_what_fails_on_the_way_is_told(server: KnowledgeServer, other: KnowledgeServer, tmp_path: Path) -> None:
    def refuse(request: httpx.Request, answered: bool) -> httpx.Response | None:
        name = request.url.path.rpartition("/")[2]
        if "/system/file/" in request.url.path:
            raise httpx.ConnectError("refused")
        if name in ("localFile", "pushData") or (name == "detail" and request.url.params["id"] == "f" * 24):
            return error(500, "no store")
        return None

    server.fault = other.fault = refuse
    saved = await base(server).save(tmp_path)
    assert [problem.partition(":")[0] for problem in saved.problems] == ["b.md"]
    server.fault = lambda request, answered: None
    assert (await base(server).save(tmp_path)).ok
    report = await restored(other, tmp_path)
    assert [problem.partition(":")[:1] for problem in sorted(report.problems)] == [("FAQ",), ("FAQ",), ("b.md",)]
    other.fault = lambda request, answered: None
    assert (await restored(other, tmp_path, datasetId=DATASET)).ok
    assert shape(other) == shape(server)


async def test_an_original_that_cannot_be_fetched_is_told(server: KnowledgeServer, tmp_path: Path) -> None:
    def fail(request: httpx.Request, answered: bool) -> None:
        if "/system/file/" in request.url.path:
            raise httpx.ConnectError("refused")

    server.fault = fail
    saved = await base(server).save(tmp_path)
    assert saved.problems == ("b.md: its original cannot be had: ConnectError: refused",)


async def test_a_key_that_no_longer_counts_ends_both(
    server: KnowledgeServer, other: KnowledgeServer, tmp_path: Path
) -> None:
    await base(server).save(tmp_path)
    for one, name in (
        (server, "collection/detail"),
        (server, "dataset/detail"),
        (other, "localFile"),
        (other, "pushData"),
    ):
        one.fault = lambda request, answered, name=name: (
            error(514, "unAuthApiKey") if request.url.path.endswith(f"/{name}") and not answered else None
        )
        with pytest.raises(AuthenticationError):
            await (base(server).save(tmp_path / "again") if one is server else restored(other, tmp_path))


async def test_rows_that_were_deleted_meanwhile_are_not_saved(server: KnowledgeServer, tmp_path: Path) -> None:
    def delete(request: httpx.Request, answered: bool) -> None:
        if request.url.path.endswith("data/detail"):
            for one in server.held.values():
                one.rows = [row for row in one.rows if row.q != "2 changed"]

    server.fault = delete
    assert (await base(server).save(tmp_path)).rows == 35


async def test_training_that_fails_is_told(server: KnowledgeServer, other: KnowledgeServer, tmp_path: Path) -> None:
    await base(server).save(tmp_path)

    def fail(request: httpx.Request, answered: bool) -> None:
        if answered and request.url.path.endswith("localFile"):
            [*other.held.values()][-1].failed = 1

    other.fault = fail
    report = await restored(other, tmp_path)
    assert "b.md: failed: 1 of its tasks failed: NotFound" in report.problems


async def test_folders_that_lie_in_a_lost_one_come_to_the_top(other: KnowledgeServer, tmp_path: Path) -> None:
    server = KnowledgeServer()
    top = server.put("top", type="folder")
    server.put("below", type="folder", parentId=top.id)
    await base(server).save(tmp_path)
    about = json.loads((tmp_path / "dataset.json").read_text())
    about["collections"].remove(top.id)
    (tmp_path / "dataset.json").write_text(json.dumps(about))
    assert (await restored(other, tmp_path)).ok
    assert [other.path_of(one) for one in other.held.values()] == ["below"]
