"""Holds a chat in a terminal: answers appear as they are made, and Ctrl-C stops one on the server too.

Run it with, and answer what it asks, an empty line to end:

    FASTGPT_API_KEY=fastgpt-… FASTGPT_APP_ID=… python examples/conversation.py

It prints the chat's id at the end; given as an argument, the chat goes on where it was.
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
    except KeyboardInterrupt:  # the block has told the server to stop: the next question does not meet the run
        print(" … stopped", end="")
    except FastGPTError as exc:  # what was cut has been looked up on the server, and was not there
        print(f" … {type(exc).__name__}: {exc}", end="")
    print()


def main() -> None:
    chat_id = sys.argv[1] if len(sys.argv) > 1 else None
    # v2 runs go on when the connection breaks, so that a broken answer can be had from the server.
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
