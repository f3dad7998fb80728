"""The whole `fastgpt` command: every module that adds a command is imported here."""

from __future__ import annotations

from . import ask
from .command import program

__all__ = ["ask", "program"]
