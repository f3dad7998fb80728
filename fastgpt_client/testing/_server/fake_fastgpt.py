"""`FakeFastGPT`: the embedded server as its users see it."""

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
        with ChatClient(api_key=server.app_key("simple"), base_url=server.url) as client:
            ...
    ```

    Args:
        version: whose behaviour: "4.9", "4.11", "4.14", "4.16", "4.17", "4.18", or a full number such as "4.14.11".
        api_key: the team's key; one is made up if left out.
        commercial: has the commercial edition's figures too.
        heartbeat: seconds of silence after which a stream sends an empty piece.
        train_delay: seconds that each step of learning takes: cutting a text, and making a row findable.
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
        """Serve a new server from a thread of its own, on a free port if none is named, until the block is left.

        Args:
            version: the version that it speaks as, such as "4.16" or "4.11.1".
            host: the address that it listens on.
            port: the port; 0 for a free one.
            api_key: the team's key; left out, one is made up.
            commercial: whether it has the calls of the commercial edition.
            heartbeat: seconds of silence after which a stream gets a sign of life.
            train_delay: seconds that each stage of learning takes.
        """
        from .serving import ServerThread  # noqa: PLC0415 - uvicorn is not needed for the application alone

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
        """Where it listens, as a `base_url`."""
        if not self._url:
            raise RuntimeError("the server has no address: it is not being served, see FakeFastGPT.serve")
        return self._url

    @property
    def version(self) -> Version:
        """Whose behaviour it has."""
        return self._context.version

    @property
    def state(self) -> State:
        """Apps, keys, chats and files, to look at and to change."""
        return self._context.state

    # Apps and keys

    @property
    def apps(self) -> dict[str, App]:
        """The apps by name: `simple`, `workflow_select`, `workflow_form`, `tools`, `reasoning`, `plugin`, `failing`…"""
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

        Args:
            name: by which `server.apps` has it; left out, one is made up.
            answer: what it says to every question: a text, a part of `fastgpt_client.testing`, a list of them, or a
                function of the messages and variables. Left out, it repeats the question.
            answers: what it says to the first question, the second, …; the last one from then on.
            delay: seconds before each piece of a text.
            type: "simple", "plugin" or another type that apps have.
            model: the model that its answers name.
            variables: the global variables it declares, each with at least a `key`.
            inputs: of a plugin app (`type="plugin"`), each with at least a `key`.
            suggestions: what a user may ask next.
            files: whether files may be uploaded for its chats.
            welcome: the text that greets the user.
            system_prompt: the instruction of its model.
            id: the app's id; left out, one is made up.
        """
        if answers is not None and not answers:
            raise ValueError("answers is empty: name at least one")
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
        """Return the key of an app, or of the app of that name.

        Args:
            app: the app, or its name.
        """
        return app.key if isinstance(app, App) else self.apps[app].key

    def key(self, text: str | None = None, *, app: App | str | None = None) -> str:
        """Add an API key and return it: a team's, or one bound to an app.

        Args:
            text: the key; left out, one is made up.
            app: the app that it is bound to, or its name; left out, a team's key.
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
        """Add a share link of an app and return it, with its `.id`: visitors chat by it without a key.

        Args:
            app: the app, or its name.
            authorize: stands for your own server behind the link: called with a visitor's `outLinkUid` at each call but
                a completion, it returns the JSON of `/shareAuth/init`. Left out, every visitor is taken for who he says
                he is.
            hook_url: the root of your own server behind the link, such as a `fastgpt_client.web.ShareHooks`, which is
                called over HTTP as FastGPT does: `init` at each call but a completion, and with `commercial=True`
                `start` before and `finish` after each completion. FastGPT itself calls no loopback address.
            shows_status: a stream with `detail` says which nodes run and which tools are called.
            id: the link's id; left out, one is made up.
        """
        if authorize is not None and hook_url:
            raise ValueError("authorize stands in for a server behind the link, hook_url names one: give one of them")
        found = self.apps[app] if isinstance(app, str) else app
        link = ShareLink(id or wire.nanoid(24), found.id, authorize, shows_status, hook_url)
        self.state.links[link.id] = link
        return link

    # Requests and faults

    @property
    def requests(self) -> list[ReceivedRequest]:
        """What was asked, the oldest first."""
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
        """Let the next calls fail, and return the fault; as a context manager it ends with the block.

        Args:
            kind: `llm_failure`, `error_before_run`, `error_event` (in mid-stream), `cut_before_headers`, `cut_in_json`,
                `cut_in_event`, `cut_before_done`, `stall`, `stall_before_headers`, `rate_limit`, `bad_gateway`, `slow`
                (byte by byte, with a pause after each), `bytewise`, `generating`.
            app: only calls about this app.
            path: only calls whose path has this in it; "" for all.
            when: only calls of which this function says so.
            times: how many calls, None for all to come.
            message: of the error; for `error_before_run` also a statusText such as "aiPointsNotEnough".
            after: how many events or pieces come first.
            seconds: how long it stalls, waits after each byte, or says it is to be waited.
            status: of the `bad_gateway`, if not 502.
            headers: of the `rate_limit`, such as `{"Retry-After": "1"}`.
            reset: cut by a reset instead of an end.
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
        """Forget requests, faults and chats, those that still run too; apps, keys and knowledge bases stay."""
        self._context.reset()

    # The application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await answer_request(self._context, scope, receive, send)
