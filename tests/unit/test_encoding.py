"""Arguments as they go over the wire: JSON of all that has one, and an error that names what has none."""

from __future__ import annotations

import json
from collections import ChainMap, UserDict, UserList, UserString, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from fastgpt_client import ValidationError
from fastgpt_client._api.encoding import dump_json, json_text, query_params
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer
from tests.support.replies import completion, envelope


@dataclass
class User:
    name: str


class Source(str, Enum):  # noqa: UP042 - what people had before StrEnum, and it prints otherwise
    API = "api"


class Kind(StrEnum):
    NEW = "new"


class Level(IntEnum):
    HIGH = 3


class Rows(Mapping[str, int]):
    def __getitem__(self, key: str) -> int:
        return len(key)

    def __iter__(self) -> Iterator[str]:
        return iter(["a", "bb"])

    def __len__(self) -> int:
        return 2

    def __repr__(self) -> str:
        return "Rows()"  # part of a test's id, which must be the same in each process


def test_a_body_is_compact_json_in_utf_8() -> None:
    assert dump_json({"a": "你", "b": [1, None], "c": "\u2028"}) == '{"a":"你","b":[1,null],"c":"\u2028"}'.encode()


def test_every_text_is_sent_as_it_is() -> None:
    text = "".join(map(chr, range(0xD800)))
    assert json.loads(dump_json({"a": text})) == {"a": text}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (UserDict({"a": 1}), '{"a":1}'),
        (MappingProxyType({"a": UserDict({"b": ()})}), '{"a":{"b":[]}}'),
        (ChainMap({"a": 1}, {"b": 2}), '{"b":2,"a":1}'),
        (Rows(), '{"a":1,"bb":2}'),
        (deque([1, (2, 3)]), "[1,[2,3]]"),
        (UserList([UserString("a b")]), '["a b"]'),
        (range(3), "[0,1,2]"),
        ({1: Source.API, None: Kind.NEW}, '{"1":"api","null":"new"}'),
        (Level.HIGH, "3"),
        (Decimal("1.10"), "1.1"),
        (Decimal("5.00"), "5"),
        (Decimal("-0.25"), "-0.25"),
        (Decimal("1E+21"), "1000000000000000000000"),
    ],
    ids=repr,
)
def test_all_that_has_a_plain_form_is_sent_in_it(value: Any, text: str) -> None:
    assert json_text(value) == text
    assert dump_json({"value": [value]}) == f'{{"value":[{text}]}}'.encode()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (float("nan"), "not JSON compliant"),
        (float("-inf"), "not JSON compliant"),
        (object(), "a value has the unsupported type object: pass text, a number, a list or a dict"),
        (b"bytes", "a value has the unsupported type bytes: pass text, such as its base64"),
        (bytearray(b"bytes"), "type bytearray"),
        (memoryview(b"bytes"), "type memoryview"),
        ({1, 2}, "a value has the unsupported type set: pass a list"),
        (date(2026, 1, 1), "a value has the unsupported type date: pass its isoformat"),
        (datetime(2026, 1, 1), "a value has the unsupported type datetime: pass its isoformat"),
        (time(12), "type time: pass its isoformat"),
        (User("Ann"), r"a value has the unsupported type User: pass its dataclasses.asdict\(\)"),
        (User, "type type"),
        (Path("a"), "type PosixPath|type WindowsPath"),
        ({(1, 2): 3}, "keys must be"),
        ("\ud800", "a text contains a lone surrogate"),
        (UserString("\ud800"), "a text contains a lone surrogate"),
        (Decimal("0.1000000000000000055"), "no float equals the decimal number Decimal"),
        (Decimal("1E+400"), "decimal number"),
        (Decimal("nan"), "decimal number"),
        (Decimal("sNaN"), "cannot convert signaling NaN"),
        (Decimal("inf"), "not JSON compliant"),
        (10**5000, "integer string conversion"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_json_is_refused_by_name(value: Any, said: str) -> None:
    arguments = {"text": "s3cret", "variables": {"ok": 1, "its value": [0, value]}}
    with pytest.raises(
        ValidationError, match=rf"^variables\['its value'\]\[1\] cannot be sent as JSON: .*({said})"
    ) as caught:
        dump_json(arguments)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__suppress_context__


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("kind", [list, deque, UserList], ids=lambda kind: kind.__name__)
def test_endless_arguments_are_refused(kind: Any) -> None:
    circle = kind()
    circle.append(circle)
    for value in (circle, nested(100_000), kind([nested(100_000)])):
        with pytest.raises(ValidationError, match=r"^value.* cannot be sent as JSON: ") as caught:
            dump_json({"value": value})
        assert len(str(caught.value)) < 200


def test_what_is_found_deep_inside_is_named_as_far_as_can_be_read() -> None:
    value: Any = {1}
    for _ in range(10):
        value = {"a": value}
    with pytest.raises(ValidationError, match=r"^a\.a\.a\.a\.a\.a cannot be sent as JSON"):
        dump_json(value)


def test_a_whole_that_is_no_json_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"^the arguments cannot be sent as JSON: .*type set"):
        dump_json({1})
    with pytest.raises(ValidationError, match=r"^filters cannot be sent as JSON: .*type set"):
        dump_json({1}, "filters")


