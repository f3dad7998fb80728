"""The list of apps."""

from __future__ import annotations

from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.state import App
from fastgpt_client.testing._server.versions import Since

__all__ = ["OWNER", "app_list"]

OWNER = {"name": "Owner", "avatar": "/imgs/avatar/AdoraAvatar.svg", "status": "active"}
_RIGHTS = {"isOwner": True, "hasManagePer": True, "hasWritePer": True, "hasReadPer": True}
_ALL = 4294967295
_LIMIT = 50
_ROLE_NAMES = {
    "read": "app:permission.name.read",
    "write": "common:permission.write",
    "manage": "common:permission.manager",
}


def app_list(call: Call) -> Any:
    """app/list"""
    call.team_key()
    values = call.values
    types = values.get("type") or ()
    wanted = [types] if isinstance(types, str) else types
    search = str(values.get("searchKey") or "").lower()
    found = [
        app
        for app in sorted(call.state.apps.values(), key=lambda app: app.update_time, reverse=True)
        if (not wanted or app.type in wanted)
        and (
            search in f"{app.name}\n{app.intro}".lower()
            if search
            else app.parent_id == (values.get("parentId") or None)
        )
    ]
    return [_listed(call, app) for app in found[: _LIMIT if search else None]]


def _listed(call: Call, app: App) -> dict[str, Any]:
    return {
        "_id": app.id,
        "parentId": app.parent_id,
        "tmbId": call.state.member_id,
        "name": app.name,
        "avatar": "",
        "intro": app.intro,
        "type": app.type,
        "updateTime": wire.iso(app.update_time),
        "permission": _permission(call),
        "inheritPermission": True,
        "private": True,
        "sourceMember": OWNER,
        "hasInteractiveNode": app.interactive,
    }


def _permission(call: Call) -> dict[str, Any]:
    def role(key: str, value: int, kind: str, name: str) -> dict[str, Any]:
        description = "" if kind == "multiple" else f"app:permission.des.{key}"
        return {"name": name, "description": description, "value": value, "checkBoxType": kind}

    names = {"read": 4, "write": 2, "manage": 1}
    if call.version < Since.FLAT_CHILDREN:
        names = {"read": 4, "write": 6, "manage": 7}
        shown = {name: role(name, value, "single", _ROLE_NAMES[name]) for name, value in names.items()}
        shown["read"]["name"] = "common:permission.read"
        for one in shown.values():
            one["description"] = ""
        return {**_RIGHTS, "value": _ALL, "_permissionList": shown}
    roles = {name: role(name, value, "single", _ROLE_NAMES[name]) for name, value in names.items()}
    return {
        **_RIGHTS,
        "role": _ALL,
        "permission": _ALL,
        **dict.fromkeys(
            ("hasManageRole", "hasWriteRole", "hasReadRole", "hasReadChatLogPer", "hasReadChatLogRole"), True
        ),
        "roleList": {**roles, "readChatLog": role("readChatLog", 8, "multiple", "app:permission.name.readChatLog")},
        "perList": {"owner": _ALL, **names, "readChatLog": 8},
        "rolePerMap": {},
    }
