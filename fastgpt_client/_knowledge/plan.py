"""Plan a sync: compares the source with the server's collections."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from fastgpt_client.exceptions import ValidationError
from fastgpt_client.knowledge import Entry, KnowledgePlan, PlannedItem

from .marks import VERSION, Mark

__all__ = ["DOCUMENTS", "Holdings", "Marked", "check_under", "glob_pattern", "make_plan", "placed"]

DOCUMENTS = (".txt", ".docx", ".csv", ".xlsx", ".pdf", ".md", ".html", ".pptx")
MAX_BYTES = 1000 * 1024 * 1024
_LEAST_MAX_DELETE, _PART_MAX_DELETE = 10, 4
Ages: TypeAlias = Mapping[str, tuple[str, str]]
_NO_NAME = re.compile(r"[\x00-\x1f\x7f]|(^|/)\.{0,2}(/|$)")


@dataclass(frozen=True)
class Marked:
    """A collection created by a sync.

    Attributes:
        id: its ID.
        mark: its mark.
        created: its creation time, as the server formats it.
        state: "ready" if searches find it, "working" while it is being learnt, "failed" if that failed.
    """

    id: str
    mark: Mark
    created: str
    state: Literal["ready", "working", "failed"]


@dataclass(frozen=True)
class Holdings:
    """The contents of a knowledge base.

    Attributes:
        marked: collections created by syncs.
        known: the IDs of all its files.
        notes: messages about what could not be read.
    """

    marked: tuple[Marked, ...]
    known: frozenset[str]
    notes: tuple[str, ...]


def check_under(under: str) -> str:
    """Return the folder that a source is put under, without leading and trailing "/"; "" for the top."""
    place = unicodedata.normalize("NFC", under).strip("/")
    if place and _NO_NAME.search(place):
        raise ValidationError(f"under must be a path such as 'handbook/2026', not {under!r}")
    return place


def placed(under: str, path: str) -> str:
    """Return the path of a source's file in the knowledge base."""
    return f"{under}/{path}" if under else path


def glob_pattern(patterns: Sequence[str]) -> re.Pattern[str]:
    """Return a regex for paths that match any of the patterns: `*` and `?` within a name, `**` across folders."""
    return re.compile("|".join(f"(?:{_glob(pattern)})" for pattern in patterns) + r"\Z")


def _glob(pattern: str) -> str:
    found = ""
    for part in re.findall(r"\*\*/|\*\*|\*|\?|\[!?[^/\]]+\]|.", pattern, re.DOTALL):
        if part == "**/":
            found += "(?:[^/]+/)*"
        elif part in ("**", "*", "?"):
            found += {"**": ".*", "*": "[^/]*", "?": "[^/]"}[part]
        elif len(part) > 1:
            wanted, characters = ("[", part[1:-1]) if part[1] != "!" else ("[^", part[2:-1])
            found += wanted + re.escape(characters).replace(r"\-", "-") + "]"
        else:
            found += re.escape(part)
    return found + r"\Z"


