"""From the server's envelope to the class of the error: statusText first, then the text, the code, the HTTP status."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fastgpt_client._api.envelope import event_error, response_error
from fastgpt_client._api.hints import CallFacts
from fastgpt_client._http.httpx import Headers
from fastgpt_client.exceptions import (
    APIError,
    AuthenticationError,
    BadRequestError,
    CommercialFeatureError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    QuotaExceededError,
    RateLimitError,
    ServerError,
)

NOW = 1_800_000_000.0


def error_of(status_code: int = 500, headers: dict[str, str] | None = None, since: str = "", **body: Any) -> APIError:
    return response_error(status_code, Headers(headers), b"", {"data": None, **body}, NOW, call=CallFacts(since))


BY_NAME = {
    AuthenticationError: ["unAuthorization", "unAuthApiKey", "unAuthProToken", "openapiUnAuth"],
    PermissionDeniedError: [
        "unAuthApp",
        "unAuthChat",
        "unAuthTeam",
        "unAuthLink",
        "unAuthUser",
        "unAuthModel",
        "unAuthFile",
        "unAuthDataset",
        "unPermission",
        "canNotEditAdminPermission",
        "inheritPermissionError",
        "agentSandboxPermissionDenied",
    ],
    NotFoundError: [
        "appUnExist",
        "outlinkUnExist",
        "openapiUnExist",
        "groupNotExist",
        "orgMemberNotExist",
        "linkUnInvalid",
        "fileNotFound",
        "unExistDataset",
        "unExistCollection",
    ],
    BadRequestError: [
        "invalidParams",
        "missingParams",
        "notSupportSync",
        "folderDepthLimit",
        "folderMoveDepthLimit",
        "invalidVectorModelOrQAModel",
        "InvalidUploadFileType",
        "UploadFileTypeMismatch",
        "FileUploadDisabled",
    ],
    QuotaExceededError: [
        "aiPointsNotEnough",
        "datasetSizeNotEnough",
        "appAmountNotEnough",
        "reRankNotEnough",
        "insufficientQuota",
        "openapiExceedLimit",
    ],
    RateLimitError: ["tooManyRequest", "uploadFileIntervalLimit"],
    CommercialFeatureError: ["commercialFeature"],
    ConflictError: ["chatIsGenerating", "dataNotIndexed", "sameApiCollection"],
    ServerError: ["somethingNew", "licenseAppAmountLimit"],
}
NAMES = [(name, kind) for kind, names in BY_NAME.items() for name in names]


@pytest.mark.parametrize(("name", "kind"), NAMES)
def test_the_name_of_an_error_says_its_class(name: str, kind: type[APIError]) -> None:
    error = error_of(code=500000, statusText=name, message="common:code_error.x")
    assert type(error) is kind
    assert (error.code, error.status_text) == (500000, name)


@pytest.mark.parametrize(("name", "kind"), NAMES[:-2])
def test_the_name_goes_before_code_and_status(name: str, kind: type[APIError]) -> None:
    assert type(error_of(404, code=429, statusText=name, message="x is empty")) is kind


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("未配置商业版链接: core,app,logs,getChartData", CommercialFeatureError),
        ("Key is error. You need to use the app key rather than the account key.", AuthenticationError),
        ("APIKey invalid", AuthenticationError),
        ("Chat dataId already exists: d1", ConflictError),
        ("Chat item not found", NotFoundError),
        ("Cast to ObjectId failed for value", BadRequestError),
        ("messages is not array", BadRequestError),
        ("You don't have an app yet", BadRequestError),
        ("分享链接已过期", PermissionDeniedError),
        ("链接超出使用限制", QuotaExceededError),
        ("每分钟仅能请求 5 次~", RateLimitError),
        ("messages is empty", BadRequestError),
        ("User question is empty", BadRequestError),
        ("contentId or chatId is empty", BadRequestError),
        ("the disk is full", ServerError),
        ("", ServerError),
    ],
)
@pytest.mark.parametrize("name", ["", "error", None])
def test_the_text_says_the_class_of_an_error_without_a_name(
    message: str, kind: type[APIError], name: str | None
) -> None:
    error = error_of(code=500, statusText=name, message=message)
    assert type(error) is kind
    assert error.status_text == ""


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, BadRequestError),
        (403, AuthenticationError),
        (409, ConflictError),
        (429, RateLimitError),
        (510, QuotaExceededError),
        (511, PermissionDeniedError),
        (513, PermissionDeniedError),
        (514, AuthenticationError),
        (500, ServerError),
        (502, ServerError),
        (0, ServerError),
    ],
)
def test_the_code_says_the_class_of_an_error_without_name_and_text(code: int, kind: type[APIError]) -> None:
    assert type(error_of(code=code, statusText="error", message="x")) is kind
    assert type(error_of(code=code)) is kind


@pytest.mark.parametrize(
    ("status_code", "kind"),
    [
        (200, ServerError),
        (400, BadRequestError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (413, BadRequestError),
        (429, RateLimitError),
        (500, ServerError),
    ],
)
def test_the_http_status_decides_last(status_code: int, kind: type[APIError]) -> None:
    assert type(error_of(status_code, code=599999, statusText="somethingNew", message="x")) is kind


@pytest.mark.parametrize("code", [None, "500", 5.0, True, [], {}])
def test_an_object_without_a_code_is_no_envelope(code: Any) -> None:
    for body in ({"code": code, "message": "x"}, {"message": "x"}):
        error = response_error(500, Headers(), b"{}", body, NOW)
        assert error.message == "HTTP 500 with '{}' instead of a FastGPT response"
        assert (error.code, error.body) == (None, body)


@pytest.mark.parametrize(
    ("status_text", "message", "said"),
    [
        ("appUnExist", "common:code_error.app_error.not_exist", "appUnExist (code 7, HTTP 500)"),
        ("appUnExist", "error.missingParams", "appUnExist (code 7, HTTP 500)"),
        ("appUnExist", "", "appUnExist (code 7, HTTP 500)"),
        ("appUnExist", "No such app.", "appUnExist: No such app. (code 7, HTTP 500)"),
        ("error", "app is empty", "app is empty (code 7, HTTP 500)"),
        ("error", "chat:AI_input_is_empty", "chat:AI_input_is_empty (code 7, HTTP 500)"),
        ("", "", "no reason given (code 7, HTTP 500)"),
        (5, ["x"], "no reason given (code 7, HTTP 500)"),
    ],
)
def test_the_message_says_what_the_server_said_and_no_more(status_text: Any, message: Any, said: str) -> None:
    error = error_of(code=7, statusText=status_text, message=message)
    assert error.message == "FastGPT rejected the call: " + said


@pytest.mark.parametrize(
    ("zod", "said"),
    [
        ([{"path": ["chatId"], "message": "Required"}], ": chatId: Required"),
        ([{"path": ["a", 0, "b"], "message": "x"}, {"path": ["c"], "message": "y"}], ": a.0.b: x; c: y"),
        ([{"path": [], "message": "x"}], ": body: x"),
        ([{"message": "x"}], ": body: x"),
        ([{"path": "chatId"}], ": body: refused"),
        (["text", 5, None], ""),
        ([], ""),
        ({"path": ["x"]}, ""),
        (None, ""),
    ],
)
def test_refused_fields_are_named(zod: Any, said: str) -> None:
    error = error_of(400, code=400, statusText="error", message="Data validation error", zodError=zod)
    assert error.message == "FastGPT rejected the call: Data validation error (code 400, HTTP 400)" + said
    assert error.zod_error == (zod if isinstance(zod, list) else None)


ISSUES = [{"code": "invalid_type", "path": ["chatId"], "message": "expected string"}]


@pytest.mark.parametrize("listed", [True, False], ids=["with a list beside it", "alone"])
def test_a_validation_that_ends_as_an_error_of_the_server_is_the_caller_s(listed: bool) -> None:
    text = json.dumps(ISSUES, indent=2)
    error = error_of(code=500, statusText="error", message=text, **({"zodError": ISSUES} if listed else {}))
    assert type(error) is BadRequestError
    assert error.zod_error == ISSUES
    said = "Data validation error (code 500, HTTP 500): chatId: expected string"
    assert error.message == f"FastGPT rejected the call: {said}"


@pytest.mark.parametrize("message", ["[", "[]", "[1]", '[{"message": "x"}]', "[object Object]"])
def test_a_text_that_is_no_list_of_fields_stays_as_it_is(message: str) -> None:
    error = error_of(code=500, statusText="error", message=message)
    assert type(error) is ServerError
    assert (error.zod_error, message in error.message) == (None, True)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        (
            "unAuthApiKey",
            "check api_key (FASTGPT_API_KEY): it must be an unrevoked API key of this server, not a login token; "
            "an app key opens only the chats of its own app, and all other calls need a personal key",
        ),
        (
            "unAuthApp",
            "the owner of the key needs access to this app, chat or model: check appId and chatId; "
            "an app key opens only the chats of its own app",
        ),
        ("commercialFeature", "only FastGPT's commercial edition and its cloud support this call"),
        ("aiPointsNotEnough", "top up, or raise the limit of the team or the key"),
        ("linkUnInvalid", "no share link has this shareId: it was deleted or belongs to another server"),
        ("appUnExist", None),
        ("missingParams", None),
    ],
)
def test_a_hint_says_what_to_do(name: str, hint: str | None) -> None:
    assert error_of(code=7, statusText=name).hint == hint


@pytest.mark.parametrize(
    ("name", "told"), [("unAuthorization", True), ("commercialFeature", True), ("appUnExist", False)]
)
def test_a_hint_says_which_server_would_do_it(name: str, told: bool) -> None:
    assert ("FastGPT 5 can" in str(error_of(code=7, statusText=name, since="FastGPT 5 can"))) is told


NO_APP = "pass appId=, or app_id= to the client"
VISITOR = "check shareId, outLinkUid and chatId"


@pytest.mark.parametrize(
    ("body", "call", "hint"),
    [
        ({"code": 504000, "statusText": "unAuthChat"}, CallFacts(appless=True), NO_APP),
        ({"code": 500, "message": "appId is empty"}, CallFacts(appless=True), NO_APP),
        ({"code": 501, "message": "You don't have an app yet"}, CallFacts(appless=True), NO_APP),
        ({"code": 400, "message": "x", "zodError": [{"message": "appId is missing"}]}, CallFacts(appless=True), NO_APP),
        ({"code": 400, "message": "messages is empty"}, CallFacts(appless=True), None),
        (
            {"code": 500, "message": "Key is error. You need to use the app key"},
            CallFacts(appless=True),
            "check api_key",
        ),
        ({"code": 504000, "statusText": "unAuthChat"}, CallFacts(visitor=True), VISITOR),
        ({"code": 403, "statusText": "unAuthorization"}, CallFacts(visitor=True), VISITOR),
        ({"code": 501, "statusText": "linkUnInvalid"}, CallFacts(visitor=True), "no share link has this shareId"),
    ],
)
def test_a_hint_fits_the_call(body: dict[str, Any], call: CallFacts, hint: str | None) -> None:
    error = response_error(500, Headers(), b"", body, NOW, call=call)
    assert (error.hint or "").startswith(hint or "")
    assert (error.hint is None) is (hint is None)


def test_a_key_of_no_app_is_told_both_remedies() -> None:
    error = response_error(500, Headers(), b"", {"code": 514, "message": "x"}, NOW, call=CallFacts(appless=True))
    assert error.hint is not None
    assert NO_APP in error.hint


def test_an_error_keeps_what_the_server_sent() -> None:
    body = {"code": 429, "statusText": "error", "message": "Please try again in 40 seconds.", "data": [1], "more": 2}
    error = response_error(429, Headers({"x-request-id": "r1"}), b"", body, NOW)
    assert (error.body, error.status_code, error.request_id) == (body, 429, "r1")
    assert error.retry_after == 40.0


def test_only_a_rate_limit_is_told_to_wait_by_its_text() -> None:
    assert error_of(code=500, message="try again in 40 seconds").retry_after is None
    assert error_of(code=500, message="x", headers={"Retry-After": "5"}).retry_after == 5.0


@pytest.mark.parametrize("status_code", [200, 408, 500, 502, 503, 504])
def test_what_the_server_itself_refuses_was_not_done(status_code: int) -> None:
    assert not error_of(status_code, code=500, message="trouble").outcome_unknown
    told = event_error('{"message": "app is out"}', Headers(), NOW, started=False)
    assert (type(told), told.outcome_unknown) == (ServerError, False)
