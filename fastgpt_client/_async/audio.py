# Generated from _async_src/audio.py by scripts/generate.py: edit the source, not this file.
"""Speech: text to audio, and audio to text."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO

from fastgpt_client._api import endpoints as paths
from fastgpt_client._api.params import check_recording
from fastgpt_client.responses import DataResponse, Response

from .files import AsyncFileCallsMixin

if TYPE_CHECKING:
    from fastgpt_client.types import OutLinkAuth, TTSConfig


class AsyncAudioMixin(AsyncFileCallsMixin):
    """The part of the chat client for speech."""

    async def get_speech(
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
        """Return a text as speech: `.content` is the audio, usually MP3. Costs points.

        ```python
        voice = {"type": "model", "model": "tts-1", "voice": "alloy"}
        speech = await client.get_speech(input="Hello!", ttsConfig=voice)
        Path("hello.mp3").write_bytes(speech.content)
        ```

        Args:
            input: text to speak.
            ttsConfig: `model` and `voice`; an unknown model falls back to the server's default.
            appId: ID of the app; default: the client's `app_id`.
            chatId: ID of the chat, from `.chat_id` of an answer or `get_chat_histories`.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            ServerError: the server has no such voice.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

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
        answer = await self._send_request(request)
        return Response(answer.http, answer.content, None, attempts=answer.attempts)

    async def transcribe(
        self,
        file: str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO,
        *,
        filename: str | None = None,
        chatId: str | None = None,
        appId: str | None = None,
        duration: float | None = None,
    ) -> DataResponse[str]:
        """Return the text of a recording: `.data`. Costs points.

        Args:
            file: the audio: a path, bytes, or a seekable file opened in binary mode.
            filename: name of the file; the server infers the format from the extension. Default for bytes: "audio.mp3".
            chatId: ID of a chat, required by 4.15 and later; it need not exist.
            appId: ID of the app; default: the client's `app_id`.
            duration: length of the recording in seconds, which servers require and charge by.

        Raises:
            ValidationError: `chatId` or `duration` is missing, or the file cannot be used (see `upload_file`).
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/v1/audio/transcriptions`, all versions.
        """
        self._validate_params(chatId=chatId)
        check_recording(chatId, duration)
        found = self._require_app_id(appId)
        from .upload import AsyncFormCall  # noqa: PLC0415 - imported on first use

        # 4.15 and later read sourceId, earlier versions appId.
        data = {"appId": found, "sourceType": "app", "sourceId": found, "chatId": chatId, "duration": duration}
        call = AsyncFormCall(self._file_calls(), paths.TRANSCRIBE, {"data": data}, default_name="audio.mp3")
        answer = await call.run(file, filename)
        return DataResponse(
            answer.http, answer.content, answer.json, data=answer.json.get("data"), attempts=answer.attempts
        )
