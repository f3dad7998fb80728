"""What programs that ask for a server and a key check them with, without making a client."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from fastgpt_client import ChatClient, ValidationError
from fastgpt_client.config import DEFAULT_BASE_URL, check_api_key, check_base_url, find_proxy, ssl_context


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_a_key_that_can_be_sent_is_returned() -> None:
    assert check_api_key("fastgpt-k") == "fastgpt-k"


@pytest.mark.parametrize("key", ["", "Bearer secret", "two secrets", "secret\n", "ge\u0301heim-secret"])
def test_a_key_that_cannot_be_sent_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        check_api_key(key)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("written", ["http://one.example/api/v1/", "http://one.example", " http://ONE.example/api "])
def test_a_server_is_known_however_it_is_written(written: str) -> None:
    assert check_base_url(written) == "http://one.example"
    with ChatClient("k", written) as client:
        assert client.base_url == "http://one.example"


def test_what_is_no_server_is_refused() -> None:
    with pytest.raises(ValidationError, match="base_url must begin with http"):
        check_base_url("one.example")


def test_the_usual_server_is_the_one_that_a_client_takes() -> None:
    with ChatClient("k") as client:
        assert client.base_url == DEFAULT_BASE_URL == check_base_url(DEFAULT_BASE_URL)


def test_a_proxy_is_found_as_a_client_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_proxy("https://one.example") is None
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:8080")
    monkeypatch.setenv("NO_PROXY", "two.example, 2001:db8::/32")
    assert find_proxy("https://one.example/api") == "http://proxy.example:8080"
    assert find_proxy("http://one.example") is None
    assert find_proxy("https://two.example:3000") is None
    assert find_proxy("https://[2001:db8::1]:3000") is None


def test_a_proxy_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "gopher://proxy.example")
    with pytest.raises(ValidationError, match="HTTP_PROXY is not the address of a proxy"):
        find_proxy("http://one.example")


def test_certificates_are_checked_as_a_client_checks_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    context = ssl_context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere.pem"))
    with pytest.raises(ValidationError, match="SSL_CERT_FILE is"):
        ssl_context()
