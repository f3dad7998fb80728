"""The public names, and that they are those of the documentation."""

from __future__ import annotations

import importlib
import inspect
from types import ModuleType
from typing import Any

import pytest

import fastgpt_client
from fastgpt_client import (
    AppClient,
    AsyncAppClient,
    AsyncChatClient,
    AsyncDatasetClient,
    AsyncFastGPTClient,
    ChatClient,
    DatasetClient,
    FastGPTClient,
)
from tests.support.calls import CALLS

MODULES = (
    "calls",
    "citations",
    "config",
    "content",
    "datasets",
    "events",
    "exceptions",
    "interactive",
    "responses",
    "tracing",
    "types",
    "usage",
)
PUBLIC = ["fastgpt_client", *(f"fastgpt_client.{name}" for name in MODULES)]
PAIRS = [
    (AsyncFastGPTClient, FastGPTClient),
    (AsyncChatClient, ChatClient),
    (AsyncAppClient, AppClient),
    (AsyncDatasetClient, DatasetClient),
]
CORE_OF_CHAT = {
    "clear_chat_histories",
    "create_chat_completion",
    "delete_chat_history",
    "delete_chat_record",
    "get_chat_histories",
    "get_chat_init",
    "get_chat_records",
    "get_record_detail",
    "get_suggested_questions",
    "iter_chat_histories",
    "iter_chat_records",
    "send_feedback",
    "stop_chat",
    "update_chat_history",
}
CORE_OF_APP = {
    "get_app_info",
    "get_app_logs_chart",
    "get_app_logs_total",
    "iter_app_logs",
    "list_app_log_users",
    "list_app_logs",
    "list_apps",
}
CORE_OF_DATASET = {
    "create_collection",
    "create_dataset",
    "create_file_collection",
    "create_text_collection",
    "delete_collection",
    "delete_data",
    "delete_dataset",
    "get_collection",
    "get_data",
    "get_dataset",
    "get_training",
    "insert_data",
    "iter_collections",
    "iter_data",
    "iter_datasets",
    "iter_training_errors",
    "list_datasets",
    "push_data",
    "retry_training",
    "search",
    "update_data",
}
OF_EVERY_CLIENT = {"app_id", "close", "is_closed", "with_options"}
# These have tests of their own: they send more than one request, or no JSON.
NOT_IN_THE_TABLE = {
    "ask_each",
    "conversation",
    "create_file_collection",
    "create_image_collection",
    "create_table_collection",
    "download_collections",
    "export_collection",
    "get_app_info",
    "get_speech",
    "get_training",
    "image_part",
    "insert_images",
    "knowledge_base",
    "push_data",
    "transcribe",
    "update_data",
    "upload_dataset_file",
    "upload_file",
    "upload_search_image",
    "upload_temporary_file",
}
# What is sent is given first.
BY_POSITION = {
    "ask_each",
    "create_chat_completion",
    "create_file_collection",
    "create_table_collection",
    "knowledge_base",
    "transcribe",
    "upload_dataset_file",
    "upload_file",
    "upload_search_image",
    "upload_temporary_file",
}


def public_names(owner: Any) -> set[str]:
    return {name for name in dir(owner) if not name.startswith("_")}


def own_calls(client: type[Any], base: type[Any]) -> set[str]:
    return public_names(client) - public_names(base)


