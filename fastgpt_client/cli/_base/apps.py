"""Apps by name: wherever a command takes an app's ID, it takes its name too."""

from __future__ import annotations

import re
from typing import Any

from fastgpt_client import AppClient
from fastgpt_client.cli._output.formatting import one_line
from fastgpt_client.cli._output.json_data import objects
from fastgpt_client.exceptions import BadRequestError, NotFoundError, PermissionDeniedError

from .errors import CommandError

__all__ = ["FOLDERS", "find_app_id"]

FOLDERS = ("folder", "toolFolder")
_ID = re.compile("[0-9a-fA-F]{24}")


def find_app_id(client: AppClient, given: str) -> str:
    """Return the ID of the app with this ID or name.

    Raises:
        CommandError: no app has that name, several have it, or the key may not list apps.
    """
    if _ID.fullmatch(given):
        return given
    name = one_line(given)
    try:
        listed: object = client.list_apps(searchKey=given.strip() or given).data
    except (BadRequestError, NotFoundError, PermissionDeniedError):
        raise CommandError(f"cannot look up the app {name!r}: this key does not list apps; pass the app's ID") from None
    apps = [app for app in objects(listed) if app.get("type") not in FOLDERS]
    found = _named(apps, given) or _named(apps, given, fold=True)
    if not found:
        raise CommandError(f"no app {name!r}: fastgpt-client app list shows the apps of this key")
    if len(found) > 1:
        raise CommandError(f"several apps are named {name!r}: pass one of their IDs: {', '.join(found)}")
    return found[0]


def _named(apps: list[dict[str, Any]], name: str, *, fold: bool = False) -> list[str]:
    """Return the IDs of the apps with this name, in any case if `fold`."""

    def form(text: str) -> str:
        return text.strip().casefold() if fold else text

    return [one_line(app.get("_id") or "") for app in apps if form(str(app.get("name") or "")) == form(name)]
