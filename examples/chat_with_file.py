"""Ask about files, which are uploaded or, if they are small images, embedded in the question; stream the answer.

Run it with a question and files, for an app that accepts files:

    FASTGPT_API_KEY=fastgpt-… FASTGPT_APP_ID=… python examples/chat_with_file.py "What is in it?" report.pdf
"""

from __future__ import annotations

import sys
from pathlib import Path

from fastgpt_client import ChatClient, FastGPTError, image_part
from fastgpt_client.types import ContentPart

SMALL = 200_000  # bytes; the server saves an embedded image with the question


def show(sent: int, size: int) -> None:
    print(f"{sent} of {size} bytes", file=sys.stderr)


def part(client: ChatClient, path: Path, chat_id: str) -> ContentPart:
    """Return the content part for a file."""
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
        except (OSError, FastGPTError) as exc:  # the file is missing, the app does not accept it, or the call failed
            print(exc, file=sys.stderr)
            return 1
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
