"""Reports of saving and restoring a knowledge base."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CopyReport"]


@dataclass(frozen=True, kw_only=True)
class CopyReport:
    """What was saved or restored.

    Attributes:
        dataset_id: the ID of the saved knowledge base, or of the new one.
        collections: the number of collections, including folders.
        rows: the number of rows.
        originals: the number of original files.
        problems: what could not be saved or restored unchanged, each with the name of its collection.
    """

    dataset_id: str
    collections: int
    rows: int
    originals: int
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything was saved or restored without problems."""
        return not self.problems
