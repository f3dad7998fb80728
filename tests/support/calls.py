"""All calls of the clients but those that open streams."""

from __future__ import annotations

from tests.support.calls_apps import APPS
from tests.support.calls_chats import COMPLETIONS, HISTORIES
from tests.support.calls_datasets import DATASETS
from tests.support.calls_records import RECORDS

CALLS = [*COMPLETIONS, *HISTORIES, *RECORDS, *APPS, *DATASETS]

# The calls that a share link's visitor can make; who that is stands in the query of some, in the body of others.
_NOT_FOR_VISITORS = ("get_chat_init", "batch_delete_chat_histories")
_VISITORS = [call for call in [*HISTORIES, *RECORDS] if call.case == "least" and call.name not in _NOT_FOR_VISITORS]
IN_QUERY = [call for call in _VISITORS if "appId" in call.query]
IN_BODY = [call for call in _VISITORS if "appId" in (call.body or {})]

# Those that came with 4.14 or take no other form of a visitor: the older form has no meaning there.
_NEWER = ("get_linked_chat_records", "get_history_status", "mark_read", "get_quotes", "get_collection_quotes")
IN_BODY_OF_OLD = [call for call in IN_BODY if call.name not in _NEWER]

# Those that do nothing without an app.
_OF_ANY_APP = ("create_chat_completion", "list_apps")
_OF_APPS = [*COMPLETIONS, *HISTORIES, *RECORDS, *APPS]
OF_AN_APP = [call for call in _OF_APPS if call.case == "least" and call.name not in _OF_ANY_APP]
