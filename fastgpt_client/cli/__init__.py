"""The `fastgpt` command. Needs `pip install "fastgpt-client[cli]"`; importing this package alone loads nothing.

Exit codes: 0 done, 1 the server or the run failed, 2 the command or its settings are wrong, 130 interrupted.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

__all__ = ["main"]


def main() -> None:
    """Run the command with the arguments of the process, and leave with its exit code."""
    # Looked for, not loaded: rich is loaded with the first command that prints.
    if not all(map(find_spec, ("typer", "rich"))):
        sys.stderr.write('fastgpt: the command needs typer and rich: pip install "fastgpt-client[cli]"\n')
        sys.exit(2)
    try:
        from ._program import program  # noqa: PLC0415 - only who runs it has what it needs
    except KeyboardInterrupt:
        sys.exit(130)
    program(prog_name="fastgpt")
