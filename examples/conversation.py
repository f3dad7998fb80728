"""Chat in a terminal: answers are streamed, and Ctrl-C stops an answer on the server too.

Run it, and enter your questions; an empty line ends it:

    FASTGPT_API_KEY=fastgpt-… FASTGPT_APP_ID=… python examples/conversation.py

It prints the chat's ID at the end; pass it as an argument to continue the chat.
"""

from __future__ import annotations

import sys
from contextlib import suppress

from fastgpt_client import ChatClient, Conversation, FastGPTError


def answer(conversation: Conversation, question: str) -> None:
    try:
        with conversation.stream(question) as stream:
            for text in stream.text_deltas():
                print(text, end="", flush=True)
    except KeyboardInterrupt:  # leaving the block has stopped the run
        print(" … stopped", end="")
    except FastGPTError as exc:  # the answer was looked up on the server, and not found
        print(f" … {type(exc).__name__}: {exc}", end="")
    print()


def main() -> None:
    chat_id = sys.argv[1] if len(sys.argv) > 1 else None
    # A v2 run continues when the connection breaks, so its answer can be fetched from the server.
    with ChatClient(completions="v2") as client:
        conversation = client.conversation(chatId=chat_id)
        if chat_id is not None:
            print(f"{sum(1 for _ in conversation.records())} messages so far")
        with suppress(EOFError):  # Ctrl-D
            while question := input("> ").strip():
                answer(conversation, question)
        print(f"chat {conversation.chat_id}")


if __name__ == "__main__":
    main()
