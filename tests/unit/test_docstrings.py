"""Every public function says in its docstring what it gives, and what each of its arguments is."""

from __future__ import annotations

import builtins
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cached_property
from types import FunctionType
from typing import Any

import pytest

from tests.unit.test_imports import PUBLIC_MODULES

MODULES = ["fastgpt_client", *(f"fastgpt_client.{name}" for name in sorted(PUBLIC_MODULES))]
# One word for one thing: how the description begins wherever a client's method has the argument.
SHARED = {
    "appId": "ID of the app",
    "authProxy": "act as another member of the team (",
    "chatId": "ID of ",
    "collectionId": ("ID of ", "only this collection"),
    "datasetId": "ID of ",
    "extra_body": "extra fields for the request body; they override the arguments.",
    "extra_query": "extra query parameters for the URL; they override the arguments.",
    "outLinkAuthData": "credentials of a share link's visitor (4.15 and later); the request is sent without the key.",
    "outLinkUid": "ID of the share link's visitor (up to 4.14).",
    "pageNum": "number of the page, from 1; use either this or `offset`.",
    "pageSize": ("maximum number of ", "number of "),
    "shareId": "ID of the share link (up to 4.14); requires `outLinkUid`.",
}
# How the last exception of a method that sends is described: the rest are its own.
FAILED = "FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why."
CLIENTS = ("AppClient", "ChatClient", "ChatStream", "Conversation", "DatasetClient", "KnowledgeBase")
SEND_NOTHING = {"ask_each", "close", "conversation", "knowledge_base", "raise_for_status", "with_options"}
# They are made by this package alone; what they are made of is nobody's business.
MADE_HERE = {
    "APIConnectionError",
    "APIError",
    "AskRun",
    "ChatCompletion",
    "ChatStream",
    "Conversation",
    "DataResponse",
    "EventRelay",
    "FastGPTError",
    "InteractiveNode",
    "PageIterator",
    "Response",
}
ENTRY = re.compile(r"\*{0,2}(\w+)(?: \([^)]*\))?:\s*(.*)", re.DOTALL)


def public() -> dict[str, Any]:
    """Return all classes and functions that are for users, by their names."""
    found: dict[str, Any] = {}
    for name in MODULES:
        module = importlib.import_module(name)
        found |= {each: getattr(module, each) for each in getattr(module, "__all__", ())}
    return {name: value for name, value in found.items() if inspect.isclass(value) or inspect.isfunction(value)}


def functions() -> Iterator[tuple[str, FunctionType]]:
    """Give the public functions and methods, those that are inherited from a mixin too; a class stands for its own."""
    for name, value in public().items():
        if isinstance(value, FunctionType):
            yield name, value
            continue
        for kind in value.__mro__:
            if not kind.__module__.startswith("fastgpt_client"):
                continue
            for method, own in vars(kind).items():
                inner = inspect.unwrap(own.__func__ if isinstance(own, (classmethod, staticmethod)) else own)
                made = method == "__init__" and kind is value and not is_dataclass(kind)
                if (
                    isinstance(inner, FunctionType)
                    and inner.__module__.startswith("fastgpt_client")
                    and (method[0] != "_" or (made and name.removeprefix("Async") not in MADE_HERE))
                ):
                    yield f"{name}.{method}", inner


FUNCTIONS = dict(functions())


def docstring(name: str) -> str:
    """Return what a function says of itself; of one that makes an object, what its class says."""
    function = FUNCTIONS[name]
    text = inspect.getdoc(function) or ""
    if name.endswith(".__init__"):
        text = inspect.getdoc(getattr(sys.modules[function.__module__], name.partition(".")[0])) or ""
    return text


