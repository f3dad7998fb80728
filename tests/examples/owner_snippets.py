"""The calls that the library was made for, as its owner wrote them down: asyncio first, then plain scripts.

They print what they get. `FASTGPT_BASE_URL` names the server where a call names none.
"""

from __future__ import annotations

import asyncio
from typing import Any

from fastgpt_client import AppClient, AsyncAppClient, AsyncChatClient, ChatClient

many: list[list[dict[str, Any]]] = [
    [{"role": "user", "content": question}] for question in ("Hello!", "Why?", "What is the capital of France?")
]


async def async_blocking_answer(base_url: str) -> None:
    async with AsyncChatClient(api_key="fastgpt-xxxxx", base_url=base_url) as client:
        response = await client.create_chat_completion(messages=[{"role": "user", "content": "Hello!"}], stream=False)
        response.raise_for_status()
        print(response.json()["choices"][0]["message"]["content"])


async def async_raw_lines(base_url: str, chat_id: str = "my-chat") -> None:
    async with AsyncChatClient(api_key="fastgpt-xxxxx", base_url=base_url) as client:
        response = await client.create_chat_completion(
            messages=[{"role": "user", "content": "Hello!"}], chatId=chat_id, stream=True
        )
        async for line in response.aiter_lines():
            if line.startswith("data:"):
                print(line)


async def async_many_at_once(base_url: str) -> None:
    async with AsyncChatClient(api_key="fastgpt-xxxxx", base_url=base_url) as client:
        responses = await asyncio.gather(*[client.create_chat_completion(messages=m, stream=False) for m in many])
        for response in responses:
            print(response.json()["choices"][0]["message"]["content"])


async def async_logs_chart() -> None:
    async with AsyncAppClient(api_key="fastgpt-xxxxx") as client:
        response = await client.get_app_logs_chart(
            appId="6b01f15628cb02049eb4cec5", dateStart="2024-01-01", dateEnd="2024-12-31", source=["api"]
        )
        response.raise_for_status()
        data = response.json()
        print(data["data"])


async def async_entered_by_hand(base_url: str) -> None:
    client = AsyncChatClient(api_key="fastgpt-xxxxx", base_url=base_url)
    await client.__aenter__()
    response = await client.create_chat_completion(messages=[{"role": "user", "content": "Hello!"}], stream=False)
    print(response.json()["choices"][0]["message"]["content"])
    await client.__aexit__(None, None, None)
    print(client)


async def async_closed_by_hand(base_url: str) -> None:
    client = AsyncChatClient(api_key="fastgpt-xxxxx", base_url=base_url)
    response = await client.create_chat_completion(messages=[{"role": "user", "content": "Hello!"}], stream=False)
    print(response.json()["choices"][0]["message"]["content"])
    await client.close()
    print(client)


def blocking_answer(base_url: str) -> None:
    with ChatClient(api_key="fastgpt-xxxxx", base_url=base_url) as client:
        response = client.create_chat_completion(messages=[{"role": "user", "content": "Hello!"}], stream=False)
        response.raise_for_status()
        print(response.json()["choices"][0]["message"]["content"])


def raw_lines(base_url: str, chat_id: str = "my-chat") -> None:
    with ChatClient(api_key="fastgpt-xxxxx", base_url=base_url) as client:
        response = client.create_chat_completion(
            messages=[{"role": "user", "content": "Hello!"}], chatId=chat_id, stream=True
        )
        for line in response.iter_lines():
            if line.startswith("data:"):
                print(line)


def logs_chart() -> None:
    with AppClient(api_key="fastgpt-xxxxx") as client:
        response = client.get_app_logs_chart(
            appId="6b01f15628cb02049eb4cec5", dateStart="2024-01-01", dateEnd="2024-12-31", source=["api"]
        )
        response.raise_for_status()
        data = response.json()
        print(data["data"])


def entered_by_hand(base_url: str) -> None:
    client = ChatClient(api_key="fastgpt-xxxxx", base_url=base_url)
    client.__enter__()
    response = client.create_chat_completion(messages=[{"role": "user", "content": "Hello!"}], stream=False)
    print(response.json()["choices"][0]["message"]["content"])
    client.__exit__(None, None, None)
    print(client)


def closed_by_hand(base_url: str) -> None:
    client = ChatClient(api_key="fastgpt-xxxxx", base_url=base_url)
    response = client.create_chat_completion(messages=[{"role": "user", "content": "Hello!"}], stream=False)
    print(response.json()["choices"][0]["message"]["content"])
    client.close()
    print(client)
