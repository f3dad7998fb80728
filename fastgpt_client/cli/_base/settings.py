"""The server, key and app of a command: from flags, then `FASTGPT_*` variables, then a profile."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from fastgpt_client.config import DEFAULT_BASE_URL, check_base_url
from fastgpt_client.exceptions import ValidationError

from .profiles import DEFAULT_PROFILE, Profile, config_path, read_profiles

__all__ = ["Settings", "resolve", "same_origin"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The server, key and app of a command; `api_key` is None if there is none.

    Attributes:
        profile: the name of the profile, whether it exists or not.
        given_url: the address of the server as it was given, "" if it was not.
        withheld_for: the server that the key of the profile belongs to if it is another one, otherwise "".
        named_by: where `base_url`, `api_key` and `app_id` came from.
    """

    base_url: str
    api_key: str | None = field(default=None, repr=False)
    app_id: str | None = None
    profile: str = DEFAULT_PROFILE
    given_url: str = ""
    withheld_for: str = ""
    named_by: Mapping[str, str] = field(default_factory=dict[str, str])

    def withheld(self) -> str:
        """Return whose key the only one is, if it belongs to another server, otherwise ""."""
        if self.api_key is not None or not self.withheld_for:
            return ""
        return f"the key of profile {self.profile} belongs to {self.withheld_for} and is not sent to {self.base_url}"


class _Level(NamedTuple):
    """The values from one place."""

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
    """Return the settings from flags, environment and file; a profile named by a flag precedes the environment.

    The key and the app of a profile belong to its server: they are not sent to another one.

    Args:
        new_profile: whether the profile may be one that does not exist.

    Raises:
        ValidationError: the profile does not exist, the file cannot be read, or a URL is invalid.
    """
    path = config_path()
    profiles = read_profiles(path)
    name = profile or environment.get("FASTGPT_PROFILE", "").strip() or DEFAULT_PROFILE
    if name not in profiles and name != DEFAULT_PROFILE and not new_profile:
        raise ValidationError(f"no profile {name!r} in {path}: create it with fastgpt-client login --profile {name}")
    kept: dict[str, str | None] = asdict(profiles.get(name, Profile()))
    flags: Mapping[str, str | None] = {"base_url": base_url, "api_key": api_key, "app_id": app_id}
    variables = {key: environment.get(f"FASTGPT_{key.upper()}", "").strip() for key in flags}
    levels = [_Level("a flag", flags), _Level("the environment", variables), _Level(f"profile {name}", kept)]
    if profile:
        levels.insert(1, levels.pop())
    url, url_by = _first(levels, "base_url")
    root = check_base_url(url or DEFAULT_BASE_URL)
    own, withheld_for = kept["base_url"] or DEFAULT_BASE_URL, ""
    if not same_origin(root, own):
        withheld_for = own if kept["api_key"] else ""
        kept.update(api_key=None, app_id=None)
    key, key_by = _first(levels, "api_key")
    app, app_by = _first(levels, "app_id")
    named_by = {"base_url": url_by, "api_key": key_by, "app_id": app_by}
    return Settings(root, key, app, profile=name, given_url=url or "", withheld_for=withheld_for, named_by=named_by)


def _first(levels: Sequence[_Level], key: str) -> tuple[str | None, str]:
    """Return the value of the first level that has one, and the name of the level."""
    return next(((values[key], name) for name, values in levels if values[key]), (None, "nothing"))


def same_origin(url: str, other: str) -> bool:
    """Return whether two URLs are of one server: the key of one may then be sent to the other."""
    return _origin(url) == _origin(other)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parsed = urlsplit(check_base_url(url))
    return parsed.scheme, parsed.hostname, parsed.port
