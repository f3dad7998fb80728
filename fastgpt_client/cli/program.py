"""The whole `fastgpt` command: every module that adds a command is imported here."""

from __future__ import annotations

from . import apps, ask, chat, histories, records
from .command import program

__all__ = ["apps", "ask", "chat", "histories", "program", "records"]
