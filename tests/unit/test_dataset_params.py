"""What calls about knowledge bases send, and what of their answers is not shown."""

from __future__ import annotations

import json
import logging
import pickle
from typing import Any

import pytest

from fastgpt_client._api.datasets import (
    chunk_settings,
    hide_secrets,
    known_indexes,
    named_files,
    retry_bodies,
    table_operation,
    with_parent,
)
from fastgpt_client._http.config import NOT_GIVEN
from fastgpt_client.exceptions import ValidationError
from tests.support.recordings import load

MODE = "chunkSettingMode"


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        (None, {}),
        ({}, {}),
        ({"trainingType": "qa", "chunkSize": None}, {"trainingType": "qa", "chunkSize": None}),
        ({"chunkSize": 500}, {"chunkSize": 500, MODE: "custom"}),
        ({"chunkSplitter": "\n", MODE: "auto"}, {"chunkSplitter": "\n", MODE: "auto"}),
        ({"chunkTriggerType": "forceChunk"}, {"chunkTriggerType": "forceChunk"}),
    ],
)
def test_settings_that_need_the_custom_mode_bring_it_along(settings: Any, sent: dict[str, Any]) -> None:
    assert chunk_settings(settings) == sent


@pytest.mark.parametrize(
    "name",
    [
        *("chunkSplitMode", "chunkSize", "chunkSplitter", "indexSize"),
        *("paragraphChunkAIMode", "paragraphChunkDeep", "paragraphChunkMinSize"),
    ],
)
def test_each_setting_of_the_custom_mode_brings_it_along(name: str) -> None:
    assert chunk_settings({name: 0}) == {name: 0, MODE: "custom"}


def test_settings_are_a_dict() -> None:
    with pytest.raises(ValidationError, match="settings must be a dict"):
        chunk_settings("qa")


@pytest.mark.parametrize(
    ("parent", "sent"),
    [(NOT_GIVEN, {"x": 1}), (None, {"parentId": None, "x": 1}), ("p", {"parentId": "p", "x": 1})],
)
def test_the_root_is_sent_as_null(parent: Any, sent: dict[str, Any]) -> None:
    assert with_parent(parent, {"x": 1}) == sent


def test_an_empty_parent_is_refused() -> None:
    with pytest.raises(ValidationError, match="parentId"):
        with_parent("", None)
    assert (with_parent(NOT_GIVEN, None), with_parent(None, None)) == ({}, {"parentId": None})


def test_indexes_keep_what_an_update_needs() -> None:
    recorded = json.loads(load("4.11.1")["data-detail--ok"].text)["data"]
    assert known_indexes(recorded) == [
        {"type": "custom", "dataId": "10", "text": "author of Hamlet"},
        {"type": "default", "dataId": "11", "text": "Who wrote Hamlet?"},
        {"type": "default", "dataId": "12", "text": "Shakespeare"},
    ]
    assert known_indexes({"indexes": None}) == known_indexes(None) == []


def test_a_kind_of_table_that_is_not_known_is_refused() -> None:
    assert table_operation("backup").paths == ("/api/core/dataset/collection/create/backup",)
    with pytest.raises(ValidationError, match="kind must be 'template' or 'backup', not 'csv'"):
        table_operation("csv")


@pytest.mark.parametrize(
    ("named", "bodies"),
    [
        (("d", "c", None), [("d", "c", None), (None, "c", None)]),
        (("d", None, None), [("d", None, None)]),
        ((None, "c", None), [(None, "c", None)]),
        (("d", "c", "t"), [("d", "c", "t")]),
        ((None, None, "t"), [(None, None, "t")]),
    ],
)
def test_a_retry_is_asked_for_in_the_form_of_each_age(named: tuple[Any, Any, Any], bodies: list[Any]) -> None:
    found = retry_bodies(*named, {"q": "q"})
    assert [(body["datasetId"], body["collectionId"], body["dataId"]) for body in found] == bodies
    assert all(body["q"] == "q" for body in found)


def test_a_retry_says_of_what() -> None:
    with pytest.raises(ValidationError, match="pass collectionId, datasetId or dataId"):
        retry_bodies(None, None, None, {})
    with pytest.raises(ValidationError, match="dataId must be a non-empty str"):
        retry_bodies(None, None, "", {})


def test_credentials_are_there_but_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    raw = load("4.11.1")["dataset-detail--ok"].text
    shown = hide_secrets(json.loads(raw))
    secret = shown["data"]["vectorModel"]["requestAuth"]
    assert shown == json.loads(raw)
    assert secret == "sk-fake"
    with caplog.at_level(logging.INFO):
        logging.getLogger("app").info("got %s and %r", shown, [secret])
    assert "sk-fake" not in caplog.text
    assert "sk-fake" not in repr(shown)
    assert repr(pickle.loads(pickle.dumps(secret))) == "'***'"
    assert json.dumps(secret) == '"sk-fake"'


@pytest.mark.parametrize("name", ["requestAuth", "authorization", "appSecret", "token"])
def test_only_credentials_are_hidden(name: str) -> None:
    value = {"list": [{"server": {name: "a", "baseUrl": "b"}}, {name: ""}, {name: None}, {name: {"token": "c"}}]}
    assert repr(hide_secrets(value)) == (
        f"{{'list': [{{'server': {{'{name}': '***', 'baseUrl': 'b'}}}}, {{'{name}': ''}}, {{'{name}': None}}, "
        f"{{'{name}': {{'token': '***'}}}}]}}"
    )


@pytest.mark.parametrize(
    ("files", "named"),
    [
        (["a.png", b"x"], [("a.png", None, None), (b"x", None, None)]),
        ({"a.png": b"x"}, [(b"x", "a.png", None)]),
    ],
)
def test_files_are_named_by_themselves_or_by_a_dict(files: Any, named: list[Any]) -> None:
    assert named_files(files) == named


@pytest.mark.parametrize("files", ["a.png", b"x", 5, None])
def test_one_file_is_no_list_of_files(files: Any) -> None:
    with pytest.raises(ValidationError, match="files must be a list of paths, or a dict"):
        named_files(files)


@pytest.mark.parametrize("files", [[], {}])
def test_no_file_at_all_is_refused(files: Any) -> None:
    with pytest.raises(ValidationError, match="files is empty"):
        named_files(files)
