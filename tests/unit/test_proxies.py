"""Which requests go through a proxy."""

from __future__ import annotations

import importlib.util

import pytest

from fastgpt_client._http import proxies
from fastgpt_client._http.proxies import Proxies
from fastgpt_client.exceptions import ValidationError

PROXY = "http://proxy.test:8080"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_without_a_setting_nothing_goes_through_a_proxy() -> None:
    assert Proxies.from_environment().find("http", "fastgpt.test", 80) is None


@pytest.mark.parametrize(
    ("variable", "scheme", "expected"),
    [
        ("HTTP_PROXY", "http", PROXY),
        ("HTTP_PROXY", "https", None),
        ("HTTPS_PROXY", "https", PROXY),
        ("ALL_PROXY", "http", PROXY),
        ("ALL_PROXY", "https", PROXY),
    ],
)
def test_a_variable_counts_for_its_scheme(
    monkeypatch: pytest.MonkeyPatch, variable: str, scheme: str, expected: str | None
) -> None:
    monkeypatch.setenv(variable, PROXY)
    assert Proxies.from_environment().find(scheme, "fastgpt.test", 80) == expected


def test_the_variable_of_the_scheme_goes_before_the_one_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://other.test")
    monkeypatch.setenv("HTTP_PROXY", "proxy.test:8080")  # a scheme may be left out
    assert Proxies.from_environment().find("http", "fastgpt.test", 80) == PROXY


@pytest.mark.parametrize(
    ("entry", "host", "port", "direct"),
    [
        ("*", "anything.test", 80, True),
        ("fastgpt.test", "fastgpt.test", 80, True),
        ("fastgpt.test", "FastGPT.test", 80, True),
        ("fastgpt.test", "api.fastgpt.test", 80, True),
        ("fastgpt.test", "notfastgpt.test", 80, False),
        (".fastgpt.test", "api.fastgpt.test", 80, True),
        ("*.fastgpt.test", "api.fastgpt.test", 80, True),
        ("fastgpt.test:3000", "fastgpt.test", 3000, True),
        ("fastgpt.test:3000", "fastgpt.test", 80, False),
        ("http://fastgpt.test", "fastgpt.test", 80, True),
        ("localhost", "localhost", 80, True),
        ("127.0.0.1", "127.0.0.1", 80, True),
        ("10.0.0.0/8", "10.1.2.3", 80, True),
        ("10.0.0.0/8", "11.1.2.3", 80, False),
        ("10.0.0.1:3000", "10.0.0.1", 3000, True),
        ("::1", "::1", 80, True),
        ("[::1]", "::1", 80, True),
        ("[::1]:3000", "::1", 3000, True),
        ("[::1]:3000", "::1", 80, False),
        ("fd00::/8", "fd12::1", 80, True),
        ("fd00::/8", "fe80::1", 80, False),
        ("fd00::/8", "fastgpt.test", 80, False),
        (".", "fastgpt.test", 80, False),
    ],
)
def test_hosts_that_are_reached_without_a_proxy(
    monkeypatch: pytest.MonkeyPatch, entry: str, host: str, port: int, direct: bool
) -> None:
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", f"other.test, {entry},")
    assert Proxies.from_environment().find("http", host, port) == (None if direct else PROXY)


def test_an_argument_is_for_all_addresses() -> None:
    assert Proxies.everywhere(PROXY).find("https", "localhost", 443) == PROXY


@pytest.mark.parametrize("value", [None, "", "  ", 5])
def test_an_argument_that_is_no_address_is_refused(value: object) -> None:
    with pytest.raises(ValidationError, match="proxy must be the address of a proxy"):
        Proxies.everywhere(value)


@pytest.mark.parametrize("value", ["ftp://user:secret@proxy.test", "http://", "http://a:b:c", "http://proxy.test:port"])
def test_an_address_that_cannot_be_used_names_its_variable_and_not_itself(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", value)
    with pytest.raises(ValidationError, match="the environment variable HTTP_PROXY is not the address") as caught:
        Proxies.from_environment().find("http", "fastgpt.test", 80)
    assert "secret" not in str(caught.value)


def test_a_socks_proxy_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy.test:1080")
    monkeypatch.setattr(proxies, "find_spec", lambda name: None)
    with pytest.raises(ValidationError, match="ALL_PROXY names a SOCKS proxy, which needs socksio"):
        Proxies.from_environment().find("http", "fastgpt.test", 80)
    monkeypatch.setattr(proxies, "find_spec", lambda name: importlib.util.find_spec("httpx"))
    assert Proxies.from_environment().find("http", "fastgpt.test", 80) == "socks5://proxy.test:1080"
