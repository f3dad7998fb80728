"""The state of the server: apps, keys, chats and their records."""

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
    """An app of the server, with its scripted answers. Create one with `FakeFastGPT.app`.

    Attributes:
        name: the name.
        id: the ID.
        key: an API key bound to the app.
        type: the type, such as "simple", "advanced" or "plugin".
        intro: the introduction.
        welcome: the text that greets the user.
        model: the name of the model in its answers.
        system_prompt: the system prompt of its model.
        variables: the global variables that it declares; a completion can set no others.
        inputs: the inputs of a plugin app.
        answers: the answers, one per turn; the last one is repeated.
        delay: how many seconds to wait before each piece of a text.
        suggestions: the questions suggested to the user.
        parent_id: the ID of the folder that it is in, None for the root.
        interactive: whether lists show it as one with pauses.
        takes_files: whether files may be uploaded to its chats.
        announces_nodes: whether a stream has a status event for every node, not only for slow ones.
        node_names: names of nodes by type that replace the usual ones, such as `{"chatNode": "Writer"}`.
        update_time: when it was last changed.
        turns: how many turns it has had.
    """

    name: str
    id: str = field(default_factory=wire.object_id)
    key: str = field(default="", repr=False)
    type: str = "simple"
    intro: str = ""
    welcome: str = ""
    model: str = "fake-chat"
    system_prompt: str = ""
    variables: Sequence[Mapping[str, Any]] = ()
    inputs: Sequence[Mapping[str, Any]] = ()
    answers: Sequence[AnswerLike] = ()
    delay: float = 0.0
    suggestions: Sequence[str] = ("What is FastGPT?", "How do I deploy it?", "Is there an API?")
    parent_id: str | None = None
    interactive: bool = False
    takes_files: bool = False
    announces_nodes: bool = False
    node_names: Mapping[str, str] = field(default_factory=dict[str, str])
    update_time: datetime = field(default_factory=wire.now)
    turns: int = 0

    @property
    def is_plugin(self) -> bool:
        """Whether the app is a plugin, which has inputs and outputs instead of a chat."""
        return self.type == "plugin"

    def next_answer(self) -> AnswerLike:
        """Return the answer of the next turn, and count the turn."""
        turn = min(self.turns, len(self.answers) - 1)
        self.turns += 1
        return self.answers[turn]

    def values(self, *given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of the declared variables.

        Args:
            given: values by name. Later ones take precedence, undeclared ones are ignored, and omitted ones get their
                defaults.
        """
        found = {item["key"]: item.get("defaultValue", "") for item in self.variables}
        for values in given:
            found.update({key: value for key, value in values.items() if key in found})
        return found


@dataclass(frozen=True)
class Key:
    """An API key; `app_id` is None for the key of a team."""

    text: str = field(repr=False)
    name: str
    app_id: str | None = None


@dataclass(frozen=True)
class ShareLink:
    """A link that lets anyone chat with an app without a key. Create one with `FakeFastGPT.share_link`.

    Attributes:
        id: the ID of the link.
        app_id: the ID of the app.
        authorize: replaces the owner's server: called with a visitor's token, it returns the JSON of
            `/shareAuth/init`. None if visitors are not verified.
        shows_status: whether a stream with `detail` has the running nodes and the tool calls.
        hook_url: the root URL of the owner's server, which is called over HTTP; "" for none.
    """

    id: str
    app_id: str
    authorize: Callable[[str], Mapping[str, Any]] | None = None
    shows_status: bool = True
    hook_url: str = ""


@dataclass(frozen=True)
class Visitor:
    """A visitor of a share link: `uid` is the ID that chats are stored under, `token` what the visitor sent."""

    link: ShareLink
    uid: str
    token: str


@dataclass
class Pause:
    """The point where a run waits for the user: what it asked, how it continues, and what the model had seen."""

    interactive: dict[str, Any]
    part: Any
    rest: list[Any]
    messages: list[Message]
    query: str
    node_id: str


@dataclass
class Record:
    """A question or an answer in a chat."""

    data_id: str
    obj: str
    value: list[dict[str, Any]]
    id: str = field(default_factory=wire.object_id)
    time: datetime = field(default_factory=wire.now)
    duration: float | None = None
    nodes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    quotes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """The complete quotes; those in `nodes` have no texts."""
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
        """Return whether the chat belongs to a visitor of a share link."""
        return (self.share_id, self.out_link_uid) == (visitor.link.id, visitor.uid)

    @property
    def alive(self) -> list[Record]:
        return [record for record in self.records if record.deleted is None]

    @property
    def paused(self) -> Record | None:
        """The last answer, if it waits for the user."""
        last = self.alive[-1:]
        return last[0] if last and last[0].pause is not None else None

    def find(self, data_id: str, obj: str = "AI") -> Record | None:
        return next((record for record in self.alive if record.data_id == data_id and record.obj == obj), None)

    def messages(self) -> list[Message]:
        """Return the conversation as messages to a model."""
        roles = {"Human": "user", "AI": "assistant"}
        return [{"role": roles[record.obj], "content": record.text} for record in self.alive if record.text]


@dataclass(frozen=True, eq=False)
class ActiveRun:
    """A run in progress: the API version that started it ("v1" or "v2"), and a function that ends it early."""

    api: str
    stop: Callable[[], None]


class State:
    """Apps by ID, keys by text, chats by app and chat ID."""

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
        """The transcription of every recording."""
        self.member_id: str = wire.object_id()
        self.team_id: str = wire.object_id()
        self.shelf: Shelf = Shelf()
        """The knowledge bases."""
        self._changes = count(1)

    def chat(self, app_id: str, chat_id: str) -> Chat | None:
        return self.chats.get((app_id, chat_id))

    def forget_chats(self) -> None:
        """Delete all chats. The tables are replaced, so that active runs write to the old ones."""
        self.chats, self.running = {}, {}
        for app in self.apps.values():
            app.turns = 0

    def drop(self, chat: Chat) -> None:
        self.chats.pop((chat.app_id, chat.chat_id), None)

    def touch(self, chat: Chat) -> None:
        """Move a chat to the top of the list. Times cannot order changes within one millisecond."""
        chat.update_time = wire.now()
        chat.order = next(self._changes)

    def chats_of(self, app_id: str) -> list[Chat]:
        """Return an app's chats including deleted ones: pinned ones first, then the last changed."""
        # A copy: a test may read this while the server's thread adds to it.
        found = [chat for chat in list(self.chats.values()) if chat.app_id == app_id]
        return sorted(found, key=lambda chat: (not chat.top, -chat.order))
