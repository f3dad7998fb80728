"""Client configuration: validates arguments and reads the environment. Nothing is sent."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping
from inspect import iscoroutinefunction
from typing import Any, Final, NamedTuple

from fastgpt_client._json import shown
from fastgpt_client.calls import CallAttempt
from fastgpt_client.exceptions import ValidationError

from .httpx import URL, Headers, InvalidURL, Timeout
from .retry import RetryPolicy

__all__ = [
    "MISSING_KEY",
    "NOT_GIVEN",
    "NotGiven",
    "Options",
    "check_api_key",
    "check_app_id",
    "check_callback",
    "check_count",
    "check_headers",
    "check_number",
    "normalise_base_url",
]

DEFAULT_BASE_URL = "http://localhost:3000"
MISSING_KEY = "api_key is missing: pass api_key= or set FASTGPT_API_KEY"
DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024 * 1024
_API_SUFFIX = re.compile(r"(/api(/v[12](/chat/completions)?)?)?/*\Z")
_SLASHES = re.compile("//+")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")


class NotGiven:
    """The type of `NOT_GIVEN`, the default of arguments for which None has a meaning."""

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Final = NotGiven()


def check_api_key(api_key: object, *, required: bool = True) -> str:
    """Return the key from the argument or `FASTGPT_API_KEY`; error messages never show it.

    A missing key is "" unless it is `required`.
    """
    if api_key is None:
        api_key = os.environ.get("FASTGPT_API_KEY")
        if api_key == "":
            raise ValidationError(f"{MISSING_KEY} (it is set, but empty)")
    if api_key is None:
        if required:
            raise ValidationError(MISSING_KEY)
        return ""
    if not isinstance(api_key, str):
        raise ValidationError(f"api_key must be a str, not {type(api_key).__name__}: decode it first")
    if api_key.lower().startswith("bearer "):
        raise ValidationError("api_key begins with 'Bearer': pass only the key, the scheme is added automatically")
    if not api_key or not api_key.isascii() or not api_key.isprintable() or " " in api_key:
        raise ValidationError(
            "api_key is empty or contains whitespace, line breaks or non-ASCII characters: strip it, "
            "and check that all of it was copied"
        )
    return api_key


def check_app_id(app_id: object) -> str | None:
    """Return the default app's ID from the argument or `FASTGPT_APP_ID`, None if missing."""
    if app_id is None:
        return os.environ.get("FASTGPT_APP_ID", "").strip() or None
    if not isinstance(app_id, str) or not app_id.strip():
        raise ValidationError("app_id must be a non-empty str: omit it to have no default app")
    return app_id.strip()


def check_headers(headers: Mapping[Any, object] | None) -> Headers:
    """Return the caller's headers; those that the client sets are rejected."""
    if headers is not None and not isinstance(headers, Mapping):
        raise ValidationError(f"headers must be a dict of names and values, not {type(headers).__name__}")
    checked = Headers()
    for name, value in (headers or {}).items():
        if not isinstance(name, str) or not _HEADER_NAME.match(name):
            raise ValidationError(f"headers: {name!r} is not a valid header name")
        if not isinstance(value, str) or not value.isprintable():
            raise ValidationError(f"headers: the value of {name!r} must be a str of printable characters")
        if name.lower() in ("authorization", "cookie", "content-length", "accept-encoding"):
            raise ValidationError(f"headers: {name!r} is set by the client: pass api_key= for the key")
        checked[name] = value
    return checked


