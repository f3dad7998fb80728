"""The names of httpx that this package uses: the only place that imports it."""

from httpx import (
    URL,
    AsyncClient,
    Client,
    ConnectError,
    ConnectTimeout,
    DecodingError,
    Headers,
    HTTPError,
    InvalidURL,
    Limits,
    PoolTimeout,
    ProxyError,
    Request,
    StreamError,
    Timeout,
    TimeoutException,
    UnsupportedProtocol,
)
from httpx import Response as HTTPResponse

__all__ = [
    "URL",
    "AsyncClient",
    "Client",
    "ConnectError",
    "ConnectTimeout",
    "DecodingError",
    "HTTPError",
    "HTTPResponse",
    "Headers",
    "InvalidURL",
    "Limits",
    "PoolTimeout",
    "ProxyError",
    "Request",
    "StreamError",
    "Timeout",
    "TimeoutException",
    "UnsupportedProtocol",
]
