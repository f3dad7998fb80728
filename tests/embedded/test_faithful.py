"""Each recorded exchange of a real server, with the embedded one in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from fastgpt_client.testing import FakeFastGPT
from fastgpt_client.testing._server import echo_model
from tests.embedded import stage_more
from tests.embedded.comparison import differences, without
from tests.embedded.replay import Replay, load, recorded
from tests.embedded.stage import set_up
from tests.support import recordings
from tests.support.until import PATIENCE

SETS = recordings.SETS


@pytest.fixture(scope="module")
def stages() -> Iterator[Callable[[str], FakeFastGPT]]:
    """Serve one server for each version, from when it is first asked for."""
    with ExitStack() as stack:
        servers: dict[str, FakeFastGPT] = {}

        def serve(version: str) -> FakeFastGPT:
            if version not in servers:
                servers[version] = stack.enter_context(FakeFastGPT.serve(version=version.removesuffix("-more")))
                (stage_more.set_up if version.endswith("-more") else set_up)(servers[version])
            servers[version].reset()
            return servers[version]

        yield serve


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=PATIENCE) as client:
        yield client


# Endpoints that no method of the clients calls: the embedded server has none of them.
NOT_SERVED = (
    "app-detail",
    "app-getPermission",
    "chat-resume",
    "inputGuide-countTotal",
    "inputGuide-list",
    "inputGuide-query",
)
# These have a stage of their own: test_faithful_datasets.py.
KNOWLEDGE = ("collection-", "data-", "dataset-", "searchTest", "training-")
CASES = [
    pytest.param(version, name, id=f"{version}-{name}")
    for version in SETS
    for name, recording in recordings.load(version).items()
    if recording.endpoint not in NOT_SERVED and not recording.endpoint.startswith(KNOWLEDGE)
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
    monkeypatch.setattr(echo_model, "_SLOW", 0.3 if replay.plan.get("manner") == "stop" else 0.02)
    free = set(replay.plan.get("free", ()))
    found = differences(without(recorded(recording), free), without(replay.answer(), free))
    meant = load(f"differences-{version}.json").get(name, {}).get("differences", [])
    assert found == meant


@pytest.mark.parametrize("version", SETS)
@pytest.mark.parametrize("endpoint", NOT_SERVED)
def test_an_endpoint_that_no_method_calls_is_not_there(
    stages: Callable[[str], FakeFastGPT], client: httpx.Client, version: str, endpoint: str
) -> None:
    every = [item for recorded in SETS for item in recordings.load(recorded).values()]
    paths = {item.path for item in every if item.endpoint == endpoint}
    assert paths
    client.base_url = stages(version).url
    for path in paths:
        answer = client.post(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("version", SETS)
def test_every_listed_difference_has_a_reason_and_a_recording(version: str) -> None:
    listed = load(f"differences-{version}.json")
    assert set(listed) <= set(recordings.load(version))
    assert all(entry["reason"] and entry["differences"] for entry in listed.values())
