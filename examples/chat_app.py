"""A small application with a conversation, which the server saves under its chatId.

Run it with:

    FASTGPT_API_KEY=fastgpt-… python examples/chat_app.py "My name is Ann" "What did I say?"

Without arguments it reads the questions from standard input, one per line.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from uuid import uuid4

from fastgpt_client import AsyncChatClient


class AsyncChatApp:
    """An application that opens its client when it starts and closes it when it stops, like a web service."""

    def __init__(self) -> None:
        self.client = AsyncChatClient()
        self.chat_id = uuid4().hex[:24]

    async def start(self) -> None:
        await self.client.__aenter__()

    async def stop(self) -> None:
        await self.client.__aexit__(None, None, None)

    async def ask(self, question: str) -> str:
        """Return the answer to the next question of the chat; only the new message is sent."""
        answer = await self.client.create_chat_completion([{"role": "user", "content": question}], chatId=self.chat_id)
        return answer.text


async def main() -> None:
    questions: Iterable[str] = sys.argv[1:] or sys.stdin
    app = AsyncChatApp()
    await app.start()
    try:
        for question in questions:
            print(await app.ask(question.strip()))
    finally:
        await app.stop()


if __name__ == "__main__":
    asyncio.run(main())
