"""JSON that is not trusted: it fails in one way, and its shape is asked for before it is used."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fastgpt_client._json import MAX_DEPTH, as_object, is_array, is_object, parse_json, shown


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": "\xe4\xbd\xa0"}', {"a": "你"}),
        ('{"a": "你"}', {"a": "你"}),
        (b"\xef\xbb\xbf[1]", [1]),
        ("[1]".encode("utf-16"), [1]),
        (b" null ", None),
        (b'"\\ud800"', "\ud800"),
    ],
)
def test_json_is_parsed_from_bytes_and_text(content: bytes | str, value: Any) -> None:
    assert parse_json(content) == value


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1,]", b"\xff", b'{"a": "\xff"}', b"nonsense", "[" * 100_000, b'{"a":' * 100_000]
)
def test_what_is_broken_is_a_value_error(content: bytes | str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_json(content)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("kind", [str, str.encode], ids=["text", "bytes"])
@pytest.mark.parametrize(
    ("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":1,"b":', "}]"), ('{"a":[0,', "]}")]
)
def test_json_has_so_many_levels_and_no_more(opening: str, closing: str, kind: Any) -> None:
    levels = MAX_DEPTH // len(closing)
    parse_json(kind(opening * levels + "1" + closing * levels))
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_json(kind(opening * levels + "[]" + closing * levels))
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_json(kind("[1," + opening * levels + "1" + closing * levels + ",1]"))


@pytest.mark.parametrize("content", ["[" + "{}," * 1000 + "[]]", '["' + "[{" * 1000 + '"]'])
def test_wide_json_and_brackets_in_a_text_are_not_deep(content: str) -> None:
    assert parse_json(content) == json.loads(content)


@pytest.mark.parametrize(
    ("value", "an_object", "an_array"),
    [
        ({}, True, False),
        ([], False, True),
        ((), False, False),
        ("", False, False),
        (None, False, False),
        (5, False, False),
    ],
)
def test_the_shape_is_asked_for(value: Any, an_object: bool, an_array: bool) -> None:
    assert is_object(value) is an_object
    assert is_array(value) is an_array
    assert as_object(value) == ({} if not an_object else value)


def test_an_object_is_handed_on_as_it_is() -> None:
    value = {"a": 1}
    assert as_object(value) is value


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no words for it")


@pytest.mark.parametrize(
    ("value", "words"),
    [(5, "5"), ("aaa", "'aaa'"), (Unprintable(), "<Unprintable"), (10**5000, "<int")],
    ids=["number", "text", "without a repr", "too many digits"],
)
def test_a_value_is_shown_whatever_it_is(value: object, words: str) -> None:
    assert shown(value).startswith(words)
    assert len(shown([value])) < 100
