"""What does not exist is not reported as done: not by any command that changes, deletes, rates or reads something."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastgpt_client.testing import FakeFastGPT
from tests.support.command import run

CHAT, MESSAGE, NOBODY, ID = "chat00000000000000000001", "data00000000000000000001", "nonsense", "0" * 24
DATASET = "6d0000000000000000000002"
# Each command with something that does not exist, and what it is called in the error.
CHATS = {
    "records": ("records", NOBODY),
    "records --all": ("records", NOBODY, "--all"),
    "detail of a chat": ("detail", NOBODY, MESSAGE),
    "detail of a message": ("detail", CHAT, NOBODY),
    "rename": ("rename", NOBODY, "A title"),
    "pin": ("pin", NOBODY),
    "pin --off": ("pin", NOBODY, "--off"),
    "delete": ("delete", NOBODY, "--yes"),
    "delete one of two": ("delete", CHAT, NOBODY, "--yes"),
    "delete a message": ("delete", CHAT, "--record", NOBODY, "--yes"),
    "delete a message of a chat": ("delete", NOBODY, "--record", MESSAGE, "--yes"),
    "feedback on a message": ("feedback", CHAT, NOBODY, "--good"),
    "feedback in a chat": ("feedback", NOBODY, MESSAGE, "--bad", "so so"),
    "feedback --none": ("feedback", CHAT, NOBODY, "--none"),
    "suggest": ("suggest", NOBODY),
    "info": ("app", "info", "--app-id", NOBODY),
    "logs": ("app", "logs", "--app-id", NOBODY),
    "chart": ("app", "chart", "--app-id", NOBODY),
    "clear": ("clear", "--yes", "--app-id", NOBODY),
    "histories": ("histories", "--app-id", NOBODY),
    "ask": ("ask", "hello", "--app-id", NOBODY),
    "logout": ("logout", "--profile", NOBODY),
}
DATASETS = {
    "show": ("show", NOBODY),
    "show a folder": ("show", DATASET, "--folder", ID),
    "rm": ("rm", NOBODY, "--yes"),
    "rm by id": ("rm", ID, "--yes"),
    "rm a collection": ("rm", DATASET, "--collection", ID, "--yes"),
    "create in a folder": ("create", "Notes", "--folder", ID),
    "search": ("search", "what", "--dataset", NOBODY),
    "search by id": ("search", "what", "--dataset", ID),
    "status": ("status", NOBODY),
    "status by id": ("status", ID),
    "status --retry": ("status", ID, "--retry"),
    "sync": ("sync", "{folder}", "--dataset", NOBODY),
    "sync by id": ("sync", "{folder}", "--dataset", ID),
    "diff by id": ("diff", "{folder}", "--dataset", ID),
    "import": ("import", "{rows}", "--dataset", NOBODY),
    "import by id": ("import", "{rows}", "--dataset", ID),
    "export": ("export", NOBODY, "--out", "{out}"),
    "export by id": ("export", ID, "--out", "{out}"),
    "export a collection": ("export", DATASET, "--collection", ID, "--out", "{out}"),
    "save": ("save", "{backup}", "--dataset", NOBODY),
    "save by id": ("save", "{backup}", "--dataset", ID),
    "eval": ("eval", "{questions}", "--dataset", NOBODY),
    "eval by id": ("eval", "{questions}", "--dataset", ID),
}


@pytest.fixture
def something(server: FakeFastGPT) -> FakeFastGPT:
    """The server, with a chat and a dataset."""
    assert run("ask", "hello", "--chat-id", CHAT).code == 0
    server.dataset("Handbook", id=DATASET, texts={"a.md": "One."})
    server.requests.clear()
    return server


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """What a command may read and write."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b.md").write_text("Two.")
    (tmp_path / "rows.csv").write_text("q,a\none,1\n")
    (tmp_path / "questions.jsonl").write_text('{"question": "One?", "answers": [{"text": "One."}]}\n')
    names = {
        "folder": "folder",
        "rows": "rows.csv",
        "out": "out.csv",
        "backup": "backup",
        "questions": "questions.jsonl",
    }
    return {key: str(tmp_path / name) for key, name in names.items()}


@pytest.mark.parametrize("command", CHATS.values(), ids=CHATS)
def test_no_command_about_chats_and_apps_does_what_cannot_be_done(
    something: FakeFastGPT, command: tuple[str, ...]
) -> None:
    ran = run(*command)
    assert (ran.code in (1, 2), ran.out) == (True, "")
    assert ran.err.splitlines()[-1].startswith("fastgpt-client: ")
    assert NOBODY in ran.err.splitlines()[-1]
    assert [line for line in ran.err.splitlines() if NOBODY in line] == ran.err.splitlines()[-1:]


@pytest.mark.parametrize("command", DATASETS.values(), ids=DATASETS)
def test_no_command_about_datasets_does_what_cannot_be_done(
    something: FakeFastGPT, command: tuple[str, ...], files: dict[str, str]
) -> None:
    ran = run("dataset", *(word.format(**files) for word in command))
    assert (ran.code, ran.out) == (1, "")
    assert "fastgpt-client dataset " in ran.err.splitlines()[-1]
    assert not Path(files["out"]).exists()


def test_a_dataset_that_does_not_exist_is_not_restored_into(something: FakeFastGPT, files: dict[str, str]) -> None:
    assert run("dataset", "save", files["backup"], "--dataset", DATASET).code == 0
    for dataset in (NOBODY, ID):
        ran = run("dataset", "restore", files["backup"], "--dataset", dataset)
        assert (ran.code, ran.out) == (1, "")
        assert "fastgpt-client dataset ls" in ran.err


def test_suggestions_for_a_chat_that_does_not_exist_cost_nothing(something: FakeFastGPT) -> None:
    assert run("suggest", NOBODY).code == 1
    assert [request.path for request in something.requests if "QuestionGuide" in request.path] == []
    assert run("suggest", CHAT).code == 0
    assert [request.path for request in something.requests if "QuestionGuide" in request.path] != []


def test_each_chat_that_does_not_exist_is_named(something: FakeFastGPT) -> None:
    ran = run("delete", "one", CHAT, "two", "--yes")
    assert (ran.code, ran.err.splitlines()) == (
        1,
        [
            f"deleted {CHAT}",
            "fastgpt-client: no chat one, two with messages: fastgpt-client histories lists the chats",
        ],
    )
