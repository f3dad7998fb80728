"""A chat with a user at a terminal, or with lines that are piped in."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from traceback import format_exc
from typing import TYPE_CHECKING, Any

from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._output.formatting import one_line
from fastgpt_client.cli._output.json_data import as_object
from fastgpt_client.cli._output.render import file_names
from fastgpt_client.exceptions import APIError, AuthenticationError, FastGPTError, NotFoundError, WorkflowError
from fastgpt_client.usage import ModelUsage

from .chat_setup import upload, with_files
from .chat_view import ChatView, cost_line, source_line, total_line
from .pauses import answer
from .reader import LineDropped, Reader
from .slash import CommandEntered, Question, is_command, is_known, obey

if TYPE_CHECKING:
    from fastgpt_client import ChatClient, ChatCompletion, ChatStream, Conversation
    from fastgpt_client.cli._base.session import Session
    from fastgpt_client.interactive import InteractiveNode

__all__ = ["ChatRepl"]


class ChatRepl:
    """A chat with a user at a terminal, or with lines that are piped in.

    Attributes:
        failed: whether a turn failed.
        conversation: the current chat.
        files: the paths of the files for the next question.
        last: the last question.
    """

    def __init__(
        self, session: Session, client: ChatClient, begin: Callable[[], Conversation], *, files: Sequence[str]
    ) -> None:
        self.failed = False
        self.reader = Reader(session.err)
        self._session, self._client, self._begin = session, client, begin
        self.conversation = begin()
        self._app_id = session.named_app_id
        self.files = [*files]
        self.last: Question | None = None
        self._view = ChatView(session.out, session.err)
        if self._view.live:
            session.retries.show = self._view.status
        self._costs: list[ModelUsage] = []
        # What the run used, and how long it took, before it waited for the user.
        self._so_far, self._lasted = ModelUsage(), 0.0
        self._node: InteractiveNode | None = None  # what the run waits for
        self._asked = False

    # --- before and after -------------------------------------------------------------------------------------------

    def open(self, *, goes_on: bool) -> None:
        """Show the greeting of the app, or the last messages of the chat."""
        if self._app_id is not None:
            self._welcome(goes_on=goes_on)
        if self.files:
            self.say_files()
        if goes_on:
            for record in reversed([*islice(self.conversation.records(pageSize=2), 2)]):
                for name in file_names(record):
                    self._view.line(f"[file {name}]", "dim")
                if text := record.text.strip():
                    self._view.line(f"{'> ' if record.role == 'user' else ''}{text}", "dim")
            self._node = self.conversation.pending()

    def _welcome(self, *, goes_on: bool) -> None:
        client = self._client.with_options(max_retries=0)
        try:
            found: Any = client.get_chat_init(chatId=self.conversation.chat_id, appId=self._app_id).data
        except (AuthenticationError, NotFoundError):
            raise
        except APIError:
            return  # it is only a greeting
        app = as_object(as_object(found).get("app"))
        if self.reader.interactive:
            self._view.line(
                f"{app.get('name') or 'Chat'}: /help lists commands, Ctrl-C stops an answer, Ctrl-D leaves", "dim"
            )
        welcome = as_object(app.get("chatConfig")).get("welcomeText")
        if isinstance(welcome, str) and welcome.strip() and not goes_on:
            self._view.line(welcome.strip())

    def leave(self) -> None:
        """Show what all answers cost, and how the chat can be continued."""
        self._close_run()
        if len(self._costs) > 1:
            self._view.line(total_line(self._costs), "dim")
        if self._asked and not self._session.demo:
            words = ["fastgpt-client", "chat", "--chat-id", self.conversation.chat_id, *self._session.again]
            self._view.line(f"Continue with: {shlex.join(words)}", "dim")

    # --- turns ------------------------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """Take turns until the input ends."""
        while True:
            try:
                self._next()
            except EOFError:
                return
            except LineDropped:
                pass
            except KeyboardInterrupt:
                if not self.reader.interactive:
                    raise
                self._view.line("stopped", "dim")
            except AuthenticationError:
                raise
            except (FastGPTError, CommandError) as exc:
                self.failed = True
                if self._session.debug:
                    self._view.line(format_exc().strip())
                self._view.line(f"fastgpt-client: {self._session.describe(exc)}", "red")

    def _next(self) -> None:
        """Take the next turn.

        Raises:
            EOFError: the input has ended.
        """
        if self._node is not None:
            try:
                message = answer(self._node, self)
            except CommandEntered as exc:
                obey(exc.text, self)
                return
            self._turn(lambda: self.conversation.reply_stream(message))
            return
        text = self._read_question()
        if self.reader.interactive and is_command(text):
            obey(text, self)
        elif text:
            files, self.files = self.files, []
            names = tuple(Path(file).name for file in files)
            if names:
                self._view.status(f"uploading {', '.join(names)}")
            with self.reader.holding():
                content = with_files(self._client, text, files, self.conversation.chat_id, self._app_id)
            self.ask(Question(content, names))

    def _read_question(self) -> str:
        """Return a question; at a terminal a backslash at the end of a line continues it in the next one."""
        text = self.reader.read("> ", recall=True).strip()
        while self.reader.interactive and text.endswith("\\"):
            text = f"{text[:-1].rstrip()}\n{self.reader.read('. ', recall=True).strip()}"
        text = text.strip()
        self.reader.remember(text)
        return text

    def ask(self, question: Question) -> None:
        """Ask a question, and show its answer."""
        self._close_run()
        self.last = question
        for name in question.files:
            self._view.line(f"[file {one_line(name)}]", "dim")
        self._turn(lambda: self.conversation.stream(question.content))

    @property
    def waits(self) -> bool:
        """Whether the run waits for an answer of the user."""
        return self._node is not None

    def say_files(self) -> None:
        """Show which files will be sent with the next question."""
        self.say(f"with the next question: {', '.join(Path(file).name for file in self.files)}", "dim")

    def begin_anew(self) -> None:
        """Leave the chat, and begin a new one."""
        self.conversation = self._begin()
        self._close_run()
        self._node, self._asked = None, False

    def _close_run(self) -> None:
        """Keep the cost of a run that waited for the user, and was not continued."""
        if self._so_far != ModelUsage():
            self._costs.append(self._so_far)
        self._so_far, self._lasted = ModelUsage(), 0.0

    def _turn(self, begin: Callable[[], ChatStream]) -> None:
        self._asked = True
        self._view.begin()
        begun = time.monotonic()
        try:
            with self.reader.holding(), begin() as stream:
                for event in stream:
                    self._view.show(event)
                found = stream.final()
        except KeyboardInterrupt:
            if not self.reader.interactive:
                raise
            self._view.line("stopped", "dim")
            self._find_pending()
        except FastGPTError as exc:
            self._find_pending()
            if isinstance(exc, WorkflowError) and exc.completion is not None and exc.completion.has_nodes:
                self._so_far = self._so_far.plus(exc.completion.usage.total)
            raise
        else:
            self._node = found.interactive
            self._view.end()
            self._conclude(found, self._view.seconds or time.monotonic() - begun)
        finally:
            self._view.end()

    def _find_pending(self) -> None:
        """Ask the server whether the run waits, after a turn that does not say so."""
        with suppress(FastGPTError):
            client = self._client.with_options(max_retries=0)
            self._node = client.conversation(chatId=self.conversation.chat_id, appId=self._app_id).pending()

    def _conclude(self, found: ChatCompletion, seconds: float) -> None:
        """Show the citations of the answer, and its cost."""
        for number, citation in enumerate(found.citations if found.has_nodes else (), 1):
            self._view.result(source_line(number, citation))
        if found.error is not None:
            self.failed = True
            self._view.line(f"fastgpt-client: a part of the run failed: {found.error}", "red")
        if not found.has_nodes:
            return
        used, lasted = self._so_far.plus(found.usage.total), self._lasted + seconds
        if found.interactive is not None:  # the run is not over
            self._so_far, self._lasted = used, lasted
            return
        self._so_far, self._lasted = ModelUsage(), 0.0
        self._costs.append(used)
        self._view.line(cost_line(used, lasted), "dim")

    # --- runs that wait for the user --------------------------------------------------------------------------------

    def say(self, text: str, style: str = "") -> None:
        """Show lines."""
        self._view.line(text, style)

    def read(self, prompt: str, *, secret: bool = False) -> str:
        """Return the answer of the user."""
        text = self.reader.read(f"{one_line(prompt)} ", secret=secret)
        if self.reader.interactive and not secret and is_known(text):
            raise CommandEntered(text.strip())
        return text

    def upload(self, path: str) -> Any:
        """Upload a file, and return its value in a form."""
        part: Any = upload(self._client, path, self.conversation.chat_id, self._app_id)
        return {
            name: value for name, value in (part.get("image_url") or part).items() if name in ("name", "url", "key")
        }
