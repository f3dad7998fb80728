"""`fastgpt-client chat` in a terminal: typed into, interrupted, left."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastgpt_client.testing import Delay, FakeFastGPT, Form, Reasoning, Search, Tool
from tests.cli.conftest import use
from tests.support.command import INTERRUPT, run
from tests.support.terminal import END, Terminal

UP = "\x1b[A"


def test_a_chat_from_its_welcome_to_its_end(server: FakeFastGPT) -> None:
    with Terminal("chat") as terminal:
        assert terminal.wait_for_prompt().splitlines() == [
            "simple: /help lists commands, Ctrl-C stops an answer, Ctrl-D leaves",
            "Welcome! [Ask me]",
            ">",
        ]
        terminal.send("Hello\r")
        lines = terminal.wait_for_prompt().splitlines()
        assert lines[2:4] == ["> Hello", "You said: Hello"]
        assert lines[4].startswith("14 tokens (10 in, 4 out) · 0.018 points · ")
        terminal.send(END)
        assert terminal.wait() == 0
        [chat] = server.state.chats.values()
        assert terminal.text.splitlines()[-1] == f"Continue with: fastgpt-client chat --chat-id {chat.chat_id}"


def test_the_arrow_keys_bring_back_questions_and_edit_them(server: FakeFastGPT) -> None:
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("first\r")
        terminal.wait_for_prompt()
        terminal.send(f"{UP} time\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D,\r")
        terminal.wait_for("You said: first, time")


def test_a_paste_of_several_lines_is_one_question(server: FakeFastGPT) -> None:
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("\x1b[200~one\ntwo\x1b[201~")
        terminal.send("\r")
        terminal.wait_for("tokens")
    [call] = [request.json for request in server.requests if "completions" in request.path]
    assert call["messages"][-1]["content"] == "one\ntwo"


def test_what_runs_is_shown_and_goes_away_again(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    told = [
        Reasoning("Hm, let me see."),
        Tool("clock", {"zone": "Europe/Oslo"}, "12:00"),
        Delay(0.2),
        "It is ",
        "noon.",
    ]
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer=told).id)
    ran = run("chat", stdin="What time is it?\n", columns=80)
    assert ran.code == 0
    for status in ("waiting for the answer", "AI Chat", "calling clock"):
        assert f"\x1b[2m· {status}…".encode() in ran.seen
    assert "…" not in ran.text
    assert b"\x1b[2mHm, " in ran.seen
    assert ran.lines[2:5] == [
        "Hm, let me see.",
        'clock {"zone": "Europe/Oslo"} → 12:00',
        "It is noon.",
    ]


def test_interrupted_an_answer_stops_and_the_chat_goes_on(endless: FakeFastGPT) -> None:
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("Hello\r")
        terminal.wait_for("Once")
        terminal.press(INTERRUPT)
        terminal.wait_for("stopped")
        terminal.wait_for_prompt()
        terminal.send("And then?\r")
        terminal.wait_for("Yes.")
        terminal.wait_for_prompt()
        terminal.send(END)
        assert terminal.wait() == 0
        assert b"Traceback" not in terminal.seen
    [chat] = endless.state.chats.values()
    assert [record.text for record in chat.records] == ["Hello", "Once ", "And then?", "Yes."]


def test_interrupted_before_the_answer_begins(server: FakeFastGPT) -> None:
    server.fault("stall_before_headers")
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("Hello\r")
        terminal.wait_for("waiting for the answer")
        terminal.wait_until(lambda: any("completions" in request.path for request in server.requests), "the question")
        terminal.press(INTERRUPT)
        terminal.wait_for("stopped")
        terminal.wait_for_prompt()
        assert "waiting" not in terminal.text


def test_interrupted_in_an_upload_the_question_is_not_asked(server: FakeFastGPT, tmp_path: Path) -> None:
    server.apps["simple"].takes_files = True
    (tmp_path / "notes.txt").write_text("x")
    server.fault("stall_before_headers", path="presignChat")
    with Terminal("chat", "--file", str(tmp_path / "notes.txt")) as terminal:
        terminal.wait_for_prompt()
        terminal.send("Hello\r")
        terminal.wait_for("uploading notes.txt")
        terminal.wait_until(lambda: any("presignChat" in request.path for request in server.requests), "the upload")
        terminal.press(INTERRUPT)
        assert terminal.wait_for_prompt().splitlines()[-3:] == ["> Hello", "stopped", ">"]
        terminal.send(END)
        assert terminal.wait() == 0
    assert not any("completions" in request.path for request in server.requests)


def test_interrupted_at_the_prompt_the_line_is_given_up(server: FakeFastGPT) -> None:
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("Never mi")
        terminal.wait_for("> Never mi")
        terminal.press(INTERRUPT)
        assert terminal.wait_for_prompt().splitlines()[-2:] == ["> Never mi", ">"]
        terminal.send("Hello\r")
        terminal.wait_for("You said: Hello")
        assert "Never" not in str([request.json for request in server.requests if request.body])


def test_a_choice_is_made_by_number_and_a_form_filled_in(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    use(server, "workflow_form", monkeypatch)
    ran = run("chat", stdin="Hi\n\nAnn\nold\n121\n30\n2\n", columns=80)
    assert ran.code == 0
    assert ran.lines[3:16] == [
        "Fill in the form",
        "The name",
        "Your name (at most 50 characters, required):",
        "'name' (Your name) is required: give it a value",
        "Your name (at most 50 characters, required): Ann",
        "Your age (a number, 0 to 120): old",
        "Your age: 'old' is not a number",
        "Your age (a number, 0 to 120): 121",
        "'age' (Your age) must be at most 120, not 121",
        "Your age (a number, 0 to 120): 30",
        "  1. basic",
        "  2. pro",
        "Plan (one of them, required) [basic]: 2",
    ]
    assert "Hello Ann, plan pro, age 30" in ran.text


def test_a_form_begins_anew_when_it_is_interrupted(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    use(server, "workflow_form", monkeypatch)
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("Hi\r")
        terminal.wait_for_prompt("Your name (at most 50 characters, required):")
        terminal.send("Ann\r")
        terminal.wait_for_prompt("Your age (a number, 0 to 120):")
        terminal.press(INTERRUPT)
        terminal.wait_for_prompt("Your name (at most 50 characters, required):")
        terminal.send(END)
        assert terminal.wait() == 0
        assert terminal.text.splitlines()[-1].startswith("Continue with: fastgpt-client chat --chat-id ")


@pytest.mark.parametrize(
    ("app", "typed", "prompt"),
    [
        ("simple", "", ">"),
        ("simple", "one\\\r", "."),
        ("workflow_select", "Hi\r", "Choice (1-2 or text):"),
        ("workflow_form", "Hi\r", "Your name (at most 50 characters, required):"),
    ],
    ids=["question", "continued", "choice", "form"],
)
def test_ctrl_d_leaves_each_prompt(
    server: FakeFastGPT, app: str, typed: str, prompt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(server, app, monkeypatch)
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        if typed:
            terminal.send(typed)
            terminal.wait_for_prompt(prompt)
        terminal.send(END)
        assert terminal.wait() == 0
        assert b"Traceback" not in terminal.seen
        # The shell's own prompt begins a line.
        assert terminal.column == 0


def test_a_password_is_not_seen_and_not_kept(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    form = Form("Who?", [{"key": "word", "label": "Password", "type": "password"}], lambda values: values["word"][::-1])
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer=form).id)
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("Hi\r")
        terminal.wait_for_prompt("Password:")
        terminal.send("sesame\r")
        terminal.wait_for("emases")
        terminal.wait_for_prompt()
        terminal.send(UP)
        terminal.wait_for_prompt("> Hi")
        assert "sesame" not in terminal.text


def test_narrow_and_wide_characters(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    source = {"q": "巴黎是法国的首都，也是法国最大的城市，位于塞纳河畔。", "sourceName": "法国.md"}
    answer = [
        Search([source], name="知识库搜索" * 6),
        Delay(0.2),
        "巴黎是法国的首都，也是法国最大的城市，位于塞纳河畔。",
    ]
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer=answer).id)
    with Terminal("chat", columns=40) as terminal:
        terminal.wait_for_prompt()
        terminal.send("法国的首都是哪里？\r")
        terminal.wait_for("[1]")
        terminal.wait_for_prompt()
        lines = terminal.lines
        first = lines.index("> 法国的首都是哪里？")
        assert lines[first + 1 : first + 4] == [
            "巴黎是法国的首都，也是法国最大的城市，位",
            "于塞纳河畔。",
            "[1] 法国.md: 巴黎是法国的首都，也是法国…",
        ]
        assert "知" not in terminal.text
        assert "· 知识库搜索知识库搜索知识库搜索知识库…".encode() in terminal.seen


def test_without_colours_nothing_is_coloured(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    ran = run("chat", stdin="LLM500\n", columns=80)
    assert "fastgpt-client: The run failed" in ran.text
    assert b"\x1b[3" not in ran.seen


def test_a_simple_terminal_gets_no_line_that_goes_away(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    ran = run("chat", stdin="Hello\n", columns=80)
    assert "14 tokens" in ran.text
    assert b"\x1b[2K" not in ran.seen
    assert "waiting" not in ran.text


def test_a_wrong_key_ends_the_chat(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_API_KEY", "fastgpt-secretsecretsecret")
    ran = run("chat", columns=80)
    assert ran.code == 1
    assert ran.text.startswith("fastgpt-client: ")
    assert "secret" not in ran.text


def test_the_demo_needs_no_server() -> None:
    ran = run("chat", "--demo", stdin="How is the weather?\n", columns=80)
    assert ran.code == 0
    assert ran.lines[0].startswith("This is a demo without a model. --app-id: tour, simple,")
    assert "It is 21 °C in Oslo, and the sky is clear." in ran.text
    assert "Go on with" not in ran.text
