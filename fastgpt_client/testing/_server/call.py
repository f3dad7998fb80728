"""A call of an endpoint: who makes it, for which app and chat, and with which parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fastgpt_client._json import as_object

from . import validation
from .context import ServerContext
from .errors import CODES, ServerError, coded, invalid
from .faults import Fault, FaultKind
from .received_request import ReceivedRequest
from .share_auth import admit, find_link, named_visitor
from .state import App, Chat, Key, State, Visitor
from .validation import Check
from .versions import Since, Version

__all__ = ["Call", "authenticate"]

_APP_SUFFIX = re.compile(r"-([0-9a-f]{24})$")
_ID = re.compile(r"[0-9a-fA-F]{24}")


def authenticate(header: str | None, version: Version, keys: Mapping[str, Key]) -> tuple[Key, str | None]:
    """Return the key in an Authorization header, and the ID of the app that may be appended to it."""
    _, space, text = (header or "").partition(" ")
    if not space:
        raise coded("unAuthorization")
    suffix = _APP_SUFFIX.search(text)
    if suffix:
        text = text[: suffix.start()]
    if version < Since.APP_OF_BODY_FIRST and text.count("-") > 1:
        raise coded("unAuthorization")
    if text not in keys:
        raise coded("unAuthApiKey")
    return keys[text], suffix.group(1) if suffix else None


@dataclass(frozen=True)
class Call:
    """One call. `params` are the parameters that the endpoint reads, from the body or the query."""

    context: ServerContext
    request: ReceivedRequest
    params: Any
    authorization: str | None
    api_key: str = ""
    """The key in the query of a health check."""
    faults: list[Fault] = field(default_factory=list[Fault])
    headers: dict[str, str] = field(default_factory=dict[str, str])
    """Headers for every response to this call, including errors."""
    hook_answers: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    """The responses of the server behind a share link about the visitor."""

    @property
    def version(self) -> Version:
        return self.context.version

    @property
    def state(self) -> State:
        return self.context.state

    @property
    def zipped(self) -> bool:
        """Whether the client accepts gzip."""
        return "gzip" in self.header("accept-encoding")

    def header(self, name: str) -> str:
        return self.request.headers.get(name, "")

    @property
    def values(self) -> dict[str, Any]:
        """The parameters; {} if they are not an object."""
        return as_object(self.params)

    def check(
        self,
        needed: Mapping[str, Check] | None = None,
        optional: Mapping[str, Check] | None = None,
        *,
        target: bool = True,
    ) -> None:
        """Refuse what this version's schema refuses; older versions have none. `target`: an app is required."""
        if self.version < Since.VALIDATION:
            return
        validation.check(self.params, needed, {"appId": validation.an_id, **(optional or {})})
        if target:
            self.need_target()

    def need_target(self) -> None:
        """Refuse a call that does not name an app."""
        if not self.values.get("appId") and not self.values.get("outLinkAuthData") and self.bound_app_id is None:
            raise invalid(validation.missing_target())

    def fault(self, kind: FaultKind) -> Fault | None:
        """Return the fault of a kind that applies to this call, or None."""
        return next((fault for fault in self.faults if fault.kind == kind), None)

    def fail(self) -> None:
        """Raise the error of a fault that applies to this call."""
        if fault := self.fault("error_before_run"):
            text = fault.message or "the server failed"
            raise coded(text) if text in CODES else ServerError(text)
        if self.fault("generating"):
            raise coded("chatIsGenerating")

    def cookies(self, error: ServerError) -> dict[str, str]:
        """Return the headers of an error: without authorization, the server clears the login cookie."""
        cookie = {"Set-Cookie": "fastgpt_token=; Path=/; Max-Age=0"} if error.status_text == "unAuthorization" else {}
        return {**self.headers, **cookie}

    def target(self) -> str | None:
        """Return the ID of the app that the call is about, as far as it is known before the call is handled."""
        with suppress(ServerError):
            if self.visitor_name is not None:
                return find_link(self.state.links, self.visitor_name[0]).app_id
            key, suffix = authenticate(self.authorization, self.version, self.state.keys)
            named = str(self.values.get("appId") or "") or None
            bound = suffix or key.app_id
            named_first = self.version >= Since.APP_OF_BODY_FIRST and self.bound_app_id is None
            return named or bound if named_first else bound or named
        return None

    def key(self) -> Key:
        return authenticate(self.authorization, self.version, self.state.keys)[0]

    @property
    def bound_app_id(self) -> str | None:
        """The only app that an app key gives access to; None on servers before 4.18, which have no such keys."""
        if self.version < Since.APP_KEYS or self.visitor_name is not None:
            return None
        return self.key().app_id

    def team_key(self) -> Key:
        """Return the caller's key; refuse app keys, which only give access to chats."""
        if self.bound_app_id is not None:
            raise coded("unAuthApiKey")
        return self.key()

    @cached_property
    def visitor_name(self) -> tuple[str, str] | None:
        """The share link and the visitor that the call names."""
        return named_visitor(self.values, self.version)

    @cached_property
    def visitor(self) -> Visitor | None:
        """The visitor of a share link who makes the call, or None."""
        if self.visitor_name is None:
            return None
        return self.admit(*self.visitor_name)

    def admit(self, share_id: str, token: str) -> Visitor:
        """Return the visitor of a link, unless the server behind it denies them."""
        link = find_link(self.state.links, share_id)
        answer = self.hook_answers[-1] if self.hook_answers else None
        return admit(link, token, self.version, commercial=self.context.commercial, answer=answer)

    def app(self) -> App:
        """Return the app that the call is about."""
        if self.visitor is not None:
            return self.find_app(self.visitor.link.app_id)
        self.key()
        app_id = self.bound_app_id or self.values.get("appId")
        if not app_id:
            raise coded("unAuthChat")
        return self.find_app(app_id)

    def check_id(self, app_id: str, where: str = 'path "appId" for model "chat"') -> None:
        """Refuse an ID that the database cannot parse."""
        if not _ID.fullmatch(app_id):
            cast = f'Cast to ObjectId failed for value "{app_id}" (type string) at {where}'
            raise ServerError(cast)

    def find_app(self, app_id: str) -> App:
        self.check_id(app_id)
        if app_id not in self.state.apps:
            raise coded("appUnExist")
        return self.state.apps[app_id]

    def chat(self, app: App) -> Chat | None:
        """Return the chat that the call is about; refuse the call if it belongs to someone else."""
        chat = self.state.chat(app.id, str(self.values.get("chatId", "")))
        if chat is not None and self.visitor is not None and not chat.is_of(self.visitor):
            raise coded("unAuthChat")
        return chat

    def chats(self, app: App) -> list[Chat]:
        """Return those of an app's chats that the caller may see, including deleted ones."""
        found = self.state.chats_of(app.id)
        if self.visitor is not None:
            return [chat for chat in found if chat.is_of(self.visitor)]
        if self.bound_app_id is not None:
            found = [chat for chat in found if chat.source == "api"]
        uid = self.values.get("customUid") if self.version >= Since.CUSTOM_UID_OF_CHATS else None
        return [chat for chat in found if uid is None or chat.out_link_uid == uid]