def described(text: str, section: str = "Args") -> dict[str, str]:
    """Return what is described in a section of a docstring of Google's style."""
    whole = re.search(rf"^{section}:\n(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    entries = re.split(r"\n(?= {4}\S)", whole[1].rstrip()) if whole else []
    found = [ENTRY.fullmatch(entry.strip()) for entry in entries]
    return {match[1]: " ".join(match[2].split()) for match in found if match}


def arguments(name: str) -> list[str]:
    return [each for each in inspect.signature(FUNCTIONS[name]).parameters if each not in ("self", "cls")]


def test_all_kinds_of_functions_are_looked_at() -> None:
    names = {"FastGPTClient.__init__", "AsyncDatasetClient.push_data", "ask_one", "FakeFastGPT.serve", "Directory.open"}
    assert names <= FUNCTIONS.keys()
    assert len(FUNCTIONS) > 350


def test_each_begins_with_a_sentence() -> None:
    assert [name for name in FUNCTIONS if not docstring(name).strip().splitlines()[0].endswith((".", ":"))] == []


def test_each_argument_is_described_and_nothing_else_is() -> None:
    told = {name: described(docstring(name)) for name in FUNCTIONS}
    assert [(name, each) for name in FUNCTIONS for each in arguments(name) if each not in told[name]] == []
    assert [(name, each) for name in FUNCTIONS for each in told[name] if each not in arguments(name)] == []


def repeats(argument: str, description: str) -> bool:
    """Whether a description says no more than the name does."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", argument).lower().split()
    words = re.findall(r"\w+", description.lower())
    return not {*words} - {*name, "the", "a", "an", "of", "its", "this"}


def test_a_description_says_something() -> None:
    told = [(name, *one) for name in FUNCTIONS for one in described(docstring(name)).items()]
    assert [(name, each) for name, each, text in told if not text or repeats(each, text)] == []


def calls() -> list[str]:
    """Return the methods that send, of the sync and the async classes."""
    found = [name.partition(".") for name in FUNCTIONS]
    return [
        ".".join(each[::2])
        for each in found
        if each[0].removeprefix("Async") in CLIENTS and each[2] not in SEND_NOTHING
    ]


def test_what_many_have_is_described_alike() -> None:
    told = [(name, *one) for name in calls() for one in described(docstring(name)).items()]
    assert [(name, each) for name, each, text in told if not text.startswith(SHARED.get(each, ""))] == []


def raised(text: str) -> dict[str, str]:
    """Return the exceptions in a docstring, each with its description."""
    return described(text, "Raises")


def test_each_call_says_what_it_raises() -> None:
    assert len(calls()) > 200
    last = {name: list(raised(docstring(name)).items())[-1:] for name in calls()}
    own = {"DatasetClient.push_data", "AsyncDatasetClient.push_data"}  # its last one says what became of the rows
    assert [name for name, told in last.items() if [": ".join(each) for each in told] != [FAILED]] == sorted(own)


def test_each_exception_that_is_named_is_public() -> None:
    known = {name for name in public() if name.endswith("Error")} | set(dir(builtins))
    assert [(name, each) for name in FUNCTIONS for each in raised(docstring(name)) if each not in known] == []


def test_each_call_of_a_client_names_its_versions() -> None:
    named = re.compile(r"all versions|and later|up to 4\.|before 4\.|commercial edition", re.IGNORECASE)
    sent = [name for name in calls() if name.partition(".")[0].endswith("Client")]
    assert [name for name in sent if not named.search(docstring(name))] == []


@pytest.mark.parametrize(
    "name",
    [
        "AsyncAppClient",
        "AsyncChatClient",
        "AsyncChatClient.ask_each",
        "AsyncChatClient.conversation",
        "AsyncChatClient.create_chat_completion",
        "AsyncChatClient.get_speech",
        "AsyncChatClient.iter_chat_histories",
        "AsyncChatClient.iter_chat_records",
        "AsyncChatClient.upload_file",
        "AsyncDatasetClient",
        "AsyncDatasetClient.create_dataset",
        "AsyncDatasetClient.create_file_collection",
        "AsyncDatasetClient.iter_collections",
        "AsyncDatasetClient.iter_data",
        "AsyncDatasetClient.knowledge_base",
        "AsyncDatasetClient.push_data",
        "AsyncDatasetClient.search",
        "AsyncKnowledgeBase.evaluate",
        "AsyncKnowledgeBase.push_rows",
        "AsyncKnowledgeBase.save",
        "AsyncKnowledgeBase.sync",
        "FakeFastGPT.serve",
        "async_ask_one",
    ],
)
def test_what_a_user_starts_with_has_an_example(name: str) -> None:
    for twin in (name, name.replace("Async", "").replace("async_", "")):
        assert "```python" in (docstring(twin) if twin in FUNCTIONS else inspect.getdoc(public()[twin]) or ""), twin


def undescribed() -> Iterator[str]:
    """Give the public classes and properties without a docstring of their own."""
    for name, value in public().items():
        if not inspect.isclass(value):
            continue
        if not (value.__doc__ or "").strip():
            yield name
        for kind in value.__mro__:
            for attribute, own in vars(kind).items():
                inner = (
                    own.fget if isinstance(own, property) else own.func if isinstance(own, cached_property) else None
                )
                ours = inner is not None and (inner.__module__ or "").startswith("fastgpt_client")
                if ours and attribute[0] != "_" and not inner.__doc__:
                    yield f"{name}.{attribute}"


def test_each_class_and_property_is_described() -> None:
    assert list(undescribed()) == []


@pytest.mark.parametrize(("argument", "description"), [("chat_id", "the chat's id."), ("top_k", "Top k.")])
def test_a_name_that_is_repeated_is_found(argument: str, description: str) -> None:
    assert repeats(argument, description.replace("'s", ""))
    assert not repeats(argument, "how many are given")
