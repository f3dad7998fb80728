"""Complete responses and saved messages: the raw JSON, with accessors for what it contains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

from fastgpt_client._api.completion import (
    content_interactive,
    content_text,
    content_tools,
    error_text,
    known_nodes,
    node_list,
    nodes_error,
    nodes_plugin_output,
)
from fastgpt_client._http.httpx import Headers, HTTPResponse
from fastgpt_client._http.logging import log_empty_answer
from fastgpt_client._http.transport import request_id
from fastgpt_client._json import as_object
from fastgpt_client.exceptions import WorkflowError, complete_error

from .records import Record

if TYPE_CHECKING:
    from fastgpt_client.citations import Citation
    from fastgpt_client.interactive import InteractiveNode
    from fastgpt_client.tracing import TraceNode
    from fastgpt_client.types import ChatCompletionData, Envelope, NodeResponse, ResponseMessage, ToolCallData
    from fastgpt_client.usage import Usage

__all__ = ["ChatCompletion", "DataResponse", "Record", "Response"]

T = TypeVar("T")
D = TypeVar("D")


class Response(Generic[T]):
    """A complete response of the server.

    It can be pickled; the pickle omits the request, and with it the API key.

    Attributes:
        attempts: how many requests were sent for the call.
    """

    def __init__(self, http: HTTPResponse, content: bytes, json: T, *, attempts: int = 1) -> None:
        self._http: HTTPResponse | None = http
        self._status_code = http.status_code
        self._headers = http.headers
        self._content = content
        self._json = json
        self.attempts = attempts

    def json(self) -> T:
        """Return the parsed JSON, as received."""
        return self._json

    def raise_for_status(self) -> Self:
        """Return the response itself: the call has already raised any failure."""
        return self

    @property
    def status_code(self) -> int:
        """The HTTP status code."""
        return self._status_code

    @property
    def headers(self) -> Headers:
        """The HTTP response headers; lookup ignores case."""
        return self._headers

    @property
    def request_id(self) -> str | None:
        """The server's `x-request-id` (4.14.7 and later); None if it sent none."""
        return request_id(self._headers)

    @property
    def content(self) -> bytes:
        """The body, with its content encoding removed."""
        return self._content

    @property
    def http_response(self) -> HTTPResponse:
        """The response as an httpx response with decoded content; once pickled, it has no request."""
        coded = ("content-encoding", "content-length", "transfer-encoding")
        headers = [(name, value) for name, value in self._headers.multi_items() if name.lower() not in coded]
        request = None if self._http is None else self._http.request
        return HTTPResponse(self._status_code, headers=headers, content=self._content, request=request)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_http": None}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} [{self._status_code}]>"


class DataResponse(Response["Envelope[D]"], Generic[D]):
    """A response in FastGPT's envelope: `.data` is its content, `.json()` the whole envelope."""

    def __init__(self, http: HTTPResponse, content: bytes, json: Envelope[D], *, data: D, attempts: int = 1) -> None:
        super().__init__(http, content, json, attempts=attempts)
        self._data = data

    @property
    def data(self) -> D:
        """The content of the envelope, its `data` field."""
        return self._data


