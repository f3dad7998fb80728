"""The package itself: what it loads, and what it says when something is missing."""

from __future__ import annotations

import sys

import pytest

import fastgpt_client.web
from tests.unit.test_imports import run


def test_importing_it_loads_nothing() -> None:
    code = """
import sys
import fastgpt_client.web
print(sorted({name.split(".")[0] for name in sys.modules} & {"httpx", "anyio", "asyncio", "starlette"}))
"""
    assert run(code) == "[]\n"


@pytest.mark.parametrize("name", fastgpt_client.web.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(fastgpt_client.web, name) is not None


def test_another_name_is_not() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'replay'"):
        _ = fastgpt_client.web.replay


def test_without_starlette_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "starlette", None)
    monkeypatch.setattr("fastgpt_client.web.find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install starlette"):
        _ = fastgpt_client.web.relay
