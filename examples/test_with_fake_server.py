"""Test a program that calls FastGPT, using the embedded server in place of a FastGPT installation.

Run it with:

    pip install '.[testing]' pytest
    pytest examples/test_with_fake_server.py
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fastgpt_client import ChatClient, RateLimitError
from fastgpt_client.testing import FakeFastGPT, Fixed, Select


def summarize(client: ChatClient, text: str) -> str:
    """Return an app's summary of a text; this is the code under test."""
    answer = client.create_chat_completion([{"role": "user", "content": f"Summarize: {text}"}])
    return answer.text.strip()


@pytest.fixture
def server() -> Iterator[FakeFastGPT]:
    # The fixture `fastgpt_server` of `fastgpt_client.testing.pytest_plugin` does the same.
    with FakeFastGPT.serve(version="4.16") as server:
        yield server


def test_the_answer_is_used(server: FakeFastGPT) -> None:
    app = server.app(answer=" Short. ")
    with ChatClient(api_key=app.key, base_url=server.url) as client:
        assert summarize(client, "A long text.") == "Short."
    assert server.requests[-1].json["messages"][-1]["content"] == "Summarize: A long text."


def test_a_busy_server_is_asked_again(server: FakeFastGPT) -> None:
    app = server.app(answer="Short.")
    fault = server.fault("rate_limit", app=app, seconds=0.01)
    with ChatClient(api_key=app.key, base_url=server.url, retry_delay=0) as client:
        assert summarize(client, "A long text.") == "Short."
    assert fault.hits == 1


def test_a_server_that_stays_busy_is_an_error(server: FakeFastGPT) -> None:
    app = server.app(answer="Short.")
    with (
        server.fault("rate_limit", app=app, times=None),
        ChatClient(api_key=app.key, base_url=server.url, max_retries=0) as client,
        pytest.raises(RateLimitError),
    ):
        summarize(client, "A long text.")


def test_a_workflow_that_asks_back(server: FakeFastGPT) -> None:
    app = server.app(answer=Select("Which plan?", {"Basic": Fixed("5 a month"), "Pro": Fixed("20 a month")}))
    with ChatClient(api_key=app.key, base_url=server.url, app_id=app.id) as client:
        conversation = client.conversation()
        asked = conversation.ask("I want a plan")
        assert asked.interactive is not None
        assert conversation.reply("Pro").text.strip() == "20 a month"
