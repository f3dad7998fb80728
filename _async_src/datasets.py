# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""The dataset client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .datasets_endpoints import AsyncDatasetEndpoints

if TYPE_CHECKING:
    from .knowledge import AsyncKnowledgeBase


class AsyncDatasetClient(AsyncDatasetEndpoints):
    """Talks to FastGPT's endpoints of knowledge bases: datasets, collections, rows, search and training.

    ```python
    async with AsyncDatasetClient(api_key="fastgpt-xxxxx", base_url="http://localhost:3000") as client:
        dataset = (await client.create_dataset(name="Handbook")).data
        await client.create_file_collection("handbook.pdf", datasetId=dataset)
        for hit in await client.search(datasetId=dataset, text="How many days off?"):
            print(hit.score, hit.source, hit.text)
    ```

    The key is a personal one, which has the rights of its owner: the key of an app opens chats only. All arguments of
    a call keep the wire's spelling; None leaves an argument out. `extra_body` and `extra_query` add what a newer server
    takes. What makes something new is not repeated when its fate is unknown. Credentials that a server sends with its
    models are in the answers, but in no repr of them.

    Every call raises `ValidationError` for what it can refuse before sending, a subclass of `APIError` for an error
    of the server, and `APIConnectionError` if no answer came.
    """

    def knowledge_base(self, datasetId: str, *, poll: float = 2.0) -> AsyncKnowledgeBase:
        """Return a dataset as a knowledge base that is kept in step with a source; nothing is sent yet.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            poll: seconds between two looks at what is being learnt, at first; later up to ten.
        """
        self._validate_params(datasetId=datasetId)
        from .knowledge import AsyncKnowledgeBase  # noqa: PLC0415 - not every program keeps one in step

        return AsyncKnowledgeBase(self, datasetId, poll=poll)
