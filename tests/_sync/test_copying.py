# Generated from tests/_async/test_copying.py by scripts/generate.py: edit the source, not this file.
"""What is open is neither copied nor pickled, and says so; what came of it is."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer
from tests.support.faults import HEL
from tests.support.replies import events, whole

WAYS = pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, pickle.dumps], ids=["copy", "deepcopy", "pickle"])


@WAYS
def test_a_stream_is_not_copied(way: Callable[[Any], Any]) -> None:
    stream = FakeServer(whole()).chat().create_chat_completion(QUESTION, stream=True)
    with pytest.raises(TypeError, match="cannot be pickled or copied"):
        way(stream)
    gc.collect()  # an exception that is ignored there fails the test
    assert stream.final().text == "Hello"


@pytest.mark.parametrize("way", [copy.deepcopy, pickle.dumps], ids=["deepcopy", "pickle"])
@pytest.mark.parametrize("kind", ["text_deltas", "iter_lines"])
def test_an_iterator_of_a_stream_is_not_copied(way: Callable[[Any], Any], kind: str) -> None:
    stream = FakeServer(whole()).chat().create_chat_completion(QUESTION, stream=True)
    iterator = stream.text_deltas() if kind == "text_deltas" else stream.iter_lines()
    with pytest.raises(TypeError, match="cannot be pickled or copied"):
        way(iterator)
    gc.collect()
    stream.close()


@WAYS
def test_what_came_of_a_stream_is_copied(way: Callable[[Any], Any]) -> None:
    stream = FakeServer(events(HEL)).chat().create_chat_completion(QUESTION, stream=True)
    with stream:
        next(stream)
        twin = way(stream.partial)
    assert (pickle.loads(twin) if isinstance(twin, bytes) else twin).text == "Hel"
