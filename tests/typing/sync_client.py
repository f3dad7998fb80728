"""What type checkers say of the sync clients. Nothing here is called: mypy and pyright read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, assert_type

import httpx

from fastgpt_client import (
    AppClient,
    ChatClient,
    ChatCompletion,
    ChatStream,
    DataResponse,
    Event,
    FastGPTClient,
    PageIterator,
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
    assert_type(ChatClient(), ChatClient)
    assert_type(ChatClient("key", "http://localhost:3000", app_id="a", timeout=None, deadline=3), ChatClient)
    assert_type(AppClient(api_key="key", http_client=httpx.Client(), headers={"X-A": "1"}), AppClient)
    ChatClient(http_client=httpx.AsyncClient())  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    ChatClient(b"key")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def clients(chat: ChatClient, app: AppClient) -> None:
    base: FastGPTClient = chat
    assert_type(base.is_closed, bool)
    assert_type(chat.app_id, str | None)
    assert_type(chat.with_options(timeout=3, headers={"X-A": "1"}), ChatClient)
    assert_type(app.with_options(deadline=None, completions="v2"), AppClient)
    with chat as entered:
        assert_type(entered, ChatClient)
    with app as entered_app:
        assert_type(entered_app, AppClient)
    chat.__exit__(None, None, None)
    app.close()


def completions(client: ChatClient, *, flag: bool) -> None:
    messages: list[ChatMessage] = [{"role": "user", "content": "Hi"}]
    assert_type(client.create_chat_completion(messages), ChatCompletion)
    assert_type(client.create_chat_completion(messages=messages, stream=False), ChatCompletion)
    assert_type(client.create_chat_completion(messages, stream=True), ChatStream)
    assert_type(client.create_chat_completion(messages, stream=flag), ChatCompletion | ChatStream)
    assert_type(client.create_chat_completion(variables={"a": 1}), ChatCompletion)


def messages_in_every_form(client: ChatClient) -> None:
    plain: list[dict[str, str]] = [{"role": "user", "content": "Hi"}]
    anything: list[dict[str, Any]] = [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    mappings: tuple[Mapping[str, Any], ...] = (*anything,)
    client.create_chat_completion(plain)
    client.create_chat_completion(anything)
    client.create_chat_completion(mappings)
    client.create_chat_completion([{"role": "user", "content": [{"type": "text", "text": "Hi"}]}])
    client.create_chat_completion([{"role": "user", "content": None}])
    client.create_chat_completion("Hi")  # type: ignore[arg-type] # pyright: ignore[reportCallIssue, reportArgumentType]
    client.create_chat_completion({"role": "user"})  # type: ignore[call-overload] # pyright: ignore[reportCallIssue, reportArgumentType]


def streams(client: ChatClient) -> None:
    with client.create_chat_completion([], stream=True) as stream:
        assert_type(stream, ChatStream)
        for event in stream:
            assert_type(event, Event)
        for text in stream.text_deltas():
            assert_type(text, str)
        for line in stream.iter_lines():
            assert_type(line, str)
        assert_type(stream.final(), ChatCompletion)
        assert_type(stream.partial, ChatCompletion)
        assert_type(stream.raise_for_status(), ChatStream)
        assert_type(stream.chat_id, str | None)
        assert_type(stream.request_id, str | None)
        assert_type(stream.status_code, int)
        assert_type(stream.is_closed, bool)
        assert_type(stream.http_response, httpx.Response)
        stream.close()


def chats(client: ChatClient) -> None:
    visitor: OutLinkAuth = {"shareId": "s", "outLinkUid": "u"}
    page = client.get_chat_histories(source="api", startCreateTime=DAY, outLinkAuthData=visitor)
    assert_type(page, DataResponse[ChatHistoryPage])
    assert_type(page.data["list"][0], ChatHistory)
    assert_type(page.data["total"], int)
    assert_type(client.get_chat_init(chatId="c"), DataResponse[ChatInit])
    assert_type(client.update_chat_history(chatId="c", top=True), DataResponse[None])
    assert_type(client.delete_chat_history(chatId="c"), DataResponse[None])
    assert_type(client.clear_chat_histories(), DataResponse[None])
    assert_type(client.stop_chat(chatId="c"), DataResponse[StopResult])
    assert_type(client.batch_delete_chat_histories(chatIds=["c"]), DataResponse[None])
    assert_type(client.get_history_status(chatIds=("c",)), DataResponse[ChatStatusList])
    assert_type(client.mark_read(chatId="c"), DataResponse[None])
    assert_type(client.iter_chat_histories(), PageIterator[ChatHistory])
    for chat in client.iter_chat_histories():
        assert_type(chat, ChatHistory)
        assert_type(chat["chatId"], str)
    client.get_chat_histories(source="nowhere")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    client.get_chat_init("c")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]


def records(client: ChatClient) -> None:
    page = client.get_chat_records(chatId="c", pageSize=5)
    assert_type(page, DataResponse[ChatRecordPage])
    assert_type(page.data["list"][0], ChatRecord)
    linked = client.get_linked_chat_records(chatId="c", prevId="d")
    assert_type(linked, DataResponse[LinkedRecordPage])
    assert_type(client.get_record_detail(chatId="c", dataId="d"), DataResponse[list[NodeResponse]])
    assert_type(client.delete_chat_record(chatId="c", contentId="d"), DataResponse[None])
    assert_type(client.send_feedback(chatId="c", dataId="d", userGoodFeedback="yes"), DataResponse[None])
    questions = client.get_suggested_questions(chatId="c", questionGuide={"open": True})
    assert_type(questions.data, list[str])
    quotes = client.get_quotes(chatId="c", chatItemDataId="d", datasetDataIdList=["q"], collectionIdList=["k"])
    assert_type(quotes, DataResponse[list[QuoteText]])
    quotes_of_one = client.get_collection_quotes(chatId="c", chatItemDataId="d", collectionId="k", anchor=3)
    assert_type(quotes_of_one, DataResponse[CollectionQuotePage])
    for record in client.iter_chat_records(chatId="c"):
        assert_type(record, Record)


def apps(client: AppClient) -> None:
    assert_type(client.get_app_info(), DataResponse[AppInfo])
    assert_type(
        client.get_app_logs_chart(dateStart="2026-01-01", dateEnd=DAY, source=["api"], userTimespan="week"),
        DataResponse[AppLogsChart],
    )
    assert_type(client.get_app_logs_total(), DataResponse[AppLogsTotal])
    assert_type(client.list_apps(type=["simple"]).data, list[AppListItem])
    assert_type(client.list_app_logs(dateStart=DAY, dateEnd=DAY), DataResponse[AppLogPage])
    assert_type(client.list_app_log_users(dateStart=DAY, dateEnd=DAY), DataResponse[AppLogUsers])
    for log in client.iter_app_logs(dateStart=DAY, dateEnd=DAY):
        assert_type(log, AppLog)
