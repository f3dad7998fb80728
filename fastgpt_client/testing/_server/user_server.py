"""A server of the user's own, which FastGPT calls: the hooks behind a share link, a library of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from json import dumps
from typing import Any

import httpx

from fastgpt_client._json import as_object, parse_json

__all__ = ["UserServer", "UserServerError"]

_HOPS = 5
# As FastGPT 4.16 was seen to call.
_HEADERS = {
    "Accept": "application/json, text/plain, */*",
    "Content-Type": "application/json",
    "User-Agent": "axios/1.18.1",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}


class UserServerError(Exception):
    """The user's server could not be asked, or its answer has no sense."""


@dataclass(frozen=True)
class UserServer:
    """Where it is; `authorization` and `timeout`, in seconds, are those of the calls to it."""

    url: str
    authorization: str | None = field(default=None, repr=False)
    timeout: float | None = None

    async def ask(
        self, method: str, path: str, *, json: Mapping[str, Any] | None = None, id: str | None = None
    ) -> dict[str, Any]:
        """Return the JSON object that it answers, {} if it answers something else by a status of 2xx."""
        headers = dict(_HEADERS)
        if self.authorization is not None:
            headers["Authorization"] = f"Bearer {self.authorization}"
        # In JavaScript's form, whatever version of httpx there is.
        content = None if json is None else dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
        query = {} if id is None else {"id": id}
        url = self.url.rstrip("/") + path
        response = await self._send(method, url, headers=headers, content=content, params=query)
        try:
            return as_object(parse_json(response.content))
        except ValueError:
            return {}

    async def download(self, url: str) -> str:
        """Return the text at an address, which is opened without the credentials."""
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
