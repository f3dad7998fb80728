# Generated from _async_src/datasets.py by scripts/generate.py: edit the source, not this file.
"""The dataset client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .datasets_endpoints import AsyncDatasetEndpoints

if TYPE_CHECKING:
    from .knowledge import AsyncKnowledgeBase


class AsyncDatasetClient(AsyncDatasetEndpoints):
    """A client for FastGPT's knowledge base endpoints: datasets, collections, rows, search and training.

    ```python
    async with AsyncDatasetClient(api_key="fastgpt-xxxxx", base_url="http://localhost:3000") as client:
        created = await client.create_dataset(name="Handbook")
        await client.create_file_collection("handbook.pdf", datasetId=created.data)
        for hit in await client.search(datasetId=created.data, text="How many days off?"):
            print(hit.score, hit.source, hit.text)
    ```

    The arguments of the constructor are those of `AsyncFastGPTClient`. Use a personal key, which has its owner's
    permissions; from 4.18 on, an app's key opens chats only. Arguments of calls have the names that FastGPT uses on the
    wire; None omits an argument. `extra_body` and `extra_query` add fields of newer servers. Calls that create
    something are not retried if their fate is unknown. Credentials that a server sends with its models are in the
    responses but not in their `repr`.

    Every call raises `ValidationError` for an argument that is invalid (nothing is sent), a subclass of `APIError` for
    an error returned by the server, and `APIConnectionError` if there is no response.
    """

    def knowledge_base(self, datasetId: str, *, poll: float = 2.0) -> AsyncKnowledgeBase:
        """Return a dataset as a knowledge base that can be kept in step with a source. Sends nothing yet.

        ```python
        kb = client.knowledge_base("65f000000000000000000001")
        report = await kb.sync("handbook", wait=600)
        ```

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            poll: initial number of seconds between two checks of the training; it grows to ten.

        Raises:
            ValidationError: an argument is invalid.
        """
        self._validate_params(datasetId=datasetId)
        from .knowledge import AsyncKnowledgeBase  # noqa: PLC0415 - imported on first use

        return AsyncKnowledgeBase(self, datasetId, poll=poll)
