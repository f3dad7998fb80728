"""The READMEs, and the pages of docs/ whose blocks are pasted one after the other: each prints what stands below it."""

from __future__ import annotations

import re
import sys
from code import InteractiveConsole
from collections.abc import Iterator
from pathlib import Path

import pytest

from fastgpt_client import FastGPTClient
from fastgpt_client.testing import FakeFastGPT

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
READMES = ["README.md", "README.zh-CN.md"]
PASTED = [
    "bots.md",
    "coming-from.md",
    "concurrency.md",
    "index.md",
    "knowledge-in-ci.md",
    "tutorial.md",
    "zh.md",
]
# A block that is not marked as not run, perhaps the file that it is, and what it prints.
BLOCK = re.compile(
    r'(?<!-->\n\n)^```python(?: title="([\w.]+)")?\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?', re.MULTILINE | re.DOTALL
)
EXPORT = re.compile(r"^export (\w+)=(\S+)$", re.MULTILINE)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeFastGPT]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with FakeFastGPT.serve(api_key="fastgpt-tutorial") as server:
        monkeypatch.setenv("FASTGPT_BASE_URL", server.url)
        monkeypatch.setenv("FASTGPT_API_KEY", server.app_key("simple"))
        yield server


@pytest.mark.parametrize("page", [*(f"docs/{page}" for page in PASTED), *READMES])
def test_the_blocks_of_a_page_run_in_order(
    page: str, server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / page).read_text("utf-8")
    for name, value in EXPORT.findall(text):
        monkeypatch.setenv(name, value.replace("http://127.0.0.1:3000", server.url))
    names: dict[str, object] = {"__name__": "__main__"}
    for file, code, printed in BLOCK.findall(text):
        if file:
            Path(file).write_text(code, "utf-8")
            monkeypatch.delitem(sys.modules, Path(file).stem, raising=False)  # another page's file of that name
        exec(compile(code, page, "exec"), names)
        tests = [value for name, value in names.items() if name.startswith("test_") and callable(value)]
        for test in tests if file.startswith("test_") else ():
            test(server)
        assert (capsys.readouterr().out, code) == (printed, code)
    for value in names.values():  # what a session leaves open
        if isinstance(value, FastGPTClient):
            value.close()


@pytest.mark.parametrize("page", READMES)
def test_a_readme_can_be_pasted_into_a_prompt(
    page: str, server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / page).read_text("utf-8")
    for name, value in EXPORT.findall(text):
        monkeypatch.setenv(name, value.replace("http://127.0.0.1:3000", server.url))
    names: dict[str, object] = {"__name__": "__main__"}
    prompt = InteractiveConsole(names)
    for _, code, printed in BLOCK.findall(text):
        for line in [*code.splitlines(), ""]:  # a prompt ends a block at an empty line, and shows what a line returns
            prompt.push(line)
        assert capsys.readouterr() == (printed, "")
    for value in names.values():
        if isinstance(value, FastGPTClient):
            value.close()


def test_every_page_has_blocks() -> None:
    assert [page for page in PASTED if not BLOCK.search((DOCS / page).read_text("utf-8"))] == []


def test_the_readmes_say_the_same() -> None:
    english, chinese = ((ROOT / page).read_text("utf-8") for page in READMES)
    blocks, others = (re.findall(r"^```.*?^```$", text, re.MULTILINE | re.DOTALL) for text in (english, chinese))
    assert blocks == others
    for pattern in (r"^#+ ", r"^\|", r"\]\(docs/(?!zh)[\w-]+\.md\)"):
        assert len(re.findall(pattern, english, re.MULTILINE)) == len(re.findall(pattern, chinese, re.MULTILINE))
    assert english.count("\n") <= 150


@pytest.mark.parametrize("page", READMES)
def test_links_of_a_readme_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)", (ROOT / page).read_text("utf-8"))
    assert [target for target in targets if "://" not in target and not (ROOT / target).exists()] == []
