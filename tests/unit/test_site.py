"""The documentation site: what it is put together from, before its tools make HTML of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import fastgpt_client
from fastgpt_client import events
from scripts import site
from scripts._reference import CLASSES, FUNCTIONS, MODULES, link_methods, reference_pages, table_of_calls
from tests.support.recordings import SETS, load


@pytest.fixture(scope="module")
def assembled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "docs"
    assert site.assemble(folder) == []
    return folder


def test_each_page_is_in_the_navigation_once(assembled: Path) -> None:
    paths = [path for path, _ in site.navigation()]
    assert len(paths) == len(set(paths))


def test_a_page_outside_the_navigation_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "navigation", lambda: iter([("index.md", "Start"), ("gone.md", "Gone")]))
    problems = site.assemble(tmp_path / "docs")
    assert "not in the navigation: errors.md" in problems
    assert "in the navigation, but missing: gone.md" in problems


def test_links_to_examples_lead_to_their_page(assembled: Path) -> None:
    targets = set().union(
        *[re.findall(r"\]\(examples\.md#([\w-]+)\)", page.read_text("utf-8")) for page in assembled.glob("*.md")]
    )
    anchors = set(re.findall(r"\{ #([\w-]+) \}", (assembled / "examples.md").read_text("utf-8")))
    assert "examples-error-handling" in targets
    assert targets - anchors == set()
    assert [page.name for page in assembled.glob("*.md") if "](../" in page.read_text("utf-8")] == []


def test_llms_txt_has_each_page(assembled: Path) -> None:
    text = (assembled / "llms.txt").read_text("utf-8")
    assert [title for _, title in site.navigation() if f"- [{title}](" not in text] == []
    assert re.search(r"\]\(conversations\.md\): A conversation is one chat that keeps its own IDs\.$", text, re.M)


def test_each_public_name_has_a_place_in_the_reference() -> None:
    pairs = {*CLASSES, *FUNCTIONS, *(f"Async{name}" for name in CLASSES), *FUNCTIONS.values(), "__version__"}
    of_modules = set().union(*[getattr(fastgpt_client, module).__all__ for module in MODULES])
    assert set(fastgpt_client.__all__) - pairs == set(fastgpt_client.__all__) & of_modules
    assert set(MODULES) == set(fastgpt_client._MODULES)


def test_each_method_has_its_async_signature_beside_it() -> None:
    page = reference_pages()["chat-client.md"]
    _, _, entry = page.partition("::: fastgpt_client.ChatClient.mark_read\n")
    assert entry.splitlines()[1] == '??? quote "AsyncChatClient"'
    assert "    async def mark_read(" in entry.split(":::")[0]
    assert entry.split(":::")[0].rstrip().endswith(") -> DataResponse[None]\n    ```")
    assert page.count("async def create_chat_completion(") == 3  # one for each overload
    assert "ChatClient.with_options\n" not in page


def test_each_call_says_how_it_is_known() -> None:
    rows = table_of_calls().splitlines()[2:]
    assert len(rows) > 80
    [row] = [row for row in rows if row.startswith("| [`stop_chat`]")]
    assert (
        row
        == "| [`stop_chat`][fastgpt_client.ChatClient.stop_chat] | `POST /api/v2/chat/stop` | 4.14.4 and later |  | 5 |"
    )


def test_the_recordings_are_as_many_as_the_page_says() -> None:
    text = (site.ROOT / "docs" / "servers.md").read_text("utf-8")
    data = site.ROOT / "tests" / "wire" / "data"
    exchanges = {path.stem: len(path.read_text("utf-8").splitlines()) for path in data.glob("4.*.jsonl")}
    assert f"| 4.11.1 | **{exchanges['4.11.1']} recorded exchanges**" in text
    assert f"| 4.16.0 | **{exchanges['4.16.0'] + exchanges['4.16.0-more']} recorded exchanges**" in text


def test_the_events_that_were_never_recorded_are_those_that_the_page_names() -> None:
    text = (site.ROOT / "docs" / "servers.md").read_text("utf-8")
    [line] = re.findall(r"^- the events (.*);$", text, re.MULTILINE)
    bodies = [recording.body for name in SETS for recording in load(name).values()]
    seen = set(re.findall(r"^event: ?(\w+)", b"".join(bodies).decode(errors="replace"), re.MULTILINE))
    classes = [getattr(events, name) for name in events.__all__]
    never = {kind.__name__ for kind in classes if getattr(kind, "wire_name", None) and kind.wire_name not in seen}
    assert set(re.findall(r"`(\w+)`", line)) == never


def test_a_map_of_methods_leads_to_the_reference() -> None:
    page = "| method of `A` | |\n|---|---|\n| `b`, `c` | `d` |\n\n| class |\n|---|\n| `e` |\n"
    assert link_methods(page).splitlines()[2] == "| [`b`][fastgpt_client.A.b], [`c`][fastgpt_client.A.c] | `d` |"
    assert "| `e` |" in link_methods(page)


def test_a_page_for_readers_of_markdown_has_plain_links() -> None:
    text = site.with_plain_links("[`mark_read`][fastgpt_client.ChatClient.mark_read] [a](b.md)")
    assert text == "[`mark_read`](reference/chat-client.html#fastgpt_client.ChatClient.mark_read) [a](b.md)"


def test_broken_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text(
        '<a href="a/b.html#here">1</a> <a href="a/b.html#there">2</a> <a href="c.html">3</a> <img src="d.svg">'
        '<a href="https://example.com/x">4</a> <a href="#nowhere">5</a> <a href=".">6</a>'
    )
    (tmp_path / "a" / "b.html").write_text('<p id="here"></p><a href="../index.html">1</a>')
    assert site.broken_links(tmp_path) == [
        "index.html: a/b.html#there is a broken link",
        "index.html: c.html is a broken link",
        "index.html: d.svg is a broken link",
        "index.html: #nowhere is a broken link",
    ]
