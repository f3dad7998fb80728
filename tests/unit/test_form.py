"""Forms: the fields as typed objects, and the check of what is filled in before anything is sent."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fastgpt_client._api.forms import FormField, form_answers, form_fields
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.interactive import UserInput

NUMBER = {"type": "numberInput", "key": "age", "label": "Your age", "min": 0, "max": 120}
PLANS = [{"label": "basic", "value": "basic"}, {"label": "professional", "value": "pro"}]
SELECT = {"type": "select", "key": "plan", "label": "Plan", "list": PLANS}
MANY = {"type": "multipleSelect", "key": "plans", "label": "Plans", "list": PLANS}


def field(**item: Any) -> FormField:
    return form_fields([item])[0]


def fill(item: dict[str, Any], value: Any) -> Any:
    """Return what is sent for one field."""
    (answer,) = form_answers(form_fields([item]), {item["key"]: value}).values()
    return answer


def refuse(item: dict[str, Any], value: Any, why: str) -> None:
    with pytest.raises(ValidationError, match=why) as caught:
        fill(item, value)
    assert str(caught.value).startswith(f"{item['key']!r}")


# --- fields ---------------------------------------------------------------------------------------------------------


def test_a_field_has_what_the_app_set() -> None:
    raw = {
        "type": "select",
        "key": "plan",
        "label": "Plan",
        "description": "Which one",
        "required": True,
        "defaultValue": "basic",
        "valueType": "string",
        "list": PLANS,
        "min": 1,
        "max": 2.5,
        "minLength": 1,
        "maxLength": 50,
        "maxFiles": 3,
    }
    assert field(**raw) == FormField(
        key="plan",
        label="Plan",
        type="select",
        required=True,
        default="basic",
        description="Which one",
        choices=["basic", "pro"],
        min=1,
        max=2.5,
        min_length=1,
        max_length=50,
        max_files=3,
        raw=raw,
    )


def test_a_field_without_settings_is_a_text_of_its_key() -> None:
    assert field(key="name") == FormField(
        key="name",
        label="name",
        type="input",
        required=False,
        default=None,
        description="",
        choices=[],
        min=None,
        max=None,
        min_length=None,
        max_length=None,
        max_files=None,
        raw={"key": "name"},
    )


@pytest.mark.parametrize("form", [None, {}, "x", []])
def test_what_is_no_list_is_a_form_without_fields(form: object) -> None:
    assert form_fields(form) == []


def test_a_field_that_is_no_object_has_no_key() -> None:
    assert form_fields(["x"])[0].key == ""


@pytest.mark.parametrize("limit", ["5", None, True, [1]])
def test_a_limit_that_is_no_number_is_none(limit: object) -> None:
    found = field(key="k", min=limit, max=limit, minLength=limit, maxLength=limit, maxFiles=limit)
    assert found[7:12] == (None, None, None, None, None)


def test_a_length_of_zero_is_no_limit() -> None:
    assert field(key="k", maxLength=0).max_length is None


@pytest.mark.parametrize("required", ["true", 1, None])
def test_only_true_is_required(required: object) -> None:
    assert field(key="k", required=required).required is False


def test_choices_that_are_plain_texts_are_themselves() -> None:
    assert field(key="k", list=["a", {"value": "b"}, {"label": "c"}, None, 5]).choices == ["a", "b"]


# --- filling in -----------------------------------------------------------------------------------------------------


def test_the_answers_are_in_the_form_s_order_with_its_defaults() -> None:
    form = form_fields([{"key": "name"}, NUMBER, {**SELECT, "defaultValue": "basic"}])
    answers = form_answers(form, {"age": 33, "name": "Ann"})
    assert [*answers.items()] == [("name", "Ann"), ("age", 33), ("plan", "basic")]


@pytest.mark.parametrize("values", [None, [("name", "Ann")], "name"])
def test_values_must_be_a_dict(values: Any) -> None:
    with pytest.raises(ValidationError, match="values must be a dict of the form's keys, not"):
        form_answers([], values)


def test_an_unknown_key_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValidationError, match=r"'Name' is not a field of this form: its fields are \['age', 'name'\]"):
        form_answers(form_fields([{"key": "name"}, NUMBER]), {"Name": "Ann"})


@pytest.mark.parametrize("values", [{}, {"k": None}, {"k": ""}, {"k": []}, {"k": ()}])
def test_a_required_field_needs_a_value(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"^'k' \(Key\) is required: give it a value$"):
        form_answers([field(key="k", label="Key", required=True)], values)


def test_a_default_is_value_enough_for_a_required_field() -> None:
    assert form_answers([field(key="k", required=True, defaultValue="d")], {}) == {"k": "d"}


@pytest.mark.parametrize("value", [False, 0])
def test_no_and_nothing_are_values(value: Any) -> None:
    kind = "switch" if value is False else "numberInput"
    assert fill({"type": kind, "key": "k", "required": True}, value) == value


@pytest.mark.parametrize("default", [None, "", []])
def test_what_is_left_out_and_has_no_default_is_not_sent(default: object) -> None:
    fields = [field(key="k", defaultValue=default)]
    assert form_answers(fields, {}) == form_answers(fields, {"k": None}) == {}


def test_an_empty_text_can_be_sent_in_place_of_a_default() -> None:
    assert form_answers([field(key="k", defaultValue="d", minLength=2)], {"k": ""}) == {"k": ""}


@pytest.mark.parametrize("kind", ["input", "textarea", "password"])
def test_a_text(kind: str) -> None:
    item = {"type": kind, "key": "k", "label": "Key", "minLength": 2, "maxLength": 4}
    assert fill(item, "abcd") == "abcd"
    refuse(item, 5, r"^'k' \(Key\) must be text, not 5$")
    refuse(item, "a", "has 1 characters: at least 2 are required")
    refuse(item, "abcde", "has 5 characters: at most 4 are allowed")


@pytest.mark.parametrize("number", [0, 120, 1.5])
def test_a_number_within_its_limits(number: float) -> None:
    assert fill(NUMBER, number) == number


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (-1, "must be at least 0, not -1"),
        (121, "must be at most 120, not 121"),
        (10**400, "must be at most 120"),
        ("33", "must be a number, not '33'"),
        (True, "must be a number, not True"),
        (float("nan"), "must be a number, not nan"),
        (float("inf"), "must be a number, not inf"),
    ],
)
def test_what_is_no_number_or_out_of_its_limits(value: object, why: str) -> None:
    refuse(NUMBER, value, why)


def test_a_number_without_limits() -> None:
    assert fill({"type": "numberInput", "key": "k"}, -(10**9)) == -(10**9)


@pytest.mark.parametrize(("default", "sent"), [("5", "5"), ("2.5", "2.5"), (7, "7")])
def test_a_default_number_may_be_kept_as_text(default: object, sent: str) -> None:
    answers = form_answers([field(type="numberInput", key="k", defaultValue=default)], {})
    assert json.dumps(answers) == f'{{"k": {sent}}}'


@pytest.mark.parametrize(
    ("default", "why"), [("many", "has the default 'many', which is not a number"), ("inf", "must be a number")]
)
def test_a_default_that_is_no_number_needs_a_value(default: str, why: str) -> None:
    with pytest.raises(ValidationError, match=f"'k'.*{why}"):
        form_answers([field(type="numberInput", key="k", defaultValue=default)], {})


def test_a_choice() -> None:
    assert fill(SELECT, "pro") == "pro"
    refuse(SELECT, "professional", r"must be one of \['basic', 'pro'\], not 'professional'")


def test_a_choice_without_choices_takes_anything() -> None:
    assert fill({"type": "select", "key": "k"}, "x") == "x"


@pytest.mark.parametrize("value", [["pro"], ("pro",)])
def test_several_choices(value: Any) -> None:
    assert fill(MANY, value) == ["pro"]


def test_several_choices_each_of_which_must_be_one() -> None:
    refuse(MANY, ["pro", "max"], "must be one of .* not 'max'")
    refuse(MANY, "pro", "must be a list, not 'pro'")


def test_a_switch() -> None:
    item = {"type": "switch", "key": "k"}
    assert fill(item, True) is True
    refuse(item, "true", "must be True or False, not 'true'")
    refuse(item, 1, "must be True or False, not 1")


def test_json() -> None:
    item = {"type": "JSONEditor", "key": "k"}
    assert fill(item, {"ä": [1]}) == '{"ä":[1]}'
    assert fill(item, '{"a": 1}') == '{"a": 1}'
    refuse(item, "{a: 1}", "must be valid JSON text, or a value to encode as JSON")
    refuse(item, {"a": {1}}, "cannot be sent as JSON")


@pytest.mark.parametrize("files", [["https://a.test/b.pdf"], ({"url": "u"}, {"key": "k", "name": "n"})])
def test_files(files: Any) -> None:
    assert fill({"type": "fileSelect", "key": "k", "maxFiles": 2}, files) == [*files]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ("https://a.test/b.pdf", "must be a list of URLs or of uploaded files, not 'https"),
        ([{"name": "n"}], "accepts URLs, or objects with a url or a key, not"),
        ([5], "accepts URLs, or objects with a url or a key, not 5"),
        (["a", "b", "c"], "has 3 files: at most 2 are allowed"),
    ],
)
def test_what_are_no_files(files: Any, why: str) -> None:
    refuse({"type": "fileSelect", "key": "k", "maxFiles": 2}, files, why)


def test_files_without_a_limit() -> None:
    assert fill({"type": "fileSelect", "key": "k"}, ["u"] * 9) == ["u"] * 9


@pytest.mark.parametrize("value", ["2026-01-01T00:00:00Z", {"a": 1}, 5])
def test_a_field_of_another_kind_takes_anything(value: object) -> None:
    assert fill({"type": "timePointSelect", "key": "k"}, value) == value


def test_a_field_checks_a_value_by_itself() -> None:
    age = field(**NUMBER, defaultValue="7")
    assert [age.check(30), age.check(None)] == [30, 7]
    assert field(type="input", key="k").check(None) is None
    with pytest.raises(ValidationError, match="'age' \\(Your age\\) must be at most 120, not 121"):
        age.check(121)
    with pytest.raises(ValidationError, match="'k' \\(k\\) is required: give it a value"):
        field(type="input", key="k", required=True).check("")


@pytest.mark.parametrize("value", [date(2026, 1, 1), {1, 2}, float("nan")])
def test_what_is_no_json_is_refused_by_its_field(value: object) -> None:
    refuse({"type": "timePointSelect", "key": "k"}, value, "cannot be sent as JSON")


@pytest.mark.parametrize("value", [Decimal("nan"), Decimal("snan"), Decimal("-inf"), "5", [5]], ids=str)
def test_what_is_no_number_is_refused_by_its_field(value: object) -> None:
    refuse({"type": "numberInput", "key": "k"}, value, "must be a number, not")


def test_a_decimal_number_is_a_number() -> None:
    item = {"type": "numberInput", "key": "k", "max": 3}
    form = UserInput({"params": {"inputForm": [item]}})
    assert form.fill({"k": Decimal("2.50")})["content"] == '{"k":2.5}'
    refuse(item, Decimal("3.01"), "must be at most 3, not 3.01")


def nested(levels: int) -> list[object]:
    value: list[object] = []
    for _ in range(levels):
        value = [value]
    return value


class Array:
    """Compared like an array: element by element, so that the result is neither true nor false."""

    def __eq__(self, other: object) -> bool:
        raise ValueError("the truth value is ambiguous")

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    "kind", ["input", "numberInput", "switch", "fileSelect", "multipleSelect", "JSONEditor", "else"]
)
@pytest.mark.parametrize("value", [nested(100_000), "[" * 100_000, Array()], ids=["deep", "deep-json", "array"])
def test_an_odd_value_is_refused_by_its_field_or_taken(kind: str, value: object) -> None:
    form = UserInput({"params": {"inputForm": [{"type": kind, "key": "k", "label": "A field"}]}})
    if isinstance(value, str) and kind in ("input", "else"):
        assert json.loads(form.fill({"k": value})["content"]) == {"k": value}
        return
    with pytest.raises(ValidationError, match=r"^'k' \(A field\) ") as caught:
        form.fill({"k": value})
    assert len(str(caught.value)) < 300
