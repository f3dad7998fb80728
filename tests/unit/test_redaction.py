"""The key in its wrapper: told when asked for by name, and in no other way."""

from __future__ import annotations

import copy
import pickle
import traceback
from typing import Any

import pytest

from fastgpt_client._http.redaction import Secret

SECRET = Secret("fastgpt-planted")


def test_it_is_told_when_it_is_asked_for() -> None:
    assert SECRET.reveal() == "fastgpt-planted"


@pytest.mark.parametrize(
    "text", [repr(SECRET), str(SECRET), f"{SECRET}", f"{SECRET!r}", f"{SECRET!s:>5}", str([SECRET]), str({"a": SECRET})]
)
def test_no_text_shows_it(text: str) -> None:
    assert "planted" not in text
    assert "***" in text


@pytest.mark.parametrize("copying", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_is_neither_pickled_nor_copied(copying: Any) -> None:
    with pytest.raises(TypeError, match="cannot be pickled"):
        copying(SECRET)


def test_it_has_no_dict_to_look_into() -> None:
    assert not hasattr(SECRET, "__dict__")


def test_a_report_that_shows_variables_does_not_show_it() -> None:
    secret = SECRET
    try:
        raise ZeroDivisionError(secret)
    except ZeroDivisionError as error:
        report = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "secret = ***" in report
    assert "planted" not in report


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("your key fastgpt-planted is bad", "your key *** is bad"),
        ("fastgpt-plantedfastgpt-planted", "******"),
        ("fastgpt-other", "fastgpt-other"),
        ("", ""),
    ],
)
def test_it_is_blotted_out_of_a_text(text: str, redacted: str) -> None:
    assert SECRET.redact(text) == redacted
