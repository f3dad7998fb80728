"""`python -m fastgpt_client.cli`: the command, started as a module."""

from __future__ import annotations

from . import main

if __name__ == "__main__":
    main()
