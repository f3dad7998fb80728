"""What came of saving a knowledge base, and of having it again."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CopyReport"]


@dataclass(frozen=True, kw_only=True)
class CopyReport:
    """What was saved, or restored.

    Attributes:
        dataset_id: the dataset that was saved, or the new one.
        collections: how many collections it has, folders as well.
        rows: how many rows it has.
        originals: how many originals of files it has.
        problems: what could not be had or made as it was, each with the collection's name.
    """

    dataset_id: str
    collections: int
    rows: int
    originals: int
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all was had, or is as it was."""
        return not self.problems
