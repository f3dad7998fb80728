"""The commands that README.md gives are those that are run."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_ci_runs_the_command_of_the_readme() -> None:
    commands = [
        line
        for block in re.findall(r"^```bash\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
        for line in block.splitlines()
        if line and not line.startswith("#")
    ]
    main_job, all_checks = commands
    assert main_job == f"{all_checks} -s demo"
    assert f"    {all_checks}\n" in (ROOT / ".ci" / "run").read_text("utf-8")
