"""The whole `fastgpt` command: every module that adds a command is imported here."""

from __future__ import annotations

from . import apps, ask, histories, records
from .command import program

__all__ = ["apps", "ask", "histories", "program", "records"]
