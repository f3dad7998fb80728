"""The `fastgpt-client` command, `fgc` for short. It needs the extra `cli`.

Importing this package loads nothing else.

Exit codes: 0 done, 1 the server or the run failed, 2 the command or its settings are wrong, 130 interrupted.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

__all__ = ["NAME", "SHORT_NAME", "main"]

NAME, SHORT_NAME = "fastgpt-client", "fgc"
_NEEDED = ("typer", "rich", "prompt_toolkit", "platformdirs", "tomli_w")


def main() -> None:
    """Run the command with the arguments of the process, and exit with its exit code."""
    # Only located: rich is imported by the first command that prints.
    if not all(map(find_spec, _NEEDED)):
        sys.stderr.write(f"fastgpt-client: the command needs more packages: pip install {' '.join(_NEEDED)}\n")
        sys.exit(2)
    try:
        from ._program import program  # noqa: PLC0415 - only the command needs the extra
    except KeyboardInterrupt:
        sys.exit(130)
    # The name that it was started by is the one that a shell completes; `python -m` has none.
    program(prog_name=SHORT_NAME if Path(sys.argv[0]).stem == SHORT_NAME else NAME)
