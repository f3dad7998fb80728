"""A promptfoo provider: `promptfoo eval` asks a FastGPT app, and knows its tokens, its points and what it cited.

In promptfooconfig.yaml, with the key in the environment as FASTGPT_API_KEY:

    providers:
      - id: file://examples/asks/promptfoo_provider.py
        config: {base_url: "http://localhost:3000", app_id: "…"}
"""

from __future__ import annotations

import json
from typing import Any

from fastgpt_client import ChatClient, FastGPTError

clients: dict[str, ChatClient] = {}


def client_for(settings: dict[str, str]) -> ChatClient:
    """Return the client of some settings: promptfoo calls many times in one process."""
    name = json.dumps(settings, sort_keys=True)
    if name not in clients:
        clients[name] = ChatClient(**settings)
    return clients[name]


def messages_of(prompt: str) -> Any:
    """Return the messages of a prompt, which is a text, or JSON that lists them."""
    try:
        found = json.loads(prompt)
    except ValueError:
        found = None
    return found if isinstance(found, list) else [{"role": "user", "content": prompt}]


def call_api(prompt: str, options: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Answer a prompt, in the form that promptfoo asks for; `vars` of the test go along as the app's variables."""
    settings = {name: value for name, value in options.get("config", {}).items() if name in ("base_url", "app_id")}
    try:
        answer = client_for(settings).create_chat_completion(
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
        # FastGPT counts points, not dollars: they are no `cost`.
        "metadata": {"points": used.points, "citations": [citation.source_name for citation in answer.citations]},
    }
