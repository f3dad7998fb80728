"""Chat ids that only this service makes, and that only their visitor uses."""

from __future__ import annotations

from typing import Any

import pytest

from fastgpt_client import ValidationError
from fastgpt_client.web import ChatIds
from fastgpt_client.web._signing import Signer

SECRET = "a secret of a service"


def test_what_was_signed_is_known_again_in_another_process() -> None:
    chat = ChatIds(SECRET).new()
    assert ChatIds(SECRET.encode()).open(chat.signed) == chat.chat_id
    assert ChatIds(SECRET).new().chat_id != chat.chat_id


def test_a_secret_that_is_made_up_is_good_for_itself_alone() -> None:
    chat_ids = ChatIds()
    chat = chat_ids.new()
    assert chat_ids.open(chat.signed) == chat.chat_id
    with pytest.raises(ValidationError, match="does not belong to this visitor"):
        ChatIds().open(chat.signed)


def test_a_chat_is_of_its_visitor_alone() -> None:
    chat_ids = ChatIds(SECRET)
    chat = chat_ids.new(visitor="ann")
    assert chat_ids.open(chat.signed, visitor="ann") == chat.chat_id
    for visitor in ("", "ben", "ann\n", "\ud800"):
        with pytest.raises(ValidationError):
            chat_ids.open(chat.signed, visitor=visitor)


def changed(signed: str) -> list[Any]:
    payload, mac = signed.split(".")
    other = ChatIds(SECRET).new().signed.split(".")[0]
    tampered = [signed[:place] + ("A" if signed[place] != "A" else "B") + signed[place + 1 :] for place in (0, 5, -2)]
    return [
        *tampered,
        f"{other}.{mac}",
        payload,
        f"{payload}.",
        f".{mac}",
        f"{signed}.",
        f" {signed}",
        "",
        "é.ü",
        "\ud800",
    ]


def test_nothing_else_is_taken() -> None:
    chat_ids = ChatIds(SECRET)
    for signed in [*changed(chat_ids.new().signed), None, 5, b"x", ["a"], {}]:
        with pytest.raises(ValidationError, match=r"the chat .* does not belong to this visitor"):
            chat_ids.open(signed)


def test_what_was_signed_for_another_purpose_is_not_taken() -> None:
    with pytest.raises(ValidationError):
        ChatIds(SECRET).open(Signer(SECRET, "file").sign("chat"))


@pytest.mark.parametrize("secret", ["", "short", b"x" * 15, 5])
def test_a_secret_has_to_be_one(secret: Any) -> None:
    with pytest.raises(ValidationError, match="secret must have at least 16 bytes"):
        ChatIds(secret)


def test_a_secret_is_not_shown() -> None:
    chat_ids = ChatIds(SECRET)
    assert SECRET not in repr(vars(chat_ids))


@pytest.mark.parametrize("texts", [[], [""], ["a", "b"], ["é\n.", "\u2028"]])
def test_any_texts_come_back(texts: list[str]) -> None:
    signer = Signer(SECRET, "test")
    assert signer.check(signer.sign(*texts)) == texts
