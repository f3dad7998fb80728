"""Ids of chats and of their items, in the form of FastGPT's own."""

from __future__ import annotations

from secrets import choice
from string import ascii_lowercase, digits

__all__ = ["new_id"]


def new_id() -> str:
    """Return 24 random letters and digits, a letter first."""
    return choice(ascii_lowercase) + "".join([choice(ascii_lowercase + digits) for _ in range(23)])
