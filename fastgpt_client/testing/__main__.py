"""`python -m fastgpt_client.testing --port 3000`: serve an embedded FastGPT to experiment with, until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence
from typing import TextIO

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None, out: TextIO = sys.stdout) -> int:
    """Serve until interrupted, then return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m fastgpt_client.testing", description="An embedded FastGPT.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=3000, help="0 picks a free port")
    parser.add_argument("--version", default="4.16", help="the version to emulate: 4.9, 4.11, 4.14, 4.16 or in full")
    parser.add_argument("--api-key", help="the team's key; random if omitted")
    parser.add_argument("--commercial", action="store_true", help="include the calls of the commercial edition")
    given = parser.parse_args(arguments)
    try:
        from . import FakeFastGPT  # noqa: PLC0415 - raises ImportError without the extra
    except ImportError as exc:
        out.write(f"{exc}\n")
        return 2
    try:
        with FakeFastGPT.serve(
            version=given.version, host=given.host, port=given.port, api_key=given.api_key, commercial=given.commercial
        ) as server:
            out.write(f"FastGPT {server.version} at {server.url}\nteam key  {server.api_key}\n\n")
            width = max(map(len, server.apps))
            for app in server.apps.values():
                out.write(f"{app.name:{width}}  id {app.id}  key {app.key}  {app.intro}\n")
            out.write("\nPress Ctrl-C to stop.\n")
            out.flush()
            wait_for_interrupt()
    except (OSError, ValueError) as exc:
        out.write(f"{exc}\n")
        return 2
    except KeyboardInterrupt:
        out.write("\n")
    return 0


def wait_for_interrupt() -> None:
    """Block until Ctrl-C."""
    threading.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
