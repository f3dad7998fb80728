"""A run of very many questions holds no more than where each result lies in its file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# Asks, or finds done, very many rows, and prints by how many bytes that raised the peak of its memory.
PROGRAM = """
import re, sys
from pathlib import Path
import httpx
from fastgpt_client import ChatClient
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024
answer = {"choices": [{"message": {"role": "assistant", "content": "a short answer"}}], "responseData": [], "usage": {}}
http = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, json=answer)))
client = ChatClient("fastgpt-key", "http://fastgpt.test", app_id="0" * 24, http_client=http)
def ask(number, to):
    rows = ({"id": f"row {row}", "question": f"What is {row}?"} for row in range(number))
    with client.ask_each(rows, run="memory", to=to, concurrency=4) as run:
        for result in run:
            assert result.error is None, result
    return run.summary
number, to, kind = int(sys.argv[1]), sys.argv[2], sys.argv[3]
ask(10, f"{to}.first")
before = peak()
assert getattr(ask(number, to), kind) == number
print(peak() - before)
"""
# What a run keeps of each row: where its result lies. A result alone is ten times that.
MOST_A_ROW = 200


@pytest.mark.skipif(sys.platform != "linux", reason="it tells the peak of one program's memory")
@pytest.mark.parametrize("number", [pytest.param(3_000, id="small"), pytest.param(100_000, id="full")])
@pytest.mark.timeout(1800)
def test_memory_does_not_grow_with_the_results(tmp_path: Path, number: int) -> None:
    for kind in ("asked", "reused"):
        command = [sys.executable, "-c", PROGRAM, str(number), str(tmp_path / "answers.jsonl"), kind]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert int(done.stdout) < 1_000_000 + MOST_A_ROW * number
