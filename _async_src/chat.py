# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""The chat client."""

from __future__ import annotations

from .completions import AsyncCompletions
from .histories import AsyncHistories
from .records import AsyncRecords


class AsyncChatClient(AsyncCompletions, AsyncHistories, AsyncRecords):
    """Talks to FastGPT's chat endpoints: completions, streamed or not, histories, records and feedback.

    ```python
    async with AsyncChatClient(api_key="fastgpt-xxxxx", base_url="http://localhost:3000") as client:
        answer = await client.create_chat_completion([{"role": "user", "content": "Hello!"}])
        print(answer.text)
    ```

    All arguments of a call keep the wire's spelling; None leaves an argument out. `extra_body` and `extra_query` add
    what a newer server takes. `appId` may be left out where the client has an `app_id`. A share link's visitor is
    named by `outLinkAuthData` (4.15 and later), or by `shareId` and `outLinkUid` beside `appId` (before).

    Every call raises `ValidationError` for what it can refuse before sending, a subclass of `APIError` for an error
    of the server, and `APIConnectionError` if no answer came.
    """
