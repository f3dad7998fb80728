"""Flags and arguments as they are typed, for errors that name an argument of the library or a field of the server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["Flags"]

# What is not simply spelt another way, as per_minute and --per-minute are. The first that a command has is meant.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "appId": ("--app-id",),
    "chatId": ("--chat-id", "CHAT_ID"),
    "chatIds": ("CHAT_ID",),
    "dataId": ("DATA_ID", "--record"),
    "contentId": ("--record",),
    "contentIds": ("--record",),
    "customTitle": ("TITLE",),
    "datasetId": ("--dataset", "DATASET", "--dataset-id"),
    "collectionId": ("--collection",),
    "collectionIds": ("--collection",),
    "parentId": ("--folder", "--under"),
    "tmbIds": ("--member",),
    "outLinkUids": ("--user",),
    "chatSearch": ("--search",),
    "searchKey": ("--search",),
    "searchText": ("--search",),
    "searchMode": ("--mode", "--compare"),
    "usingReRank": ("--rerank", "--compare"),
    "pageNum": ("--page",),
    "dateStart": ("--from",),
    "startUpdateTime": ("--from",),
    "dateEnd": ("--to",),
    "endUpdateTime": ("--to",),
    "sources": ("--source",),
    "feedbackType": ("--feedback",),
    "errorFilter": ("--errors",),
    "unreadOnly": ("--unread",),
    "userGoodFeedback": ("TEXT", "--good"),
    "userBadFeedback": ("TEXT", "--bad"),
    "variables": ("--var",),
    "intro": ("--about",),
    "userTimespan": ("--by",),
    "chatTimespan": ("--by",),
    "appTimespan": ("--by",),
    "settings": ("--set",),
    "source": ("--source", "SRC"),
    "pattern": ("--match",),
}
_WORD = re.compile(r"(?<![\w-])([A-Za-z][A-Za-z0-9_]*)(?![\w-])(=|(?=:))?")
_FIRST = re.compile(r"([a-z_]+)(?=[ :])")
_HUMP = re.compile("(?<=[a-z])(?=[A-Z])")


class Flags:
    """The flags and arguments of one command."""

    def __init__(self, parameters: Iterable[Any] = ()) -> None:
        self._known: set[str] = set()
        for parameter in parameters:
            options = [name for name in parameter.opts if name.startswith("-")]
            self._known |= {*options} if options else {parameter.metavar or parameter.name.upper()}

    def translate(self, text: str, *, first: bool = False) -> str:
        """Return a text with names that only programs know replaced by what is typed.

        Args:
            first: an ordinary word that begins the text may be a name too, as in "file: no such file".
        """
        if first and (found := _FIRST.match(text)) and (flag := self._find(found[1])) is not None:
            text = flag + text[found.end() :]
        return _WORD.sub(self._replaced, text)

    def _replaced(self, found: re.Match[str]) -> str:
        name, mark = found.groups()
        ordinary = not _HUMP.search(name) and "_" not in name
        if ordinary and (mark is None or name not in _NAMES):
            return found[0]
        flag = self._find(name)
        return found[0] if flag is None else flag

    def _find(self, name: str) -> str | None:
        spelt = _HUMP.sub("-", name).replace("_", "-").lower()
        names = (*_NAMES.get(name, ()), f"--{spelt}", spelt.replace("-", "_").upper())
        return next((each for each in names if each in self._known), None)
