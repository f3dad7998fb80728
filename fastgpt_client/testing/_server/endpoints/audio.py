"""Speech output and transcription."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.errors import ServerError, unexpected_form
from fastgpt_client.testing._server.form_data import read_form, read_json
from fastgpt_client.testing._server.share_auth import named_visitor
from fastgpt_client.testing._server.validation import ABSENT, one_of, text
from fastgpt_client.testing._server.versions import Since

__all__ = ["speech", "transcribe"]

_DATA = {"sourceType": one_of("app", "skillEdit", "chatAgentHelper"), "sourceId": text, "chatId": text}
_SILENCE = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + bytes(16)


def speech(call: Call) -> Any:
    """getSpeech: bytes without a content type."""
    call.app()
    return Response(_SILENCE)


async def transcribe(call: Call) -> Any:
    """audio/transcriptions: the same text for every recording."""
    form = await read_form(call.request)
    if call.version < Since.TRANSCRIPTION_NEEDS_A_CHAT:
        call.key()
        if "file" not in form:
            raise ServerError("file not found")
        return call.state.transcription
    data = read_json(form["data"]) if "data" in form else {}
    problems = [problem for name, check in _DATA.items() for problem in check([name], data.get(name, ABSENT))]
    if problems:
        raise unexpected_form(*problems)
    if "file" not in form:
        raise ServerError("File not found")
    if not data.get("duration"):
        raise ServerError("duration not found")
    if (named := named_visitor(data, call.version)) is None:
        call.key()
        call.find_app(data["sourceId"])
    else:
        call.admit(*named)
    return call.state.transcription
