"""Lock a file for one process. The operating system releases the lock however the process ends."""

from __future__ import annotations

import sys
from typing import IO

__all__ = ["try_lock"]

if sys.platform == "win32":  # pragma: no cover - not tested on Windows
    import msvcrt

    # Far beyond any content: Windows denies reading and writing locked bytes.
    _BYTE = 2**62

    def try_lock(file: IO[bytes]) -> bool:
        """Lock an open file until it is closed; return False if another process has it."""
        file.seek(_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(file: IO[bytes]) -> bool:
        """Lock an open file until it is closed; return False if another process has it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
