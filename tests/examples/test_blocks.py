"""Each block of code in docs/ is run by a test, or says why it is not; and each link leads to a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fastgpt_client import (
    AppClient,
    AsyncChatStream,
    ChatClient,
    ChatCompletion,
    ChatStream,
    Conversation,
    DatasetClient,
    KnowledgeBase,
)
from tests.embedded.test_pages import PASTED
from tests.examples.test_docs import OUTPUTS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = {path.name: path.read_text("utf-8") for path in sorted(DOCS.glob("*.md"))}
FENCE = re.compile(r"^( *)```(\S*)[^\n]*\n.*?^\1```$", re.MULTILINE | re.DOTALL)
NOT_RUN = re.compile(r"<!-- not run: .+ -->\n\n$")
# The test that runs a page's blocks of each language. What a block prints stands below it, as `text`.
RUN_BY = {
    "ask-each.md": {"python": "tests/examples/test_docs.py"},
    "api.md": {"python": "tests/examples/test_docs.py"},
    "cli.md": {"console": "tests/cli/test_docs_cli.py"},
    "connections.md": {"python": "tests/examples/test_docs.py"},
    "conversations.md": {"python": "tests/examples/test_docs.py"},
    "errors.md": {"python": "tests/examples/test_docs.py", "": "tests/examples/test_docs.py"},
    "knowledge.md": {"python": "tests/examples/test_docs.py", "": "tests/embedded/test_knowledge_examples.py"},
    "streaming.md": {"python": "tests/examples/test_docs.py"},
    "testing.md": {"python": "tests/embedded/test_docs.py"},
    "web.md": {"python": "tests/web/test_docs.py"},
    **{page: {"python": "tests/embedded/test_pages.py", "text": "tests/embedded/test_pages.py"} for page in PASTED},
}
RUN_BY["knowledge-in-ci.md"]["bash"] = "tests/cli/test_docs_cli.py"


@pytest.mark.parametrize("page", PAGES)
def test_each_block_is_run_or_says_why_not(page: str) -> None:
    text = PAGES[page]
    unaccounted = [
        match[0]
        for match in FENCE.finditer(text)
        if match[2] not in RUN_BY.get(page, {}) and not NOT_RUN.search(text[: match.start()])
    ]
    assert unaccounted == []


def test_the_tests_that_run_them_are_there() -> None:
    files = {file for languages in RUN_BY.values() for file in languages.values()}
    assert [file for file in sorted(files) if "docs" not in (ROOT / file).read_text("utf-8")] == []


def test_a_page_whose_blocks_are_run_elsewhere_is_not_passed_over() -> None:
    here = {page for page, run_by in RUN_BY.items() if run_by.get("python") == "tests/examples/test_docs.py"}
    assert here == {page for page, outputs in OUTPUTS.items() if outputs}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)", PAGES[page]) if "://" not in target]
    assert [target for target in targets if not (DOCS / target).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_methods_that_a_text_names_are_there(page: str) -> None:
    known = {
        "answer": (ChatCompletion,),
        "client": (ChatClient, AppClient, DatasetClient),
        "conversation": (Conversation,),
        "kb": (KnowledgeBase,),
        "stream": (ChatStream, AsyncChatStream),
    }
    named = {*re.findall(rf"`({'|'.join(known)})\.(\w+)", PAGES[page])}
    named -= {("client", "chat"), ("client", "post")}  # of openai-python and httpx
    assert [(owner, name) for owner, name in named if not any(hasattr(kind, name) for kind in known[owner])] == []
