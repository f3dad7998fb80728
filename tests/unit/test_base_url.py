"""The base URL: every form in which people write a FastGPT server, and what is none."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from fastgpt_client import ValidationError
from fastgpt_client._http.config import normalise_base_url
from fastgpt_client._http.sender import endpoint


@pytest.mark.parametrize(
    ("given", "root"),
    [
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://localhost:3000/", "http://localhost:3000"),
        ("http://localhost:3000///", "http://localhost:3000"),
        ("http://localhost:3000/api", "http://localhost:3000"),
        ("http://localhost:3000/api/", "http://localhost:3000"),
        ("http://localhost:3000/api/v1", "http://localhost:3000"),
        ("http://localhost:3000/api/v1/", "http://localhost:3000"),
        ("http://localhost:3000/api/v2", "http://localhost:3000"),
        ("http://localhost:3000/api/v1/chat/completions", "http://localhost:3000"),
        ("http://localhost:3000/api/v2/chat/completions/", "http://localhost:3000"),
        ("https://ai.test/fastgpt", "https://ai.test/fastgpt"),
        ("https://ai.test/fastgpt/api", "https://ai.test/fastgpt"),
        ("https://ai.test/fastgpt/api/v1/", "https://ai.test/fastgpt"),
        ("https://ai.test/api/fastgpt", "https://ai.test/api/fastgpt"),
        ("https://ai.test/api/api/v1", "https://ai.test/api"),
        ("https://ai.test/myapi", "https://ai.test/myapi"),
        ("https://ai.test/v1", "https://ai.test/v1"),
        ("https://api.fastgpt.test", "https://api.fastgpt.test"),
        ("HTTPS://AI.Test/Sub", "https://ai.test/Sub"),
        ("https://ai.test:443", "https://ai.test"),
        ("https://ai.test:8443/a%20b", "https://ai.test:8443/a%20b"),
        ("http://[::1]:3000/api", "http://[::1]:3000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://127.0.0.1:65535", "http://127.0.0.1:65535"),
        ("  http://localhost:3000\n", "http://localhost:3000"),
        (httpx.URL("http://localhost:3000/api"), "http://localhost:3000"),
        ("http://ai.test/api?", "http://ai.test"),
        ("http://ai.test?", "http://ai.test"),
        ("http://ai.test/sub#", "http://ai.test/sub"),
        ("http://ai.test/api/v1/chat/completions?#", "http://ai.test"),
        ("http://ai.test//sub//api//v1//", "http://ai.test/sub"),
        ("http://ai.test/team%2Fa%20b/api", "http://ai.test/team%2Fa%20b"),
        ("http://ai.test/a%2fapi", "http://ai.test/a%2fapi"),
        ("http://ai.test/a%00b", "http://ai.test/a%00b"),
        ("http://ai.test/ü b/api", "http://ai.test/%C3%BC%20b"),
    ],
)
def test_the_root_is_found_in_every_form(given: Any, root: str) -> None:
    assert normalise_base_url(given) == root


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "must begin with http"),
        ("localhost:3000", "must begin with http"),
        ("ai.test", "must begin with http"),
        ("//ai.test", "must begin with http"),
        ("/api", "must begin with http"),
        ("ftp://ai.test", "must begin with http"),
        ("ws://ai.test", "must begin with http"),
        ("http://", "must begin with http"),
        ("http:///api", "must begin with http"),
        ("http://ai.test?x=1", "must not have a query or fragment"),
        ("http://ai.test/api#top", "must not have a query or fragment"),
        ("http://user:pass@ai.test", "user name or password"),
        ("http://user@ai.test", "user name or password"),
        ("http://ai.test:port", "base_url is not a URL"),
        ("http://ai.test:99999", "base_url is not a URL"),
        ("http://ai.test:65536", "base_url is not a URL"),
        ("http://[::1", "base_url is not a URL"),
        ("http://a\x00b", "base_url is not a URL"),
        ("http://a/\x00b", "base_url is not a URL"),
        ("http://a%00b", "its host is percent-encoded"),
        ("http://ai..test", "base_url is not a URL"),
        ("http://.", "base_url is not a URL"),
        ("http://xn--a.test", "base_url is not a URL"),
        (f"http://{'a' * 64}.test", "base_url is not a URL"),
        (b"http://ai.test", "must be a str, not bytes"),
        (5, "must be a str, not int"),
        (["http://ai.test"], "must be a str, not list"),
    ],
)
def test_what_is_no_server_is_refused(given: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=f"^base_url .*{said}|^{said}"):
        normalise_base_url(given)


@pytest.mark.parametrize(
    "url", ["http://user:s3cret@ai.test", "http://user:s3cret@ai.test?x=1", "ftp://user:s3cret@ai.test"]
)
def test_a_password_is_not_told(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        normalise_base_url(url)
    assert "s3cret" not in str(caught.value)


def test_without_any_it_is_the_one_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert normalise_base_url(None) == "http://localhost:3000"
    monkeypatch.setenv("FASTGPT_BASE_URL", " https://env.test/api ")
    assert normalise_base_url(None) == "https://env.test"
    monkeypatch.setenv("FASTGPT_BASE_URL", "nonsense")
    with pytest.raises(ValidationError, match="must begin with http"):
        normalise_base_url(None)


@pytest.mark.parametrize(
    ("root", "url"),
    [
        ("http://localhost:3000", "http://localhost:3000/api/v1/chat/completions"),
        ("https://ai.test/sub", "https://ai.test/sub/api/v1/chat/completions"),
    ],
)
def test_a_path_is_joined_to_the_root(root: str, url: str) -> None:
    assert str(endpoint(root, "/api/v1/chat/completions")) == url
