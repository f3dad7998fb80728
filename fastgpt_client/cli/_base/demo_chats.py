"""The chats of the demo: the same ones each time, and a log of the last two weeks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from fastgpt_client import ChatClient
from fastgpt_client.exceptions import FastGPTError

if TYPE_CHECKING:
    from fastgpt_client.testing import FakeFastGPT

__all__ = ["seed"]

# Oldest first: the ID, its age in days, the user, the questions, and the rating of the last answer.
_CHATS: tuple[tuple[str, int, str, tuple[str, ...], dict[str, Any]], ...] = (
    ("demo-hello", 6, "ann", ("Hello!", "What can you do?"), {}),
    ("demo-prices", 4, "ben", ("What are your prices?",), {"userGoodFeedback": "That was quick."}),
    ("demo-weather", 2, "ann", ("What is the weather in Oslo?", "Thank you!"), {"userGoodFeedback": "yes"}),
    ("demo-failure", 1, "cleo", ("Tell me more",), {"userBadFeedback": "It did not know."}),
    ("demo-order", 0, "cleo", ("I want to order",), {}),
)
# How many more chats the log has for each day before; the histories do not list them.
_BUSY = (3, 5, 4, 0, 1, 6, 7, 5, 6, 2, 0, 3, 4)


def seed(server: FakeFastGPT, app_id: str) -> None:
    """Give an app some chats, with the same IDs each time."""
    app = server.state.apps[app_id]
    if server.state.chats_of(app_id):
        return
    app.delay, delay = 0.0, app.delay
    try:
        with ChatClient(server.api_key, server.url, app_id=app_id, max_retries=0, trust_env=False) as client:
            for chat_id, days, user, questions, rating in _CHATS:
                _have_chat(client, chat_id, user, questions, rating)
                _put_back(server, app_id, chat_id, days)
    finally:
        app.delay, app.turns = delay, 0
    _fill_log(server, app_id)


def _have_chat(client: ChatClient, chat_id: str, user: str, questions: tuple[str, ...], rating: dict[str, Any]) -> None:
    for number, question in enumerate(questions, 1):
        item_id = f"{chat_id}-{number}"
        with suppress(FastGPTError):  # the app may fail, or wait for something else
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
    """Make a chat some days old."""
    chat = server.state.chats[app_id, chat_id]
    chat.create_time -= timedelta(days=days)
    chat.update_time -= timedelta(days=days)
    for record in chat.records:
        record.time -= timedelta(days=days)


def _fill_log(server: FakeFastGPT, app_id: str) -> None:
    """Add chats of earlier days to the log, deleted by their users."""
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