def make_plan(
    entries: Iterable[Entry],
    marked: Iterable[Marked],
    *,
    settings: str,
    under: str = "",
    prune: bool = False,
    max_delete: int | None = None,
    notes: Iterable[str] = (),
) -> KnowledgePlan:
    """Return the plan that brings the server in sync with the source.

    Args:
        entries: the entries of the source.
        marked: all collections with a mark, in any folder.
        settings: the digest of the chunk settings for all files.
        under: the folder that the source is put under; other collections are ignored.
        prune: whether to delete collections that are not in the source.
        max_delete: how many paths may be deleted; None for 10 or a quarter of the existing ones, whichever is larger.
        notes: further messages for the user.
    """
    held: dict[str, list[Marked]] = {}
    for one in sorted(marked, key=_age):
        if not under or one.mark.path.startswith(f"{under}/"):
            held.setdefault(one.mark.path, []).append(one)
    wanted: dict[str, Entry] = {}
    items: dict[str, PlannedItem] = {}
    refused: list[PlannedItem] = []
    for entry in entries:
        path = placed(under, entry.path)
        problem = "another file has the same name" if path in wanted else _problem(entry)
        wanted.setdefault(path, entry)
        if problem is None and any(one.mark.v > VERSION for one in held.get(path, [])):
            problem = "it was added by a newer version of this program"
        if problem is not None:
            refused.append(PlannedItem(action="refuse", path=path, reason=problem))
        else:
            items[path] = _item(path, entry, held.get(path, []), settings)
    gone = {path: group for path, group in held.items() if path not in wanted and _is_ours(group)}
    why_not: str | None = None
    if prune:
        moved = _moves(items, wanted, gone, {one.id: _age(one) for group in held.values() for one in group})
        left = {path: group for path, group in gone.items() if path not in moved}
        bound = max(_LEAST_MAX_DELETE, len(held) // _PART_MAX_DELETE) if max_delete is None else max_delete
        why_not = _no_prune(wanted, refused, left, bound)
        for path, group in left.items():
            ids = tuple(one.id for one in group)
            items[path] = PlannedItem(action="delete", path=path, reason="it is not in the source", remove=ids)
    return KnowledgePlan(
        items=tuple(sorted([*items.values(), *refused], key=lambda item: item.path)),
        not_in_source=tuple(sorted(gone)),
        prune_refused=why_not,
        notes=(*notes, *_equal_files(wanted, items)),
    )


def _age(one: Marked) -> tuple[str, str]:
    return one.created, one.id


def _is_ours(group: Sequence[Marked]) -> bool:
    return all(one.mark.v <= VERSION for one in group)


def _problem(entry: Entry) -> str | None:
    """Return why an entry cannot be added, None if it can, as far as is known."""
    if entry.problem is not None:
        return entry.problem
    if _NO_NAME.search(entry.path):
        return "it is not a valid file name"
    if not entry.path.lower().endswith(DOCUMENTS):
        return f"servers accept only {' '.join(DOCUMENTS)}"
    if not entry.size:
        return "it is empty"
    if entry.size > MAX_BYTES:
        return f"it is larger than {MAX_BYTES >> 20} MB"
    return None


def _item(path: str, entry: Entry, group: Sequence[Marked], settings: str) -> PlannedItem:
    """Return the action for a path; `group` are its existing collections, oldest first."""
    same = [one for one in group if (one.mark.fingerprint, one.mark.settings) == (entry.fingerprint, settings)]
    by_state = {state: [one for one in same if one.state == state] for state in ("ready", "working", "failed")}
    if ready := by_state["ready"]:
        keep = ready[-1]
        # A newer one with the same mark replaces it once it is learnt.
        later = {one.id for one in by_state["working"] if _age(one) > _age(keep)}
        others = tuple(one.id for one in group if one is not keep and one.id not in later)
        reason = f"{len(others)} older or equal ones are deleted" if others else ""
        return PlannedItem(action="unchanged", path=path, reason=reason, keep=keep.id, remove=others)
    if by_state["working"]:
        keep = by_state["working"][-1]
        others = tuple(one.id for one in group if one is not keep)
        return PlannedItem(action="wait", path=path, reason="it is being learnt", keep=keep.id, remove=others)
    if by_state["failed"]:
        keep = by_state["failed"][-1]
        others = tuple(one.id for one in group if one is not keep)
        return PlannedItem(action="retry", path=path, reason="its training failed", keep=keep.id, remove=others)
    if not group:
        return PlannedItem(action="create", path=path, reason="it is new", size=entry.size)
    changed = all(one.mark.fingerprint != entry.fingerprint for one in group)
    reason = "its content changed" if changed else "its settings changed"
    ids = tuple(one.id for one in group)
    return PlannedItem(action="replace", path=path, reason=reason, size=entry.size, remove=ids)


def _moves(
    items: dict[str, PlannedItem], wanted: Mapping[str, Entry], gone: Mapping[str, Sequence[Marked]], ages: Ages
) -> set[str]:
    """Find paths whose content moved elsewhere in the source, and delete them once it is learnt there.

    A path replaces a missing one if it has the same content and does not exist yet, or was created later: so the plan
    made after the new one is learnt still finds the move.
    """
    takers: dict[str, list[str]] = {}
    for path in sorted(items):
        takers.setdefault(wanted[path].fingerprint, []).append(path)
    moved: set[str] = set()
    for old in sorted(gone):
        youngest = gone[old][-1]
        free = takers.get(youngest.mark.fingerprint, [])
        new = next((path for path in free if _is_younger(items[path].keep, youngest, ages)), None)
        if new is not None:
            free.remove(new)
            moved.add(old)
            item = items[new]
            if item.action == "create":
                item = replace(item, action="move", reason="")
            remove = (*item.remove, *(one.id for one in gone[old]))
            items[new] = replace(item, reason=item.reason or f"it was {old}", remove=remove)
    return moved


def _is_younger(id: str | None, than: Marked, ages: Ages) -> bool:
    return id is None or ages[id] > _age(than)


def _no_prune(
    wanted: Mapping[str, Entry], refused: Sequence[PlannedItem], left: Mapping[str, object], bound: int
) -> str | None:
    """Return why nothing is pruned, None if pruning is allowed."""
    if not wanted:
        return "the source is empty"
    if refused:
        return f"{refused[0].path} and others cannot be added" if refused[1:] else f"{refused[0].path} cannot be added"
    if len(left) > bound:
        return f"{len(left)} would be deleted, but max_delete is {bound}"
    return None


def _equal_files(wanted: Mapping[str, Entry], items: Mapping[str, PlannedItem]) -> list[str]:
    paths: dict[str, list[str]] = {}
    for path, entry in wanted.items():
        if path in items:
            paths.setdefault(entry.fingerprint, []).append(path)
    return [f"{', '.join(sorted(equal))} have the same content" for equal in paths.values() if len(equal) > 1]
