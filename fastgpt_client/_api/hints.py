"""Hints: what the caller can do about an error of the server."""

from __future__ import annotations

import re
from typing import NamedTuple

from fastgpt_client.exceptions import (
    APIError,
    AuthenticationError,
    BadRequestError,
    CommercialFeatureError,
    NotFoundError,
    PermissionDeniedError,
    QuotaExceededError,
)

__all__ = ["CallFacts", "hint_for"]

_HINTS: dict[type[APIError], str] = {
    # The kinds of keys in 4.18 are known only from the documentation.
    AuthenticationError: (
        "check api_key (FASTGPT_API_KEY): it must be an unrevoked API key of this server, not a login token; "
        "an app key opens only the chats of its own app, and all other calls need a personal key"
    ),
    PermissionDeniedError: (
        "the owner of the key needs access to this app, chat or model: check appId and chatId; "
        "an app key opens only the chats of its own app"
    ),
    CommercialFeatureError: "only FastGPT's commercial edition and its cloud support this call",
    QuotaExceededError: "top up, or raise the limit of the team or the key",
}
# For calls that an app key does not open: servers report it like an unknown key.
_PERSONAL_KEY: dict[type[APIError], str] = {
    AuthenticationError: (
        "check api_key (FASTGPT_API_KEY): this call needs a personal key (account, API keys); an app key opens only "
        "chats"
    ),
    PermissionDeniedError: "the owner of the key needs access to this dataset or collection",
}
_NO_LINK = "no share link has this shareId: it was deleted or belongs to another server"
_VISITOR = (
    "check shareId, outLinkUid and chatId: visitors cannot open each other's chats, and a link may refuse visitors; "
    "FastGPT 4.15 and later take only outLinkAuthData, older versions shareId and outLinkUid with appId"
)
_NO_APP = "pass appId=, or app_id= to the client (FASTGPT_APP_ID): only an app key of FastGPT 4.18 and later needs none"
_OF_AN_APP = re.compile(r"\bapp(Id)?\b")


class CallFacts(NamedTuple):
    """Facts about a call: server versions, whether a visitor made it, whether it named no app, and the kind of key."""

    since: str = ""
    visitor: bool = False
    appless: bool = False
    personal_key: bool = False


def hint_for(kind: type[APIError], status_text: str, said: str, call: CallFacts) -> str | None:
    """Return what the caller can do about an error, based on its class, `statusText` and text; None if unknown."""
    if kind is NotFoundError and status_text == "linkUnInvalid":
        return _NO_LINK
    if kind in (AuthenticationError, PermissionDeniedError) and call.visitor:
        return _VISITOR
    if call.appless and (kind is PermissionDeniedError or (kind is BadRequestError and _OF_AN_APP.search(said))):
        return _NO_APP
    hint = (_PERSONAL_KEY if call.personal_key and kind in _PERSONAL_KEY else _HINTS).get(kind)
    if kind is AuthenticationError and call.appless:
        hint = f"{hint}; {_NO_APP}"
    if call.since and kind in (AuthenticationError, CommercialFeatureError):
        hint = f"{call.since}; {hint}"
    return hint
