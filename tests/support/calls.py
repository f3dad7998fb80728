"""All calls of the clients but those that open streams."""

from __future__ import annotations

from tests.support.calls_apps import APPS
from tests.support.calls_chats import COMPLETIONS, HISTORIES
from tests.support.calls_records import RECORDS

CALLS = [*COMPLETIONS, *HISTORIES, *RECORDS, *APPS]

# The calls that a share link's visitor can make; who that is stands in the query of some, in the body of others.
_VISITORS = [call for call in [*HISTORIES, *RECORDS] if call.case == "least" and call.name != "get_chat_init"]
IN_QUERY = [call for call in _VISITORS if "appId" in call.query]
IN_BODY = [call for call in _VISITORS if "appId" in (call.body or {})]

# Those that do nothing without an app.
_OF_ANY_APP = ("create_chat_completion", "list_apps")
OF_AN_APP = [call for call in CALLS if call.case == "least" and call.name not in _OF_ANY_APP]
