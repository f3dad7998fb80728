"""Which commands `fastgpt-client` has. Each is loaded when it is used, so that help comes at once."""

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
# The modules that a command is made of, and the line that stands for it in the help.
COMMANDS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "chat": (("_chat.chat",), "Talk with an app: see what it does, answer what it asks."),
    "ask": (("_chat.ask",), "Ask one question; print the answer and nothing else."),
    "ask-each": (("_commands.ask_each",), "Ask the questions of a table, each once; write a table of answers."),
    "export": (("_commands.export_chats",), "Write whole conversations to a file."),
    "histories": (("_commands.histories",), "List the chats of an app."),
    "records": (("_commands.records",), "Show the messages of a chat."),
    "detail": (("_commands.records",), "Show what each node of the app did for an answer."),
    "rename": (("_commands.histories",), "Give a chat a name of your own."),
    "pin": (("_commands.histories",), "Pin a chat to the head of the list."),
    "delete": (("_commands.histories",), "Delete chats, or a message of one."),
    "clear": (("_commands.histories",), "Delete all chats that API keys held with the app."),
    "feedback": (("_commands.records",), "Rate an answer."),
    "suggest": (("_commands.records",), "Suggest what to ask next in a chat."),
    "app": (("_commands.apps", "_chart.chart"), "Look at apps: info, list, logs, chart."),
    "web": (("_commands.web",), "Serve a page that chats with the app."),
    "library": (("_commands.library",), "Serve files to knowledge bases."),
    "dataset": (
        tuple(f"_dataset.{name}" for name in _OF_DATASETS),
        "Keep knowledge bases: put in, search, measure.",
    ),
    "doctor": (("_doctor.doctor",), "Look for what is wrong between here and the server."),
    "login": (("_commands.login",), "Keep server, key and app as a profile."),
    "profiles": (("_commands.profiles",), "List the profiles that login has kept."),
    "logout": (("_commands.profiles",), "Forget a profile with its key."),
}


class _Commands(Mapping[str, Any]):
    """The commands by name, each loaded when it is looked at."""

    def __getitem__(self, name: str) -> Any:
        for module in COMMANDS[name][0]:
            import_module(f".{module}", __package__)
        command = import_module("._base.command", __package__)  # it loads the client

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
        """Return their names in the order of the help."""
        return list(COMMANDS)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write their lines without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


program = typer.Typer(
    name="fastgpt-client",
    cls=_Group,
    help="Talk to FastGPT apps, and look after them. Every command runs without a server too: add --demo.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # boxes around the help would cost a third of the time that it takes
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
    """Have commands only."""
