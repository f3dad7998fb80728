"""`python -m fastgpt_client.web`: serve a chat page for an app until Ctrl-C.

Server, key and app are read from FASTGPT_BASE_URL, FASTGPT_API_KEY and FASTGPT_APP_ID.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TextIO

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None, out: TextIO = sys.stdout) -> int:
    """Serve until interrupted, then return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m fastgpt_client.web",
        description="Serve a chat page for an app. Anyone who can reach it can ask questions, at your cost.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="0 picks a free port")
    parser.add_argument("--title", default="Chat")
    given = parser.parse_args(arguments)

    def ready(url: str) -> None:
        out.write(f"{url}\nPress Ctrl-C to stop.\n")
        out.flush()

    try:
        from fastgpt_client import AsyncChatClient  # noqa: PLC0415 - only after the arguments are checked

        from . import ChatPage, serve  # noqa: PLC0415 - raises ImportError without the extra

        client = AsyncChatClient(completions="v2")
        page = ChatPage(client, title=given.title)
        serve(page, host=given.host, port=given.port, ready=ready, close=client.close)
    except (ImportError, OSError, ValueError) as exc:
        out.write(f"{exc}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
