# Generated from _async_src/audio.py by scripts/generate.py: edit the source, not this file.
"""Speech: an answer read aloud, and a recording turned into text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO

from fastgpt_client._api import endpoints as paths
from fastgpt_client._api.params import is_binary
from fastgpt_client._http.request import APIRequest
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.responses import DataResponse, Response

from .client import FastGPTClient

if TYPE_CHECKING:
    from fastgpt_client.types import OutLinkAuth, TTSConfig


class AudioMixin(FastGPTClient):
    """The part of the chat client that speaks and listens."""

    def get_speech(
        self,
        *,
        input: str,
        ttsConfig: TTSConfig,
        appId: str | None = None,
        chatId: str | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> Response[None]:
        """Return a text as speech: `.content` is the audio, mostly MP3. It costs points.

        Args:
            input: the text to speak.
            ttsConfig: `model` and `voice`; an unknown model falls back to the server's default.

        Raises:
            ServerError: the server has no such voice.

        `POST /api/core/chat/record/getSpeech`, all versions.
        """
        self._validate_params(input=input, chatId=chatId)
        request = self._request(
            paths.SPEECH,
            body={
                **self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid),
                "chatId": chatId,
                "ttsConfig": ttsConfig,
                "input": input,
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        answer = self._send_request(request)
        return Response(answer.http, answer.content, None, attempts=answer.attempts)

    def transcribe(
        self,
        file: bytes | BinaryIO,
        *,
        filename: str = "audio.mp3",
        chatId: str | None = None,
        appId: str | None = None,
        duration: float | None = None,
    ) -> DataResponse[str]:
        """Return the text of a recording: `.data`. It costs points.

        Args:
            file: the audio, as bytes or as a file opened in binary mode.
            filename: its name; the ending tells the server the format.
            duration: its length in seconds, which some servers charge by.

        `POST /api/v1/audio/transcriptions`, all versions.
        """
        self._validate_params(filename=filename, chatId=chatId)
        if not is_binary(file):
            raise ValidationError("file must be bytes, or a file opened in binary mode")
        found = self._require_app_id(appId)
        # 4.15 and later read sourceId, before it was appId.
        data = {"appId": found, "sourceType": "app", "sourceId": found, "chatId": chatId, "duration": duration}
        given = {name: value for name, value in data.items() if value is not None}
        request = APIRequest(
            paths.TRANSCRIBE,
            {},
            None,
            form={"data": json.dumps(given)},
            file=(filename, file, "application/octet-stream"),
        )
        return self._call(request)
