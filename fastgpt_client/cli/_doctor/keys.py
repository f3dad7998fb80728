"""The key and the app: whether the server accepts the key, its kind, and whether it can use the app."""

from __future__ import annotations

from typing import Any, NamedTuple

from fastgpt_client import AppClient
from fastgpt_client.cli._base.apps import find_app_id
from fastgpt_client.cli._base.errors import CommandError, describe
from fastgpt_client.cli._output.formatting import count, number, one_line, sanitize
from fastgpt_client.cli._output.json_data import as_object, objects
from fastgpt_client.config import check_api_key
from fastgpt_client.exceptions import (
    AuthenticationError,
    FastGPTError,
    NotFoundError,
    PermissionDeniedError,
    ValidationError,
)

from .findings import Finding, failed, ok, warning
from .probes import Prober

__all__ = ["CHATTED_WITH", "App", "Key", "check_app", "check_key", "reads_logs"]

_HEALTH = "/api/support/openapi/health"
_ANOTHER_KEY = "create an API key on this server, and save it with fastgpt-client login"
CHATTED_WITH = ("simple", "advanced", "plugin", "chatAgent")
_NAMED = 5


class Key(NamedTuple):
    """What is known about a key: whether it is valid, its app, and whether the server reports its points."""

    good: bool | None
    app_id: str | None = None
    kind_known: bool = False
    tells_points: bool | None = None


class App(NamedTuple):
    """The app that commands use; the ID is None if it cannot be used."""

    id: str | None
    type: str = ""


def check_key(probe: Prober, client: AppClient | None, api_key: str | None) -> tuple[Finding, Key]:
    """Return whether the server accepts a key, and its kind; `client` is None without a usable key."""
    if api_key is None:
        return failed("key", "missing", "run fastgpt-client login, or set FASTGPT_API_KEY"), Key(False)
    try:
        check_api_key(api_key)
    except ValidationError as exc:
        return failed("key", str(exc), _ANOTHER_KEY), Key(False)
    assert client is not None  # only an invalid key has no client
    # The server expects the key in the query. This one request goes to an address where FastGPT was seen to answer,
    # and is not shown.
    health = probe.request(_HEALTH, params={"apiKey": api_key})
    data = as_object(health.envelope.get("data"))
    if health.envelope.get("code") == 200:
        return _of_health(data)
    if str(health.envelope.get("message", "")).startswith("APIKey invalid"):
        return failed("key", "the server does not know it", _ANOTHER_KEY), Key(False)
    # Servers before 4.13.2 lack this endpoint, and others may be too busy.
    try:
        client.list_apps()
    except AuthenticationError:
        return failed("key", "the server does not accept it", _ANOTHER_KEY), Key(False)
    except FastGPTError as exc:
        return warning("key", f"could not be checked: {describe(exc)}", "try again later"), Key(None)
    return ok("key", "valid; the server does not report its kind"), Key(True)


def _of_health(data: dict[str, Any]) -> tuple[Finding, Key]:
    app_id = data.get("appId")
    bound = sanitize(app_id) if isinstance(app_id, str) and app_id else None
    found = f"valid, bound to the app {bound}" if bound else "valid, a key of the team, not bound to an app"
    used, most = data.get("usagePoints"), data.get("maxUsagePoints")
    tells = data.get("valid") is True
    key = Key(True, bound, True, tells)
    if isinstance(used, (int, float)) and isinstance(most, (int, float)):
        found += f"; {number(round(used, 2))} points used, {f'of {number(most)}' if most >= 0 else 'no limit'}"
        if 0 <= most <= used:
            return warning("key", found, "it is used up: raise its limit on the server"), key
    return ok("key", found), key


def check_app(client: AppClient, app_id: str | None, key: Key) -> tuple[Finding, App]:
    """Return whether the owner of the key can use the app."""
    named = app_id
    try:
        app_id = None if app_id is None else find_app_id(client, app_id)
        named = app_id or key.app_id
        data = client.get_app_info(appId=named).data
    except CommandError as exc:
        return failed("app", str(exc), ""), App(None)
    except FastGPTError as exc:
        return _no_app(client, key) if named is None else _no_such_app(exc, named), App(None)
    # An app key of 4.18 returns its own app, whichever is named (known from documentation only).
    used = sanitize(data.get("appId") or named or "")
    kind = one_line(data.get("type") or "")
    found = f"{one_line(data.get('name') or '')} ({used}), {kind}"
    app = App(used, kind)
    if kind and kind not in CHATTED_WITH:
        return failed("app", f"{found}: apps of this type have no chats", _CHOOSE), app
    if named is None:
        return ok("app", f"{found}: the only app of this key"), app
    if used != named:
        remedy = "use that app's own key, or a personal key"
        return warning("app", f"{named} is named, but the key only opens {found}", remedy), app
    if app_id is None:
        return warning(
            "app", f"{found}: named by the key only", f"set FASTGPT_APP_ID={used}, or fastgpt-client login"
        ), app
    if key.app_id is not None and key.app_id != app_id:
        remedy = "use a key of the team, or that app: servers before 4.15 always use the app of the key"
        return warning("app", f"{found}, but the key is bound to {key.app_id}", remedy), app
    return ok("app", found), app


_CHOOSE = "fastgpt-client app list shows the apps"


def _no_app(client: AppClient, key: Key) -> Finding:
    """Return that no app is named, with the apps to choose from."""
    try:
        found: object = client.list_apps().data
        apps = [app for app in objects(found) if app.get("type") in CHATTED_WITH]
    except FastGPTError:
        apps = []
    names = [f"{one_line(app.get('name') or '')} ({sanitize(app.get('_id') or '')})" for app in apps[:_NAMED]]
    if len(apps) > _NAMED:
        names.append(f"and {count(len(apps) - _NAMED, 'more', 'more')}")
    remedy = f"set FASTGPT_APP_ID, or fastgpt-client login{': ' if names else ''}{', '.join(names)}"
    if key.kind_known:
        return failed("app", "none is named, and a key of the team needs one", remedy)
    return warning("app", "none is named, which only works with a key that is bound to one", remedy)


def _no_such_app(exc: FastGPTError, app_id: str) -> Finding:
    if isinstance(exc, NotFoundError):
        return failed("app", f"the server has no app {app_id}", _CHOOSE)
    if isinstance(exc, PermissionDeniedError):
        return failed("app", f"the owner of the key may not use {app_id}", f"ask for access to it; {_CHOOSE}")
    return failed("app", describe(exc), "see the check of the key above")


def reads_logs(client: AppClient, app_id: str) -> bool | None:
    """Return whether the server lets keys read logs; None if that is unknown."""
    try:
        client.list_app_logs(appId=app_id, dateStart="2020-01-01", dateEnd="2020-01-01", pageSize=1)
    except (AuthenticationError, NotFoundError):
        return False
    except FastGPTError:
        return None
    return True
