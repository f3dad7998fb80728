"""Rows to push: cut into calls, and held against what the server says it took."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fastgpt_client._api.rows import dropped_rows, push_calls
from fastgpt_client.exceptions import ServerError, ValidationError

NO_TEXT = "it has neither q nor imageId"


def calls(rows: Any, **params: object) -> list[tuple[int, list[Any], dict[str, Any]]]:
    """Return of each call the place of its first row, its rows, and what it sends."""
    found = push_calls(rows, {"collectionId": "c", **params}, {"newer": 1}, {"trace": "t"})
    return [(call.first, list(call.rows), json.loads(call.request.content or b"")) for call in found]


@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (1, [1]), (200, [200]), (201, [200, 1]), (400, [200, 200])])
def test_a_call_has_two_hundred_rows(count: int, sizes: list[int]) -> None:
    rows = [{"q": str(number)} for number in range(count)]
    found = calls(iter(rows), billId=None)
    assert [len(call) for _, call, _ in found] == sizes
    assert [first for first, _, _ in found] == [200 * number for number in range(len(sizes))]
    assert [row for _, _, body in found for row in body["data"]] == rows
    assert all({**body, "data": 0} == {"collectionId": "c", "newer": 1, "data": 0} for _, _, body in found)


def test_a_call_has_nine_megabytes() -> None:
    rows = [{"q": "é" * 1_000_000} for _ in range(6)]  # two bytes each
    found = [call.request for call in push_calls(rows, {"collectionId": "c"}, None, None)]
    assert [len(json.loads(request.content or b"")["data"]) for request in found] == [3, 3]
    assert all(len(request.content or b"") <= 9_000_100 for request in found)


def test_a_row_that_is_too_large_goes_alone() -> None:
    rows = [{"q": "a"}, {"q": "b" * 9_500_000}, {"q": "c"}]
    assert [len(call) for _, call, _ in calls(rows)] == [1, 1, 1]
    assert [len(call) for _, call, _ in calls(rows[1:])] == [1, 1]


def test_rows_are_taken_when_they_are_sent() -> None:
    taken: list[int] = []

    def rows() -> Any:
        for number in range(500):
            taken.append(number)
            yield {"q": str(number)}

    found = push_calls(rows(), {"collectionId": "c"}, None, {"trace": "t 1"})
    assert next(found).request.query == {"trace": "t 1"}
    assert len(taken) == 200


@pytest.mark.parametrize(("row", "said"), [("q", "must be a dict with q, not str"), ({"q": {1}}, "cannot be sent")])
def test_a_bad_row_is_named(row: object, said: str) -> None:
    with pytest.raises(ValidationError, match=rf"data\[1\].*{said}"):
        calls([{"q": "a"}, row])


@pytest.mark.parametrize(
    ("rows", "answer", "dropped"),
    [
        ([{"q": "a"}, {"q": "b"}], {"insertLen": 2}, []),
        ([{"q": "a"}, {"q": ""}, {"a": "b"}], {"insertLen": 1}, [(1, NO_TEXT), (2, NO_TEXT)]),
        ([{"q": "  "}, {"imageId": "i"}, {"q": ""}], {"insertLen": 2}, [(2, NO_TEXT)]),
        ([{"q": ""}], {"insertLen": 1}, []),
        ([{"q": "a"}, {"q": "b"}], {"insertLen": 3}, []),
        ([{"q": ""}, {"q": ""}], {"insertLen": 3}, []),
        (
            [{"q": "a"}, {"q": "a", "a": "b"}, {"q": "a"}],
            {"insertLen": 0, "overToken": [{"q": "a", "a": "b"}], "repeat": [{"q": "a"}], "error": [{"q": "a"}, {}]},
            [
                (0, "the collection already has it"),
                (1, "it is too long for the model"),
                (2, "the server could not read it"),
            ],
        ),
    ],
)
def test_what_was_not_taken_is_named_with_the_reason(
    rows: list[Any], answer: Any, dropped: list[tuple[int, str]]
) -> None:
    assert dropped_rows(rows, answer) == (answer["insertLen"], dropped)


def test_the_longest_rows_are_named_where_nothing_else_explains_it() -> None:
    rows = [{"q": "aa"}, {"q": ""}, {"q": "a", "a": "aaa"}, {"q": "a"}]
    taken, dropped = dropped_rows(rows, {"insertLen": 2})
    assert taken == 2
    assert [place for place, _ in dropped] == [1, 2]
    assert (
        dropped[1][1]
        == "the server accepted 2 of the 4 rows in its call: the longest are presumably too long for the model"
    )


@pytest.mark.parametrize("answer", [None, {}, {"insertLen": "2"}, []])
def test_an_answer_without_a_number_is_an_error(answer: Any) -> None:
    with pytest.raises(ServerError, match="insertLen"):
        dropped_rows([{"q": "a"}], answer)
