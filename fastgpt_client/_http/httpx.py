"""The names of httpx that this package uses: the only place that imports it."""

from httpx import (
    URL,
    AsyncByteStream,
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
    SyncByteStream,
    Timeout,
    TimeoutException,
    UnsupportedProtocol,
    create_ssl_context,
)
from httpx import Response as HTTPResponse

# By this name the generated tree finds the twin of AsyncByteStream: httpx's own ByteStream is something else.
ByteStream = SyncByteStream

__all__ = [
    "URL",
    "AsyncByteStream",
    "AsyncClient",
    "ByteStream",
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
    "SyncByteStream",
    "Timeout",
    "TimeoutException",
    "UnsupportedProtocol",
    "create_ssl_context",
]
