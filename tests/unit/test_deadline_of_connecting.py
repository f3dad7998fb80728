"""With a deadline a host's addresses are tried one after the other, all of them in time."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from fastgpt_client import APIConnectionError, ChatClient
from tests.support.fault_server import DeafPort, FaultServer
from tests.support.faults import CALL, COMPLETION, settings


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    look_up = socket.getaddrinfo

    def several(host: str, *arguments: Any, **options: Any) -> list[Any]:
        names = addresses if host == "fastgpt.test" else (host,)
        return [found for name in names for found in look_up(name, *arguments, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", several)


def named(url: str) -> str:
    return url.replace("127.0.0.1", "fastgpt.test")


def test_the_next_address_is_tried_if_one_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "127.0.0.2", "127.0.0.1")
    with FaultServer([COMPLETION]) as server, ChatClient(**settings(named(server.url), deadline=60.0)) as client:
        assert client.create_chat_completion(**CALL).text == "Hello"


def test_all_of_them_together_end_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "127.0.0.1", "127.0.0.1", "localhost")
    with DeafPort() as port:
        client = ChatClient(**settings(named(port.url), deadline=0.1))
        with client, pytest.raises(APIConnectionError) as caught:
            client.create_chat_completion(**CALL)
    assert not caught.value.request_sent


def test_a_name_that_nobody_has_is_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    client = ChatClient(**settings("http://fastgpt.test", deadline=60.0, max_retries=0))
    with client, pytest.raises(APIConnectionError, match="Could not connect: ConnectError") as caught:
        client.create_chat_completion(**CALL)
    assert not caught.value.request_sent
