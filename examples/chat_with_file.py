"""Asks about files: uploads them, or takes a small image along in the question, and prints the answer as it is made.

Run it with a question and files, for an app that takes files:

    FASTGPT_API_KEY=fastgpt-… FASTGPT_APP_ID=… python examples/chat_with_file.py "What is in it?" report.pdf
"""

from __future__ import annotations

import sys
from pathlib import Path

from fastgpt_client import ChatClient, FastGPTError, image_part
from fastgpt_client.types import ContentPart

SMALL = 200_000  # bytes; a question is saved with what is in it


def show(sent: int, size: int) -> None:
    print(f"{sent} of {size} bytes", file=sys.stderr)


def part(client: ChatClient, path: Path, chat_id: str) -> ContentPart:
    """Return what shows a file to the app."""
    if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp") and path.stat().st_size <= SMALL:
        return image_part(path)
    return client.upload_file(path, chatId=chat_id, progress=show)


def main() -> int:
    question, *names = sys.argv[1:] or ["What is in it?"]
    with ChatClient() as client:
        conversation = client.conversation()
        try:
            files = [part(client, Path(name), conversation.chat_id) for name in names]
            with conversation.stream([{"type": "text", "text": question}, *files]) as stream:
                for text in stream.text_deltas():
                    print(text, end="", flush=True)
        except (OSError, FastGPTError) as exc:  # no such file, none the app takes, or no answer
            print(exc, file=sys.stderr)
            return 1
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
