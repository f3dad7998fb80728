"""`fastgpt-client profiles` and `logout`: the saved profiles."""

from __future__ import annotations

from fastgpt_client.cli._base.command import OF_SERVERS, command, program
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.options import AsJson
from fastgpt_client.cli._base.profiles import config_path, read_profiles, remove_profile
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count, one_line
from fastgpt_client.cli._output.json_data import write_list
from fastgpt_client.cli._output.tables import Column, print_table

__all__ = ["logout", "profiles"]


@command(program, seeded=False, new_profile=True, without=OF_SERVERS)
def profiles(session: Session, as_json: AsJson = False) -> None:
    """List the saved profiles, without their keys."""
    path = config_path()
    found = [
        {"name": name, "base_url": one.base_url, "app_id": one.app_id, "has_key": one.api_key is not None}
        for name, one in read_profiles(path).items()
    ]
    if as_json:
        write_list(session.out, found)
        return
    if found:
        columns = (Column("profile", whole=True), Column("server"), Column("app", whole=True), Column("key"))
        rows = [
            [
                *(one_line(str(one[key] or "")) for key in ("name", "base_url", "app_id")),
                "yes" if one["has_key"] else "no",
            ]
            for one in found
        ]
        print_table(session.out, columns, rows)
    session.say(
        f"{count(len(found), 'profile')} in {path}" if found else "no profiles: create one with fastgpt-client login"
    )


@command(program, seeded=False, new_profile=True, without=OF_SERVERS)
def logout(session: Session) -> None:
    """Remove a profile and its key: that of --profile, or the default one.

    The key itself stays valid. If somebody else may know it, delete it in FastGPT.
    """
    path, name = config_path(), session.settings.profile
    if not remove_profile(path, name):
        raise CommandError(f"no profile {name!r}: fastgpt-client profiles lists them", 2)
    session.say(f"removed the profile {name} from {path}")
