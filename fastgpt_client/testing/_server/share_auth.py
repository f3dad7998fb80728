"""Share links: which visitor makes a call, and what the server behind the link says about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastgpt_client._json import as_object, parse_json

from .errors import ServerError, coded
from .share_hooks import HookNeeded, uid_of
from .state import ShareLink, Visitor
from .versions import Since, Version

__all__ = ["admit", "find_link", "named_visitor"]


def named_visitor(values: Mapping[str, Any], version: Version) -> tuple[str, str] | None:
    """Return the share link and the visitor that a request names, or None."""
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


def admit(
    link: ShareLink, token: str, version: Version, *, commercial: bool, answer: Mapping[str, Any] | None
) -> Visitor:
    """Return the visitor that the server behind the link identifies by the token; refuse the call if it denies them.

    That server is asked for every call except completions; `answer` is its response.
    """
    asks = version >= Since.SHARE_HOOK_OF_ALL_EDITIONS or commercial
    if not asks or (link.authorize is None and not link.hook_url):
        return Visitor(link, token, token)
    if link.authorize is not None:
        try:
            answer = link.authorize(token)
        except Exception:
            raise ServerError("Internal Server Error") from None
    if answer is None:
        raise HookNeeded(link.hook_url, token)
    return Visitor(link, uid_of(answer), token)
