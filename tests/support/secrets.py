"""Everything that can be told of an object, to look for a key in it."""

from __future__ import annotations

import logging
import pickle
import traceback
from collections.abc import Iterable
from typing import Any

from tests.support.fake_server import KEY


def told_by_error(error: BaseException) -> str:
    """All texts that a log, a report of a crash, or another process could get of an error and its causes."""
    texts = ["".join(traceback.format_exception(error))]
    link: BaseException | None = error
    while link is not None:
        texts += [str(link), repr(link), repr(link.args), repr(vars(link))]
        link = link.__cause__ or link.__context__
    return "\n".join([*texts, pickle.dumps(error).decode("latin-1")])


def told_by(*things: Any) -> str:
    return "\n".join(text for thing in things for text in (repr(thing), str(thing), repr(vars(thing))))


def told_by_records(records: Iterable[logging.LogRecord]) -> str:
    return "\n".join(f"{record.getMessage()} {record.__dict__!r}" for record in records)


def shows_key(text: str) -> bool:
    """Whether a text has the key, or the best part of it."""
    return KEY in text or KEY.removeprefix("fastgpt-") in text
