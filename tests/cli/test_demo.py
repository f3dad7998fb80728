"""What `--demo` serves."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import pytest

from fastgpt_client import AppClient, ChatClient
from fastgpt_client.cli._base.demo_chats import seed
from fastgpt_client.testing import FakeFastGPT
from fastgpt_client.testing._server.sample_apps import sample_apps
from tests.support.command import run


def test_an_app_is_named_by_name_or_id() -> None:
    for name in ("reasoning", "6b0000000000000000000005"):
        assert run("ask", "hello", "--demo", "--app-id", name).out == "You said: hello\n"


@pytest.mark.parametrize("command", [["ask", "hello"], ["histories"]], ids=["ask", "histories"])
def test_a_proxy_is_for_other_servers(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    ran = run(*command, "--demo")
    assert ran.code == 0
    assert ran.out


def test_an_app_that_is_not_there_is_a_wrong_command() -> None:
    ran = run("ask", "hello", "--demo", "--app-id", "nobody")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(
        "fastgpt-client: --app-id: the demo has no app 'nobody'; it has tour, simple, workflow_select,"
    )


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_without_its_extra_it_says_what_to_install(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setattr("fastgpt_client.testing.find_spec", lambda name: None if name == missing else object())
    ran = run("ask", "hello", "--demo")
    assert (ran.code, ran.out) == (2, "")
    remedy = "pip install starlette uvicorn python-multipart"
    assert ran.err == f"fastgpt-client: the embedded FastGPT needs {missing}: {remedy}\n"


@pytest.mark.parametrize("name", [app.name for app in sample_apps()])
def test_each_app_has_chats_a_log_and_figures(server: FakeFastGPT, name: str) -> None:
    app = server.apps[name]
    seed(server, app.id)
    with ChatClient(server.api_key, server.url, app_id=app.id) as chats:
        listed = [chat["chatId"] for chat in chats.iter_chat_histories()]
    assert listed == ["demo-order", "demo-failure", "demo-weather", "demo-prices", "demo-hello"]
    assert app.delay == app.turns == 0


def test_the_log_reaches_back_two_weeks(server: FakeFastGPT) -> None:
    app = server.apps["simple"]
    seed(server, app.id)
    now = datetime.now(UTC)
    span = {"dateStart": now - timedelta(days=30), "dateEnd": now + timedelta(hours=1)}
    with AppClient(server.api_key, server.url, app_id=app.id) as apps:
        logged = [*apps.iter_app_logs(**span)]
    assert len(logged) == 51
    assert len({chat["chatId"] for chat in logged}) == 51
    assert len({chat["updateTime"][:10] for chat in logged}) == 13
    assert sum(chat["userGoodFeedbackCount"] for chat in logged) > 2


def test_chats_are_there_once(server: FakeFastGPT) -> None:
    app = server.apps["simple"]
    seed(server, app.id)
    before = len(server.requests)
    seed(server, app.id)
    assert len(server.requests) == before


def test_the_ids_are_the_same_each_time(server: FakeFastGPT) -> None:
    app = server.apps["simple"]
    seed(server, app.id)
    records = server.state.chats[app.id, "demo-weather"].records
    assert [record.data_id for record in records if record.obj == "AI"] == ["demo-weather-1", "demo-weather-2"]
    assert records[-1].feedback == {"userGoodFeedback": "yes"}
