"""Whether a chat or a message exists: servers report no error if one that they change does not."""

from __future__ import annotations

from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.paging import items_of
from fastgpt_client.cli._base.session import Session

__all__ = ["check_chat", "check_message", "has_messages", "no_chat"]


def no_chat(*chat_ids: str) -> str:
    """Return the message about chats that do not exist."""
    return f"no chat {', '.join(chat_ids)} with messages: fastgpt-client histories lists the chats"


def has_messages(session: Session, chat_id: str) -> bool:
    """Return whether a chat has messages."""
    found, total = items_of(session.chats.get_chat_records(chatId=chat_id, appId=session.app_id, pageSize=1).data)
    return bool(found or total)


def check_chat(session: Session, chat_id: str) -> None:
    """Raise `CommandError` if a chat has no messages."""
    if not has_messages(session, chat_id):
        raise CommandError(no_chat(chat_id))


def check_message(session: Session, chat_id: str, data_id: str) -> None:
    """Raise `CommandError` if a chat has no message with this ID."""
    records = session.chats.iter_chat_records(chatId=chat_id, appId=session.app_id, pageSize=50)
    if not any(record.data_id == data_id for record in records):
        raise CommandError(f"no message {data_id} in the chat {chat_id}: fastgpt-client records shows its messages")
