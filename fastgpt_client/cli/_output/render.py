"""Messages and runs for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from fastgpt_client.responses import Record
from fastgpt_client.tracing import TraceNode
from fastgpt_client.usage import ModelUsage

from .formatting import count, duration, local_time, node_label, number, one_line, sanitize
from .json_data import as_object, objects

__all__ = ["file_names", "print_nodes", "print_record", "shown_usage"]

_WHO = {"assistant": "app"}
_CUT = 200


# --- messages -------------------------------------------------------------------------------------------------------


def print_record(console: Console, record: Record) -> None:
    """Print a message of a chat: a line with role, time and ID, then its contents."""
    raw = as_object(record.raw)
    lasted = raw.get("durationSeconds")
    head = Text.assemble((_WHO.get(record.role, record.role), "bold"), f"  {local_time(raw.get('time'))}")
    if isinstance(lasted, (int, float)):
        head.append(f"  {duration(lasted)}")
    head.append(f"  {sanitize(record.data_id)}", "dim")
    console.print(head, soft_wrap=True)
    tools = map(as_object, record.tool_calls)
    for text, style in (
        (record.reasoning, "dim"),
        *((f"[tool {one_line(tool.get('toolName') or '?')}] {_short(tool.get('params'))}", "cyan") for tool in tools),
        *((f"[file {name}]", "cyan") for name in file_names(record)),
        (record.text, ""),
        *_asked(record),
        *_outcome(record, raw),
    ):
        _print_inside(console, text, style)


def file_names(record: Record) -> list[str]:
    """Return the names of the files in a message."""
    files = [as_object(item.get("file")) for item in objects(as_object(record.raw).get("value")) if item.get("file")]
    return [one_line(file.get("name") or file.get("url") or file.get("type") or "?") for file in files]


def _asked(record: Record) -> list[tuple[str, str]]:
    """Return what a paused run asks for."""
    pause = record.interactive
    return [] if pause is None else [(f"[asks: {pause.type}] {pause.description}", "yellow")]


def _outcome(record: Record, raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the error of an answer, and its rating."""
    lines = [(f"failed: {record.error}", "red")] if record.error else []
    for name, style in (("Good", "green"), ("Bad", "red")):
        rating = raw.get(f"user{name}Feedback")
        if rating is not None:
            lines.append((f"rated {name.lower()}: {rating}", style))
    return lines


def _short(params: object) -> str:
    text = one_line(params if isinstance(params, str) else json.dumps(params, ensure_ascii=False)) if params else ""
    return text if len(text) <= _CUT else f"{text[:_CUT]}…"


def _print_inside(console: Console, text: str, style: str) -> None:
    """Print a text, indented below the line above it."""
    shown = sanitize(text).strip("\n")
    if not shown:
        return
    if console.is_terminal:
        from rich.padding import Padding  # noqa: PLC0415 - only needed at a terminal

        console.print(Padding(Text(shown, style=style), (0, 0, 0, 2)))
    else:
        console.print(Text("\n".join(f"  {part}" for part in shown.split("\n"))), soft_wrap=True)


# --- runs -----------------------------------------------------------------------------------------------------------


def print_nodes(console: Console, roots: Sequence[TraceNode]) -> None:
    """Print the nodes of a run as a tree, and the total of what they used."""
    total = ModelUsage()
    for root in roots:
        _print_node(console, root, "", "", "")
        for node in root.walk():
            total = total.plus(shown_usage(node.usage))
    nodes = sum(1 for root in roots for _ in root.walk())
    # The nodes at the root run one after another; their time includes the nodes inside them.
    lasted = sum(round(root.seconds or 0.0, 2) for root in roots)
    said = [count(nodes, "node"), duration(lasted), *_used(total)]
    console.print(Text(f"total: {', '.join(said)}", style="bold"), soft_wrap=True)


def _print_node(console: Console, node: TraceNode, before: str, own: str, inner: str) -> None:
    said = [duration(node.seconds)] if node.seconds is not None else []
    said += _used(node.usage)
    model = node.raw.get("model") or node.raw.get("embeddingModel")
    said += [one_line(model)] if model else []
    text = Text.assemble((before + own, "dim"), (node_label(node.name) or one_line(node.type), "bold"))
    text.append(f"  {one_line(node.type)}", "dim").append(f"  {', '.join(said)}" if said else "")
    if node.error is not None:
        text.append(f"  failed: {one_line(node.error)}", "red")
    text.rstrip()
    console.print(text, soft_wrap=True)
    for index, child in enumerate(node.children):
        last = index == len(node.children) - 1
        _print_node(console, child, before + inner, "└─ " if last else "├─ ", "   " if last else "│  ")


def _used(used: ModelUsage) -> list[str]:
    """Return what a model used: tokens in + out, tokens of searches, and points."""
    said: list[str] = []
    if used.input_tokens or used.output_tokens:
        said.append(f"{used.input_tokens:,} + {used.output_tokens:,} tokens")
    if used.other_tokens:
        said.append(f"{used.other_tokens:,} tokens")
    if used.embedding_tokens:
        said.append(f"{used.embedding_tokens:,} embedding tokens")
    if used.rerank_tokens:
        said.append(f"{used.rerank_tokens:,} rerank tokens")
    if points := shown_usage(used).points:
        said.append(f"{number(points)} points")
    return said


def shown_usage(used: ModelUsage) -> ModelUsage:
    """Return a usage with its points as they are printed, so that the sum of several is that of what was printed."""
    return used._replace(points=round(used.points, 4))
