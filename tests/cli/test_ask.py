"""`fastgpt-client ask`: the answer on stdout and nothing else, for people, for programs, and when things go wrong."""

from __future__ import annotations

import json
from pathlib import Path
from traceback import format_exception

import pytest

from fastgpt_client.events import FlowNodeStatus, UnknownEvent
from fastgpt_client.exceptions import WorkflowError
from fastgpt_client.testing import FakeFastGPT, Fixed, Form, Select
from tests.cli.conftest import use
from tests.support.command import INTERRUPT, run
from tests.support.processes import COMMAND, output, start
from tests.support.terminal import Terminal
from tests.support.until import until

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def asked(server: FakeFastGPT) -> str:
    """Return the text of the last question that the server got."""
    content = completions(server)[-1]["messages"][-1]["content"]
    return content if isinstance(content, str) else next(part["text"] for part in content if part["type"] == "text")


def completions(server: FakeFastGPT) -> list[dict]:
    return [request.json for request in server.requests if "completions" in request.path]


# --- what is asked --------------------------------------------------------------------------------------------------


def test_a_question_needs_no_quotes(server: FakeFastGPT) -> None:
    ran = run("ask", "what", "is", "the", "weather", "--app-id", server.apps["simple"].id)
    assert (ran.code, ran.out) == (0, "You said: what is the weather\n")


def test_the_argument_is_the_question(server: FakeFastGPT) -> None:
    ran = run("ask", "hello", tty=True)
    assert (ran.code, ran.out, ran.err) == (0, "You said: hello\n", "")


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["text", "json"])
def test_an_emoji_that_came_in_two_halves_is_one(
    server: FakeFastGPT, flags: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer=["Hi \ud83d", "\ude00!"]).id)
    ran = run("ask", "hello", *flags)
    assert (ran.code, "Hi \U0001f600!" in ran.out) == (0, True)


def test_what_is_piped_in_is_the_question(server: FakeFastGPT) -> None:
    ran = run("ask", stdin="What is\nthat?\n")
    assert (ran.code, ran.out, ran.err) == (0, "You said: What is that?\n", "")
    assert asked(server) == "What is\nthat?"


def test_what_is_piped_in_comes_after_the_argument(server: FakeFastGPT) -> None:
    assert run("ask", "Sum this up:", stdin="\ufeffa\r\nb\n").code == 0
    assert asked(server) == "Sum this up:\n\na\nb"


@pytest.mark.parametrize("tty", [True, False])
def test_nothing_to_ask_is_a_wrong_command(server: FakeFastGPT, tty: bool) -> None:
    ran = run("ask", stdin=" \n", tty=tty)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "fastgpt-client: no question: run fastgpt-client ask QUESTION, or pipe one in\n"
    assert server.requests == []


