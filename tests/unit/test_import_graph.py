"""The reader of imports that the tests of the package's shape rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import import_graph
from tests.support.import_graph import circles, graph, modules


def test_circles_are_found_whatever_their_length() -> None:
    arrows = {
        "top": ["a", "self"],
        "a": ["b", "leaf"],
        "b": ["c"],
        "c": ["a"],
        "x": ["y"],
        "y": ["x", "c"],
        "self": ["self"],
        "leaf": [],
    }
    assert circles(arrows) == [["a", "b", "c"], ["self"], ["x", "y"]]


def test_two_circles_that_share_a_module_are_one() -> None:
    assert circles({"a": ["b", "c"], "b": ["a"], "c": ["a"]}) == [["a", "b", "c"]]


def test_what_has_no_circle_has_none() -> None:
    assert circles({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": ["other"]}) == []


def test_every_kind_of_import_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "pack/__init__.py": "from .one import name\n",
        "pack/one.py": "import os\nimport pack.two\n",
        "pack/two.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .sub import three\n",
        "pack/sub/__init__.py": "",
        "pack/sub/three.py": "def late():\n    from pack import one, other\n    from pack.sub.four import f\n",
        "pack/sub/four.py": "from . import three as again\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(import_graph, "ROOT", tmp_path)
    modules.cache_clear()
    graph.cache_clear()
    try:
        assert graph("pack") == {
            "pack": {"pack.one"},
            "pack.one": {"pack.two"},
            "pack.two": {"pack.sub.three"},
            "pack.sub": set(),
            "pack.sub.three": {"pack", "pack.one", "pack.sub.four"},
            "pack.sub.four": {"pack.sub.three"},
        }
        assert graph("pack.sub") == {
            "pack.sub": set(),
            "pack.sub.three": {"pack.sub.four"},
            "pack.sub.four": {"pack.sub.three"},
        }
        assert circles(graph("pack")) == [
            ["pack", "pack.one", "pack.sub.four", "pack.sub.three", "pack.two"],
        ]
    finally:
        modules.cache_clear()
        graph.cache_clear()


def test_the_modules_of_this_package_are_read() -> None:
    assert "fastgpt_client.exceptions" in modules()
    assert "fastgpt_client.testing" in modules("fastgpt_client.testing")
    assert any(target.startswith("fastgpt_client.") for target in graph()["fastgpt_client._sync.client"])
