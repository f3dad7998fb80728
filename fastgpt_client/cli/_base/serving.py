"""What the commands share that serve something until Ctrl-C."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

import typer

from .errors import CommandError

__all__ = ["Host", "Port", "needed_packages"]

Host = Annotated[
    str, typer.Option(metavar="ADDRESS", help="The address to listen on; 0.0.0.0 for all of this machine.")
]
Port = Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="The port to listen on; 0 for a free one.")]


@contextmanager
def needed_packages() -> Generator[None]:
    """Report what to install if something is missing."""
    try:
        yield
    except ImportError as exc:
        raise CommandError(str(exc), 2) from None
