"""Stream an answer with trio, and give up after a minute. Requires `pip install trio`.

Run it with:

    FASTGPT_API_KEY=fastgpt-… python examples/trio_chat.py "Hello!"
"""

from __future__ import annotations

import sys

import trio

from fastgpt_client import AsyncChatClient


async def main() -> None:
    question = " ".join(sys.argv[1:]) or "Hello!"
    async with AsyncChatClient() as client:
        with trio.move_on_after(60) as scope:
            async with await client.create_chat_completion(
                [{"role": "user", "content": question}], stream=True
            ) as stream:
                async for text in stream.text_deltas():
                    print(text, end="", flush=True)
    print("\n[given up]" if scope.cancelled_caught else "")


if __name__ == "__main__":
    trio.run(main)
