"""`fastgpt-client dataset ls | show | create | rm | search`."""

from __future__ import annotations

import pytest

from fastgpt_client.cli._dataset.listed import without_secrets
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import run

ID = "6d00000000000000000000a1"


@pytest.fixture
def handbook(server: FakeFastGPT) -> FakeFastGPT:
    """Return a server with a dataset of two files and a row, and one more dataset."""
    server.dataset("Handbook", id=ID, rows=["The key is blue."], texts={"a.md": "Days off: thirty.", "报销.md": "发票"})
    server.dataset("Other", texts={"other.md": "x"})
    return server


def id_of(server: FakeFastGPT, name: str) -> str:
    return next(item.id for each, item in server.collections(ID).items() if each == name)


# --- ls, show -------------------------------------------------------------------------------------------------------


def test_datasets_are_listed(handbook: FakeFastGPT) -> None:
    ran = run("dataset", "ls")
    head, *rows = ran.out.splitlines()
    assert head.split() == ["id", "name", "type", "changed"]
    assert {tuple(row.split()[1:3]) for row in rows} == {("Handbook", "dataset"), ("Other", "dataset")}
    assert (ran.code, ran.err) == (0, "2 datasets\n")


def test_datasets_of_a_folder_or_with_a_word(handbook: FakeFastGPT) -> None:
    folder = handbook.dataset("Folder", type="folder")
    handbook.dataset("Inside", parent=folder)
    assert [item["name"] for item in run("dataset", "ls", "--folder", folder.id, "--json").json["list"]] == ["Inside"]
    found = [item["name"] for item in run("dataset", "ls", "--folder", "root", "--json").json["list"]]
    assert sorted(found) == ["Folder", "Handbook", "Other"]
    assert [item["name"] for item in run("dataset", "ls", "--search", "hand", "--json").json["list"]] == ["Handbook"]


def test_no_datasets_are_no_failure(server: FakeFastGPT) -> None:
    ran = run("dataset", "ls")
    assert (ran.code, ran.out, ran.err) == (0, "", "no datasets\n")


@pytest.mark.parametrize("columns", [80, 40])
def test_in_a_terminal_ids_and_dates_are_whole(handbook: FakeFastGPT, columns: int) -> None:
    handbook.dataset("一个名字很长很长很长很长很长很长很长很长很长很长很长很长的知识库")
    ran = run("dataset", "ls", columns=columns)
    assert all(dataset.id in ran.text for dataset in handbook.datasets.values())
    assert ran.text.count(":") >= 3
    assert "…" in ran.text or columns == 40


def test_a_dataset_is_shown_by_its_name_or_its_id(handbook: FakeFastGPT) -> None:
    ran = run("dataset", "show", "Handbook")
    facts, _, table = ran.out.partition("\n\n")
    assert [line.split()[:2] for line in facts.splitlines()[:3]] == [
        ["name", "Handbook"],
        ["id", ID],
        ["type", "dataset"],
    ]
    rows = {row.split()[1]: row.split()[2] for row in table.splitlines()[1:]}
    assert rows == {"manual": "1", "a.md": "1", "报销.md": "1"}
    assert (ran.code, ran.err) == (0, "3 collections\n")
    assert run("dataset", "show", ID).out == ran.out


def test_what_lies_in_a_folder_of_a_dataset(handbook: FakeFastGPT) -> None:
    run("dataset", "create", "New")
    ran = run("dataset", "show", "New")
    assert (ran.code, ran.err) == (0, "no collections\n")
    shown = run("dataset", "show", ID, "--json", "--search", "a.md").json
    assert (shown["dataset"]["name"], [item["name"] for item in shown["list"]]) == ("Handbook", ["a.md"])


def test_credentials_are_not_printed(handbook: FakeFastGPT) -> None:
    data = {"vectorModel": {"name": "m", "requestAuth": "sk-1"}, "list": [{"token": "t", "a": 1}, 2]}
    assert without_secrets(data) == {"vectorModel": {"name": "m"}, "list": [{"a": 1}, 2]}
    for ran in (run("dataset", "show", ID, "--json"), run("dataset", "ls", "--json")):
        assert "requestAuth" not in ran.out


def test_a_name_that_is_no_dataset(handbook: FakeFastGPT) -> None:
    said = "fastgpt-client: no dataset {!r}: fastgpt-client dataset ls lists the datasets\n"
    ran = run("dataset", "show", "Hand")
    assert (ran.code, ran.out, ran.err) == (1, "", said.format("Hand"))
    ran = run("dataset", "show", " ")
    assert (ran.code, ran.out, ran.err) == (2, "", "fastgpt-client: DATASET is empty\n")
    twin = handbook.dataset("Handbook")
    ran = run("dataset", "show", "Handbook")
    assert ran.code == 1
    assert ran.err.startswith("fastgpt-client: several datasets are named 'Handbook': pass one of their IDs: ")
    assert ID in ran.err
    assert twin.id in ran.err


def test_the_key_of_an_app_says_which_key_it_takes() -> None:
    with FakeFastGPT.serve(version="4.18") as server:
        ran = run("dataset", "ls", "--base-url", server.url, "--api-key", server.app_key("simple"))
    assert (ran.code, ran.out) == (1, "")
    assert "needs a personal key" in ran.err


def test_the_demo_has_a_handbook() -> None:
    assert run("dataset", "ls", "--demo").out.splitlines()[1].split()[1] == "Handbook"


