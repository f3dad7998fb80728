"""What a turn looks like on a terminal, on two, and on none."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from fastgpt_client.citations import Citation
from fastgpt_client.cli._chat.chat_view import ChatView, cost_line, source_line, total_line
from fastgpt_client.cli._output.formatting import fit
from fastgpt_client.events import (
    Answer,
    Event,
    FlowNodeStatus,
    PlanStatus,
    SandboxStatus,
    StepTitle,
    ToolCall,
    ToolParams,
    ToolResponse,
    UpdateVariables,
    WorkflowDuration,
)
from fastgpt_client.usage import ModelUsage

ERASE = "\r\x1b[2K"


def text(said: str) -> Answer:
    return Answer(said, "", None, None)


def thought(said: str) -> Answer:
    return Answer("", said, None, None)


def shown(*events: Event, out: bool = True, err: bool = True, width: int = 40) -> tuple[str, str]:
    """Return what a turn with these events writes to `out` and to `err`; one text if both are the same terminal."""
    written, aside = io.StringIO(), io.StringIO()
    if out and err:
        aside = written
    consoles = [
        Console(
            file=file, force_terminal=tty, width=width, color_system="standard" if tty else None, _environ={"TERM": "x"}
        )
        for file, tty in ((written, out), (aside, err))
    ]
    screen = ChatView(*consoles)
    screen.begin()
    for event in events:
        screen.show(event)
    screen.end()
    return written.getvalue(), aside.getvalue() if aside is not written else ""


def status(said: str) -> str:
    return f"\x1b[2m· {said}…\x1b[0m"


WAITING = status("waiting for the answer")


def test_text_takes_the_place_of_the_status() -> None:
    assert shown(text("Hel"), text(""), text("lo"))[0] == f"{WAITING}{ERASE}Hello\n"


def test_a_status_begins_a_line_of_its_own() -> None:
    written, _ = shown(text("One."), FlowNodeStatus("AI", "running", None), text("Two."))
    assert written == f"{WAITING}{ERASE}One.\n{status('AI')}{ERASE}Two.\n"


def test_empty_lines_ahead_are_left_out_and_those_within_are_kept() -> None:
    assert shown(text("\n"), text("\nOne\n"), text("\nTwo\n"))[0] == f"{WAITING}{ERASE}One\n\nTwo\n"


def test_what_is_thought_is_dim_and_ends_its_line() -> None:
    written, _ = shown(thought("Hm."), text("Yes."))
    assert written == f"{WAITING}{ERASE}\x1b[2mHm.\x1b[0m\nYes.\n"


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (StepTitle("1", "Look it up", None), "Look it up"),
        (PlanStatus("generating", None), "generating the plan"),
        (SandboxStatus("1", "starting", None), "sandbox: starting"),
        (FlowNodeStatus("chat:moduleName.AI_Chat", "running", None), "AI Chat"),
        (FlowNodeStatus("two\nlines", "running", None), "two lines"),
        (ToolCall("1", "clock", "clock", "", None), "calling clock"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Event) else value,
)
def test_what_runs_is_the_status(event: Event, said: str) -> None:
    assert shown(event)[0] == f"{WAITING}{ERASE}{status(said)}{ERASE}"


def test_a_tool_is_told_with_what_it_got_and_gave() -> None:
    events = [
        ToolCall("1", "clock", "f", '{"zone":', None),
        ToolParams("1", ' "UTC"}', None),
        ToolResponse("1", "12:00\n", None),
        ToolParams("2", "lost", None),
        ToolResponse("2", "more", None),
        ToolResponse("3", "else", None),
        UpdateVariables({}, None),
    ]
    assert shown(*events, out=False, err=False) == (
        "",
        'clock {"zone": "UTC"} → 12:00\ntool lost → more\ntool → else\n',
    )


def test_a_long_tool_call_is_cut_at_a_terminal_only() -> None:
    event = ToolResponse("1", "x" * 50, None)
    assert f"tool → {'x' * 32}…" in shown(event)[0]
    assert shown(event, out=False, err=False)[1] == f"tool → {'x' * 50}\n"


def test_two_terminals_do_not_end_each_others_lines() -> None:
    told = [text("One"), thought("Hm"), text(" two"), FlowNodeStatus("AI", "running", None), text(" three")]
    out, err = shown(*told, out=False)
    assert out == "One two three\n"
    assert err == f"{WAITING}{ERASE}\x1b[2mHm\x1b[0m\n{status('AI')}{ERASE}"


def test_a_thought_is_ended_by_what_is_said_aside() -> None:
    out, err = shown(thought("Hm"), ToolResponse("1", "12:00", None), thought("So"), out=False, err=False)
    assert (out, err) == ("", "Hm\ntool → 12:00\nSo\n")


def test_the_servers_time_is_kept_for_the_turn() -> None:
    console = Console(file=io.StringIO())
    screen = ChatView(console, console)
    screen.show(WorkflowDuration(1.5, None))
    assert screen.seconds == 1.5
    screen.begin()
    assert screen.seconds is None


@pytest.mark.parametrize(
    ("given", "cells", "cut"),
    [
        ("Hello", 5, "Hello"),
        ("Hello!", 5, "Hell…"),
        ("你好", 4, "你好"),
        ("你好", 3, "你…"),
        ("你好", 2, "…"),
        ("a b", 2, "a…"),
        ("one two", 5, "one…"),
    ],
)
def test_a_line_is_cut_by_cells(given: str, cells: int, cut: str) -> None:
    assert fit(given, cells) == cut


def test_a_source_has_the_best_name_there_is() -> None:
    def citation(source_name: str, collection_id: str, q: str = "", a: str = "") -> Citation:
        return Citation("id", "dataset", collection_id, source_name, q, a, {}, None, [], {})

    assert source_line(1, citation("a.md", "c", "One\ntwo", "three")) == "[1] a.md: One two three"
    assert source_line(2, citation("", "c")) == "[2] c"
    assert source_line(3, citation("", "")) == "[3] id"


def test_the_cost_tells_what_is_known() -> None:
    assert cost_line(ModelUsage(), 0.5) == "0.50 s"
    assert cost_line(ModelUsage(other_tokens=1), 0.5) == "1 token · 0.50 s"
    assert cost_line(ModelUsage(1, 2, 3, 4, 5), 0.5) == (
        "15 tokens (1 in, 2 out, 3 embedding, 4 rerank, 5 other) · 0.50 s"
    )
    assert (
        cost_line(ModelUsage(1000, 200, points=0.25), 75)
        == "1,200 tokens (1,000 in, 200 out) · 0.25 points · 1 min 15 s"
    )


def test_the_total_is_the_sum_of_what_was_shown() -> None:
    answers = [ModelUsage(10, 5, points=0.00004), ModelUsage(20, 5, 7, points=0.12344), ModelUsage(points=0.00004)]
    assert [cost_line(used, 1) for used in answers] == [
        "15 tokens (10 in, 5 out) · 1.00 s",
        "32 tokens (20 in, 5 out, 7 embedding) · 0.1234 points · 1.00 s",
        "1.00 s",
    ]
    assert total_line(answers) == "total of 3 answers · 47 tokens (30 in, 10 out, 7 embedding) · 0.1234 points"


def test_words_are_moved_to_the_next_line() -> None:
    written, _ = shown(text("one two thr"), text("ee four"), width=10)
    assert written == f"{fit_waiting(10)}{ERASE}one two th\r\x1b[8C\x1b[K\nthree four\n"
    written, _ = shown(thought("one two thr"), thought("ee"), text("Yes."), width=10)
    assert "\x1b[2mone two th\x1b[0m\r\x1b[8C\x1b[K\x1b[2m\nthr\x1b[0m" in written or "\r\x1b[8C\x1b[K" in written
    assert written.endswith("Yes.\n")


def test_without_a_terminal_lines_are_whole() -> None:
    assert shown(text("one two thr"), text("ee four"), width=10, out=False, err=False)[0] == "one two three four\n"


def fit_waiting(width: int) -> str:
    return f"\x1b[2m{fit('· waiting for the answer…', width - 1)}\x1b[0m"
