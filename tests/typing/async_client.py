"""What type checkers say of the async clients. Nothing here is called: mypy and pyright read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, assert_type

import httpx

from fastgpt_client import (
    AsyncAppClient,
    AsyncChatClient,
    AsyncChatStream,
    AsyncFastGPTClient,
    AsyncPageIterator,
    ChatCompletion,
    DataResponse,
    Event,
    Record,
)
from fastgpt_client.types import (
    AppInfo,
    AppListItem,
    AppLog,
    AppLogPage,
    AppLogsChart,
    AppLogsTotal,
    AppLogUsers,
    ChatHistory,
    ChatHistoryPage,
    ChatInit,
    ChatMessage,
    ChatRecord,
    ChatRecordPage,
    ChatStatusList,
    CollectionQuotePage,
    LinkedRecordPage,
    NodeResponse,
    OutLinkAuth,
    QuoteText,
    StopResult,
)

DAY = date(2026, 1, 1)


def making() -> None:
    assert_type(AsyncChatClient(), AsyncChatClient)
    assert_type(AsyncChatClient("key", "http://localhost:3000", app_id="a", timeout=None, deadline=3), AsyncChatClient)
    assert_type(AsyncAppClient(api_key="key", http_client=httpx.AsyncClient(), headers={"X-A": "1"}), AsyncAppClient)
    AsyncChatClient(http_client=httpx.Client())  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    AsyncChatClient(b"key")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


async def clients(chat: AsyncChatClient, app: AsyncAppClient) -> None:
    base: AsyncFastGPTClient = chat
    assert_type(base.is_closed, bool)
    assert_type(chat.app_id, str | None)
    assert_type(chat.with_options(timeout=3, headers={"X-A": "1"}), AsyncChatClient)
    assert_type(app.with_options(deadline=None, completions="v2"), AsyncAppClient)
    async with chat as entered:
        assert_type(entered, AsyncChatClient)
    async with app as entered_app:
        assert_type(entered_app, AsyncAppClient)
    await chat.__aexit__(None, None, None)
    await app.close()


async def completions(client: AsyncChatClient, *, flag: bool) -> None:
    messages: list[ChatMessage] = [{"role": "user", "content": "Hi"}]
    assert_type(await client.create_chat_completion(messages), ChatCompletion)
    assert_type(await client.create_chat_completion(messages=messages, stream=False), ChatCompletion)
    assert_type(await client.create_chat_completion(messages, stream=True), AsyncChatStream)
    assert_type(await client.create_chat_completion(messages, stream=flag), ChatCompletion | AsyncChatStream)
    assert_type(await client.create_chat_completion(variables={"a": 1}), ChatCompletion)


async def messages_in_every_form(client: AsyncChatClient) -> None:
    plain: list[dict[str, str]] = [{"role": "user", "content": "Hi"}]
    anything: list[dict[str, Any]] = [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    mappings: tuple[Mapping[str, Any], ...] = (*anything,)
    await client.create_chat_completion(plain)
    await client.create_chat_completion(anything)
    await client.create_chat_completion(mappings)
    await client.create_chat_completion([{"role": "user", "content": [{"type": "text", "text": "Hi"}]}])
    await client.create_chat_completion([{"role": "user", "content": None}])
    await client.create_chat_completion("Hi")  # type: ignore[arg-type] # pyright: ignore[reportCallIssue, reportArgumentType]
    await client.create_chat_completion({"role": "user"})  # type: ignore[call-overload] # pyright: ignore[reportCallIssue, reportArgumentType]


async def streams(client: AsyncChatClient) -> None:
    async with await client.create_chat_completion([], stream=True) as stream:
        assert_type(stream, AsyncChatStream)
        async for event in stream:
            assert_type(event, Event)
        async for text in stream.text_deltas():
            assert_type(text, str)
        async for line in stream.aiter_lines():
            assert_type(line, str)
        assert_type(await stream.final(), ChatCompletion)
        assert_type(stream.partial, ChatCompletion)
        assert_type(stream.raise_for_status(), AsyncChatStream)
        assert_type(stream.chat_id, str | None)
        assert_type(stream.request_id, str | None)
        assert_type(stream.status_code, int)
        assert_type(stream.is_closed, bool)
        assert_type(stream.http_response, httpx.Response)
        await stream.close()


async def chats(client: AsyncChatClient) -> None:
    visitor: OutLinkAuth = {"shareId": "s", "outLinkUid": "u"}
    page = await client.get_chat_histories(source="api", startCreateTime=DAY, outLinkAuthData=visitor)
    assert_type(page, DataResponse[ChatHistoryPage])
    assert_type(page.data["list"][0], ChatHistory)
    assert_type(page.data["total"], int)
    assert_type(await client.get_chat_init(chatId="c"), DataResponse[ChatInit])
    assert_type(await client.update_chat_history(chatId="c", top=True), DataResponse[None])
    assert_type(await client.delete_chat_history(chatId="c"), DataResponse[None])
    assert_type(await client.clear_chat_histories(), DataResponse[None])
    assert_type(await client.stop_chat(chatId="c"), DataResponse[StopResult])
    assert_type(await client.batch_delete_chat_histories(chatIds=["c"]), DataResponse[None])
    assert_type(await client.get_history_status(chatIds=("c",)), DataResponse[ChatStatusList])
    assert_type(await client.mark_read(chatId="c"), DataResponse[None])
    assert_type(client.iter_chat_histories(), AsyncPageIterator[ChatHistory])
    async for chat in client.iter_chat_histories():
        assert_type(chat, ChatHistory)
        assert_type(chat["chatId"], str)
    await client.get_chat_histories(source="nowhere")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    await client.get_chat_init("c")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]


async def records(client: AsyncChatClient) -> None:
    page = await client.get_chat_records(chatId="c", pageSize=5)
    assert_type(page, DataResponse[ChatRecordPage])
    assert_type(page.data["list"][0], ChatRecord)
    linked = await client.get_linked_chat_records(chatId="c", prevId="d")
    assert_type(linked, DataResponse[LinkedRecordPage])
    assert_type(await client.get_record_detail(chatId="c", dataId="d"), DataResponse[list[NodeResponse]])
    assert_type(await client.delete_chat_record(chatId="c", contentId="d"), DataResponse[None])
    assert_type(await client.send_feedback(chatId="c", dataId="d", userGoodFeedback="yes"), DataResponse[None])
    questions = await client.get_suggested_questions(chatId="c", questionGuide={"open": True})
    assert_type(questions.data, list[str])
    quotes = await client.get_quotes(chatId="c", chatItemDataId="d", datasetDataIdList=["q"], collectionIdList=["k"])
    assert_type(quotes, DataResponse[list[QuoteText]])
    quotes_of_one = await client.get_collection_quotes(chatId="c", chatItemDataId="d", collectionId="k", anchor=3)
    assert_type(quotes_of_one, DataResponse[CollectionQuotePage])
    async for record in client.iter_chat_records(chatId="c"):
        assert_type(record, Record)


async def apps(client: AsyncAppClient) -> None:
    assert_type(await client.get_app_info(), DataResponse[AppInfo])
    assert_type(
        await client.get_app_logs_chart(dateStart="2026-01-01", dateEnd=DAY, source=["api"], userTimespan="week"),
        DataResponse[AppLogsChart],
    )
    assert_type(await client.get_app_logs_total(), DataResponse[AppLogsTotal])
    assert_type((await client.list_apps(type=["simple"])).data, list[AppListItem])
    assert_type(await client.list_app_logs(dateStart=DAY, dateEnd=DAY), DataResponse[AppLogPage])
    assert_type(await client.list_app_log_users(dateStart=DAY, dateEnd=DAY), DataResponse[AppLogUsers])
    async for log in client.iter_app_logs(dateStart=DAY, dateEnd=DAY):
        assert_type(log, AppLog)
