"""What a built wheel holds and asks for. Not part of the suite: `nox -s wheel` runs it, beside the installed wheel."""

from __future__ import annotations

import os
import re
import sys
import zipfile
from email import message_from_bytes
from email.message import Message
from importlib.metadata import version
from pathlib import Path

import pytest

import fastgpt_client


@pytest.fixture(scope="module")
def wheel() -> zipfile.ZipFile:
    return zipfile.ZipFile(os.environ["FASTGPT_CLIENT_WHEEL"])


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return message_from_bytes(wheel.read(name))


def test_both_trees_and_the_type_marker_are_there(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert "fastgpt_client/py.typed" in names
    async_tree, sync_tree = (
        {name.removeprefix(folder) for name in names if name.startswith(folder)}
        for folder in ("fastgpt_client/_async/", "fastgpt_client/_sync/")
    )
    assert async_tree == sync_tree
    assert "chat.py" in async_tree


def test_nothing_but_the_package_is_there(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {"fastgpt_client", f"fastgpt_client-{fastgpt_client.__version__}.dist-info"}
    assert {Path(name).suffix for name in wheel.namelist() if name.startswith("fastgpt_client/")} == {
        *(".py", ".typed"),
        *(".css", ".html", ".js", ".ts"),  # the page that chats
    }


def test_the_license_is_there(wheel: zipfile.ZipFile, metadata: Message) -> None:
    assert metadata["License-Expression"] == "MIT"
    assert any(name.endswith("/licenses/LICENSE") for name in wheel.namelist())


def test_it_says_where_the_project_lives(metadata: Message) -> None:
    address = "https://git.example.com/owner/name"  # as noxfile.py has it
    assert f"Source, {address}" in metadata.get_all("Project-URL", [])
    description = str(metadata.get_payload())
    assert f"]({address}/blob/main/docs/tutorial.md)" in description
    assert re.findall(r"\]\((?!https://)[^)]*\)", description) == []


def test_httpx_and_anyio_and_what_they_bring_are_all_it_needs(metadata: Message) -> None:
    needs = [need for need in metadata.get_all("Requires-Dist", []) if "extra ==" not in need]
    assert sorted(re.split(r"[^\w-]", need)[0] for need in needs) == ["anyio", "h11", "httpcore", "httpx"]
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_installed_package_is_what_is_imported(metadata: Message) -> None:
    assert Path(fastgpt_client.__file__).is_relative_to(sys.prefix)
    assert not (Path.cwd() / "fastgpt_client").exists()
    assert version("fastgpt-client") == metadata["Version"] == fastgpt_client.__version__
