"""Show an answer as it is generated: nodes, tool calls and text, as typed events.

Run it with:

    FASTGPT_API_KEY=fastgpt-… python examples/stream_events.py "What is the weather in Paris?"
"""

from __future__ import annotations

import asyncio
import sys

from fastgpt_client import (
    Answer,
    AsyncChatClient,
    ChatTitle,
    FlowNodeStatus,
    Interactive,
    ToolCall,
    ToolResponse,
    WorkflowDuration,
)
from fastgpt_client.events import Event


def show(event: Event) -> None:
    match event:
        case Answer(text=text):
            print(text, end="", flush=True)
        case ChatTitle(title=title):
            print(f"# {title}")
        case FlowNodeStatus(name=name):
            print(f"[{name}]")
        case ToolCall(name=name):
            print(f"[calls {name}]")
        case ToolResponse(response=response):
            print(f"[tool said {response!r}]")
        case Interactive(interactive=interactive):
            print(f"[waits for the user: {interactive.get('type')}]")
        case WorkflowDuration(seconds=seconds):
            print(f"\n[{seconds} s]")
        case _:  # events that this program does not show, or does not know yet
            pass


async def main() -> None:
    question = " ".join(sys.argv[1:]) or "Hello!"
    async with (
        AsyncChatClient() as client,
        await client.create_chat_completion(
            [{"role": "user", "content": question}], stream=True, detail=True
        ) as stream,
    ):
        async for event in stream:
            show(event)
        answer = await stream.final()
    for call in answer.tool_calls:
        print(f"{call.get('toolName')}({call.get('params')}) -> {call.get('response')}")
    print(f"{len(answer.node_responses)} nodes ran")


if __name__ == "__main__":
    asyncio.run(main())
