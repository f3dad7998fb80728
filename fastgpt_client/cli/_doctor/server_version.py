"""The version of a server, from the paths that it knows: servers do not report it to API keys."""

from __future__ import annotations

from typing import NamedTuple

from .findings import Finding, ok, warning
from .probes import Prober

__all__ = ["ServerVersion", "check_version"]

Version = tuple[int, int, int]

# Since which version a path exists. These requests have no key: each is refused without an effect.
_LANDMARKS: tuple[tuple[Version, str, str], ...] = (
    ((4, 9, 4), "POST", "/api/v2/chat/completions"),
    ((4, 13, 2), "GET", "/api/support/openapi/health"),
    ((4, 14, 4), "POST", "/api/core/chat/history/getHistories"),
    ((4, 14, 5), "POST", "/api/core/chat/record/getPaginationRecords"),
    ((4, 14, 11), "POST", "/api/core/chat/history/getHistoryStatus"),
    ((4, 17, 0), "POST", "/api/core/app/listV2"),
)
KEYS_TELL_POINTS: Version = (4, 15, 0)
KEYS_READ_LOGS: Version = (4, 15, 2)
_COMMERCIAL = "/api/proApi/core/app/logs/getTotalData"
_UPDATE = "update the server to get v2, which reports each node as it ends"
_NO_COMMERCIAL = "未配置商业版链接"


class ServerVersion(NamedTuple):
    """The possible versions of a server: from `first` on, and before `before`."""

    first: Version | None
    before: Version | None

    def text(self) -> str:
        """Return the readable span."""
        first, before = ("" if version is None else ".".join(map(str, version)) for version in self)
        if not first:
            return f"older than {before}"
        return f"{first} or later" + (f", before {before}" if before else "")


def check_version(
    probe: Prober, *, tells_points: bool | None = None, reads_logs: bool | None = None
) -> tuple[Finding, ServerVersion]:
    """Return the API version of the server.

    Args:
        tells_points: whether it reports the points of a key; None if unknown.
        reads_logs: whether it lets a key read logs; None if unknown.
    """
    known = {version: probe.knows(path, method) for version, method, path in _LANDMARKS}
    if tells_points is not None:
        known[KEYS_TELL_POINTS] = tells_points
    if reads_logs is not None:
        known[KEYS_READ_LOGS] = reads_logs
    there = [version for version, has in known.items() if has]
    first = max(there, default=None)
    missing = [version for version, has in known.items() if not has and (first is None or version > first)]
    server = ServerVersion(first, min(missing, default=None))
    message = str(probe.request(_COMMERCIAL).envelope.get("message", ""))
    edition = "community" if message.startswith(_NO_COMMERCIAL) else "commercial"
    found = f"FastGPT {server.text()}, {edition} edition; {_abilities(known)}"
    if first is None:
        return warning("version", found, _UPDATE), server
    return ok("version", found), server


def _abilities(known: dict[Version, bool]) -> str:
    """Return what the version of the server means for a caller."""
    said = ["completions v1 and v2" if known[4, 9, 4] else "completions v1 only"]
    said.append("runs can be stopped" if known[4, 14, 4] else "runs end with the connection")
    if KEYS_READ_LOGS in known:
        said.append("keys may read logs" if known[KEYS_READ_LOGS] else "keys may not read logs")
    return ", ".join(said)
