"""What a command works with: settings, consoles, and clients, which are closed at its end."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import TextIOWrapper
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console

from fastgpt_client import AppClient, ChatClient, FastGPTClient
from fastgpt_client.cli._output.formatting import print_message
from fastgpt_client.exceptions import (
    BadRequestError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    ValidationError,
)

from .apps import find_app_id
from .errors import NO_APP, describe
from .flags import Flags
from .retries import RetryNotices
from .settings import Settings, resolve
from .waiting import Waiting

if TYPE_CHECKING:
    from fastgpt_client.testing import FakeFastGPT

__all__ = ["Session", "open_session"]

C = TypeVar("C", bound=FastGPTClient)

# A user waits at a terminal: two retries within a second and a half, rather than the library's three within seven.
_REPEATS, _FIRST_WAIT = 2, 0.5


@dataclass
class Session:
    """One run of a command. Its result goes to `out`, everything else to `err`.

    Attributes:
        again: the flags that name server and app, for a command that continues from here.
        debug: whether failures are shown with their tracebacks.
        server: the demo's server, None without one.
        retries: shows what a retry waits for.
    """

    settings: Settings
    out: Console
    err: Console
    again: tuple[str, ...]
    debug: bool
    server: FakeFastGPT | None
    retries: RetryNotices
    _stack: ExitStack
    _flags: Flags

    @cached_property
    def waiting(self) -> Waiting:
        """The line that shows what a slow call waits for."""
        waiting = Waiting(self.err)
        self._stack.callback(waiting.end)
        return waiting

    @cached_property
    def chats(self) -> ChatClient:
        """The client for chats."""
        return self.open_client(ChatClient)

    @cached_property
    def apps(self) -> AppClient:
        """The client for apps."""
        return self.open_client(AppClient)

    def open_client(self, kind: type[C]) -> C:
        """Return a client, which is closed with the session.

        Raises:
            ValidationError: the only key belongs to another server.
        """
        return self._open(kind, self.named_app_id if issubclass(kind, (AppClient, ChatClient)) else None)

    def check_key(self) -> None:
        """Raise `ValidationError` if the only key belongs to another server."""
        if withheld := self.settings.withheld():
            raise ValidationError(
                f"{withheld}: set FASTGPT_API_KEY, or save a key with fastgpt-client login --profile NAME"
            )

    def _open(self, kind: type[C], app_id: str | None) -> C:
        self.check_key()
        known = self.settings
        client = kind(
            api_key=known.api_key,
            base_url=known.base_url,
            app_id=app_id,
            max_retries=_REPEATS,
            retry_delay=_FIRST_WAIT,
            trust_env=not self.demo,  # no proxy reaches the embedded server
            on_call=self.retries.on_call,
        )
        self._stack.callback(client.close)
        return client

    @property
    def demo(self) -> bool:
        """Whether the server is embedded, and ends with the session."""
        return self.server is not None

    @cached_property
    def app_id(self) -> str:
        """The ID of the app, for commands that need one.

        If none is named the server is asked: an app key identifies its app (4.18 and later, known from documentation
        only).

        Raises:
            ValidationError: no app is named.
        """
        found = self.named_app_id or self._app_of_the_key()
        if found is None:
            raise ValidationError(NO_APP)
        return found

    @cached_property
    def named_app_id(self) -> str | None:
        """The ID of the app that the settings name by its ID or name, None if they name none.

        Raises:
            CommandError: no app has that name, or several have it.
        """
        given = self.settings.app_id
        return None if given is None else find_app_id(self._open(AppClient, None), given)

    def _app_of_the_key(self) -> str | None:
        try:
            return self.apps.get_app_info().data.get("appId")
        except (BadRequestError, NotFoundError, PermissionDeniedError, ServerError):
            return None  # the answers of servers that need the name of an app

    def say(self, text: str) -> None:
        """Print a message, which is not a result."""
        self.waiting.pause()
        print_message(self.err, text)

    def in_flags(self, text: str) -> str:
        """Return a text of the library with the flags of this command instead of arguments."""
        return self._flags.translate(text)

    def describe(self, error: Exception) -> str:
        """Return the one line for an error, in the words of this command."""
        return describe(error, self.settings.base_url, self._flags)

    def seed(self) -> None:
        """Give a demo some chats; other servers have their own."""
        if self.server is not None:
            from .demo_chats import seed  # noqa: PLC0415 - only a demo needs it

            seed(self.server, self.app_id)


@contextmanager
def open_session(
    *,
    profile: str | None,
    demo: bool,
    base_url: str | None = None,
    api_key: str | None = None,
    app_id: str | None = None,
    new_profile: bool = False,
    debug: bool = False,
    flags: Flags | None = None,
) -> Generator[Session]:
    """Yield the session of a command; with `demo`, that of an embedded server, which ends with it."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal with a limited encoding gets a replacement for other characters, not an error.
        if isinstance(stream, TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="replace")
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    with ExitStack() as stack:
        server: FakeFastGPT | None = None
        if demo:
            from .demo import serve  # noqa: PLC0415 - only a demo needs it

            server = stack.enter_context(serve())
            settings = _demo_settings(server, app_id)
        else:
            settings = resolve(
                base_url=base_url, api_key=api_key, app_id=app_id, profile=profile, new_profile=new_profile
            )
        named = {"--base-url": base_url, "--app-id": app_id, "--profile": profile}
        again = tuple(word for flag, value in named.items() if value for word in (flag, value))
        retries = RetryNotices(settings.base_url, _REPEATS)
        session = Session(settings, out, err, again, debug, server, retries, stack, flags or Flags())
        if err.is_terminal:
            retries.show = session.say
        yield session


def _demo_settings(server: FakeFastGPT, app: str | None) -> Settings:
    """Return the settings of a demo; `app` is the name or ID of a sample app."""
    from .demo import find_app  # noqa: PLC0415 - only a demo needs it

    return Settings(server.url, server.api_key, find_app(server, app).id)
