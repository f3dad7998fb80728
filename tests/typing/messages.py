"""What type checkers say of messages as people write them. Nothing here is called: mypy and pyright read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_type

from fastgpt_client import AsyncChatClient, ChatClient, ChatCompletion, Conversation, image_part
from fastgpt_client.types import ChatMessage, ImagePart


def inline(client: ChatClient, picture: ImagePart) -> None:
    answer = client.create_chat_completion(
        [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
                ],
            },
        ]
    )
    assert_type(answer, ChatCompletion)
    client.create_chat_completion(({"role": "user", "content": "Hi"},))
    client.create_chat_completion(
        [{"role": "user", "content": [{"type": "text", "text": "?"}, picture, image_part("b.png")]}]
    )
    client.create_chat_completion(
        [
            {"role": "user", "content": "What time is it?"},
            {"role": "assistant", "content": None, "tool_calls": [{"id": "t1", "function": {"name": "clock"}}]},
            {"role": "tool", "content": "12:00", "tool_call_id": "t1"},
            {"role": "user", "content": "And now?", "aKeyOfANewerServer": {"a": [1, "b"]}},
        ]
    )


async def inline_async(client: AsyncChatClient) -> None:
    await client.create_chat_completion(
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
        ]
    )


def lists(
    client: ChatClient,
    typed: list[ChatMessage],
    plain: list[dict[str, str]],
    loaded: list[dict[str, Any]],
    read_only: tuple[Mapping[str, object], ...],
) -> None:
    for messages in (typed, plain, loaded, read_only):
        client.create_chat_completion(messages)
    client.create_chat_completion([*typed, {"role": "user", "content": [{"type": "text", "text": "Hi"}]}])
    client.create_chat_completion([*plain, {"role": "user", "content": "Hi"}])
    client.create_chat_completion(typed + [{"role": "user", "content": "Hi"}])  # noqa: RUF005 - as people write it


def questions(conversation: Conversation, picture: ImagePart) -> None:
    conversation.ask([{"type": "text", "text": "?"}, picture])
    conversation.ask(
        [{"type": "text", "text": "?"}, {"type": "file_url", "name": "a.pdf", "url": "https://example.com"}]
    )


def refused(client: ChatClient) -> None:
    client.create_chat_completion("Hi")  # type: ignore[arg-type] # pyright: ignore[reportCallIssue, reportArgumentType]
    client.create_chat_completion([["Hi"]])  # type: ignore[list-item] # pyright: ignore[reportCallIssue, reportArgumentType]
