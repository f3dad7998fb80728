"""`FakeFastGPT`: the public interface of the embedded server."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

from starlette.types import Receive, Scope, Send

from fastgpt_client.testing.answers import AnswerLike

from . import wire
from .asgi import answer as answer_request
from .context import ServerContext
from .echo_model import echo
from .faults import Fault, FaultKind
from .knowledge_setup import KnowledgeSetup
from .received_request import ReceivedRequest
from .sample_apps import sample_apps
from .state import App, Key, ShareLink, State
from .versions import Version

__all__ = ["FakeFastGPT"]

_KEY_SIZE = 56


class FakeFastGPT(KnowledgeSetup):
    """A FastGPT server without a model: an ASGI application that keeps its state in memory.

    ```python
    with FakeFastGPT.serve() as server:
        app = server.app(answer="Oslo is the capital of Norway.")
        with ChatClient(api_key=app.key, base_url=server.url) as client:
            print(client.create_chat_completion([{"role": "user", "content": "Which capital?"}]).text)
    ```

    Args:
        version: the version to emulate: "4.9", "4.11", "4.14", "4.16", "4.17", "4.18", or a full number such as
            "4.14.11".
        api_key: the team's key. Default: a random one.
        commercial: whether to emulate the commercial edition, with its figures and share hooks.
        heartbeat: after how many seconds of silence a stream sends an empty piece.
        train_delay: how long each step of training takes, in seconds: splitting a text, and learning a row.

    Raises:
        ValueError: the version is unknown, or older than 4.9.0.
    """

    def __init__(
        self,
        *,
        version: str = "4.16",
        api_key: str | None = None,
        commercial: bool = False,
        heartbeat: float = 10.0,
        train_delay: float = 0.0,
    ) -> None:
        self._context = ServerContext(
            Version.parse(version), commercial=commercial, heartbeat=heartbeat, train_delay=train_delay
        )
        self._url = ""
        self.api_key: str = self.key(api_key)
        for app in sample_apps():
            self._add(app)

    @classmethod
    @contextmanager
    def serve(
        cls,
        *,
        version: str = "4.16",
        host: str = "127.0.0.1",
        port: int = 0,
        api_key: str | None = None,
        commercial: bool = False,
        heartbeat: float = 10.0,
        train_delay: float = 0.0,
    ) -> Generator[Self]:
        """Serve a new server from a background thread until the `with` block ends.

        ```python
        with FakeFastGPT.serve(version="4.11") as server:
            with ChatClient(api_key=server.app_key("simple"), base_url=server.url) as client:
                print(client.create_chat_completion([{"role": "user", "content": "Hello!"}]).text)
        ```

        Args:
            version: the version to emulate, such as "4.16" or "4.11.1".
            host: the address to listen on.
            port: the port to listen on; 0 picks a free one.
            api_key: the team's key. Default: a random one.
            commercial: whether to emulate the commercial edition, with its figures and share hooks.
            heartbeat: after how many seconds of silence a stream sends an empty piece.
            train_delay: how long each step of training takes, in seconds.

        Raises:
            ValueError: the version is unknown, or older than 4.9.0.
            OSError: the address is not available.
        """
        from .serving import ServerThread  # noqa: PLC0415 - the application itself does not need uvicorn

        server = cls(
            version=version, api_key=api_key, commercial=commercial, heartbeat=heartbeat, train_delay=train_delay
        )
        context = server._context
        thread = ServerThread(server, context.end_runs, context.end_questions, host, port)
        thread.start()
        server._url = thread.url
        try:
            yield server
        finally:
            server._url = ""
            thread.stop()

    @property
    def url(self) -> str:
        """The URL of the server, for `base_url`.

        Raises:
            RuntimeError: the server is not being served.
        """
        if not self._url:
            raise RuntimeError("the server is not being served: use FakeFastGPT.serve")
        return self._url

    @property
    def version(self) -> Version:
        """The version that the server emulates; `str()` gives a text such as "4.16.0"."""
        return self._context.version

    @property
    def state(self) -> State:
        """The apps, keys, chats and files of the server, to inspect and modify."""
        return self._context.state

    # Apps and keys

    @property
    def apps(self) -> dict[str, App]:
        """The apps by name, from the start `simple`, `tools`, `reasoning`, `plugin`, `failing`, `search` and others."""
        return {app.name: app for app in self.state.apps.values()}

    def app(
        self,
        name: str | None = None,
        *,
        answer: AnswerLike | None = None,
        answers: Sequence[AnswerLike] | None = None,
        delay: float = 0.0,
        type: str = "simple",
        model: str = "fake-chat",
        variables: Sequence[Mapping[str, Any]] = (),
        inputs: Sequence[Mapping[str, Any]] = (),
        suggestions: Sequence[str] | None = None,
        files: bool = False,
        welcome: str = "",
        system_prompt: str = "",
        id: str | None = None,
    ) -> App:
        """Add an app and return it, with its `.id` and a `.key` bound to it.

        ```python
        with FakeFastGPT.serve() as server:
            app = server.app(answer=[Reasoning("A greeting."), "Hello!"])
            with ChatClient(api_key=app.key, base_url=server.url) as client:
                print(client.create_chat_completion([{"role": "user", "content": "Hi"}]).reasoning)
        ```

        Args:
            name: the app's name, and its key in `server.apps`. Default: a generated one.
            answer: the answer to every question: a text, a part from `fastgpt_client.testing`, a list of these, or a
                function of the messages and variables. Default: it repeats the question.
            answers: the answers to the first question, the second, …; the last one is repeated. Takes precedence over
                `answer`.
            delay: how many seconds to wait before each piece of a text.
            type: the app's type, such as "simple", "advanced" or "plugin".
            model: the name of the model in its answers.
            variables: the global variables that it declares, each with at least a `key`.
            inputs: the inputs of a plugin app (`type="plugin"`), each with at least a `key`.
            suggestions: the questions suggested to the user. Default: three about FastGPT.
            files: whether files may be uploaded to its chats.
            welcome: the text that greets the user.
            system_prompt: the system prompt of its model.
            id: the app's ID. Default: a generated one.

        Raises:
            ValueError: `answers` is empty.
        """
        if answers is not None and not answers:
            raise ValueError("answers is empty: pass at least one")
        app = App(
            name=name or f"app-{len(self.state.apps) + 1}",
            id=id or wire.object_id(),
            type=type,
            model=model,
            welcome=welcome,
            system_prompt=system_prompt,
            variables=[dict(item) for item in variables],
            inputs=[dict(item) for item in inputs],
            answers=list(answers) if answers is not None else [echo if answer is None else answer],
            delay=delay,
            takes_files=files,
        )
        if suggestions is not None:
            app.suggestions = list(suggestions)
        return self._add(app)

    def _add(self, app: App) -> App:
        app.key = self.key(app=app)
        self.state.apps[app.id] = app
        return app

    def app_key(self, app: App | str) -> str:
        """Return the API key bound to an app.

        Args:
            app: the app, or its name.

        Raises:
            KeyError: there is no app of this name.
        """
        return app.key if isinstance(app, App) else self.apps[app].key

    def key(self, text: str | None = None, *, app: App | str | None = None) -> str:
        """Add an API key and return it.

        Args:
            text: the key. Default: a random one.
            app: the app to bind it to, or its name. Default: the key of a team, for all apps.

        Raises:
            KeyError: there is no app of this name.
        """
        found = self.apps[app] if isinstance(app, str) else app
        added = text or f"fastgpt-{wire.nanoid(_KEY_SIZE)}"
        self.state.keys[added] = Key(added, found.name if found else "team", found.id if found else None)
        return added

    def share_link(
        self,
        app: App | str,
        *,
        authorize: Callable[[str], Mapping[str, Any]] | None = None,
        hook_url: str = "",
        shows_status: bool = True,
        id: str | None = None,
    ) -> ShareLink:
        """Add a share link to an app and return it. Visitors use its `.id` to chat without a key.

        Args:
            app: the app, or its name.
            authorize: replaces your server behind the link: a function that is called with the visitor's `outLinkUid`
                for every call except completions, and returns the JSON of `/shareAuth/init`. Default: visitors are not
                verified.
            hook_url: the root URL of your server behind the link, such as a `fastgpt_client.web.ShareHooks`. It is
                called over HTTP like FastGPT does: `init` for every call except completions, and with `commercial=True`
                `start` before and `finish` after each completion. FastGPT itself never calls loopback addresses.
            shows_status: whether a stream with `detail` has the running nodes and the tool calls.
            id: the link's ID. Default: a random one.

        Raises:
            ValueError: both `authorize` and `hook_url` are given.
            KeyError: there is no app of this name.
        """
        if authorize is not None and hook_url:
            raise ValueError("pass either authorize or hook_url: both stand for the server behind the link")
        found = self.apps[app] if isinstance(app, str) else app
        link = ShareLink(id or wire.nanoid(24), found.id, authorize, shows_status, hook_url)
        self.state.links[link.id] = link
        return link

    # Requests and faults

    @property
    def requests(self) -> list[ReceivedRequest]:
        """The requests that the server received, oldest first."""
        return self._context.requests

    def fault(
        self,
        kind: FaultKind,
        *,
        app: App | str | None = None,
        path: str = "chat/completions",
        when: Callable[[ReceivedRequest], bool] | None = None,
        times: int | None = 1,
        message: str = "",
        after: int = 2,
        seconds: float | None = None,
        status: int = 0,
        headers: Mapping[str, str] | None = None,
        reset: bool = False,
    ) -> Fault:
        """Make the next calls fail, and return the fault. As a context manager, it ends with the block.

        ```python
        with FakeFastGPT.serve() as server:
            server.fault("rate_limit", headers={"Retry-After": "0"})
            with ChatClient(api_key=server.app_key("simple"), base_url=server.url) as client:
                assert client.create_chat_completion([{"role": "user", "content": "Hi"}]).attempts == 2
        ```

        Args:
            kind: `llm_failure`, `error_before_run`, `error_event` (mid-stream), `cut_before_headers`, `cut_in_json`,
                `cut_in_event`, `cut_before_done`, `stall`, `stall_before_headers`, `rate_limit`, `bad_gateway`, `slow`
                (byte by byte, with a pause after each), `bytewise`, `generating`.
            app: only calls about this app, given by itself or its name. Default: about any app.
            path: only calls whose path contains this text; "" for all.
            when: only calls for which this function returns True. Default: all.
            times: how many calls fail; None for all.
            message: the message of the error; for `error_before_run` also a statusText such as "aiPointsNotEnough".
            after: how many events or pieces are sent first.
            seconds: how many seconds to stall, to wait after each byte, or to ask the client to wait. Default: an hour
                for stalls, 0.01 for `slow`, 40 for `rate_limit`.
            status: the HTTP status of `bad_gateway`. Default: 502.
            headers: the headers of `rate_limit`, such as `{"Retry-After": "1"}`.
            reset: whether to cut the connection by a reset instead of closing it.

        Raises:
            ValueError: the kind is unknown.
            KeyError: there is no app of this name.
        """
        fault = Fault(
            kind=kind,
            app_id=(self.apps[app] if isinstance(app, str) else app).id if app is not None else None,
            path=path,
            when=when,
            left=times,
            message=message,
            after=after,
            seconds=seconds,
            status=status,
            headers=dict(headers or {}),
            reset=reset,
        )
        self._context.faults.add(fault)
        return fault

    def reset(self) -> None:
        """Delete all requests, faults and chats, including running ones. Apps, keys and knowledge bases are kept."""
        self._context.reset()

    # The application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI request."""
        if scope["type"] == "http":
            await answer_request(self._context, scope, receive, send)
