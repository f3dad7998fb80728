"""Settings of a client's own connections: certificates, proxies and limits, from arguments and the environment."""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from pathlib import Path
from typing import cast

from fastgpt_client.exceptions import ValidationError

from .httpx import Limits, create_ssl_context
from .proxies import Proxies

__all__ = ["ConnectionSettings", "abandon", "can_send"]

# Enough for the concurrent calls of a web service. FastGPT's server closes idle connections after 5 s: close ours
# first, so that no request is sent on a connection that is being closed.
_LIMITS = Limits(max_connections=1000, max_keepalive_connections=200, keepalive_expiry=4.0)


class ConnectionSettings:
    """Validated connection settings.

    Attributes:
        limits: maximum number of open and idle connections, and how long idle ones are kept, in seconds.
        proxies: which requests go through a proxy.
        own: whether to use this package's transport where possible; otherwise always httpx's.
    """

    def __init__(self, *, proxy: object, verify: object, trust_env: object, transport: object) -> None:
        if not isinstance(trust_env, bool):
            raise ValidationError(f"trust_env must be True or False, not {trust_env!r}")
        if transport not in ("own", "httpx"):
            raise ValidationError(f"transport must be 'own' or 'httpx', not {transport!r}: pass others as http_client=")
        if not isinstance(verify, (bool, str, os.PathLike, ssl.SSLContext)):
            raise ValidationError(
                f"verify must be True, False, the path of a CA file or folder, or an ssl.SSLContext, not {verify!r}"
            )
        self.limits: Limits = _LIMITS
        self.own: bool = transport == "own"
        if proxy is not None:
            self.proxies: Proxies = Proxies.everywhere(proxy)
        else:
            self.proxies = Proxies.from_environment() if trust_env else Proxies()
        self._verify: bool | Path | ssl.SSLContext
        if isinstance(verify, (bool, ssl.SSLContext)):
            self._verify = verify
        else:
            self._verify = Path(cast("str | os.PathLike[str]", verify))
        self._trust_env = trust_env
        self._ssl_context: ssl.SSLContext | None = None

    def check(self, scheme: str, host: str, port: int) -> None:
        """Raise `ValidationError` if these settings do not allow a connection to an address."""
        self.proxies.find(scheme, host, port)
        if scheme == "https":
            self.ssl_context()

    def ssl_context(self) -> ssl.SSLContext:
        """Return the SSL context, loaded on first use.

        Raises:
            ValidationError: the certificates cannot be read.
        """
        if self._ssl_context is None:
            self._ssl_context = self._load()
        return self._ssl_context

    def _load(self) -> ssl.SSLContext:
        if isinstance(self._verify, ssl.SSLContext):
            return self._verify
        if self._verify is False:
            return create_ssl_context(verify=False)
        if isinstance(self._verify, Path):
            return _from_path(str(self._verify), "verify")
        if self._trust_env:
            for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
                if path := os.environ.get(variable):
                    return _from_path(path, f"the environment variable {variable}")
        return _bundled()


@lru_cache(maxsize=4)
def _from_path(path: str, named: str) -> ssl.SSLContext:
    try:
        if Path(path).is_dir():
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)
    except OSError as exc:  # includes ssl.SSLError: a file without certificates
        raise ValidationError(f"{named} is {path!r}, but no certificates can be read from it: {exc}") from None


@lru_cache(maxsize=1)
def _bundled() -> ssl.SSLContext:
    """Return httpx's default context. Shared by all clients: loading it is most of the cost of creating one."""
    return create_ssl_context(trust_env=False)


def abandon(transport: object) -> None:
    """Shut down connections that their event loop can no longer close; httpx's transports do not support it."""
    shut_down = getattr(transport, "shut_down", None)
    if shut_down is not None:
        shut_down()


def can_send() -> bool:
    """Return whether this package's transport can be used instead of httpx's."""
    try:
        # Imported with the first request, as httpx does.
        from .httpcore import is_mocked  # noqa: PLC0415
    except ImportError:  # a future httpcore may lack a name that is needed
        return False
    return not is_mocked()  # a mock has to see the request
