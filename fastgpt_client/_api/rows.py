"""Push rows: split them into calls that a server accepts, and find the rows that it dropped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, cast

from fastgpt_client._http.request import APIRequest
from fastgpt_client._json import as_object, is_array
from fastgpt_client.exceptions import ServerError, ValidationError

from .dataset_endpoints import PUSH_DATA
from .encoding import dump_json, query_params
from .params import drop_none

__all__ = ["PushCall", "dropped_rows", "push_calls", "row_table"]

MAX_ROWS = 200  # the server rejects more
MAX_BYTES = 9_000_000  # the server reads at most 10 MB

_MAPPINGS = (dict, Mapping)  # dict first: checking against an abstract class takes ten times as long

_NO_TEXT = "it has neither q nor imageId"
_TOO_LONG = "the server accepted {} of the {} rows in its call: the longest are presumably too long for the model"
# Reasons that servers up to 4.9.10 give for dropped rows.
_TOLD = {
    "overToken": "it is too long for the model",
    "repeat": "the collection already has it",
    "error": "the server could not read it",
}


class PushCall(NamedTuple):
    """A call of a push: its rows, and the index of the first one among all rows."""

    request: APIRequest
    rows: list[Mapping[str, Any]]
    first: int


def push_calls(
    rows: Iterable[object],
    params: Mapping[str, object],
    extra_body: Mapping[str, object] | None,
    extra_query: Mapping[str, object] | None,
) -> Iterator[PushCall]:
    """Yield the calls that push rows, created lazily; there is always at least one, even without rows."""
    head = dump_json({**drop_none(params), **(extra_body or {})})[:-1] + b',"data":'
    query = query_params(extra_query or {})
    numbered = enumerate(rows)
    first = 0
    while (batch := [_checked(*one) for one in islice(numbered, MAX_ROWS)]) or not first:
        yield from _calls(head, query, batch, first)
        first += MAX_ROWS


def _checked(number: int, row: object) -> Mapping[str, Any]:
    if not isinstance(row, _MAPPINGS):
        raise ValidationError(f"data[{number}] must be a dict with q, not {type(row).__name__}")
    return cast("Mapping[str, Any]", row)


def _calls(head: bytes, query: dict[str, str], rows: list[Mapping[str, Any]], first: int) -> Iterator[PushCall]:
    """Yield the call for some rows, or several if they are too large for one."""
    try:
        text = dump_json(rows)  # much cheaper than row by row, which is needed only to name the invalid row
    except ValidationError:
        text = b"[%s]" % b",".join(dump_json(row, f"data[{number}]") for number, row in enumerate(rows, first))
    if len(rows) > 1 and len(head) + len(text) > MAX_BYTES:
        middle = len(rows) // 2
        yield from _calls(head, query, rows[:middle], first)
        yield from _calls(head, query, rows[middle:], first + middle)
    else:
        yield PushCall(APIRequest(PUSH_DATA, {**query}, head + text + b"}"), rows, first)


def row_table(rows: Iterable[object]) -> bytes:
    """Return the CSV file from which a server creates a collection: q, a, and as many indexes as any row has."""
    lines: list[list[str]] = []
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise ValidationError(f"rows[{number}] must be a dict with q, not {type(row).__name__}")
        given = cast("Mapping[str, Any]", row)
        indexes = cast("Sequence[object]", given.get("indexes") or ())
        texts = [as_object(index).get("text") for index in indexes]
        lines.append([*_text(given), *(str(text or "") for text in texts)])
    if not lines:
        raise ValidationError("rows is empty: pass at least one")
    width = max(map(len, lines))
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(["q", "a", *["index"] * (width - 2)])
    writer.writerows([*line, *[""] * (width - len(line))] for line in lines)
    return table.getvalue().encode()


def dropped_rows(rows: list[Mapping[str, Any]], answer: object) -> tuple[int, list[tuple[int, str]]]:
    """Return how many rows a server accepted, and the index and reason of those that it dropped.

    Only servers up to 4.9.10 name dropped rows. Later ones silently drop rows without text, and rows that are too long
    for the model.

    Raises:
        ServerError: the response does not contain the number of rows.
    """
    data = as_object(answer)
    accepted = data.get("insertLen")
    if not isinstance(accepted, int):
        raise ServerError("The server's response does not say how many rows it accepted: insertLen is missing.")
    missing = len(rows) - accepted
    if missing <= 0:
        return accepted, []
    found = _told(rows, data)
    found.update({place: _NO_TEXT for place, row in enumerate(rows) if not (row.get("q") or row.get("imageId"))})
    named = sorted(found)[:missing]
    rest = [place for place in range(len(rows)) if place not in found]
    longest = sorted(rest, key=lambda place: _length(rows[place]), reverse=True)[: max(0, missing - len(named))]
    reason = _TOO_LONG.format(accepted, len(rows))
    return accepted, sorted([*((place, found[place]) for place in named), *((place, reason) for place in longest)])


def _told(rows: list[Mapping[str, Any]], data: Mapping[str, Any]) -> dict[int, str]:
    """Return the reasons that an old server gives for dropped rows, by index."""
    found: dict[int, str] = {}
    for kind, reason in _TOLD.items():
        items = data.get(kind)
        for item in map(as_object, items if is_array(items) else []):
            same = (place for place, row in enumerate(rows) if place not in found and _text(row) == _text(item))
            place = next(same, None)
            if place is not None:
                found[place] = reason
    return found


def _text(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.get("q") or ""), str(row.get("a") or "")


def _length(row: Mapping[str, Any]) -> int:
    return sum(map(len, _text(row)))