def test_a_closed_stdin_is_nothing(server: FakeFastGPT) -> None:
    closed = ["sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, "ask", "hello"]
    ran = output(closed)
    assert (ran.code, ran.out) == (0, "You said: hello\n")


def test_input_that_is_no_text_is_refused(server: FakeFastGPT) -> None:
    ran = run("ask", stdin=b"caf\xe9 au lait")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "fastgpt-client: the input is not valid text (byte 0xe9 at 3, for utf-8): encode it as UTF-8\n"


def test_an_argument_that_is_no_text_is_refused(server: FakeFastGPT) -> None:
    ran = run("ask", "caf\udce9")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "fastgpt-client: the question is not valid text: encode it as UTF-8\n"


def test_variables_are_json_or_else_text(server: FakeFastGPT) -> None:
    given = ["lang=de", "level=3", 'id="7"', "on=true", "list=[1, 2]", "zip=00501", "nan=NaN", "sum=a=b"]
    assert run("ask", "hello", *[word for each in given for word in ("--var", each)]).code == 0
    assert completions(server)[-1]["variables"] == {
        "lang": "de",
        "level": 3,
        "id": "7",
        "on": True,
        "list": [1, 2],
        "zip": "00501",
        "nan": "NaN",
        "sum": "a=b",
    }


@pytest.mark.parametrize("given", ["lang", "=de"])
def test_a_variable_needs_name_and_value(server: FakeFastGPT, given: str) -> None:
    ran = run("ask", "hello", "--var", given)
    assert (ran.code, ran.err) == (2, f"fastgpt-client: --var takes KEY=VALUE, not {given!r}\n")


def test_system_is_told_ahead_of_the_question(server: FakeFastGPT) -> None:
    assert run("ask", "hello", "--system", "Be brief.").code == 0
    assert completions(server)[-1]["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "hello"},
    ]


def test_a_chat_goes_on(server: FakeFastGPT) -> None:
    for question in ("one", "two"):
        assert run("ask", question, "--chat-id", "kept").code == 0
    chat = server.state.chats[server.apps["simple"].id, "kept"]
    assert [record.text for record in chat.records] == ["one", "You said: one", "two", "You said: two"]


def test_a_file_is_uploaded_and_shown(server: FakeFastGPT, tmp_path: Path) -> None:
    server.apps["simple"].takes_files = True
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    assert run("ask", "What is in it?", "--file", str(path)).code == 0
    [file, text] = completions(server)[-1]["messages"][-1]["content"]
    assert (file["type"], file["name"], text) == ("file_url", "notes.txt", {"type": "text", "text": "What is in it?"})


def test_an_image_goes_along_where_nothing_can_be_uploaded(server: FakeFastGPT, tmp_path: Path) -> None:
    server.apps["simple"].takes_files = False
    path = tmp_path / "dot.png"
    path.write_bytes(PNG)
    assert run("ask", "What is it?", "--file", str(path)).code == 0
    [image, _] = completions(server)[-1]["messages"][-1]["content"]
    assert image["image_url"]["url"].startswith("data:image/png;base64,")


def test_another_file_is_an_error_where_nothing_can_be_uploaded(server: FakeFastGPT, tmp_path: Path) -> None:
    server.apps["simple"].takes_files = False
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    ran = run("ask", "What is in it?", "--file", str(path))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1


def test_a_missing_file_is_told_before_anything_is_asked(server: FakeFastGPT) -> None:
    ran = run("ask", "hello", "--file", "nowhere.txt")
    assert (ran.code, ran.err) == (2, "fastgpt-client: --file: no such file: 'nowhere.txt'\n")
    assert server.requests == []


# --- how the answer is printed --------------------------------------------------------------------------------------


def test_a_program_gets_the_text_as_it_is(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer="a\x1b[31m\tb\r\nc\n").id)
    assert run("ask", "hello").out == "a\x1b[31m\tb\r\nc\n"


def test_a_terminal_gets_nothing_that_it_would_obey(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer="a\x1b]0;title\x07\x1b[2Jb").id)
    ran = run("ask", "hello", tty=True)
    assert ran.code == 0
    assert b"\x1b" not in ran.seen
    assert ran.text == "a�]0;title��[2Jb"


