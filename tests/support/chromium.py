"""A headless Chromium, spoken to over a pipe: no package is needed for it."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from tests.support.until import PATIENCE

__all__ = ["CHROMIUM", "Page", "chromium"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Chromium reads its commands from descriptor 3, and answers on 4.
_LAUNCH = """
import os, sys
commands, answers, *command = sys.argv[1:]
os.dup2(int(commands), 3)
os.dup2(int(answers), 4)
os.execv(command[0], command)
"""
_FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-dev-shm-usage",
)


class _Pipe:
    """Sends commands, and waits for their answers."""

    def __init__(self, writer: BinaryIO, reader: BinaryIO) -> None:
        self._writer, self._reader = writer, reader
        self._ids = itertools.count(1)
        self._rest = b""

    def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        command = {"id": number, "method": method, "params": params, **({"sessionId": session} if session else {})}
        self._writer.write(json.dumps(command).encode() + b"\0")
        self._writer.flush()
        while (answer := self._next()).get("id") != number:
            pass
        assert "error" not in answer, answer
        found: dict[str, Any] = answer["result"]
        return found

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = os.read(self._reader.fileno(), 1 << 20)
            assert data, "Chromium has ended"
            self._rest += data
        message, _, self._rest = self._rest.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed


class Page:
    """A page that is open in the browser."""

    def __init__(self, pipe: _Pipe, url: str) -> None:
        self._pipe = pipe
        self._target = pipe.call("Target.createTarget", url=url)["targetId"]
        self._session = pipe.call("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"]
        self.until("location.href !== 'about:blank' && document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """Return what a script gives."""
        how = {"awaitPromise": True, "returnByValue": True, "userGesture": True}
        answer = self._pipe.call("Runtime.evaluate", self._session, expression=script, **how)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, condition: str) -> None:
        """Return when a condition of a script is met."""
        ends = time.monotonic() + PATIENCE
        while not self.run(condition):
            assert time.monotonic() < ends, f"{condition} did not come: {self.run('document.body.innerText')}"
            time.sleep(0.01)

    def screenshot(self, path: Path, width: int = 760, height: int = 640) -> None:
        """Keep a picture of the page."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._pipe.call("Emulation.setDeviceMetricsOverride", self._session, **size)
        data = self._pipe.call("Page.captureScreenshot", self._session, format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    def close(self) -> None:
        """Close the page, as its user does."""
        self._pipe.call("Target.closeTarget", targetId=self._target)


@contextmanager
def chromium(profile: Path) -> Generator[Any]:
    """Give a function that opens a page in a browser."""
    assert CHROMIUM is not None
    commands, write = os.pipe()
    read, answers = os.pipe()
    launch = [sys.executable, "-c", _LAUNCH, str(commands), str(answers)]
    process = subprocess.Popen(
        [*launch, CHROMIUM, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        pass_fds=(commands, answers),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(profile)},
    )
    os.close(commands)
    os.close(answers)
    with os.fdopen(write, "wb") as writer, os.fdopen(read, "rb") as reader:
        pipe = _Pipe(writer, reader)
        try:
            yield lambda url: Page(pipe, url)
        finally:
            try:
                pipe.call("Browser.close")
                process.wait(PATIENCE)
            finally:
                process.kill()
                process.wait()
