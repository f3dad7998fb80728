# Generated from tests/_async/test_answers.py by scripts/generate.py: edit the source, not this file.
"""Good answers: opened, typed, and the same in every version."""

from __future__ import annotations

from typing import Any

import pytest

from fastgpt_client import ServerError
from tests.support.call import EXTRA, OTHER_APP, QUESTION
from tests.support.fake_server import APP_ID, FakeServer
from tests.support.replies import envelope


def test_an_answer_in_the_envelope_is_opened() -> None:
    server = FakeServer(envelope({"list": [], "total": 0}, **{"x-request-id": "r1"}))
    response = server.chat().get_chat_histories()
    assert response.data == {"list": [], "total": 0}
    assert response.json()["code"] == 200
    assert (response.status_code, response.request_id, response.attempts) == (200, "r1", 1)


def test_an_answer_without_data_is_none() -> None:
    server = FakeServer(envelope())
    response = server.chat().send_feedback(chatId="c1", dataId="d1")
    assert response.data is None


@pytest.mark.parametrize(
    ("data", "nodes"),
    [
        ([{"nodeId": "n"}], [{"nodeId": "n"}]),
        ([], []),
        ({}, []),
        (None, []),
        ({"0": {"nodeId": "n"}}, [{"nodeId": "n"}]),
    ],
)
def test_the_detail_of_a_record_is_a_list_in_every_version(data: Any, nodes: list[Any]) -> None:
    server = FakeServer(envelope(data))
    response = server.chat().get_record_detail(chatId="c1", dataId="d1")
    assert response.data == nodes


def test_the_info_of_an_app_is_read_from_a_chat_that_does_not_exist() -> None:
    server = FakeServer(envelope({"chatId": "x", "app": {"name": "Bot", "chatConfig": {}}}))
    client = server.app()
    first = client.get_app_info()
    chat_id = server.query["chatId"]
    assert first.data == {"appId": APP_ID, "name": "Bot", "chatConfig": {}}
    assert (server.last.method, server.last.url.path) == ("GET", "/api/core/chat/init")
    assert server.query == {"appId": APP_ID, "chatId": chat_id}
    assert len(chat_id) == 24
    client.get_app_info(appId=OTHER_APP, **EXTRA)
    assert server.query["chatId"] != chat_id
    assert server.query["trace"] == "t 1"
    assert server.query["appId"] == OTHER_APP
    assert server.body == {"newer": 1}


@pytest.mark.parametrize("data", [None, [], {}, {"app": None}])
def test_the_info_of_an_app_that_is_not_told_is_its_id(data: Any) -> None:
    server = FakeServer(envelope(data))
    response = server.app().get_app_info()
    assert response.data == {"appId": APP_ID}


def test_an_envelope_in_place_of_a_completion_is_an_error() -> None:
    server = FakeServer(envelope({"list": []}))
    with pytest.raises(ServerError, match="instead of a FastGPT response"):
        server.chat().create_chat_completion(QUESTION)