def test_no_text_is_no_line(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    use(server, "plugin", monkeypatch)
    ran = run("ask", "hello", "--var", "text=hello")
    assert (ran.code, ran.err) == (0, "")


def test_the_answer_comes_as_it_is_made(endless: FakeFastGPT) -> None:
    with Terminal("ask", "hello") as terminal:
        assert terminal.wait_for("Once") == "Once"
        terminal.press(INTERRUPT)
        assert terminal.wait() == 130


def test_wide_characters_and_all_others(server: FakeFastGPT) -> None:
    ran = run("ask", "UNICODE", columns=40)
    assert (ran.code, ran.text) == (0, "Grüße 你好 👩💻 � line separator")
    assert run("ask", "UNICODE").out == "Grüße 你好 👩‍💻 \u2028 line separator\n"


def test_a_terminal_that_knows_few_characters_gets_signs_for_the_others(server: FakeFastGPT) -> None:
    ran = run("ask", "UNICODE", encoding="ascii")
    assert (ran.code, ran.out) == (0, "Gr??e ?? ??? ? line separator\n")


def test_json_is_the_whole_answer(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    use(server, "search", monkeypatch)
    ran = run("ask", "你好", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert "你好" in ran.out
    assert ran.json["choices"][0]["message"]["content"] == "You said: 你好"
    assert {node["moduleType"] for node in ran.json["responseData"]} >= {"datasetSearchNode", "chatNode"}


def test_events_are_a_line_each(server: FakeFastGPT) -> None:
    ran = run("ask", "hello", "--events")
    assert (ran.code, ran.err) == (0, "")
    assert [line["event"] for line in ran.json_lines][:3] == ["chatTitle", "flowNodeResponse", "flowNodeStatus"]
    texts = [line["data"]["choices"][0]["delta"].get("content") for line in ran.json_lines if line["event"] == "answer"]
    assert "".join(text or "" for text in texts) == "You said: hello"


def test_events_that_are_unknown_are_printed_too(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = [UnknownEvent("news", {"a": "\x9b"}), FlowNodeStatus("next", "running", None), "Hello"]
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer=answer).id)
    ran = run("ask", "hello", "--events")
    assert {"event": "news", "data": {"a": "\x9b"}} in ran.json_lines
    assert "\x9b" not in ran.out


def test_json_can_be_written_in_any_encoding(server: FakeFastGPT) -> None:
    ran = run("ask", "UNICODE", "--json", encoding="latin-1")
    assert ran.code == 0
    assert ran.json["choices"][0]["message"]["content"] == "Grüße 你好 👩‍💻 \u2028 line separator"


def test_json_and_events_exclude_each_other(server: FakeFastGPT) -> None:
    ran = run("ask", "hello", "--json", "--events")
    assert (ran.code, ran.err) == (2, "fastgpt-client: --json and --events exclude each other\n")


# --- a run that waits -----------------------------------------------------------------------------------------------


def test_a_run_that_waits_is_told_with_the_way_to_go_on(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    use(server, "workflow_select", monkeypatch)
    ran = run("ask", "hello", "--chat-id", "here", "--base-url", server.url)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.splitlines() == [
        "Pick a colour",
        "  1. Red",
        "  2. Blue",
        f"The run waits for an answer. Continue with: fastgpt-client chat --chat-id here --base-url {server.url}",
    ]
    assert run("ask", "Red", "--chat-id", "here").out == "\nYou chose red: Red\n"


def test_a_form_is_told_field_by_field(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    use(server, "workflow_form", monkeypatch)
    ran = run("ask", "hello", "--json")
    assert ran.json["choices"][0]["message"]["content"][-1]["interactive"]["type"] == "userInput"
    assert ran.err.splitlines()[:4] == [
        "Fill in the form",
        "  Your name (at most 50 characters, required)",
        "  Your age (a number, 0 to 120)",
        "  Plan (one of them, required)",
    ]


def test_what_a_run_asks_is_shown_as_it_is(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer=Select("[b] :smile: \x1b[2J", ["x"])).id)
    assert run("ask", "hello", tty=True).err.splitlines()[0] == "[b] :smile: �[2J"


def test_a_demo_cannot_be_gone_on_with() -> None:
    ran = run("ask", "which plan", "--demo")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.splitlines() == ["Which plan shall it be?", "  1. Basic", "  2. Pro"]


# --- when things go wrong -------------------------------------------------------------------------------------------


def test_a_failed_run_is_one_line(server: FakeFastGPT) -> None:
    ran = run("ask", "LLM500")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("fastgpt-client: The run failed: 500 fake upstream exploded")
    assert ran.err.count("\n") == 1


def test_what_came_of_a_run_that_failed_in_part_is_printed(server: FakeFastGPT) -> None:
    ran = run("ask", "LLMDROP now")
    assert (ran.code, ran.out) == (1, "You said: LLMDRO\n")
    assert ran.err.startswith("fastgpt-client: The run failed: terminated")


def test_a_wrong_key_is_one_line_without_the_key(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_API_KEY", "fastgpt-secretsecretsecret")
    ran = run("ask", "hello")
    assert (ran.code, ran.out) == (1, "")
    assert "set another key with fastgpt-client login" in ran.err
    assert "secret" not in ran.err


def test_no_key_is_a_wrong_setting(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FASTGPT_API_KEY")
    ran = run("ask", "hello")
    assert (ran.code, ran.out) == (2, "")
    assert "no API key" in ran.err


def test_no_server_is_one_line(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._base.session._FIRST_WAIT", 0.0)
    ran = run("ask", "hello", "--base-url", "http://127.0.0.1:9")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("fastgpt-client: cannot connect to http://127.0.0.1:9: connection refused; ")
    assert "check --base-url" in ran.err


def test_debug_shows_where_it_failed(server: FakeFastGPT) -> None:
    with pytest.raises(WorkflowError) as caught:
        run("ask", "LLM500", "--debug")
    assert "in _print_text\n" in "".join(format_exception(caught.value))


@pytest.mark.parametrize("kind", ["error_before_run", "error_event", "rate_limit", "bad_gateway"])
def test_each_failure_is_one_line(server: FakeFastGPT, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._base.session._REPEATS", 0)
    monkeypatch.setattr("fastgpt_client._conversation.recovery._FIRST_DELAY", 0.001)
    server.fault(kind, times=None)
    ran = run("ask", "hello there")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("fastgpt-client: ")


def test_an_answer_that_was_cut_is_found_on_the_server(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer=Fixed("It is all there.")).id)
    server.fault("cut_in_event", after=1)
    ran = run("ask", "hello")
    assert (ran.code, ran.out, ran.err) == (0, "\nIt is all there.\n", "")
    assert any("Records" in request.path for request in server.requests)


def test_an_answer_that_was_cut_and_is_lost_is_one_line(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client._conversation.recovery._BUDGET_SECONDS", 0.0)
    server.fault("cut_in_event", after=4)
    ran = run("ask", "hello there")
    assert (ran.code, ran.out) == (1, "You \n")
    assert ran.err.count("\n") == 1
    assert ran.err.endswith("; ask again\n")


def test_what_a_server_says_in_an_error_is_not_obeyed(server: FakeFastGPT) -> None:
    server.fault("llm_failure", message="bad \x1b[2J things\nhere")
    ran = run("ask", "hello", tty=True)
    assert "bad �[2J things here" in ran.err


def test_a_reader_that_leaves_ends_it_quietly(talkative: FakeFastGPT) -> None:
    with start("ask", "hello", stdin=False) as started:
        assert started.out.read(4) == b"once"
        started.out.close()
        assert (started.err.read(), started.wait()) == (b"", 1)


def test_interrupted_it_ends_with_130(endless: FakeFastGPT) -> None:
    with start("ask", "hello", stdin=False) as started:
        assert started.out.read(4) == b"Once"
        started.interrupt()
        ran = started.end()
    assert ran.code == 130
    assert "Traceback" not in ran.err
    until(lambda: not endless.state.running)
    [chat] = endless.state.chats.values()
    assert chat.records[-1].text == "Once "


def test_the_demo_needs_no_server() -> None:
    ran = run("ask", "hello", "--demo")
    assert (ran.code, ran.out, ran.err) == (0, "You said: hello\n", "")


def test_the_demo_has_chats_to_go_on_with() -> None:
    ran = run("ask", "Ann", "--demo", "--chat-id", "demo-order", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["id"] == "demo-order"


def test_one_form_after_another_can_be_told(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    app = server.app(answer=[Form("", [{"key": "a"}]), Select("Then?", ["x"])])
    monkeypatch.setenv("FASTGPT_APP_ID", app.id)
    assert run("ask", "hello").err.splitlines()[:2] == ["The app waits for an answer.", "  a"]
