"""Requests without the key: whether FastGPT answers, its version, and its clock."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

from fastgpt_client import FastGPTClient
from fastgpt_client.cli._output.json_data import as_object

from .findings import Finding, failed, ok, skipped, warning

__all__ = ["INIT", "ProbeAnswer", "Prober", "check_clock", "check_reach", "prober"]

INIT = "/api/core/chat/init"
_PATIENCE = 15.0
_MOST = 65_536
_SKEW = 60.0
_BEHIND = (502, 503, 504)


class ProbeAnswer(NamedTuple):
    """The parts of an answer that are needed."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    error: str = ""
    local_time: float = 0.0

    @property
    def envelope(self) -> dict[str, Any]:
        """FastGPT's envelope, empty if the answer has none."""
        try:
            body = as_object(json.loads(self.content))
        except (ValueError, RecursionError):
            return {}
        return body if "code" in body and "statusText" in body else {}

    @property
    def is_page(self) -> bool:
        """Whether it is a web page."""
        return "html" in self.headers.get("content-type", "") or self.content.lstrip()[:1] == b"<"


class Prober:
    """Sends requests without a key, and follows no redirects."""

    def __init__(self, http: httpx.Client, root: str) -> None:
        self._http = http
        self.root = root

    def request(
        self, path: str, *, method: str = "GET", params: Mapping[str, str] | None = None, root: str | None = None
    ) -> ProbeAnswer:
        """Return the answer; that of a failed connection has the status 0."""
        body: Any = {} if method == "POST" else None
        begin = time.time()
        try:
            with self._http.stream(
                method,
                (root or self.root) + path,
                params=params,
                json=body,
                timeout=_PATIENCE,
                follow_redirects=False,
            ) as http:
                content = b""
                for piece in http.iter_bytes():
                    content += piece
                    if len(content) > _MOST:
                        break
                return ProbeAnswer(http.status_code, http.headers, content, local_time=(begin + time.time()) / 2)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as exc:
            # Without the request, whose query may contain the key.
            error = f"{type(exc).__name__}: {exc}" if str(exc) else type(exc).__name__
            return ProbeAnswer(0, {}, b"", error=error)

    def knows(self, path: str, method: str) -> bool:
        """Return whether the server knows a path: for others it returns a web page."""
        found = self.request(path, method=method)
        return found.status != 0 and not (found.status == 404 and found.is_page)


@contextmanager
def prober(root: str) -> Generator[Prober]:
    """Yield a prober of a server, with the transport of a client."""
    # A client needs a key; its transport does not have it.
    with FastGPTClient("none", root) as client:
        yield Prober(client.http_client, root)


def check_reach(probe: Prober) -> tuple[Finding, ProbeAnswer]:
    """Return whether FastGPT answers at the address, and the answer."""
    found = probe.request(INIT)
    status = found.status
    if found.envelope:
        return ok("reachable", "FastGPT answers"), found
    if not status:
        remedy = (
            "check that the server speaks HTTP; it may only speak https://"
            if probe.root.startswith("http:")
            else "try again"
        )
        return failed("reachable", f"no answer: {found.error}", remedy), found
    if 300 <= status < 400:
        target = found.headers.get("location", "nowhere").partition("?")[0].removesuffix(INIT)
        return failed("reachable", f"the server redirects to {target}", "use the final address as the base URL"), found
    if status in (401, 407):
        return failed(
            "reachable", f"something in front of FastGPT requires a password (HTTP {status})", _ELSEWHERE
        ), found
    if status in _BEHIND:
        remedy = "check that FastGPT is running, and the log of the proxy"
        return failed("reachable", f"a proxy answers, but FastGPT behind it does not (HTTP {status})", remedy), found
    said = "a web page" if found.is_page else "something else"
    return failed("reachable", f"{said} answers, not FastGPT (HTTP {status})", _remedy(probe)), found


_ELSEWHERE = "use an address that leads directly to FastGPT"


def _remedy(probe: Prober) -> str:
    """Return what to try: the same host without the path, if FastGPT answers there."""
    root = urlsplit(probe.root)._replace(path="").geturl()
    if root != probe.root and probe.request(INIT, root=root).envelope:
        return f"FastGPT is at {root}: use that as the base URL"
    return "check address and port: the base URL is that of the web interface"


def check_clock(found: ProbeAnswer) -> Finding:
    """Compare the clock of the server with that of this machine."""
    try:
        theirs = parsedate_to_datetime(found.headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError, OverflowError):
        return skipped("clock", "the server does not send its time")
    ahead = theirs - found.local_time
    if abs(ahead) <= _SKEW:
        return ok("clock", "the server has the same time as this machine")
    apart = f"{abs(ahead):,.0f} s {'ahead of' if ahead > 0 else 'behind'} this machine"
    return warning(
        "clock", f"the server's clock is {apart}", "synchronize both by NTP: uploads and certificates depend on it"
    )
