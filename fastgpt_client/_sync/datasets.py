# Generated from _async_src/datasets.py by scripts/generate.py: edit the source, not this file.
"""The dataset client."""

from __future__ import annotations

from .datasets_collections import CollectionsMixin
from .datasets_failures import TrainingFailuresMixin
from .datasets_files import DatasetFilesMixin
from .datasets_list import DatasetsMixin
from .datasets_originals import OriginalsMixin
from .datasets_owned import OwnedDatasetsMixin
from .datasets_rows import RowsMixin
from .datasets_search import SearchMixin
from .datasets_sources import SourcesMixin
from .datasets_training import TrainingMixin


class DatasetClient(
    DatasetsMixin,
    OwnedDatasetsMixin,
    SourcesMixin,
    DatasetFilesMixin,
    CollectionsMixin,
    OriginalsMixin,
    RowsMixin,
    SearchMixin,
    TrainingMixin,
    TrainingFailuresMixin,
):
    """Talks to FastGPT's endpoints of knowledge bases: datasets, collections, rows, search and training.

    ```python
    with DatasetClient(api_key="fastgpt-xxxxx", base_url="http://localhost:3000") as client:
        dataset = (client.create_dataset(name="Handbook")).data
        client.create_file_collection("handbook.pdf", datasetId=dataset)
        for hit in client.search(datasetId=dataset, text="How many days off?"):
            print(hit.score, hit.source, hit.text)
    ```

    The key is a personal one, which has the rights of its owner: the key of an app opens chats only. All arguments of
    a call keep the wire's spelling; None leaves an argument out. `extra_body` and `extra_query` add what a newer server
    takes. What makes something new is not repeated when its fate is unknown. Credentials that a server sends with its
    models are in the answers, but in no repr of them.

    Every call raises `ValidationError` for what it can refuse before sending, a subclass of `APIError` for an error
    of the server, and `APIConnectionError` if no answer came.
    """
