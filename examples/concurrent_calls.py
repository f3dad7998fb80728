"""Ask several questions at once with one client, and print the answers in the order of the questions.

Run it with:

    FASTGPT_API_KEY=fastgpt-… python examples/concurrent_calls.py "Hello!" "Why?" "What is the capital of France?"
"""

from __future__ import annotations

import asyncio
import sys

from fastgpt_client import AsyncChatClient, FastGPTError


async def ask(client: AsyncChatClient, question: str) -> str:
    """Return the answer or the error, so that one failed call does not cancel the others."""
    try:
        answer = await client.create_chat_completion([{"role": "user", "content": question}])
    except FastGPTError as exc:
        return f"failed: {exc}"
    return answer.text


async def main() -> None:
    questions = sys.argv[1:] or ["Hello!", "Why?"]
    async with AsyncChatClient() as client:
        answers = await asyncio.gather(*[ask(client, question) for question in questions])
    for question, answer in zip(questions, answers, strict=True):
        print(f"{question} -> {answer}")


if __name__ == "__main__":
    asyncio.run(main())
