"""The part of a client's sender that does no I/O: where requests go, and what they are sent with."""

from __future__ import annotations

from copy import copy
from typing import Self

from fastgpt_client._version import __version__
from fastgpt_client.exceptions import ValidationError

from .config import MISSING_KEY, Options
from .content_decoder import ACCEPT_ENCODING
from .httpx import Headers, Request
from .redaction import Secret
from .request import APIRequest, Attempt, ClientState, Operation, build_presigned_request, build_request, endpoint

__all__ = ["BaseSender"]


class BaseSender:
    """What both flavours' senders have in common.

    Attributes:
        base_url: the server's root.
        options: what a view of the client may have changed.
        secret: the API key.
        state: what all views of the client share.
    """

    def __init__(self, *, base_url: str, secret: Secret, headers: Headers, options: Options) -> None:
        self.base_url = base_url
        self.secret = secret
        self.options = options
        self.state: ClientState = ClientState()
        self._headers = Headers({"User-Agent": f"fastgpt-client/{__version__}"})
        self._headers.update(headers)
        self._headers["Accept-Encoding"] = ACCEPT_ENCODING

    def changed(self, options: Options, headers: Headers | None = None) -> Self:
        """Return a sender with other options and further headers, over the same connections."""
        view = copy(self)
        view.options = options
        if headers:
            view._headers = self._headers.copy()
            view._headers.update(headers)
        return view

    def within(self, seconds: float) -> Self:
        """Return a sender each of whose calls ends after so many seconds."""
        return self.changed(self.options._replace(deadline=max(0.001, seconds)))

    def check_open(self) -> None:
        if self.state.closed:
            raise ValidationError("this client is closed: make a new one")

    def check_key(self, request: APIRequest) -> None:
        """Raise `ValidationError` if there is no key for a call that needs one."""
        if not (self.secret or request.visitor or request.presigned):
            raise ValidationError(f"{MISSING_KEY}; only a share link's visitor (outLinkAuthData=) needs none")

    def _path_candidates(self, operation: Operation) -> list[str]:
        """Return the spellings of an operation's path, the one that this server is known to know first."""
        known = self.state.paths.get(operation.paths[0])
        return sorted(operation.paths, key=lambda path: path != known)

    def _message(
        self, request: APIRequest, path: str, attempt: Attempt, defaults: Headers | None, now: float
    ) -> Request:
        """Return what httpx sends; `defaults` are the headers of a client that was passed in."""
        timeouts = attempt.capped(self.options.timeout_for(stream=request.stream).as_dict(), now)
        if request.presigned is not None:
            return build_presigned_request(request, request.presigned, self._headers["User-Agent"], timeouts)
        headers = self._headers.copy()
        if defaults is not None:
            headers = defaults.copy()
            headers.pop("cookie", None)
            headers.pop("authorization", None)
            headers.update(self._headers)
        if not request.visitor:
            headers["Authorization"] = f"Bearer {self.secret.reveal()}"
        return build_request(request, endpoint(self.base_url, path), headers, timeouts)