def test_a_query_is_made_of_texts() -> None:
    params = {
        "text": "x",
        "json": '{"k": 1}',
        "number": 5,
        "float": 1.5,
        "decimal": Decimal("2.50"),
        "flag": True,
        "none": None,
        "old enum": Source.API,
        "enum": Kind.NEW,
        "level": Level.HIGH,
        "user string": UserString("a b"),
    }
    assert query_params(params) == {
        "text": "x",
        "json": '{"k": 1}',
        "number": "5",
        "float": "1.5",
        "decimal": "2.5",
        "flag": "true",
        "none": "",
        "old enum": "api",
        "enum": "new",
        "level": "3",
        "user string": "a b",
    }


def test_objects_and_lists_go_into_a_query_as_json() -> None:
    told = query_params({"a": {"k": "é", "n": None}, "b": ["x", 1], "c": ("y",), "d": UserDict({"e": 1})})
    assert told == {"a": '{"k":"é","n":null}', "b": '["x",1]', "c": '["y"]', "d": '{"e":1}'}


@pytest.mark.parametrize(
    "value",
    [{1}, datetime(2026, 1, 1), b"x", User("Ann"), float("nan"), 10**5000],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_text_for_a_query_is_refused_by_name(value: Any) -> None:
    with pytest.raises(ValidationError, match=r"^since cannot be sent as JSON: "):
        query_params({"a": 1, "since": value})


def test_a_call_takes_any_mapping_and_any_sequence() -> None:
    server = FakeServer(completion())
    server.chat().create_chat_completion(
        deque([UserDict({"role": "user", "content": UserList([MappingProxyType({"type": "text", "text": "Hi"})])})]),
        variables=MappingProxyType({"price": Decimal("9.90"), "rows": range(2)}),
        extra_query={"source": Source.API},
    )
    assert server.body["messages"] == [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    assert server.body["variables"] == {"price": 9.9, "rows": [0, 1]}
    assert server.query == {"source": "api"}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"variables": {"when": datetime(2026, 1, 1)}}, "variables.when"),
        ({"variables": {"user": User("Ann")}}, "variables.user"),
        ({"extra_body": {"deep": nested(100_000)}}, "extra_body|deep"),
        ({"extra_query": {"since": date(2026, 1, 1)}}, "since"),
    ],
)
def test_a_call_names_the_argument_that_cannot_be_sent(arguments: dict[str, Any], named: str) -> None:
    server = FakeServer(completion())
    with pytest.raises(ValidationError, match=f"^({named}).* cannot be sent as JSON"):
        server.chat().create_chat_completion(QUESTION, **arguments)
    assert server.hits == 0


@pytest.mark.parametrize("argument", ["appId", "pageSize", "startUpdateTime"])
@pytest.mark.parametrize("value", [nested(100_000), ["x" * 100_000]], ids=["deep", "long"])
def test_a_wrong_argument_is_named_whatever_it_is(argument: str, value: Any) -> None:
    chat = FakeServer(envelope({"list": [], "total": 0})).chat()
    with pytest.raises(ValidationError, match=f"^{argument} must be ") as caught:
        chat.get_chat_histories(**{argument: value})
    assert len(str(caught.value)) < 400
