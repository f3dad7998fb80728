"""What the endpoints of knowledge bases share: authorization, and finding what a call refers to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastgpt_client._json import as_object, is_array
from fastgpt_client.testing._server import validation
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.datasets.store import Collection, Dataset, Row
from fastgpt_client.testing._server.errors import ServerError, coded
from fastgpt_client.testing._server.pagination import Page
from fastgpt_client.testing._server.validation import Check, Problem
from fastgpt_client.testing._server.versions import Since

__all__ = [
    "EMBEDDING_FAILED",
    "at_most",
    "begin",
    "find_collection",
    "find_dataset",
    "find_row",
    "missing",
    "objects",
    "page_of",
    "texts",
    "validated",
]

# The model's reported error for EMBFAIL.
EMBEDDING_FAILED = "embedding backend exploded"
_ID = re.compile(r"[0-9a-fA-F]{24}")


def begin(call: Call, needed: Mapping[str, Check] | None = None, optional: Mapping[str, Check] | None = None) -> float:
    """Refuse unauthorized calls and what this version's schema refuses; return the time of the call."""
    if validated(call):
        validation.check(call.params, needed, optional)
    call.team_key()
    return call.context.school.settle()


def validated(call: Call) -> bool:
    """Return whether this version validates requests."""
    return call.version >= Since.DATASET_VALIDATION


def missing(call: Call) -> ServerError:
    """Return the error for a missing parameter, in versions without a schema."""
    found = coded("missingParams")
    if not validated(call):
        found.message = "error.missingParams"
    return found


def find_dataset(call: Call, id: object) -> Dataset:
    """Return a dataset; a deleted one is still found for a while."""
    if not id:
        raise missing(call)
    if not _ID.fullmatch(str(id)):
        cast = f'Cast to ObjectId failed for value "{id}" (type string) at path "_id" for model "datasets"'
        raise ServerError(cast)
    found = call.state.shelf.datasets.get(str(id))
    if found is None:
        raise coded("unExistDataset")
    return found


def find_collection(call: Call, id: object) -> Collection:
    if not id:
        raise missing(call)
    found = call.state.shelf.collections.get(str(id))
    if found is None:
        raise coded("unExistCollection")
    return found


def find_row(call: Call, id: object) -> tuple[Collection, Row]:
    if not id:
        raise missing(call)
    found = call.state.shelf.row(id)
    if found is None:
        raise ServerError("common:core.dataset.error.Data not found")
    return found


def page_of(call: Call, most: int) -> Page:
    """Return the requested page, silently limited to the maximum page size."""
    page = Page.of(call.values, call.version)
    return Page(page.offset, min(page.size, most))


def texts(value: object) -> list[str]:
    return [str(item) for item in (value if is_array(value) else [])]


def objects(value: object) -> list[dict[str, Any]]:
    return [as_object(item) for item in (value if is_array(value) else [])]


def at_most(limit: int) -> Check:
    """Return a check for a list with a maximum length."""

    def verify(path: list[str | int], value: Any) -> list[Problem]:
        problems = validation.a_list(path, value)
        if problems or len(value) <= limit:
            return problems
        message = f"Too big: expected array to have <={limit} items"
        problem = {"origin": "array", "code": "too_big", "maximum": limit, "inclusive": True}
        return [{**problem, "path": path, "message": message}]

    return verify
