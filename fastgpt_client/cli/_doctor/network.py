"""The path to the server below HTTP: name, port, certificate. The key is not sent."""

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
_SOON = 21  # remaining days of a certificate
_LOCAL = ("localhost", "127.0.0.1", "::1")
_PORTS = {"http": 80, "https": 443}

# OpenSSL's numbers of problems with a certificate.
_SELF_SIGNED, _SELF_SIGNED_IN_CHAIN, _NO_ISSUER, _NO_FIRST, _EXPIRED, _NOT_YET = 18, 19, 20, 21, 10, 9
_WRONG_NAME, _WRONG_ADDRESS = 62, 64
_OWN_CA = "set SSL_CERT_FILE to a PEM file with the certificate of its issuer"


def check_url(given: str, root: str, named_by: str) -> Finding:
    """Return the address of the server, and where it came from."""
    url = urlsplit(root)
    found = root if not given or given.strip() == root else f"{root}, from {given.strip()!r}"
    found += " (the default)" if named_by == "nothing" else f" (named by {named_by})"
    if url.scheme == "http" and url.hostname not in _LOCAL:
        return warning("base URL", f"{found}; the key is sent unencrypted", "use https:// if the server has it")
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
        shown = proxy.rpartition("@")[2].rpartition("//")[2]  # without the password that it may have
        yield skipped("address", f"requests go through the proxy {shown}, which the environment sets")
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
        yield ok("port", f"{port} is open, connected in {(time.monotonic() - begin) * 1000:.0f} ms")
        if url.scheme == "https":
            yield _check_certificate(connection, host)


def _look_up(host: str, port: int) -> Finding:
    with suppress(ValueError):
        return ok("address", f"{ip_address(host)}")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        return failed("address", f"{host} was not found: {exc}", "check the name, and the DNS of this machine")
    return ok("address", f"{host} is {', '.join(sorted({str(address[4][0]) for address in found}))}")


def _no_connection(exc: OSError, host: str, port: int) -> Finding:
    if isinstance(exc, ConnectionRefusedError):
        remedy = "check that the server is running, and its port: the default of FastGPT is 3000"
        return failed("port", f"nothing listens on {host}, port {port}", remedy)
    if isinstance(exc, TimeoutError):
        remedy = "check the address, and firewalls"
        return failed("port", f"{host}, port {port}, did not answer within {_PATIENCE:.0f} s", remedy)
    return failed("port", f"cannot reach {host}, port {port}: {exc}", "check the network of this machine")


# --- certificates ---------------------------------------------------------------------------------------------------


def _check_certificate(connection: socket.socket, host: str) -> Finding:
    """Do the TLS handshake of a client, and check the certificate."""
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
        return failed("TLS", f"the handshake failed: {reason}", "if the server speaks plain HTTP, use http://")
    return judge_time(spoken, str(certificate.get("notAfter", "")), time.time())


def judge_time(spoken: str, until: str, now: float) -> Finding:
    """Return how long a valid certificate lasts."""
    try:
        ends = ssl.cert_time_to_seconds(until)
    except ValueError:
        return ok("TLS", spoken)
    day = f"{datetime.fromtimestamp(ends, UTC):%Y-%m-%d}"
    if ends - now < _SOON * _DAY:
        return warning("TLS", f"{spoken}, but the certificate expires on {day}", "renew it on the server")
    return ok("TLS", f"{spoken}, certificate valid until {day}")


def certificate_trouble(code: int, message: str, host: str) -> Finding:
    """Return the problem of a certificate, by its number in OpenSSL."""
    if code == _EXPIRED:
        return failed("TLS", "the certificate has expired", "renew it on the server")
    if code == _NOT_YET:
        return failed("TLS", "the certificate is not valid yet", "check the clock of this machine")
    if code in (_WRONG_NAME, _WRONG_ADDRESS):
        return failed(
            "TLS", f"the certificate is not for {host}", "use the name in the certificate as the host of the base URL"
        )
    if code in (_SELF_SIGNED, _SELF_SIGNED_IN_CHAIN):
        return failed("TLS", "the certificate is self-signed, and not trusted by this machine", _OWN_CA)
    if code in (_NO_ISSUER, _NO_FIRST):
        remedy = f"have the server send its whole chain, or {_OWN_CA}"
        return failed("TLS", "the issuer of the certificate is unknown to this machine", remedy)
    return failed("TLS", f"the certificate was refused: {message}", _OWN_CA)
