"""Checking a key."""

from __future__ import annotations

from typing import Any

from fastgpt_client.testing._server.call import Call, authenticate
from fastgpt_client.testing._server.errors import ServerError
from fastgpt_client.testing._server.validation import check, text
from fastgpt_client.testing._server.versions import Since

__all__ = ["health"]


def health(call: Call) -> Any:
    """openapi/health: whether the key in the query is valid."""
    check(call.values, {"apiKey": text})
    try:
        key, _ = authenticate(f"Bearer {call.api_key}", call.version, call.state.keys)
    except ServerError:
        raise ServerError("APIKey invalid") from None
    app = {"appId": key.app_id} if key.app_id else {}
    if call.version < Since.CHATS_NEED_A_TARGET:
        return app
    return {"valid": True, "usagePoints": call.state.points, "maxUsagePoints": -1, **app}
