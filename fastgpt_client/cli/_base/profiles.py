"""The file of profiles that `fastgpt-client login` writes: for each name a server, a key and an app."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import tomli_w
from platformdirs import user_config_path

from fastgpt_client.cli._output.json_data import as_object

from .errors import CommandError

__all__ = ["DEFAULT_PROFILE", "Profile", "config_path", "read_profiles", "remove_profile", "write_profile"]

DEFAULT_PROFILE = "default"
_HEAD = "# Written by `fastgpt-client login`. It contains API keys: keep it private.\n"


@dataclass(frozen=True, slots=True)
class Profile:
    """One table `[profiles.NAME]` of the file."""

    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    app_id: str | None = None


def config_path() -> Path:
    """Return the path of the file: on Linux `$XDG_CONFIG_HOME/fastgpt-client/config.toml`, or below `~/.config`."""
    return user_config_path("fastgpt-client", appauthor=False) / "config.toml"


def read_profiles(path: Path) -> dict[str, Profile]:
    """Return the profiles by name; empty if the file does not exist.

    Raises:
        CommandError: the file is not TOML, or a profile has something unexpected, such as a misspelt key.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as exc:
        raise CommandError(f"{path} cannot be read: {exc}", 2) from None
    except RecursionError:
        raise CommandError(f"{path} cannot be read: it is nested too deeply", 2) from None
    found: dict[str, Profile] = {}
    for name, table in as_object(content.get("profiles")).items():
        if unknown := as_object(table).keys() - Profile.__dataclass_fields__.keys():
            # A misspelt `base_url` would send the key to the default server.
            names = ", ".join(map(repr, sorted(unknown)))
            raise CommandError(
                f"{path}: [profiles.{name}] has unknown keys: {names}; known are base_url, api_key and app_id",
                2,
            )
        kept = {key: as_object(table).get(key) for key in Profile.__dataclass_fields__}
        if not isinstance(table, dict) or not all(value is None or isinstance(value, str) for value in kept.values()):
            raise CommandError(
                f"{path}: [profiles.{name}] must be a table; base_url, api_key and app_id in it must be strings",
                2,
            )
        found[name] = Profile(**{key: value or None for key, value in kept.items()})
    return found


def write_profile(path: Path, name: str, profile: Profile) -> None:
    """Add a profile to the file, which only its owner may read, and keep the others."""
    _write(path, {**read_profiles(path), name: profile})


def remove_profile(path: Path, name: str) -> bool:
    """Remove a profile from the file; return False if it does not exist. Delete the file with the last one."""
    profiles = read_profiles(path)
    if profiles.pop(name, None) is None:
        return False
    if profiles:
        _write(path, profiles)
    else:
        path.unlink()
    return True


def _write(path: Path, profiles: Mapping[str, Profile]) -> None:
    path = Path(os.path.realpath(path))  # of a link, the target is replaced
    tables = {
        name: {key: value for key, value in asdict(each).items() if value is not None}
        for name, each in profiles.items()
    }
    content = f"{_HEAD}\n{tomli_w.dumps({'profiles': tables})}"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}")
    # Created with its mode and moved when complete: no other user can read it, nobody finds half of it.
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
