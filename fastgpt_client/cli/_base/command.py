"""Turns a function into a command: with the shared flags, a session, and one line for each failure."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec

import typer
from rich.console import Console

from fastgpt_client.cli._output.formatting import print_message
from fastgpt_client.cli._output.json_data import as_list
from fastgpt_client.exceptions import FastGPTError

from .completion import app_names, profile_names
from .errors import CommandError, describe, exit_code
from .flags import Flags
from .session import Session, open_session

__all__ = ["OF_APPS", "OF_SERVERS", "Command", "command", "program"]

P = ParamSpec("P")
Command = Callable[Concatenate[Session, P], None]

# The commands that have been imported; `_program.py` knows all of them.
program = typer.Typer(rich_markup_mode=None)

OF_APPS = ("app_id",)
OF_SERVERS = ("base_url", "api_key", *OF_APPS)
_PANEL = "Server"
_IDS = frozenset({"APP", "CHAT_ID", "DATASET", "DATA_ID", "ID", "MODEL", "TMB_ID", "UID"})


@program.callback()
def _group() -> None:
    """Take subcommands, even if there is only one."""


def _shared(
    base_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The address of the server. Or set FASTGPT_BASE_URL.", rich_help_panel=_PANEL),
    ] = None,
    app_id: Annotated[
        str | None,
        typer.Option(
            metavar="APP",
            help="The app, by its ID or name. Or set FASTGPT_APP_ID.",
            rich_help_panel=_PANEL,
            autocompletion=app_names,
        ),
    ] = None,
    api_key: Annotated[
        str | None,
        typer.Option(
            metavar="KEY",
            help="The API key. Other users can read command lines: prefer fastgpt-client login or FASTGPT_API_KEY.",
            rich_help_panel=_PANEL,
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The profile to use, as saved by fastgpt-client login. Or set FASTGPT_PROFILE.",
            rich_help_panel=_PANEL,
            autocompletion=profile_names,
        ),
    ] = None,
    demo: Annotated[
        bool,
        typer.Option("--demo", help="Start an embedded server with sample apps, and use it.", rich_help_panel=_PANEL),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error.", rich_help_panel=_PANEL)
    ] = False,
) -> None:
    """List the flags that commands share."""


def _check_ids(parameters: Sequence[Any], given: Mapping[str, Any]) -> None:
    """Raise `CommandError` if an ID or a name is empty: some servers would ignore it, and list everything."""
    for parameter in parameters:
        metavar, value = parameter.metavar, given.get(parameter.name)
        if metavar in _IDS and not all(each.strip() for each in _texts(value)):
            option = next((name for name in parameter.opts if name.startswith("--")), metavar)
            raise CommandError(f"{option} is empty", 2)


def _texts(value: object) -> list[str]:
    return [value] if isinstance(value, str) else as_list(value)


def command(
    group: typer.Typer,
    name: str | None = None,
    *,
    seeded: bool = True,
    new_profile: bool = False,
    without: Collection[str] = (),
) -> Callable[[Command[P]], Command[P]]:
    """Turn a function that takes a session into a command; its docstring is the help.

    Args:
        group: what the command is added to.
        name: how it is called; defaults to the name of the function.
        seeded: whether the server of a demo has some chats already.
        new_profile: whether the profile may be one that does not exist yet.
        without: the shared flags that mean nothing to it.
    """

    def add(function: Command[P]) -> Command[P]:
        call: Callable[..., None] = function  # its arguments come from the command line, by name
        own = [*inspect.signature(function, eval_str=True).parameters.values()][1:]
        flags_of_all = inspect.signature(_shared, eval_str=True).parameters.values()
        shared = [parameter for parameter in flags_of_all if parameter.name not in without]

        @wraps(function)
        def run(context: typer.Context, **given: Any) -> None:
            shared_flags = {parameter.name: given.pop(parameter.name) for parameter in shared}
            debug, base_url = shared_flags["debug"], None
            flags = Flags(context.command.params)
            try:
                _check_ids(context.command.params, {**given, **shared_flags})
                with open_session(**shared_flags, new_profile=new_profile, flags=flags) as session:
                    base_url = session.settings.base_url
                    if seeded:
                        session.seed()
                    call(session, **given)
            except (FastGPTError, CommandError, OSError) as exc:
                if debug or isinstance(exc, BrokenPipeError):
                    raise
                print_message(
                    Console(stderr=True, highlight=False), f"fastgpt-client: {describe(exc, base_url, flags)}"
                )
                raise typer.Exit(exit_code(exc)) from None

        first = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
        parameters = [first, *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*own, *shared))]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # read by typer
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        group.command(name)(run)
        return function

    return add