class ChatCompletion(Response["ChatCompletionData"]):
    """A complete answer, from a blocking call or assembled from a stream, with the same accessors for both.

    ```python
    answer = client.create_chat_completion([{"role": "user", "content": "Where is Oslo?"}], detail=True)
    print(answer.text, answer.chat_id)
    for citation in answer.citations:
        print(citation.source_name, citation.text)
    ```

    `str(answer)` is its text.
    """

    def __init__(
        self,
        http: HTTPResponse,
        content: bytes,
        json: ChatCompletionData,
        *,
        chat_id: str | None = None,
        attempts: int = 1,
    ) -> None:
        super().__init__(http, content, json, attempts=attempts)
        self._chat_id = chat_id

    def __str__(self) -> str:
        return self.text

    @property
    def _message(self) -> ResponseMessage:
        return cast("ResponseMessage", as_object(self._json["choices"][0].get("message")))

    @property
    def text(self) -> str:
        """The text of the answer; "" if it has none."""
        return content_text(self._message.get("content"))

    @property
    def reasoning(self) -> str:
        """The model's reasoning; "" if it sent none."""
        message = self._message
        return content_text(message.get("reasoning_content")) or content_text(message.get("content"), "reasoning")

    @property
    def tool_calls(self) -> list[ToolCallData]:
        """The tool calls of the run, with their parameters and responses (needs `detail=True`)."""
        return content_tools(self._message.get("content"))

    @property
    def interactive(self) -> InteractiveNode | None:
        """What the run is waiting for, without wrappers; None if it did not pause (needs `detail=True`)."""
        found = content_interactive(self._message.get("content"))
        if found is None:
            return None
        from fastgpt_client.interactive import interactive_node  # noqa: PLC0415 - loaded when it is used, as below

        return interactive_node(found)

    @property
    def node_responses(self) -> list[NodeResponse]:
        """What each node of the run did, in the server's order (needs `detail=True`)."""
        return node_list(self._json.get("responseData"))

    @property
    def has_nodes(self) -> bool:
        """Whether the answer has node responses; without them `citations`, `usage` and `trace` raise."""
        return bool(self.node_responses)

    @property
    def citations(self) -> list[Citation]:
        """The knowledge base rows that the run found, without duplicates (needs `detail=True`).

        Raises:
            ValidationError: the answer has no node responses, see `has_nodes`.
        """
        from fastgpt_client.citations import citations  # noqa: PLC0415 - loaded when it is used

        return citations(known_nodes("citations", self.node_responses), self.text)

    @property
    def usage(self) -> Usage:
        """The tokens and points of the run: in total, by node and by model (needs `detail=True`).

        Raises:
            ValidationError: the answer has no node responses, see `has_nodes`.
        """
        from fastgpt_client.tracing import run_usage  # noqa: PLC0415 - loaded when it is used

        return run_usage(known_nodes("usage", self.node_responses))

    @property
    def trace(self) -> list[TraceNode]:
        """The nodes of the run as a tree, with their durations and errors (needs `detail=True`).

        Raises:
            ValidationError: the answer has no node responses, see `has_nodes`.
        """
        from fastgpt_client.tracing import trace  # noqa: PLC0415 - loaded when it is used

        return trace(known_nodes("trace", self.node_responses))

    @property
    def error(self) -> str | None:
        """Why the run failed, wholly or in part; None if it succeeded, or if the server does not report it."""
        return error_text(self._json.get("error")) or nodes_error(self.node_responses)

    @property
    def chat_id(self) -> str | None:
        """The ID to continue this chat with; None if the server sent none and the call passed none."""
        return self._json.get("id") or self._chat_id

    @property
    def title(self) -> str | None:
        """The chat's title, sent with its first turn only (4.15 and later); None otherwise."""
        return self._json.get("title")

    @property
    def new_variables(self) -> dict[str, Any]:
        """The app's global variables after the run (needs `detail=True`); {} if the server sent none."""
        return self._json.get("newVariables") or {}

    @property
    def plugin_output(self) -> Any:
        """The output of a plugin app; None for other apps (needs `detail=True`)."""
        return nodes_plugin_output(self.node_responses)

    def raise_for_status(self) -> Self:
        """Return the answer itself, or raise if its run failed.

        Raises:
            WorkflowError: `error` is not None; `partial` holds the answer.
        """
        if self.error is not None:
            raise workflow_error(self)
        return self


def workflow_error(completion: ChatCompletion) -> WorkflowError:
    """Return the error for a failed run, with the answer received so far."""
    error = WorkflowError(f"The run failed: {completion.error}")
    complete_error(error, attempts=completion.attempts, request_id=completion.request_id, partial=completion)
    return error


def raise_if_nothing_came(completion: ChatCompletion) -> None:
    """Raise `WorkflowError` if the run failed without producing text, a pause or plugin output.

    An answer with neither text nor node responses may hide such a failure, so it is logged.
    """
    if not _is_empty(completion):
        return
    if completion.error is not None:
        raise workflow_error(completion)
    if not completion.has_nodes:
        log_empty_answer()


def failure_of_run(completion: ChatCompletion) -> WorkflowError | None:
    return workflow_error(completion) if _is_empty(completion) and completion.error is not None else None


def _is_empty(completion: ChatCompletion) -> bool:
    return not completion.text and completion.interactive is None and completion.plugin_output is None
