"""The commands of the chat itself: `/help`, `/file`, `/retry`, `/new`, `/save`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.files import writable
from fastgpt_client.cli._output.formatting import count
from fastgpt_client.cli._output.render import file_names
from fastgpt_client.responses import Record

from .chat_setup import check_files

if TYPE_CHECKING:
    from fastgpt_client import Conversation
    from fastgpt_client.types import ContentPart

__all__ = ["Chat", "CommandEntered", "Question", "is_command", "is_known", "obey"]

_WORD = re.compile(r"/[a-z]+(?=\s|$)")
_HELP = """\
/file PATH   send a file with the next question
/retry       ask the last question again
/new         begin a new chat
/save FILE   save this chat to a file, as Markdown
/help        show this list
Alt-Enter, or a backslash (\\) at the end of a line, continues the question in the next line.
A paste of several lines is one question. Ctrl-C stops an answer, Ctrl-D leaves."""


class Question(NamedTuple):
    """A question as it is sent, and the names of its files."""

    content: str | list[ContentPart]
    files: tuple[str, ...] = ()


class CommandEntered(Exception):
    """A command of the chat, entered where the app waits for an answer."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Chat(Protocol):
    """What the commands work on.

    Attributes:
        conversation: the current chat.
        files: the paths of the files for the next question.
        last: the last question.
    """

    conversation: Conversation
    files: list[str]
    last: Question | None

    @property
    def waits(self) -> bool:
        """Whether the run waits for an answer of the user."""
        ...

    def say_files(self) -> None:
        """Show which files will be sent with the next question."""

    def say(self, text: str, style: str = "") -> None:
        """Show lines."""

    def ask(self, question: Question) -> None:
        """Ask a question, and show its answer."""

    def begin_anew(self) -> None:
        """Leave the chat, and begin a new one."""


def is_command(text: str) -> bool:
    """Return whether a line is a command of the chat; a path or a fraction is a question."""
    return _WORD.match(text) is not None


def is_known(text: str) -> bool:
    """Return whether a line is an existing command: where the app waits, any other text may be the answer."""
    return is_command(text.strip()) and text.split(maxsplit=1)[0] in _COMMANDS


def obey(text: str, chat: Chat) -> None:
    """Run a command of the chat.

    Raises:
        CommandError: the command does not exist, or fails.
    """
    name, _, rest = text.partition(" ")
    if name not in _COMMANDS:
        raise CommandError(f"unknown command: {name}; /help lists all, Ctrl-D leaves", 2)
    takes, act = _COMMANDS[name]
    if bool(rest.strip()) != takes:
        raise CommandError(f"{name} takes {'a path' if takes else 'no argument'}", 2)
    act(chat, rest.strip())


def _path(given: str) -> str:
    """Return a path that may be quoted or begin with ~, as in a shell."""
    try:
        words = shlex.split(given)
    except ValueError:
        words = [given]
    return str(Path(words[0] if len(words) == 1 else given).expanduser())


def _help(chat: Chat, rest: str) -> None:
    del rest
    chat.say(_HELP, "dim")


def _file(chat: Chat, rest: str) -> None:
    path = _path(rest)
    check_files([path], "/file")
    chat.files.append(path)
    chat.say_files()


def _retry(chat: Chat, rest: str) -> None:
    del rest
    if chat.last is None:
        raise CommandError("nothing was asked yet", 2)
    if chat.waits:
        raise CommandError("the app waits for your answer; /new begins another chat", 2)
    chat.ask(chat.last)


def _new(chat: Chat, rest: str) -> None:
    del rest
    chat.begin_anew()
    chat.say("a new chat", "dim")


def _save(chat: Chat, rest: str) -> None:
    target = writable(_path(rest))
    records = [*chat.conversation.records(pageSize=50)]
    if not records:
        raise CommandError("nothing to save yet", 2)
    texts = [f"## {record.role}\n\n{_markdown(record)}\n" for record in reversed(records)]
    target.write_text("\n".join(texts), "utf-8")
    chat.say(f"wrote {count(len(records), 'message')} to {target}", "dim")


def _markdown(record: Record) -> str:
    files = "".join(f"[file {name}]\n\n" for name in file_names(record))
    return f"{files}{record.text.strip()}"


# For each command whether it takes a path, and its function.
_COMMANDS: Mapping[str, tuple[bool, Callable[[Chat, str], None]]] = {
    "/file": (True, _file),
    "/retry": (False, _retry),
    "/new": (False, _new),
    "/save": (True, _save),
    "/help": (False, _help),
}
