"""A saved message of a chat, and what can be read from it."""

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
    """One message of a chat, as the server keeps it and `get_chat_records` and `iter_chat_records` return it.

    ```python
    for raw in client.iter_chat_records(chatId=chat_id):
        record = Record(raw)
        print(record.role, record.text)
    ```

    Attributes:
        raw: the message as received.
    """

    raw: ChatRecord

    @property
    def role(self) -> Literal["user", "assistant", "system"]:
        """Whose message it is: "user" for a question, "assistant" for an answer."""
        return _ROLES.get(str(self.raw.get("obj")), "system")

    @property
    def time(self) -> datetime | None:
        """When the message was saved, in UTC; None if the server does not tell."""
        try:
            return datetime.fromisoformat(self.raw.get("time", ""))
        except (TypeError, ValueError):
            return None

    @property
    def data_id(self) -> str:
        """The id of the message; from 4.15 on a question and its answer share one."""
        return str(self.raw.get("dataId") or "")

    @property
    def text(self) -> str:
        """The text, "" if there is none."""
        return content_text(self.raw.get("value"))

    @property
    def reasoning(self) -> str:
        """What the model thought aloud, "" if nothing."""
        return content_text(self.raw.get("value"), "reasoning")

    @property
    def tool_calls(self) -> list[ToolCallData]:
        """The tool calls of an answer, with their parameters and responses."""
        return content_tools(self.raw.get("value"))

    @property
    def interactive(self) -> InteractiveNode | None:
        """What an answer asked of the user, whether that was answered or not; None if it asked nothing."""
        from fastgpt_client.interactive import interactive_node  # noqa: PLC0415

        return interactive_node(content_interactive(self.raw.get("value")))

    @property
    def citations(self) -> list[Citation]:
        """What the run of an answer found in knowledge bases, each piece once; its text may have to be asked for.

        A share link that hides its sources withholds them: that is a `ValidationError`, for unknown is not empty.
        """
        from fastgpt_client.citations import citations, listed_citations  # noqa: PLC0415

        quotes: object = self.raw.get("totalQuoteList")
        if is_array(quotes):
            return listed_citations(quotes, self.text)
        nodes = node_list(self.raw.get("responseData"))
        if self.role == "assistant" and not nodes:
            raise ValidationError("citations cannot be known: this message came without them, as a share link may do.")
        return citations(nodes, self.text)

    @property
    def error(self) -> str | None:
        """Why an answer failed, None if it did not, or if the server does not tell."""
        found = as_object(self.raw).get("errorText")
        return error_text(as_object(found).get("errorText") or as_object(self.raw).get("errorMsg"))