@pytest.mark.parametrize(
    ("command", "lists"),
    [
        (["show", "0" * 24], "ls lists the datasets"),
        (["rm", ID, "--yes", "--collection", "0" * 24], "show lists the collections"),
    ],
)
def test_what_is_not_there_says_what_is(handbook: FakeFastGPT, command: list[str], lists: str) -> None:
    ran = run("dataset", *command)
    assert (ran.code, ran.err.endswith(f"; fastgpt-client dataset {lists}\n")) == (1, True)


# --- create, rm -----------------------------------------------------------------------------------------------------


def test_a_dataset_is_made(server: FakeFastGPT) -> None:
    folder = server.dataset("Folder", type="folder")
    ran = run(
        "dataset", "create", "知识库", "--about", "All of it", "--folder", folder.id, "--vector-model", "fake-embed"
    )
    made = server.datasets["知识库"]
    assert (ran.code, ran.out, ran.err) == (0, f"{made.id}\n", "created the dataset 知识库\n")
    assert (made.intro, made.parent_id) == ("All of it", folder.id)
    ran = run("dataset", "create", " ")
    assert (ran.code, ran.err) == (2, "fastgpt-client: NAME is empty\n")


def test_deleting_a_dataset_asks_first(handbook: FakeFastGPT) -> None:
    ran = run("dataset", "rm", "Handbook", tty=True, stdin="n\n")
    assert (ran.code, "Handbook" in handbook.datasets) == (1, True)
    assert f"Delete the dataset Handbook ({ID}) with all its contents? [y/N]" in ran.err
    ran = run("dataset", "rm", "Handbook", tty=True, stdin="y\n")
    assert (ran.code, [*handbook.datasets]) == (0, ["Other"])
    assert ran.err.endswith(f"deleted the dataset Handbook ({ID})\n")


@pytest.mark.parametrize("flags", [[], ["--collection", "x"]], ids=["dataset", "collection"])
def test_without_a_terminal_nothing_is_deleted_and_nothing_sent(handbook: FakeFastGPT, flags: list[str]) -> None:
    ran = run("dataset", "rm", "Handbook", *flags)
    assert (ran.code, ran.out, len(handbook.requests)) == (2, "", 0)
    assert "add --yes" in ran.err


def test_what_is_deleted_already(handbook: FakeFastGPT) -> None:
    assert run("dataset", "rm", ID, "--yes").code == 0
    ran = run("dataset", "rm", ID, "--yes")
    assert (ran.code, ran.err) == (1, f"fastgpt-client: the dataset {ID} was deleted already\n")


def test_collections_are_deleted(handbook: FakeFastGPT) -> None:
    ids = [id_of(handbook, name) for name in ("a.md", "manual")]
    ran = run("dataset", "rm", ID, "--collection", ids[0], "--collection", ids[1], "--yes")
    assert (ran.code, ran.err) == (0, f"deleted a.md ({ids[0]})\ndeleted manual ({ids[1]})\n")
    assert [*handbook.collections(ID)] == ["报销.md"]
    assert "Delete 1 collection of Handbook" in run("dataset", "rm", ID, "--collection", "x", tty=True).err


def test_a_collection_of_another_dataset_is_not_deleted(handbook: FakeFastGPT) -> None:
    other = handbook.datasets["Other"].id
    own, foreign = id_of(handbook, "a.md"), handbook.collections(other)["other.md"].id
    ran = run("dataset", "rm", ID, "--collection", own, "--collection", foreign, "--yes")
    said = f"fastgpt-client: --collection: {foreign} is not in Handbook ({ID}); nothing was deleted\n"
    assert (ran.code, ran.err) == (1, said)
    assert len(handbook.collections(ID)) == 3


# --- search ---------------------------------------------------------------------------------------------------------


def test_what_is_found(handbook: FakeFastGPT) -> None:
    ran = run("dataset", "search", "days", "off", "--dataset", "Handbook")
    head, text = ran.out.splitlines()[:2]
    assert head.startswith("[1] 0.")
    assert head.split()[2] == "a.md"
    assert text == "  Days off: thirty."
    assert (ran.code, ran.err) == (0, "1 hit\n")


def test_how_it_is_searched(handbook: FakeFastGPT) -> None:
    flags = ["--mode", "mixed", "--rerank", "--similarity", "0.1", "--limit", "500", "--top", "1", "--json"]
    [hit] = run("dataset", "search", "发票", "--dataset", ID, *flags).json["list"]
    assert hit["sourceName"] == "报销.md"
    sent = handbook.requests[-1].json
    assert {name: sent[name] for name in ("searchMode", "usingReRank", "similarity", "limit")} == {
        "searchMode": "mixedRecall",
        "usingReRank": True,
        "similarity": 0.1,
        "limit": 500,
    }


def test_a_hit_without_a_score(handbook: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.datasets.SearchHit.score", None)
    assert run("dataset", "search", "days", "--dataset", ID).out.startswith("[1] a.md  ")


def test_nothing_is_found(handbook: FakeFastGPT) -> None:
    ran = run("dataset", "search", "zebra", "--dataset", ID, "--mode", "fulltext")
    assert (ran.code, ran.out, ran.err) == (0, "", "no hits\n")


def test_an_unknown_mode_is_told_before_anything_is_sent(handbook: FakeFastGPT) -> None:
    ran = run("dataset", "search", "x", "--dataset", ID, "--mode", "best")
    said = "fastgpt-client: --mode: 'best' is not one of embedding, fulltext, mixed\n"
    assert (ran.code, ran.err, len(handbook.requests)) == (2, said, 0)
