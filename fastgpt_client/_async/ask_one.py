# Generated from _async_src/ask_one.py by scripts/generate.py: edit the source, not this file.
"""One row, asked by itself: the unit of work for engines that spread it over many machines."""

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
    """Return the result of one row, in the form of `fastgpt_client.asks.ROW_SCHEMA`; a failure is a result too.

    It takes and returns plain data, which Dask, Celery and process pools can carry. Sent again with the same `run`,
    id and `attempt`, from 4.15 on it finds the answer that is there already, or waits for it, and asks nothing twice.

    Args:
        settings: the arguments of `AsyncChatClient` but the key, such as `{"base_url": …, "app_id": …}`; the app is
            needed, here or as `FASTGPT_APP_ID`. The key comes from `FASTGPT_API_KEY` where the row is asked.
        row: the row: a mapping of columns.
        run: the name of the run, as in `AsyncChatClient.ask_each`.
        question: the column of the question, several columns, or a function of the row.
        id: the column of the row's id, or a function of the row.
        variables: the app's variables: a mapping, or a function of the row.
        files: a function of the row that returns paths and URLs, or the column that has them.
        reply: a function of the row and the pause, for runs that ask back.
        customUid: the end user's id in the app's logs.
        metadata: kept with the chat.
        attempt: 0, or one more each time that a row that failed is asked again on purpose, which may cost again.
        begun: whether the row may have been sent before. Only servers before 4.15 need to be told: there it is looked
            for, and never asked again.

    Raises:
        ValidationError: the settings or the row cannot be used; nothing was sent.
        QuotaExceededError: nobody is answered any more, so that there is no use in going on.

    `POST /api/v1/chat/completions` (or v2 by `completions="v2"` in the settings), and calls that look it up; all
    versions.
    """
    if "api_key" in settings or "http_client" in settings:
        raise ValidationError("settings are plain data without the key: set FASTGPT_API_KEY where the row is asked")
    if isinstance(cast("object", attempt), bool) or not isinstance(cast("object", attempt), int) or attempt < 0:
        raise ValidationError(f"attempt must be a number from 0, not {shown(attempt)}")
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
