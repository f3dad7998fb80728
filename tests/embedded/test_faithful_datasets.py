"""Each recorded exchange about knowledge bases, with the embedded server in the real one's place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from fastgpt_client.testing import FakeFastGPT
from tests.embedded.comparison import Answer, differences, without
from tests.embedded.replay import load, recorded
from tests.embedded.stage_datasets import set_up
from tests.support import recordings
from tests.support.recordings import Recording
from tests.support.until import PATIENCE

ENDPOINTS = ("collection-", "data-", "dataset-", "searchTest", "training-")
CASES = [
    pytest.param(recording, id=f"{version}-{name}")
    for version in recordings.SETS
    for name, recording in recordings.load(version).items()
    if recording.endpoint.startswith(ENDPOINTS)
]
# What differs each time: hashes and lengths of texts that the recordings do not have, how long a search took, bills.
FREE = {
    *("hashRawText", "rawTextLength", "duration", "length", "contentLength", "billId", "lockTime", "expireAt", "uid"),
    *("teamId", "uploadDate", "dataAmount", "indexAmount", "trainingAmount", "activeTrainingAmount", "trainedCount"),
    *("chunk", "sourceId", "filename", "tokens"),
}


@pytest.fixture(scope="module")
def stages() -> Iterator[Callable[[Recording], FakeFastGPT]]:
    """Serve one server for each set, as it was when an exchange was recorded."""
    with ExitStack() as stack:
        servers: dict[str, FakeFastGPT] = {}

        def serve(recording: Recording) -> FakeFastGPT:
            if recording.version not in servers:
                servers[recording.version] = stack.enter_context(FakeFastGPT.serve(version=recording.server))
            set_up(servers[recording.version], recording)
            return servers[recording.version]

        yield serve


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=PATIENCE) as client:
        yield client


def request(client: httpx.Client, server: FakeFastGPT, recording: Recording) -> httpx.Request:
    """Return the recorded request, with a key of this server."""
    key = {"no-auth": None, "badkey": "fastgpt-nobody"}.get(recording.case, server.api_key)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    content = recording.form if recording.json is None else json.dumps(recording.json).encode()
    given = dict(recording.request_headers)
    if "Content-Type" in given:
        headers["Content-Type"] = given["Content-Type"]
    url = f"{server.url}{recording.path}"
    return client.build_request(recording.method, url, params=recording.query, content=content, headers=headers)


@pytest.mark.parametrize("recording", CASES)
def test_answers_as_the_real_server_did(
    stages: Callable[[Recording], FakeFastGPT], client: httpx.Client, recording: Recording
) -> None:
    server = stages(recording)
    response = client.send(request(client, server, recording))
    answer = Answer.of(response.status_code, response.headers.get("content-type"), response.text)
    found = differences(without(recorded(recording), FREE), without(answer, FREE))
    meant = load(f"differences-datasets-{recording.version}.json").get(recording.name, {}).get("differences", [])
    assert found == meant


@pytest.mark.parametrize("version", recordings.SETS)
def test_every_listed_difference_has_a_reason_and_a_recording(version: str) -> None:
    listed = load(f"differences-datasets-{version}.json")
    assert set(listed) <= set(recordings.load(version))
    assert all(entry["reason"] and entry["differences"] for entry in listed.values())
