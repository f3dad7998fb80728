# Generated from _async_src/datasets_calls.py by scripts/generate.py: edit the source, not this file.
"""What all calls about knowledge bases share."""

from __future__ import annotations

from typing import Any

from fastgpt_client._api.datasets import hide_secrets
from fastgpt_client._concurrency import monotonic
from fastgpt_client._http.request import APIRequest, RawResponse
from fastgpt_client.exceptions import APITimeoutError
from fastgpt_client.responses import DataResponse

from .files import AsyncFileCallsMixin


class AsyncDatasetCalls(AsyncFileCallsMixin):
    """Sends calls whose responses may contain credentials of the server, and calls that need several requests."""

    async def _send_request(self, request: APIRequest) -> RawResponse:
        answer = await super()._send_request(request)
        hide_secrets(answer.json)
        return answer

    async def _call(self, request: APIRequest) -> DataResponse[Any]:
        return opened(await self._send_request(request))

    def _end(self) -> float | None:
        """Return the time at which a call that starts now has to end, None if it has no deadline."""
        deadline = self._options.deadline
        return None if deadline is None else monotonic() + deadline

    async def _call_until(self, request: APIRequest, end: float | None) -> DataResponse[Any]:
        """Return the response to one request of a call that needs several."""
        if end is None:
            return await self._call(request)
        left = end - monotonic()
        if left <= 0:
            raise self._late()
        try:
            return opened(await self._send_within(request, left))
        except APITimeoutError as exc:
            if monotonic() < end:
                raise
            raise self._late(exc.attempts) from exc

    def _late(self, attempts: int = 0) -> APITimeoutError:
        message = f"The call took longer than its deadline of {self._options.deadline} s"
        return APITimeoutError(message, attempts=attempts)


def opened(answer: RawResponse) -> DataResponse[Any]:
    return DataResponse(
        answer.http, answer.content, answer.json, data=answer.json.get("data"), attempts=answer.attempts
    )
