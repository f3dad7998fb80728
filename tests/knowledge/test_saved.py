"""A knowledge base as files: where originals are fetched, and what has to be done to have the rows again."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastgpt_client._knowledge.saved import RowPlan, original_url, row_key, saved_row


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("/api/system/file/d/x?token=1", "https://ours.test:3000/api/system/file/d/x?token=1"),
        (
            "http://localhost:3000/api/common/file/read/a%20b.md?token=1",
            "https://ours.test:3000/api/common/file/read/a%20b.md?token=1",
        ),
        ("https://store.test/bucket/a.md?X-Amz-Signature=1", "https://store.test/bucket/a.md?X-Amz-Signature=1"),
    ],
)
def test_what_the_server_hands_out_itself_is_fetched_from_it(value: str, url: str) -> None:
    assert original_url(value, "https://ours.test:3000/under") == url


def test_of_a_row_is_kept_what_the_server_does_not_make_itself() -> None:
    detail: dict[str, Any] = {
        "id": "1",
        "q": "q",
        "a": None,
        "chunkIndex": 3,
        "imageId": "",
        "metadata": {"page": 1},
        "indexes": [{"type": "default", "text": "q"}, {"text": "x"}, {"type": "question", "text": "y"}, {"text": 5}],
    }
    assert saved_row(detail) == {
        "q": "q",
        "a": "",
        "chunkIndex": 3,
        "indexes": [{"type": "custom", "text": "x"}, {"type": "question", "text": "y"}],
        "metadata": {"page": 1},
    }
    assert saved_row({}) == {"q": "", "a": "", "chunkIndex": 0, "indexes": []}


rows = st.builds(
    lambda q, indexes: {"q": q, "a": "", "indexes": [{"type": "custom", "text": text} for text in indexes]},
    st.sampled_from("xyz"),
    st.lists(st.sampled_from("ij"), max_size=2),
)


@given(st.lists(rows), st.lists(rows))
def test_no_row_is_too_many_and_none_too_few(saved: list[Any], there: list[Any]) -> None:
    plan = RowPlan(saved, [(str(number), row) for number, row in enumerate(there)])
    left = [row for number, row in enumerate(there) if str(number) not in plan.delete]
    assert len(left) + len(plan.push) == len(saved)
    after = RowPlan(saved, [(str(number), row) for number, row in enumerate([*left, *plan.push])])
    assert after.is_done
    missing = Counter(map(row_key, saved)) - Counter(map(row_key, there))
    assert Counter(map(row_key, plan.push)) == missing
