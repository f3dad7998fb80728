"""What a base install can use of the wheel: all but three packages, each for an extra. `nox -s wheel` runs it.

An extra adds requirements, never files, so what an extra needs is in every wheel. It is kept out of the way: importing
`fastgpt_client` loads none of it, and without its extra each package says what to install.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import fastgpt_client

# The packages, and what of their extras is not there in a base install.
EXTRAS = {
    "fastgpt_client.cli.": {"platformdirs", "prompt_toolkit", "rich", "tomli_w", "typer"},
    "fastgpt_client.testing.": {"pytest", "starlette", "uvicorn"},
    "fastgpt_client.web.": {"starlette"},
}


def main() -> int:
    """Import every module of the package; return 1 if one lacks what its package does not need by an extra."""
    problems: list[str] = []
    imported = 0
    for module in pkgutil.walk_packages(fastgpt_client.__path__, "fastgpt_client."):
        if module.name.endswith("__main__"):
            continue
        needed: set[str] = set().union(*[names for start, names in EXTRAS.items() if module.name.startswith(start)])
        try:
            importlib.import_module(module.name)
            imported += 1
        except ImportError as exc:
            if exc.name not in needed:
                problems.append(f"{module.name}: {exc}")
    lines = [f"{imported} modules are there without an extra", *problems]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if problems or not imported else 0


if __name__ == "__main__":
    sys.exit(main())
