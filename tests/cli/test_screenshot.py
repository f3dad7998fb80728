"""docs/cli.svg is what a chat looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import screenshot


def test_the_picture_is_what_a_chat_looks_like() -> None:
    assert screenshot.main(["--check"]) == 0


def test_another_picture_is_told_and_can_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = screenshot.PICTURE.read_text("utf-8")
    monkeypatch.setattr(screenshot, "draw", lambda: drawn)
    monkeypatch.setattr(screenshot, "PICTURE", tmp_path / "cli.svg")
    assert screenshot.main(["--check"]) == 1
    assert "docs/cli.svg is out of date" in capsys.readouterr().out
    assert screenshot.main([]) == 0
    assert screenshot.words((tmp_path / "cli.svg").read_text("utf-8"))[0] == "fastgpt-client chat"
