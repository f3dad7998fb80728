"""A server of the user that FastGPT calls: the hooks behind a share link, or a library of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from json import dumps
from typing import Any

import httpx

from fastgpt_client._json import as_object, parse_json

__all__ = ["UserServer", "UserServerError"]

_HOPS = 5
# As observed from FastGPT 4.16.
_HEADERS = {
    "Accept": "application/json, text/plain, */*",
    "Content-Type": "application/json",
    "User-Agent": "axios/1.18.1",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}


class UserServerError(Exception):
    """The user's server cannot be reached, or its response is invalid."""


@dataclass(frozen=True)
class UserServer:
    """A server at a URL, called with `authorization` and a `timeout` in seconds."""

    url: str
    authorization: str | None = field(default=None, repr=False)
    timeout: float | None = None

    async def ask(
        self, method: str, path: str, *, json: Mapping[str, Any] | None = None, id: str | None = None
    ) -> dict[str, Any]:
        """Return the JSON object of the response, {} if a successful response has anything else."""
        headers = dict(_HEADERS)
        if self.authorization is not None:
            headers["Authorization"] = f"Bearer {self.authorization}"
        # In JavaScript's form, regardless of the version of httpx.
        content = None if json is None else dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
        query = {} if id is None else {"id": id}
        url = self.url.rstrip("/") + path
        response = await self._send(method, url, headers=headers, content=content, params=query)
        try:
            return as_object(parse_json(response.content))
        except ValueError:
            return {}

    async def download(self, url: str) -> str:
        """Return the text at a URL, fetched without credentials."""
        return (await self._send("GET", url, headers={"User-Agent": _HEADERS["User-Agent"]})).text

    async def _send(self, method: str, url: str, **request: Any) -> httpx.Response:
        try:
            async with httpx.AsyncClient(
                trust_env=False, timeout=self.timeout, follow_redirects=True, max_redirects=_HOPS
            ) as client:
                response = await client.request(method, url, **request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UserServerError(str(error) or type(error).__name__) from error
        if not response.is_success:
            raise UserServerError(f"Request failed with status code {response.status_code}")
        return response
