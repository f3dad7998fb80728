"""The part of the clients that does no I/O: configuration, building requests, judging answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, Self

from ._api.envelope import answer_error, envelope_error, is_html
from ._api.params import drop_none, dump_json, endpoint, query_params
from ._concurrency import wall_clock
from ._http.config import (
    NOT_GIVEN,
    NotGiven,
    Options,
    check_api_key,
    check_app_id,
    check_headers,
    normalise_base_url,
)
from ._http.connections import ConnectionSettings
from ._http.content_decoder import ACCEPT_ENCODING
from ._http.httpx import URL, Headers, HTTPResponse, Request, Timeout
from ._http.redaction import Secret
from ._http.request import APIRequest, Attempt, ClientState, Operation, build_presigned_request, build_request
from ._json import is_array, is_object, parse_json
from ._version import __version__
from .exceptions import APIError, FastGPTError, ValidationError

__all__ = ["BaseClientMixin"]


class BaseClientMixin:
    """Configuration, requests and judgement of both flavours' clients."""

    _state: ClientState
    _is_view: bool
    _options: Options
    _secret: Secret
    _headers: Headers
    _base_url: str
    _app_id: str | None

    def _configure(
        self, api_key: object, base_url: object, app_id: object, headers: Mapping[str, str] | None, options: Options
    ) -> None:
        self._secret = Secret(check_api_key(api_key))
        self._base_url = normalise_base_url(base_url)
        self._app_id = check_app_id(app_id)
        self._headers = Headers({"User-Agent": f"fastgpt-client/{__version__}"})
        self._headers.update(check_headers(headers))
        self._headers.update(
            {"Accept-Encoding": ACCEPT_ENCODING, "Authorization": f"Bearer {self._secret.reveal()}"},
        )
        self._options = options
        self._state = ClientState()
        self._is_view = False

    @property
    def base_url(self) -> str:
        """The server's root, without `/api`."""
        return self._base_url

    @property
    def app_id(self) -> str | None:
        """The app that calls go to when they name none."""
        return self._app_id

    @property
    def is_closed(self) -> bool:
        """Whether the client was closed."""
        return self._state.closed

    def with_options(
        self,
        *,
        timeout: float | Timeout | NotGiven | None = NOT_GIVEN,
        deadline: float | NotGiven | None = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        retry_delay: float | NotGiven = NOT_GIVEN,
        max_response_bytes: int | NotGiven = NOT_GIVEN,
        completions: str | NotGiven = NOT_GIVEN,
        app_id: str | NotGiven = NOT_GIVEN,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Return a view of this client with other options: same connections, same key, and closing it closes nothing.

        Arguments left out stay as they are; `headers` are added to those of this client.

        Raises:
            ValidationError: an argument cannot be used.
        """
        view = type(self).__new__(type(self))
        view.__dict__.update(self.__dict__)
        view._is_view = True
        view._options = self._options.changed(
            timeout=timeout,
            deadline=deadline,
            max_retries=max_retries,
            retry_delay=retry_delay,
            max_response_bytes=max_response_bytes,
            completions=completions,
        )
        if not isinstance(app_id, NotGiven):
            view._app_id = check_app_id(app_id)
        if headers:
            view._headers = Headers(self._headers)
            view._headers.update(check_headers(headers))
        return view

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._base_url}{' closed' if self._state.closed else ''}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(
            "a client holds a key and open connections: it is neither pickled nor copied (see with_options)"
        )

    # --- describing a request ---------------------------------------------------------------------------------------

    def _validate_params(self, **params: object) -> None:
        """Raise `ValidationError` for an id that is given but is no str, or is empty or blank."""
        for name, value in params.items():
            if value is not None and (not isinstance(value, str) or not value.strip()):
                raise ValidationError(f"{name} must be a non-empty str, not {value!r}: leave it out if there is none")

    def _validate_ids(self, **params: Sequence[str | None]) -> None:
        """Raise `ValidationError` for a list of ids that is none, is empty, or holds an empty one."""
        for name, values in params.items():
            if isinstance(values, str) or not values:
                raise ValidationError(f"{name} must be a non-empty list of ids, not {values!r}")
            for value in values:
                if value is None:
                    raise ValidationError(f"{name} holds None: leave it out")
                self._validate_params(**{name: value})

    def _chat_scope(
        self,
        appId: str | None,
        outLinkAuthData: Mapping[str, object] | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
    ) -> dict[str, Any]:
        """Return the parameters that say which app a call goes to: the app, or a share link's visitor.

        4.15 and later take `outLinkAuthData` alone; before, `shareId` and `outLinkUid` stood beside `appId`.
        """
        self._validate_params(appId=appId, shareId=shareId, outLinkUid=outLinkUid)
        if (shareId is None) != (outLinkUid is None):
            raise ValidationError("shareId and outLinkUid go together: a visitor is named by both")
        if outLinkAuthData is not None:
            return {"appId": appId, "outLinkAuthData": outLinkAuthData}
        if shareId is not None:
            return {"appId": appId or self._app_id, "shareId": shareId, "outLinkUid": outLinkUid}
        return {"appId": self._require_app_id(appId)}

    def _require_app_id(self, appId: str | None) -> str:
        self._validate_params(appId=appId)
        found = appId or self._app_id
        if found is None:
            raise ValidationError("appId is missing: pass appId=, or app_id= to the client, or set FASTGPT_APP_ID")
        return found

    def _request(
        self,
        operation: Operation,
        *,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
        stream: bool = False,
        chat_id: str | None = None,
    ) -> APIRequest:
        """Return the described call; parameters that are None are left out, the extra ones win."""
        if body is None and extra_body:
            body = {}
        content: bytes | None = None
        if body is not None:
            content = dump_json({**drop_none(body), **(extra_body or {})})
        return APIRequest(
            operation,
            {**query_params(drop_none(query or {})), **query_params(extra_query or {})},
            content,
            stream,
            chat_id,
        )

    def _http_request(
        self, request: APIRequest, path: str, defaults: Headers | None, timeouts: dict[str, float | None]
    ) -> Request:
        """Return what httpx sends; `defaults` are the headers of a client that was passed in."""
        if request.presigned is not None:
            return build_presigned_request(request, request.presigned, self._headers["User-Agent"], timeouts)
        headers = self._headers.copy()
        if defaults is not None:
            headers = defaults.copy()
            headers.pop("cookie", None)
            headers.update(self._headers)
        return build_request(request, endpoint(self._base_url, path), headers, timeouts)

    def _path_candidates(self, operation: Operation) -> list[str]:
        """Return the spellings of an operation's path, the one that this server is known to know first."""
        known = self._state.paths.get(operation.paths[0])
        return sorted(operation.paths, key=lambda path: path != known)

    # --- judging an answer ------------------------------------------------------------------------------------------

    def _unknown_path(self, http: HTTPResponse, content: bytes) -> bool:
        return http.status_code == 404 and is_html(http.headers, content)

    def _parse_response(self, request: APIRequest, http: HTTPResponse, content: bytes) -> Any:
        """Return the JSON of a good answer; raise the error that any other one is.

        A server that sends the key back is not passed on: it is blotted out of the texts.
        """
        if request.operation.raw and 200 <= http.status_code < 300 and self._is_raw(request, http, content):
            return None
        try:
            body = parse_json(content)
        except ValueError:
            body = None
        if self._secret.occurs_in(content):
            body = self._secret.redact_json(body)
        if is_object(body):
            choices = body.get("choices")
            if request.operation.completion:
                if is_array(choices) and choices and is_object(choices[0]) and not request.stream:
                    return body
            elif body.get("code") == 200:
                return body
        raise self._handle_error_response(request, http, content)

    def _is_raw(self, request: APIRequest, http: HTTPResponse, content: bytes) -> bool:
        """Return whether bytes are what was asked for: an object store answers with nothing or XML, speech never."""
        if request.presigned is not None:
            return not content.startswith(b"{")
        return bool(content) and not content.startswith(b"{") and not is_html(http.headers, content)

    def _handle_error_response(self, request: APIRequest, http: HTTPResponse, content: bytes) -> APIError:
        """Return the error of an answer, by `statusText`, then `code`, then HTTP status; the key is blotted out."""
        since = request.operation.since
        try:
            body = parse_json(content)
        except ValueError:
            body = None
        error: APIError | None = None
        if is_object(body) and body.get("code") != 200:
            error = envelope_error(body, http.status_code, http.headers, wall_clock(), since=since)
        if error is None:
            error = answer_error(
                http.status_code, http.headers, content, wall_clock(), since=since, redact=self._secret.redact
            )
        return self._secret.redact_error(error)

    def _check_connections(self, settings: ConnectionSettings) -> None:
        """Raise `ValidationError` if the server cannot be reached with these settings, whatever it does."""
        url = URL(self._base_url)
        settings.check(url.scheme, url.host, url.port or 0)

    def _check_open(self) -> None:
        if self._state.closed:
            raise ValidationError("this client is closed: make a new one")

    def _retry_delay(
        self, error: FastGPTError, request: APIRequest, attempt: Attempt, *, elapsed: float, random: float
    ) -> float | None:
        """Return the seconds to wait before the next attempt, None to raise the error."""
        error.attempts = attempt.number
        return self._options.retry.wait(
            error,
            attempt=attempt.number,
            idempotent=request.operation.idempotent,
            elapsed=elapsed,
            deadline=self._options.deadline,
            random=random,
        )
