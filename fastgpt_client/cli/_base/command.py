"""How a function becomes a command: with the flags that all have, a session, and failures in one line."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

from fastgpt_client.exceptions import FastGPTError

from .errors import CommandError, describe, exit_code
from .session import Session, open_session

__all__ = ["Command", "command", "program"]

P = ParamSpec("P")
Command = Callable[Concatenate[Session, P], None]

# What has been loaded of the commands; `_program.py` knows them all.
program = typer.Typer(rich_markup_mode=None)

_PANEL = "Server"


@program.callback()
def _group() -> None:
    """Have subcommands, be it only one."""


def _shared(
    base_url: Annotated[
        str | None, typer.Option(help="The server. Or FASTGPT_BASE_URL.", rich_help_panel=_PANEL)
    ] = None,
    app_id: Annotated[str | None, typer.Option(help="The app. Or FASTGPT_APP_ID.", rich_help_panel=_PANEL)] = None,
    api_key: Annotated[
        str | None,
        typer.Option(
            help="The key; others can see a command line, so better: fastgpt-client login. Or FASTGPT_API_KEY.",
            rich_help_panel=_PANEL,
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(help="Which profile of fastgpt-client login. Or FASTGPT_PROFILE.", rich_help_panel=_PANEL),
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Use an embedded server with sample apps.", rich_help_panel=_PANEL)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.", rich_help_panel=_PANEL)] = False,
) -> None:
    """Hold the flags of every command."""


def command(
    group: typer.Typer, name: str | None = None, *, seeded: bool = True, new_profile: bool = False
) -> Callable[[Command[P]], Command[P]]:
    """Make a function that takes a session a command; its first docstring line is the help.

    A demo's server has some chats already if the command is `seeded`. The profile that is named must be there unless
    it may be a `new_profile`.
    """

    def add(function: Command[P]) -> Command[P]:
        call: Callable[..., None] = function  # its own arguments come from the command line, by name
        own = [*inspect.signature(function, eval_str=True).parameters.values()][1:]
        shared = [*inspect.signature(_shared, eval_str=True).parameters.values()]

        @wraps(function)
        def run(**given: Any) -> None:
            flags = {parameter.name: given.pop(parameter.name) for parameter in shared}
            debug, base_url = flags.pop("debug"), None
            try:
                with open_session(**flags, new_profile=new_profile, debug=debug) as session:
                    base_url = session.settings.base_url
                    if seeded:
                        session.seed()
                    call(session, **given)
            except (FastGPTError, CommandError, OSError) as exc:
                if debug or isinstance(exc, BrokenPipeError):
                    raise
                sys.stderr.write(f"fastgpt-client: {describe(exc, base_url)}\n")
                raise typer.Exit(exit_code(exc)) from None

        parameters = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in (*own, *shared)]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        group.command(name)(run)
        return function

    return add
