"""The errors: one tree, messages fit for a log, and copies that lack nothing."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import httpx
import pytest

import fastgpt_client
from fastgpt_client import ChatCompletion, exceptions
from fastgpt_client.exceptions import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    FastGPTError,
    RateLimitError,
    StreamInterruptedError,
    ValidationError,
    WorkflowError,
    complete_error,
)
from tests.support.replies import message

ALL: list[type[FastGPTError]] = [getattr(exceptions, name) for name in exceptions.__all__]
OF_API = [kind for kind in ALL if issubclass(kind, APIError)]
OTHERS = [kind for kind in ALL if not issubclass(kind, APIError)]

TREE = {
    "FastGPTError": "Exception",
    "APIConnectionError": "FastGPTError",
    "APITimeoutError": "APIConnectionError",
    "APIError": "FastGPTError",
    "AuthenticationError": "APIError",
    "PermissionDeniedError": "APIError",
    "NotFoundError": "APIError",
    "BadRequestError": "APIError",
    "ConflictError": "APIError",
    "QuotaExceededError": "APIError",
    "RateLimitError": "APIError",
    "CommercialFeatureError": "APIError",
    "ServerError": "APIError",
    "ValidationError": "FastGPTError",
    "StreamInterruptedError": "FastGPTError",
    "WorkflowError": "FastGPTError",
    "TrainingError": "FastGPTError",
}


def twins(error: FastGPTError) -> list[Any]:
    protocols = range(pickle.HIGHEST_PROTOCOL + 1)
    return [
        copy.copy(error),
        copy.deepcopy(error),
        *(pickle.loads(pickle.dumps(error, number)) for number in protocols),
    ]


def completion() -> ChatCompletion:
    request = httpx.Request("POST", "http://fastgpt.test")
    return ChatCompletion(httpx.Response(200, request=request), b"{}", message("so far"))


def test_the_tree_is_the_documented_one() -> None:
    assert {kind.__name__: kind.__bases__[0].__name__ for kind in ALL} == TREE
    assert issubclass(ValidationError, ValueError)
    for name in TREE:
        assert f"─ {name} " in exceptions.__doc__ or name == "FastGPTError"


def test_no_error_is_named_like_a_builtin() -> None:
    assert not [kind.__name__ for kind in ALL if hasattr(__builtins__, kind.__name__)]


@pytest.mark.parametrize("kind", ALL)
def test_every_error_is_public(kind: type[FastGPTError]) -> None:
    assert getattr(fastgpt_client, kind.__name__) is kind
    assert kind.__doc__
    assert kind.__module__ == "fastgpt_client.exceptions"


@pytest.mark.parametrize("kind", OF_API)
def test_an_error_of_the_server_survives_pickling_and_copying(kind: type[APIError]) -> None:
    error = kind(
        "it failed",
        status_code=500,
        code=502000,
        status_text="appUnExist",
        body={"a": [1]},
        zod_error=[{"path": ["a"]}],
        hint="do this",
        request_id="r1",
        attempts=3,
    )
    error.retry_after = 4.5
    error.partial = completion()
    for twin in twins(error):
        assert type(twin) is kind
        assert str(twin) == str(error) == "it failed [request r1] (do this)"
        assert twin.args == error.args == ("it failed",)
        assert {**vars(twin), "partial": None} == {**vars(error), "partial": None}
        assert twin.partial.text == "so far"


@pytest.mark.parametrize("kind", OTHERS)
def test_any_other_error_survives_pickling_and_copying(kind: type[FastGPTError]) -> None:
    error = kind("it failed", attempts=2, request_id="r1")
    error.partial = completion()
    for twin in twins(error):
        assert type(twin) is kind
        assert str(twin) == "it failed [request r1]"
        assert (twin.message, twin.attempts, twin.request_id) == ("it failed", 2, "r1")
        assert twin.partial.text == "so far"


@pytest.mark.parametrize("kind", ALL)
def test_an_error_can_be_made_without_arguments(kind: type[FastGPTError]) -> None:
    error = kind()
    assert (str(error), error.message, error.attempts, error.request_id, error.partial) == ("", "", 0, None, None)
    assert [str(twin) for twin in twins(error)] == [""] * len(twins(error))


def test_what_is_particular_to_a_class_is_kept() -> None:
    connection = APIConnectionError("x")
    assert connection.request_sent
    connection.request_sent = False
    assert [twin.request_sent for twin in twins(connection)] == [False] * len(twins(connection))
    unknown = APIError("x", outcome_unknown=True)
    assert all(twin.outcome_unknown for twin in twins(unknown))
    workflow = WorkflowError("x")
    assert workflow.completion is None
    workflow.completion = completion()
    assert {twin.completion.text for twin in twins(workflow)} == {"so far"}


def test_an_error_of_the_server_has_all_its_parts_from_the_start() -> None:
    error = APIError("x")
    assert (error.status_code, error.code, error.status_text, error.body) == (0, None, "", None)
    assert (error.zod_error, error.hint, error.retry_after) == (None, None, None)


@pytest.mark.parametrize(
    ("request_id", "hint", "text"),
    [
        (None, None, "it failed"),
        ("r1", None, "it failed [request r1]"),
        (None, "do this", "it failed (do this)"),
        ("r1", "do this", "it failed [request r1] (do this)"),
    ],
)
def test_the_text_of_an_error_has_what_a_log_needs(request_id: str | None, hint: str | None, text: str) -> None:
    assert str(APIError("it failed", request_id=request_id, hint=hint)) == text


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (FastGPTError("x"), False),
        (ValidationError("x"), False),
        (WorkflowError("x"), False),
        (APIError("x"), False),
        (APIConnectionError("cut"), True),
        (APITimeoutError("slow"), True),
        (APIConnectionError("refused", request_sent=False), False),
        (StreamInterruptedError("cut"), True),
    ],
)
def test_an_error_says_whether_the_call_may_have_been_done(error: FastGPTError, unknown: bool) -> None:
    assert error.outcome_unknown is unknown
    complete_error(error, attempts=1, outcome_unknown=not unknown)
    assert error.outcome_unknown is not unknown


def test_one_clause_catches_each_kind() -> None:
    for error, kind in [
        (APITimeoutError("x"), APIConnectionError),
        (RateLimitError("x"), APIError),
        (StreamInterruptedError("x"), FastGPTError),
        (ValidationError("x"), ValueError),
    ]:
        with pytest.raises(kind):
            raise error
