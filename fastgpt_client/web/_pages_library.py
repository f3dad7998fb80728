"""A library of web pages."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

import httpx

from fastgpt_client._json import shown
from fastgpt_client.exceptions import ValidationError

from ._directory_library import SUFFIXES
from ._library_data import FileContent, FileItem

__all__ = ["PagesLibrary"]

_REDIRECTS = 5


class PagesLibrary:
    """A library of web pages for `FileLibraryApp`. The ID of a page is its URL; each request fetches it again.

    ```python
    library = PagesLibrary(["https://example.org/guide/"])
    app = Starlette(routes=[Mount("/pages", FileLibraryApp(library, authorization=token))])
    ```

    Only these pages are fetched, and only from their own hosts: redirects to other hosts are not followed.

    Args:
        urls: the http or https URLs of the pages, at least one.
        max_bytes: the maximum size of a page, in bytes.
        timeout: the maximum time, in seconds, to connect or to wait for data.

    Raises:
        ValidationError: `urls` is empty, or one of them is not an http or https URL.
    """

    def __init__(self, urls: Iterable[str], *, max_bytes: int = 16 * 1024 * 1024, timeout: float = 30.0) -> None:
        now = datetime.now(UTC)
        self._items = {url: FileItem(id=url, name=_name(url), updated=now) for url in urls}
        if not self._items:
            raise ValidationError("urls is empty: name at least one page")
        self._hosts = {_origin(url) for url in self._items}
        self._max_bytes = max_bytes
        self._timeout = timeout

    def list(self, parent_id: str | None, search: str) -> Sequence[FileItem]:
        """Return the pages, or those whose URLs contain the search text.

        Args:
            parent_id: None, since there are no folders.
            search: a part of the URL, ignoring case; "" for all pages.

        Raises:
            FileNotFoundError: `parent_id` is not None.
        """
        if parent_id is not None:
            raise FileNotFoundError(parent_id)
        return [item for url, item in self._items.items() if search.casefold() in url.casefold()]

    def content(self, id: str) -> FileContent:
        """Return an empty content: FastGPT downloads the page from the application and parses it.

        Args:
            id: the URL of the page, as returned by `list`.

        Raises:
            FileNotFoundError: there is no such page.
        """
        self.detail(id)
        return FileContent()

    def read(self, id: str) -> str:
        """Return the URL of the page itself.

        Args:
            id: the URL of the page, as returned by `list`.

        Raises:
            FileNotFoundError: there is no such page.
        """
        return self.detail(id).id

    def detail(self, id: str) -> FileItem:
        """Return the item of a page.

        Args:
            id: the URL of the page, as returned by `list`.

        Raises:
            FileNotFoundError: there is no such page.
        """
        if id not in self._items:
            raise FileNotFoundError(id)
        return self._items[id]

    def open(self, id: str) -> BinaryIO:
        """Fetch a page, and return it as a file to read in binary mode.

        Args:
            id: the URL of the page, as returned by `list`.

        Raises:
            FileNotFoundError: there is no such page.
            ValueError: the page is larger than `max_bytes`.
            httpx.HTTPError: the page cannot be fetched, redirects too often or to another host, or its status is an
                error.
        """
        url = self.detail(id).id
        with httpx.Client(timeout=self._timeout) as client:
            for _ in range(_REDIRECTS + 1):
                with client.stream("GET", url) as page:
                    if page.is_redirect:
                        url = str(page.url.join(page.headers["location"]))
                        if _origin(url) not in self._hosts:
                            break
                        continue
                    page.raise_for_status()
                    return io.BytesIO(self._body(page))
        raise httpx.TooManyRedirects(f"{id} redirects to another host, or too often")

    def _body(self, page: httpx.Response) -> bytes:
        body = bytearray()
        for piece in page.iter_bytes():
            body += piece
            if len(body) > self._max_bytes:
                raise ValueError(f"the page has more than {self._max_bytes} bytes")
        return bytes(body)


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port


def _name(url: str) -> str:
    """Return a name for a page, with a suffix from which FastGPT knows how to parse it."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises if it is not a number
    except (ValueError, AttributeError):
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError(f"urls: {shown(url)} is not an http or https URL")
    path = PurePosixPath(unquote(parts.path))
    words = [parts.hostname, *(part for part in path.parts if part != "/")]
    suffix = path.suffix.lower()
    return "-".join(words) + ("" if suffix in SUFFIXES else ".html")
