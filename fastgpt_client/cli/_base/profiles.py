"""The file of profiles that `fastgpt-client login` writes: a server, a key and an app under a name."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fastgpt_client.cli._output.json_data import as_object
from fastgpt_client.exceptions import ValidationError

__all__ = ["DEFAULT_PROFILE", "Profile", "config_path", "read_profiles", "remove_profile", "write_profile"]

DEFAULT_PROFILE = "default"


@dataclass(frozen=True, slots=True)
class Profile:
    """What one table `[profiles.NAME]` of the file holds."""

    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    app_id: str | None = None


def config_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the profiles are kept: `$XDG_CONFIG_HOME/fastgpt-client/config.toml`, or below `~/.config`."""
    home = environment.get("XDG_CONFIG_HOME", "")
    base = Path(home) if Path(home).is_absolute() else Path.home() / ".config"
    return base / "fastgpt-client" / "config.toml"


def read_profiles(path: Path) -> dict[str, Profile]:
    """Return the profiles by name; none if there is no file.

    Raises:
        ValidationError: the file is not TOML, or a profile holds something else than it should, such as a misspelt key.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as exc:
        raise ValidationError(f"{path} cannot be read: {exc}") from None
    except RecursionError:
        raise ValidationError(f"{path} cannot be read: it is nested too deeply") from None
    found: dict[str, Profile] = {}
    for name, table in as_object(content.get("profiles")).items():
        if unknown := as_object(table).keys() - Profile.__dataclass_fields__.keys():
            # A misspelt `base_url` would send the key to the usual server.
            names = ", ".join(map(repr, sorted(unknown)))
            raise ValidationError(f"{path}: [profiles.{name}] knows base_url, api_key and app_id, but not {names}")
        kept = {key: as_object(table).get(key) for key in Profile.__dataclass_fields__}
        if not isinstance(table, dict) or not all(value is None or isinstance(value, str) for value in kept.values()):
            raise ValidationError(f"{path}: [profiles.{name}] must hold base_url, api_key and app_id, as texts")
        found[name] = Profile(**{key: value or None for key, value in kept.items()})
    return found


def write_profile(path: Path, name: str, profile: Profile) -> None:
    """Add a profile to the file, which only its owner may read; the other profiles stay."""
    _write(path, {**read_profiles(path), name: profile})


def remove_profile(path: Path, name: str) -> bool:
    """Take a profile out of the file; return False if there is none. The file goes with the last one."""
    profiles = read_profiles(path)
    if profiles.pop(name, None) is None:
        return False
    if profiles:
        _write(path, profiles)
    else:
        path.unlink()
    return True


def _write(path: Path, profiles: Mapping[str, Profile]) -> None:
    path = Path(os.path.realpath(path))  # of a link, what it leads to is replaced
    lines = ["# Written by `fastgpt-client login`. It holds keys: keep it to yourself.\n"]
    for title, each in profiles.items():
        lines.append(f"\n[profiles.{_text(title)}]\n")
        values = {key: getattr(each, key) for key in Profile.__dataclass_fields__}
        lines += [f"{key} = {_text(value)}\n" for key, value in values.items() if value is not None]
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}")
    # Made with its mode, and put in place whole: at no time can another user read it, or a half of it be found.
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.writelines(lines)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _text(value: str) -> str:
    """Return a text as TOML writes it, which is as JSON does."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
