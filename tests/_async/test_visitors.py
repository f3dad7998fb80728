# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""A share link's visitor is served as himself: his calls carry no key, and need none."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from fastgpt_client import AsyncAppClient, AsyncChatClient, AuthenticationError, NotFoundError, ValidationError
from fastgpt_client.testing import App, FakeFastGPT
from tests.support import embedded_chats, fault_fixtures
from tests.support.call import QUESTION, VISITOR
from tests.support.embedded_chats import settings
from tests.support.fake_server import APP_ID, BASE_URL, KEY, FakeServer
from tests.support.replies import completion, envelope, plain, whole

server = embedded_chats.server
no_certificates = fault_fixtures.no_certificates

FORMS: list[dict[str, Any]] = [
    {"outLinkAuthData": VISITOR},
    VISITOR,
    {"teamId": "t1", "teamToken": "t2"},
    {"extra_body": {"outLinkAuthData": VISITOR}},
    {"extra_body": VISITOR},
    {"extra_query": VISITOR},
]
FORM_NAMES = ["new", "old", "team", "extra new", "extra old", "in the query"]
FILE = {"url": "https://store.test/put", "key": "k1", "headers": {}, "previewUrl": "/preview"}


@pytest.fixture
def app(server: FakeFastGPT) -> App:
    return server.app(answer="One.")


@pytest.mark.parametrize("form", FORMS, ids=FORM_NAMES)
@pytest.mark.parametrize("stream", [False, True])
async def test_a_question_of_a_visitor_carries_no_key(form: Any, stream: bool) -> None:
    fake = FakeServer(whole() if stream else completion())
    answer: Any = await fake.async_chat().create_chat_completion(QUESTION, stream=stream, **form)
    assert "authorization" not in fake.last.headers
    if stream:
        await answer.close()


async def test_a_client_for_visitors_needs_no_key() -> None:
    fake = FakeServer(envelope({"list": [], "total": 0}))
    client = fake.async_chat(api_key=None)
    await client.get_chat_histories(outLinkAuthData=VISITOR)
    assert "authorization" not in fake.last.headers
    with pytest.raises(ValidationError, match=r"api_key is missing: pass api_key=.* only a share link's visitor"):
        await client.get_chat_histories()
    with pytest.raises(ValidationError, match="api_key is missing"):
        await client.create_chat_completion(QUESTION, stream=True)
    assert fake.hits == 1


async def test_a_client_without_calls_of_visitors_needs_a_key() -> None:
    with pytest.raises(ValidationError, match="api_key is missing: pass api_key= or set FASTGPT_API_KEY"):
        AsyncAppClient(base_url=BASE_URL)


async def test_no_name_of_a_borrowed_client_takes_the_key_s_place() -> None:
    fake = FakeServer(envelope())
    theirs = {"Authorization": "Bearer theirs"}
    async with httpx.AsyncClient(transport=fake.transport, headers=theirs, auth=("me", "password")) as http:
        client = AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http)
        await client.get_chat_histories(outLinkAuthData=VISITOR)
    assert "authorization" not in fake.last.headers


@pytest.mark.parametrize("key", [KEY, None], ids=["key", "no key"])
async def test_a_visitor_uploads_without_a_key(key: str | None) -> None:
    fake = FakeServer(envelope(FILE), plain(200, b""))
    await fake.async_chat(api_key=key).upload_file(b"x", filename="a.txt", chatId="c1", outLinkAuthData=VISITOR)
    assert [request.url.host for request in fake.requests] == ["fastgpt.test", "store.test"]
    assert [request.headers.get("authorization") for request in fake.requests] == [None, None]


async def test_a_visitor_of_an_old_server_uploads_without_a_key() -> None:
    fake = FakeServer(plain(404, b"<html>"), plain(404, b"<html>"), envelope({"previewUrl": "/preview"}))
    await fake.async_chat().upload_file(b"x", filename="a.txt", chatId="c1", **VISITOR)
    assert fake.paths[-1] == "/api/common/file/upload"
    assert [request.headers.get("authorization") for request in fake.requests] == [None, None, None]


async def test_a_store_is_not_told_the_name_of_a_borrowed_client() -> None:
    fake = FakeServer(envelope(FILE), plain(200, b""))
    async with httpx.AsyncClient(transport=fake.transport, auth=("me", "password")) as http:
        client = AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http)
        await client.upload_file(b"x", filename="a.txt", chatId="c1")
    assert "authorization" not in fake.last.headers


async def test_a_visitor_has_chats_of_his_own_and_sees_no_other_s(server: FakeFastGPT, app: App) -> None:
    link = server.share_link(app)
    ann, bob = ({"shareId": link.id, "outLinkUid": name} for name in ("ann", "bob"))
    async with AsyncChatClient(**settings(server, app)) as client:
        await client.conversation().ask("of the key")
        conversation = client.conversation(outLinkAuthData=ann)
        assert (await conversation.ask("of ann")).text == "One."
        listed = [await client.get_chat_histories(source=None, outLinkAuthData=who) for who in (ann, bob)]
        assert [[chat["chatId"] for chat in page.data["list"]] for page in listed] == [[conversation.chat_id], []]


async def test_a_form_that_a_server_does_not_read_any_more_is_refused_and_not_served(
    server: FakeFastGPT, app: App
) -> None:
    link = server.share_link(app)
    async with AsyncChatClient(**settings(server, app)) as client:
        with pytest.raises(AuthenticationError, match=r"4\.15 and later take only outLinkAuthData"):
            await client.create_chat_completion(QUESTION, chatId="c1", shareId=link.id, outLinkUid="ann")
    assert server.requests[-1].headers.get("authorization") is None


async def test_a_link_that_nobody_has_is_told(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app)) as client:
        with pytest.raises(NotFoundError, match="no share link has this shareId"):
            await client.create_chat_completion(QUESTION, outLinkAuthData={"shareId": "none", "outLinkUid": "ann"})
