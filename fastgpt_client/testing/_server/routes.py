"""The routes: which path does what in which versions, and where its parameters are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .call import Call
from .dataset_routes import DATASET_ROUTES, ORIGINALS
from .endpoints import (
    api_document,
    app_charts,
    app_logs,
    apps,
    audio,
    collections,
    completions,
    files,
    health,
    histories,
    question_guides,
    quotes,
    records,
)
from .route import Route
from .versions import Since, Version

__all__ = ["Route", "find_route"]

_CHAT = "/api/core/chat"


def _both(
    name: str, folder: str, since: tuple[int, int, int], handler: Callable[[Call], Any], *, in_query: bool = False
) -> dict[str, Route]:
    """Return the routes for the old and the new path of an endpoint."""
    return {
        f"{_CHAT}/{name}": Route(handler, in_query=in_query),
        f"{_CHAT}/{folder}/{name}": Route(handler, since, in_query=in_query),
    }


_ROUTES: dict[str, Route] = {
    **DATASET_ROUTES,
    "/api/v1/chat/completions": Route(completions.complete_v1, completion=True),
    "/api/v2/chat/completions": Route(completions.complete_v2, Since.V2_COMPLETIONS, completion=True),
    "/api/v2/chat/stop": Route(completions.stop, Since.STOP),
    f"{_CHAT}/init": Route(histories.init, in_query=True),
    f"{_CHAT}/outLink/init": Route(histories.visitor_init, in_query=True),
    **_both("getHistories", "history", Since.HISTORY_PATHS, histories.listing),
    **_both("updateHistory", "history", Since.HISTORY_PATHS, histories.update),
    **_both("delHistory", "history", Since.HISTORY_PATHS, histories.delete, in_query=True),
    **_both("clearHistories", "history", Since.HISTORY_PATHS, histories.clear, in_query=True),
    f"{_CHAT}/history/batchDelete": Route(histories.batch_delete, Since.BATCH_DELETE),
    f"{_CHAT}/history/getHistoryStatus": Route(histories.status, Since.HISTORY_STATUS),
    f"{_CHAT}/history/markRead": Route(histories.mark_read, Since.HISTORY_STATUS),
    **_both("getPaginationRecords", "record", Since.RECORD_PATHS, records.page),
    f"{_CHAT}/getRecords_v2": Route(records.linked_page, Since.HISTORY_PATHS, Since.RECORD_PATHS),
    f"{_CHAT}/record/getRecords_v2": Route(records.linked_page, Since.RECORD_PATHS),
    **_both("getResData", "record", Since.RECORD_PATHS, records.detail, in_query=True),
    f"{_CHAT}/item/delete": Route(records.delete, until=Since.RECORD_DELETE),
    f"{_CHAT}/record/delete": Route(records.delete, Since.RECORD_DELETE),
    f"{_CHAT}/feedback/updateUserFeedback": Route(records.feedback),
    "/api/v1/audio/transcriptions": Route(audio.transcribe),
    f"{_CHAT}/quote/getCollectionQuote": Route(quotes.collection_quotes, Since.QUOTES, Since.RECORD_DELETE),
    f"{_CHAT}/record/getCollectionQuote": Route(quotes.collection_quotes, Since.RECORD_DELETE),
    f"{_CHAT}/quote/getQuote": Route(quotes.quotes, Since.QUOTES, Since.RECORD_DELETE),
    f"{_CHAT}/record/getQuote": Route(quotes.quotes, Since.RECORD_DELETE),
    f"{_CHAT}/item/getSpeech": Route(audio.speech, until=Since.RECORD_DELETE),
    f"{_CHAT}/record/getSpeech": Route(audio.speech, Since.RECORD_DELETE),
    "/api/core/ai/agent/createQuestionGuide": Route(question_guides.guide_of_messages),
    "/api/core/ai/agent/v2/createQuestionGuide": Route(question_guides.guide),
    "/api/core/app/list": Route(apps.app_list),
    "/api/core/app/logs/list": Route(app_logs.log_list, Since.LOGS_LIST),
    "/api/core/app/logs/getUsers": Route(app_logs.log_users, Since.LOGS_USERS),
    "/api/proApi/core/app/logs/getChartData": Route(app_charts.chart),
    "/api/proApi/core/app/logs/getTotalData": Route(app_charts.totals, in_query=True),
    "/api/apidoc/systemopenapi.json": Route(api_document.api_document, Since.API_DOCUMENT),
    "/api/support/openapi/health": Route(health.health, Since.HEALTH, in_query=True),
    "/api/common/file/upload": Route(files.upload_form, until=Since.NO_UPLOAD_BY_FORM),
    files.STORE: Route(files.store, Since.PRESIGN, Since.PRESIGN_BY_PUT),
    f"{_CHAT}/presignChatFilePostUrl": Route(files.presign, Since.PRESIGN, Since.PRESIGN_BY_PUT),
    f"{_CHAT}/presignChatFileGetUrl": Route(files.download_url, Since.PRESIGN, Since.PRESIGN_BY_PUT),
    f"{_CHAT}/file/presignChatFilePostUrl": Route(files.presign, Since.PRESIGN_BY_PUT),
    f"{_CHAT}/file/presignChatFileGetUrl": Route(files.download_url, Since.PRESIGN_BY_PUT),
}
# Paths that end in a token.
_PREFIXES: dict[str, Route] = {
    "/api/system/file/u/": Route(files.upload, Since.PRESIGN_BY_PUT, in_query=True),
    "/api/system/file/complete/": Route(files.part_done, Since.UPLOAD_IN_PARTS),
    "/api/system/file/abort/": Route(files.part_done, Since.UPLOAD_IN_PARTS),
    ORIGINALS: Route(collections.original, in_query=True),
    "/api/system/file/d/": Route(files.download, in_query=True),
}


def find_route(path: str, version: Version) -> Route | None:
    """Return the endpoint of a path, None if this version has none there."""
    route = _ROUTES.get(path) or next((found for start, found in _PREFIXES.items() if path.startswith(start)), None)
    return route if route is not None and route.since <= version < route.until else None
