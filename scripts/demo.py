"""Run demo calls over real sockets against recorded responses of a real FastGPT server.

Run it with:

    python scripts/demo.py
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # Python adds only the script's own folder

from fastgpt_client import CommercialFeatureError
from tests.examples import owner_snippets as snippets
from tests.examples.recorded_server import VERSION, RecordedServer

SETTINGS = ("FASTGPT_API_KEY", "FASTGPT_APP_ID", "FASTGPT_BASE_URL")


def run(title: str, snippet: Callable[[], Any]) -> None:
    """Run a snippet; print the error if it requires the commercial edition."""
    print(f"\n--- {title}")
    try:
        snippet()
    except CommercialFeatureError as exc:
        # The recorded server is a community edition, so this error is expected.
        print(f"{type(exc).__name__}: {exc}")


def run_async(title: str, snippet: Callable[[], Coroutine[Any, Any, None]]) -> None:
    run(title, lambda: asyncio.run(snippet()))


def main() -> None:
    for name in SETTINGS:  # never call the user's own server
        os.environ.pop(name, None)
    with RecordedServer() as server:
        os.environ["FASTGPT_BASE_URL"] = server.url
        print(f"Recorded responses of FastGPT {VERSION} at {server.url}")
        run_async("asyncio: one answer", partial(snippets.async_blocking_answer, server.url))
        run_async("asyncio: a stream, line by line", partial(snippets.async_raw_lines, server.url))
        run_async("asyncio: many answers at once", partial(snippets.async_many_at_once, server.url))
        run_async("asyncio: an app's figures", snippets.async_logs_chart)
        run_async("asyncio: __aenter__ and __aexit__ by hand", partial(snippets.async_entered_by_hand, server.url))
        run_async("asyncio: close by hand", partial(snippets.async_closed_by_hand, server.url))
        run("plain: one answer", partial(snippets.blocking_answer, server.url))
        run("plain: a stream, line by line", partial(snippets.raw_lines, server.url))
        run("plain: an app's figures", snippets.logs_chart)
        run("plain: __enter__ and __exit__ by hand", partial(snippets.entered_by_hand, server.url))
        run("plain: close by hand", partial(snippets.closed_by_hand, server.url))
        print(f"\nAll snippets ran: {server.count} requests over {server.url}")


if __name__ == "__main__":
    main()
