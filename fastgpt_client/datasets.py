"""Results of calls about knowledge bases: search hits, pushed rows, and the state of training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

from ._json import as_object, is_array
from .responses import DataResponse

if TYPE_CHECKING:
    from .types import DataRow, SearchData, SearchItem

__all__ = ["DroppedRow", "PushResult", "SearchHit", "SearchResults", "TrainingState", "row_state"]


@dataclass(frozen=True)
class SearchHit:
    """A row that a search found.

    Attributes:
        raw: the row as received.
    """

    raw: SearchItem

    @property
    def text(self) -> str:
        """The text of the row, or its question and, on a new line, its answer."""
        return "\n".join(filter(None, (str(self.raw.get("q") or ""), str(self.raw.get("a") or ""))))

    @property
    def source(self) -> str:
        """The name of the row's collection, usually a file name."""
        return str(self.raw.get("sourceName") or "")

    @property
    def data_id(self) -> str:
        """The ID of the row, for calls such as `get_data`."""
        return str(self.raw.get("id") or "")

    @property
    def collection_id(self) -> str:
        """The ID of the collection that the row belongs to."""
        return str(self.raw.get("collectionId") or "")

    @property
    def scores(self) -> dict[str, float]:
        """The scores by kind: "embedding", "fullText", "reRank", "rrf", or "" if the server sent a single number."""
        score: Any = self.raw.get("score")
        if isinstance(score, (int, float)):
            return {"": float(score)}
        found = {str(item.get("type")): item.get("value") for item in map(as_object, score if is_array(score) else [])}
        return {kind: float(value) for kind, value in found.items() if isinstance(value, (int, float))}

    @property
    def score(self) -> float | None:
        """The relevance from 0 to 1: the first known score of reranking, embedding and full text; None if none is."""
        scores = self.scores
        return next((scores[kind] for kind in ("reRank", "embedding", "fullText", "") if kind in scores), None)


class SearchResults(DataResponse["SearchData"]):
    """The result of a search: a sequence of `SearchHit`s, best first. `.data` also has the settings of the search.

    ```python
    for hit in client.search(datasetId=dataset, text="Where is Oslo?"):
        print(hit.score, hit.source, hit.text)
    ```
    """

    @property
    def hits(self) -> list[SearchHit]:
        """The rows that were found, best first."""
        data: SearchData | Any = self.data
        found = data if is_array(data) else as_object(data).get("list")
        return [SearchHit(raw) for raw in (found if is_array(found) else [])]

    def __iter__(self) -> Iterator[SearchHit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, index: int) -> SearchHit:
        return self.hits[index]


@dataclass(frozen=True)
class DroppedRow:
    """A row that the server did not take.

    Attributes:
        index: its index among all pushed rows, from 0.
        row: the row as passed in.
        reason: why it was not accepted. Servers from 4.9.11 on report only how many rows they took; if no known rule
            explains the rest, the longest rows of the request are listed.
    """

    index: int
    row: DataRow | Mapping[str, Any]
    reason: str


@dataclass
class PushResult:
    """The outcome of pushing rows.

    Attributes:
        sent: how many rows were sent.
        accepted: how many of them the server took.
        dropped: the rows that it did not take.
        calls: how many requests they were sent in.
    """

    sent: int = 0
    accepted: int = 0
    dropped: list[DroppedRow] = field(default_factory=list[DroppedRow])
    calls: int = 0

    def add(self, first: int, rows: Sequence[Mapping[str, Any]], accepted: int, dropped: list[tuple[int, str]]) -> None:
        """Add the outcome of one request.

        Args:
            first: the index of the request's first row among all pushed rows.
            rows: the rows of the request.
            accepted: how many of them the server took.
            dropped: the rows it did not take, as pairs of their index in the request and the reason.
        """
        self.sent += len(rows)
        self.accepted += accepted
        self.calls += 1
        self.dropped += [DroppedRow(first + place, rows[place], reason) for place, reason in dropped]


@dataclass(frozen=True, kw_only=True)
class TrainingState:
    """How far the server has learnt a collection or a knowledge base, in one form for all server versions.

    Attributes:
        active: how many tasks are pending; None if the server only reports that there are some.
        failed: how many tasks the server gave up; None if it does not report it.
        trained: how many rows are learnt; None if the server does not report it.
        blocked: whether tasks are stuck, usually because points ran out (reported up to 4.14; later servers report
            them as failed).
        raw: the data as received.
    """

    active: int | None
    failed: int | None = None
    trained: int | None = None
    blocked: bool = False
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def is_done(self) -> bool:
        """Whether no tasks are pending; some may have failed."""
        return self.active == 0

    @classmethod
    def of_collection(cls, detail: Mapping[str, Any]) -> Self | None:
        """Return the state from a collection's own fields; None before 4.15, which lacks them.

        Args:
            detail: the collection, as returned by `get_collection`.
        """
        active, failed = (_count(detail.get(name)) for name in ("activeTrainingAmount", "finalErrorAmount"))
        return None if active is None else cls(active=active, failed=failed or 0, raw=detail)

    @classmethod
    def of_counts(cls, detail: Mapping[str, Any], listed: Mapping[str, Any] | None = None) -> Self:
        """Return the state from the counts by mode (4.9.14 to 4.14).

        Args:
            detail: the counts, as returned by `get_training_detail`.
            listed: the same collection as an item of a list, which shows whether it is blocked. Default: not known.
        """
        active, failed = (_sum(detail.get(name)) for name in ("trainingCounts", "errorCounts"))
        left = _count((listed or {}).get("trainingAmount")) or 0
        blocked = bool(left) and not active and not failed
        trained = _count(detail.get("trainedCount"))
        return cls(active=left if blocked else active, failed=failed, trained=trained, blocked=blocked, raw=detail)

    @classmethod
    def of_item(cls, listed: Mapping[str, Any]) -> Self:
        """Return the state from a collection's item in a list (before 4.9.14), which counts failed tasks as active.

        Args:
            listed: the collection as an item of a list.
        """
        return cls(
            active=_count(listed.get("trainingAmount")) or 0, trained=_count(listed.get("dataAmount")), raw=listed
        )

    @classmethod
    def of_queue(cls, queue: Mapping[str, Any]) -> Self:
        """Return the state of a knowledge base: the sum of two counts, or from 4.17.2 on only whether tasks exist.

        Args:
            queue: the queue, as returned by `get_training_queue`.
        """
        if isinstance(queue.get("hasTrainingTask"), bool):
            return cls(active=None if queue["hasTrainingTask"] else 0, raw=queue)
        counts = [_count(queue.get(name)) for name in ("trainingCount", "rebuildingCount")]
        return cls(active=sum(count or 0 for count in counts), raw=queue)


def row_state(row: Mapping[str, Any]) -> Literal["searchable", "working", "failed"]:
    """Return the state of a row, from the `indexStatus` that servers send from 4.17.2 on.

    Args:
        row: the row, as returned by `list_data`.

    Returns:
        "searchable", also for a row without a status; "failed"; or "working", also for an unknown status, unless it
        ends in "Failed" or "Error".
    """
    status = row.get("indexStatus")
    if not isinstance(status, str) or status == "indexed":
        return "searchable"
    return "failed" if status == "error" or status.endswith(("Failed", "Error")) else "working"


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _sum(counts: object) -> int:
    return sum(_count(count) or 0 for count in as_object(counts).values())
