# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Speech: an answer read aloud, and a recording turned into text."""

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
    """The part of the chat client that speaks and listens."""

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
        """Return a text as speech: `.content` is the audio, mostly MP3. It costs points.

        Args:
            input: the text to speak.
            ttsConfig: `model` and `voice`; an unknown model falls back to the server's default.
            appId: the app; left out, the client's `app_id`.
            chatId: the id of the chat, as `.chat_id` of an answer or `get_chat_histories` has it.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
        """Return the text of a recording: `.data`. It costs points.

        Args:
            file: the audio: a path, bytes, or a file opened in binary mode that can seek.
            filename: its name; the ending tells the server the format. Bytes are called "audio.mp3" if it is left out.
            chatId: a chat's id, which servers from 4.15 on demand; one that is not in use yet will do.
            appId: the app; left out, the client's `app_id`.
            duration: its length in seconds, which servers demand and charge by.

        Raises:
            ValidationError: `chatId` or `duration` is missing, or the file cannot be used (see `upload_file`).

        `POST /api/v1/audio/transcriptions`, all versions.
        """
        self._validate_params(chatId=chatId)
        check_recording(chatId, duration)
        found = self._require_app_id(appId)
        from .upload import AsyncFormCall  # noqa: PLC0415 - not every program uploads

        # 4.15 and later read sourceId, before it was appId.
        data = {"appId": found, "sourceType": "app", "sourceId": found, "chatId": chatId, "duration": duration}
        call = AsyncFormCall(self._file_calls(), paths.TRANSCRIBE, {"data": data}, default_name="audio.mp3")
        answer = await call.run(file, filename)
        return DataResponse(
            answer.http, answer.content, answer.json, data=answer.json.get("data"), attempts=answer.attempts
        )
