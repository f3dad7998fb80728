"""The way to the server, below HTTP: its name, its port, its certificate. No key goes this way."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastgpt_client.config import find_proxy, ssl_context
from fastgpt_client.exceptions import ValidationError

from .findings import Finding, failed, ok, skipped, warning

__all__ = ["certificate_trouble", "check_url", "check_way", "judge_time"]

_PATIENCE = 5.0
_DAY = 86_400
_SOON = 21  # days that are left of a certificate
_LOCAL = ("localhost", "127.0.0.1", "::1")
_PORTS = {"http": 80, "https": 443}

# By OpenSSL's number of what is wrong with a certificate.
_SELF_SIGNED, _SELF_SIGNED_IN_CHAIN, _NO_ISSUER, _NO_FIRST, _EXPIRED, _NOT_YET = 18, 19, 20, 21, 10, 9
_WRONG_NAME, _WRONG_ADDRESS = 62, 64
_OWN_CA = "set SSL_CERT_FILE to a PEM file with the certificate of who signed it"


def check_url(given: str, root: str, named_by: str) -> Finding:
    """Return what became of the server's address as it was written."""
    url = urlsplit(root)
    found = root if not given or given.strip() == root else f"{root}, from {given.strip()!r}"
    found += " (the default: nothing names one)" if named_by == "nothing" else f" (named by {named_by})"
    if url.scheme == "http" and url.hostname not in _LOCAL:
        return warning("base URL", f"{found}; the key goes there unencrypted", "use https:// if the server has it")
    return ok("base URL", found)


def check_way(root: str) -> Iterator[Finding]:
    """Check name, port and certificate, in this order, until one fails."""
    url = urlsplit(root)
    host, port = url.hostname or "", url.port or _PORTS[url.scheme]
    try:
        proxy = find_proxy(root)
    except ValidationError as exc:
        yield failed("address", str(exc), "correct the variable, or unset it")
        return
    if proxy is not None:
        shown = proxy.rpartition("@")[2].rpartition("//")[2]  # without a password that it may hold
        yield skipped("address", f"the way goes through the proxy {shown}, which the environment names")
        return
    lookup = _look_up(host, port)
    yield lookup
    if lookup.verdict == "failed":
        return
    begin = time.monotonic()
    try:
        connection = socket.create_connection((host, port), timeout=_PATIENCE)
    except OSError as exc:
        yield _no_connection(exc, host, port)
        return
    with connection:
        yield ok("port", f"{port} is open, after {(time.monotonic() - begin) * 1000:.0f} ms")
        if url.scheme == "https":
            yield _check_certificate(connection, host)


def _look_up(host: str, port: int) -> Finding:
    with suppress(ValueError):
        return ok("address", f"{ip_address(host)}")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        return failed(
            "address", f"{host} has none: {exc}", "is the name right, and can this machine look names up (DNS)?"
        )
    return ok("address", f"{host} is {', '.join(sorted({str(address[4][0]) for address in found}))}")


def _no_connection(exc: OSError, host: str, port: int) -> Finding:
    if isinstance(exc, ConnectionRefusedError):
        remedy = "is the server running, and is it this port? FastGPT's own is 3000"
        return failed("port", f"nothing listens at {host}, port {port}", remedy)
    if isinstance(exc, TimeoutError):
        remedy = "a firewall may drop it, or the address is wrong"
        return failed("port", f"{host}, port {port}, did not answer within {_PATIENCE:.0f} s", remedy)
    return failed("port", f"no way to {host}, port {port}: {exc}", "is this machine on that network?")


# --- certificates ---------------------------------------------------------------------------------------------------


def _check_certificate(connection: socket.socket, host: str) -> Finding:
    """Shake hands as the client does, and look at the certificate."""
    try:
        with ssl_context().wrap_socket(connection, server_hostname=host) as secure:
            certificate = secure.getpeercert() or {}
            spoken = secure.version() or "TLS"
    except ValidationError as exc:
        return failed("TLS", str(exc), "correct the variable, or unset it")
    except ssl.SSLCertVerificationError as exc:
        return certificate_trouble(exc.verify_code, exc.verify_message, host)
    except (ssl.SSLError, OSError) as exc:
        reason = getattr(exc, "reason", None) or exc
        return failed("TLS", f"no handshake: {reason}", "if the server speaks plain HTTP, use http://")
    return judge_time(spoken, str(certificate.get("notAfter", "")), time.time())


def judge_time(spoken: str, until: str, now: float) -> Finding:
    """Return how long a good certificate lasts."""
    try:
        ends = ssl.cert_time_to_seconds(until)
    except ValueError:
        return ok("TLS", spoken)
    day = f"{datetime.fromtimestamp(ends, UTC):%Y-%m-%d}"
    if ends - now < _SOON * _DAY:
        return warning("TLS", f"{spoken}, but the certificate ends on {day}", "let it be renewed on the server")
    return ok("TLS", f"{spoken}, certificate good until {day}")


def certificate_trouble(code: int, message: str, host: str) -> Finding:
    """Return what is wrong with a certificate, by OpenSSL's number of it."""
    if code == _EXPIRED:
        return failed("TLS", "the certificate has expired", "let it be renewed on the server")
    if code == _NOT_YET:
        return failed("TLS", "the certificate is not valid yet", "is the clock of this machine right?")
    if code in (_WRONG_NAME, _WRONG_ADDRESS):
        return failed("TLS", f"the certificate is not for {host}", "use the name that it is for in the base URL")
    if code in (_SELF_SIGNED, _SELF_SIGNED_IN_CHAIN):
        return failed("TLS", "the certificate is self-signed: nobody that is known here vouches for it", _OWN_CA)
    if code in (_NO_ISSUER, _NO_FIRST):
        remedy = f"let the server send its whole chain, or {_OWN_CA}"
        return failed("TLS", "nobody that is known here has signed the certificate", remedy)
    return failed("TLS", f"the certificate is refused: {message}", _OWN_CA)
