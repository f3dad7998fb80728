"""The marks that are kept for the next run: there or not, whole or not, never an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastgpt_client._knowledge.cache import MarkCache, cache_folder
from fastgpt_client._knowledge.marks import Mark

MARKS = {"1": Mark("a.md", "sha256:0", "x"), "2": None}


def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    MarkCache("http://a", "1", tmp_path / "new").save(MARKS)
    assert MarkCache("http://a", "1", tmp_path / "new").load() == MARKS
    assert MarkCache("http://a", "2", tmp_path / "new").load() == {}
    assert MarkCache("http://b", "1", tmp_path / "new").load() == {}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"form": 0, "marks": {}}', b"\xff"], ids=repr)
def test_a_broken_file_is_none(tmp_path: Path, content: bytes) -> None:
    cache = MarkCache("http://a", "1", tmp_path)
    cache.save(MARKS)
    [file] = tmp_path.iterdir()
    file.write_bytes(content)
    assert cache.load() == {}
    cache.save(MARKS)
    assert (cache.load(), [*tmp_path.iterdir()]) == (MARKS, [file])


def test_a_folder_that_cannot_be_had_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = MarkCache("http://a", "1", tmp_path / "file")
    cache.save(MARKS)
    assert cache.load() == {}


def test_what_cannot_be_put_in_its_place_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*paths: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.replace", fails)
    MarkCache("http://a", "1", tmp_path).save(MARKS)
    monkeypatch.setattr("os.unlink", fails)
    MarkCache("http://a", "2", tmp_path).save(MARKS)
    assert len([*tmp_path.iterdir()]) == 1


def test_files_are_in_the_users_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    MarkCache("http://a", "1").save(MARKS)
    assert len([*(tmp_path / "fastgpt-client").iterdir()]) == 1


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        ("linux", {"XDG_CACHE_HOME": "/c"}, "/c/fastgpt-client"),
        ("linux", {"XDG_CACHE_HOME": "c"}, "~/.cache/fastgpt-client"),
        ("linux", {}, "~/.cache/fastgpt-client"),
        ("darwin", {}, "~/Library/Caches/fastgpt-client"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/fastgpt-client/Cache"),
        ("win32", {}, "~/AppData/Local/fastgpt-client/Cache"),
    ],
    ids=lambda value: None,
)
def test_each_system_has_its_folder(platform: str, environment: dict[str, str], folder: str) -> None:
    assert cache_folder(environment, platform) == Path(folder).expanduser()
