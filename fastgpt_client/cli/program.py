"""The whole `fastgpt` command: every module that adds a command is imported here."""

from __future__ import annotations

from . import apps, ask, chart, chat, doctor, histories, login, records
from .command import program

__all__ = ["apps", "ask", "chart", "chat", "doctor", "histories", "login", "program", "records"]
