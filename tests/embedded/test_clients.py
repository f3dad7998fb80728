"""The clients of this package against it, on asyncio, on trio and without either."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

import pytest

from fastgpt_client import (
    APIConnectionError,
    AppClient,
    AsyncAppClient,
    AsyncChatClient,
    AuthenticationError,
    ChatClient,
    CommercialFeatureError,
    ConflictError,
    RateLimitError,
    StreamInterruptedError,
    WorkflowError,
)
from fastgpt_client.testing import FakeFastGPT
from tests.examples import owner_snippets as snippets

VERSIONS = ("4.9", "4.11", "4.14", "4.16")
HELLO = [{"role": "user", "content": "hello"}]
YEAR = {"dateStart": "2020-01-01", "dateEnd": "2040-01-01"}


@pytest.fixture(params=VERSIONS)
def server(request: pytest.FixtureRequest) -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve(version=request.param, commercial=True) as server:
        yield server


@pytest.fixture
def newest() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve() as server:
        yield server


async def test_a_chat_from_its_first_question_to_its_deletion(server: FakeFastGPT) -> None:
    app = server.app(answers=["first answer", "second answer"])
    async with AsyncChatClient(api_key=app.key, base_url=server.url, app_id=app.id) as client:
        assert (await client.create_chat_completion(HELLO, chatId="c", responseChatItemId="d1")).text == "first answer"
        stream = await client.create_chat_completion(
            HELLO, chatId="c", stream=True, detail=True, responseChatItemId="d2"
        )
        async with stream:
            assert (await stream.final()).text == "second answer"
        histories = (await client.get_chat_histories()).data
        assert [chat["chatId"] for chat in histories["list"]] == ["c"]
        assert (await client.get_chat_records(chatId="c")).data["total"] == 4
        assert len((await client.get_record_detail(chatId="c", dataId="d2")).data) == 2
        await client.send_feedback(chatId="c", dataId="d1", userGoodFeedback="yes")
        records = [item async for item in client.iter_chat_records(chatId="c")]
        assert [item.raw["userGoodFeedback"] for item in records if "userGoodFeedback" in item.raw] == ["yes"]
        await client.update_chat_history(chatId="c", customTitle="Mine", top=True)
        assert [chat["customTitle"] async for chat in client.iter_chat_histories()] == ["Mine"]
        assert (await client.get_chat_init(chatId="c")).data["app"]["name"] == app.name
        assert (await client.get_suggested_questions(chatId="c")).data[0] == "What is FastGPT?"
        await client.delete_chat_record(chatId="c", contentId="d1")
        assert (await client.get_chat_records(chatId="c")).data["total"] in (2, 3)
        await client.delete_chat_history(chatId="c")
        await client.create_chat_completion(HELLO, chatId="e")
        await client.clear_chat_histories()
        assert (await client.get_chat_histories()).data["total"] == 0


async def test_apps_and_their_figures(server: FakeFastGPT) -> None:
    app = server.apps["simple"]
    async with AsyncAppClient(api_key=server.api_key, base_url=server.url, app_id=app.id) as client:
        assert (await client.get_app_info()).data["name"] == "simple"
        assert {item["name"] for item in (await client.list_apps()).data} >= {"simple", "plugin"}
        assert (await client.get_app_logs_chart(**YEAR)).data == {"userData": [], "chatData": [], "appData": []}
        assert (await client.get_app_logs_total()).data["totalChats"] == 0


def test_plain_clients_do_the_same(server: FakeFastGPT) -> None:
    app = server.app(answer="ok")
    with ChatClient(api_key=app.key, base_url=server.url, app_id=app.id) as client:
        assert client.create_chat_completion(HELLO, chatId="c").text == "ok"
        with client.create_chat_completion(HELLO, chatId="c", stream=True) as stream:
            assert "".join(stream.text_deltas()) == "ok"
        assert [chat["chatId"] for chat in client.iter_chat_histories()] == ["c"]
    with AppClient(api_key=app.key, base_url=server.url, app_id=app.id) as apps:
        assert apps.get_app_info().data["type"] == "simple"


async def test_files_go_up_in_each_versions_way(server: FakeFastGPT) -> None:
    app = server.app(answer="read", files=True)
    async with AsyncChatClient(api_key=app.key, base_url=server.url, app_id=app.id) as client:
        part = await client.upload_file(b"hello file", filename="note.txt", chatId="c")
        question = [{"role": "user", "content": [{"type": "text", "text": "read it"}, part]}]
        assert (await client.create_chat_completion(question, chatId="c")).text == "read"
    assert [body for _, body in server.state.files.values()] == [b"hello file"]


async def test_what_newer_servers_have(newest: FakeFastGPT) -> None:
    app = newest.app(answer="ok")
    async with AsyncChatClient(api_key=app.key, base_url=newest.url, app_id=app.id) as client:
        await client.create_chat_completion(HELLO, chatId="c")
        await client.mark_read(chatId="c")
        assert (await client.get_history_status(chatIds=["c"])).data["list"][0]["hasBeenRead"] is True
        assert (await client.stop_chat(chatId="c")).data["completed"] is True
        await client.batch_delete_chat_histories(chatIds=["c"])
        assert (await client.get_history_status(chatIds=["c"])).data["list"] == []
    async with AsyncAppClient(api_key=app.key, base_url=newest.url, app_id=app.id) as apps:
        assert (await apps.list_app_logs(**YEAR)).data["total"] == 0
        assert (await apps.list_app_log_users(**YEAR)).data["list"] == []
        with pytest.raises(CommercialFeatureError):
            await apps.get_app_logs_total()


async def test_a_workflow_asks_and_goes_on(server: FakeFastGPT) -> None:
    app = server.apps["workflow_select"]
    async with AsyncChatClient(api_key=app.key, base_url=server.url, app_id=app.id) as client:
        first = await client.create_chat_completion(HELLO, chatId="c", stream=True, detail=True)
        async with first:
            pause = (await first.final()).interactive
        assert pause is not None
        answer = await client.create_chat_completion([{"role": "user", "content": "Red"}], chatId="c")
        assert answer.text == "\nYou chose red: Red"


async def test_a_conversation(newest: FakeFastGPT) -> None:
    app = newest.app(answer=lambda messages, variables: f"{len(messages)} messages")
    async with AsyncChatClient(api_key=app.key, base_url=newest.url, app_id=app.id) as client:
        conversation = client.conversation()
        assert [(await conversation.ask("hi")).text for _ in range(3)] == ["1 messages", "3 messages", "5 messages"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("llm_failure", WorkflowError),
        ("generating", ConflictError),
        ("rate_limit", RateLimitError),
        ("cut_in_event", StreamInterruptedError),
        ("cut_before_headers", APIConnectionError),
    ],
)
async def test_faults_are_the_errors_that_they_are(newest: FakeFastGPT, fault: str, error: type[Exception]) -> None:
    app = newest.app(answer="one two three four")
    newest.fault(fault, app=app)  # type: ignore[arg-type]
    async with AsyncChatClient(api_key=app.key, base_url=newest.url, app_id=app.id, max_retries=0) as client:
        with pytest.raises(error):
            async with await client.create_chat_completion(HELLO, stream=True, detail=True) as stream:
                await stream.final()
        assert (await client.create_chat_completion(HELLO)).text == "one two three four"


async def test_an_unknown_key(server: FakeFastGPT) -> None:
    async with AsyncChatClient(api_key="fastgpt-nobody", base_url=server.url) as client:
        with pytest.raises(AuthenticationError):
            await client.create_chat_completion(HELLO)


@pytest.fixture
def owners(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeFastGPT]:
    """A server as the owner's own documentation has it."""
    with FakeFastGPT.serve(commercial=True) as server:
        app = server.app("owners", answer="Paris.", id="6b01f15628cb02049eb4cec5")
        server.key("fastgpt-xxxxx", app=app)
        monkeypatch.setenv("FASTGPT_BASE_URL", server.url)
        yield server


