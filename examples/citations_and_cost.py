"""Show the sources of an answer, its tokens and points by model, and its nodes.

Run it with:

    FASTGPT_API_KEY=fastgpt-… FASTGPT_APP_ID=… python examples/citations_and_cost.py "What is the capital of France?"
"""

from __future__ import annotations

import asyncio
import sys

from fastgpt_client import AsyncChatClient, AsyncConversation, ChatCompletion
from fastgpt_client.tracing import TraceNode


async def texts(client: AsyncChatClient, conversation: AsyncConversation, answer: ChatCompletion) -> dict[str, str]:
    """Return the texts of the citations by ID; if the server sent only IDs, request them."""
    found = {citation.id: citation.q for citation in answer.citations if citation.q}
    missing = [citation for citation in answer.citations if citation.id not in found]
    if missing:
        newest = await client.get_chat_records(chatId=conversation.chat_id, pageSize=1)
        quotes = await client.get_quotes(
            chatId=conversation.chat_id,
            chatItemDataId=newest.data["list"][-1]["dataId"],
            datasetDataIdList=[citation.id for citation in missing],
            collectionIdList=[citation.collection_id for citation in missing],
        )
        found |= {quote["_id"]: quote.get("q", "") for quote in quotes.data}
    return found


async def show_sources(client: AsyncChatClient, conversation: AsyncConversation, answer: ChatCompletion) -> None:
    quoted = await texts(client, conversation, answer)
    for citation in answer.citations:
        scores = ", ".join(f"{kind} {score:.2f}" for kind, score in citation.scores.items())
        print(f"- {citation.source_name} [{scores}]: {quoted.get(citation.id, '')}")
        for position in citation.positions:
            print(f"  cited after: …{answer.text[max(0, position - 30) : position]}")


def show_cost(answer: ChatCompletion) -> None:
    for model, used in answer.usage.by_model.items():
        print(f"{model}: {used.total_tokens} tokens, {used.points:.3f} points")
    total = answer.usage.total
    print(f"in all {total.input_tokens} in, {total.output_tokens} out, {total.embedding_tokens} embedded")


def show_node(node: TraceNode, depth: int = 0) -> None:
    failed = "" if node.error is None else f" failed: {node.error}"
    print(f"{'  ' * depth}{node.name} ({node.type}) {node.seconds} s{failed}")
    for child in node.children:
        show_node(child, depth + 1)


async def main() -> None:
    async with AsyncChatClient() as client:
        # If the marks are kept, each citation has its positions in the text.
        conversation = client.conversation(retainDatasetCite=True)
        answer = await conversation.ask(" ".join(sys.argv[1:]) or "Hello!")
        print(answer.text)
        await show_sources(client, conversation, answer)
    show_cost(answer)
    for node in answer.trace:
        show_node(node)


if __name__ == "__main__":
    asyncio.run(main())
