"""The code of docs/testing.md runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from fastgpt_client.testing import FakeFastGPT, answers
from fastgpt_client.testing._server.faults import FaultKind

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "testing.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs(block: str, fastgpt_server: FakeFastGPT) -> None:
    names: dict[str, Any] = {"server": fastgpt_server, "app": fastgpt_server.app(), "pytest": pytest}
    exec(compile(block, "docs/testing.md", "exec"), names)
    for name in [name for name in names if name.startswith("test_")]:
        test = names[name]
        test(*[fastgpt_server] * test.__code__.co_argcount)


def test_every_kind_of_fault_and_every_part_is_told() -> None:
    told = set(re.findall(r"\w+", PAGE))
    assert set(get_args(FaultKind)) <= told
    assert set(answers.__all__) - {"AnswerFunction", "AnswerLike", "Message", "Part"} <= told
