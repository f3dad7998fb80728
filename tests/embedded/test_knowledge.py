"""Keeping a knowledge base in step while the process is killed, against a server that learns in its own time."""

from __future__ import annotations

import itertools
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

from benchmarks.sink import running
from fastgpt_client import DatasetClient, KnowledgeBase
from fastgpt_client._knowledge.marks import Mark
from fastgpt_client.testing import FakeFastGPT, ReceivedRequest
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
from benchmarks.sink import running
from fastgpt_client import DatasetClient, KnowledgeBase
key, url, dataset, folder = sys.argv[1:]
with DatasetClient(key, url, retry_delay=0.01) as client:
    kb = client.knowledge_base(dataset, poll=0.05)
    report = kb.sync(folder, under="docs", prune=True, wait=60, max_delete=10**6)
report.raise_for_failures()
"""


# Prints by how many bytes the peak of its memory is above that of the import.
MEASURED = """
import re, sys
from pathlib import Path
from fastgpt_client import DatasetClient
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024
before = peak()
with DatasetClient("fastgpt-key", sys.argv[1]) as client:
    client.knowledge_base("0" * 24).sync(sys.argv[2], concurrency=4).raise_for_failures()
print(peak() - before)
"""
MOST_MEMORY = 80_000_000


class Folder:
    """Files of which some change, move, come and go before each run; each has a word that no other has."""

    def __init__(self, path: Path, files: int, size: int, chance: random.Random) -> None:
        self._path = path
        self._size = size
        self._chance = chance
        self._made = 0
        self.words: dict[Path, str] = {}
        self.found: set[str] = set()
        """What a search must find: the words of all files that were here when a run ended, and are since."""
        for number in range(files):
            self._write(path / f"folder{number % 10}" / f"{number}.md")

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
            if what == "change":
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
        self.found &= {*self.words.values()}

    def expected(self) -> dict[str, str]:
        return {f"docs/{file.relative_to(self._path).as_posix()}": word for file, word in self.words.items()}


@contextmanager
def probed(server: FakeFastGPT, dataset: str, folder: Folder) -> Iterator[list[str]]:
    """Search all the time for words that must be found, and note those that were not."""
    missed: list[str] = []
    over = threading.Event()

    def probe() -> None:
        with DatasetClient(server.api_key, server.url) as client:
            took = 0.0
            while not over.wait(0.01 + 3 * took):  # most of its time the server has for the runs
                began = time.monotonic()
                word = random.choice([*folder.found])
                hits = client.search(datasetId=dataset, text=word, searchMode="fullTextRecall")
                if not any(word in hit.text.split() for hit in hits) and word in folder.found:
                    missed.append(word)
                took = time.monotonic() - began

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
        self._command = [sys.executable, "-c", PROGRAM, server.api_key, server.url, dataset, str(folder)]
        self._environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
        self._calls: list[str] = []
        server.fault("bad_gateway", path="core/dataset/", when=self._note, times=None)

    def _note(self, request: ReceivedRequest) -> bool:
        """Note what a run asks for; nothing fails for it."""
        name = request.path.rpartition("/")[2]
        if name != "searchTest":
            self._calls.append(name)
        return False

    def begin(self) -> subprocess.Popen[bytes]:
        self._calls.clear()
        return subprocess.Popen(self._command, env=self._environment, stderr=subprocess.PIPE)

    def killed(self, phase: str, number: int) -> bool:
        """Kill a run in a phase; False if it ended before."""
        with self.begin() as process:
            end = time.monotonic() + PATIENCE
            while process.poll() is None and time.monotonic() < end:
                if PHASES[phase]([*self._calls], number):
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
@pytest.mark.parametrize("faults", [0.0, 0.05], ids=["sound", "faults"])
@pytest.mark.parametrize("version", [OLD, NEW])
@pytest.mark.timeout(3600)
def test_runs_that_are_killed_come_to_the_source(
    tmp_path: Path, version: str, faults: float, files: int, size: int, kills: int
) -> None:
    chance = random.Random(f"{version}{files}{faults}")
    folder = Folder(tmp_path / "docs", files, size, chance)
    hit: list[str] = []
    share = faults
    with (
        FakeFastGPT.serve(version=version, train_delay=0.01) as server,
        DatasetClient(server.api_key, server.url) as client,
    ):
        dataset = client.create_dataset(name="Handbook").data
        client.create_file_collection(b"theirs", datasetId=dataset, filename="theirs.md")
        runs = Runs(server, dataset, tmp_path / "docs", tmp_path / "cache")

        def ended() -> None:
            """Have a run end without faults, and compare what there is with the source."""
            nonlocal share
            share = 0.0
            runs.ended()
            expected = {("", "theirs.md", "theirs"), *((path, path, word) for path, word in folder.expected().items())}
            assert held(client, dataset) == sorted(expected)
            folder.found = {*folder.words.values()}
            share = faults

        ended()
        with (
            server.fault(
                "bad_gateway", path="collection/", when=lambda _: chance.random() < share, times=None
            ) as fault,
            probed(server, dataset, folder) as missed,
        ):
            for phase in itertools.islice(itertools.cycle(PHASES), kills):
                for _ in range(5):  # a run may be through with a phase before that was seen
                    folder.change()
                    if runs.killed(phase, chance.randrange(files // 10)):
                        hit.append(phase)
                        break
                if len(hit) % 10 == 5:  # the others are killed before they have made up for the last one
                    ended()
        ended()
        assert (missed, fault.hits > 0) == ([], faults > 0)
    assert len(hit) == kills


@pytest.mark.parametrize(("version", "most"), [(OLD, 1 + 51), (NEW, 15)])
def test_a_run_that_finds_nothing_changed_takes_few_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, most: int
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for number in range(1000):
        file = tmp_path / "docs" / f"folder{number % 50}" / f"{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"word{number}\n")
    with (
        FakeFastGPT.serve(version=version) as server,
        DatasetClient(server.api_key, server.url) as client,
    ):
        kb = client.knowledge_base(client.create_dataset(name="Handbook").data, poll=0.05)
        kb.sync(tmp_path / "docs", wait=60, concurrency=8).raise_for_failures()
        before = len(server.requests)
        assert kb.sync(tmp_path / "docs", prune=True).counts == {"unchanged done": 1000}
        assert len(server.requests) - before <= most


def copied(client: DatasetClient, dataset: str) -> dict[str, Any]:
    """Return all collections by their places, with their marks and their rows, one by one."""
    found: dict[str, Any] = {}

    def walk(parent: str | None, above: str) -> None:
        for item in client.iter_collections(datasetId=dataset, parentId=parent):
            detail: Any = client.get_collection(id=item["_id"]).data
            rows = [client.get_data(id=row["_id"]).data for row in client.iter_data(collectionId=item["_id"])]
            texts = [[index["text"] for index in row["indexes"] if index.get("type") != "default"] for row in rows]
            found[above + item["name"]] = (
                item["type"],
                Mark.of(detail.get("metadata")),
                sorted((row["q"], row.get("a") or "", sorted(text)) for row, text in zip(rows, texts, strict=True)),
            )
            walk(item["_id"], f"{above}{item['name']}/")

    walk(None, "")
    return found


@pytest.mark.parametrize(("theirs", "ours"), [(OLD, NEW), (NEW, OLD)])
def test_a_save_of_one_server_is_restored_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theirs: str, ours: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for number in range(30):
        file = tmp_path / "docs" / f"folder{number % 3}" / f"{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n\n".join(f"word{number} paragraph {part} " + "x" * 300 for part in range(number)) or "one")
    with (
        FakeFastGPT.serve(version=theirs) as old,
        FakeFastGPT.serve(version=ours) as new,
        DatasetClient(old.api_key, old.url) as source,
        DatasetClient(new.api_key, new.url) as target,
    ):
        dataset = source.create_dataset(name="Handbook").data
        kb = source.knowledge_base(dataset, poll=0.01)
        settings = {"chunkSize": 500, "chunkSettingMode": "custom", "chunkTriggerType": "forceChunk"}
        kb.sync(tmp_path / "docs", under="handbook", settings=settings, wait=60).raise_for_failures()
        rows = [{"q": f"question {n}", "a": f"answer {n}", "indexes": [{"text": f"by {n}"}]} for n in range(250)]
        assert {outcome.status for outcome in kb.push_rows(rows, collection="FAQ")} == {"accepted"}
        kb.wait_until_trained(deadline=60)
        first = next(item for item in source.iter_collections(datasetId=dataset) if item["name"] == "FAQ")
        some = source.list_data(collectionId=first["_id"]).data["list"][0]
        source.update_data(dataId=some["_id"], q="another question")
        saved = kb.save(tmp_path / "backup")
        assert (saved.problems, saved.originals) == ((), 30)
        report = KnowledgeBase.restore(target, tmp_path / "backup", name="Again", poll=0.01)
        assert (report.problems, report.rows, report.collections) == ((), saved.rows, saved.collections)
        assert copied(target, report.dataset_id) == copied(source, dataset)
        there = target.knowledge_base(report.dataset_id)
        assert there.plan_sync(tmp_path / "docs", under="handbook", settings=settings).is_empty


@pytest.mark.parametrize("version", [OLD, NEW])
def test_of_ten_thousand_rows_each_bad_one_is_named(version: str) -> None:
    bad: list[Any] = [{"q": ""}, {"a": "an answer"}, "no row", {"q": 5}, {"q": "x", "indexes": [{}]}]
    rows = [bad[number // 100 % 5] if number % 100 == 7 else {"q": f"question {number}"} for number in range(10_000)]
    with FakeFastGPT.serve(version=version) as server, DatasetClient(server.api_key, server.url) as client:
        dataset = server.dataset("Handbook")
        outcomes = [*client.knowledge_base(dataset.id).push_rows(rows, collection="FAQ")]
        named = [outcome.index for outcome in outcomes if outcome.status == "dropped" and outcome.reason]
        assert named == [*range(7, 10_000, 100)]
        assert sum(outcome.status == "accepted" for outcome in outcomes) == 9_900
        assert len(server.collections(dataset)["FAQ"].rows) == 9_900


@pytest.mark.skipif(sys.platform != "linux", reason="it tells the peak of one program's memory")
@pytest.mark.parametrize("files", [pytest.param(8, id="small"), pytest.param(32, id="full")])
def test_a_large_tree_is_never_in_memory(tmp_path: Path, files: int) -> None:
    """A gigabyte in full; four files, which are sent at once, have more than is allowed."""
    (tmp_path / "docs").mkdir()
    for number in range(files):
        with (tmp_path / "docs" / f"{number}.md").open("wb") as file:
            file.write(b"%d" % number)
            file.truncate(32 << 20)
    with running() as url:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, url, str(tmp_path / "docs")],
            env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
            capture_output=True,
            text=True,
            check=True,
        )
    assert 0 < int(done.stdout) < MOST_MEMORY
