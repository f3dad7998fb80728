"""Create OpenTelemetry spans for a question: one per attempt, and one per node of the run.

Run it with:

    pip install opentelemetry-sdk
    FASTGPT_API_KEY=fastgpt-… FASTGPT_APP_ID=… python examples/recipes/opentelemetry_spans.py "What is the weather?"
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.util.types import AttributeValue

from fastgpt_client import CallAttempt, ChatClient, ChatCompletion, WorkflowError
from fastgpt_client.tracing import TraceNode

tracer = trace.get_tracer("fastgpt")


def nanoseconds(seconds: float) -> int:
    return int(seconds * 1_000_000_000)


def record_call(call: CallAttempt) -> None:
    """Create a span for an attempt, inside the caller's span; pass this function as `on_call=`."""
    ended = time.time_ns()
    attributes: dict[str, AttributeValue] = {"http.request.resend_count": call.attempt - 1}
    if call.status is not None:
        attributes["http.response.status_code"] = call.status
    if call.request_id is not None:
        attributes["fastgpt.request_id"] = call.request_id
    if call.error is not None:
        attributes["error.type"] = type(call.error).__name__  # not its text, which may quote the user
    began = ended - nanoseconds(call.seconds)
    span = tracer.start_span(call.operation, kind=SpanKind.CLIENT, attributes=attributes, start_time=began)
    if call.error is not None:
        span.set_status(Status(StatusCode.ERROR))
    span.end(ended)


def record_nodes(nodes: Sequence[TraceNode], began: int) -> None:
    """Create spans for the nodes of a run that began at this time.

    The server reports how long each node took, but not when it began, so the spans follow one another.
    """
    for node in nodes:
        attributes: dict[str, AttributeValue] = {"fastgpt.node.type": node.type}
        used = node.usage
        if used.total_tokens:
            attributes["gen_ai.request.model"] = str(node.raw.get("model", ""))
            attributes["gen_ai.usage.input_tokens"] = used.input_tokens
            attributes["gen_ai.usage.output_tokens"] = used.output_tokens
            attributes["fastgpt.points"] = used.points
        span = tracer.start_span(node.name or node.type, attributes=attributes, start_time=began)
        if node.error is not None:
            span.set_status(Status(StatusCode.ERROR))
        with trace.use_span(span):
            record_nodes(node.children, began)
        began += nanoseconds(node.seconds or 0.0)
        span.end(began)


def ask(client: ChatClient, question: str) -> ChatCompletion:
    """Print the answer to a question as it arrives, and return it; `detail=True` requests the nodes."""
    began = time.time_ns()
    # The text of an exception may quote the user, so it is not recorded.
    with tracer.start_as_current_span("ask", record_exception=False, set_status_on_exception=False) as span:
        try:
            with client.create_chat_completion(
                [{"role": "user", "content": question}], stream=True, detail=True
            ) as stream:
                for text in stream.text_deltas():
                    print(text, end="", flush=True)
                answer = stream.final()
        except WorkflowError as error:
            if error.completion is not None:
                record_nodes(error.completion.trace, began)
            span.set_status(Status(StatusCode.ERROR))
            raise
        record_nodes(answer.trace, began)
    return answer


def main() -> None:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
    trace.set_tracer_provider(provider)
    with ChatClient(on_call=record_call) as client:
        ask(client, " ".join(sys.argv[1:]) or "Hello!")
    provider.shutdown()


if __name__ == "__main__":
    main()
