"""The part of a client's sender without I/O: builds the httpx requests.

They are built here, not by httpx's client, so that no cookies are added.
"""

from __future__ import annotations

from copy import copy
from functools import lru_cache
from typing import NoReturn, Self

from fastgpt_client._concurrency.run_local import Place
from fastgpt_client._version import __version__
from fastgpt_client.exceptions import ValidationError

from .config import MISSING_KEY, Options
from .content_decoder import ACCEPT_ENCODING
from .httpx import URL, Headers, HTTPResponse, InvalidURL, Request
from .redaction import Secret
from .request import APIRequest, Attempt, ClientState, Operation, PresignedTarget, RequestBody, Timeouts

__all__ = ["BaseSender", "endpoint", "redirected"]

_ELSEWHERE = (
    "http_client was first used in another event loop or process, and its connections belong there: create one here, "
    "or omit it to give each loop and process its own connections"
)


class BaseSender:
    """Base class of the sync and async senders.

    Attributes:
        base_url: the server's root.
        options: the options, which differ between views of a client.
        has_key: whether the client has an API key.
        secret: the API key.
        state: shared by all views of the client.
    """

    def __init__(self, *, base_url: str, secret: Secret, headers: Headers, options: Options) -> None:
        self.base_url = base_url
        self.secret = secret
        self.state: ClientState = ClientState()
        self._headers = Headers({"User-Agent": f"fastgpt-client/{__version__}"})
        self._headers.update(headers)
        self._headers["Accept-Encoding"] = ACCEPT_ENCODING
        self._authorization = Headers({"Authorization": f"Bearer {secret.reveal()}"})  # its repr does not show it
        self.has_key: bool = bool(secret)
        self._take(options)

    def _take(self, options: Options) -> None:
        self.options = options
        # By `APIRequest.stream`; precomputed because each request needs it.
        self._timeouts = {stream: options.timeout_for(stream=stream).as_dict() for stream in (False, True)}

    def changed(self, options: Options, headers: Headers | None = None) -> Self:
        """Return a sender with other options and additional headers, using the same connections."""
        view = copy(self)
        if options.timeout is self.options.timeout:
            view.options = options
        else:
            view._take(options)
        if headers:
            view._headers = self._headers.copy()
            view._headers.update(headers)
        return view

    def within(self, left: float, *, at_most: float | None = None, retries: bool = True) -> Self:
        """Return a sender for calls made as part of another call.

        Args:
            left: seconds left of the outer call; errors report the original deadline.
            at_most: maximum seconds for each inner call.
            retries: whether inner calls are retried.
        """
        left = max(0.001, round(left + 0.0005, 3))  # rounded up, so that the outer deadline has passed by then
        if at_most is not None and at_most < left:
            options = self.options._replace(deadline=at_most, within=None)
        else:
            options = self.options._replace(deadline=left, within=self.options.within or self.options.deadline)
        return self.changed(options if retries else options._replace(retry=options.retry._replace(max_retries=0)))

    def check_open(self) -> None:
        if self.state.closed:
            raise ValidationError("this client is closed: create a new one")

    def note_home(self, here: Place, process: int) -> None:
        """Record where an `http_client=` is first used; after a fork, responses would be mixed up between processes."""
        if self.state.process is not None:
            raise ValidationError(_ELSEWHERE)
        self.state.home, self.state.process = here, process

    def explain(self, error: Exception) -> None:
        """Raise a `ValidationError` if an error is caused by an `http_client=` of another event loop or process."""
        home = self.state.home
        if isinstance(error, (RuntimeError, TypeError)) and home is not None and not home.is_here():
            raise ValidationError(_ELSEWHERE) from error

    def refuse_without_key(self) -> NoReturn:
        """Raise the `ValidationError` for a call that needs a key."""
        raise ValidationError(f"{MISSING_KEY}; only a share link's visitor (outLinkAuthData=) needs none")

    def falls_back(self, operation: Operation) -> bool:
        """Return whether this server is known to use another path than the first for an operation."""
        return self.state.paths.get(operation.paths[0], operation.paths[0]) != operation.paths[0]

    def _message(self, request: APIRequest, path: str, attempt: Attempt, defaults: Headers | None) -> Request:
        """Return the httpx request; `defaults` are the headers of an `http_client=`."""
        timeouts = Timeouts(self._timeouts[request.stream])
        timeouts.ends = attempt.ends
        # Limit each timeout to the time left: a thread may be waiting for it. Not on shared connections: there a read
        # timeout would end the connection for all requests.
        if attempt.ends is not None and not self.state.multiplexed:
            timeouts.shorten()
        if request.presigned is not None:
            return _presigned_message(request, request.presigned, self._headers["User-Agent"], timeouts)
        headers = self._headers.copy()
        if defaults is not None:
            headers = defaults.copy()
            headers.pop("cookie", None)
            headers.pop("authorization", None)
            headers.update(self._headers)
        if not request.visitor:
            headers.update(self._authorization)
        headers["Accept"] = "text/event-stream, application/json" if request.stream else "application/json"
        url = endpoint(self.base_url, path)
        if request.query:
            url = _with_query(url, request.query)
        if request.body is not None:
            return _message_with_body(request.operation.method, url, headers, request.body(), timeouts)
        content = request.content
        if content is not None:
            headers["Content-Type"] = "application/json"
        extensions = {"timeout": timeouts}
        message = Request(request.operation.method, url, headers=headers, content=content, extensions=extensions)
        message.stream = RequestBody(message.content)
        return message


@lru_cache(maxsize=256)
def endpoint(base_url: str, path: str) -> URL:
    return URL(base_url + path)


def _with_query(url: URL, query: dict[str, str]) -> URL:
    try:
        return url.copy_merge_params(query)
    except (InvalidURL, UnicodeError):
        raise ValidationError("the query cannot be sent: an argument is too long or not valid text") from None


def _presigned_message(request: APIRequest, target: PresignedTarget, user_agent: str, timeouts: Timeouts) -> Request:
    """Return a request to a presigned URL, without the key."""
    headers = Headers({"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING})
    headers.update(target.headers)
    body = RequestBody() if request.body is None else request.body()
    message = _message_with_body(request.operation.method, target.url, headers, body, timeouts)
    message.extensions["trace"] = target.trace(message)
    return message


def _message_with_body(method: str, url: URL, headers: Headers, body: RequestBody, timeouts: Timeouts) -> Request:
    # httpx adds neither of these to a stream. The length is required: object stores refuse chunked bodies.
    headers["Host"] = url.netloc.decode("ascii")
    headers["Content-Length"] = str(body.size)
    if body.content_type is not None:
        headers["Content-Type"] = body.content_type
    return Request(method, url, headers=headers, stream=body, extensions={"timeout": timeouts})


def redirected(http: HTTPResponse) -> Request | None:
    """Return the request that follows a redirect within the server's origin, None if it must not be followed."""
    follow = http.status_code in (307, 308) or (http.status_code in (301, 302) and http.request.method == "GET")
    location = http.headers.get("location")
    if not follow or not location:
        return None
    old = http.request
    url = old.url.join(location)  # httpx has already rejected invalid URLs
    if (url.scheme, url.host, url.port) != (old.url.scheme, old.url.host, old.url.port) or url.userinfo:
        return None
    headers = old.headers.copy()
    headers["Host"] = url.netloc.decode("ascii")
    message = Request(old.method, url, headers=headers, content=old.content, extensions=old.extensions)
    message.stream = RequestBody(old.content)
    return message
