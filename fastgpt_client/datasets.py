"""What calls about knowledge bases give: what a search found, what was pushed, how far the server has learnt."""

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
    """A row that a search found, the best ones first.

    Attributes:
        raw: the row as received.
    """

    raw: SearchItem

    @property
    def text(self) -> str:
        """What it says: its text, or its question and the answer below it."""
        return "\n".join(filter(None, (str(self.raw.get("q") or ""), str(self.raw.get("a") or ""))))

    @property
    def source(self) -> str:
        """The name of the collection, which mostly is that of a file."""
        return str(self.raw.get("sourceName") or "")

    @property
    def data_id(self) -> str:
        """The row's id."""
        return str(self.raw.get("id") or "")

    @property
    def collection_id(self) -> str:
        """The id of the row's collection."""
        return str(self.raw.get("collectionId") or "")

    @property
    def scores(self) -> dict[str, float]:
        """The scores by kind: "embedding", "fullText", "reRank", "rrf"; "" for a single number."""
        score: Any = self.raw.get("score")
        if isinstance(score, (int, float)):
            return {"": float(score)}
        found = {str(item.get("type")): item.get("value") for item in map(as_object, score if is_array(score) else [])}
        return {kind: float(value) for kind, value in found.items() if isinstance(value, (int, float))}

    @property
    def score(self) -> float | None:
        """How well it fits, from 0 to 1: reranking's score, else the embedding's, else the full text's, else None."""
        scores = self.scores
        return next((scores[kind] for kind in ("reRank", "embedding", "fullText", "") if kind in scores), None)


class SearchResults(DataResponse["SearchData"]):
    """What a search found: a sequence of `SearchHit`s; `.data` has the search's settings beside them.

    ```python
    for hit in client.search(datasetId=dataset, text="Where is Oslo?"):
        print(hit.score, hit.source, hit.text)
    ```
    """

    @property
    def hits(self) -> list[SearchHit]:
        """The rows that were found, the best ones first."""
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
        index: its place among all that were pushed, from 0.
        row: the row itself.
        reason: why. Servers from 4.9.11 on tell only how many they took: where no rule explains it, the longest rows
            of the call are named.
    """

    index: int
    row: DataRow | Mapping[str, Any]
    reason: str


@dataclass
class PushResult:
    """What became of pushed rows.

    Attributes:
        sent: how many rows were sent.
        taken: how many of them the server took.
        dropped: those that it did not take.
        calls: how many calls they were sent in.
    """

    sent: int = 0
    taken: int = 0
    dropped: list[DroppedRow] = field(default_factory=list[DroppedRow])
    calls: int = 0

    def add(self, first: int, rows: Sequence[Mapping[str, Any]], taken: int, dropped: list[tuple[int, str]]) -> None:
        """Count a call: its rows, of which `first` is the place of the first, and what the server did not take.

        Args:
            first: the place of the call's first row among all.
            rows: the rows of the call.
            taken: how many the server took.
            dropped: which it did not take: their places in the call, with the reasons.
        """
        self.sent += len(rows)
        self.taken += taken
        self.calls += 1
        self.dropped += [DroppedRow(first + place, rows[place], reason) for place, reason in dropped]


@dataclass(frozen=True, kw_only=True)
class TrainingState:
    """How far the server has learnt a collection or a dataset: one form for all that servers tell.

    Attributes:
        active: how many tasks are still to be done; None if the server says only that there are some.
        failed: how many tasks were given up; None if the server does not tell.
        trained: how many rows are learnt; None if the server does not tell.
        blocked: tasks lie still, mostly for want of points (told up to 4.14; later they count as failed).
        raw: what the server said.
    """

    active: int | None
    failed: int | None = None
    trained: int | None = None
    blocked: bool = False
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be done; some of it may have failed."""
        return self.active == 0

    @classmethod
    def of_collection(cls, detail: Mapping[str, Any]) -> Self | None:
        """Return the state that a collection's own fields tell, None before 4.15.

        Args:
            detail: a collection as `get_collection` returns it.
        """
        active, failed = (_count(detail.get(name)) for name in ("activeTrainingAmount", "finalErrorAmount"))
        return None if active is None else cls(active=active, failed=failed or 0, raw=detail)

    @classmethod
    def of_counts(cls, detail: Mapping[str, Any], listed: Mapping[str, Any] | None = None) -> Self:
        """Return the state that counts by mode tell (4.9.14 to 4.14); the item in a list shows what is blocked.

        Args:
            detail: what `get_training_detail` returns.
            listed: the item of a list that is of the same collection.
        """
        active, failed = (_sum(detail.get(name)) for name in ("trainingCounts", "errorCounts"))
        left = _count((listed or {}).get("trainingAmount")) or 0
        blocked = bool(left) and not active and not failed
        trained = _count(detail.get("trainedCount"))
        return cls(active=left if blocked else active, failed=failed, trained=trained, blocked=blocked, raw=detail)

    @classmethod
    def of_item(cls, listed: Mapping[str, Any]) -> Self:
        """Return the state that a collection's item in a list tells (before 4.9.14): failed tasks count as active.

        Args:
            listed: the item of a list that is of the same collection.
        """
        return cls(
            active=_count(listed.get("trainingAmount")) or 0, trained=_count(listed.get("dataAmount")), raw=listed
        )

    @classmethod
    def of_queue(cls, queue: Mapping[str, Any]) -> Self:
        """Return the state of a dataset: two counts, or from 4.17.2 on whether there is any task.

        Args:
            queue: what `get_training_queue` returns.
        """
        if isinstance(queue.get("hasTrainingTask"), bool):
            return cls(active=None if queue["hasTrainingTask"] else 0, raw=queue)
        counts = [_count(queue.get(name)) for name in ("trainingCount", "rebuildingCount")]
        return cls(active=sum(count or 0 for count in counts), raw=queue)


def row_state(row: Mapping[str, Any]) -> Literal["searchable", "working", "failed"]:
    """Return whether a search finds a row of `list_data`: by its `indexStatus`, which servers from 4.17.2 on send.

    Args:
        row: a row as `list_data` returns it.

    A row without one is searchable. A status that is not known counts as work, unless its name says that it failed.
    """
    status = row.get("indexStatus")
    if not isinstance(status, str) or status == "indexed":
        return "searchable"
    return "failed" if status == "error" or status.endswith(("Failed", "Error")) else "working"


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _sum(counts: object) -> int:
    return sum(_count(count) or 0 for count in as_object(counts).values())
