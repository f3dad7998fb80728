"""Choose the proxy of a request, from the environment or the caller's arguments."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from importlib.util import find_spec
from typing import NamedTuple
from urllib.request import getproxies

from fastgpt_client.exceptions import ValidationError

from .httpx import URL, InvalidURL

__all__ = ["Proxies"]

_SCHEMES = ("http", "https", "socks5", "socks5h")


class Proxies(NamedTuple):
    """Proxies by URL scheme ("http", "https", "all"), and the hosts that are reached directly.

    `named` is the source shown in messages: an argument or an environment variable.
    """

    by_scheme: Mapping[str, str] = {}
    direct_hosts: tuple[str, ...] = ()
    named: str = "the environment variable {}_PROXY"

    @classmethod
    def from_environment(cls) -> Proxies:
        """Return the proxies of HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, or of the system settings."""
        found = getproxies()
        hosts = tuple(host.strip().lower() for host in found.get("no", "").split(",") if host.strip())
        return cls({scheme: found[scheme].strip() for scheme in ("http", "https", "all") if found.get(scheme)}, hosts)

    @classmethod
    def everywhere(cls, proxy: object) -> Proxies:
        """Return the proxy given as `proxy=`, used for all addresses."""
        if not isinstance(proxy, (str, URL)) or not str(proxy).strip():
            raise ValidationError("proxy must be the address of a proxy, such as 'http://127.0.0.1:8080'")
        return cls({"all": str(proxy).strip()}, (), "proxy")

    def find(self, scheme: str, host: str, port: int) -> str | None:
        """Return the URL of the proxy for an address, None to connect directly.

        Raises:
            ValidationError: the proxy's URL cannot be used.
        """
        if not self.by_scheme:
            return None
        name = scheme if scheme in self.by_scheme else "all"
        proxy = self.by_scheme.get(name)
        if proxy is None or any(_covers(entry, host.lower().strip("[]"), port) for entry in self.direct_hosts):
            return None
        return _checked(proxy if "://" in proxy else f"http://{proxy}", self.named.format(name.upper()))


def _checked(proxy: str, named: str) -> str:
    try:
        url = URL(proxy)
        if url.scheme not in _SCHEMES or not url.host:
            raise InvalidURL("")
    except (InvalidURL, UnicodeError):
        # Do not show the address: it may contain a password.
        remedy = f"it begins with {', '.join(f'{scheme}://' for scheme in _SCHEMES)} and names a host"
        raise ValidationError(f"{named} is not the address of a proxy: {remedy}") from None
    if url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise ValidationError(f"{named} names a SOCKS proxy, which needs socksio: pip install 'httpx[socks]'")
    return proxy


def _covers(entry: str, host: str, port: int) -> bool:
    """Return whether an entry of NO_PROXY covers a host: by name, parent domain, address or network."""
    if entry == "*":
        return True
    entry = entry.rpartition("://")[2].rstrip("/") if "://" in entry else entry
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass  # one of them is a host name
    name, _, its_port = entry.rpartition(":")
    if its_port.isdigit() and name and (":" not in name or name.endswith("]")):
        return int(its_port) == port and _covers(name, host, port)
    bare = entry.removeprefix("*").removeprefix(".")
    return bool(bare) and (host == bare or host.endswith(f".{bare}"))
