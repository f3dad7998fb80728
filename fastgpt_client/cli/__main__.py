"""`python -m fastgpt_client.cli`: the command by the name of the module that it is in."""

from __future__ import annotations

from . import main

if __name__ == "__main__":
    main()