@pytest.mark.parametrize(
    ("snippet", "line"),
    [
        (snippets.async_blocking_answer, "Paris."),
        (snippets.async_raw_lines, "data: [DONE]"),
        (snippets.async_entered_by_hand, "Paris."),
        (snippets.async_closed_by_hand, "Paris."),
    ],
)
async def test_the_owners_async_snippets(
    snippet: Callable[[str], Awaitable[None]], line: str, owners: FakeFastGPT, capsys: pytest.CaptureFixture[str]
) -> None:
    await snippet(owners.url)
    assert line in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # as it is written
async def test_the_owners_many_at_once(
    anyio_backend: str, owners: FakeFastGPT, capsys: pytest.CaptureFixture[str]
) -> None:
    await snippets.async_many_at_once(owners.url)
    assert capsys.readouterr().out == "Paris.\nParis.\nParis.\n"


async def test_the_owners_chart(owners: FakeFastGPT, capsys: pytest.CaptureFixture[str]) -> None:
    await snippets.async_logs_chart()
    assert "userData" in capsys.readouterr().out


@pytest.mark.parametrize(
    "snippet", [snippets.blocking_answer, snippets.raw_lines, snippets.entered_by_hand, snippets.closed_by_hand]
)
def test_the_owners_plain_snippets(
    snippet: Callable[[str], None], owners: FakeFastGPT, capsys: pytest.CaptureFixture[str]
) -> None:
    for run in (partial(snippet, owners.url), snippets.logs_chart):
        run()
    printed = capsys.readouterr().out
    assert "Paris." in printed
    assert "userData" in printed
