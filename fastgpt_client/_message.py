"""The messages that httpx sends: built here and not by its client, so that no jar's cookie comes along."""

from __future__ import annotations

from ._call import APIRequest, Direct
from ._content import ACCEPT_ENCODING
from ._httpx import URL, Headers, HTTPResponse, InvalidURL, Request
from ._transport import RequestBody
from .exceptions import ValidationError

__all__ = ["api_message", "direct_message", "redirected"]


def api_message(request: APIRequest, url: URL, headers: Headers, timeouts: dict[str, float | None]) -> Request:
    """Return the message of a call to the server."""
    headers["Accept"] = "text/event-stream, application/json" if request.stream else "application/json"
    if request.content is not None:
        headers["Content-Type"] = "application/json"
    try:
        url = url.copy_merge_params(request.query) if request.query else url
    except (InvalidURL, UnicodeError):
        raise ValidationError("the query cannot be sent: an argument is too long, or not text") from None
    message = Request(
        request.operation.method,
        url,
        headers=headers,
        content=request.content,
        data=request.form,
        files=None if request.file is None else {"file": request.file},
        extensions={"timeout": timeouts},
    )
    if request.file is None:
        message.stream = RequestBody(message.content)
    return message


def direct_message(request: APIRequest, direct: Direct, user_agent: str, timeouts: dict[str, float | None]) -> Request:
    """Return the message to an address that carries its own credential, without the key."""
    headers = {
        "Host": direct.url.netloc.decode("ascii"),
        "User-Agent": user_agent,
        "Accept-Encoding": ACCEPT_ENCODING,
        **direct.headers,
    }
    return Request(
        request.operation.method,
        direct.url,
        headers=headers,
        content=request.content,
        data=request.form,
        files=None if request.file is None else {"file": request.file},
        stream=None if direct.body is None else direct.body(),
        extensions={"timeout": timeouts},
    )


def redirected(http: HTTPResponse) -> Request | None:
    """Return the request that follows a redirect within the server's own origin, None to follow none."""
    follow = http.status_code in (307, 308) or (http.status_code in (301, 302) and http.request.method == "GET")
    location = http.headers.get("location")
    if not follow or not location:
        return None
    old = http.request
    url = old.url.join(location)  # httpx has read it before, and told of one that is no URL
    if (url.scheme, url.host, url.port) != (old.url.scheme, old.url.host, old.url.port) or url.userinfo:
        return None
    headers = old.headers.copy()
    headers["Host"] = url.netloc.decode("ascii")
    message = Request(old.method, url, headers=headers, content=old.content, extensions=old.extensions)
    message.stream = RequestBody(old.content)
    return message
