# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""All knowledge base endpoints."""

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


class AsyncDatasetEndpoints(
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
    """One method per endpoint; `AsyncDatasetClient` adds what needs many calls."""
