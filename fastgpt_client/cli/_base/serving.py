"""What the commands have in common that serve something until Ctrl-C."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

import typer

from .errors import CommandError

__all__ = ["Host", "Port", "needed_packages"]

Host = Annotated[str, typer.Option(help="Where it listens; 0.0.0.0 for every address of this machine.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 for a free one.")]


@contextmanager
def needed_packages() -> Generator[None]:
    """Say what is to be installed, if something is missing."""
    try:
        yield
    except ImportError as exc:
        raise CommandError(str(exc), 2) from None
