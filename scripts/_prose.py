"""Convert comments and docstrings to sync: examples, names, `async with`, `await`."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Mapping

# Placeholder for a line that is dropped from the sync code, kept until all line numbers were reported.
DROPPED = "\ue000"

_KEYWORDS = re.compile(r"\basync[ \t]+(?=(?:with|for|def)\b)|\bawait[ \t]+(?=\S)")
_WORD = re.compile(r"\b[A-Za-z_]\w*\b")
_RUN_CALL = re.compile(r"\b(?:asyncio|trio|anyio)\.run\(([\w.]+\([^()]*\))\)")
_RUN_FUNCTION = re.compile(r"\b(?:trio|anyio)\.run\(([\w.]+)\)")
_IMPORT = re.compile(r"[ \t]*(?:>>> )?import (?:asyncio|trio|anyio)[ \t]*")
_NOT_CODE = "a|all|an|and|any|before|each|every|for|if|it|its|on|one|only|or|that|the|their|this|until|when|which"
_AWAIT_IN_PROSE = re.compile(rf"\bawait (?:{_NOT_CODE})\b(?![.(\[])")


def comments_and_docstrings(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end offsets of every comment, and of every string that is a statement."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    string: tuple[int, int] | None = None
    statement_starts = True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        span = starts[token.start[0] - 1] + token.start[1], starts[min(token.end[0], len(starts)) - 1] + token.end[1]
        if token.type == tokenize.COMMENT:
            yield span
        elif token.type == tokenize.NEWLINE:
            if string is not None:
                yield string
            string, statement_starts = None, True
        elif token.type not in {tokenize.NL, tokenize.INDENT, tokenize.DEDENT}:
            string = span if statement_starts and token.type == tokenize.STRING else None
            statement_starts = False


def ambiguous_prose(text: str) -> Iterator[tuple[int, str, str]]:
    """Find sentences in which `await` is a verb: removing it would break them."""
    for start, end in comments_and_docstrings(text):
        for match in _AWAIT_IN_PROSE.finditer(text, start, end):
            line = text.count("\n", 0, match.start()) + 1
            yield line, f"`{match.group()}` in a sentence", "say `wait for`, which holds for both clients"


def sync_prose(text: str, table: Mapping[str, str]) -> str:
    """Return the sync version of a comment or docstring, with the same number of lines."""
    text = _KEYWORDS.sub("", text)
    text = _RUN_CALL.sub(r"\1", text)
    text = _RUN_FUNCTION.sub(r"\1()", text)
    text = _WORD.sub(lambda match: table.get(match.group(), match.group()), text)
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _IMPORT.fullmatch(line):
            lines[number] = DROPPED
            before, after = lines[number - 1].strip(), lines[number + 1].strip()
            if not after and (not before or before.startswith("```")):
                lines[number + 1] = DROPPED
    return "\n".join(lines)


def without_dropped_lines(text: str) -> str:
    return re.sub(f"^{DROPPED}\n", "", text, flags=re.MULTILINE)
