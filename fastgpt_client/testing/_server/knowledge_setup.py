"""The public interface of the embedded server to knowledge bases: adding and reading them, and making them fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .context import ServerContext
from .datasets.learning import TrainingFault, TrainingFaultKind
from .datasets.store import Collection, Dataset, Row

__all__ = ["KnowledgeSetup"]


class KnowledgeSetup:
    """The part of `FakeFastGPT` for knowledge bases."""

    _context: ServerContext

    @property
    def datasets(self) -> dict[str, Dataset]:
        """The datasets and folders by name, except deleted ones. Training that is due is completed first."""
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
        """Add a dataset, whose rows are already learnt, and return it with its `.id`.

        ```python
        with FakeFastGPT.serve() as server:
            dataset = server.dataset("Cities", texts={"oslo.md": "Oslo is the capital of Norway."})
            with DatasetClient(api_key=server.api_key, base_url=server.url) as client:
                [hit] = client.search(datasetId=dataset.id, text="capital of Norway").hits
                assert hit.source == "oslo.md"
        ```

        Args:
            name: the name of the dataset.
            rows: the rows of a collection named "manual", each a text, or a mapping with `q`, and optionally `a` and
                `indexes`. Default: none.
            texts: the contents of files by name; each becomes a collection. Default: none.
            type: the type, such as "dataset", "folder" or "websiteDataset".
            id: the ID of the dataset. Default: a generated one.
            parent: the folder to put it in. Default: the root.
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
        """Return the collections of a dataset by name. Training that is due is completed first.

        Args:
            dataset: the dataset, or its ID.
        """
        self._context.school.settle()
        id = dataset.id if isinstance(dataset, Dataset) else dataset
        return {collection.name: collection for collection in self._context.state.shelf.of_dataset(id)}

    def web_page(self, url: str, text: str) -> None:
        """Add a page to the web as the server sees it. Link collections can only fetch pages added here.

        Args:
            url: the URL of the page.
            text: the content of the page.
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
        """Make the next training tasks fail, and return the fault. As a context manager, it ends with the block.

        ```python
        with FakeFastGPT.serve() as server, DatasetClient(api_key=server.api_key, base_url=server.url) as client:
            server.training_fault("fail", message="the model is gone")
            kb = client.knowledge_base(server.dataset("Cities").id)
            print([outcome.status for outcome in kb.sync("docs", wait=5)])
        ```

        Args:
            kind: "fail" (the server gives up), "stall" (it never finishes) or "block" (it is stuck for lack of points).
            stage: only tasks of this mode, such as "parse" (splitting a text) or "chunk" (learning a row).
            when: only tasks for which this function returns True; it receives the text of the row or the name of the
                collection.
            times: how many tasks fail; None for all.
            message: the error message of the server. Default: that of the kind.

        Raises:
            ValueError: the kind or the stage is unknown.
        """
        fault = TrainingFault(kind=kind, stage=stage, when=when, left=times, message=message)
        self._context.school.faults.append(fault)
        return fault
