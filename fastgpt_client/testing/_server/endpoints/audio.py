"""Speech, both ways."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.errors import ServerError
from fastgpt_client.testing._server.form_data import read_form

__all__ = ["speech", "transcribe"]

_HEARD = "Hello!"
_SILENCE = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + bytes(16)


def speech(call: Call) -> Any:
    """getSpeech: bytes without a type."""
    call.app()
    return Response(_SILENCE)


async def transcribe(call: Call) -> Any:
    """audio/transcriptions: everybody says hello."""
    call.key()
    if "file" not in await read_form(call.request):
        raise ServerError("file not found")
    return _HEARD
