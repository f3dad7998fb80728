"""What the server keeps: apps, keys, chats and their records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from fastgpt_client.testing.answers import AnswerLike, Message

from . import wire
from .datasets.store import Shelf

__all__ = [
    "DONE",
    "FAILED",
    "GENERATING",
    "ActiveRun",
    "App",
    "Chat",
    "Key",
    "Pause",
    "Record",
    "ShareLink",
    "State",
    "Visitor",
]

GENERATING, DONE, FAILED = 0, 1, 2


@dataclass(kw_only=True)
class App:
    """An app of the server, with what it answers."""

    name: str
    id: str = field(default_factory=wire.object_id)
    key: str = field(default="", repr=False)
    """An API key bound to this app."""
    type: str = "simple"
    intro: str = ""
    welcome: str = ""
    model: str = "fake-chat"
    system_prompt: str = ""
    variables: Sequence[Mapping[str, Any]] = ()
    """The global variables that the app declares; a completion may set no others."""
    inputs: Sequence[Mapping[str, Any]] = ()
    """The inputs of a plugin app."""
    answers: Sequence[AnswerLike] = ()
    """What it answers, one turn after the other; the last one again and again."""
    delay: float = 0.0
    suggestions: Sequence[str] = ("What is FastGPT?", "How do I deploy it?", "Is there an API?")
    parent_id: str | None = None
    interactive: bool = False
    takes_files: bool = False
    announces_nodes: bool = False
    """Whether a stream says of every node that it runs, not only of those that take their time."""
    node_names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names of nodes by their type, such as `{"chatNode": "Writer"}`, where they are not the usual ones."""
    update_time: datetime = field(default_factory=wire.now)
    turns: int = 0

    @property
    def is_plugin(self) -> bool:
        return self.type == "plugin"

    def next_answer(self) -> AnswerLike:
        """Return the answer of the next turn."""
        turn = min(self.turns, len(self.answers) - 1)
        self.turns += 1
        return self.answers[turn]

    def values(self, *given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the declared variables: the last given value of each, else its default.

        Args:
            given: the values that a call sends.
        """
        found = {item["key"]: item.get("defaultValue", "") for item in self.variables}
        for values in given:
            found.update({key: value for key, value in values.items() if key in found})
        return found


@dataclass(frozen=True)
class Key:
    """An API key; `app_id` is None for a team's."""

    text: str = field(repr=False)
    name: str
    app_id: str | None = None


@dataclass(frozen=True)
class ShareLink:
    """A link by which anybody may chat with an app, without a key.

    `authorize` stands for the owner's own server: called with a visitor's token, it returns the JSON that
    `/shareAuth/init` would. Without one every visitor is taken for who he says he is.
    """

    id: str
    app_id: str
    authorize: Callable[[str], Mapping[str, Any]] | None = None
    shows_status: bool = True
    hook_url: str = ""
    """The root of the owner's own server, which is called over HTTP."""


@dataclass(frozen=True)
class Visitor:
    """Who calls by a share link, under which id his chats are kept, and who he says he is."""

    link: ShareLink
    uid: str
    token: str


@dataclass
class Pause:
    """Where a run waits for the user: what it asked, how it goes on, and what the model had seen."""

    interactive: dict[str, Any]
    part: Any
    rest: list[Any]
    messages: list[Message]
    query: str
    node_id: str


@dataclass
class Record:
    """A question or an answer of a chat."""

    data_id: str
    obj: str
    value: list[dict[str, Any]]
    id: str = field(default_factory=wire.object_id)
    time: datetime = field(default_factory=wire.now)
    duration: float | None = None
    nodes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    quotes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """The quotes in full; those in `nodes` have no texts."""
    feedback: dict[str, str] = field(default_factory=dict[str, str])
    error: tuple[str, str] | None = None
    deleted: datetime | None = None
    pause: Pause | None = None

    @property
    def text(self) -> str:
        return "".join(item["text"]["content"] for item in self.value if "text" in item)


@dataclass
class Chat:
    """A chat of an app."""

    chat_id: str
    app_id: str
    source: str = "api"
    source_name: str = ""
    share_id: str | None = None
    id: str = field(default_factory=wire.object_id)
    title: str = ""
    custom_title: str = ""
    top: bool = False
    out_link_uid: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    variables: dict[str, Any] = field(default_factory=dict[str, Any])
    status: int = DONE
    read: bool = False
    deleted: bool = False
    create_time: datetime = field(default_factory=wire.now)
    update_time: datetime = field(default_factory=wire.now)
    order: int = 0
    records: list[Record] = field(default_factory=list[Record])

    def is_of(self, visitor: Visitor) -> bool:
        """Whether it is a chat of this visitor of a share link."""
        return (self.share_id, self.out_link_uid) == (visitor.link.id, visitor.uid)

    @property
    def alive(self) -> list[Record]:
        return [record for record in self.records if record.deleted is None]

    @property
    def paused(self) -> Record | None:
        """The answer that waits for the user, if the last one does."""
        last = self.alive[-1:]
        return last[0] if last and last[0].pause is not None else None

    def find(self, data_id: str, obj: str = "AI") -> Record | None:
        return next((record for record in self.alive if record.data_id == data_id and record.obj == obj), None)

    def messages(self) -> list[Message]:
        """Return what was said, as messages to a model."""
        roles = {"Human": "user", "AI": "assistant"}
        return [{"role": roles[record.obj], "content": record.text} for record in self.alive if record.text]


@dataclass(frozen=True, eq=False)
class ActiveRun:
    """A run that has not ended: which version of the API began it ("v1" or "v2"), and what ends it early."""

    api: str
    stop: Callable[[], None]


class State:
    """Apps by id, keys by text, chats by app and chat id."""

    def __init__(self) -> None:
        self.apps: dict[str, App] = {}
        self.keys: dict[str, Key] = {}
        self.links: dict[str, ShareLink] = {}
        self.chats: dict[tuple[str, str], Chat] = {}
        self.running: dict[tuple[str, str], list[ActiveRun]] = {}
        self.files: dict[str, tuple[str, bytes | None]] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.points: float = 0.0
        self.transcription: str = "Hello!"
        """What every recording is understood as."""
        self.member_id: str = wire.object_id()
        self.team_id: str = wire.object_id()
        self.shelf: Shelf = Shelf()
        """Knowledge bases."""
        self._changes = count(1)

    def chat(self, app_id: str, chat_id: str) -> Chat | None:
        return self.chats.get((app_id, chat_id))

    def forget_chats(self) -> None:
        """Begin anew, but for apps, keys and files. The tables are new ones: what still runs writes to the old."""
        self.chats, self.running = {}, {}
        for app in self.apps.values():
            app.turns = 0

    def drop(self, chat: Chat) -> None:
        self.chats.pop((chat.app_id, chat.chat_id), None)

    def touch(self, chat: Chat) -> None:
        """Move a chat to the head of the list. Times alone do not order what happens in one millisecond."""
        chat.update_time = wire.now()
        chat.order = next(self._changes)

    def chats_of(self, app_id: str) -> list[Chat]:
        """Return an app's chats, pinned ones first, then the last changed; deleted ones included."""
        # A copy: a test may look at this while the server's thread adds to it.
        found = [chat for chat in list(self.chats.values()) if chat.app_id == app_id]
        return sorted(found, key=lambda chat: (not chat.top, -chat.order))
