"""The part of the clients without I/O: configuration, and describing calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, NoReturn, Self, TypeVar

from ._api.params import PROXY_OF_A_VISITOR, api_request, check_id_lists, check_ids
from ._http.config import NOT_GIVEN, NotGiven, Options, check_app_id, check_headers
from ._http.httpx import Timeout
from ._http.sender import BaseSender
from .calls import CallAttempt
from .exceptions import ValidationError

__all__ = ["BaseClientMixin"]

S = TypeVar("S", bound=BaseSender)


class BaseClientMixin(Generic[S]):
    """Configuration and call descriptions shared by the sync and async clients."""

    _sender: S
    _app_id: str | None
    _is_view: bool
    _serves_visitors: ClassVar[bool] = False  # some of its calls work without a key

    @property
    def base_url(self) -> str:
        """The server's root, without `/api`."""
        return self._sender.base_url

    @property
    def app_id(self) -> str | None:
        """The default app of calls that do not name one."""
        return self._app_id

    @property
    def is_closed(self) -> bool:
        """Whether the client is closed."""
        return self._sender.state.closed

    @property
    def _options(self) -> Options:
        return self._sender.options

    def with_options(
        self,
        *,
        timeout: float | Timeout | NotGiven | None = NOT_GIVEN,
        deadline: float | NotGiven | None = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        retry_delay: float | NotGiven = NOT_GIVEN,
        max_response_bytes: int | NotGiven = NOT_GIVEN,
        completions: str | NotGiven | None = NOT_GIVEN,
        on_call: Callable[[CallAttempt], object] | NotGiven | None = NOT_GIVEN,
        app_id: str | NotGiven = NOT_GIVEN,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Return a view of this client with other options. It shares the connections and the key.

        Omitted options keep their values. Closing the view does nothing.

        Args:
            timeout: as in the constructor.
            deadline: as in the constructor.
            max_retries: as in the constructor.
            retry_delay: as in the constructor.
            max_response_bytes: as in the constructor.
            completions: as in the constructor.
            on_call: as in the constructor.
            app_id: the default app of calls that do not name one.
            headers: as in the constructor; added to those of this client.

        Raises:
            ValidationError: an argument is invalid.
        """
        options = self._options.changed(
            timeout=timeout,
            deadline=deadline,
            max_retries=max_retries,
            retry_delay=retry_delay,
            max_response_bytes=max_response_bytes,
            completions=completions,
            on_call=on_call,
        )
        view = type(self).__new__(type(self))
        view.__dict__.update(self.__dict__)
        view._is_view = True
        view._sender = self._sender.changed(options, check_headers(headers))
        if not isinstance(app_id, NotGiven):
            view._app_id = check_app_id(app_id)
        return view

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.base_url}{' closed' if self.is_closed else ''}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(
            "a client holds a key and open connections: it can be neither pickled nor copied (see with_options)"
        )

    # --- describing a call ------------------------------------------------------------------------------------------

    _request = staticmethod(api_request)
    _validate_params = staticmethod(check_ids)
    _validate_ids = staticmethod(check_id_lists)

    def _chat_scope(
        self,
        appId: str | None,
        outLinkAuthData: Mapping[str, object] | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        authProxy: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """Return the parameters that identify the app of a call, and the share link's visitor if there is one.

        4.15 and later take only `outLinkAuthData`; older servers take `shareId` and `outLinkUid` with `appId`. Without
        an app, an app key (4.18 and later) determines it.
        """
        check_ids(appId=appId, shareId=shareId, outLinkUid=outLinkUid)
        if (shareId is None) != (outLinkUid is None):
            raise ValidationError("shareId and outLinkUid go together: pass both or neither")
        if authProxy is not None:
            if outLinkAuthData is not None or shareId is not None:
                raise ValidationError(PROXY_OF_A_VISITOR)
            return {"appId": appId or self._app_id, "authProxy": authProxy}
        if outLinkAuthData is not None:
            return {"appId": appId, "outLinkAuthData": outLinkAuthData}
        if shareId is not None:
            return {"appId": appId or self._app_id, "shareId": shareId, "outLinkUid": outLinkUid}
        return {"appId": appId or self._app_id}

    def _chosen_app(self, appId: str | None) -> str | None:
        """Return the app of a call, None if none was chosen: an app key (4.18 and later) then determines it."""
        check_ids(appId=appId)
        return appId or self._app_id

    def _require_app_id(self, appId: str | None) -> str:
        found = self._chosen_app(appId)
        if found is None:
            raise ValidationError("appId is missing: pass appId=, or app_id= to the client, or set FASTGPT_APP_ID")
        return found
