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
    """Web pages, each known by its address: `FileLibraryApp` serves them, loaded anew each time they are asked for.

    Only these pages are loaded, and only from the hosts that they are on: a redirect to another one is not followed.

    Args:
        urls: the addresses, with http or https.
        max_bytes: how large a page may be.
        timeout: seconds that a page may be silent.

    Raises:
        ValidationError: an address is none, or there is none.
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
        """Return the pages; with a search, those that have it in their addresses.

        Args:
            parent_id: the folder, "" for the root.
            search: a piece of the name; "" for all.
        """
        if parent_id is not None:
            raise FileNotFoundError(parent_id)
        return [item for url, item in self._items.items() if search.casefold() in url.casefold()]

    def content(self, id: str) -> FileContent:
        """Leave it to FastGPT to load the page from the application, and to parse it.

        Args:
            id: the file, as `list` named it.
        """
        self.detail(id)
        return FileContent()

    def read(self, id: str) -> str:
        """Return the page's own address.

        Args:
            id: the file, as `list` named it.
        """
        return self.detail(id).id

    def detail(self, id: str) -> FileItem:
        """Return the item of a page.

        Args:
            id: the file or folder, as `list` named it.
        """
        if id not in self._items:
            raise FileNotFoundError(id)
        return self._items[id]

    def open(self, id: str) -> BinaryIO:
        """Return a page as it is now.

        Args:
            id: the file, as `list` named it.
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
        raise httpx.TooManyRedirects(f"{id} leads elsewhere, or nowhere")

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
    """Return a name for a page, with an ending by which FastGPT knows how to parse it."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for what is no number
    except (ValueError, AttributeError):
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError(f"urls: {shown(url)} is no address with http or https")
    path = PurePosixPath(unquote(parts.path))
    words = [parts.hostname, *(part for part in path.parts if part != "/")]
    suffix = path.suffix.lower()
    return "-".join(words) + ("" if suffix in SUFFIXES else ".html")
