"""`fastgpt-client dataset status`: what is learnt, what failed, and waiting for the rest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fastgpt_client import DatasetClient
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import run


@pytest.fixture(params=["4.14", "4.16"])
def learning(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeFastGPT]:
    """Return a server with a dataset "D" of a learnt file, and one in a folder that is to fail."""
    with FakeFastGPT.serve(version=request.param) as server:
        monkeypatch.setenv("FASTGPT_BASE_URL", server.url)
        monkeypatch.setenv("FASTGPT_API_KEY", server.api_key)
        server.dataset("D", texts={"good.md": "good"})
        yield server


def put(server: FakeFastGPT, text: bytes, name: str = "bad.md") -> None:
    with DatasetClient() as client:
        id = server.datasets["D"].id
        folder = client.create_collection(datasetId=id, name="folder", type="folder").data
        client.create_file_collection(text, datasetId=id, parentId=folder, filename=name)


def test_all_is_learnt(learning: FakeFastGPT) -> None:
    ran = run("dataset", "status", "D")
    assert (ran.code, ran.out, ran.err) == (0, "", "1 of 1 collection learnt\n")


def test_what_failed_is_told_and_tried_again(learning: FakeFastGPT) -> None:
    learning.training_fault("fail", stage="chunk", message="no model", when=lambda text: "bad" in text)
    put(learning, b"bad")
    ran = run("dataset", "status", "D")
    assert ran.out.splitlines()[1].split()[1:] == ["folder/bad.md", "failed", "no", "model"]
    assert (ran.code, ran.err) == (1, "1 of 2 collections learnt\n")
    told = run("dataset", "status", "D", "--json").json
    assert (told["collections"], [one["failed"] for one in told["list"]]) == (2, [1])
    ran = run("dataset", "status", "D", "--retry", "--wait")
    assert (ran.code, ran.err) == (0, "1 collection retried\n2 of 2 collections learnt\n")


def test_why_it_failed_may_be_unknown(learning: FakeFastGPT) -> None:
    learning.training_fault("fail", stage="chunk", when=lambda text: "bad" in text)
    put(learning, b"bad")
    with learning.fault("error_before_run", path="getTrainingError", times=None):
        assert run("dataset", "status", "D").out.split()[-1] == "failed"


def test_waiting_has_an_end(learning: FakeFastGPT) -> None:
    learning.training_fault("stall", times=None)
    put(learning, b"bad")
    ran = run("dataset", "status", "D", "--wait", "--timeout", "0.1", columns=80)
    assert ran.code == 1
    assert "working" in ran.text
    assert "1 of 2 collections learnt" in ran.text
    assert run("dataset", "status", "D").code == 0


def test_what_is_shown_while_it_waits_ends_nothing(learning: FakeFastGPT) -> None:
    put(learning, b"fine")
    with learning.fault("error_before_run", path="getDatasetTrainingQueue", times=None):
        ran = run("dataset", "status", "D", "--wait", columns=80)
    assert (ran.code, "2 of 2 collections learnt" in ran.text) == (0, True)
