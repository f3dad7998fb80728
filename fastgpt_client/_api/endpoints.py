"""The server's operations: method, paths by version, and whether they may be retried.

If versions differ, the first path is the one most versions support; the next one is tried after an HTML 404.
"""

from __future__ import annotations

from fastgpt_client._http.request import Operation

# Completions cost points: they are never retried if their outcome is unknown.
COMPLETIONS_V1 = Operation("POST", ("/api/v1/chat/completions",), idempotent=False, completion=True)
COMPLETIONS_V2 = Operation(
    "POST", ("/api/v2/chat/completions", "/api/v1/chat/completions"), idempotent=False, completion=True
)

# The server's own description. Exists since 4.15, so it distinguishes these servers from older ones.
API_DOCUMENT = Operation("GET", ("/api/apidoc/systemopenapi.json",), document=True)

STOP = Operation("POST", ("/api/v2/chat/stop",), since="stopping a run requires FastGPT 4.14.4 or later")
INIT = Operation("GET", ("/api/core/chat/init",))
HISTORIES = Operation("POST", ("/api/core/chat/getHistories", "/api/core/chat/history/getHistories"))
UPDATE_HISTORY = Operation("PUT", ("/api/core/chat/updateHistory", "/api/core/chat/history/updateHistory"))
DELETE_HISTORY = Operation("DELETE", ("/api/core/chat/delHistory", "/api/core/chat/history/delHistory"))
CLEAR_HISTORIES = Operation("DELETE", ("/api/core/chat/clearHistories", "/api/core/chat/history/clearHistories"))
RECORDS = Operation("POST", ("/api/core/chat/getPaginationRecords", "/api/core/chat/record/getPaginationRecords"))
LINKED_RECORDS = Operation(
    "POST",
    ("/api/core/chat/record/getRecords_v2", "/api/core/chat/getRecords_v2"),
    since="requires FastGPT 4.14.4 or later",
)
RECORD_DETAIL = Operation("GET", ("/api/core/chat/getResData", "/api/core/chat/record/getResData"))
DELETE_RECORD = Operation("DELETE", ("/api/core/chat/record/delete", "/api/core/chat/item/delete"))
FEEDBACK = Operation("POST", ("/api/core/chat/feedback/updateUserFeedback",))
# A model writes the questions: each call costs points.
QUESTION_GUIDE = Operation("POST", ("/api/core/ai/agent/v2/createQuestionGuide",), idempotent=False)
QUESTION_GUIDE_OF_MESSAGES = Operation("POST", ("/api/core/ai/agent/createQuestionGuide",), idempotent=False)

_STATUS = "requires FastGPT 4.14.11 or later"
HISTORY_STATUS = Operation("POST", ("/api/core/chat/history/getHistoryStatus",), since=_STATUS)
MARK_READ = Operation("POST", ("/api/core/chat/history/markRead",), since=_STATUS)
BATCH_DELETE = Operation("POST", ("/api/core/chat/history/batchDelete",), since="requires FastGPT 4.14.4 or later")
QUOTES = Operation("POST", ("/api/core/chat/record/getQuote", "/api/core/chat/quote/getQuote"))
COLLECTION_QUOTES = Operation(
    "POST", ("/api/core/chat/record/getCollectionQuote", "/api/core/chat/quote/getCollectionQuote")
)
# Each call of these two costs points.
SPEECH = Operation(
    "POST", ("/api/core/chat/record/getSpeech", "/api/core/chat/item/getSpeech"), idempotent=False, raw=True
)
TRANSCRIBE = Operation("POST", ("/api/v1/audio/transcriptions",), idempotent=False)

PRESIGN_UPLOAD = Operation(
    "POST", ("/api/core/chat/file/presignChatFilePostUrl", "/api/core/chat/presignChatFilePostUrl")
)
PRESIGN_READ = Operation("POST", ("/api/core/chat/file/presignChatFileGetUrl", "/api/core/chat/presignChatFileGetUrl"))
UPLOAD_FORM = Operation("POST", ("/api/common/file/upload",), idempotent=False)

_LOGS = "API keys can read app logs on FastGPT 4.15.2 and later"
_COMMERCIAL = "only the commercial edition, 4.12 and later, supports it"
LOGS_CHART = Operation("POST", ("/api/proApi/core/app/logs/getChartData",), since=_COMMERCIAL)
LOGS_TOTAL = Operation("GET", ("/api/proApi/core/app/logs/getTotalData",), since=_COMMERCIAL)
LOGS_LIST = Operation("POST", ("/api/core/app/logs/list",), since=_LOGS)
LOGS_USERS = Operation("POST", ("/api/core/app/logs/getUsers",), since=_LOGS)
APP_LIST = Operation("POST", ("/api/core/app/list",), since="API keys can list apps on FastGPT 4.8.12 and later")
