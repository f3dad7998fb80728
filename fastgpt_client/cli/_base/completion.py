"""Shell completion of profiles, apps, datasets, and the words that an option takes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import typer

from fastgpt_client import AppClient, FastGPTClient
from fastgpt_client.cli._output.formatting import one_line
from fastgpt_client.cli._output.json_data import objects
from fastgpt_client.exceptions import FastGPTError

from .apps import FOLDERS
from .errors import CommandError
from .profiles import config_path, read_profiles
from .settings import resolve

__all__ = ["app_names", "dataset_names", "one_of", "profile_names"]

C = TypeVar("C", bound=FastGPTClient)
Completions = list[tuple[str, str]]

# A user has pressed a key, and waits.
_DEADLINE = 2.0
# What the command itself reports when it is run; a shell has no place for it.
_REPORTED = (CommandError, FastGPTError)


def one_of(words: Sequence[str]) -> Callable[[str], list[str]]:
    """Return what completes one of these words."""

    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return complete


def profile_names(incomplete: str) -> Completions:
    """Complete the name of a profile."""
    try:
        profiles = read_profiles(config_path())
    except _REPORTED:
        return []
    return _matching([(name, each.base_url or "") for name, each in profiles.items()], incomplete)


def app_names(context: typer.Context, incomplete: str) -> Completions:
    """Complete the name of an app; one that a shell would have to quote is completed by its ID."""
    return _asked(context, AppClient, lambda client: objects(client.list_apps().data), incomplete)


def dataset_names(context: typer.Context, incomplete: str) -> Completions:
    """Complete the name of a dataset, as that of an app."""
    from fastgpt_client import DatasetClient  # noqa: PLC0415 - most commands need none

    return _asked(context, DatasetClient, lambda client: [{**item} for item in client.list_datasets().data], incomplete)


def _asked(
    context: typer.Context, kind: type[C], ask: Callable[[C], list[dict[str, Any]]], incomplete: str
) -> Completions:
    try:
        with _client(context.params, kind) as client:
            found = [item for item in ask(client) if item.get("type") not in FOLDERS]
    except _REPORTED:
        return []
    named = [(one_line(item.get("name") or ""), one_line(item.get("_id") or "")) for item in found]
    return _matching([(id, name) if not name or " " in name else (name, id) for name, id in named], incomplete)


@contextmanager
def _client(given: dict[str, Any], kind: type[C]) -> Generator[C]:
    """Yield a client with the settings from the command line so far."""
    if given.get("demo"):
        from .demo import serve  # noqa: PLC0415 - only a demo needs it

        with serve() as server, kind(server.api_key, server.url, trust_env=False) as client:
            yield client
        return
    settings = resolve(base_url=given.get("base_url"), api_key=given.get("api_key"), profile=given.get("profile"))
    with kind(settings.api_key, settings.base_url, max_retries=0, deadline=_DEADLINE) as client:
        yield client


def _matching(found: Completions, incomplete: str) -> Completions:
    return [(value, text) for value, text in found if value.startswith(incomplete)]
