"""Every list of the command: as a table at 80 and 120 columns with Chinese text, and as JSON of one shape."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from fastgpt_client import DatasetClient
from fastgpt_client.cli._base.profiles import Profile, config_path, write_profile
from fastgpt_client.cli._output.json_data import as_list, as_object
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import run

DATASET = "6d0000000000000000000003"
LONG = "关于公司差旅费用报销流程与发票要求的说明（二零二六年修订版）"
# What prints a table, and whether it prints a list as JSON.
TABLES = {
    "histories": ("histories",),
    "app list": ("app", "list"),
    "app logs": ("app", "logs"),
    "dataset ls": ("dataset", "ls"),
    "dataset show": ("dataset", "show", DATASET),
    "dataset status": ("dataset", "status", DATASET),
    "profiles": ("profiles",),
}
REPORTS = {
    "dataset sync": ("dataset", "sync", "{folder}", "--dataset", DATASET),
    "dataset eval": ("dataset", "eval", "{questions}", "--dataset", DATASET, "--compare", "embedding,mixed+rerank"),
}
LISTS = {
    **TABLES,
    "histories --all": ("histories", "--all"),
    "records": ("records", "聊天一"),
    "records --all": ("records", "聊天一", "--all"),
    "app logs --all": ("app", "logs", "--all"),
    "app list --deep": ("app", "list", "--deep"),
    "app list --search": ("app", "list", "--search", "nothing has this name"),
    "detail": ("detail", "聊天一", "{message}"),
    "suggest": ("suggest", "聊天一"),
    "dataset search": ("dataset", "search", "报销", "--dataset", DATASET),
}
ID = re.compile(r"\b[0-9a-f]{24}\b")
DATE = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")
# What looks like the beginning of a date or an id that was cut.
CUT = re.compile(r"\d{4}-\d{2}-\d?\d? ?[\d:]*…|\b[0-9a-f]{8,23}…")


@pytest.fixture
def full(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> FakeFastGPT:
    """The server, with Chinese chats, apps, datasets and profiles."""
    app = server.app(f"客服{LONG}", answer="您好！" * 5, suggestions=("还有什么？",))
    app.intro = LONG
    monkeypatch.setenv("FASTGPT_APP_ID", app.id)
    for chat_id in ("聊天一", "5f0000000000000000000abc"):
        assert run("ask", f"{LONG}？", "--chat-id", chat_id).code == 0
        run("rename", chat_id, f"{LONG}{LONG}")
    run("pin", "聊天一")
    texts = {f"{LONG}.md": "差旅费用在三十天内报销。", "a.md": "One."}
    server.dataset(f"{LONG}手册", id=DATASET, texts=texts)
    server.training_fault("fail", stage="chunk", message=LONG, when=lambda text: "bad" in text, times=None)
    with DatasetClient() as client:
        client.create_file_collection(b"bad", datasetId=DATASET, filename=f"坏{LONG}.md")
    write_profile(config_path(), "默认", Profile(f"https://{'x' * 30}.example", "fastgpt-k", app.id))
    return server


@pytest.fixture
def words(full: FakeFastGPT, tmp_path: Path) -> dict[str, str]:
    """What the arguments of the commands stand for."""
    folder, questions = tmp_path / "folder", tmp_path / "questions.jsonl"
    folder.mkdir()
    (folder / f"{LONG}.md").write_text("新的文件。")
    questions.write_text('{"question": "报销？", "answers": [{"text": "三十天"}]}\n')
    [record] = [one for chat in full.state.chats.values() if chat.chat_id == "聊天一" for one in chat.records[-1:]]
    return {"folder": str(folder), "questions": str(questions), "message": record.data_id}


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("command", [*TABLES.values(), *REPORTS.values()], ids=[*TABLES, *REPORTS])
def test_ids_and_dates_are_whole(words: dict[str, str], command: tuple[str, ...], columns: int) -> None:
    arguments = [word.format(**words) for word in command]
    wide, ran = run(*arguments), run(*arguments, columns=columns)
    assert ran.code == wide.code, ran.err
    shown = ran.text
    if command[0] != "dataset" or command[1] in ("ls", "show", "status"):
        found = {*ID.findall(wide.out), *DATE.findall(wide.out)}
        assert found - {*ID.findall(shown), *DATE.findall(shown)} == set()
        assert found
    assert CUT.search(shown) is None
    # A table's row is one line; without room for that, each field has a line.
    lines = [re.sub("\x1b\\[[0-9;]*m", "", line) for line in ran.out.splitlines()]
    assert [line for line in lines if cell_len(line) > columns and not re.match(r"\w+ ?:? ", line)] == []


@pytest.mark.parametrize("command", LISTS.values(), ids=LISTS)
def test_each_list_is_json_of_one_shape(words: dict[str, str], command: tuple[str, ...]) -> None:
    ran = run(*(word.format(**words) for word in command), "--json")
    assert ran.code in (0, 1), ran.err
    data: dict[str, Any] = as_object(ran.json)
    assert [*data][-2:] == ["list", "total"] or [*data][:2] == ["list", "total"]
    assert len(as_list(data["list"])) == len(data["list"]) <= data["total"]
    if "--search" not in command:
        assert data["list"]
