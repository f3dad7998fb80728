"""What `--demo` serves: the sample apps of the embedded server, one that shows all there is, and some chats."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from fastgpt_client import ChatClient
from fastgpt_client.exceptions import FastGPTError

from .failures import CommandError

if TYPE_CHECKING:
    from fastgpt_client.testing import AnswerLike, App, FakeFastGPT

__all__ = ["DEFAULT_APP", "apps_line", "find_app", "seed", "serve"]

DEFAULT_APP = "tour"
_PIECE_SECONDS = 0.015
_WELCOME = (
    "Ask for the weather (a tool is called), for prices (a search, with sources),\n"
    "for a plan (you are asked to choose), or for an order (a form to fill in)."
)
_PRICES = (
    {"q": "Basic costs 5 a month, for up to 3 people.", "sourceName": "prices.md"},
    {"q": "Pro costs 20 a month, for as many people as you like.", "sourceName": "prices.md"},
    {"q": "Each plan can be tried for 14 days.", "sourceName": "terms.md"},
)
_FORM = (
    {"key": "name", "label": "Your name", "required": True, "maxLength": 40},
    {"key": "people", "label": "People", "type": "numberInput", "min": 1, "max": 500, "defaultValue": 3},
    {"key": "invoice", "label": "Invoice by e-mail", "type": "switch", "defaultValue": True},
)


@contextmanager
def serve() -> Generator[FakeFastGPT]:
    """Give the demo's server.

    Raises:
        CommandError: it cannot run here.
    """
    try:
        from fastgpt_client.testing import FakeFastGPT  # noqa: PLC0415 - only a demo needs its extra
    except ImportError as exc:
        raise CommandError(str(exc), 2) from None
    with FakeFastGPT.serve(commercial=True) as server:
        tour = server.app(
            DEFAULT_APP,
            id="6b00000000000000000000aa",
            answer=_guide,
            delay=_PIECE_SECONDS,
            type="advanced",
            welcome=_WELCOME,
            suggestions=("What is the weather in Oslo?", "What are your prices?", "Which plan is for me?"),
            files=True,
        )
        tour.intro, tour.interactive = "shows tools, sources, choices and forms", True
        yield server


def find_app(server: FakeFastGPT, app: str | None) -> App:
    """Return a sample app by its name or id, the tour if none is named."""
    found = {**server.state.apps, **server.apps}.get(app or DEFAULT_APP)
    if found is None:
        raise CommandError(f"--app-id: the demo has no app {app!r}, but {', '.join(_names(server))}", 2)
    return found


def apps_line(server: FakeFastGPT) -> str:
    """Return the line that says which apps there are."""
    return f"Demo, no model behind it. --app-id: {', '.join(_names(server))}"


def _names(server: FakeFastGPT) -> list[str]:
    return sorted(server.apps, key=lambda name: name != DEFAULT_APP)


def _guide(messages: list[Any], variables: dict[str, Any]) -> AnswerLike:
    """Show what the question names."""
    from fastgpt_client.testing import Fixed, Form, Reasoning, Search, Select, Tool, pieces, text_of  # noqa: PLC0415 - as above

    question = text_of(messages[-1]["content"])
    asked = question.lower()
    if "weather" in asked:
        return [
            Reasoning("They ask for the weather. I do not know it, but there is a tool that does."),
            Tool("get_weather", {"city": "Oslo"}, '{"celsius": 21, "sky": "clear"}'),
            *pieces("It is 21 °C in Oslo, and the sky is clear."),
        ]
    if "price" in asked or "cost" in asked:
        said = "Basic costs 5 a month for up to 3 people, Pro 20 for as many as you like. You can try both for 14 days."
        return [Search(_PRICES), *pieces(said)]
    if "plan" in asked:
        return Select("Which plan shall it be?", {"Basic": Fixed("Basic it is."), "Pro": Fixed("Pro it is.")})
    if "order" in asked:

        def confirm(values: dict[str, Any]) -> AnswerLike:
            by = "by e-mail" if values.get("invoice") else "by post"
            name, people = values.get("name", "whoever you are"), values.get("people", 1)
            return f"Thank you, {name}! {people} seats are yours; the invoice comes {by}."

        return Form("Your order, please.", _FORM, confirm)
    return f"You said: {question}"


# --- chats ----------------------------------------------------------------------------------------------------------

# Oldest first: its id, how many days ago it was, whose it is, what was asked, and how the last answer was rated.
_CHATS: tuple[tuple[str, int, str, tuple[str, ...], dict[str, Any]], ...] = (
    ("demo-hello", 6, "ann", ("Hello!", "What can you do?"), {}),
    ("demo-prices", 4, "ben", ("What are your prices?",), {"userGoodFeedback": "That was quick."}),
    ("demo-weather", 2, "ann", ("What is the weather in Oslo?", "Thank you!"), {"userGoodFeedback": "yes"}),
    ("demo-failure", 1, "cleo", ("Tell me more",), {"userBadFeedback": "It did not know."}),
    ("demo-order", 0, "cleo", ("I want to order",), {}),
)
# How many chats more the log has of each day before; the histories do not list them.
_BUSY = (3, 5, 4, 0, 1, 6, 7, 5, 6, 2, 0, 3, 4)


def seed(server: FakeFastGPT, app_id: str) -> None:
    """Let the app have had some chats, with the same ids each time."""
    app = server.state.apps[app_id]
    if server.state.chats_of(app_id):
        return
    app.delay, delay = 0.0, app.delay
    try:
        with ChatClient(server.api_key, server.url, app_id=app_id, max_retries=0) as client:
            for chat_id, days, user, questions, rating in _CHATS:
                _have_chat(client, chat_id, user, questions, rating)
                _put_back(server, app_id, chat_id, days)
    finally:
        app.delay, app.turns = delay, 0
    _fill_log(server, app_id)


def _have_chat(client: ChatClient, chat_id: str, user: str, questions: tuple[str, ...], rating: dict[str, Any]) -> None:
    for number, question in enumerate(questions, 1):
        item_id = f"{chat_id}-{number}"
        with suppress(FastGPTError):  # of an app that fails, or waits for something else
            client.create_chat_completion(
                [{"role": "user", "content": question}],
                chatId=chat_id,
                responseChatItemId=item_id,
                customUid=user,
                detail=True,
            )
            if rating and number == len(questions):
                client.send_feedback(chatId=chat_id, dataId=item_id, **rating)


def _put_back(server: FakeFastGPT, app_id: str, chat_id: str, days: int) -> None:
    """Let a chat be so many days old."""
    chat = server.state.chats[app_id, chat_id]
    chat.create_time -= timedelta(days=days)
    chat.update_time -= timedelta(days=days)
    for record in chat.records:
        record.time -= timedelta(days=days)


def _fill_log(server: FakeFastGPT, app_id: str) -> None:
    """Let the log have more chats of the days before, which their users deleted."""
    chats = server.state.chats
    patterns = [chats[app_id, chat_id] for chat_id, *_ in _CHATS]
    today = patterns[-1].update_time
    numbers = count(1)
    for days, busy in enumerate(_BUSY, 1):
        for _ in range(busy):
            number = next(numbers)
            pattern = patterns[number % (len(patterns) - 1)]
            made = today.replace(hour=8 + number % 10) - timedelta(days=days)
            chat_id = f"demo-log-{number}"
            chats[app_id, chat_id] = replace(
                pattern,
                chat_id=chat_id,
                id=f"{number:024x}",
                out_link_uid=("ann", "ben", "cleo", "dora", "emil")[number % 5],
                create_time=made,
                update_time=made,
                order=-number,
                deleted=True,
            )
