"""The workloads: the server's response, the base loop, its contenders and their budgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from . import contenders as c
from . import peers as p
from .loops import Loop, in_thread, on_asyncio, on_trio

__all__ = ["H11_LOOPS", "WORKLOADS", "Workload"]


@dataclass(frozen=True)
class Workload:
    """Loops over a response of the server. A budget is the maximum ratio of a contender's cost to the base's."""

    name: str
    path: str
    base: tuple[str, Loop]
    contenders: Mapping[str, Loop]
    budgets: Mapping[str, float] = field(default_factory=dict)
    tls: bool = False
    waits: bool = False
    """Whether the loops return nanoseconds, which are compared instead of CPU time."""

    @property
    def loops(self) -> dict[str, Loop]:
        return dict([self.base]) | dict(self.contenders)


HAND = ("httpx, lines by hand", on_asyncio(c.plain, c.hand_lines))
TYPED, TEXT, FINAL = (on_asyncio(c.ours, read) for read in (c.typed, c.text, c.final))
UNREAD = "httpx, bytes unread"  # the cost of the base's transport: its lower bound
FLOOR = {UNREAD: on_asyncio(c.plain, c.bare_bytes)}
FLOOR_OF_20 = {UNREAD: on_asyncio(c.plain, c.bare_bytes, 20)}
SYNC_FLOOR = {UNREAD: in_thread(c.sync_plain, c.sync_bare_bytes)}
HTTPX = {
    "httpx, bytes by hand": on_asyncio(c.plain, c.hand_bytes),
    **FLOOR,
    "httpx2, lines by hand": on_asyncio(p.httpx2_client, c.hand_lines),
    "httpx-sse": on_asyncio(c.plain, p.sse),
}
OPENAI = ("openai", on_asyncio(p.openai_client, p.openai_chunks))
AIOHTTP = {
    "typed, aiohttp extra": on_asyncio(p.ours_on_aiohttp, c.typed),
    "text, aiohttp extra": on_asyncio(p.ours_on_aiohttp, c.text),
    "aiohttp, lines by hand": on_asyncio(p.aiohttp_session, p.aiohttp_lines),
}
UVLOOP = {
    "typed, uvloop": on_asyncio(c.ours, c.typed, uvloop=True),
    "typed, aiohttp extra and uvloop": on_asyncio(p.ours_on_aiohttp, c.typed, uvloop=True),
}

H11_LOOPS = {
    HAND[0]: HAND[1],
    "typed": TYPED,
    "typed, trio": on_trio(c.ours, c.typed),
    "typed, sync": in_thread(c.sync_ours, c.sync_typed),
}

STREAMS = [
    Workload(
        "10,000 events, one a write",
        "stream-10000-plain-0-6",
        HAND,
        {
            "typed": TYPED,
            "text": TEXT,
            "lines": on_asyncio(c.ours, c.lines),
            "final": FINAL,
            **HTTPX,
            **AIOHTTP,
            **UVLOOP,
            OPENAI[0]: OPENAI[1],
        },
        {
            "typed": 0.22,
            "text": 0.18,
            "lines": 0.25,
            "typed, aiohttp extra": 0.45,
            "text, aiohttp extra": 0.45,
        },
    ),
    Workload("10,000 events, one a write", "stream-10000-plain-0-6", OPENAI, {"typed": TYPED}, {"typed": 0.05}),
    Workload(
        "10,000 events, one a write, sync",
        "stream-10000-plain-0-6",
        ("httpx, lines by hand", in_thread(c.sync_plain, c.sync_hand_lines)),
        {"typed": in_thread(c.sync_ours, c.sync_typed), "text": in_thread(c.sync_ours, c.sync_text), **SYNC_FLOOR},
        {"typed": 0.22, "text": 0.18},
    ),
    Workload(
        "10,000 events, one a write, trio",
        "stream-10000-plain-0-6",
        ("httpx, lines by hand", on_trio(c.plain, c.hand_lines)),
        {
            "typed": on_trio(c.ours, c.typed),
            "text": on_trio(c.ours, c.text),
            UNREAD: on_trio(c.plain, c.bare_bytes),
        },
        {"typed": 0.22, "text": 0.18},
    ),
    Workload(
        "10,000 events with nodes, one a write",
        "stream-10000-detail-0-6",
        HAND,
        {"typed": TYPED, "text": TEXT, "lines": on_asyncio(c.ours, c.lines), "final": FINAL, **FLOOR, **AIOHTTP},
        {"typed": 0.5},
    ),
    Workload(
        "10,000 events, one a write, TLS",
        "stream-10000-plain-0-6",
        HAND,
        {"typed": TYPED, "text": TEXT, **FLOOR},
        {"typed": 0.4},
        tls=True,
    ),
    Workload(
        "10,000 events, one a write, TLS, sync",
        "stream-10000-plain-0-6",
        ("httpx, lines by hand", in_thread(c.sync_plain, c.sync_hand_lines)),
        {"typed": in_thread(c.sync_ours, c.sync_typed), "text": in_thread(c.sync_ours, c.sync_text), **SYNC_FLOOR},
        {"typed": 0.4},
        tls=True,
    ),
    Workload(
        "10,000 events in another spelling, one a write",
        "stream-10000-foreign-0-6",
        HAND,
        {"typed": TYPED, "text": TEXT, **FLOOR},
    ),
    Workload(
        "20 streams of 100 events, one a write",
        "stream-100-plain-0-6",
        ("httpx, lines by hand", on_asyncio(c.plain, c.hand_lines, 20)),
        {"typed": on_asyncio(c.ours, c.typed, 20), "text": on_asyncio(c.ours, c.text, 20), **FLOOR_OF_20},
    ),
    Workload(
        "20 streams of 100 events with nodes, one a write",
        "stream-100-detail-0-6",
        ("httpx, lines by hand", on_asyncio(c.plain, c.hand_lines, 20)),
        {"typed": on_asyncio(c.ours, c.typed, 20), "final": on_asyncio(c.ours, c.final, 20), **FLOOR_OF_20},
    ),
    Workload(
        "20 streams of 100 events, 64 KiB a write",
        "stream-100-plain-65536-6",
        ("httpx, lines by hand", on_asyncio(c.plain, c.hand_lines, 20)),
        {"typed": on_asyncio(c.ours, c.typed, 20), "text": on_asyncio(c.ours, c.text, 20), **FLOOR_OF_20},
    ),
    Workload(
        "10,000 events, 64 KiB a write", "stream-10000-plain-65536-6", HAND, {"typed": TYPED, "text": TEXT, **FLOOR}
    ),
    Workload("100,000 events, one a write", "stream-100000-plain-0-6", HAND, {"typed": TYPED, "text": TEXT, **FLOOR}),
    Workload(
        "100,000 events with nodes, one a write",
        "stream-100000-detail-0-6",
        HAND,
        {"typed": TYPED, **FLOOR},
        {"typed": 0.5},
    ),
    Workload(
        "100,000 events, 64 KiB a write",
        "stream-100000-plain-65536-6",
        HAND,
        {"typed": TYPED, "text": TEXT, "final": FINAL, **HTTPX, **AIOHTTP},
        {"typed": 0.6, "text": 0.45},
    ),
    Workload(
        "100,000 events with nodes, 64 KiB a write",
        "stream-100000-detail-65536-6",
        HAND,
        {"typed": TYPED, "final": FINAL, **FLOOR},
        {"typed": 1.0},
    ),
    Workload(
        "50 streams at once, 100 events, one each 10 ms",
        "paced-100-10",
        ("httpx, lines by hand", on_asyncio(c.plain, c.hand_lines, 50, at_once=True)),
        {
            "typed": on_asyncio(c.ours, c.typed, 50, at_once=True),
            UNREAD: on_asyncio(c.plain, c.bare_bytes, 50, at_once=True),
            "typed, uvloop": on_asyncio(c.ours, c.typed, 50, at_once=True, uvloop=True),
            "typed, aiohttp extra": on_asyncio(p.ours_on_aiohttp, c.typed, 50, at_once=True),
            "typed, aiohttp extra and uvloop": on_asyncio(p.ours_on_aiohttp, c.typed, 50, at_once=True, uvloop=True),
        },
        {"typed": 0.93},
    ),
    *(
        Workload(f"a line of 5 MB, {size} a write", f"line-5000000-{width}", HAND, {"typed": TYPED, **FLOOR})
        for size, width in (("64 KiB", 65536), ("1 KiB", 1024), ("64 bytes", 64))
    ),
    Workload(
        "time to the first delta",
        "stream-100-plain-0-6",
        ("httpx, lines by hand", on_asyncio(c.plain, c.hand_first_delta, 100)),
        {"text": on_asyncio(c.ours, c.first_delta, 100)},
        {"text": 0.83},
        waits=True,
    ),
]

CALLS = [
    *(
        workload
        for size, path in (("0.5 KB", "json-500"), ("50 KB", "json-50000"))
        for workload in (
            Workload(
                f"200 calls, {size}",
                path,
                ("httpx", on_asyncio(c.plain, c.hand_call, 200)),
                {"calls": on_asyncio(c.ours, c.call, 200)},
                {"calls": 1.05},
            ),
            Workload(
                f"200 calls, {size}, sync",
                path,
                ("httpx", in_thread(c.sync_plain, c.sync_hand_call, 200)),
                {"calls": in_thread(c.sync_ours, c.sync_call, 200)},
                {"calls": 1.05},
            ),
            Workload(
                f"200 calls, {size}, trio",
                path,
                ("httpx", on_trio(c.plain, c.hand_call, 200)),
                {"calls": on_trio(c.ours, c.call, 200)},
                {"calls": 1.05},
            ),
        )
    ),
    Workload(
        "200 calls at once, 0.5 KB",
        "json-500",
        ("httpx", on_asyncio(c.plain, c.hand_call, 200, at_once=True)),
        {
            "calls": on_asyncio(c.ours, c.call, 200, at_once=True),
            "calls, uvloop": on_asyncio(c.ours, c.call, 200, at_once=True, uvloop=True),
            "calls, aiohttp extra": on_asyncio(p.ours_on_aiohttp, c.call, 200, at_once=True),
            "httpx on aiohttp": on_asyncio(p.plain_on_aiohttp, c.hand_call, 200, at_once=True),
        },
        {"calls": 0.25, "calls, aiohttp extra": 0.2},
    ),
    Workload(
        "1,000 chats in pages of 20",
        "page",
        ("httpx", on_asyncio(c.plain, c.hand_pages, 5)),
        {"iter_chat_histories": on_asyncio(c.ours, c.pages, 5)},
    ),
]

WORKLOADS = STREAMS + CALLS
