"""What holds for every test."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# The same examples on every run: a test that fails is one that somebody changed.
settings.register_profile("project", derandomize=True, database=None, deadline=None)
settings.load_profile("project")


@pytest.fixture(autouse=True)
def no_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own key or server takes part."""
    for name in [name for name in os.environ if name.upper().startswith("FASTGPT_")]:
        monkeypatch.delenv(name)
