"""What somebody who types can say to the chat itself: `/help`, `/file`, `/retry`, `/new`, `/save`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.files import writable
from fastgpt_client.cli._output.formatting import count

from .chat_setup import check_files

if TYPE_CHECKING:
    from fastgpt_client import Conversation
    from fastgpt_client.types import ContentPart

__all__ = ["Chat", "is_command", "obey"]

_WORD = re.compile(r"/[a-z]+(?=\s|$)")
_HELP = """\
/file PATH   show a file with the next question
/retry       ask the last question again
/new         begin a new chat
/save FILE   write this chat to a file, as Markdown
/help        this list
A line that ends with \\ goes on in the next one. Ctrl-C stops an answer, Ctrl-D leaves."""


class Chat(Protocol):
    """What a command works on.

    Attributes:
        conversation: the chat.
        files: the paths of those that the next question shows.
        last: what was asked last.
    """

    conversation: Conversation
    files: list[str]
    last: str | list[ContentPart] | None

    def say(self, text: str, style: str = "") -> None:
        """Show lines."""

    def ask(self, content: str | list[ContentPart]) -> None:
        """Ask a question, and show its answer."""

    def begin_anew(self) -> None:
        """Leave the chat for a new one."""


def is_command(text: str) -> bool:
    """Whether a line speaks to the chat itself: a path, or a fraction, is a question."""
    return _WORD.match(text) is not None


def obey(text: str, chat: Chat) -> None:
    """Do what a line says.

    Raises:
        CommandError: there is no such command, or it cannot be done.
    """
    name, _, rest = text.partition(" ")
    if name not in _COMMANDS:
        raise CommandError(f"no such command: {name}; /help lists them", 2)
    takes, act = _COMMANDS[name]
    if bool(rest.strip()) != takes:
        raise CommandError(f"{name} takes {'a path' if takes else 'nothing'}", 2)
    act(chat, rest.strip())


def _path(given: str) -> str:
    """Return a path as shells take it: in quotes, or with a ~."""
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
    check_files([path])
    chat.files.append(path)
    chat.say(f"with the next question: {', '.join(Path(one).name for one in chat.files)}", "dim")


def _retry(chat: Chat, rest: str) -> None:
    del rest
    if chat.last is None:
        raise CommandError("nothing was asked yet", 2)
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
    texts = [f"## {record.role}\n\n{record.text.strip()}\n" for record in reversed(records)]
    target.write_text("\n".join(texts), "utf-8")
    chat.say(f"wrote {count(len(records), 'message')} to {target}", "dim")


# Whether each takes a path, and what it does.
_COMMANDS: Mapping[str, tuple[bool, Callable[[Chat, str], None]]] = {
    "/file": (True, _file),
    "/retry": (False, _retry),
    "/new": (False, _new),
    "/save": (True, _save),
    "/help": (False, _help),
}
