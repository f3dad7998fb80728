"""Keeping a knowledge base in step while the process is killed, against a server that learns in its own time."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client import DatasetClient
from fastgpt_client._knowledge.marks import Mark
from fastgpt_client.testing import FakeFastGPT
from tests.support.embedded_datasets import NEW, OLD
from tests.support.until import PATIENCE

LOOKS = ("listV2", "detail", "trainingDetail")
# Whether a run is in a phase, by what it has asked for.
PHASES: dict[str, Callable[[list[str], int], bool]] = {
    "listing": lambda calls, number: "listV2" in calls,
    "sending": lambda calls, number: calls.count("localFile") > number,
    "waiting": lambda calls, number: "localFile" in calls and len(calls) > 5 and {*calls[-5:]} <= {*LOOKS},
    "deleting": lambda calls, number: calls.count("delete") > number // 4,
}
PROGRAM = """
import sys
from fastgpt_client import DatasetClient
key, url, dataset, folder = sys.argv[1:]
with DatasetClient(key, url, retry_delay=0.01) as client:
    kb = client.knowledge_base(dataset, poll=0.05)
    report = kb.sync(folder, under="docs", prune=True, wait=60, max_delete=10**6)
report.raise_for_failures()
"""


class Folder:
    """Files of which some change, move, come and go before each run; each has a word that no other has."""

    def __init__(self, path: Path, files: int, size: int, chance: random.Random) -> None:
        self._path = path
        self._size = size
        self._chance = chance
        self._made = 0
        self.words: dict[Path, str] = {}
        self.kept: list[str] = []
        for number in range(files):
            file = self._write(path / f"folder{number % 10}" / f"{number}.md")
            if number % 2:  # these are found all the time
                self.kept.append(self.words[file])

    def _write(self, file: Path, word: str | None = None) -> Path:
        self._made += 1
        self.words[file] = word or f"word{self._made}"
        file.parent.mkdir(parents=True, exist_ok=True)
        filler = f" text{self._chance.randrange(10**9)}" * (self._size // 14)
        file.write_text(f"{self.words[file]}{filler}\n")
        return file

    def change(self) -> None:
        """Change a part of the files, move some, delete some, add some."""
        files = sorted(self.words)
        for file in self._chance.sample(files, len(files) // 8):
            word = self.words[file]
            what = self._chance.choice(["change", "move", "delete"])
            if what == "change" or (what == "delete" and word in self.kept):
                self._write(file, word)
            elif what == "move":
                there = file.parent.parent / f"folder{self._chance.randrange(10)}" / f"moved{self._made}.md"
                self.words[there] = self.words.pop(file)
                self._made += 1
                file.rename(there)
            else:
                del self.words[file]
                file.unlink()
                self._write(file.with_name(f"new{self._made}.md"))

    def expected(self) -> dict[str, str]:
        return {f"docs/{file.relative_to(self._path).as_posix()}": word for file, word in self.words.items()}


@contextmanager
def probed(server: FakeFastGPT, dataset: str, words: list[str]) -> Iterator[list[str]]:
    """Search all the time for words that are always there, and note those that were not found."""
    missed: list[str] = []
    over = threading.Event()

    def probe() -> None:
        with DatasetClient(server.api_key, server.url) as client:
            while not over.is_set():
                word = random.choice(words)
                hits = client.search(datasetId=dataset, text=word, searchMode="fullTextRecall")
                if not any(word in hit.text.split() for hit in hits):
                    missed.append(word)
                over.wait(0.01)

    thread = threading.Thread(target=probe)
    thread.start()
    try:
        yield missed
    finally:
        over.set()
        thread.join(PATIENCE)


class Runs:
    """Runs of a program that keeps a knowledge base in step, each a process of its own."""

    def __init__(self, server: FakeFastGPT, dataset: str, folder: Path, cache: Path) -> None:
        self._server = server
        self._command = [sys.executable, "-c", PROGRAM, server.api_key, server.url, dataset, str(folder)]
        self._environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}

    def begin(self) -> subprocess.Popen[bytes]:
        del self._server.requests[:]
        return subprocess.Popen(self._command, env=self._environment, stderr=subprocess.PIPE)

    def killed(self, phase: str, number: int) -> bool:
        """Kill a run in a phase; False if it ended before."""
        with self.begin() as process:
            end = time.monotonic() + PATIENCE
            while process.poll() is None and time.monotonic() < end:
                paths = [request.path for request in [*self._server.requests]]
                calls = [path.rpartition("/")[2] for path in paths if "search" not in path]
                if PHASES[phase](calls, number):
                    break
                time.sleep(0.002)
            process.kill()
            process.communicate()
        return process.returncode == -signal.SIGKILL

    def ended(self) -> None:
        with self.begin() as process:
            _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said.decode()


def held(client: DatasetClient, dataset: str) -> list[tuple[str, str, str | None]]:
    """Return the path in its mark, the place, and the first word of each file that is there."""
    found: list[tuple[str, str, str | None]] = []

    def walk(parent: str | None, above: str) -> None:
        for item in client.iter_collections(datasetId=dataset, parentId=parent):
            if item["type"] == "folder":
                walk(item["_id"], f"{above}{item['name']}/")
            elif item["type"] == "file":
                detail: Any = client.get_collection(id=item["_id"]).data
                mark = Mark.of(detail.get("metadata"))
                [row, *_] = client.list_data(collectionId=item["_id"]).data["list"]
                found.append((mark.path if mark else "", above + item["name"], str(row.get("q")).split()[0]))

    walk(None, "")
    return sorted(found)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(
    ("files", "size", "kills"),
    [pytest.param(100, 300, 5, id="small"), pytest.param(1000, 20_000, 40, id="full")],
)
@pytest.mark.parametrize("version", [OLD, NEW])
@pytest.mark.timeout(3600)
def test_runs_that_are_killed_come_to_the_source(
    tmp_path: Path, version: str, files: int, size: int, kills: int
) -> None:
    chance = random.Random(f"{version}{files}")
    folder = Folder(tmp_path / "docs", files, size, chance)
    hit: list[str] = []
    with (
        FakeFastGPT.serve(version=version, train_delay=0.01) as server,
        DatasetClient(server.api_key, server.url) as client,
    ):
        dataset = client.create_dataset(name="Handbook").data
        client.create_file_collection(b"theirs", datasetId=dataset, filename="theirs.md")
        runs = Runs(server, dataset, tmp_path / "docs", tmp_path / "cache")
        runs.ended()
        with (
            server.fault("bad_gateway", path="collection/", when=lambda _: chance.random() < 0.05, times=None) as fault,
            probed(server, dataset, folder.kept) as missed,
        ):
            while len(hit) < kills:
                phase = [*PHASES][len(hit) % len(PHASES)]
                folder.change()
                if runs.killed(phase, chance.randrange(files // 10)):
                    hit.append(phase)
        runs.ended()
        assert (missed, fault.hits > 0) == ([], True)
        expected = {("", "theirs.md", "theirs"), *((path, path, word) for path, word in folder.expected().items())}
        assert held(client, dataset) == sorted(expected)
    assert {*hit} == {*PHASES}
