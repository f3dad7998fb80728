"""Ask one question and print the answer.

Run it with:

    FASTGPT_API_KEY=fastgpt-… FASTGPT_BASE_URL=http://localhost:3000 python examples/basic_chat.py "Hello!"
"""

from __future__ import annotations

import sys

from fastgpt_client import ChatClient


def main() -> None:
    question = " ".join(sys.argv[1:]) or "Hello!"
    with ChatClient() as client:
        answer = client.create_chat_completion([{"role": "user", "content": question}])
    print(answer.text)


if __name__ == "__main__":
    main()
