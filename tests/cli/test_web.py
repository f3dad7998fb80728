"""`web` and `library serve` of the command, when they cannot serve; tests/web/test_serving.py has the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastgpt_client.testing import FakeFastGPT
from tests.support.command import run


def refused(*arguments: object, **options: object) -> None:
    raise OSError("not here")


@pytest.mark.parametrize("words", [("web",), ("library", "serve", ".")], ids=lambda words: words[0])
def test_a_missing_package_is_one_line(
    words: tuple[str, ...], server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fastgpt_client.web._serving.find_spec", lambda name: None)
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "fastgpt-client: serving needs uvicorn: pip install uvicorn\n"


@pytest.mark.parametrize("words", [("web",), ("library", "serve", ".")], ids=lambda words: words[0])
def test_an_address_that_cannot_be_had_is_one_line(
    words: tuple[str, ...], server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.create_server", refused)
    ran = run(*words, "--port", "0")
    assert (ran.code, ran.out, ran.err) == (1, "", "fastgpt-client: not here\n")


def test_a_folder_that_is_not_there_is_told(server: FakeFastGPT, tmp_path: Path) -> None:
    ran = run("library", "serve", str(tmp_path / "nosuch"))
    assert (ran.code, ran.out) == (2, "")
    assert "path: cannot open the folder" in ran.err
