# Generated from tests/_async/test_upload_deadline.py by scripts/generate.py: edit the source, not this file.
"""A deadline is that of the upload with all its requests, not of each of them."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from fastgpt_client import APITimeoutError, ServerError
from fastgpt_client._sync import upload
from tests.support.fake_server import FakeServer, Reply
from tests.support.replies import envelope, plain

PARTS = {
    "url": "http://store.test/put",
    "key": "chat/k",
    "uploadMode": "multipart",
    "partSize": 1,
    "completeUrl": "/complete",
    "abortUrl": "/abort",
}


class Clock:
    """Goes on by what each answer takes; nothing waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def takes(self, seconds: float, reply: Reply) -> Callable[[httpx.Request], Reply]:
        def answer(request: httpx.Request) -> Reply:
            self.now += seconds
            return reply

        return answer


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(upload, "monotonic", clock)
    return clock


def server(clock: Clock) -> FakeServer:
    """A server that takes 100 seconds for each answer."""
    return FakeServer(
        clock.takes(100, envelope(PARTS)),
        clock.takes(100, envelope({"etag": "1"})),
        clock.takes(100, envelope({"etag": "2"})),
        clock.takes(100, envelope()),
        clock.takes(100, envelope("/read")),
    )


def test_an_upload_in_time_is_done(clock: Clock) -> None:
    fake = server(clock)
    part = fake.chat(deadline=501).upload_file(b"xx", filename="a.txt", chatId="c1")
    assert part["type"] == "file_url"
    assert (fake.hits, clock.now) == (5, 1500)


ASK, PUT, COMPLETE, ABORT = "/api/core/chat/file/presignChatFilePostUrl", "/put", "/complete", "/abort"


@pytest.mark.parametrize(
    ("deadline", "asked"),
    [
        (100, [ASK, ABORT]),
        (200, [ASK, PUT, ABORT]),
        (250, [ASK, PUT, PUT, ABORT]),
        (300, [ASK, PUT, PUT, ABORT]),
        (400, [ASK, PUT, PUT, COMPLETE]),
    ],
)
def test_nothing_more_is_sent_when_the_time_is_up(clock: Clock, deadline: float, asked: list[str]) -> None:
    fake = server(clock)
    with pytest.raises(APITimeoutError, match=rf"The upload took longer than its deadline of {deadline}\.0 s"):
        fake.chat(deadline=deadline).upload_file(b"xx", filename="a.txt", chatId="c1")
    assert fake.paths == asked


def test_a_failure_in_time_is_what_it_is(clock: Clock) -> None:
    fake = FakeServer(clock.takes(100, envelope(PARTS)), httpx.ReadTimeout("slow"))
    with pytest.raises(APITimeoutError, match="Timed out: ReadTimeout"):
        fake.chat(deadline=200, max_retries=0).upload_file(b"xx", filename="a.txt", chatId="c1")


def test_a_request_that_outlasts_the_deadline_is_told_by_the_upload_s(clock: Clock) -> None:
    def late(request: httpx.Request) -> Reply:
        clock.now += 100
        raise httpx.ReadTimeout("slow")

    fake = FakeServer(clock.takes(150, envelope(PARTS)), late, plain(200))
    with pytest.raises(APITimeoutError, match=r"The upload took longer than its deadline of 200\.0 s") as caught:
        fake.chat(deadline=200, max_retries=0).upload_file(b"xx", filename="a.txt", chatId="c1")
    assert caught.value.attempts == 1


def test_no_wait_between_attempts_outlasts_the_deadline(clock: Clock) -> None:
    asked = plain(503, **{"Retry-After": "60"})
    fake = FakeServer(clock.takes(150, envelope(PARTS)), asked, envelope())
    with pytest.raises(ServerError, match="503"):
        fake.chat(deadline=200).upload_file(b"xx", filename="a.txt", chatId="c1")
    assert fake.hits == 3
