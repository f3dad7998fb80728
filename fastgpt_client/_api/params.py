"""Validate the parameters of calls and convert them to the wire format."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from fastgpt_client._http.config import Options
from fastgpt_client._http.request import APIRequest, Operation
from fastgpt_client._json import as_object, is_array, is_object, shown
from fastgpt_client.exceptions import ServerError, ValidationError

from . import endpoints as paths
from .encoding import dump_json, query_params

__all__ = [
    "PROXY_OF_A_VISITOR",
    "api_request",
    "as_iso",
    "check_clears_one_user",
    "check_id_lists",
    "check_ids",
    "check_messages",
    "check_one_of",
    "check_recording",
    "completion_request",
    "drop_none",
    "names_visitor",
    "pagination_params",
    "parse_page",
]

PROXY_OF_A_VISITOR = "authProxy acts for a team member: it cannot be combined with a visitor's arguments"
_VERSION = re.compile(r"v?(\d+)\.(\d+)")


def api_request(
    operation: Operation,
    *,
    query: Mapping[str, object] | None = None,
    body: Mapping[str, object] | None = None,
    extra_query: Mapping[str, object] | None = None,
    extra_body: Mapping[str, object] | None = None,
    stream: bool = False,
    chat_id: str | None = None,
) -> APIRequest:
    """Return the description of a call; parameters that are None are omitted, extra ones take precedence."""
    if body is None and extra_body:
        body = {}
    content: bytes | None = None
    if body is not None:
        content = dump_json({**drop_none(body), **(extra_body or {})})
    parameters: dict[str, str] = {}
    if query or extra_query:
        parameters = query_params({**drop_none(query or {}), **(extra_query or {})})
    named = {**(query or {}), **(body or {}), **(extra_query or {}), **(extra_body or {})}
    visitor = names_visitor(named)
    appless = "appId" in named and named["appId"] is None and not visitor
    return APIRequest(operation, parameters, content, stream, chat_id, visitor=visitor, appless=appless)


def names_visitor(params: Mapping[str, object]) -> bool:
    """Return whether parameters name a visitor of a share link or (up to 4.14) of a team space.

    A server ignores forms that it does not know: if the key were sent too, the call would run under the key's account.
    """
    return any(params.get(name) is not None for name in ("outLinkAuthData", "shareId", "teamToken"))


def completion_request(
    messages: object,
    params: Mapping[str, Any],
    options: Options,
    app_id: str | None,
    *,
    stream: bool,
    extra_body: Mapping[str, object] | None = None,
    extra_query: Mapping[str, object] | None = None,
) -> APIRequest:
    """Return the call for a completion; `app_id` is the default app."""
    check_messages(messages)
    check_ids(**{name: params.get(name) for name in ("chatId", "responseChatItemId", "appId", "customUid")})
    if (params.get("shareId") is None) != (params.get("outLinkUid") is None):
        raise ValidationError("shareId and outLinkUid go together: pass both or neither")
    if params.get("authProxy") is not None and names_visitor(params):
        raise ValidationError(PROXY_OF_A_VISITOR)
    if params.get("outLinkAuthData") is None:
        params = {**params, "appId": params.get("appId") or app_id}
    return api_request(
        paths.COMPLETIONS_V2 if options.completions == "v2" else paths.COMPLETIONS_V1,
        body={"messages": messages, "stream": stream, **params},
        extra_body=extra_body,
        extra_query=extra_query,
        stream=stream,
        chat_id=params.get("chatId"),
    )


def check_ids(**params: object) -> None:
    """Raise `ValidationError` if a given ID is not a non-blank str."""
    for name, value in params.items():
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise ValidationError(f"{name} must be a non-empty str, not {shown(value)}: omit it if there is none")


def check_id_lists(**params: Sequence[str | None]) -> None:
    """Raise `ValidationError` unless each argument is a non-empty list of non-empty IDs."""
    for name, values in params.items():
        if isinstance(values, str) or not values:
            raise ValidationError(f"{name} must be a non-empty list of IDs, not {shown(values)}")
        for value in values:
            if value is None:
                raise ValidationError(f"{name} contains None: remove it")
            check_ids(**{name: value})


def check_clears_one_user(
    query: Mapping[str, object], extra_body: Mapping[str, object] | None, server_version: object
) -> None:
    """Raise `ValidationError` for `customUid` unless the server is known to be 4.18 or later.

    Older servers ignore it and delete the chats of all users.
    """
    if "customUid" not in {**query, **(extra_body or {})}:
        return
    version = _VERSION.match(server_version) if isinstance(server_version, str) else None
    if version is None or tuple(map(int, version.groups())) < (4, 18):
        raise ValidationError(
            "customUid requires server_version='4.18.0' or later: older servers ignore it and would delete the chats "
            f"of all users (server_version is {shown(server_version)})"
        )


def check_one_of(**params: object) -> None:
    """Raise `ValidationError` unless exactly one of these IDs is given."""
    check_ids(**params)
    if sum(value is not None for value in params.values()) != 1:
        raise ValidationError(f"pass either {' or '.join(params)}")


def check_messages(messages: object) -> None:
    """Raise `ValidationError` unless `messages` is a list of messages that each have a role."""
    if isinstance(messages, (str, bytes)) or not isinstance(messages, Sequence):
        raise ValidationError(
            f"messages must be a list of messages, not {type(messages).__name__}: "
            "wrap it as [{'role': 'user', 'content': …}]"
        )
    for index, message in enumerate(cast("Sequence[object]", messages)):
        if not isinstance(message, Mapping):
            raise ValidationError(f"messages[{index}] must be a dict with a role, not {type(message).__name__}")
        role = cast("Mapping[str, object]", message).get("role")
        if not isinstance(role, str) or not role.strip():
            raise ValidationError(f"messages[{index}] has no role: add 'role': 'user'")


def as_iso(name: str, value: object, *, end: bool = False) -> str | None:
    """Return a point in time as ISO 8601 in UTC; text is passed on unchanged, a naive time is local.

    A date means the whole local day: its first instant, or its last one if it ends a range.
    """
    if value is None or (isinstance(value, str) and value.strip()):
        return value
    if not isinstance(value, date):
        raise ValidationError(f"{name} must be ISO 8601 text, a date or a datetime, not {shown(value)}")
    try:
        if isinstance(value, datetime):
            moment = value.astimezone(UTC)
        elif end:
            moment = _beginning(value + timedelta(days=1)) - timedelta(milliseconds=1)
        else:
            moment = _beginning(value)
    except (ValueError, OverflowError, OSError) as exc:
        raise ValidationError(
            f"{name}: {value} is out of range in UTC: stay at least a day inside the years 1 to 9999"
        ) from exc
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _beginning(day: date) -> datetime:
    """Return the first instant of a local day, in UTC."""
    first, second = sorted(datetime.combine(day, time(fold=fold)).astimezone(UTC) for fold in (0, 1))
    # They differ only if the clocks change at midnight. If 0:00 is skipped, the first one is on the day before.
    return first if first.astimezone().date() == day else second


def pagination_params(offset: int | None, pageNum: int | None, pageSize: int) -> dict[str, object]:
    """Return the parameters of a page; servers ignore all of them without `pageSize`."""
    checks: tuple[tuple[str, object, int], ...] = (
        ("offset", offset, 0),
        ("pageNum", pageNum, 1),
        ("pageSize", pageSize, 1),
    )
    for name, value, least in checks:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
            raise ValidationError(f"{name} must be a whole number of at least {least}, not {shown(value)}")
    if offset is not None and pageNum is not None:
        raise ValidationError("pass either offset or pageNum, not both")
    return {"offset": 0 if offset is None and pageNum is None else offset, "pageNum": pageNum, "pageSize": pageSize}


def parse_page(answer: Mapping[str, Any]) -> tuple[list[Any], int]:
    """Return the items of a page and the total; old servers send a plain list, whose length is the total.

    Raises:
        ServerError: the response has no list of items.
    """
    data = answer.get("data")
    found = data if is_array(data) else as_object(data).get("list") or []
    if not is_array(found) or not all(map(is_object, found)):
        raise ServerError("The server's response does not contain the requested page of a list.")
    items = [*found]
    total = len(items) if is_array(data) else as_object(data).get("total")
    return items, total if isinstance(total, int) else 0


def drop_none(params: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in params.items() if value is not None}


def check_recording(chatId: object, duration: object) -> None:
    """Raise `ValidationError` unless everything is given that servers 4.15 and later require for a recording."""
    if chatId is None:
        raise ValidationError("chatId is missing: FastGPT 4.15 and later transcribe only for a chat; a new id will do")
    if duration is None:
        raise ValidationError("duration is missing: servers require the length of the recording, in seconds")
    if isinstance(duration, bool) or not isinstance(duration, (int, float)) or not 0 < duration < float("inf"):
        raise ValidationError(f"duration must be a finite number of seconds above 0, not {duration!r}")
