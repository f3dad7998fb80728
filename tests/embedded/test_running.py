"""How the server starts, stops, and is reached; and that importing it costs nothing."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

import fastgpt_client
import fastgpt_client.testing as package
from fastgpt_client.testing import FakeFastGPT
from fastgpt_client.testing._server import serving
from tests.embedded.conftest import Caller, question_of
from tests.support.until import PATIENCE, until

PACKAGE_FOLDER = str(Path(fastgpt_client.__file__).resolve().parents[1])


def python(code: str, *flags: str) -> subprocess.CompletedProcess[str]:
    """Run code in an interpreter of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", *flags, "-c", code],
        env={"PYTHONPATH": PACKAGE_FOLDER, "PATH": ""},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_it_takes_little_to_start_and_to_stop(http: httpx.Client) -> None:
    with FakeFastGPT.serve():  # what is imported once is not counted
        pass
    before = time.process_time()
    with FakeFastGPT.serve() as server:
        http.get(server.url)
    assert time.process_time() - before < 1  # seconds of the processor, which others may use meanwhile


def test_nothing_is_left_behind(http: httpx.Client) -> None:
    before = set(threading.enumerate())
    with FakeFastGPT.serve() as server:
        app = server.app(answer="one two three", delay=0.5)
        Caller(server, http).text(server.apps["simple"])
        with http.stream(
            "POST",
            server.url + "/api/v2/chat/completions",
            json=question_of("hi", stream=True),
            headers={"Authorization": f"Bearer {app.key}"},
        ) as answer:
            assert answer.status_code == 200
            address = httpx.URL(server.url)
    assert set(threading.enumerate()) == before
    gc.collect()  # an unclosed socket would warn, and a warning is an error
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.host, address.port or 0))


def test_it_stops_in_the_middle_of_everything(http: httpx.Client) -> None:
    failures: list[httpx.HTTPError] = []

    def ask(url: str, key: str, stream: bool) -> None:
        try:
            httpx.post(
                url, json=question_of("hi", stream=stream), headers={"Authorization": f"Bearer {key}"}, timeout=PATIENCE
            )
        except httpx.HTTPError as exc:
            failures.append(exc)

    with FakeFastGPT.serve() as server:
        app = server.app(answer="never", delay=3600)
        stalled = server.app(answer="never")
        server.fault("stall_before_headers", app=stalled, times=None)
        url = server.url + "/api/v2/chat/completions"
        calls = [(app.key, True), (app.key, False), (stalled.key, True), (stalled.key, False)]
        threads = [threading.Thread(target=ask, args=(url, key, stream)) for key, stream in calls]
        for thread in threads:
            thread.start()
        until(lambda: len(server.requests) == len(calls))
    # It says so if it does not stop in time, long before any of these runs would end.
    for thread in threads:
        thread.join()
    assert len(failures) == len(calls)


def test_a_connection_that_is_accepted_while_it_stops_is_closed() -> None:
    """The loop accepts it in the very step in which it learns that the server ends."""

    async def end_runs() -> None:
        pass

    server = serving.ServerThread(FakeFastGPT(), end_runs, lambda: None, "127.0.0.1", 0)
    server.start()
    with socket.socket() as client:

        def connect() -> None:
            client.connect(("127.0.0.1", server.port))
            server._loop.call_soon(server._server.stopping.set)

        server._loop.call_soon_threadsafe(connect)
        server._thread.join()
        assert client.recv(1) == b""
    gc.collect()  # see above


def test_the_address_is_known_only_while_it_is_served() -> None:
    server = FakeFastGPT()
    with pytest.raises(RuntimeError, match="not being served"):
        _ = server.url
    with FakeFastGPT.serve() as served:
        assert served.url.startswith("http://127.0.0.1:")
    with pytest.raises(RuntimeError, match="not being served"):
        _ = served.url


def test_a_port_that_is_taken() -> None:
    with FakeFastGPT.serve() as server:
        port = httpx.URL(server.url).port or 0
        with pytest.raises(OSError, match=r"[Aa]ddress already in use"), FakeFastGPT.serve(port=port):
            pass


def test_ipv6(http: httpx.Client) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("there is no IPv6 here")
    with FakeFastGPT.serve(host="::1") as server:
        assert server.url.startswith("http://[::1]:")
        assert http.get(server.url).status_code == 404


def test_a_server_that_does_not_start_or_stop_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_PATIENCE", 0.01)
    stays = threading.Event()

    async def end_runs() -> None:
        assert stays.wait(PATIENCE)

    thread = serving.ServerThread(FakeFastGPT(), end_runs, lambda: None, "127.0.0.1", 0)
    with monkeypatch.context() as patch:
        patch.setattr(thread, "_run", lambda: None)
        patch.setattr(thread, "_thread", threading.Thread(target=lambda: None))
        with pytest.raises(RuntimeError, match="did not start"):
            thread.start()
    monkeypatch.setattr(serving, "_PATIENCE", PATIENCE)
    thread.start()
    monkeypatch.setattr(serving, "_PATIENCE", 0.01)
    with pytest.raises(RuntimeError, match="did not stop"):
        thread.stop()
    stays.set()
    thread._thread.join()


def test_a_given_key_is_the_teams() -> None:
    assert FakeFastGPT(api_key="fastgpt-xxxxx").api_key == "fastgpt-xxxxx"


def test_apps_can_be_named() -> None:
    server = FakeFastGPT()
    app = server.app("helper", id="a" * 24)
    assert (server.apps["helper"], app.id, server.app_key("helper"), server.app_key(app)) == (
        app,
        "a" * 24,
        app.key,
        app.key,
    )
    assert app.key not in repr(app)


def test_the_client_does_not_import_it() -> None:
    done = python("import sys, fastgpt_client; print([n for n in sys.modules if 'testing' in n or 'starlette' in n])")
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_importing_the_package_alone_loads_nothing() -> None:
    done = python("import sys, fastgpt_client.testing; print('starlette' in sys.modules, 'uvicorn' in sys.modules)")
    assert (done.stdout.strip(), done.stderr) == ("False False", "")


WITHOUT = """
import importlib.util, sys
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in {missing} else real(name, *rest)
from fastgpt_client.testing import FakeFastGPT
"""


@pytest.mark.parametrize(
    ("missing", "named"), [(["uvicorn"], "uvicorn"), (["starlette", "uvicorn"], "starlette and uvicorn")]
)
def test_without_the_extra_one_line_says_what_to_install(missing: list[str], named: str) -> None:
    done = python(WITHOUT.format(missing=missing))
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last == f"ImportError: the embedded FastGPT needs {named}: pip install starlette uvicorn python-multipart"


def test_the_line_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="needs starlette and uvicorn"):
        _ = package.FakeFastGPT


def test_names_that_there_are_not() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'FakeGPT'"):
        _ = package.FakeGPT
    assert all(getattr(package, name) for name in package.__all__)


def test_it_is_quiet() -> None:
    code = """
import logging, httpx
logging.basicConfig(level=logging.INFO)
logging.getLogger("httpx").setLevel(logging.WARNING)
from fastgpt_client.testing import FakeFastGPT
with FakeFastGPT.serve() as server:
    httpx.get(server.url, timeout=100)
"""
    done = python(code, "-X", "dev")
    assert done.returncode == 0
    assert "GET" not in done.stderr
