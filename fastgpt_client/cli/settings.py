"""Which server, key and app a command uses: flags, then `FASTGPT_*` variables, then a profile of the file."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

from fastgpt_client._http.config import DEFAULT_BASE_URL, normalise_base_url
from fastgpt_client._http.httpx import URL
from fastgpt_client._json import as_object, is_object
from fastgpt_client.exceptions import ValidationError

__all__ = ["Profile", "Settings", "config_path", "read_profiles", "resolve", "same_origin", "write_profile"]

DEFAULT_PROFILE = "default"


@dataclass(frozen=True, slots=True)
class Profile:
    """What one table `[profiles.NAME]` of the file holds."""

    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    app_id: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a command talks to, as whom, about which app; `api_key` is None if nothing gives one.

    Attributes:
        profile: the profile that was looked at, whether it is there or not.
        given_url: the server's address as somebody wrote it, "" if nobody did.
        named_by: for `base_url`, `api_key` and `app_id`, what named it.
    """

    base_url: str
    api_key: str | None = field(default=None, repr=False)
    app_id: str | None = None
    profile: str = DEFAULT_PROFILE
    given_url: str = ""
    named_by: Mapping[str, str] = field(default_factory=dict[str, str])


def config_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the profiles are kept: `$XDG_CONFIG_HOME/fastgpt/config.toml`, or below `~/.config`."""
    home = environment.get("XDG_CONFIG_HOME", "")
    base = Path(home) if Path(home).is_absolute() else Path.home() / ".config"
    return base / "fastgpt" / "config.toml"


def read_profiles(path: Path) -> dict[str, Profile]:
    """Return the profiles by name; none if there is no file.

    Raises:
        ValidationError: the file is not TOML, or a profile holds something else than it should.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as exc:
        raise ValidationError(f"{path} cannot be read: {exc}") from None
    found: dict[str, Profile] = {}
    for name, table in as_object(content.get("profiles")).items():
        kept = {key: as_object(table).get(key) for key in Profile.__dataclass_fields__}
        if not is_object(table) or not all(value is None or isinstance(value, str) for value in kept.values()):
            raise ValidationError(f"{path}: [profiles.{name}] must hold base_url, api_key and app_id, as texts")
        found[name] = Profile(**{key: value or None for key, value in kept.items()})
    return found


def write_profile(path: Path, name: str, profile: Profile) -> None:
    """Add a profile to the file, which only its owner may read; the other profiles stay."""
    path = Path(os.path.realpath(path))  # of a link, what it leads to is replaced
    profiles = {**read_profiles(path), name: profile}
    lines = ["# Written by `fastgpt login`. It holds keys: keep it to yourself.\n"]
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


class _Level(NamedTuple):
    """What one place names."""

    name: str
    values: Mapping[str, str | None]


def resolve(
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    app_id: str | None = None,
    profile: str | None = None,
    environment: Mapping[str, str] = os.environ,
    new_profile: bool = False,
) -> Settings:
    """Return the settings that flags, environment and file give together; a profile named by a flag is like flags.

    A profile's key and app belong to the profile's server: to another one they are not sent.

    Args:
        new_profile: the profile that is named need not be there.

    Raises:
        ValidationError: the named profile is not there, the file cannot be read, or a URL is none.
    """
    path = config_path(environment)
    profiles = read_profiles(path)
    name = profile or environment.get("FASTGPT_PROFILE", "").strip() or DEFAULT_PROFILE
    if name not in profiles and name != DEFAULT_PROFILE and not new_profile:
        raise ValidationError(f"there is no profile {name!r} in {path}: fastgpt login --profile {name} makes it")
    kept: dict[str, str | None] = asdict(profiles.get(name, Profile()))
    flags: Mapping[str, str | None] = {"base_url": base_url, "api_key": api_key, "app_id": app_id}
    variables = {key: environment.get(f"FASTGPT_{key.upper()}", "").strip() for key in flags}
    levels = [_Level("a flag", flags), _Level("the environment", variables), _Level(f"profile {name}", kept)]
    if profile:
        levels.insert(1, levels.pop())
    url, url_by = _first(levels, "base_url")
    root = normalise_base_url(url or DEFAULT_BASE_URL)
    if not same_origin(root, kept["base_url"] or DEFAULT_BASE_URL):
        kept.update(api_key=None, app_id=None)
    key, key_by = _first(levels, "api_key")
    app, app_by = _first(levels, "app_id")
    named_by = {"base_url": url_by, "api_key": key_by, "app_id": app_by}
    return Settings(root, key, app, profile=name, given_url=url or "", named_by=named_by)


def _first(levels: Sequence[_Level], key: str) -> tuple[str | None, str]:
    """Return the value of the first level that has one, and which it is."""
    return next(((values[key], name) for name, values in levels if values[key]), (None, "nothing"))


def same_origin(url: str, other: str) -> bool:
    """Return whether two servers are one: then what is known of one may be sent to the other."""
    return _origin(url) == _origin(other)


def _origin(url: str) -> tuple[str, str, int | None]:
    parsed = URL(normalise_base_url(url))
    return parsed.scheme, parsed.host, parsed.port
