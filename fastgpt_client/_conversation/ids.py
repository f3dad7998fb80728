"""Ids of chats and their items, in the format of FastGPT's own."""

from __future__ import annotations

from secrets import choice
from string import ascii_lowercase, digits

__all__ = ["new_id"]


def new_id() -> str:
    """Return 24 random letters and digits, starting with a letter."""
    return choice(ascii_lowercase) + "".join([choice(ascii_lowercase + digits) for _ in range(23)])
