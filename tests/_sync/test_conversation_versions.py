# Generated from tests/_async/test_conversation_versions.py by scripts/generate.py: edit the source, not this file.
"""Conversations with servers of each generation: turns, pauses, cuts and early leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fastgpt_client import ChatClient
from fastgpt_client.interactive import UserInput, UserSelect
from fastgpt_client.testing import FakeFastGPT, Form, Select
from tests.support import embedded_chats, fault_fixtures
from tests.support.embedded_chats import Talk, at_rest, saved, settings, turns

short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

OPTIONS = pytest.mark.parametrize("options", [{}, {"completions": "v2"}], ids=["v1", "v2"])


@pytest.fixture(scope="module", params=["4.9", "4.11", "4.14", "4.14.11", "4.15.0", "4.16"])
def server(request: pytest.FixtureRequest) -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve(version=request.param, heartbeat=3600.0) as server:
        yield server


@OPTIONS
def test_turns_with_a_cut_among_them(server: FakeFastGPT, options: dict[str, Any]) -> None:
    app = server.app(answers=["One.", "Two.", "Three."])
    with ChatClient(**settings(server, app, **options)) as client:
        conversation = client.conversation()
        first = conversation.ask("a")
        with server.fault("cut_in_json", app=app):
            second = conversation.ask("b")
        stream = conversation.stream("c")
        third = stream.final()
        conversation.rate(good="yes")
        records = [record.role for record in conversation.records()]
    assert [first.text, second.text, third.text] == ["One.", "Two.", "Three."]
    assert saved(server, app, conversation.chat_id) == turns(("a", "One."), ("b", "Two."), ("c", "Three."))
    assert records == ["assistant", "user"] * 3
    chat = server.state.chat(app.id, conversation.chat_id)
    assert chat is not None
    assert [record.feedback for record in chat.alive if record.obj == "AI"] == [{}, {}, {"userGoodFeedback": "yes"}]


@OPTIONS
@pytest.mark.parametrize("kind", ["", "cut_in_json", "cut_before_headers"])
def test_pauses(server: FakeFastGPT, options: dict[str, Any], kind: Any) -> None:
    form = Form("Who?", [{"key": "name"}], lambda values: f"Hello {values['name']}.")
    app = server.app(answers=["One.", ["Well. ", Select("Which?", {"Red": form})]])
    with ChatClient(**settings(server, app, **options)) as client:
        conversation = client.conversation()
        conversation.ask("a")
        answer = conversation.ask("go")
        assert isinstance(answer.interactive, UserSelect)
        if kind:
            server.fault(kind, app=app)
        answer = conversation.reply(answer.interactive.choose("Red"))
        assert isinstance(answer.interactive, UserInput)
        again = client.conversation(chatId=conversation.chat_id)
        if kind:
            server.fault(kind, app=app)
        answer = again.reply(answer.interactive.fill({"name": "Ann"}))
        assert answer.text == "Hello Ann."
    assert saved(server, app, conversation.chat_id) == turns(("a", "One."), ("go", "Well. Hello Ann."))


@OPTIONS
def test_leaving_early(server: FakeFastGPT, options: dict[str, Any]) -> None:
    app = server.app(answers=[Talk().answer, "Two."])
    with ChatClient(**settings(server, app, **options)) as client:
        conversation = client.conversation()
        with conversation.stream("go") as stream:
            for _ in stream.text_deltas():
                break
        # Nothing goes on unseen, whatever this generation's way to see to it is.
        assert at_rest(server, app)
        answer = conversation.ask("b")
        assert answer.text == "Two."
    assert [who for who, _ in saved(server, app, conversation.chat_id)] == ["Human", "AI"] * 2
