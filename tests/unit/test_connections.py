"""What a client's own connections are made with: certificates, limits, and what is refused."""

from __future__ import annotations

import logging
import ssl
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from fastgpt_client import AsyncChatClient, ChatClient
from fastgpt_client._http.connections import ConnectionSettings
from fastgpt_client.exceptions import ValidationError
from tests.support.call import QUESTION
from tests.support.fault_server import FaultServer
from tests.support.faults import COMPLETION, STREAM
from tests.support.faults import settings as fault_settings

CERTIFICATE = Path(__file__).parents[1] / "cli" / "data" / "good.pem"


def settings(**changes: Any) -> ConnectionSettings:
    return ConnectionSettings(**{"proxy": None, "verify": True, "trust_env": True, "transport": "own", **changes})


def test_there_is_room_for_two_hundred_calls_at_once() -> None:
    limits = settings().limits
    assert (limits.max_connections or 0) >= 200
    assert (limits.max_keepalive_connections or 0) >= 200
    assert (limits.keepalive_expiry or 0) < 5


def test_certificates_are_verified_and_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(variable, raising=False)
    context = settings().ssl_context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    one = settings()
    assert one.ssl_context() is one.ssl_context()
    assert settings(trust_env=False).ssl_context() is context


def test_verification_can_be_switched_off() -> None:
    assert settings(verify=False).ssl_context().verify_mode is ssl.CERT_NONE


def test_a_context_of_the_callers_own_is_used_as_it_is() -> None:
    context = ssl.create_default_context()
    assert settings(verify=context).ssl_context() is context


@pytest.mark.parametrize("path", [CERTIFICATE, str(CERTIFICATE)])
def test_a_file_of_certificates(path: object) -> None:
    assert settings(verify=path).ssl_context().cert_store_stats()["x509"] == 1


def test_a_folder_of_certificates() -> None:
    assert settings(verify=CERTIFICATE.parent).ssl_context().verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_the_environment_names_certificates(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv(variable, str(CERTIFICATE))
    assert settings().ssl_context().cert_store_stats()["x509"] == 1
    assert settings(trust_env=False).ssl_context().cert_store_stats()["x509"] > 1


def test_a_file_that_is_gone_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    with pytest.raises(ValidationError, match=r"SSL_CERT_FILE is '.*gone.pem', but no certificates"):
        ChatClient("fastgpt-key", "https://fastgpt.test")
    ChatClient("fastgpt-key", "http://fastgpt.test")  # needs none
    with pytest.raises(ValidationError, match=r"^verify is"):
        ChatClient("fastgpt-key", "https://fastgpt.test", verify=str(tmp_path / "gone.pem"))


@pytest.mark.parametrize(
    ("argument", "value"),
    [("verify", None), ("verify", 1), ("trust_env", "no"), ("transport", "h2"), ("proxy", "gopher://a")],
)
def test_arguments_are_checked(argument: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=f"^{argument} "):
        ChatClient("fastgpt-key", "http://fastgpt.test", **{argument: value})


@pytest.mark.parametrize(
    ("argument", "value"), [("proxy", "http://p.test"), ("verify", False), ("trust_env", False), ("transport", "httpx")]
)
@pytest.mark.parametrize(
    ("client", "given"), [(ChatClient, httpx.Client), (AsyncChatClient, httpx.AsyncClient)], ids=["sync", "async"]
)
def test_a_borrowed_client_makes_its_own_connections(client: Any, given: Any, argument: str, value: Any) -> None:
    with pytest.raises(ValidationError, match="http_client has its own connections"):
        client("fastgpt-key", "http://fastgpt.test", http_client=given(), **{argument: value})


def test_httpx_sends_where_httpcore_lacks_a_name_that_is_needed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "fastgpt_client._http.httpcore", None)  # as if its import failed
    caplog.set_level(logging.DEBUG, "fastgpt_client")
    with FaultServer([COMPLETION, STREAM]) as server, ChatClient(**fault_settings(server.url)) as client:
        assert client.create_chat_completion(QUESTION).text == "Hello"
        assert client.create_chat_completion(QUESTION, stream=True).final().text == "Hello"
    assert "connections: httpx's transport" in caplog.text


def test_a_client_that_was_passed_in_belongs_to_the_process_that_used_it_first() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"code": 200, "data": {"list": [], "total": 0}}))
    with httpx.Client(transport=transport) as http:
        client = ChatClient("fastgpt-key", "http://fastgpt.test", app_id="a", http_client=http)
        client.get_chat_histories()
        client._sender.state.process = -1  # as in a child of that process
        with pytest.raises(ValidationError, match="first used in another event loop or process"):
            client.get_chat_histories()
