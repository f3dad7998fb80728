"""What is printed to a console that is no terminal."""

from __future__ import annotations

import io
from collections.abc import Callable

from rich.console import Console


def printed(show: Callable[[Console], None], *, width: int = 80) -> str:
    """Return what a function prints."""
    file = io.StringIO()
    show(Console(file=file, width=width, color_system=None, highlight=False))
    return file.getvalue()
