"""What a client is configured with, for programs that ask their users for it: checked and found as a client does it.

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
    """Return an API key that can be sent; whether a server takes it is not known.

    Args:
        api_key: what is to be used as a key.

    Raises:
        ValidationError: it is empty, begins with "Bearer", or has characters that no key has. The message says which,
            and never shows the key.
    """
    return _check_api_key(api_key)


def check_base_url(base_url: str) -> str:
    """Return the root of a server, of whatever form people write: with `/api`, `/api/v1` or a slash at its end.

    Args:
        base_url: the address that is to be used.

    Raises:
        ValidationError: it is not a URL, or one of something else: with a query, a password, or another scheme than
            http and https.
    """
    return normalise_base_url(base_url)


def find_proxy(base_url: str) -> str | None:
    """Return the address of the proxy through which a client reaches a server, None if it needs none.

    Args:
        base_url: the URL that is called.

    A client finds it in HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, unless `proxy=` or `trust_env=False` is given.
    The address may hold a password.

    Raises:
        ValidationError: the URL cannot be used, or a variable holds no address of a proxy.
    """
    url = URL(normalise_base_url(base_url))
    return _settings().proxies.find(url.scheme, url.host, url.port or _PORTS[url.scheme])


def ssl_context() -> ssl.SSLContext:
    """Return what a client checks certificates with: the usual authorities, or SSL_CERT_FILE or SSL_CERT_DIR.

    With `verify=` a client uses another one.

    Raises:
        ValidationError: a variable names a file or a folder from which no certificates can be read.
    """
    return _settings().ssl_context()


def _settings() -> ConnectionSettings:
    """Return how a client connects that is told nothing of it."""
    return ConnectionSettings(proxy=None, verify=True, trust_env=True, transport="own")
