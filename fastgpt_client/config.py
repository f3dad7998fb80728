"""Check and look up client settings the way a client does, for programs that ask their users for them.

```python
try:
    base_url = check_base_url(input("Server: "))
    api_key = check_api_key(getpass("API key: "))
except ValidationError as exc:
    print(exc)
```

Nothing is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http.config import DEFAULT_BASE_URL, normalise_base_url
from ._http.config import check_api_key as _check_api_key
from ._http.connections import ConnectionSettings
from ._http.httpx import URL

if TYPE_CHECKING:
    import ssl

__all__ = ["DEFAULT_BASE_URL", "check_api_key", "check_base_url", "find_proxy", "ssl_context"]

_PORTS = {"http": 80, "https": 443}


def check_api_key(api_key: str) -> str:
    """Return the API key if it can be sent. Does not check whether a server accepts it.

    Args:
        api_key: the key to check.

    Raises:
        ValidationError: the key is empty, begins with "Bearer", or contains invalid characters. The message says
            which, and never shows the key.
    """
    return _check_api_key(api_key)


def check_base_url(base_url: str) -> str:
    """Return the normalized root URL of a server: `/api`, `/api/v1` and trailing slashes are removed.

    Args:
        base_url: the URL to check.

    Raises:
        ValidationError: it is not a URL, has a query or a password, or its scheme is neither http nor https.
    """
    return normalise_base_url(base_url)


def find_proxy(base_url: str) -> str | None:
    """Return the URL of the proxy that a client uses to reach a server, None if it connects directly.

    Args:
        base_url: the URL of the server.

    A client reads HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, unless `proxy=` or `trust_env=False` is given.
    The proxy's URL may contain a password.

    Raises:
        ValidationError: the URL cannot be used, or a variable is not the URL of a proxy.
    """
    url = URL(normalise_base_url(base_url))
    return _settings().proxies.find(url.scheme, url.host, url.port or _PORTS[url.scheme])


def ssl_context() -> ssl.SSLContext:
    """Return the SSL context of a client without `verify=`: the default CAs, SSL_CERT_FILE or SSL_CERT_DIR.

    Raises:
        ValidationError: no certificates can be read from the file or folder that a variable names.
    """
    return _settings().ssl_context()


def _settings() -> ConnectionSettings:
    """Return the default connection settings of a client."""
    return ConnectionSettings(proxy=None, verify=True, trust_env=True, transport="own")
