"""What is said of an answer when it is there: its sources, and what it took."""

from __future__ import annotations

from fastgpt_client.citations import Citation
from fastgpt_client.usage import ModelUsage

from .texts import count, number
from .texts import seconds as duration

__all__ = ["cost", "source"]


def source(number: int, citation: Citation) -> str:
    """Return the line of a citation."""
    name = citation.source_name or citation.collection_id or citation.id
    text = " ".join(f"{citation.q} {citation.a}".split())
    return f"[{number}] {name}" + (f": {text}" if text else "")


def cost(used: ModelUsage, seconds: float) -> str:
    """Return the line of tokens, points and time; what is not known is left out."""
    parts: list[str] = []
    if used.total_tokens:
        split = (
            f" ({used.input_tokens} in, {used.output_tokens} out)" if used.input_tokens or used.output_tokens else ""
        )
        parts.append(f"{count(used.total_tokens, 'token')}{split}")
    if used.points:
        parts.append(f"{number(used.points)} points")
    return " · ".join([*parts, duration(seconds)])
