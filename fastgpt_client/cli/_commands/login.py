"""`fastgpt-client login`: asks for server, key and app, checks them, and saves them as a profile."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Annotated

import typer
from rich.text import Text

from fastgpt_client import AppClient
from fastgpt_client.cli._base.command import command, program
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.profiles import Profile, config_path, write_profile
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._base.settings import Settings, same_origin
from fastgpt_client.cli._doctor.doctor import examine
from fastgpt_client.cli._doctor.findings import print_finding
from fastgpt_client.cli._doctor.keys import CHATTED_WITH
from fastgpt_client.cli._output.formatting import count, one_line, sanitize
from fastgpt_client.cli._output.json_data import objects
from fastgpt_client.config import check_api_key, check_base_url
from fastgpt_client.exceptions import FastGPTError, ValidationError

__all__ = ["login"]

_SHOWN = 20
_PROMPTED = re.compile("^(?:(api_key)|base_url)")
_PATIENCE = 10.0


@command(program, seeded=False, new_profile=True)
def login(
    session: Session,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Save the profile only if the server accepts it.")
    ] = True,
) -> None:
    """Save a server, a key and an app as a profile, in a file that only you can read.

    It asks for them, and checks them. The key is not shown while it is typed. Piped in, it reads three lines: server,
    key, app. An empty line keeps the known value; the app may be omitted.
    """
    known = session.settings
    if not known.profile.isprintable():
        raise CommandError("--profile: the name must consist of printable characters", 2)
    people = sys.stdin.isatty()
    root = _server(session, known, people)
    # The values of another server are not sent to this one.
    kept = known if same_origin(root, known.base_url) else Settings(root)
    key = _key(session, kept, people)
    entered = replace(known, base_url=root, api_key=key, app_id=kept.app_id, given_url=root, named_by=_ENTERED)
    apps = _apps(entered) if people else []
    entered = replace(entered, app_id=_app(session, entered.app_id, apps, people))
    if check:
        _check(session, entered)
    if session.demo:
        session.say("this is a demo, and its server ends with it: nothing was saved")
        return
    path = config_path()
    write_profile(path, known.profile, Profile(root, key, entered.app_id))
    session.say(f"saved the profile {known.profile} to {path}")


_ENTERED = {"base_url": "you", "api_key": "you", "app_id": "you"}


def _check(session: Session, entered: Settings) -> None:
    """Raise `CommandError` if the server refuses what was entered."""
    refused = False
    for finding in examine(entered, ask=False, quick=True):
        if finding.check == "app" and finding.verdict == "failed" and entered.app_id is None:
            finding = finding._replace(verdict="warning")  # noqa: PLW2901 - each command can name one
        print_finding(session.err, finding)
        refused |= finding.verdict == "failed"
    if refused:
        raise CommandError("nothing was saved; --no-check saves it anyway")


# --- asking ---------------------------------------------------------------------------------------------------------


def _server(session: Session, known: Settings, people: bool) -> str:
    def read() -> str:
        return check_base_url(_line(session, f"Server [{known.base_url}]: ", people) or known.base_url)

    return _until_right(session, read, people)


def _key(session: Session, kept: Settings, people: bool) -> str:
    def read() -> str:
        hint = " [Enter keeps the saved one]" if kept.api_key else ""
        key = _hidden(f"API key{hint}: ") if people else _line(session, "", people)
        return check_api_key(key or kept.api_key or "")

    return _until_right(session, read, people)


def _until_right(session: Session, read: Callable[[], str], people: bool) -> str:
    """Return what is entered; people are asked again if it is invalid."""
    while True:
        try:
            return read()
        except ValidationError as exc:
            if not people:
                raise
            session.say(_PROMPTED.sub(lambda found: "The key" if found[1] else "The address", one_line(exc)))


def _app(session: Session, known: str | None, apps: Sequence[tuple[str, str]], people: bool) -> str | None:
    """Return the ID of an app, which people may choose by its number in the list; None without one."""
    for number, (app_id, name) in enumerate(apps[:_SHOWN], 1):
        session.say(f"{number:>4}  {app_id}  {name}")
    if len(apps) > _SHOWN:
        session.say(f"      and {count(len(apps) - _SHOWN, 'more', 'more')}: fastgpt-client app list")
    hint = f" [{known}]" if known else " [none]"
    chosen = _line(session, f"App{', by number, name or ID' if apps else ', by name or ID'}{hint}: ", people) or known
    if chosen and chosen.isdecimal() and 1 <= int(chosen) <= min(len(apps), _SHOWN):
        return apps[int(chosen) - 1][0]
    chosen = next((app_id for app_id, name in apps if name == chosen), chosen)
    if chosen and not chosen.isprintable():
        raise CommandError("the app must be an ID or a name of printable characters", 2)
    return chosen


def _apps(entered: Settings) -> list[tuple[str, str]]:
    """Return the IDs and names of the apps for chats; none if the server does not list them."""
    with (
        suppress(FastGPTError),
        AppClient(entered.api_key, entered.base_url, max_retries=0, deadline=_PATIENCE) as client,
    ):
        found: object = client.list_apps().data
        apps = [app for app in objects(found) if app.get("type") in CHATTED_WITH]
        return [(sanitize(app.get("_id") or ""), one_line(app.get("name") or "")) for app in apps]
    return []


def _line(session: Session, prompt: str, people: bool) -> str:
    """Return a line without surrounding spaces; people are prompted for it, and leave by Ctrl-D."""
    if people:
        session.err.print(Text(sanitize(prompt)), end="", soft_wrap=True)
    entered = sys.stdin.readline()
    if people and not entered:
        session.err.print()
        raise CommandError("nothing was saved")
    return entered.strip()


def _hidden(prompt: str) -> str:
    """Return a line that is not shown while it is typed."""
    from getpass import getpass  # noqa: PLC0415 - only needed for people

    try:
        return getpass(prompt, stream=sys.stderr).strip()
    except EOFError:
        raise CommandError("nothing was saved") from None
