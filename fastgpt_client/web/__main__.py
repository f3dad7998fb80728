"""`python -m fastgpt_client.web`: a page that chats with an app, until Ctrl-C.

The server, the key and the app are those of FASTGPT_BASE_URL, FASTGPT_API_KEY and FASTGPT_APP_ID.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TextIO

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None, out: TextIO = sys.stdout) -> int:
    """Serve until interrupted; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m fastgpt_client.web",
        description="A page that chats with an app. Anybody who reaches it may ask, at your cost.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="0 for a free one")
    parser.add_argument("--title", default="Chat")
    given = parser.parse_args(arguments)

    def ready(url: str) -> None:
        out.write(f"{url}\nCtrl-C stops it.\n")
        out.flush()

    try:
        from fastgpt_client import AsyncChatClient  # noqa: PLC0415

        from . import ChatPage, serve  # noqa: PLC0415 - without the extra this is what says so

        client = AsyncChatClient(completions="v2")
        page = ChatPage(client, title=given.title)
        serve(page, host=given.host, port=given.port, ready=ready, close=client.close)
    except (ImportError, OSError, ValueError) as exc:
        out.write(f"{exc}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
