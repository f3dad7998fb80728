# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Asks a single row: the unit of work for engines that distribute rows over many machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from fastgpt_client._api.params import check_ids
from fastgpt_client._ask.settings import AskSettings, AskUnit, Files, Ids, Questions, Reply, Row, Variables
from fastgpt_client._http.config import check_callback
from fastgpt_client._json import shown
from fastgpt_client.exceptions import ValidationError

from .ask_line import AsyncAskLine
from .ask_talk import AsyncAskTalk
from .chat import AsyncChatClient

if TYPE_CHECKING:
    from fastgpt_client.asks import AskRow


async def async_ask_one(
    settings: Mapping[str, Any],
    row: Row,
    *,
    run: str,
    question: Questions = "question",
    id: Ids = "id",
    variables: Variables | None = None,
    files: Files | None = None,
    reply: Reply | None = None,
    customUid: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    attempt: int = 0,
    begun: bool = False,
) -> AskRow:
    """Return the result of one row, in the form of `fastgpt_client.asks.ROW_SCHEMA`. A failed row is a result too.

    Arguments and result are plain data, which Dask, Celery and process pools can pickle. If the same `run`, ID and
    `attempt` are sent again, from 4.15 on the existing answer is found or awaited, and nothing is asked twice.

    ```python
    row = {"id": "1", "question": "What is the capital of Norway?"}
    result = await async_ask_one({"base_url": "http://localhost:3000", "app_id": "…"}, row, run="2026-11")
    ```

    Args:
        settings: arguments of `AsyncChatClient` without the key, such as `{"base_url": …, "app_id": …}`. The app is
            required, here or as `FASTGPT_APP_ID`. The key is read from `FASTGPT_API_KEY` where the row is asked.
        row: a mapping of columns.
        run: name of the run, as in `AsyncChatClient.ask_each`.
        question: column of the question, several columns, or a function of the row.
        id: column of the row's ID, or a function of the row.
        variables: the app's variables: a mapping, or a function of the row.
        files: column of paths and URLs, or a function of the row that returns them.
        reply: function of the row and the pause, for runs that ask back.
        customUid: ID of the end user in the app's logs.
        metadata: stored with the chat.
        attempt: 0; increase it by one to ask a failed row again, which may be charged again.
        begun: whether the row may have been sent before. Needed only before 4.15: there the answer is looked up and the
            row is never asked again.

    Raises:
        ValidationError: the settings or the row are invalid; nothing was sent.
        QuotaExceededError: the points are used up, so that no further row can be answered.

    `POST /api/v1/chat/completions` (or v2, with `completions="v2"` in the settings), and the calls that look up
    answers; all versions.
    """
    if "api_key" in settings or "http_client" in settings:
        raise ValidationError("settings must not contain the key: set FASTGPT_API_KEY where the row is asked")
    if isinstance(cast("object", attempt), bool) or not isinstance(cast("object", attempt), int) or attempt < 0:
        raise ValidationError(f"attempt must be 0 or a positive integer, not {shown(attempt)}")
    check_ids(customUid=customUid)
    check_callback("reply", reply)
    how = AskSettings(run, question, id, files, variables)
    how.check()
    unit = how.unit(row)._replace(attempt=attempt, begun=begun)
    async with AsyncAskWorker(**settings) as client:
        return await client.ask_unit(unit, {"customUid": customUid, "metadata": metadata}, reply)


class AsyncAskWorker(AsyncChatClient):
    """A client that asks one row."""

    async def ask_unit(self, unit: AskUnit, params: dict[str, Any], reply: Reply | None) -> AskRow:
        """Return the result of a row."""
        line = AsyncAskLine(self, self._sender, {"appId": self._require_app_id(None), **params}, reply)
        result = await AsyncAskTalk(line, unit).run()
        return result.output
