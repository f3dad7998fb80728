"""Errors speak of flags and arguments as they are typed, not of names that programs use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from fastgpt_client.cli._base.errors import describe
from fastgpt_client.cli._base.flags import Flags
from fastgpt_client.cli._program import program
from fastgpt_client.exceptions import BadRequestError, ValidationError
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import run

MAIN: Any = typer.main.get_command(program)
COMMANDS: dict[str, Any] = {
    " ".join((name, *word)): each
    for name, command in MAIN.commands.items()
    for word, each in ([((inner,), one) for inner, one in getattr(command, "commands", {}).items()] or [((), command)])
}
WIRE = [
    "appId",
    "chatId",
    "dataId",
    "contentId",
    "customTitle",
    "datasetId",
    "collectionId",
    "parentId",
    "tmbIds",
    "outLinkUids",
    "chatSearch",
    "searchKey",
    "searchText",
    "pageNum",
    "pageSize",
    "dateStart",
    "dateEnd",
    "sources",
    "feedbackType",
    "variables",
    "vectorModel",
    "agentModel",
    "vlmModel",
    "base_url",
    "api_key",
    "app_id",
    "max_delete",
    "per_minute",
    "max_failures",
    "max_points",
    "retry_failed",
    "follow_symlinks",
]
CODE_NAME = re.compile(r"\b[a-z]+(?:[A-Z][a-z]+|_[a-z]+)+\b")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_field_that_a_command_sends_is_named_by_its_flag(name: str) -> None:
    flags = Flags(COMMANDS[name].params)
    known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    for wire in WIRE:
        said = flags.translate(f"Data validation error: {wire}: Invalid string")
        flag = said.split(": ")[1]
        assert flag == wire or flag in known or flag.isupper(), said
    if {"--app-id", "--api-key", "--base-url"} <= known:
        assert flags.translate("appId is odd; pass api_key=, or base_url= too") == (
            "--app-id is odd; pass --api-key, or --base-url too"
        )


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_has_a_flag_that_means_nothing_to_it(name: str) -> None:
    known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    assert ("--app-id" in known) == (name.split(maxsplit=1)[0] not in ("dataset", "library", "profiles", "logout"))
    assert ("--base-url" in known) == (name not in ("profiles", "logout"))


def test_each_flag_is_found_by_some_field() -> None:
    everything = [parameter for command in COMMANDS.values() for parameter in command.params]
    assert [wire for wire in WIRE if Flags(everything).translate(f"{wire}:") == f"{wire}:"] == []


def test_a_word_that_begins_the_message_of_the_library_may_be_a_name() -> None:
    flags = Flags(COMMANDS["dataset sync"].params)
    assert describe(ValidationError("under is no folder"), None, flags) == "--under is no folder"
    assert describe(ValidationError("source: nothing there"), None, flags) == "SRC: nothing there"
    assert describe(ValidationError("it is under that"), None, flags) == "it is under that"
    assert describe(BadRequestError("under is refused"), None, flags) == "under is refused"
    assert describe(ValidationError("a_name that=nobody knows"), None, flags) == "a_name that=nobody knows"


def refused() -> Iterator[tuple[str, list[str]]]:
    """Each argument of a command with a value that the library or the server refuses."""
    yield "--base-url", ["histories", "--base-url", "nowhere"]
    yield "--base-url", ["doctor", "--base-url", "http://a:b@c"]
    yield "--api-key", ["ask", "hello", "--api-key", "two words"]
    yield "--app-id", ["app", "info", "--app-id", " "]
    yield "--chat-id", ["ask", "hello", "--chat-id", ""]
    yield "--chat-id", ["chat", "--chat-id", " "]
    yield "CHAT_ID", ["records", ""]
    yield "CHAT_ID", ["rename", "", "A title"]
    yield "DATA_ID", ["detail", "here", ""]
    yield "DATA_ID", ["feedback", "here", "", "--good"]
    yield "CHAT_ID", ["suggest", ""]
    yield "CHAT_ID", ["delete", "", "--yes"]
    yield "--record", ["delete", "here", "--record", "", "--yes"]
    yield "--folder", ["app", "list", "--folder", ""]
    yield "--search", ["app", "list", "--search", ""]
    yield "--member", ["app", "logs", "--member", ""]
    yield "--user", ["app", "logs", "--user", ""]
    yield "--from", ["app", "logs", "--from", "2026-13-01"]
    yield "--source", ["histories", "--source", "nowhere"]
    yield "--folder", ["dataset", "create", "Notes", "--folder", ""]
    yield "--vector-model", ["dataset", "create", "Notes", "--vector-model", ""]
    yield "--collection", ["dataset", "rm", "0" * 24, "--collection", "", "--yes"]
    yield "--file", ["ask", "hello", "--file", "/dev/null"]


@pytest.mark.parametrize(("flag", "command"), [*refused()], ids=lambda value: value if isinstance(value, str) else None)
def test_what_is_refused_is_named_as_it_was_typed(server: FakeFastGPT, flag: str, command: list[str]) -> None:
    ran = run(*command)
    assert (ran.code in (1, 2), ran.out) == (True, "")
    [line] = [line for line in ran.err.splitlines() if line.startswith("fastgpt-client: ")]
    assert flag in line
    if flag != "--source":  # whose values are FastGPT's
        assert CODE_NAME.search(line.partition("[request")[0]) is None, line


def test_a_field_that_the_server_refuses_is_named_as_it_was_typed(server: FakeFastGPT) -> None:
    said = "Data validation error: pageSize: Too big; source: Invalid"
    server.fault("error_before_run", path="", message=said, times=None)
    assert "--page-size: Too big; --source: Invalid" in run("histories").err
