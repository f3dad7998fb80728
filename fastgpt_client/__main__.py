"""`python -m fastgpt_client`: the `fastgpt-client` command."""

from __future__ import annotations

from .cli import main

if __name__ == "__main__":
    main()
