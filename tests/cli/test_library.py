"""`library serve DIR` makes a knowledge base of a folder, or says what to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from fastgpt_client import DatasetClient
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import Ran, run
from tests.support.serving import serving


class Way:
    """An address that leads to what the command serves, as long as it does."""

    def __init__(self) -> None:
        self.url = ""
        self.app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "lifespan" or self.app is not None
        if self.app is not None:
            await self.app(scope, receive, send)

    def serve(
        self,
        app: Any,
        *,
        host: str,
        port: int,
        ready: Callable[[str], None],
        started: Callable[[], Awaitable[None]] | None = None,
        close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Stand in for `fastgpt_client.web.serve`, which would wait for Ctrl-C."""
        self.app = app
        ready(f"http://{host}:{port}")
        if started is not None:
            assert close is not None

            async def beside() -> None:
                await started()
                await close()

            anyio.run(beside)
        self.app = None


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    way = Way()
    monkeypatch.setattr("fastgpt_client.web._serving.serve", way.serve)
    with serving(way) as way.url:
        yield way


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook"
    (folder / "deep").mkdir(parents=True)
    (folder / "moons.md").write_text("Charon is the moon of Pluto.", "utf-8")
    (folder / "deep" / "stars.txt").write_text("Vega is a star.", "utf-8")
    return folder


def served(folder: Path, way: Way, *more: str) -> Ran:
    return run("library", "serve", str(folder), "--library-url", way.url, *more)


def told(ran: Ran) -> dict[str, str]:
    """What it printed, by the first word of each line."""
    return {line.split()[0]: line.split(maxsplit=1)[1] for line in ran.out.splitlines()}


@pytest.fixture
def team(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> FakeFastGPT:
    monkeypatch.setenv("FASTGPT_API_KEY", server.key())
    return server


def test_a_folder_becomes_a_knowledge_base(team: FakeFastGPT, way: Way, folder: Path) -> None:
    ran = served(folder, way)
    assert ran.code == 0, ran.err
    assert ran.err.endswith("All files are learnt.\n")
    found = told(ran)
    assert (found["baseUrl"], found["files"]) == (way.url, "2, 2 of them new")
    assert team.datasets["handbook"].id == found["dataset"]
    assert sorted(team.collections(found["dataset"])) == ["moons.md", "stars.txt"]
    with DatasetClient(team.key(), team.url) as client:
        assert client.search(datasetId=found["dataset"], text="Vega")[0].source == "stars.txt"


def test_started_again_it_adds_what_is_new(team: FakeFastGPT, way: Way, folder: Path) -> None:
    first = told(served(folder, way))
    (folder / "new.md").write_text("Io is a moon of Jupiter.", "utf-8")
    second = told(served(folder, way))
    assert second["dataset"] == first["dataset"]
    assert second["authorization"] != first["authorization"]
    assert second["files"] == "3, 1 of them new"
    assert [*team.datasets].count("handbook") == 1


def test_a_dataset_that_another_address_feeds_is_left_alone(team: FakeFastGPT, way: Way, folder: Path) -> None:
    with DatasetClient(team.key(), team.url) as client:
        client.create_dataset(name="something else", type="apiDataset")
        for url in ("http://elsewhere.test", None):
            api = {"apiServer": {"baseUrl": url, "authorization": "theirs"}} if url else None
            other = client.create_dataset(name="handbook", type="apiDataset", apiDatasetServer=api).data
            assert told(served(folder, way))["dataset"] != other
        assert client.get_dataset(id=other).data.get("apiDatasetServer") is None


def test_a_dataset_that_is_named_is_taken_up(team: FakeFastGPT, way: Way, folder: Path) -> None:
    with DatasetClient(team.key(), team.url) as client:
        api = {"apiServer": {"baseUrl": "http://elsewhere.test", "authorization": "old"}}
        other = client.create_dataset(name="theirs", type="apiDataset", apiDatasetServer=api).data
    found = told(served(folder, way, "--dataset-id", other, "--token", "a-token-of-ours"))
    assert (found["dataset"], found["authorization"], found["files"]) == (other, "a-token-of-ours", "2, 2 of them new")


def test_an_empty_folder_is_an_empty_dataset(team: FakeFastGPT, way: Way, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = told(served(tmp_path / "empty", way, "--name", "nothing"))
    assert found["files"] == "0, 0 of them new"
    assert team.datasets["nothing"].id == found["dataset"]


def test_an_address_that_fastgpt_does_not_reach_is_told(team: FakeFastGPT, way: Way, folder: Path) -> None:
    ran = run("library", "serve", str(folder), "--library-url", "http://127.0.0.1:9")
    assert ran.code == 0
    assert "All connection attempts failed" in ran.err
    assert "Check that FastGPT reaches --library-url" in ran.err
    assert "files" not in told(ran)


def test_a_key_that_may_not_make_datasets_is_told(way: Way, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeFastGPT.serve(version="4.18") as server:
        monkeypatch.setenv("FASTGPT_BASE_URL", server.url)
        monkeypatch.setenv("FASTGPT_API_KEY", server.app_key("simple"))
        ran = served(folder, way)
    assert (ran.code, [*told(ran)]) == (0, ["baseUrl", "authorization"])
    assert "unAuthApiKey" in ran.err
    assert "the key may create datasets" in ran.err


def test_without_an_address_it_says_what_to_do(team: FakeFastGPT, way: Way, folder: Path) -> None:
    ran = run("library", "serve", str(folder))
    assert (ran.code, told(ran)["baseUrl"]) == (0, "http://127.0.0.1:8001")
    assert 'Create a dataset of the type "API file" with these two values.' in ran.err
    assert team.datasets == {}


@pytest.mark.parametrize("flag", ["--name", "--dataset-id"])
def test_what_is_about_a_dataset_needs_the_address(team: FakeFastGPT, way: Way, folder: Path, flag: str) -> None:
    ran = run("library", "serve", str(folder), flag, "x")
    assert (ran.code, ran.out) == (2, "")
    assert "need --library-url" in ran.err
