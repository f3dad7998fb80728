"""Suggested questions."""

from __future__ import annotations

from typing import Any

from fastgpt_client._json import as_object
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.errors import ServerError
from fastgpt_client.testing._server.state import App
from fastgpt_client.testing._server.validation import a_list, text
from fastgpt_client.testing._server.versions import Since

__all__ = ["guide", "guide_of_messages"]

_FAILING = "fake-fail"


def guide(call: Call) -> Any:
    """agent/v2/createQuestionGuide"""
    call.check({"chatId": text})
    app = call.app()
    asked = as_object(call.values.get("questionGuide"))
    if asked.get("model") == _FAILING:
        raise ServerError("fake upstream exploded")
    return list(app.suggestions)


def guide_of_messages(call: Call) -> Any:
    """agent/createQuestionGuide"""
    call.key()
    messages = call.values.get("messages")
    if call.version >= Since.VALIDATION:
        call.check({"messages": a_list}, target=False)
    elif messages is None:
        raise ServerError("e is not iterable")
    return list(App(name="").suggestions)
