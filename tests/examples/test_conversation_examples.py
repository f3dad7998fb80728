"""The examples that hold conversations, each as a program of its own, against the embedded server."""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client.testing import App, Delay, FakeFastGPT, Form, Search, Select
from tests.support.embedded_chats import saved as saved_there
from tests.support.embedded_chats import turns
from tests.support.fake_server import FakeServer
from tests.support.interrupts import wait_until_asleep
from tests.support.processes import end_group
from tests.support.replies import completion, envelope
from tests.support.until import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
RUNS = ("conversation", "interactive_form", "citations_and_cost", "chat_with_file")

FIELDS = (
    {"key": "name", "label": "Your name", "required": True},
    {"key": "age", "label": "Your age", "type": "numberInput", "max": 120},
    {"key": "plan", "label": "Plan", "defaultValue": "basic", "list": [{"value": "basic"}, {"value": "pro"}]},
)


@pytest.fixture(scope="module")
def server() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve(heartbeat=3600.0) as server:
        yield server


@contextmanager
def start(example: str, server: FakeFastGPT, app: App, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start an example, and end it with the block at the latest; warnings are errors there too."""
    environment = {"FASTGPT_API_KEY": server.api_key, "FASTGPT_BASE_URL": server.url, "FASTGPT_APP_ID": app.id}
    with subprocess.Popen(
        [sys.executable, "-W", "error", str(ROOT / "examples" / f"{example}.py"), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            end_group(process)


def run(example: str, server: FakeFastGPT, app: App, *arguments: str, typed: str = "") -> list[str]:
    """Run an example to its end and return the lines it wrote."""
    with start(example, server, app, *arguments) as process:
        output, errors = process.communicate(typed, timeout=PATIENCE)
    assert (errors, process.returncode) == ("", 0)
    return output.splitlines()


def saved(server: FakeFastGPT, app: App) -> list[tuple[str, str]]:
    (chat,) = server.state.chats_of(app.id)
    return saved_there(server, app, chat.chat_id)


def test_a_conversation_that_goes_on(server: FakeFastGPT) -> None:
    app = server.app(answers=["One.", "Two.", "Three."])
    *said, end = run("conversation", server, app, typed="a\nb\n\n")
    assert said == ["> One.", "> Two."]
    (chat,) = server.state.chats_of(app.id)
    assert end == f"> chat {chat.chat_id}"
    more = run("conversation", server, app, chat.chat_id, typed="c\n\n")
    assert more == ["4 messages so far", "> Three.", end]
    assert saved(server, app) == turns(("a", "One."), ("b", "Two."), ("c", "Three."))


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C goes to a whole group of programs there")
def test_ctrl_c_stops_an_answer_and_not_the_conversation(server: FakeFastGPT) -> None:
    app = server.app(answers=[["many words", Delay(600.0)], "Two."])
    with start("conversation", server, app) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("go\n")
        process.stdin.flush()
        shown = process.stdout.read(len("> many words"))
        wait_until_asleep(process.pid)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate("b\n\n", timeout=PATIENCE)
    first, second, _ = (shown + output).splitlines()
    assert first == "> many words … stopped"
    assert (second, errors, process.returncode) == ("> Two.", "", 0)


def test_a_form_that_is_filled_in(server: FakeFastGPT) -> None:
    form = Form("Who are you?", FIELDS, lambda values: f"Hello {values['name']}, {values['age']}, {values['plan']}.")
    app = server.app(answer=["Welcome.", Select("Which way?", {"Left": [form], "Right": "Bye."})])
    typed = "Up\n1\nAnn\n130\n\nAnn\n33\npro\n"
    lines = run("interactive_form", server, app, "go", typed=typed)
    assert lines == [
        "Welcome.",
        "Which way?",
        "1. Left",
        "2. Right",
        "which? ! option: 'Up' is not one of ['Left', 'Right']",
        "1. Left",
        "2. Right",
        "which? Who are you?",
        "Your name (required): Your age (optional): Plan (basic, pro, optional): "
        "! 'age' (Your age) must be at most 120, not 130",
        "Your name (required): Your age (optional): Plan (basic, pro, optional): Hello Ann, 33, pro.",
    ]
    assert saved(server, app)[0] == ("Human", "go")


def test_ctrl_d_ends_a_chat_and_leaves_a_pause_for_later(server: FakeFastGPT) -> None:
    app = server.app(answer=["Welcome.", Select("Which way?", {"Left": ["Bye."], "Right": "Bye."})])
    *_, end = run("interactive_form", server, app, "go", typed="")
    (chat,) = server.state.chats_of(app.id)
    assert end == f"chat {chat.chat_id} waits for an answer"
    plain = server.app(answer="One.")
    said, end = run("conversation", server, plain, typed="a\n")
    (chat,) = server.state.chats_of(plain.id)
    assert (said, end) == ("> One.", f"> chat {chat.chat_id}")


def test_sources_and_cost(server: FakeFastGPT) -> None:
    app = server.app(answer=[Search([{"q": "Oslo is in Norway.", "sourceName": "map.txt"}]), "Norway, they say."])
    lines = run("citations_and_cost", server, app, "Where is Oslo?")
    assert lines[0] == "Norway, they say."
    assert lines[1].startswith("- map.txt [embedding ")
    assert lines[1].endswith("]: Oslo is in Norway.")
    assert any(line.startswith("fake-chat: ") and line.endswith(" points") for line in lines)
    assert [line.rpartition(" (")[0] for line in lines if line.endswith(" s")] == [
        "Workflow start",
        "Dataset search",
        "AI Chat",
    ]


def read_files(server: FakeFastGPT, messages: list[dict[str, Any]]) -> str:
    """Answer with what the question and its files hold, as an app that reads files would."""
    kept = {name: body for name, body in server.state.files.values() if body is not None}
    said: list[str] = []
    for part in messages[-1]["content"]:
        if part["type"] == "file_url":
            assert part["url"].startswith(server.url)
            said.append(f"{part['name']}: {kept[part['name']].decode()}")
        else:
            said.append(part["text"] if part["type"] == "text" else part["image_url"]["url"])
    return "; ".join(said)


@pytest.mark.parametrize("version", ["4.11", "4.16"])
def test_a_question_about_files(version: str, tmp_path: Path) -> None:
    report, image = tmp_path / "report.txt", tmp_path / "dot.png"
    report.write_text("All is well.")
    image.write_bytes(b"\x89PNG")
    with FakeFastGPT.serve(version=version) as server:
        app = server.app(answer=lambda messages, _variables: read_files(server, messages), files=True)
        with start("chat_with_file", server, app, "What is in it?", str(report), str(image)) as process:
            output, errors = process.communicate(timeout=PATIENCE)
    assert (output, process.returncode) == (
        "What is in it?; report.txt: All is well.; data:image/png;base64,iVBORw==\n",
        0,
    )
    assert errors == "12 of 12 bytes\n"


def test_a_file_that_is_not_there(server: FakeFastGPT, tmp_path: Path) -> None:
    with start("chat_with_file", server, server.app(answer="Hm."), "What?", str(tmp_path / "none.txt")) as process:
        output, errors = process.communicate(timeout=PATIENCE)
    assert (output, process.returncode) == ("", 1)
    assert errors.startswith("file: no such file: ")
    assert errors.count("\n") == 1


async def test_the_texts_of_sources_are_fetched_where_only_ids_are_told() -> None:
    quote = {"id": "q1", "collectionId": "k1"}
    fake = FakeServer(
        completion(responseData=[{"id": "n1", "quoteList": [quote, {"id": "q2", "q": "Known."}]}]),
        envelope({"list": [{"dataId": "d1", "obj": "AI", "value": []}], "total": 2}),
        envelope([{"_id": "q1", "q": "Fetched."}]),
    )
    client = fake.async_chat()
    conversation = client.conversation()
    answer = await conversation.ask("go")
    example: Any = runpy.run_path(str(ROOT / "examples" / "citations_and_cost.py"))
    assert await example["texts"](client, conversation, answer) == {"q1": "Fetched.", "q2": "Known."}
    sent = (fake.body["chatItemDataId"], fake.body["datasetDataIdList"], fake.body["collectionIdList"])
    assert sent == ("d1", ["q1"], ["k1"])
