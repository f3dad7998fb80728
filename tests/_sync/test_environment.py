# Generated from tests/_async/test_environment.py by scripts/generate.py: edit the source, not this file.
"""What is read from the environment, and when."""

from __future__ import annotations

import pytest

from fastgpt_client import AppClient, ChatClient, ValidationError
from tests.support.call import QUESTION
from tests.support.fake_server import KEY, FakeServer
from tests.support.replies import completion


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("FASTGPT_API_KEY", KEY)
    monkeypatch.setenv("FASTGPT_BASE_URL", "https://env.test/sub/api")
    monkeypatch.setenv("FASTGPT_APP_ID", "env-app")
    return monkeypatch


def test_key_server_and_app_come_from_the_environment(environment: pytest.MonkeyPatch) -> None:
    server = FakeServer(completion())
    client = server.chat(api_key=None, base_url=None, app_id=None)
    client.create_chat_completion(QUESTION)
    assert str(server.last.url) == "https://env.test/sub/api/v1/chat/completions"
    assert server.last.headers["authorization"] == "Bearer " + KEY
    assert server.body["appId"] == "env-app"
    assert client.app_id == "env-app"


def test_arguments_go_before_the_environment(environment: pytest.MonkeyPatch) -> None:
    server = FakeServer(completion())
    client = server.chat(api_key="mine", base_url="http://mine.test", app_id="my-app")
    client.create_chat_completion(QUESTION)
    assert str(server.last.url) == "http://mine.test/api/v1/chat/completions"
    assert server.last.headers["authorization"] == "Bearer mine"
    assert server.body["appId"] == "my-app"


def test_the_environment_is_read_when_a_client_is_made(environment: pytest.MonkeyPatch) -> None:
    server = FakeServer(completion())
    client = server.chat(api_key=None, base_url=None, app_id=None)
    environment.setenv("FASTGPT_API_KEY", "later")
    environment.setenv("FASTGPT_BASE_URL", "http://later.test")
    environment.setenv("FASTGPT_APP_ID", "later")
    client.create_chat_completion(QUESTION)
    assert server.last.url.host == "env.test"
    assert server.last.headers["authorization"] == "Bearer " + KEY
    assert server.body["appId"] == "env-app"


def test_a_client_without_a_key_says_where_to_put_it(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("FASTGPT_API_KEY")
    with pytest.raises(ValidationError, match="api_key is missing: pass api_key= or set FASTGPT_API_KEY"):
        AppClient()


@pytest.mark.parametrize("name", ["FASTGPT_BASE_URL", "FASTGPT_APP_ID"])
@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_setting_is_none(environment: pytest.MonkeyPatch, name: str, blank: str) -> None:
    environment.setenv(name, blank)
    server = FakeServer(completion())
    client = server.chat(api_key=None, base_url=None, app_id=None)
    client.create_chat_completion(QUESTION)
    assert (client.app_id, server.last.url.host) in [(None, "env.test"), ("env-app", "localhost")]


def test_the_default_server_is_this_machine_s(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("FASTGPT_BASE_URL")
    with ChatClient() as client:
        assert "http://localhost:3000>" in repr(client)
