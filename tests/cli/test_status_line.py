"""A line that goes away again is shown at a terminal alone, and fits into it."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from fastgpt_client.cli._output.status_line import StatusLine


def test_elsewhere_nothing_is_shown() -> None:
    out = StringIO()
    line = StatusLine(Console(file=out))
    line.show("waiting")
    line.erase()
    assert (line.live, out.getvalue()) == (False, "")


def test_it_replaces_the_one_before_and_fits() -> None:
    out = StringIO()
    line = StatusLine(Console(file=out, force_terminal=True, width=12, color_system=None, _environ={"TERM": "xterm"}))
    line.show("one")
    line.show("two\nthat is too long")
    line.erase()
    line.erase()
    assert (line.live, out.getvalue()) == (True, "· one…\r\x1b[2K· two that…\r\x1b[2K")
