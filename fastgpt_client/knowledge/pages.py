"""Pages of the web, fetched here and put in as files: a link that a server fetches itself would keep no mark."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import BinaryIO
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

from fastgpt_client._http.httpx import Client, HTTPResponse, InvalidURL, RequestError
from fastgpt_client.exceptions import ValidationError

from .sources import Entry

__all__ = ["Pages"]

_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "application/pdf": ".pdf",
}
_MAX_BYTES = 100_000_000
_MAX_SITEMAP = 50_000_000  # what the protocol allows
_MAX_DEPTH = 3


class Pages:
    """Web pages, as their servers send them: their scripts are not run.

    Each page is fetched once, by `entries`, and kept in a temporary folder until this object is let go of. Its path is
    made of its address: `https://example.org/guide/` is `example.org/guide.html`.

    Args:
        urls: addresses of pages.
        sitemap: the address of a sitemap, whose pages are taken as well; it may name further sitemaps.
        http_client: an httpx client to fetch with, which is not closed here; left out, one with a timeout of 60 s. It
            is never given the key of the knowledge base.

    Raises:
        ValidationError: neither is given.
    """

    def __init__(
        self, urls: Iterable[str] = (), *, sitemap: str | None = None, http_client: Client | None = None
    ) -> None:
        self._urls = [*urls]
        self._sitemap = sitemap
        self._http = http_client
        if not self._urls and sitemap is None:
            raise ValidationError("urls: pass addresses of pages, or a sitemap")
        self._kept = tempfile.mkdtemp(prefix="fastgpt-client-")
        self._files: dict[str, str] = {}
        self._end = weakref.finalize(self, shutil.rmtree, self._kept, ignore_errors=True)

    def close(self) -> None:
        """Delete what was fetched."""
        self._end()

    def entries(self) -> Iterator[Entry]:
        """Return the pages, in the order in which they were named; one that cannot be had has a problem."""
        if self._http is not None:
            yield from self._fetch_all(self._http)
            return
        with Client(timeout=60.0, follow_redirects=True) as http:
            yield from self._fetch_all(http)

    def open(self, path: str) -> BinaryIO:
        """Return a page that `entries` fetched, opened for reading.

        Args:
            path: the entry's path, as `entries` named it.
        """
        return open(self._files[path], "rb")

    def _fetch_all(self, http: Client) -> Iterator[Entry]:
        urls = dict.fromkeys(self._urls)
        if self._sitemap is not None:
            try:
                urls.update(dict.fromkeys(self._listed(http, self._sitemap, 1)))
            except _NotHad as exc:
                yield Entry(_path_of(self._sitemap), problem=str(exc))
        for url in urls:
            try:
                yield self._fetch(http, url)
            except _NotHad as exc:
                yield Entry(_path_of(url), problem=str(exc))

    def _listed(self, http: Client, sitemap: str, depth: int) -> Iterator[str]:
        """Return the addresses of a sitemap, and of those that it names."""
        name = os.path.join(self._kept, "sitemap")
        _download(http, sitemap, name, _MAX_SITEMAP)
        try:
            root = ElementTree.parse(name).getroot()
        except ElementTree.ParseError as exc:
            raise _NotHad(f"the sitemap is no XML: {exc}") from None
        found = [urljoin(sitemap, (item.text or "").strip()) for item in root.iterfind("./{*}*/{*}loc")]
        if not root.tag.endswith("sitemapindex"):
            yield from found
        elif depth < _MAX_DEPTH:
            for inner in found:
                yield from self._listed(http, inner, depth + 1)
        else:
            raise _NotHad("its sitemaps name further ones again and again")

    def _fetch(self, http: Client, url: str) -> Entry:
        name = os.path.join(self._kept, str(len(self._files)))
        kind, size, digest = _download(http, url, name, _MAX_BYTES)
        ending = _ENDINGS.get(kind)
        if ending is None:
            raise _NotHad(f"it is {kind or 'of no known kind'}, which is not taken")
        path = _path_of(url)
        if not path.lower().endswith(ending) and not (ending == ".html" and path.lower().endswith(".htm")):
            path += ending
        self._files[path] = name
        return Entry(path, size, f"sha256:{digest}")


class _NotHad(Exception):
    """A page that cannot be had, and why."""


def _download(http: Client, url: str, name: str, limit: int) -> tuple[str, int, str]:
    """Write what an address answers into a file; return its type, size and SHA-256."""
    digest, size = sha256(), 0
    try:
        with http.stream("GET", url) as response, open(name, "wb") as file:
            if response.status_code != 200:
                raise _NotHad(f"HTTP {response.status_code}")
            for piece in response.iter_bytes():
                size += len(piece)
                if size > limit:
                    raise _NotHad(f"it is larger than {limit} bytes")
                digest.update(piece)
                file.write(piece)
            return _type_of(response), size, digest.hexdigest()
    except (RequestError, InvalidURL) as exc:
        raise _NotHad(f"it cannot be fetched: {exc or type(exc).__name__}") from None


def _type_of(response: HTTPResponse) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _path_of(url: str) -> str:
    """Return the path that a page has: its host and its own path, and what is asked of it."""
    parts = urlsplit(url)
    own = "/".join(_plain(unquote(part)) for part in parts.path.split("/") if part not in ("", ".", ".."))
    asked = "_" + _plain(unquote(parts.query)) if parts.query else ""
    return f"{_plain(parts.netloc.rpartition('@')[2])}/{own or 'index'}{asked}"


def _plain(text: str) -> str:
    return re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", text)
