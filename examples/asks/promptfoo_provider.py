"""A promptfoo provider that asks a FastGPT app, and reports tokens, points and citations to `promptfoo eval`.

In promptfooconfig.yaml, with the key in the environment as FASTGPT_API_KEY:

    providers:
      - ID: file://examples/asks/promptfoo_provider.py
        config: {base_url: "http://localhost:3000", app_id: "…"}
"""

from __future__ import annotations

import json
from typing import Any

from fastgpt_client import ChatClient, FastGPTError

clients: dict[tuple[str | None, str | None], ChatClient] = {}


def client_for(config: dict[str, Any]) -> ChatClient:
    """Return the client for these settings; it is reused, since promptfoo calls many times in one process."""
    url, app = config.get("base_url"), config.get("app_id")
    if (url, app) not in clients:
        clients[url, app] = ChatClient(base_url=url, app_id=app)
    return clients[url, app]


def messages_of(prompt: str) -> Any:
    """Return the messages of a prompt, which is a text or a JSON list of messages."""
    text = [{"role": "user", "content": prompt}]
    try:
        found: object = json.loads(prompt)
    except ValueError:
        return text
    return found if isinstance(found, list) else text  # pyright: ignore[reportUnknownVariableType]


def call_api(prompt: str, options: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Answer a prompt in promptfoo's format; the test's `vars` are sent as the app's variables."""
    try:
        answer = client_for(options.get("config", {})).create_chat_completion(
            messages_of(prompt), detail=True, variables=context.get("vars") or None
        )
    except FastGPTError as exc:
        return {"error": f"{type(exc).__name__}: {exc}"}
    if answer.error is not None:
        return {"error": f"the run failed in part: {answer.error}", "output": answer.text}
    used = answer.usage.total
    return {
        "output": answer.text,
        "tokenUsage": {"total": used.total_tokens, "prompt": used.input_tokens, "completion": used.output_tokens},
        # FastGPT reports points, not dollars, so there is no `cost`.
        "metadata": {"points": used.points, "citations": [citation.source_name for citation in answer.citations]},
    }
