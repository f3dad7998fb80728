"""A client takes an httpx or httpx2 client of its own flavour."""

from __future__ import annotations

from typing import Any

import httpx
import httpx2
import pytest

from fastgpt_client import AsyncChatClient, ChatClient, ValidationError
from fastgpt_client._http.httpx2 import as_httpx2_request
from fastgpt_client._http.request import WithheldURL


@pytest.mark.parametrize(
    ("client", "other"),
    [
        (ChatClient, httpx.AsyncClient),
        (ChatClient, httpx2.AsyncClient),
        (AsyncChatClient, httpx.Client),
        (AsyncChatClient, httpx2.Client),
    ],
    ids=["httpx's async", "httpx2's async", "httpx's sync", "httpx2's sync"],
)
def test_the_other_flavour_is_refused(client: Any, other: Any) -> None:
    with pytest.raises(ValidationError, match=rf"or the same class of httpx2, not {other.__name__}$"):
        client("fastgpt-key", "http://localhost:1", http_client=other())


def test_what_is_withheld_of_an_address_stays_so() -> None:
    request = httpx.Request("PUT", "https://store.test:8443/bucket/key?signature=s")
    same = as_httpx2_request(request)
    assert str(same.url) == "https://store.test:8443/bucket/key?signature=s"
    request.url = WithheldURL(request.url)  # once its headers are on the way
    assert (str(same.url), repr(same.url)) == ("https://store.test:8443/***", "URL('https://store.test:8443/***')")
    assert (same.url.raw_path, same.url.host, same.url.port) == (b"/bucket/key?signature=s", "store.test", 8443)
