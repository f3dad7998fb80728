"""Messages and runs as people read them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from fastgpt_client._api.completion import content_interactive, content_text, content_tools
from fastgpt_client._json import as_object, is_array
from fastgpt_client.interactive import interactive_node
from fastgpt_client.tracing import TraceNode
from fastgpt_client.usage import ModelUsage

from .texts import clean, count, line, local_time, name_of, number, seconds

__all__ = ["print_nodes", "print_record"]

_WHO = {"Human": "user", "AI": "app"}
_CUT = 200


# --- messages -------------------------------------------------------------------------------------------------------


def print_record(console: Console, record: Mapping[str, Any]) -> None:
    """Print a message of a chat: who, when and its id in a line, then what was said."""
    value = record.get("value")
    duration = record.get("durationSeconds")
    head = Text.assemble((_WHO.get(str(record.get("obj")), "system"), "bold"), f"  {local_time(record.get('time'))}")
    if isinstance(duration, (int, float)):
        head.append(f"  {seconds(duration)}")
    head.append(f"  {clean(record.get('dataId', ''))}", "dim")
    console.print(head, soft_wrap=True)
    tools = [as_object(tool) for tool in content_tools(value)]
    for text, style in (
        (content_text(value, "reasoning"), "dim"),
        *((f"[tool {line(tool.get('toolName') or '?')}] {_short(tool.get('params'))}", "cyan") for tool in tools),
        *((f"[file {_file(item)}]", "cyan") for item in _items(value) if item.get("file")),
        (content_text(value), ""),
        *_asked(value),
        *_outcome(record),
    ):
        _print_inside(console, text, style)


def _items(value: object) -> list[dict[str, Any]]:
    return [as_object(item) for item in value] if is_array(value) else []


def _file(item: Mapping[str, Any]) -> str:
    file = as_object(item.get("file"))
    return line(file.get("name") or file.get("url") or file.get("type") or "?")


def _asked(value: object) -> list[tuple[str, str]]:
    """Return what a paused run asks for."""
    pause = interactive_node(content_interactive(value))
    return [] if pause is None else [(f"[asks: {pause.type}] {pause.description}", "yellow")]


def _outcome(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return why an answer failed, and how it was rated."""
    failed = as_object(record.get("errorText")).get("errorText") or record.get("errorMsg")
    lines = [(f"failed: {failed}", "red")] if failed else []
    for name, style in (("Good", "green"), ("Bad", "red")):
        rating = record.get(f"user{name}Feedback")
        if rating is not None:
            lines.append((f"rated {name.lower()}: {rating}", style))
    return lines


def _short(params: object) -> str:
    text = line(params if isinstance(params, str) else json.dumps(params, ensure_ascii=False)) if params else ""
    return text if len(text) <= _CUT else f"{text[:_CUT]}…"


def _print_inside(console: Console, text: str, style: str) -> None:
    """Print a text that belongs to the line above it."""
    shown = clean(text).strip("\n")
    if not shown:
        return
    if console.is_terminal:
        from rich.padding import Padding  # noqa: PLC0415 - a terminal alone needs it

        console.print(Padding(Text(shown, style=style), (0, 0, 0, 2)))
    else:
        console.print(Text("\n".join(f"  {part}" for part in shown.split("\n"))), soft_wrap=True)


# --- runs -----------------------------------------------------------------------------------------------------------


def print_nodes(console: Console, roots: Sequence[TraceNode]) -> None:
    """Print the nodes of a run as a tree, and what they used in all."""
    total = ModelUsage()
    for root in roots:
        _print_node(console, root, "", "", "")
        for node in root.walk():
            total = total.plus(node.usage)
    nodes = sum(1 for root in roots for _ in root.walk())
    # The nodes at the root run one after the other; what runs inside them is part of their time.
    lasted = sum(root.seconds or 0.0 for root in roots)
    said = [count(nodes, "node"), seconds(lasted), *_used(total)]
    console.print(Text(f"total: {', '.join(said)}", style="bold"), soft_wrap=True)


def _print_node(console: Console, node: TraceNode, before: str, own: str, inner: str) -> None:
    said = [seconds(node.seconds)] if node.seconds is not None else []
    said += _used(node.usage)
    model = node.raw.get("model") or node.raw.get("embeddingModel")
    said += [line(model)] if model else []
    text = Text.assemble((before + own, "dim"), (name_of(node.name) or line(node.type), "bold"))
    text.append(f"  {line(node.type)}", "dim").append(f"  {', '.join(said)}" if said else "")
    if node.error is not None:
        text.append(f"  failed: {line(node.error)}", "red")
    text.rstrip()
    console.print(text, soft_wrap=True)
    for index, child in enumerate(node.children):
        last = index == len(node.children) - 1
        _print_node(console, child, before + inner, "└─ " if last else "├─ ", "   " if last else "│  ")


def _used(used: ModelUsage) -> list[str]:
    """Return what a model used: tokens in + out, then those of searching, then points."""
    said: list[str] = []
    if used.input_tokens or used.output_tokens:
        said.append(f"{used.input_tokens:,} + {used.output_tokens:,} tokens")
    if used.other_tokens:
        said.append(f"{used.other_tokens:,} tokens")
    if used.embedding_tokens:
        said.append(f"{used.embedding_tokens:,} embedding tokens")
    if used.rerank_tokens:
        said.append(f"{used.rerank_tokens:,} rerank tokens")
    if used.points:
        said.append(f"{number(round(used.points, 4))} points")
    return said
