"""The READMEs, and the pages of docs/ whose blocks are pasted one after the other: each prints what stands below it."""

from __future__ import annotations

import re
import sys
from code import InteractiveConsole
from codeop import CommandCompiler
from collections.abc import Iterator
from pathlib import Path

import pytest

from fastgpt_client import FastGPTClient
from fastgpt_client.testing import FakeFastGPT

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
READMES = ["README.md", "README.zh-CN.md"]
PASTED = [
    "ask-each.md",
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


PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What a page says whose outputs are without the values that a prompt shows.
ECHOES = re.compile(r"interactive\s+session\s+also\s+prints")
WRITTEN = re.compile(r'title="([\w.]+)"|Path\("([\w.]+)|\bto="([\w.]+)')


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeFastGPT]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with FakeFastGPT.serve(api_key="fastgpt-tutorial") as server:
        monkeypatch.setenv("FASTGPT_BASE_URL", server.url)
        monkeypatch.setenv("FASTGPT_API_KEY", server.app_key("simple"))
        yield server


def set_exports(text: str, server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    here = {
        "http://127.0.0.1:3000": server.url,
        "https://fastgpt.example.com": server.url,
        "fastgpt-xxxxx": server.app_key("simple"),
    }
    for name, value in EXPORT.findall(text):
        monkeypatch.setenv(name, here.get(value, value))


def save(file: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(file).write_text(code, "utf-8")
    monkeypatch.delitem(sys.modules, Path(file).stem, raising=False)  # another page's file of that name


def close(names: dict[str, object]) -> None:
    """Close what a session leaves open."""
    for value in names.values():
        if isinstance(value, FastGPTClient):
            value.close()


@pytest.mark.parametrize("page", [*(f"docs/{page}" for page in PASTED), *READMES])
def test_the_blocks_of_a_page_run_in_order(
    page: str, server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / page).read_text("utf-8")
    set_exports(text, server, monkeypatch)
    names: dict[str, object] = {"__name__": "__main__"}
    for file, code, printed in BLOCK.findall(text):
        if file:
            save(file, code, monkeypatch)
        exec(compile(code, page, "exec"), names)
        tests = [value for name, value in names.items() if name.startswith("test_") and callable(value)]
        for test in tests if file.startswith("test_") else ():
            test(server)
        assert (capsys.readouterr().out, code) == (printed, code)
    close(names)


@pytest.mark.parametrize("page", [*(f"docs/{page}" for page in PASTED), *READMES])
def test_a_page_can_be_pasted_into_a_prompt(
    page: str, server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / page).read_text("utf-8")
    set_exports(text, server, monkeypatch)
    if ECHOES.search(text):
        monkeypatch.setattr(sys, "displayhook", lambda value: None)
    names: dict[str, object] = {"__name__": "__main__"}
    prompt = InteractiveConsole(names)
    for file, code, printed in BLOCK.findall(text):
        if file:
            save(file, code, monkeypatch)
            continue
        for line in [*code.splitlines(), ""]:  # a prompt ends a block at an empty line, and shows what a line returns
            prompt.push(line)
        assert capsys.readouterr() == (printed, "")
    close(names)


def refused_at_a_prompt(code: str) -> list[str]:
    """Return the lines that a prompt refuses: after an empty line inside a block, or directly after a block."""
    compiler, pending = CommandCompiler(), ""
    refused: list[str] = []
    for line in [*code.splitlines(), ""]:
        pending += f"{line}\n"
        try:
            if compiler(pending.removesuffix("\n"), symbol="single") is None:
                continue
        except SyntaxError:
            refused.append(line)
        pending = ""
    return refused if not pending else [*refused, pending]


@pytest.mark.parametrize("page", [*sorted(f"docs/{path.name}" for path in DOCS.glob("*.md")), *READMES])
def test_a_prompt_refuses_no_line_of_a_page(page: str) -> None:
    blocks = PYTHON.findall((ROOT / page).read_text("utf-8"))
    assert [refused for block in blocks if (refused := refused_at_a_prompt(block))] == []


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("with a:\n    b\n\n    c\n", ["    c"]),
        ("for a in b:\n    c\nd\n", ["d"]),
        ("for a in b:\n    c\n\nd\n", []),
        ("a(\n\n    b\n)\n", []),
    ],
)
def test_what_a_prompt_refuses(code: str, refused: list[str]) -> None:
    assert refused_at_a_prompt(code) == refused


def test_no_two_pages_write_the_same_file() -> None:
    """All can be pasted in one folder."""
    texts = ["".join(match[0] for match in BLOCK.finditer((DOCS / page).read_text("utf-8"))) for page in PASTED]
    written = [{name for found in WRITTEN.findall(text) for name in found if name} for text in texts]
    assert len(set().union(*written)) == sum(map(len, written)) > 5


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
