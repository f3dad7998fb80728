"""Collections as servers list them: all of a dataset, and the state of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from fastgpt_client import DatasetClient
from fastgpt_client.cli._output.formatting import count, one_line
from fastgpt_client.cli._output.json_data import as_list, as_object
from fastgpt_client.datasets import TrainingState

__all__ = ["Found", "state_of", "walk", "without_secrets"]

# Credentials that servers up to 4.16 send with models and external sources.
_SECRETS = frozenset({"requestAuth", "authorization", "appSecret", "token"})


class Found(NamedTuple):
    """A collection with the path of its folders, separated by "/"."""

    path: str
    item: dict[str, Any]


def walk(client: DatasetClient, dataset: str) -> Iterator[Found]:
    """Yield all collections of a dataset except folders, folder by folder."""
    folders: list[tuple[str | None, str]] = [(None, "")]
    while folders:
        parent, before = folders.pop(0)
        for item in map(as_object, client.iter_collections(datasetId=dataset, parentId=parent)):
            path = before + one_line(item.get("name") or "")
            if item.get("type") == "folder":
                folders.append((str(item.get("_id")), f"{path}/"))
            else:
                yield Found(path, item)


def state_of(item: Mapping[str, Any]) -> str:
    """Return the state of a collection in a word or two."""
    state = TrainingState.of_collection(item) or TrainingState.of_item(item)
    said = [count(state.active, "task")] if state.active else []
    return ", ".join([*said, *([f"{state.failed:,} failed"] if state.failed else [])])


def without_secrets(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer without the credentials in it."""
    return {key: _clean(value) for key, value in data.items() if key not in _SECRETS}


def _clean(value: object) -> object:
    if items := as_list(value):
        return [_clean(item) for item in items]
    inner = as_object(value)
    return without_secrets(inner) if inner else value
