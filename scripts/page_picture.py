"""Draw docs/web.png: the chat page in a headless Chromium, with sources and a choice.

python scripts/page_picture.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

# Only now can the packages of this folder be found.
from fastgpt_client import AsyncChatClient  # noqa: E402
from fastgpt_client.testing import AnswerLike, FakeFastGPT, Search, Select  # noqa: E402
from fastgpt_client.web import ChatPage  # noqa: E402
from tests.support.chromium import CHROMIUM, chromium  # noqa: E402
from tests.support.serving import serving  # noqa: E402

__all__ = ["PICTURE", "draw", "main"]

PICTURE = ROOT / "docs" / "web.png"
_PRICES: AnswerLike = [
    Search(
        [
            {"q": "Basic costs 5 a month, for up to 3 people.", "sourceName": "prices.md"},
            {"q": "Each plan can be tried for 14 days.", "sourceName": "terms.md"},
        ]
    ),
    "Basic costs 5 a month for up to 3 people, Pro 20 for as many as you like. ",
    "You can try both for 14 days.",
]
_PLAN: AnswerLike = [
    "For 20 people it has to be Pro.",
    Select("Which plan shall I order?", {"Pro": "Pro it is.", "None for now": "As you like."}),
]


def draw(picture: Path) -> None:
    """Chat in the page and save a screenshot."""
    with FakeFastGPT.serve() as server, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        app = server.app(answers=[_PRICES, _PLAN], type="advanced")
        client = AsyncChatClient(app.key, server.url, app_id=app.id, completions="v2")
        with serving(ChatPage(client, title="Ask us")) as url, chromium(Path(folder)) as open_page:
            page = open_page(url)
            for number, question in enumerate(("What are your prices?", "Which plan for 20 people?"), 1):
                page.run(f"message.value = {question!r}; ask.requestSubmit()")
                page.until(f"document.querySelectorAll('article.answer.whole').length === {number}")
            page.screenshot(picture)


def main() -> int:
    """Draw the picture; return the exit code."""
    if CHROMIUM is None:
        sys.stderr.write("Chromium is not installed: install Debian's package `chromium`.\n")
        return 2
    draw(PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
