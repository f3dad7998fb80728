"""The commands of `fastgpt-client`. Each is imported when it is used, so that help is fast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from fastgpt_client import __version__

__all__ = ["COMMANDS", "program"]

_OF_DATASETS = ("listing", "changing", "searching", "learning", "syncing", "evaluating", "rows", "backups")
# The modules of each command, and its line in the help.
COMMANDS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "chat": (("_chat.chat",), "Chat with an app: watch it work, answer its questions."),
    "ask": (("_chat.ask",), "Ask one question; print only the answer."),
    "ask-each": (("_commands.ask_each",), "Ask each question of a table once; write a table of answers."),
    "export": (("_commands.export_chats",), "Export chats to a file."),
    "histories": (("_commands.histories",), "List the chats of an app."),
    "records": (("_commands.records",), "Show the messages of a chat."),
    "detail": (("_commands.records",), "Show what each node did for an answer."),
    "rename": (("_commands.histories",), "Rename a chat."),
    "pin": (("_commands.histories",), "Pin a chat to the top of the list."),
    "delete": (("_commands.histories",), "Delete chats, or one message of a chat."),
    "clear": (("_commands.histories",), "Delete all of the app's chats that were started with an API key."),
    "feedback": (("_commands.records",), "Rate an answer."),
    "suggest": (("_commands.records",), "Suggest what to ask next in a chat."),
    "app": (("_commands.apps", "_chart.chart"), "Inspect apps: info, list, logs, chart."),
    "web": (("_commands.web",), "Serve a web page for chatting with the app."),
    "library": (("_commands.library",), "Serve files to knowledge bases."),
    "dataset": (
        tuple(f"_dataset.{name}" for name in _OF_DATASETS),
        "Manage knowledge bases: sync, search, evaluate.",
    ),
    "doctor": (("_doctor.doctor",), "Find out what is wrong between here and the server."),
    "login": (("_commands.login",), "Save a server, a key and an app as a profile."),
    "profiles": (("_commands.profiles",), "List the saved profiles."),
    "logout": (("_commands.profiles",), "Remove a profile and its key."),
}


class _Commands(Mapping[str, Any]):
    """The commands by name, each imported when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        for module in COMMANDS[name][0]:
            import_module(f".{module}", __package__)
        command = import_module("._base.command", __package__)  # it imports the client

        made: Any = get_command(command.program)
        return made.commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Group(TyperGroup):
    """The group of all commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        commands: Any = _Commands()
        self.commands = commands

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order of the help."""
        return list(COMMANDS)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the lines without importing the commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


program = typer.Typer(
    name="fastgpt-client",
    cls=_Group,
    help="Chat with FastGPT apps and manage them. Add --demo to try any command without a server.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # boxes around the help would cost a third of its time
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fastgpt-client {__version__}")
        raise typer.Exit


@program.callback()
def _group(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Do nothing without a command."""
