"""Plans and reports of a sync, for people and programs."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count, one_line
from fastgpt_client.cli._output.json_data import write_json
from fastgpt_client.cli._output.tables import Column, print_table
from fastgpt_client.knowledge import ItemOutcome, KnowledgePlan, KnowledgeReport

from .progress import size

__all__ = ["print_plan", "print_report"]

_STATUSES = ("done", "pending", "failed", "skipped")
_STYLES = {"create": "green", "replace": "yellow", "move": "yellow", "delete": "red", "refuse": "red", "failed": "red"}


def print_plan(session: Session, plan: KnowledgePlan, *, prune: bool, as_json: bool) -> None:
    """Print the actions of a plan; unchanged files are only counted."""
    for item in plan:
        if as_json:
            told = {"action": item.action, "path": item.path, "size": item.size, "reason": item.reason}
            write_json(session.out, {"event": "plan", **told}, indent=None)
        elif item.action != "unchanged" or item.remove:
            _print_line(session, item.action, item.path, size(item.size) if item.size else "", item.reason)
    if as_json:
        end: dict[str, Any] = {"event": "end", "counts": plan.counts, "bytesToSend": plan.bytes_to_send}
        end |= {
            "notInSource": [*plan.not_in_source],
            "pruneRefused": _refusal(session, plan.prune_refused),
            "notes": [*plan.notes],
        }
        write_json(session.out, end, indent=None)
        return
    _say_more(session, plan.notes, plan.prune_refused)
    if plan.not_in_source and not prune:
        session.say(f"{count(len(plan.not_in_source), 'file')} of earlier syncs not in SRC: delete with --prune")
    counts = ", ".join(f"{number:,} {action}" for action, number in sorted(plan.counts.items()))
    session.say(f"{counts or 'no files'}; {size(plan.bytes_to_send)} to send")


def print_report(session: Session, report: KnowledgeReport, *, as_json: bool) -> None:
    """Print the files that failed or are pending, and a table of the outcomes."""
    if as_json:
        for outcome in report:
            write_json(session.out, _event(outcome), indent=None)
        stopped = None if report.stopped is None else session.describe(report.stopped)
        end: dict[str, Any] = {"event": "end", "ok": report.ok, "counts": report.counts, "stopped": stopped}
        write_json(
            session.out,
            {**end, "pruneRefused": _refusal(session, report.prune_refused), "notes": [*report.notes]},
            indent=None,
        )
        return
    for outcome in report:
        if outcome.status != "done":
            _print_line(session, outcome.status, outcome.path, "", outcome.reason)
    actions = [*dict.fromkeys(outcome.action for outcome in report)]
    if actions:
        columns = (Column("files"), *(Column(status, whole=True, right=True) for status in _STATUSES))
        print_table(
            session.out,
            columns,
            [[action, *(_number(report, action, status) for status in _STATUSES)] for action in sorted(actions)],
        )
    else:
        session.say("no files")
    _say_more(session, report.notes, report.prune_refused)
    if report.stopped is not None:
        session.say(f"the run ended early: {session.describe(report.stopped)}")


def _number(report: KnowledgeReport, action: str, status: str) -> str:
    number = report.counts.get(f"{action} {status}", 0)
    return f"{number:,}" if number else ""


def _event(outcome: ItemOutcome) -> dict[str, Any]:
    told = {"path": outcome.path, "action": outcome.action, "status": outcome.status, "reason": outcome.reason}
    return {"event": "file", **told, "collectionId": outcome.collection_id}


def _say_more(session: Session, notes: tuple[str, ...], refused: str | None) -> None:
    for text in notes:
        session.say(text)
    if refused is not None:
        session.say(f"nothing is pruned: {session.in_flags(refused)}")


def _refusal(session: Session, reason: str | None) -> str | None:
    return None if reason is None else session.in_flags(reason)


def _print_line(session: Session, what: str, path: str, amount: str, reason: str) -> None:
    line = Text.assemble((f"{what:<9}", _STYLES.get(what, "")), " ", one_line(path))
    rest = ", ".join(filter(None, (amount, one_line(reason))))
    session.out.print(line.append(f"  {rest}" if rest else "", "dim"), soft_wrap=True)
