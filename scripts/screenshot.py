"""Draw docs/cli.svg: a chat in a real terminal, with running nodes, sources and a choice.

python scripts/screenshot.py          redraws it
python scripts/screenshot.py --check  fails if it is out of date
"""

from __future__ import annotations

import argparse
import html
import io
import re
import sys
import tempfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

# Only now can the packages of this folder be found.
from rich.console import Console  # noqa: E402
from rich.text import Text  # noqa: E402

from fastgpt_client.testing import (  # noqa: E402
    AnswerLike,
    Delay,
    FakeFastGPT,
    Reasoning,
    Search,
    Select,
    Tool,
)
from tests.support.terminal import Terminal  # noqa: E402 - as above

__all__ = ["PICTURE", "draw", "main", "words"]

PICTURE = ROOT / "docs" / "cli.svg"
_COLUMNS, _ROWS = 84, 25
_FOREVER = 600.0
# Differs between runs.
_SECONDS = re.compile(r"\b\d+\.\d\d s\b")

_PRICES: AnswerLike = [
    Search(
        [
            {"q": "Basic costs 5 a month, for up to 3 people.", "sourceName": "prices.md"},
            {"q": "Pro costs 20 a month, for as many people as you like.", "sourceName": "prices.md"},
        ],
        name="Search the handbook",
    ),
    *("Basic costs 5 a month, ", "for up to 3 people; ", "Pro costs 20, however many you are."),
]
_ORDER: AnswerLike = [
    Reasoning("Twenty people are too many for Basic. Still, it is for them to choose."),
    "For 20 people it has to be Pro.",
    Select(
        "Which plan shall I order?",
        {
            "Basic, 5 a month": "…",
            "Pro, 20 a month": [
                Tool("create_order", {"plan": "pro", "seats": 20}, '{"order": 1047}'),
                "Order 1047 is on its way.",
                Search(name="Write the invoice"),
                Delay(_FOREVER),
            ],
        },
    ),
]


def draw() -> str:
    """Run a chat and return its picture."""
    with tempfile.TemporaryDirectory() as home, FakeFastGPT.serve() as server:
        app = server.app("Shop", answers=[_PRICES, _ORDER], welcome="Welcome! Ask about prices and plans.")
        environment = {
            "HOME": home,
            "XDG_CONFIG_HOME": home,
            "FASTGPT_BASE_URL": server.url,
            "FASTGPT_API_KEY": server.api_key,
            "FASTGPT_APP_ID": app.id,
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "",
        }
        with Terminal("chat", columns=_COLUMNS, rows=_ROWS, environment=environment) as terminal:
            terminal.wait_for_prompt()
            terminal.send("What do you charge?\r")
            terminal.wait_for_prompt()
            terminal.send("We are 20 people.\r")
            terminal.wait_for_prompt("Choice (1-2 or text):")
            terminal.send("2\r")
            terminal.wait_for("· Write the invoice…")
            return _picture(terminal.cells)


def _picture(rows: list[list[Any]]) -> str:
    """Return the rows of a terminal as SVG."""
    console = Console(record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    lines = [_line(row) for row in rows]
    while lines and not lines[-1].plain.strip():
        lines.pop()
    for line in lines:
        console.print(line, soft_wrap=True)
    return console.export_svg(title="fastgpt-client chat", unique_id="fastgpt")


def _line(row: list[Any]) -> Text:
    line = Text()
    for style, cells in groupby(row, key=_style):
        line.append(_SECONDS.sub("0.42 s", "".join(cell.data for cell in cells)), style)
    return line


def _style(cell: Any) -> str:
    colour = str(cell.fg).replace("bright", "bright_")
    return " ".join(word for word in ("bold" if cell.bold else "", "" if colour == "default" else colour) if word)


def words(svg: str) -> list[str]:
    """Return the text of a picture, without the layout, which depends on the drawing library."""
    return [
        html.unescape(found).replace("\xa0", " ").strip() for found in re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the picture, or compare it; return the exit code."""
    parser = argparse.ArgumentParser(description="Draw docs/cli.svg.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the picture would change")
    given = parser.parse_args(arguments)
    drawn = draw()
    if not given.check:
        PICTURE.write_text(drawn, "utf-8")
    elif words(drawn) != words(PICTURE.read_text("utf-8") if PICTURE.exists() else ""):
        print("docs/cli.svg is out of date: run python scripts/screenshot.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
