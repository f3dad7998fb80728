"""The recipe for OpenTelemetry makes the spans that it says, against the embedded server."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from fastgpt_client import ChatClient, WorkflowError
from fastgpt_client.testing import FakeFastGPT

RECIPE = Path(__file__).resolve().parents[2] / "examples" / "recipes" / "opentelemetry_spans.py"
COMPLETIONS = "POST /api/v1/chat/completions"


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
def recipe(exporter: InMemorySpanExporter) -> dict[str, Any]:
    exporter.clear()
    return runpy.run_path(str(RECIPE))


@pytest.fixture
def server() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve() as server:
        yield server


def client_of(server: FakeFastGPT, recipe: dict[str, Any], app: str) -> ChatClient:
    return ChatClient(server.app_key(app), server.url, on_call=recipe["record_call"], retry_delay=0.0)


def tree(exporter: InMemorySpanExporter) -> dict[str, list[str]]:
    """The names of the spans by that of their parent."""
    spans = exporter.get_finished_spans()
    names = {span.context.span_id: span.name for span in spans if span.context}
    found: dict[str, list[str]] = {}
    for span in sorted(spans, key=lambda span: span.start_time or 0):
        found.setdefault(names[span.parent.span_id] if span.parent else "", []).append(span.name)
    return found


def named(exporter: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [span for span in exporter.get_finished_spans() if span.name == name]


def test_a_question_has_a_span_and_so_have_its_call_and_nodes(
    server: FakeFastGPT, recipe: dict[str, Any], exporter: InMemorySpanExporter
) -> None:
    with client_of(server, recipe, "tools") as client:
        answer = recipe["ask"](client, "hello")
    found = tree(exporter)
    assert found.pop("") == ["ask"]
    nodes = [node for root in answer.trace for node in root.walk()]
    assert sorted(found.pop("ask")) == sorted([COMPLETIONS, *(root.name for root in answer.trace)])
    assert found == {node.name: [child.name for child in node.children] for node in nodes if node.children}
    [call] = named(exporter, COMPLETIONS)
    assert dict(call.attributes or {})["http.response.status_code"] == 200
    used = [dict(span.attributes or {}).get("gen_ai.usage.input_tokens") for span in exporter.get_finished_spans()]
    assert sum(int(str(tokens)) for tokens in used if tokens) == answer.usage.total.input_tokens > 0


def test_a_repeat_has_a_span_of_its_own(
    server: FakeFastGPT, recipe: dict[str, Any], exporter: InMemorySpanExporter
) -> None:
    with client_of(server, recipe, "simple") as client, server.fault("rate_limit", headers={"Retry-After": "0"}):
        recipe["ask"](client, "hello")
    first, second = (dict(span.attributes or {}) for span in named(exporter, COMPLETIONS))
    assert (first["error.type"], first["http.request.resend_count"]) == ("RateLimitError", 0)
    assert ("error.type" in second, second["http.request.resend_count"]) == (False, 1)


def test_a_failure_is_seen_and_no_secret_is(
    server: FakeFastGPT, recipe: dict[str, Any], exporter: InMemorySpanExporter
) -> None:
    with client_of(server, recipe, "failing") as client, pytest.raises(WorkflowError) as caught:
        recipe["ask"](client, "a private question")
    [call], [question] = named(exporter, COMPLETIONS), named(exporter, "ask")
    assert not call.status.is_ok
    assert not question.status.is_ok
    assert call.parent is not None
    assert caught.value.completion is not None
    nodes = {node.name for node in caught.value.completion.trace if node.error is not None}
    assert nodes <= {span.name for span in exporter.get_finished_spans() if not span.status.is_ok}
    assert nodes
    told = "".join(span.to_json() for span in exporter.get_finished_spans())
    for secret in (server.app_key("failing"), "private", caught.value.message):
        assert secret not in told


def test_the_recipe_runs_as_a_program(server: FakeFastGPT) -> None:
    ran = subprocess.run(
        [sys.executable, str(RECIPE), "hello"],
        env={**os.environ, "FASTGPT_API_KEY": server.app_key("simple"), "FASTGPT_BASE_URL": server.url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"name": "POST /api/v1/chat/completions"' in ran.stdout
    assert ran.stderr == ""
