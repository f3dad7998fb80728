"""A call can be followed through the code: it makes few moves between modules, as `benchmarks/journeys.py` counts."""

from __future__ import annotations

import pytest

from benchmarks.journeys import JOURNEYS


@pytest.mark.parametrize(
    ("name", "moves"),
    [
        ("blocking call", 15),
        ("get_chat_histories", 21),
        ("one more event of a stream", 4),
        ("  of which from the cut on", 100),
    ],
)
def test_a_call_makes_few_moves_between_modules(name: str, moves: int) -> None:
    assert 0 < JOURNEYS[name]().moves <= moves
