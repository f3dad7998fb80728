"""What a sync plans to do: the rules, case by case, and that none is ever broken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastgpt_client import ValidationError
from fastgpt_client._knowledge.marks import Mark, settings_digest
from fastgpt_client._knowledge.plan import Marked, check_under, glob_pattern, make_plan
from fastgpt_client.knowledge import Entry, KnowledgePlan


def entry(path: str, content: str = "a", **fields: Any) -> Entry:
    return Entry(path, **{"size": 1, "fingerprint": content, **fields})


def there(
    id: str,
    path: str,
    content: str = "a",
    state: Literal["ready", "working", "failed"] = "ready",
    settings: str = "",
    v: int = 1,
) -> Marked:
    return Marked(id, Mark(path, content, settings, v), id, state)


@dataclass(frozen=True)
class Case:
    """What the source holds, what the server holds, and what is done; an id of a collection is its age too."""

    id: str
    source: list[Entry]
    server: list[Marked]
    done: dict[str, tuple[str, str | None, str]]
    under: str = ""
    prune: bool = True
    max_delete: int | None = None
    settings: str = ""
    refused: str | None = None


CASES = [
    Case("new", [entry("a.md")], [], {"a.md": ("create", None, "")}),
    Case("unchanged", [entry("a.md")], [there("1", "a.md")], {"a.md": ("unchanged", "1", "")}),
    Case("changed", [entry("a.md", "b")], [there("1", "a.md")], {"a.md": ("replace", None, "1")}),
    Case(
        "other settings", [entry("a.md")], [there("1", "a.md")], {"a.md": ("replace", None, "1")}, settings="paragraphs"
    ),
    Case("learning", [entry("a.md")], [there("1", "a.md", state="working")], {"a.md": ("wait", "1", "")}),
    Case("failed", [entry("a.md")], [there("1", "a.md", state="failed")], {"a.md": ("retry", "1", "")}),
    Case(
        "learnt beside the old one",
        [entry("a.md", "b")],
        [there("1", "a.md"), there("2", "a.md", "b")],
        {"a.md": ("unchanged", "2", "1")},
    ),
    Case(
        "not learnt yet beside the old one",
        [entry("a.md", "b")],
        [there("1", "a.md"), there("2", "a.md", "b", "working")],
        {"a.md": ("wait", "2", "1")},
    ),
    Case(
        "the younger of two equals stays",
        [entry("a.md")],
        [there("2", "a.md"), there("1", "a.md")],
        {"a.md": ("unchanged", "2", "1")},
    ),
    Case(
        "the older of two stays until the younger is learnt",
        [entry("a.md")],
        [there("1", "a.md"), there("2", "a.md", state="working")],
        {"a.md": ("unchanged", "1", "")},
    ),
    Case(
        "an older one that is being learnt is not needed",
        [entry("a.md")],
        [there("1", "a.md", state="working"), there("2", "a.md")],
        {"a.md": ("unchanged", "2", "1")},
    ),
    Case(
        "a younger one that failed is not needed",
        [entry("a.md")],
        [there("1", "a.md"), there("2", "a.md", state="failed")],
        {"a.md": ("unchanged", "1", "2")},
    ),
    Case(
        "gone from the source",
        [entry("a.md")],
        [there("1", "a.md"), there("2", "b.md", "b")],
        {"a.md": ("unchanged", "1", ""), "b.md": ("delete", None, "2")},
    ),
    Case(
        "gone, and nothing is to be pruned",
        [entry("a.md")],
        [there("1", "a.md"), there("2", "b.md", "b")],
        {"a.md": ("unchanged", "1", "")},
        prune=False,
    ),
    Case("moved", [entry("b.md")], [there("1", "a.md")], {"b.md": ("move", None, "1")}),
    Case(
        "moved, and nothing is to be pruned",
        [entry("b.md")],
        [there("1", "a.md")],
        {"b.md": ("create", None, "")},
        prune=False,
    ),
    Case(
        "moved, and learnt at its new place",
        [entry("b.md")],
        [there("1", "a.md"), there("2", "b.md")],
        {"b.md": ("unchanged", "2", "1")},
    ),
    Case(
        "one of two equal files is gone",
        [entry("a.md")],
        [there("1", "a.md"), there("2", "b.md")],
        {"a.md": ("unchanged", "1", ""), "b.md": ("delete", None, "2")},
    ),
    Case(
        "each new place takes over from one old place",
        [entry("c.md")],
        [there("1", "a.md"), there("2", "b.md")],
        {"c.md": ("move", None, "1"), "b.md": ("delete", None, "2")},
    ),
    Case(
        "moved onto a path that had another content",
        [entry("b.md")],
        [there("1", "a.md"), there("2", "b.md", "b")],
        {"b.md": ("replace", None, "2 1")},
    ),
    Case(
        "what lies elsewhere is not looked at",
        [entry("a.md")],
        [there("1", "a.md"), there("2", "other/a.md"), there("3", "here/b.md", "b"), there("4", "hereafter/a.md")],
        {"here/a.md": ("create", None, ""), "here/b.md": ("delete", None, "3")},
        under="here",
    ),
    Case(
        "a newer program's is left alone",
        [entry("a.md"), entry("c.md")],
        [there("1", "a.md", v=2), there("2", "b.md", "b", v=2), there("3", "c.md")],
        {"a.md": ("refuse", None, ""), "c.md": ("unchanged", "3", "")},
        refused="a.md cannot be added",
    ),
    Case(
        "an empty source prunes nothing",
        [],
        [there("1", "a.md")],
        {"a.md": ("delete", None, "1")},
        refused="the source is empty",
    ),
    Case(
        "more than may be deleted",
        [entry("a.md")],
        [there("1", "a.md"), there("2", "b.md", "b")],
        {"a.md": ("unchanged", "1", ""), "b.md": ("delete", None, "2")},
        max_delete=0,
        refused="1 would be deleted, but max_delete is 0",
    ),
    Case(
        "what the server would refuse",
        [
            entry("a.exe"),
            entry("b.md", size=0),
            entry("c.md", size=1 << 31),
            entry("d\n.md"),
            entry("e.md", problem="it cannot be read"),
            entry("f.md"),
            entry("f.md"),
        ],
        [there("1", "f.md"), there("2", "e.md", "e"), there("3", "g.md", "g")],
        {
            **dict.fromkeys(("a.exe", "b.md", "c.md", "d\n.md", "e.md"), ("refuse", None, "")),
            "f.md": ("refuse", None, ""),
            "g.md": ("delete", None, "3"),
        },
        refused="a.exe and others cannot be added",
    ),
]


def planned(case: Case) -> KnowledgePlan:
    return make_plan(
        case.source,
        case.server,
        settings=case.settings,
        under=case.under,
        prune=case.prune,
        max_delete=case.max_delete,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_what_is_done(case: Case) -> None:
    plan = planned(case)
    assert {item.path: (item.action, item.keep, " ".join(item.remove)) for item in plan} == case.done
    assert plan.prune_refused == case.refused
    assert all(item.reason for item in plan if item.action != "unchanged" or item.remove)


def test_up_to_ten_paths_or_a_quarter_may_go() -> None:
    server = [there(f"{number:03}", f"{number:03}.md", str(number)) for number in range(60)]
    one = [entry("001.md", "1")]
    assert (
        make_plan(one, server[:12], settings="", prune=True).prune_refused
        == "11 would be deleted, but max_delete is 10"
    )
    assert make_plan(one, server[:11], settings="", prune=True).prune_refused is None
    source = [entry(f"{number:03}.md", str(number)) for number in range(45)]
    assert make_plan(source, server, settings="", prune=True).prune_refused is None
    assert (
        make_plan(source[:44], server, settings="", prune=True).prune_refused
        == "16 would be deleted, but max_delete is 15"
    )


@pytest.mark.parametrize(
    ("item", "server", "settings", "reason"),
    [
        (entry("a.md"), [], "", "it is new"),
        (entry("a.md"), [there("1", "b.md")], "", "it was b.md"),
        (entry("a.md", "b"), [there("1", "a.md")], "", "its content changed"),
        (entry("a.md", "b"), [there("1", "a.md"), there("2", "a.md", "b")], "new", "its settings changed"),
        (entry("a.md"), [there("1", "a.md", state="working")], "", "it is being learnt"),
        (entry("a.md"), [there("1", "a.md", state="failed")], "", "its training failed"),
        (entry("a.md"), [there("1", "a.md"), there("2", "a.md")], "", "1 older or equal ones are deleted"),
        (entry("a.md"), [there("1", "a.md", v=2)], "", "it was added by a newer version of this program"),
        (entry("a.exe"), [], "", "servers accept only .txt .docx .csv .xlsx .pdf .md .html .pptx"),
        (entry("a.md", size=0), [], "", "it is empty"),
        (entry("a.md", size=1000 * 1024 * 1024), [], "", "it is new"),
        (entry("a.md", size=1000 * 1024 * 1024 + 1), [], "", "it is larger than 1000 MB"),
        (entry("a\x7f.md"), [], "", "it is not a valid file name"),
        (entry("a.md", problem="it cannot be read"), [], "", "it cannot be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_plan_says_why(item: Entry, server: list[Marked], settings: str, reason: str) -> None:
    [planned] = make_plan([item], server, settings=settings, prune=True)
    assert planned.reason == reason


def test_of_files_of_one_name_the_first_is_taken() -> None:
    first, second = make_plan([entry("a.md"), entry("a.md", "b")], [], settings="")
    assert (first.action, second.action, second.reason) == ("create", "refuse", "another file has the same name")


def test_equal_files_are_told() -> None:
    plan = make_plan([entry("b.md"), entry("a.md"), entry("c.md", "c")], [], settings="", notes=["first"])
    assert plan.notes == ("first", "a.md, b.md have the same content")
    assert plan.counts == {"create": 3}
    assert (len(plan), plan.bytes_to_send, plan.is_empty) == (3, 3, False)


def test_what_is_in_step_leaves_nothing_to_do() -> None:
    plan = make_plan([entry("a.md")], [there("1", "a.md"), there("2", "b.md", "b")], settings="")
    assert plan.is_empty
    assert plan.not_in_source == ("b.md",)


# --- never broken ---------------------------------------------------------------------------------------------------

PATHS, CONTENTS = ["a.md", "b.md", "c/d.md", "c/e.md"], ["x", "y", "z"]
sources = st.dictionaries(st.sampled_from(PATHS), st.sampled_from(CONTENTS), min_size=1)


class Server:
    """Holds collections, learns them, and sees whether a path that could be found is so no longer."""

    def __init__(self) -> None:
        self.held: list[Marked] = []
        self.made = 0

    def create(self, path: str, content: str) -> None:
        self.made += 1
        self.held.append(there(f"{self.made:05}", path, content, "working"))

    def learn(self, id: str, state: Literal["ready", "failed"]) -> None:
        self.held = [replace(one, state=state) if one.id == id and one.state == "working" else one for one in self.held]

    def delete(self, ids: tuple[str, ...]) -> None:
        assert set(ids) <= {one.id for one in self.held}
        self.held = [one for one in self.held if one.id not in ids]

    def found(self) -> set[str]:
        return {one.mark.path for one in self.held if one.state == "ready"}


def run(server: Server, source: dict[str, str], draw: st.DataObject) -> None:
    """Do what a plan says, as a run does that may end after each step; another one may be under way as well."""
    entries = [entry(path, content) for path, content in source.items()]
    plan = make_plan(entries, server.held, settings="", prune=True, max_delete=99)
    steps: list[tuple[str, Any]] = []
    for item in plan:
        if item.action in ("create", "replace", "move"):
            steps.append(("create", item.path))
        elif (item.action == "unchanged" and item.remove) or (item.action == "delete" and plan.prune_refused is None):
            steps.append(("delete", item.remove))
    for kind, what in steps[: draw.draw(st.integers(0, len(steps)), "steps")]:
        before = server.found()
        if kind == "create":
            server.create(what, source[what])
        else:
            server.delete(what)
        assert before & source.keys() <= server.found(), "a gap"
    for one in server.held:
        if one.state == "working" and draw.draw(st.booleans(), "learns"):
            server.learn(one.id, "ready")


@given(st.lists(sources, min_size=1, max_size=4), st.data())
def test_runs_that_end_anywhere_come_to_what_the_source_holds(
    history: list[dict[str, str]], data: st.DataObject
) -> None:
    server = Server()
    foreign = there("00000", "elsewhere/x.md", v=2)
    server.held.append(foreign)
    for source in history:
        for _ in range(data.draw(st.integers(1, 3), "runs")):
            run(server, source, data)
    final = history[-1]
    for _ in range(3):
        entries = [entry(path, content) for path, content in final.items()]
        plan = make_plan(entries, server.held, settings="", prune=True, max_delete=99)
        for item in plan:
            if item.action in ("create", "replace", "move"):
                server.create(item.path, final[item.path])
            elif item.action in ("unchanged", "delete") and item.remove:
                server.delete(item.remove)
        for one in server.held:
            server.learn(one.id, "ready")
    assert sorted((one.mark.path, one.mark.fingerprint) for one in server.held if one != foreign) == sorted(
        final.items()
    )
    assert foreign in server.held
    assert make_plan(entries, server.held, settings="", prune=True).is_empty


# --- marks, places, patterns ----------------------------------------------------------------------------------------


def test_a_mark_comes_back_from_the_metadata_that_it_was_written_to() -> None:
    mark = Mark("a/b.md", "sha256:0", "12")
    assert Mark.of({"relatedImgId": "x", **mark.metadata}) == mark
    assert mark.metadata == {"fastgpt_client": {"path": "a/b.md", "fingerprint": "sha256:0", "settings": "12", "v": 1}}


@pytest.mark.parametrize(
    "metadata",
    [None, [], {}, {"fastgpt_client": "a.md"}, {"fastgpt_client": {"path": "a.md", "fingerprint": 1, "v": 1}}],
    ids=str,
)
def test_what_is_no_mark_is_not_ours(metadata: object) -> None:
    assert Mark.of(metadata) is None


def test_a_mark_without_settings_has_none() -> None:
    assert Mark.of({"fastgpt_client": {"path": "a.md", "fingerprint": "b", "v": 3}}) == Mark("a.md", "b", "", 3)


def test_equal_settings_have_one_digest() -> None:
    assert settings_digest(None) == settings_digest({"chunkSize": None}) == ""
    assert settings_digest({"chunkSize": 1, "indexSize": 2}) == settings_digest({"indexSize": 2, "chunkSize": 1}) != ""
    assert settings_digest({"chunkSize": 1}) != settings_digest({"chunkSize": 2})


def test_a_place_has_no_slashes_at_its_ends() -> None:
    assert check_under("/a/b/") == "a/b"
    assert check_under("") == check_under("/") == ""
    assert check_under("XX/a") == "XX/a"
    assert check_under("e\u0301") == "\u00e9"


@pytest.mark.parametrize("under", ["a//b", "../a", "a/..", "a/./b", "a\nb"])
def test_a_place_that_is_none_is_refused(under: str) -> None:
    with pytest.raises(ValidationError, match="under"):
        check_under(under)


@pytest.mark.parametrize(
    ("patterns", "yes", "no"),
    [
        (["**/*.md"], ["a.md", "b/a.md", "b/c/a.md"], ["a.mdx", "a.txt"]),
        (["*.md", "*.pdf"], ["a.md", "a.pdf"], ["b/a.md"]),
        (["docs/**"], ["docs/a", "docs/b/c"], ["docs", "x/docs/a"]),
        (["a?.[mt]d", "[!a-c].x", "[.].y"], ["ab.md", "ab.td", "d.x", "..y"], ["a/.md", "ab.xd", "b.x", "a.y"]),
        (["a[.md"], ["a[.md"], ["a.md"]),
        (["[ab]"], ["a", "b"], ["!", "c"]),
    ],
    ids=lambda value: None,
)
def test_patterns(patterns: list[str], yes: list[str], no: list[str]) -> None:
    pattern = glob_pattern(patterns)
    assert [path for path in [*yes, *no] if pattern.match(path)] == yes