@pytest.mark.parametrize("name", PUBLIC)
def test_the_list_of_public_names_is_sorted_and_true(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__all__ == sorted(set(module.__all__))
    assert all(hasattr(module, public) for public in module.__all__)


@pytest.mark.parametrize("name", PUBLIC[1:])
def test_the_list_of_public_names_is_complete(name: str) -> None:
    module = importlib.import_module(name)
    own = {
        public
        for public, value in vars(module).items()
        if not public.startswith("_") and getattr(value, "__module__", None) == name
    }
    shared = {"complete_error", "decode_event", "failure_of_run", "raise_if_nothing_came", "workflow_error"}
    shared |= {"listed_citations"}
    assert own - {"D", "T"} - shared <= set(module.__all__)


def test_every_event_and_error_and_answer_can_be_imported_from_the_top() -> None:
    for name in ("events", "exceptions", "responses"):
        module = importlib.import_module(f"fastgpt_client.{name}")
        assert set(module.__all__) <= set(fastgpt_client.__all__)


def test_all_that_is_public_is_listed_by_dir() -> None:
    assert {*fastgpt_client.__all__, *MODULES, "testing"} <= {*dir(fastgpt_client)}
    with pytest.raises(AttributeError, match="has no attribute 'ChatCleint'"):
        fastgpt_client.ChatCleint  # type: ignore[attr-defined] # noqa: B018


def test_a_module_is_loaded_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    citations = importlib.import_module("fastgpt_client.citations")
    monkeypatch.delattr(fastgpt_client, "citations")
    assert fastgpt_client.citations is citations
    assert vars(fastgpt_client)["citations"] is citations


def test_a_star_import_brings_no_modules() -> None:
    assert not [name for name in fastgpt_client.__all__ if isinstance(getattr(fastgpt_client, name), ModuleType)]


@pytest.mark.parametrize(
    ("client", "core"), [(ChatClient, CORE_OF_CHAT), (AppClient, CORE_OF_APP), (DatasetClient, CORE_OF_DATASET)]
)
def test_a_client_has_the_documented_calls(client: type[Any], core: set[str]) -> None:
    assert core <= own_calls(client, FastGPTClient)


@pytest.mark.parametrize("client", [client for pair in PAIRS for client in pair])
def test_every_client_has_what_clients_have(client: type[Any]) -> None:
    assert public_names(client) >= OF_EVERY_CLIENT


@pytest.mark.parametrize("client", [FastGPTClient, AsyncFastGPTClient])
def test_a_client_has_nothing_else(client: type[Any]) -> None:
    assert public_names(client) - OF_EVERY_CLIENT <= {"aclose", "base_url", "http_client"}


@pytest.mark.parametrize(("async_client", "client"), PAIRS)
def test_both_flavours_have_the_same_names(async_client: type[Any], client: type[Any]) -> None:
    assert public_names(async_client) - {"aclose"} == public_names(client)


@pytest.mark.parametrize(("async_client", "client"), PAIRS)
def test_both_flavours_take_the_same_arguments(async_client: type[Any], client: type[Any]) -> None:
    for name in public_names(client) & {name for name in dir(client) if callable(getattr(client, name))}:
        theirs = inspect.signature(getattr(async_client, name)).parameters
        ours = inspect.signature(getattr(client, name)).parameters
        assert list(ours) == list(theirs), name
        assert [p.default for p in ours.values()] == [p.default for p in theirs.values()], name


@pytest.mark.parametrize("client", [ChatClient, AppClient, DatasetClient])
def test_arguments_of_calls_are_given_by_name(client: type[Any]) -> None:
    for name in own_calls(client, FastGPTClient) - BY_POSITION:
        _, *parameters = inspect.signature(getattr(client, name)).parameters.values()
        assert {parameter.kind for parameter in parameters} <= {inspect.Parameter.KEYWORD_ONLY}, name


@pytest.mark.parametrize("client", [ChatClient, AppClient, DatasetClient])
def test_every_call_is_documented(client: type[Any]) -> None:
    assert all(inspect.getdoc(getattr(client, name)) for name in own_calls(client, FastGPTClient))


def test_every_call_is_in_the_table_of_calls() -> None:
    calls = {name for _, client in PAIRS for name in own_calls(client, FastGPTClient)}
    table = {call.name for call in CALLS}
    assert {name for name in calls - NOT_IN_THE_TABLE if not name.startswith("iter_")} == table


def test_every_parameter_of_a_call_is_in_the_table_of_calls() -> None:
    for name in {call.name for call in CALLS}:
        client = next(client for _, client in PAIRS if hasattr(client, name))
        used = {argument for call in CALLS if call.name == name for argument in call.arguments}
        # These have tests of their own: who calls, and the other way to name a page.
        others = {"self", "appId", "outLinkAuthData", "shareId", "outLinkUid", "authProxy", "offset", "pageNum"}
        assert set(inspect.signature(getattr(client, name)).parameters) - others <= used, name
