"""Use FastGPT in LangChain: an app as a chat model, and a knowledge base as a retriever.

Run it with:

    pip install langchain-core
    export FASTGPT_BASE_URL=http://localhost:3000 FASTGPT_API_KEY=fastgpt-… FASTGPT_APP_ID=…
    python examples/recipes/langchain_fastgpt.py "How many days off?" [DATASET_ID]

The app chooses the model, prompt and tools, so `bind_tools` and structured output are not supported. Messages are sent
unchanged, without a chat on the server. A run that pauses for the user, or fails, raises an exception.
"""

# pyright: basic

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any, TypeVar

from langchain_core.callbacks import (
    AsyncCallbackManagerForLLMRun,
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForLLMRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from fastgpt_client import (
    AsyncChatClient,
    AsyncDatasetClient,
    ChatClient,
    ChatCompletion,
    DatasetClient,
    SearchHit,
    WorkflowError,
)
from fastgpt_client.types import ChatMessage

T = TypeVar("T")
ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class ChatFastGPT(BaseChatModel):
    """A FastGPT app as a chat model. You close the clients; sync calls use `client`, async calls `async_client`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    client: ChatClient | None = None
    async_client: AsyncChatClient | None = None
    variables: dict[str, Any] | None = None

    @property
    def _llm_type(self) -> str:
        return "fastgpt"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        client = _given(self.client, "client")
        return _result(client.create_chat_completion(_wire(messages), detail=True, variables=self.variables))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        client = _given(self.async_client, "async_client")
        return _result(await client.create_chat_completion(_wire(messages), detail=True, variables=self.variables))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        client = _given(self.client, "client")
        sent = _wire(messages)
        with client.create_chat_completion(sent, stream=True, detail=True, variables=self.variables) as stream:
            for text in stream.text_deltas():
                chunk = ChatGenerationChunk(message=AIMessageChunk(content=text))
                if run_manager:
                    run_manager.on_llm_new_token(text, chunk=chunk)
                yield chunk
            _check(stream.final())

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        client = _given(self.async_client, "async_client")
        sent = _wire(messages)
        opened = await client.create_chat_completion(sent, stream=True, detail=True, variables=self.variables)
        async with opened as stream:
            async for text in stream.text_deltas():
                chunk = ChatGenerationChunk(message=AIMessageChunk(content=text))
                if run_manager:
                    await run_manager.on_llm_new_token(text, chunk=chunk)
                yield chunk
            _check(await stream.final())


class FastGPTRetriever(BaseRetriever):
    """A FastGPT knowledge base as a retriever; `search` has further arguments, such as `searchMode`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    dataset: str
    client: DatasetClient | None = None
    async_client: AsyncDatasetClient | None = None
    search: dict[str, Any] = Field(default_factory=dict)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        client = _given(self.client, "client")
        return [_document(hit) for hit in client.search(datasetId=self.dataset, text=query, **self.search)]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        client = _given(self.async_client, "async_client")
        return [_document(hit) for hit in await client.search(datasetId=self.dataset, text=query, **self.search)]


def _given(client: T | None, name: str) -> T:
    if client is None:
        raise ValueError(f"{name}= is needed for this call")
    return client


def _wire(messages: list[BaseMessage]) -> list[ChatMessage]:
    """Return the messages in FastGPT's format, which accepts texts and OpenAI's content parts."""
    unknown = {message.type for message in messages} - set(ROLES)
    if unknown:
        raise ValueError(f"FastGPT takes no messages of the kind {', '.join(sorted(unknown))}")
    wire: list[Any] = [{"role": ROLES[message.type], "content": message.content} for message in messages]
    return wire


def _check(answer: ChatCompletion) -> None:
    if answer.interactive is not None:
        raise WorkflowError("The run asks the user something: use fastgpt_client's conversations for this app")
    answer.raise_for_status()


def _result(answer: ChatCompletion) -> ChatResult:
    _check(answer)
    usage = answer.usage.total
    message = AIMessage(
        content=answer.text,
        response_metadata={
            "points": usage.points,
            "citations": [citation.source_name for citation in answer.citations],
        },
    )
    return ChatResult(generations=[ChatGeneration(message=message)])


def _document(hit: SearchHit) -> Document:
    found = {"source": hit.source, "collection_id": hit.collection_id, "score": hit.score}
    return Document(id=hit.data_id, page_content=hit.text, metadata=found)


def main(question: str, dataset: str | None = None) -> None:
    with ChatClient() as client:
        for chunk in ChatFastGPT(client=client).stream(question):
            print(chunk.content, end="", flush=True)
        print()
    if dataset:
        with DatasetClient() as datasets:
            for document in FastGPTRetriever(client=datasets, dataset=dataset).invoke(question):
                print(f"{document.metadata['source']}: {document.page_content}")


if __name__ == "__main__":
    main(*sys.argv[1:])
