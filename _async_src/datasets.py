# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""The dataset client."""

from __future__ import annotations

from .datasets_collections import AsyncCollectionsMixin
from .datasets_failures import AsyncTrainingFailuresMixin
from .datasets_files import AsyncDatasetFilesMixin
from .datasets_list import AsyncDatasetsMixin
from .datasets_originals import AsyncOriginalsMixin
from .datasets_owned import AsyncOwnedDatasetsMixin
from .datasets_rows import AsyncRowsMixin
from .datasets_search import AsyncSearchMixin
from .datasets_sources import AsyncSourcesMixin
from .datasets_training import AsyncTrainingMixin


class AsyncDatasetClient(
    AsyncDatasetsMixin,
    AsyncOwnedDatasetsMixin,
    AsyncSourcesMixin,
    AsyncDatasetFilesMixin,
    AsyncCollectionsMixin,
    AsyncOriginalsMixin,
    AsyncRowsMixin,
    AsyncSearchMixin,
    AsyncTrainingMixin,
    AsyncTrainingFailuresMixin,
):
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
