"""The findings of checks, with their verdicts and remedies."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from rich.console import Console
from rich.text import Text

from fastgpt_client.cli._output.formatting import one_line

__all__ = ["Finding", "Verdict", "as_json", "failed", "ok", "print_finding", "skipped", "warning"]

Verdict = Literal["ok", "warning", "failed", "skipped"]

_STYLES: dict[Verdict, str] = {"ok": "green", "warning": "yellow", "failed": "bold red", "skipped": "dim"}
_WIDTH = len("skipped")
_NAME_WIDTH = len("reachable")


class Finding(NamedTuple):
    """The result of a check; `remedy` says what to do, "" if there is nothing to do."""

    check: str
    verdict: Verdict
    found: str
    remedy: str = ""


def ok(check: str, found: str) -> Finding:
    """Return a finding without a problem."""
    return Finding(check, "ok", found)


def warning(check: str, found: str, remedy: str) -> Finding:
    """Return a finding with a problem that does not prevent the use."""
    return Finding(check, "warning", found, remedy)


def failed(check: str, found: str, remedy: str) -> Finding:
    """Return a finding with a problem that prevents the use."""
    return Finding(check, "failed", found, remedy)


def skipped(check: str, found: str) -> Finding:
    """Return why a check did not run."""
    return Finding(check, "skipped", found)


def print_finding(console: Console, finding: Finding) -> None:
    """Print a finding as one line."""
    text = Text.assemble(
        (f"{finding.verdict:<{_WIDTH}}", _STYLES[finding.verdict]), f"  {finding.check:<{_NAME_WIDTH}}  "
    )
    text.append(one_line(finding.found))
    if finding.remedy:
        text.append(f"; {one_line(finding.remedy)}", "bold")
    console.print(text, soft_wrap=True)


def as_json(finding: Finding) -> dict[str, Any]:
    """Return a finding for programs."""
    return {**finding._asdict(), "remedy": finding.remedy or None}
