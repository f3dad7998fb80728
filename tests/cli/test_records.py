"""`fastgpt-client records`, `detail`, `feedback`, `suggest`."""

from __future__ import annotations

from typing import Any

import pytest

from fastgpt_client import ChatClient
from fastgpt_client.cli._output.render import print_nodes
from fastgpt_client.responses import Record
from fastgpt_client.testing import FakeFastGPT
from fastgpt_client.tracing import trace
from tests.cli.conftest import use
from tests.support.command import run
from tests.support.printed import printed

CHAT = "chat00000000000000000001"


@pytest.fixture
def asked(server: FakeFastGPT) -> FakeFastGPT:
    """Return a server whose apps have a chat each."""
    with ChatClient(max_retries=0) as client:
        for number, question in enumerate(["Hello", "第二个问题", "use the TOOL"], 1):
            message: Any = [{"role": "user", "content": question}]
            client.create_chat_completion(message, chatId=CHAT, responseChatItemId=f"item-{number}", detail=True)
    return server


def ask(server: FakeFastGPT, app: str, question: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ask an app, let the environment name it, and return the id of its answer."""
    use(server, app, monkeypatch)
    message: Any = [{"role": "user", "content": question}]
    with ChatClient(max_retries=0) as client:
        client.create_chat_completion(message, chatId=CHAT, responseChatItemId="answer", detail=True, stream=False)
    return "answer"


# --- records --------------------------------------------------------------------------------------------------------


def test_messages_are_shown_in_the_order_of_time(asked: FakeFastGPT) -> None:
    ran = run("records", CHAT)
    assert ran.code == 0
    said = [line.strip() for line in ran.out.splitlines() if line.startswith("  ")]
    assert said == [
        "Hello",
        "You said: Hello",
        "第二个问题",
        "You said: 第二个问题",
        "use the TOOL",
        "You said: use the TOOL",
    ]
    assert ran.out.startswith("user  20")
    assert ran.out.count("item-1\n") == 2
    assert ran.err == "page 1 of 1, 6 messages\n"


def test_the_first_page_has_the_newest(asked: FakeFastGPT) -> None:
    ran = run("records", CHAT, "--page-size", "2", "--json")
    assert [record["dataId"] for record in ran.json["list"]] == ["item-3", "item-3"]
    assert (ran.json["total"], ran.err) == (6, "page 1 of 3, 6 messages\n")


def test_all_of_them_are_in_the_order_of_time_too(asked: FakeFastGPT) -> None:
    ran = run("records", CHAT, "--all", "--page-size", "2", "--json")
    assert [record["dataId"] for record in ran.json["list"]] == [f"item-{n}" for n in (1, 1, 2, 2, 3, 3)]
    assert [record["obj"] for record in ran.json["list"]] == ["Human", "AI"] * 3


@pytest.mark.parametrize("flags", [(), ("--all",), ("--json",)], ids=" ".join)
def test_a_chat_that_is_not_there(server: FakeFastGPT, flags: tuple[str, ...]) -> None:
    ran = run("records", "nonsense", *flags)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("fastgpt-client: no chat nonsense with messages: fastgpt-client histories lists")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("app", "shown"),
    [
        ("tools", '  [tool get_weather] {"city": "Paris"}\n  The tool answered'),
        ("reasoning", "  First I read the question. Then I answer it.\n  You said"),
        ("workflow_select", "  [asks: userSelect] Pick a colour"),
    ],
)
def test_what_an_app_did_is_shown(server: FakeFastGPT, app: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(server, app, "use the TOOL", monkeypatch)
    assert shown in run("records", CHAT).out


def test_a_failed_answer_says_why(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Exception, match="exploded"):
        ask(server, "failing", "Hello", monkeypatch)
    assert "  failed: 500 fake upstream exploded\n" in run("records", CHAT).out


def test_odd_records_are_shown_as_far_as_they_go() -> None:
    from fastgpt_client.cli._output.render import print_record  # noqa: PLC0415 - as the test runs it

    record = {
        "obj": "Strange",
        "dataId": "d\x1b1",
        "time": "soon",
        "value": [
            {"file": {"name": "a.pdf", "url": "http://x"}},
            {"file": {"url": "http://x/b"}},
            {"file": {"type": "image"}},
            {"tools": [{"toolName": "t", "params": "x" * 300}, {"params": {"a": "é"}}, {}]},
            "no item",
        ],
        "errorMsg": "it broke",
        "userBadFeedback": "",
    }
    lines = printed(lambda console: print_record(console, Record(record))).splitlines()
    assert lines == [
        "system  soon  d\ufffd1",
        f"  [tool t] {'x' * 200}…",
        '  [tool ?] {"a": "é"}',
        "  [tool ?] ",
        "  [file a.pdf]",
        "  [file http://x/b]",
        "  [file image]",
        "  failed: it broke",
        "  rated bad: ",
    ]
    assert printed(lambda console: print_record(console, Record({"value": "text"}))).splitlines()[1] == "  text"


@pytest.mark.parametrize("columns", [80, 40])
def test_long_texts_wrap_beside_their_margin(asked: FakeFastGPT, columns: int) -> None:
    chat = asked.state.chats[asked.apps["simple"].id, CHAT]
    chat.records[0].value = [{"text": {"content": "你好 world " * 20}}]
    ran = run("records", CHAT, columns=columns)
    assert ran.code == 0
    long = [line for line in ran.lines if "world" in line]
    assert len(long) > 2
    assert all(line.startswith("  ") for line in long)


def test_texts_of_a_server_do_nothing_to_the_terminal(asked: FakeFastGPT) -> None:
    chat = asked.state.chats[asked.apps["simple"].id, CHAT]
    chat.records[0].value = [{"text": {"content": "[red]one[/red]\n\x1b[2Jtwo"}}]
    ran = run("records", CHAT, tty=True)
    assert "  [red]one[/red]" in ran.out
    assert "  \ufffd[2Jtwo" in ran.out


def test_messages_through_a_pipe(asked: FakeFastGPT) -> None:
    ran = run("records", CHAT)
    assert ran.code == 0
    assert "  You said: 第二个问题\n" in ran.out
    assert "\x1b" not in ran.out


# --- detail ---------------------------------------------------------------------------------------------------------


def test_nodes_are_shown_as_a_tree(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run("detail", CHAT, ask(server, "tools", "use the TOOL", monkeypatch))
    first, tools, child, total = ran.out.splitlines()
    assert first.startswith("Workflow start  workflowStart  0.0")
    assert tools.startswith("Tool call  tools  ")
    assert "4 + 10 tokens" in tools
    assert tools.endswith(" points, fake-chat")
    assert child.startswith("└─ get_weather  httpRequest468  ")
    assert total.startswith("total: 3 nodes, ")
    assert ran.code == 0


def test_nodes_as_json_are_what_the_server_sent(asked: FakeFastGPT) -> None:
    nodes = run("detail", CHAT, "item-1", "--json").json["list"]
    assert [node["moduleType"] for node in nodes] == ["workflowStart", "chatNode"]
    assert nodes[1]["model"] == "fake-chat"


def test_an_answer_that_is_not_there(asked: FakeFastGPT) -> None:
    ran = run("detail", CHAT, "nope")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"fastgpt-client: no answer nope in the chat {CHAT}: fastgpt-client records shows its messages\n"
    assert run("detail", CHAT, "nope", "--json").code == 1


def test_a_failed_node_says_why(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Exception, match="exploded"):
        ask(server, "failing", "Hello", monkeypatch)
    assert "fake-fail  failed: 500 fake upstream exploded" in run("detail", CHAT, "answer").out


def test_nodes_of_every_kind() -> None:
    nodes: Any = [
        {
            "id": "a",
            "moduleName": "common:core.module.template.dataset_search",
            "moduleType": "datasetSearchNode",
            "embeddingTokens": 5,
            "reRankInputTokens": 7,
            "embeddingModel": "embed",
            "totalPoints": 0.25,
        },
        {"id": "b", "moduleType": "old", "tokens": 1234, "runningTime": 2},
        {"id": "c", "moduleName": "in\x1b", "moduleType": "x", "parentId": "b", "error": {"message": "two\nlines"}},
        {"id": "d", "moduleName": "deep", "moduleType": "x", "parentId": "c"},
        {"id": "e", "moduleName": "last", "moduleType": "x", "parentId": "b"},
    ]
    assert printed(lambda console: print_nodes(console, trace(nodes))).splitlines() == [
        "dataset search  datasetSearchNode  5 embedding tokens, 7 rerank tokens, 0.25 points, embed",
        "old  old  2.00 s, 1,234 tokens",
        "├─ in\ufffd  x  failed: two lines",
        "│  └─ deep  x",
        "└─ last  x",
        "total: 5 nodes, 2.00 s, 1,234 tokens, 5 embedding tokens, 7 rerank tokens, 0.25 points",
    ]


def test_nodes_in_a_terminal(asked: FakeFastGPT) -> None:
    ran = run("detail", CHAT, "item-1", columns=80)
    assert ran.code == 0
    assert "total: 2 nodes" in ran.text


# --- feedback -------------------------------------------------------------------------------------------------------


def rating(server: FakeFastGPT) -> dict[str, str]:
    found = server.state.chats[server.apps["simple"].id, CHAT].find("item-1")
    assert found is not None
    return found.feedback


def test_rating_an_answer(asked: FakeFastGPT) -> None:
    assert run("feedback", CHAT, "item-1", "--good").err == "rated item-1 good\n"
    assert rating(asked) == {"userGoodFeedback": "yes"}
    assert run("feedback", CHAT, "item-1", "--bad", "not so good").err == "rated item-1 bad\n"
    assert rating(asked) == {"userBadFeedback": "not so good"}
    assert "  rated bad: not so good\n" in run("records", CHAT).out
    assert run("feedback", CHAT, "item-1", "--none").err == "removed the rating of item-1\n"
    assert rating(asked) == {}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ([], "pass one of --good, --bad and --none"),
        (["--good", "--bad"], "pass one of --good, --bad and --none"),
        (["--none", "text"], "--none takes no text"),
    ],
)
def test_a_rating_is_one_thing(server: FakeFastGPT, flags: list[str], said: str) -> None:
    ran = run("feedback", CHAT, "item-1", *flags)
    assert (ran.code, ran.err) == (2, f"fastgpt-client: {said}\n")
    assert not server.requests


def test_rating_what_is_not_there(asked: FakeFastGPT) -> None:
    ran = run("feedback", CHAT, "nope", "--good")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "no message nope in the chat" in ran.err


def test_rating_in_a_terminal(asked: FakeFastGPT) -> None:
    assert run("feedback", CHAT, "item-1", "--good", "很好", tty=True).code == 0
    assert rating(asked) == {"userGoodFeedback": "很好"}


# --- suggest --------------------------------------------------------------------------------------------------------


def test_suggestions_are_a_line_each(asked: FakeFastGPT) -> None:
    ran = run("suggest", CHAT)
    assert (ran.code, ran.out) == (0, "What is FastGPT?\nHow do I deploy it?\nIs there an API?\n")
    assert run("suggest", CHAT, "--json").json == {"list": ran.out.splitlines(), "total": 3}


def test_no_suggestions(asked: FakeFastGPT) -> None:
    asked.apps["simple"].suggestions = ()
    ran = run("suggest", CHAT)
    assert (ran.code, ran.out, ran.err) == (0, "", "no suggestions\n")


def test_suggestions_in_a_terminal(asked: FakeFastGPT) -> None:
    asked.apps["simple"].suggestions = ("[bold]Why?[/bold]\x1b[2J",)
    ran = run("suggest", CHAT, columns=80)
    assert (ran.code, ran.text) == (0, "[bold]Why?[/bold]\ufffd[2J")
