"""Each recorded exchange of a real server, with the embedded one in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from fastgpt_client.testing import FakeFastGPT, standin
from tests.embedded.comparison import differences
from tests.embedded.replay import Replay, load, recorded
from tests.embedded.stage import set_up
from tests.support import recordings

VERSIONS = recordings.VERSIONS


@pytest.fixture(scope="module")
def stages() -> Iterator[Callable[[str], FakeFastGPT]]:
    """Serve one server for each version, from when it is first asked for."""
    with ExitStack() as stack:
        servers: dict[str, FakeFastGPT] = {}

        def serve(version: str) -> FakeFastGPT:
            if version not in servers:
                servers[version] = stack.enter_context(FakeFastGPT.serve(version=version))
                set_up(servers[version])
            servers[version].reset()
            return servers[version]

        yield serve


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=20) as client:
        yield client


CASES = [
    pytest.param(version, name, id=f"{version}-{name}") for version in VERSIONS for name in recordings.load(version)
]


@pytest.mark.parametrize(("version", "name"), CASES)
def test_answers_as_the_real_server_did(
    stages: Callable[[str], FakeFastGPT], client: httpx.Client, version: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = stages(version)
    client.base_url = stage.url
    recording = recordings.load(version)[name]
    replay = Replay(stage, client, recording)
    # What is stopped in the middle must be slower than the call that stops it.
    monkeypatch.setattr(standin, "_SLOW", 0.3 if replay.plan.get("manner") == "stop" else 0.02)
    found = differences(recorded(recording), replay.answer())
    meant = load(f"differences-{version}.json").get(name, {}).get("differences", [])
    assert found == meant


@pytest.mark.parametrize("version", VERSIONS)
def test_every_listed_difference_has_a_reason_and_a_recording(version: str) -> None:
    listed = load(f"differences-{version}.json")
    assert set(listed) <= set(recordings.load(version))
    assert all(entry["reason"] and entry["differences"] for entry in listed.values())