def normalise_base_url(base_url: object) -> str:
    """Return the server's root from the argument or `FASTGPT_BASE_URL`.

    Accepts the root, `…/api`, `…/api/v1`, a sub-path before them, trailing slashes, `?` and `#`.
    """
    if base_url is None:
        base_url = os.environ.get("FASTGPT_BASE_URL", "").strip() or DEFAULT_BASE_URL
    if not isinstance(base_url, (str, URL)):
        raise ValidationError(f"base_url must be a str, not {type(base_url).__name__}")
    try:
        url = URL(str(base_url).strip())
        host, labels = url.host, url.raw_host.rstrip(b".").split(b".")
    except (InvalidURL, UnicodeError) as exc:
        raise ValidationError(f"base_url is not a URL ({exc}): use one like 'http://localhost:3000'") from None
    if url.port is not None and url.port > 65535:
        raise ValidationError(f"base_url is not a URL (port {url.port}): use one like 'http://localhost:3000'")
    if host and not all(0 < len(label) < 64 for label in labels):
        raise ValidationError("base_url is not a URL (a part of its host name is empty or too long)")
    if "%" in host and ":" not in host:  # in an IPv6 address, % precedes the interface
        raise ValidationError("base_url is not a URL (its host is percent-encoded)")
    # Checked before any message shows the URL: it may contain a password.
    if url.userinfo:
        raise ValidationError("base_url contains a user name or password: pass api_key=, or an httpx client with auth")
    if url.scheme not in ("http", "https") or not host:
        raise ValidationError("base_url must begin with http:// or https:// and name a host")
    if url.query or url.fragment:
        raise ValidationError("base_url must not have a query or fragment")
    # Keep the raw path: %2F is not a slash. A server would collapse repeated slashes, with a redirect.
    path = _SLASHES.sub("/", url.raw_path.partition(b"?")[0].decode("ascii"))
    return str(url.copy_with(raw_path=_API_SUFFIX.sub("", path).encode() or b"/", fragment=None)).rstrip("/")


def check_number(name: str, value: object, *, least: float = 0.0, above: bool = False) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValidationError(f"{name} must be a finite number of seconds, not {shown(value)}")
    if value < least or (above and value == least):
        raise ValidationError(f"{name} must be {'greater than' if above else 'at least'} {least:g}, not {shown(value)}")
    return float(value)


def check_count(name: str, value: object, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValidationError(f"{name} must be a whole number of at least {least}, not {shown(value)}")
    return value


def check_callback(name: str, function: object) -> None:
    """Raise `ValidationError` if a given argument is not a synchronous callable."""
    if function is not None and (not callable(function) or iscoroutinefunction(function)):
        raise ValidationError(f"{name} must be a regular function, not an async one")


class Options(NamedTuple):
    """Options that `with_options` can change; each view of a client has its own."""

    timeout: Timeout | None = None  # None: by kind of call
    deadline: float | None = None
    retry: RetryPolicy = RetryPolicy()
    max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES
    completions: str | None = None  # None: v2 for the streams of conversations, otherwise v1
    within: float | None = None  # the caller's original deadline; `deadline` is the time left of it
    on_call: Callable[[CallAttempt], object] | None = None

    def changed(
        self,
        *,
        timeout: float | Timeout | NotGiven | None = NOT_GIVEN,
        deadline: float | NotGiven | None = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        retry_delay: float | NotGiven = NOT_GIVEN,
        max_response_bytes: int | NotGiven = NOT_GIVEN,
        completions: str | NotGiven | None = NOT_GIVEN,
        on_call: Callable[[CallAttempt], object] | NotGiven | None = NOT_GIVEN,
    ) -> Options:
        """Return a copy with the given options, validated."""
        new: dict[str, Any] = {}
        if not isinstance(timeout, NotGiven):
            if isinstance(timeout, Timeout) or timeout is None:
                new["timeout"] = Timeout(timeout)
            else:
                new["timeout"] = Timeout(check_number("timeout", timeout, above=True))
        if not isinstance(deadline, NotGiven):
            new["deadline"] = None if deadline is None else check_number("deadline", deadline, above=True)
            new["within"] = None
        retry = self.retry
        if not isinstance(max_retries, NotGiven):
            retry = retry._replace(max_retries=check_count("max_retries", max_retries, 0))
        if not isinstance(retry_delay, NotGiven):
            retry = retry._replace(retry_delay=check_number("retry_delay", retry_delay))
        if not isinstance(max_response_bytes, NotGiven):
            new["max_response_bytes"] = check_count("max_response_bytes", max_response_bytes, 1)
        if not isinstance(completions, NotGiven):
            if completions not in ("v1", "v2", None):
                raise ValidationError(f"completions must be 'v1' or 'v2', not {shown(completions)}")
            new["completions"] = completions
        if not isinstance(on_call, NotGiven):
            check_callback("on_call", on_call)
            new["on_call"] = on_call
        return self._replace(retry=retry, **new)

    def timeout_for(self, *, stream: bool) -> Timeout:
        """Return the timeouts by phase. FastGPT sends a heartbeat every 10 s in a stream."""
        if self.timeout is not None:
            return self.timeout
        return Timeout(connect=5.0, write=60.0, pool=60.0, read=60.0 if stream else 600.0)
