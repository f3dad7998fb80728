"""What a server's answer asks an upload to do, and answers that ask for what cannot be done."""

from __future__ import annotations

from typing import Any

import pytest

from fastgpt_client import ServerError
from fastgpt_client._api.upload_plan import plan_upload, read_address

BASE = "http://fastgpt.test"
GOOD = {"url": "http://store.test/put?signature=s", "key": "chat/k", "previewUrl": "/read"}
PARTS = {**GOOD, "uploadMode": "multipart", "partSize": 400, "completeUrl": "/done", "abortUrl": "/abort"}
SECRET = "signature=s"


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://store.test/put?a=b", "http://store.test/put?a=b"),
        ("HTTPS://STORE.test:9000/x", "https://store.test:9000/x"),
        ("/api/system/file/u/token", f"{BASE}/api/system/file/u/token"),
        ("http://[::1]:3000/x", "http://[::1]:3000/x"),
        ("http://store.test./x", "http://store.test./x"),
        ("/api/common/file/read/ä b.txt?token=1", f"{BASE}/api/common/file/read/%C3%A4%20b.txt?token=1"),
    ],
)
def test_an_address_may_be_relative_to_the_server(url: str, found: str) -> None:
    plan = plan_upload({**GOOD, "url": url}, BASE, 10)
    assert str(plan.url) == found
    assert read_address(BASE, {"previewUrl": url}, "previewUrl") == found


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd?signature=s",
        "javascript:alert(1)",
        "ftp://store.test/x",
        "http://[::1",
        "http://store.test:99999/x",
        "http://store.test/\x00\n",
        "http://store.test/" + "a" * 70_000,
        "http://" + "a" * 80 + ".test/x?signature=s",
        "http://a..test/x",
        "http://xn--\u2603/x",
        "http://\ud800/x",
        5,
        True,
        ["http://store.test/put"],
    ],
)
@pytest.mark.parametrize("field", ["url", "previewUrl", "completeUrl", "abortUrl"])
def test_an_address_that_cannot_be_sent_to_is_an_error_that_does_not_show_it(field: str, url: Any) -> None:
    with pytest.raises(ServerError, match=f"no usable address in {field}") as caught:
        plan_upload({**PARTS, field: url}, BASE, 1000)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (None, "no upload address"),
        ([1, 2], "no upload address"),
        ({"maxSize": 1}, r"no upload address: its fields are \['maxSize'\]"),
        ({"url": None, "5": 5}, "no upload address"),
        ({"url": GOOD["url"]}, "neither previewUrl nor key"),
        ({"url": GOOD["url"], "key": 5}, "neither previewUrl nor key"),
        ({"url": GOOD["url"], "fields": {"policy": "p"}}, "neither previewUrl nor key"),
        ({**PARTS, "completeUrl": None}, "no completeUrl"),
    ],
)
def test_an_answer_without_what_is_needed_is_an_error(answer: object, what: str) -> None:
    with pytest.raises(ServerError, match=what):
        plan_upload(answer, BASE, 1000)


@pytest.mark.parametrize(
    "headers",
    [{"x-amz-meta": "ключ"}, {"bad name\r\n": "v"}, {"x": "a\r\nEvil: 1"}, {"": "v"}, {"ключ": "v"}, {"x": "a\tb"}],
)
def test_a_header_that_cannot_be_sent_is_an_error(headers: dict[str, str]) -> None:
    with pytest.raises(ServerError, match="a header that cannot be sent"):
        plan_upload({**GOOD, "headers": headers}, BASE, 1000)


def test_headers_are_those_that_were_signed_but_for_the_client_s_own() -> None:
    signed = {"content-type": "text/plain", "x-amz-meta-n": 5}
    own = {"Content-Length": "5", "transfer-encoding": "chunked", "host": "evil.test", "connection": "close"}
    plan = plan_upload({**GOOD, "headers": {**signed, **own}}, BASE, 1000)
    assert plan.headers == {"content-type": "text/plain", "x-amz-meta-n": "5"}
    assert plan_upload({**GOOD, "headers": None}, BASE, 1000).headers == {}


@pytest.mark.parametrize("value", [0, -5, True, False, None, 0.5, "400", float("inf"), float("nan"), [400]])
def test_parts_of_no_size_are_an_error(value: object) -> None:
    with pytest.raises(ServerError, match=r"parts of .* bytes"):
        plan_upload({**PARTS, "partSize": value}, BASE, 1000)


@pytest.mark.parametrize(
    ("size", "part_size"), [(1000, 1), (101, 1), (10_001 * 65_536, 65_536), (101 * 65_535, 65_535)]
)
def test_a_host_of_parts_is_an_error(size: int, part_size: int) -> None:
    with pytest.raises(ServerError, match=r"asks for \d+ parts of \d+ bytes each"):
        plan_upload({**PARTS, "partSize": part_size}, BASE, size)


@pytest.mark.parametrize(
    ("size", "value", "part_size"),
    [(1000, 400, 400), (1000, 400.0, 400), (100, 1, 1), (10, 10**12, 10**12), (10_000 * 65_536, 65_536, 65_536)],
)
def test_parts_have_the_size_that_the_server_asks_for(size: int, value: object, part_size: int) -> None:
    plan = plan_upload({**PARTS, "partSize": value}, BASE, size)
    assert (plan.part_size, str(plan.complete_url), str(plan.abort_url)) == (part_size, f"{BASE}/done", f"{BASE}/abort")


def test_a_size_of_parts_means_nothing_where_there_are_none() -> None:
    plan = plan_upload({**PARTS, "uploadMode": "single", "partSize": 0, "completeUrl": "file:///x"}, BASE, 1000)
    assert (plan.part_size, plan.complete_url) == (0, None)


def test_a_form_s_fields_are_texts_and_hold_the_key() -> None:
    plan = plan_upload({"url": GOOD["url"], "fields": {"key": "chat/k", "n": 5}}, BASE, 1000)
    assert (plan.fields, plan.key, plan.preview_url) == ({"key": "chat/k", "n": "5"}, "chat/k", "")
    assert plan_upload(GOOD, BASE, 1000).fields is None


@pytest.mark.parametrize("value", [None, "", 5, "file:///x"])
def test_a_file_whose_address_is_not_told_is_an_error(value: object) -> None:
    with pytest.raises(ServerError, match=r"where the uploaded file is|no usable address"):
        read_address(BASE, {"data": value}, "data")
