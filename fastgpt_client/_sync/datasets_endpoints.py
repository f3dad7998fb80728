# Generated from _async_src/datasets_endpoints.py by scripts/generate.py: edit the source, not this file.
"""All knowledge base endpoints."""

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


class DatasetEndpoints(
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
    """One method per endpoint; `DatasetClient` adds what needs many calls."""
