"""What a command works with: the settings, the consoles, and clients that are closed when it ends."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rich.console import Console

from fastgpt_client import AppClient, ChatClient
from fastgpt_client.exceptions import ValidationError

from .failures import CommandError
from .settings import Settings, resolve

__all__ = ["Session", "open_session"]

DEMO_APP = "simple"


@dataclass
class Session:
    """One run of a command. What it prints to `out` is its result; all else goes to `err`."""

    settings: Settings
    out: Console
    err: Console
    demo: bool
    _stack: ExitStack

    @cached_property
    def chats(self) -> ChatClient:
        """The client for chats."""
        return self._stack.enter_context(ChatClient(**self._arguments))

    @cached_property
    def apps(self) -> AppClient:
        """The client for apps."""
        return self._stack.enter_context(AppClient(**self._arguments))

    @property
    def _arguments(self) -> dict[str, Any]:
        return {
            "api_key": self.settings.api_key,
            "base_url": self.settings.base_url,
            "app_id": self.settings.app_id,
        }

    @property
    def app_id(self) -> str:
        """The app, for what needs one.

        Raises:
            ValidationError: nothing names it.
        """
        if self.settings.app_id is None:
            raise ValidationError("which app? Pass --app-id, set FASTGPT_APP_ID, or run fastgpt login")
        return self.settings.app_id


@contextmanager
def open_session(
    *, base_url: str | None, api_key: str | None, app_id: str | None, profile: str | None, demo: bool
) -> Generator[Session]:
    """Give the session of a command; with `demo`, of an embedded server that ends with it."""
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    with ExitStack() as stack:
        if demo:
            settings = _serve(stack, app_id)
        else:
            settings = resolve(base_url=base_url, api_key=api_key, app_id=app_id, profile=profile)
        yield Session(settings, out, err, demo, stack)


def _serve(stack: ExitStack, app: str | None) -> Settings:
    """Start the embedded server; `app` is a sample app's name or id."""
    try:
        from fastgpt_client.testing import FakeFastGPT  # noqa: PLC0415 - only a demo needs its extra
    except ImportError as exc:
        raise CommandError(str(exc), 2) from None
    server = stack.enter_context(FakeFastGPT.serve(commercial=True))
    named = {**{each.id: each.id for each in server.apps.values()}, **{n: a.id for n, a in server.apps.items()}}
    if (app or DEMO_APP) not in named:
        raise CommandError(f"--app-id: the demo has no app {app!r}, but {', '.join(server.apps)}", 2)
    return Settings(server.url, server.api_key, named[app or DEMO_APP])
