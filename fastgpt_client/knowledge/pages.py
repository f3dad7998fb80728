"""Web pages, fetched by the client and uploaded as files: a link that the server fetches could not carry a mark."""

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
_MAX_SITEMAP = 50_000_000  # the limit of the protocol
_MAX_DEPTH = 3


class Pages:
    """A source of web pages, as their servers send them: scripts are not run.

    `entries` fetches each page once, into a temporary folder that is deleted with this object. The path of a page is
    made from its URL: `https://example.org/guide/` becomes `example.org/guide.html`.

    Args:
        urls: the URLs of the pages. Default: only those of the sitemap.
        sitemap: the URL of a sitemap whose pages are included; it may refer to further sitemaps. Default: none.
        http_client: an httpx client to fetch with, which the caller closes. Default: one with a timeout of 60 s. It is
            never given the key of the knowledge base.

    Raises:
        ValidationError: neither `urls` nor `sitemap` is given.
    """

    def __init__(
        self, urls: Iterable[str] = (), *, sitemap: str | None = None, http_client: Client | None = None
    ) -> None:
        self._urls = [*urls]
        self._sitemap = sitemap
        self._http = http_client
        if not self._urls and sitemap is None:
            raise ValidationError("urls: pass the URLs of pages, or a sitemap")
        self._kept = tempfile.mkdtemp(prefix="fastgpt-client-")
        self._files: dict[str, str] = {}
        self._end = weakref.finalize(self, shutil.rmtree, self._kept, ignore_errors=True)

    def close(self) -> None:
        """Delete the fetched pages."""
        self._end()

    def entries(self) -> Iterator[Entry]:
        """Fetch the pages and iterate over their entries, in the given order.

        A page that cannot be fetched, exceeds 100 MB, or is not HTML, plain text, Markdown, CSV or PDF gets an entry
        with a `problem`.
        """
        if self._http is not None:
            yield from self._fetch_all(self._http)
            return
        with Client(timeout=60.0, follow_redirects=True) as http:
            yield from self._fetch_all(http)

    def open(self, path: str) -> BinaryIO:
        """Open a page that `entries` fetched, for reading in binary mode.

        Args:
            path: the path of the entry, as returned by `entries`.
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
        """Return the URLs in a sitemap, and in those that it refers to."""
        name = os.path.join(self._kept, "sitemap")
        _download(http, sitemap, name, _MAX_SITEMAP)
        try:
            root = ElementTree.parse(name).getroot()
        except ElementTree.ParseError as exc:
            raise _NotHad(f"the sitemap is not XML: {exc}") from None
        found = [urljoin(sitemap, (item.text or "").strip()) for item in root.iterfind("./{*}*/{*}loc")]
        if not root.tag.endswith("sitemapindex"):
            yield from found
        elif depth < _MAX_DEPTH:
            for inner in found:
                yield from self._listed(http, inner, depth + 1)
        else:
            raise _NotHad("its sitemaps are nested too deeply")

    def _fetch(self, http: Client, url: str) -> Entry:
        name = os.path.join(self._kept, str(len(self._files)))
        kind, size, digest = _download(http, url, name, _MAX_BYTES)
        ending = _ENDINGS.get(kind)
        if ending is None:
            raise _NotHad(f"unsupported content type: {kind or 'none'}")
        path = _path_of(url)
        if not path.lower().endswith(ending) and not (ending == ".html" and path.lower().endswith(".htm")):
            path += ending
        self._files[path] = name
        return Entry(path, size, f"sha256:{digest}")


class _NotHad(Exception):
    """A page cannot be fetched; the message says why."""


def _download(http: Client, url: str, name: str, limit: int) -> tuple[str, int, str]:
    """Download a URL into a file; return its content type, size and SHA-256."""
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
    """Return the path of a page's entry: the host, path and query of its URL."""
    parts = urlsplit(url)
    own = "/".join(_plain(unquote(part)) for part in parts.path.split("/") if part not in ("", ".", ".."))
    asked = "_" + _plain(unquote(parts.query)) if parts.query else ""
    return f"{_plain(parts.netloc.rpartition('@')[2])}/{own or 'index'}{asked}"


def _plain(text: str) -> str:
    return re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", text)
