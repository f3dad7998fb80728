"""Share links: who calls by one, and what the link's own server says of him."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastgpt_client._json import as_object, parse_json

from .errors import ServerError, coded
from .state import ShareLink, Visitor
from .versions import Since, Version

__all__ = ["admit", "find_link", "named_visitor"]


def named_visitor(values: Mapping[str, Any], version: Version) -> tuple[str, str] | None:
    """Return the link and the visitor that a request names, None for one that names none."""
    if version < Since.SHARE_AUTH_IN_ONE_FIELD:
        named = values
    else:
        given = values.get("outLinkAuthData")
        named = as_object(_parsed(given) if isinstance(given, str) else given)
    share, uid = named.get("shareId"), named.get("outLinkUid")
    return (str(share), str(uid)) if share and uid else None


def _parsed(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError:
        return None


def find_link(links: Mapping[str, ShareLink], share_id: str) -> ShareLink:
    if share_id not in links:
        raise coded("linkUnInvalid", http=500)
    return links[share_id]


def admit(link: ShareLink, token: str, version: Version) -> Visitor:
    """Return the visitor that the link's own server takes this token for, refused if it refuses him.

    That server is asked at each call but a completion.
    """
    if link.authorize is None or version < Since.SHARE_HOOK_OF_ALL_EDITIONS:
        return Visitor(link, token)
    try:
        answer = link.authorize(token)
    except Exception:
        raise ServerError("Internal Server Error") from None
    if answer.get("success") is not True:
        message = answer.get("message") or answer.get("msg")
        raise ServerError(str(message), by_user=True) if message else coded("unAuthUser", by_user=True)
    return Visitor(link, str(as_object(answer.get("data")).get("uid")))
