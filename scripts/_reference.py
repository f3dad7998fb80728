"""Generate the reference pages: one for each main class, one for each public module."""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any, get_overloads

__all__ = ["CLASSES", "FUNCTIONS", "MODULES", "link_methods", "reference_pages", "table_of_calls"]

_EXPECTED = Path(__file__).resolve().parents[1] / "tests" / "wire" / "data" / "expectations.jsonl"
# An endpoint in a docstring, and the versions that have it.
_ENDPOINT = re.compile(r"`((?:GET|POST|PUT|DELETE) /api/[^`]+)`(?:,|:)? *(.*?)(?:\.(?:\s|$)|\n\n|$)", re.DOTALL)

# The classes that exist in a sync and an async version, and their pages. Async names have the prefix `Async`.
CLASSES = {
    "FastGPTClient": "clients",
    "ChatClient": "chat-client",
    "AppClient": "app-client",
    "DatasetClient": "dataset-client",
    "Conversation": "conversation",
    "ChatStream": "chat-stream",
    "KnowledgeBase": "knowledge-base",
    "AskRun": "ask-run",
    "PageIterator": "page-iterator",
}
# The base class of the clients: members inherited from it are only on its page.
_BASE = "FastGPTClient"
FUNCTIONS = {"ask_one": "async_ask_one"}
MODULES = {
    "responses": "Answers",
    "events": "Events of a stream",
    "exceptions": "Exceptions",
    "interactive": "Pauses",
    "citations": "Citations",
    "usage": "Usage",
    "tracing": "Traces",
    "content": "Content parts",
    "calls": "Attempts",
    "config": "Configuration",
    "asks": "Many questions",
    "datasets": "Rows and searches",
    "knowledge": "Sources, plans and reports",
    "types": "JSON types",
    "web": "Web services",
    "testing": "Embedded server",
}


def reference_pages() -> dict[str, str]:
    """Return the text of each page, by its path below `reference/`."""
    pages = {f"{page}.md": _class_page(name) for name, page in CLASSES.items()}
    pages["ask-one.md"] = "# ask_one\n\n" + "".join(
        _entry(f"fastgpt_client.{name}") + _beside(twin, _signatures(_public(twin))) for name, twin in FUNCTIONS.items()
    )
    return pages | {f"{name}.md": _module_page(name, title) for name, title in MODULES.items()}


def link_methods(page: str) -> str:
    """Return the API overview with the methods in the first column of its tables linked to their reference."""
    lines: list[str] = []
    owner = ""
    for line in page.splitlines():
        linked = line
        first, bar, rest = line[2:].partition(" |")
        if line.startswith("| method of `"):
            owner = line.split("`")[1]
        elif not line.startswith("|"):
            owner = ""
        elif owner and line.startswith("| `"):
            names = [name.strip("` ") for name in first.split(",")]
            linked = "| " + ", ".join(f"[`{name}`][fastgpt_client.{owner}.{name}]" for name in names) + bar + rest
        lines.append(linked)
    return "\n".join(lines) + "\n"


def table_of_calls() -> str:
    """Return a table of all calls: endpoint, versions that have it, and number of recordings."""
    replayed: Counter[tuple[str, str]] = Counter()
    for line in _EXPECTED.read_text("utf-8").splitlines():
        expected = json.loads(line)
        replayed[expected["call"], expected["version"].removesuffix("-more")] += 1
    rows = ["| method | endpoint | FastGPT | replayed of 4.11.1 | of 4.16.0 |", "|---|---|---|--:|--:|"]
    for owner in ("ChatClient", "AppClient", "DatasetClient"):
        for member in sorted(set(dir(_public(owner))) - set(dir(_public(_BASE)))):
            found = _ENDPOINT.search(inspect.getdoc(getattr(_public(owner), member)) or "")
            if member.startswith("_") or found is None:
                continue
            counts = " | ".join(str(replayed[member, version] or "") for version in ("4.11.1", "4.16.0"))
            versions = " ".join(found[2].split())
            rows.append(f"| [`{member}`][fastgpt_client.{owner}.{member}] | `{found[1]}` | {versions} | {counts} |")
    return "\n".join(rows) + "\n"


def _class_page(name: str) -> str:
    twin = f"Async{name}"
    kind, async_kind = _public(name), _public(twin)
    path = f"fastgpt_client.{name}"
    below = name != _BASE and issubclass(kind, _public(_BASE))
    inherited: set[str] = set(dir(_public(_BASE))) if below else set()
    alone = {"members": "false", "inherited_members": "false", "show_root_toc_entry": "false"}
    parts = [f"# {name}, {twin}\n\n", _entry(path, **alone)]
    if inherited:
        parts.append(
            "Arguments of the client, `close`, `with_options` and the properties are on [Clients](clients.md).\n\n"
        )
    for member in sorted(set(dir(kind)) - inherited):
        if member.startswith("_"):
            continue
        parts.append(_entry(f"{path}.{member}"))
        function = inspect.getattr_static(async_kind, member, None)
        if inspect.isfunction(function):
            parts.append(_beside(twin, _signatures(function)))
    return "".join(parts)


def _module_page(name: str, title: str) -> str:
    path = f"fastgpt_client.{name}"
    module = import_module(path)
    intro = _entry(path, members="false", show_root_heading="false", show_root_toc_entry="false")
    # TypedDicts may have no docstring: their keys are self-explanatory.
    options = {"show_if_no_docstring": "true"} if name == "types" else {}
    entries = [_entry(f"{path}.{public}", **options) for public in module.__all__]
    return f"# {title}: `{path}`\n\n{intro}" + "".join(entries)


def _entry(path: str, **options: str) -> str:
    block = f"::: {path}\n"
    if options:
        block += "    options:\n" + "".join(f"      {name}: {value}\n" for name, value in options.items())
    return f"{block}\n"


def _beside(twin: str, signatures: list[str]) -> str:
    """Return the signatures of the async version, in a collapsed block."""
    code = "\n\n".join(signatures)
    return f'??? quote "{twin}"\n\n' + textwrap.indent(f"```python\n{code}\n```", "    ") + "\n\n"


def _signatures(function: Any) -> list[str]:
    """Return the declarations of a function and its overloads, as in the source but without the body."""
    return [_declaration(one) for one in (get_overloads(function) or [function])]


def _declaration(function: Any) -> str:
    source = textwrap.dedent(inspect.getsource(function))
    [node] = ast.parse(source).body
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    result = node.returns
    assert result is not None
    assert result.end_lineno is not None
    *lines, last = source.splitlines()[node.lineno - 1 : result.end_lineno]
    return "\n".join([*lines, last[: result.end_col_offset]])


def _public(name: str) -> Any:
    return getattr(import_module("fastgpt_client"), name)
