"""The figures and names in docs/how-it-is-tested.md are those of the tests."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.fault_tables import bodies, connections, cuts, envelopes, statuses, streams, waits
from tests.support.recordings import SETS, load

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-it-is-tested.md").read_text("utf-8")


def test_the_recordings_are_as_many() -> None:
    counts = {name: len(load(name)) for name in SETS}
    [told] = re.findall(
        r"^([\d,]+) exchanges .*?: (\d+)\nwith FastGPT 4.11.1, and (\d+) with 4.16.0", PAGE, re.M | re.S
    )
    assert [int(number.replace(",", "")) for number in told] == [
        sum(counts.values()),
        counts["4.11.1"],
        counts["4.16.0"] + counts["4.16.0-more"],
    ]


def test_the_rows_of_the_fault_matrix_are_as_many() -> None:
    tables = [table.ROWS for table in (bodies, connections, cuts, envelopes, statuses, streams, waits)]
    rows = sum(map(len, [*tables, bodies.TOO_LARGE, streams.TOO_LARGE]))
    assert f"\n{rows} rows say what may go wrong" in PAGE


def test_each_file_and_session_that_is_named_is_there() -> None:
    files = re.findall(r"\b(?:tests|scripts)/[\w/]+\.py", PAGE)
    assert [file for file in files if not (ROOT / file).is_file()] == []
    sessions = set(re.findall(r"^def (\w+)\(session", (ROOT / "noxfile.py").read_text("utf-8"), re.MULTILINE))
    told = " ".join(re.findall(r"nox -s ([a-z0-9 ]+)", PAGE)).split()
    assert set(told) - sessions == set()
