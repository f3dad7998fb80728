"""What the server takes and refuses before anything runs."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from fastgpt_client.testing import App, FakeFastGPT, ReceivedRequest, SetVariables
from tests.embedded.conftest import Caller, question_of

COMPLETIONS = "/api/v1/chat/completions"


@pytest.fixture
def app(caller: Caller) -> App:
    return caller.server.app(answer="ok")


def last(caller: Caller) -> ReceivedRequest:
    return caller.server.requests[-1]


def test_requests_can_be_looked_at(caller: Caller, app: App) -> None:
    body = question_of("hello")
    caller.send("POST", COMPLETIONS, app.key, json=body, params={"trace": "1"}, headers={"X-Mine": "yes"})
    request = last(caller)
    assert (request.method, request.path, request.query) == ("POST", COMPLETIONS, {"trace": "1"})
    assert (request.json, request.key, request.headers["x-mine"]) == (body, app.name, "yes")
    assert request.headers["authorization"] == "Bearer ***"
    assert app.key not in repr(caller.server.requests)


@pytest.mark.parametrize(
    ("header", "key", "shown"),
    [
        (None, "", None),
        ("Bearer fastgpt-nobody", "unknown", "Bearer ***"),
        ("nonsense", "unknown", "***"),
    ],
)
def test_the_key_of_a_request(caller: Caller, header: str | None, key: str, shown: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    caller.client.post(caller.server.url + "/api/core/app/list", json={}, headers=headers)
    assert (last(caller).key, last(caller).headers.get("authorization")) == (key, shown)


def test_the_team_key_is_named_so(caller: Caller) -> None:
    caller.data("app/list")
    assert last(caller).key == "team"


def test_bodies_that_are_no_json(caller: Caller, app: App) -> None:
    for content, kind in ((b"{", "application/json"), (b"x=1", "application/x-www-form-urlencoded")):
        caller.send("POST", COMPLETIONS, app.key, content=content, headers={"Content-Type": kind})
        assert (last(caller).json, last(caller).body) == (None, content)


def test_a_body_of_any_other_kind_counts_for_none(caller: Caller, app: App) -> None:
    answer = caller.send("POST", COMPLETIONS, app.key, content=b"x", headers={"Content-Type": "application/xml"})
    assert answer.json()["zodError"][0]["message"] == "Invalid input: expected object, received string"


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        (["hi"], "Invalid input: expected object, received string"),
        ([{"role": "user", "content": 1}], "Invalid input"),
        ([{"role": "robot", "content": "x"}], "Invalid input"),
        (1, "Invalid input: expected array, received number"),
    ],
)
def test_messages_of_a_wrong_form(caller: Caller, app: App, messages: Any, problem: str) -> None:
    answer = caller.send("POST", COMPLETIONS, app.key, json={"messages": messages})
    assert (answer.status_code, answer.json()["zodError"][0]["message"]) == (400, problem)


@pytest.mark.parametrize(
    "content",
    [[], [{"type": "input_audio"}], [1]],
)
def test_a_question_without_a_usable_part(caller: Caller, app: App, content: Any) -> None:
    answer = caller.send("POST", COMPLETIONS, app.key, json={"messages": [{"role": "user", "content": content}]})
    assert answer.json()["message"] == "User question is empty"


def test_an_assistants_message_may_have_no_content(caller: Caller, app: App) -> None:
    messages = [{"role": "assistant", "content": None}, {"role": "user", "content": "hi"}]
    assert "choices" in caller.send("POST", COMPLETIONS, app.key, json={"messages": messages}).json()


def test_long_json_is_compressed_for_who_takes_it(caller: Caller) -> None:
    caller.server.apps["simple"]
    url, key = caller.server.url + COMPLETIONS, caller.server.app_key("simple")
    headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "gzip"}
    with caller.client.stream("POST", url, json=question_of("LONGANSWER"), headers=headers) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert b"word119" in gzip.decompress(raw)


def test_visitors_of_share_links_are_unknown(caller: Caller, app: App) -> None:
    visitor = {"shareId": "s", "outLinkUid": "u"}
    answer = caller.send("POST", COMPLETIONS, json={**question_of("hi"), "outLinkAuthData": visitor})
    assert (answer.status_code, answer.json()["statusText"]) == (500, "linkUnInvalid")
    assert caller.post("chat/getPaginationRecords", outLinkAuthData=visitor, chatId="c", appId=app.id)["code"] == 501
    assert caller.post("chat/getHistories", outLinkAuthData=visitor)["code"] == 501


def test_a_key_names_its_app_unless_the_body_does(caller: Caller, app: App) -> None:
    other = caller.server.app(answer="other")
    assert caller.text(app) == "ok"
    assert caller.text(app, appId=other.id) == "other"
    suffixed = f"{caller.server.api_key}-{other.id}"
    answer = caller.send("POST", COMPLETIONS, suffixed, json=question_of("hi")).json()
    assert answer["choices"][0]["message"]["content"] == "other"


def test_own_keys(caller: Caller, app: App) -> None:
    caller.server.key("fastgpt-mine", app=app)
    caller.server.key("fastgpt-named", app="simple")
    for key, said in (("fastgpt-mine", "ok"), ("fastgpt-named", "You said: hi")):
        answer = caller.send("POST", COMPLETIONS, key, json=question_of("hi")).json()
        assert answer["choices"][0]["message"]["content"] == said


def test_key_checks(caller: Caller, app: App) -> None:
    def check(**query: str) -> Any:
        return caller.client.get(caller.server.url + "/api/support/openapi/health", params=query).json()

    assert check(apiKey=caller.server.api_key)["data"] == {"valid": True, "usagePoints": 0.0, "maxUsagePoints": -1}
    assert last(caller).query == {"apiKey": "***"}
    assert check(apiKey=app.key)["data"]["appId"] == app.id
    assert check(apiKey="nobody")["message"] == "APIKey invalid"
    assert check()["code"] == 400


def test_accepted_completions_are_counted(caller: Caller, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [caller.send("POST", COMPLETIONS, app.key, json=question_of("hi")) for _ in range(2)]
    left = [int(answer.headers["x-ratelimit-remaining"]) for answer in answers]
    assert left[0] - left[1] == 1
    monkeypatch.setattr(caller.server._context, "_limited_until", 0.0)
    answer = caller.send("POST", COMPLETIONS, app.key, json=question_of("hi"))
    assert answer.headers["x-ratelimit-remaining"] == "4999"


def test_every_answer_has_an_id_of_its_own(caller: Caller) -> None:
    ids = {caller.send("POST", "/api/core/app/list", json={}).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


def test_a_server_error_of_its_own_is_told(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(caller.server.state, "member_id", property())
    assert caller.post("app/list")["message"].startswith("TypeError: ")
    assert "the embedded server failed to handle /api/core/app/list" in caplog.text


def test_speech_is_raw_bytes(caller: Caller, app: App) -> None:
    answer = caller.send("POST", "/api/core/chat/record/getSpeech", json={"appId": app.id, "input": "hi"})
    assert (answer.content[:4], "content-type" in answer.headers) == (b"RIFF", False)


def transcribed(caller: Caller, file: bool = True, key: str | None = None, **data: Any) -> Any:
    form: dict[str, Any] = {"files": {"file": b"..."}} if file else {"files": {"other": b""}}
    return caller.send("POST", "/api/v1/audio/transcriptions", key, **form, data={"data": json.dumps(data)}).json()


def test_recordings_of_old_need_a_file_only(calling: Callable[..., Caller]) -> None:
    caller = calling(version="4.14")
    assert transcribed(caller)["data"] == "Hello!"
    assert transcribed(caller, file=False)["message"] == "file not found"


def test_recordings_need_an_app_a_chat_and_a_duration(caller: Caller, app: App) -> None:
    data = {"sourceType": "app", "sourceId": app.id, "chatId": "c", "duration": 3}
    assert transcribed(caller, **data)["data"] == "Hello!"
    for name in ("sourceType", "sourceId", "chatId"):
        refused = transcribed(caller, **{key: value for key, value in data.items() if key != name})
        assert (refused["code"], [problem["path"] for problem in refused["zodError"]]) == (500, [[name]])
        assert json.loads(refused["message"]) == refused["zodError"]
    assert transcribed(caller, **{**data, "duration": None})["message"] == "duration not found"
    assert transcribed(caller, file=False, **data)["message"] == "File not found"
    assert transcribed(caller, **{**data, "sourceId": "0" * 24})["statusText"] == "appUnExist"
    assert transcribed(caller, key="nobody", **data)["statusText"] == "unAuthApiKey"


def test_guides(caller: Caller, app: App) -> None:
    assert len(caller.data("ai/agent/createQuestionGuide", messages=[{"role": "user", "content": "hi"}])) == 3


def test_other_protocols_are_not_answered(caller: Caller) -> None:
    async def never(*_: Any) -> Any:
        raise AssertionError

    asyncio.run(caller.server({"type": "lifespan"}, never, never))


def test_uploads_are_of_any_size(calling: Callable[..., Caller]) -> None:
    caller = calling(version="4.16")
    app = caller.server.app(files=True)
    about = {"appId": app.id, "chatId": "c", "filename": "a.txt"}
    place = caller.data("chat/file/presignChatFilePostUrl", **about, size=5)
    assert place["uploadMode"] == "single"
    body = b"x" * (12 << 20)
    assert httpx.put(place["url"], content=body).json()["data"] == {"success": True}
    assert caller.client.get(place["previewUrl"]).content == body
    assert caller.client.get(place["url"]).status_code == 405
    assert httpx.put(place["url"][:-2]).json()["statusText"] == "unAuthFile"
    assert httpx.put(place["url"] + "zz").json()["statusText"] == "unAuthFile"
    assert caller.client.get(caller.data("chat/file/presignChatFileGetUrl", **about, key=place["key"])).content == body


def test_an_app_without_file_settings_takes_no_files(caller: Caller, app: App) -> None:
    about = {"appId": app.id, "chatId": "c", "filename": "a.txt"}
    refused = caller.send("POST", "/api/core/chat/file/presignChatFilePostUrl", json=about)
    assert (refused.status_code, refused.json()["code"]) == (500, 510002)
    assert refused.json()["statusText"] == "FileUploadDisabled"
    settings = [
        caller.get("chat/init", appId=one.id, chatId="c")["app"]["chatConfig"].get("fileSelectConfig")
        for one in (app, caller.server.app(files=True))
    ]
    assert settings == [None, {"canSelectFile": True, "canSelectImg": True, "maxFiles": 10}]


def test_an_app_of_old_takes_files_whatever_its_settings(calling: Callable[..., Caller]) -> None:
    caller = calling(version="4.14.10")
    about = {"appId": caller.server.apps["simple"].id, "chatId": "c", "filename": "a.txt"}
    assert "url" in caller.data("chat/file/presignChatFilePostUrl", **about)


def test_large_files_come_in_parts(caller: Caller) -> None:
    app = caller.server.app(files=True)
    about = {"appId": app.id, "chatId": "c", "filename": "a.bin.pdf"}
    place = caller.data("chat/file/presignChatFilePostUrl", **about, size=40 << 20)
    assert (place["uploadMode"], place["partSize"]) == ("multipart", 8 << 20)
    etags = [httpx.put(f"{place['url']}?partNumber={number}", content=b"%d" % number) for number in (2, 1)]
    assert all(answer.json()["data"]["etag"] for answer in etags)
    missing = caller.client.post(place["completeUrl"], json={"parts": [{"partNumber": 1}]})
    assert missing.json()["message"] == "parts are missing"
    for number in (1, 2):
        httpx.put(f"{place['url']}?partNumber={number}", content=b"%d" % number)
    done = caller.client.post(place["completeUrl"], json={"parts": [{"partNumber": 1}, {"partNumber": 2}]})
    assert done.json()["data"] == {"key": place["key"]}
    assert caller.client.get(place["previewUrl"]).content == b"12"
    assert caller.client.post(place["abortUrl"], json={}).json()["data"] == {"success": True}


def test_files_by_a_signed_form(calling: Callable[..., Caller]) -> None:
    caller = calling(version="4.14.0")
    about = {"appId": caller.server.apps["simple"].id, "chatId": "c"}
    place = caller.data("chat/presignChatFilePostUrl", **about, filename="a.txt")
    assert caller.client.post(place["url"], data=place["fields"], files={"file": b"hi"}).status_code == 204
    url = caller.data("chat/presignChatFileGetUrl", **about, key=place["fields"]["key"])
    assert caller.client.get(url).content == b"hi"
    for fields in ({"key": "other"}, {"policy": "x"}):
        assert caller.client.post(place["url"], data=fields, files={"file": b"hi"}).status_code == 403


def test_files_by_a_form_to_the_server(calling: Callable[..., Caller]) -> None:
    caller = calling(version="4.11")
    path, app_id = "/api/common/file/upload", caller.server.apps["simple"].id
    form = {"bucketName": "chat", "data": f'{{"appId": "{app_id}"}}'}
    answer = caller.send("POST", path, data=form, files={"file": ("a.png", b"hi")}).json()["data"]
    assert caller.client.get(answer["previewUrl"]).headers["content-type"] == "image/png"
    assert caller.send("POST", path, data=form, files={"other": b"hi"}).json()["message"] == "file not found"
    assert caller.send("POST", path, files={"file": ("a.png", b"hi")}).json()["code"] == 500


@pytest.mark.parametrize(
    ("name", "kind", "body"),
    [
        ("Grüße.txt", "text/plain", b"a\rb\r\nc\n\xff\x00"),
        ("mail.eml", "message/rfc822", b"Subject: hello\r\n\r\nHow are you?\r\n"),
        ("parts.txt", "multipart/mixed; boundary=x", b"--x\r\n\r\nfirst\r\n--x--"),
    ],
)
def test_a_file_in_a_form_is_kept_as_it_is(calling: Callable[..., Caller], name: str, kind: str, body: bytes) -> None:
    caller = calling(version="4.11")
    form = {"bucketName": "chat", "data": f'{{"appId": "{caller.server.apps["simple"].id}"}}'}
    answer = caller.send("POST", "/api/common/file/upload", data=form, files={"file": (name, body, kind)}).json()
    assert caller.client.get(answer["data"]["previewUrl"]).content == body
    assert list(caller.server.state.files.values()) == [(name, body)]


def test_a_form_without_a_border_between_its_parts(caller: Caller) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    answer = caller.send("POST", "/api/v1/audio/transcriptions", content=b"hello", headers=headers).json()
    assert (answer["code"], answer["message"]) == (500, "Missing boundary in multipart.")
    answer = caller.send("POST", "/api/v1/audio/transcriptions", json={}).json()
    assert [problem["path"] for problem in answer["zodError"]] == [["sourceType"], ["sourceId"], ["chatId"]]


@pytest.mark.parametrize("depth", [100_000, 1_000_000])
@pytest.mark.parametrize("body", ["{}", '{{"messages": {}}}', '{{"variables": {{"v": {}}}, "messages": []}}'])
def test_json_that_is_nested_too_deeply_is_refused(caller: Caller, body: str, depth: int) -> None:
    content, headers = body.format("[" * depth + "]" * depth), {"Content-Type": "application/json"}
    for path in (COMPLETIONS, "/api/core/chat/getHistories"):
        answer = caller.send("POST", path, content=content, headers=headers)
        assert (answer.status_code, answer.text) == (400, "Invalid JSON")


@pytest.mark.parametrize("depth", [*range(800, 1000, 20), 10_000])
def test_json_at_the_edge_of_what_can_be_read_is_answered(caller: Caller, depth: int) -> None:
    app = caller.server.app(answer="ok", variables=[{"key": "v"}])
    nested = "[" * depth + "]" * depth
    content = f'{{"messages": [{{"role": "user", "content": "hi"}}], "detail": true, "variables": {{"v": {nested}}}}}'
    answer = caller.send("POST", COMPLETIONS, app.key, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 400, 500)
    assert answer.text == "Invalid JSON" or answer.text.startswith("{")


@pytest.mark.parametrize("nested", ["[" * 100_000, "{"])
def test_broken_json_in_a_form_is_an_error(calling: Callable[..., Caller], nested: str) -> None:
    caller = calling(version="4.11")
    path, files = "/api/common/file/upload", {"file": ("a.txt", b"hi")}
    answer = caller.send("POST", path, data={"data": nested}, files=files).json()
    assert answer["code"] == 500
    assert answer["message"].startswith("the part is not valid JSON: ")


def test_a_deeply_nested_answer_to_a_form_is_no_form(caller: Caller) -> None:
    app = caller.server.apps["workflow_form"]
    caller.ask(app, chatId="c")
    assert caller.text(app, "[" * 100_000, chatId="c") == "\nHello undefined, plan undefined, age undefined"


def test_what_is_no_json_in_a_script_is_an_error_of_this_server(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    app = caller.server.app(answer=SetVariables({"v": object()}), variables=[{"key": "v"}])
    answer = caller.send("POST", COMPLETIONS, app.key, json=question_of("hi", detail=True))
    assert (answer.status_code, answer.json()["message"]) == (
        500,
        "TypeError: Object of type object is not JSON serializable",
    )
    assert [record.getMessage() for record in caplog.records] == [f"the embedded server failed to handle {COMPLETIONS}"]
    with pytest.raises(httpx.RemoteProtocolError):
        caller.stream(app)


def test_an_earlier_upload_needs_no_size(calling: Callable[..., Caller]) -> None:
    caller = calling(version="4.14")
    about = {"appId": caller.server.apps["simple"].id, "chatId": "c", "filename": "a.txt"}
    place = caller.data("chat/file/presignChatFilePostUrl", **about)
    assert sorted(place) == ["headers", "key", "maxSize", "url"]


def test_ids_of_a_wrong_type(caller: Caller) -> None:
    answer = caller.post("chat/getHistories", appId=5)
    assert answer["zodError"][0]["message"] == "Invalid input: expected string, received number"


def test_refused_uploads_once_were_the_callers_fault(calling: Callable[..., Caller]) -> None:
    caller = calling(version="4.15.2")
    about = {"appId": caller.server.app(files=True).id, "chatId": "c", "filename": "a.exe"}
    answer = caller.send("POST", "/api/core/chat/file/presignChatFilePostUrl", json=about)
    assert (answer.status_code, answer.json()["code"]) == (400, 510000)


def test_a_request_whose_body_is_cut_is_not_one() -> None:
    """Neither what is JSON so far, nor the files of a form: the caller may have died in the middle of it."""
    form = b"--x\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\nfirst"
    with FakeFastGPT.serve() as server:
        for path, kind, body in (
            ("/api/common/file/upload", b"multipart/form-data; boundary=x", form),
            ("/api/v1/chat/completions", b"application/json", b"{}"),
        ):
            url = httpx.URL(server.url)
            with socket.create_connection((url.host, url.port or 0)) as connection:
                head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n".encode()
                connection.sendall(head + b"Content-Type: " + kind + b"\r\n\r\n" + body)
        httpx.get(server.url + "/api/system/getInitData")
        assert [request.path for request in server.requests] == ["/api/system/getInitData"]
    gc.collect()  # a file that is left open would warn, and a warning is an error


def test_a_form_without_its_end(calling: Callable[..., Caller]) -> None:
    body = b"--x\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\nfirst\r\n--x"
    caller = calling(version="4.11")
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = caller.send("POST", "/api/common/file/upload", content=body, headers=kind)
    assert "Unexpected end of form" in answer.text
    gc.collect()  # see above
