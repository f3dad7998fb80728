"""What holds for every test."""

from __future__ import annotations

import gc
import importlib
import inspect
import os
import signal
import ssl
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncBaseTransport, BaseTransport, Limits
from hypothesis import settings

from fastgpt_client._async import connections as async_connections
from fastgpt_client._async.httpx2 import AsyncHTTPX2Transport
from fastgpt_client._http.transport import client_options
from fastgpt_client._sync import connections as sync_connections
from fastgpt_client._sync.httpx2 import HTTPX2Transport
from tests import lanes
from tests.support.aiohttp_differences import difference
from tests.support.failures import ShownAtOnce
from tests.support.fault_server import FaultServer

# The same examples on every run: a test that fails is one that somebody changed.
settings.register_profile("project", derandomize=True, database=None, deadline=None)
settings.load_profile("project")

CERTIFICATE = Path(__file__).parent / "cli" / "data" / "good.pem"  # for 127.0.0.1, its key in the same file
# A run with the lowest versions does without it.
collect_ignore = (
    []
    if find_spec("httpx2")
    else ["_async/test_httpx2.py", "_sync/test_httpx2.py", "unit/test_http_client_flavours.py"]
)
OLD_ANYIO = tuple(map(int, version("anyio").split(".")[:2])) < (4, 11)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--transport", choices=["own", "aiohttp", "httpx2"], default="own", help="what clients send with by default"
    )
    parser.addoption("--tls", action="store_true", help="let the fault server speak TLS")
    parser.addoption("--lane", choices=lanes.LANES, default=lanes.LANES[-1], help="run what tests/lanes.py puts there")


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # until all is collected, of which nothing is garbage
    if not hasattr(config, "workerinput"):  # what a worker of -n finds, the process that reports shows
        config.pluginmanager.register(ShownAtOnce(config))


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(obj: object) -> None:
    """Do what `anyio_mode = "auto"` does, for the versions of anyio before 4.11 that do not know it."""
    if OLD_ANYIO and inspect.iscoroutinefunction(obj):
        pytest.mark.anyio(obj)


@pytest.hookimpl(tryfirst=True)  # what is left out needs no order
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of the lane; on aiohttp's transport, what it can run, and expect what is known to differ."""
    moving = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if moving:  # each process would collect tests of other names
        raise pytest.UsageError(f"the id of a test must not hold an address: {moving[:3]}")
    lane = config.getoption("--lane")
    keep(config, items, [item for item in items if lanes.runs_in(lane, item.nodeid)])
    if config.getoption("--tls"):
        for item in items:
            if "until-close-but-reset" in item.nodeid and "_sync" in item.path.parts:
                # The body has no length: it is then no JSON, or a stream without its end, which is an error as well.
                # Not strict: whether the reset comes before or after the last read is up to the kernel.
                reason = "a blocking TLS socket of Python may take a reset for the end"
                item.add_marker(pytest.mark.xfail(reason=reason, strict=False))
    if config.getoption("--transport") != "aiohttp":
        return
    keep(config, items, [item for item in items if "trio" not in item.name and "_sync" not in item.path.parts])
    for item in items:
        known = difference(item.name)
        if known is not None:
            reason, surely = known
            item.add_marker(pytest.mark.xfail(reason=reason, run=surely, strict=surely))


def pytest_collection_finish() -> None:
    gc.enable()
    collect_garbage()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """What nobody closed in a file is told where it was left, not at a test elsewhere."""
    if nextitem is None or nextitem.path != item.path:
        collect_garbage()


def collect_garbage() -> None:
    """Leave what stays (modules, items) out of each later look: tests look often, and it then costs a thousandth."""
    gc.collect()
    gc.freeze()


def keep(config: pytest.Config, items: list[pytest.Item], kept: list[pytest.Item]) -> None:
    left_out = {*items} - {*kept}
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = kept


@pytest.fixture(autouse=True, scope="session")
def interrupts() -> Iterator[None]:
    """What a shell runs in the background ignores Ctrl-C, and so does each program that is started from there."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def no_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own key or server takes part."""
    for name in [name for name in os.environ if name.upper().startswith("FASTGPT_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `--transport`, clients that bring no transport of their own send with that one."""
    chosen = request.config.getoption("--transport")
    # No other transport than the client's own keeps the time itself.
    if chosen in ("aiohttp", "httpx2"):
        monkeypatch.setattr(async_connections.AsyncConnections, "keep_time", lambda self, url: False)
    if chosen == "httpx2":
        monkeypatch.setattr(sync_connections.Connections, "keep_time", lambda self, url: False)
    if chosen == "aiohttp":
        monkeypatch.setattr(async_connections, "client_options", options_with_aiohttp)
    elif chosen == "httpx2":
        monkeypatch.setattr(async_connections, "client_options", lambda: options_with_httpx2(AsyncOwnHTTPX2))
        monkeypatch.setattr(sync_connections, "client_options", lambda: options_with_httpx2(OwnHTTPX2))
        monkeypatch.setattr(sync_connections.Connections, "keep_time", lambda *_: False)
    if chosen != "own":
        monkeypatch.setattr(async_connections.AsyncConnections, "keep_time", lambda *_: False)


@pytest.fixture(autouse=True)
def tls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `--tls`, whatever sends to a fault server does so by TLS, and trusts its certificate alone."""
    if request.config.getoption("--tls"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        monkeypatch.setattr(FaultServer, "tls", context)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def options_with_aiohttp() -> dict[str, Any]:
    from httpx_aiohttp import AiohttpTransport  # noqa: PLC0415 - only a run on it needs the extra

    options = client_options()
    return {**options, "transport": AiohttpTransport(limits=Limits(max_connections=1000))}


class AsyncOwnHTTPX2(AsyncHTTPX2Transport):
    """Closes the client that it was made with."""

    def __init__(self) -> None:
        httpx2 = importlib.import_module("httpx2")  # only a run on it needs it
        super().__init__(httpx2.AsyncClient(limits=httpx2.Limits(max_connections=1000)))

    async def aclose(self) -> None:
        await self._client.aclose()


class OwnHTTPX2(HTTPX2Transport):
    """Closes the client that it was made with."""

    def __init__(self) -> None:
        httpx2 = importlib.import_module("httpx2")
        super().__init__(httpx2.Client(limits=httpx2.Limits(max_connections=1000)))

    def close(self) -> None:
        self._client.close()


def options_with_httpx2(make: Callable[[], BaseTransport | AsyncBaseTransport]) -> dict[str, Any]:
    return {**client_options(), "transport": make()}
