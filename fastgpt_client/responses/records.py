"""A saved message of a chat, with accessors for what it contains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from fastgpt_client._api.completion import content_interactive, content_text, content_tools, error_text, node_list
from fastgpt_client._json import as_object, is_array
from fastgpt_client.exceptions import ValidationError

if TYPE_CHECKING:
    from fastgpt_client.citations import Citation
    from fastgpt_client.interactive import InteractiveNode
    from fastgpt_client.types import ChatRecord, ToolCallData

__all__ = ["Record"]

_ROLES: dict[str, Literal["user", "assistant"]] = {"Human": "user", "AI": "assistant"}


@dataclass(frozen=True)
class Record:
    """One saved message of a chat, as `iter_chat_records` and `Conversation.records` yield it.

    ```python
    for record in client.iter_chat_records(chatId=chat_id):
        print(record.role, record.text)
    ```

    `Record(raw)` makes one of a message of `get_chat_records`.

    Attributes:
        raw: the message as received.
    """

    raw: ChatRecord

    @property
    def role(self) -> Literal["user", "assistant", "system"]:
        """Who wrote the message: "user" for a question, "assistant" for an answer, "system" for anything else."""
        return _ROLES.get(str(self.raw.get("obj")), "system")

    @property
    def time(self) -> datetime | None:
        """When the message was saved, in UTC; None if the server did not send it."""
        try:
            return datetime.fromisoformat(self.raw.get("time", ""))
        except (TypeError, ValueError):
            return None

    @property
    def data_id(self) -> str:
        """The ID of the message. From 4.15 on, a question and its answer share one."""
        return str(self.raw.get("dataId") or "")

    @property
    def text(self) -> str:
        """The text of the message; "" if it has none."""
        return content_text(self.raw.get("value"))

    @property
    def reasoning(self) -> str:
        """The model's reasoning; "" if it sent none."""
        return content_text(self.raw.get("value"), "reasoning")

    @property
    def tool_calls(self) -> list[ToolCallData]:
        """The tool calls of an answer, with their parameters and responses."""
        return content_tools(self.raw.get("value"))

    @property
    def interactive(self) -> InteractiveNode | None:
        """What the answer asked of the user, replied to or not; None if it asked nothing."""
        from fastgpt_client.interactive import interactive_node  # noqa: PLC0415 - loaded when it is used

        return interactive_node(content_interactive(self.raw.get("value")))

    @property
    def citations(self) -> list[Citation]:
        """The knowledge base rows that the answer's run found, without duplicates.

        Some servers omit the text of the rows; `get_quotes` fetches it.

        Raises:
            ValidationError: the answer came without its citations, as from a share link that hides its sources.
        """
        from fastgpt_client.citations import citations, listed_citations  # noqa: PLC0415 - loaded when it is used

        quotes: object = self.raw.get("totalQuoteList")
        if is_array(quotes):
            return listed_citations(quotes, self.text)
        nodes = node_list(self.raw.get("responseData"))
        if self.role == "assistant" and not nodes:
            raise ValidationError("citations are unknown: this message came without them, as share links may send it.")
        return citations(nodes, self.text)

    @property
    def error(self) -> str | None:
        """Why the answer failed; None if it succeeded, or if the server does not report it."""
        found = as_object(self.raw).get("errorText")
        return error_text(as_object(found).get("errorText") or as_object(self.raw).get("errorMsg"))
