"""Knowledge bases as the users of the embedded server see them: put in, looked at, and made to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .context import ServerContext
from .datasets.learning import TrainingFault, TrainingFaultKind
from .datasets.store import Collection, Dataset, Row

__all__ = ["KnowledgeSetup"]


class KnowledgeSetup:
    """The part of `FakeFastGPT` that is about knowledge bases."""

    _context: ServerContext

    @property
    def datasets(self) -> dict[str, Dataset]:
        """The datasets by name, folders too, those that were deleted left out; what is due is learnt first."""
        self._context.school.settle()
        every = list(self._context.state.shelf.datasets.values())
        return {dataset.name: dataset for dataset in every if dataset.delete_time is None}

    def dataset(
        self,
        name: str = "dataset",
        *,
        rows: Iterable[str | Mapping[str, Any]] = (),
        texts: Mapping[str, str] | None = None,
        type: str = "dataset",
        id: str | None = None,
        parent: Dataset | None = None,
    ) -> Dataset:
        """Add a dataset and return it, with its `.id`. What is put in here is learnt already.

        Args:
            name: what it is called.
            rows: of a collection called "manual": each a text, or a mapping with `q`, and optionally `a` and `indexes`.
            texts: the contents of files by their names; each becomes a collection.
            type: such as "folder" or "websiteDataset".
            id: the dataset's id; left out, one is made up.
            parent: the folder that it is in.
        """
        shelf = self._context.state.shelf
        made = Dataset(name=name, type=type, parent_id=parent.id if parent else None)
        made.id = id or made.id
        shelf.add_dataset(made)
        given = [{"q": row} if isinstance(row, str) else row for row in rows]
        if given:
            self._learnt(Collection(dataset_id=made.id, name="manual"), given)
        for file, text in (texts or {}).items():
            collection = Collection(
                dataset_id=made.id, name=file, type="file", text=text, original=text.encode(), parsed=True
            )
            collection.file_id = f"dataset/{made.id}/{collection.id}_{file}"
            self._learnt(collection, [{"q": text}])
        return made

    def _learnt(self, collection: Collection, rows: Iterable[Mapping[str, Any]]) -> None:
        shelf = self._context.state.shelf
        shelf.add_collection(collection)
        for place, given in enumerate(rows):
            row = Row(str(given["q"]), str(given.get("a") or ""), place if collection.type == "file" else 0)
            row.status = self._context.school.learnt
            shelf.set_indexes(row, given.get("indexes") or [])
            collection.rows[row.id] = row

    def collections(self, dataset: Dataset | str) -> dict[str, Collection]:
        """Return a dataset's collections by name, as they are now; each has `.rows`, `.metadata` and `.parent_id`.

        Args:
            dataset: the dataset, or its id.
        """
        self._context.school.settle()
        id = dataset.id if isinstance(dataset, Dataset) else dataset
        return {collection.name: collection for collection in self._context.state.shelf.of_dataset(id)}

    def web_page(self, url: str, text: str) -> None:
        """Let a page stand in the web, as far as this server sees it: it fetches links from here, and nothing else.

        Args:
            url: where the page is.
            text: what the page says.
        """
        self._context.state.shelf.pages[url] = text

    def training_fault(
        self,
        kind: TrainingFaultKind,
        *,
        stage: str | None = None,
        when: Callable[[str], bool] | None = None,
        times: int | None = 1,
        message: str = "",
    ) -> TrainingFault:
        """Let the next tasks of training go wrong, and return the fault; as a context manager it ends with the block.

        Args:
            kind: `fail`: it is given up; `stall`: it is never done; `block`: it lies still for want of points.
            stage: only tasks of this mode, such as "parse" (a text is cut) or "chunk" (a row is learnt).
            when: only tasks of which this function of the row's text, or of the collection's name, says so.
            times: how many tasks, None for all to come.
            message: what the server says of it.
        """
        fault = TrainingFault(kind=kind, stage=stage, when=when, left=times, message=message)
        self._context.school.faults.append(fault)
        return fault
