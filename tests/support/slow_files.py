"""Files whose reading takes until somebody says so, and files that are large without being anywhere."""

from __future__ import annotations

import io
import os
import threading

__all__ = ["Made", "Waiting"]


class Waiting(io.BytesIO):
    """A file one of whose operations waits for `go`, which another task has to set."""

    def __init__(self, content: bytes, operation: str, after: int = 0) -> None:
        super().__init__(content)
        self.begun, self.go = threading.Event(), threading.Event()
        self.calls: list[str] = []
        self._operation = operation
        self._after = after

    def _called(self, operation: str) -> None:
        self.calls.append(operation)
        if operation == self._operation and self.calls.count(operation) > self._after and not self.go.is_set():
            self.begun.set()
            assert self.go.wait(60.0), "whoever was to go on was held up"

    def read(self, size: int | None = -1) -> bytes:
        self._called("read")
        return super().read(size)

    def seek(self, at: int, whence: int = os.SEEK_SET) -> int:
        self._called("seek")
        return super().seek(at, whence)

    def tell(self) -> int:
        self._called("tell")
        return super().tell()


class Made:
    """A file of any size that makes its bytes when they are read."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.largest = 0  # the most that was asked for at a time
        self._at = 0
        self._piece = b"x" * (1 << 20)

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "the whole file was asked for"
        self.largest = max(self.largest, size)
        chunk = self._piece[: min(size, self.size - self._at)]
        self._at += len(chunk)
        return chunk

    def seek(self, at: int, whence: int = os.SEEK_SET) -> int:
        self._at = at if whence == os.SEEK_SET else self.size + at
        return self._at

    def tell(self) -> int:
        return self._at
