"""The model of an app without a script: it repeats the question, and certain words in the question control it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastgpt_client.testing.answers import AnswerLike, Delay, Failure, Message, Reasoning, Tool, pieces, text_of

__all__ = ["CITED", "echo", "heard", "reason", "use_tools"]

CITED = "6b01f55028cb02049eb506da"
_SLOW = 0.3
_WORDS = 120
_HEARD = 200
_FAILURES = {
    "LLM500": "500 fake upstream exploded",
    "LLM401": "401 Incorrect API key provided: sk-xxx",
    "LLM429": "429 Rate limit reached",
}
_THOUGHT = "First I read the question. Then I answer it."


def heard(messages: list[Message]) -> str:
    """Return what the user said last, joined if it is several messages."""
    last: list[str] = []
    for message in reversed(messages):
        if message["role"] != "user":
            break
        last.append(text_of(message["content"]))
    return " ".join(" ".join(reversed(last)).split())


def echo(messages: list[Message], variables: dict[str, Any]) -> AnswerLike:
    """Answer "You said: …", with the first 200 characters of the question.

    `LLM500`, `LLM401` and `LLM429` make the model fail, `LLMDROP` in the middle of the answer. `EMPTYANSWER` gives an
    empty answer, `LONGANSWER` 120 words, `SLOW` a slow one, `UNICODE` special characters, `CITEME` a citation.
    """
    question = heard(messages)[:_HEARD]
    for word, message in _FAILURES.items():
        if word in question:
            return Failure(message)
    said = pieces(f"You said: {question}")
    answers: dict[str, Callable[[], AnswerLike]] = {
        "EMPTYANSWER": lambda: "",
        "LLMDROP": lambda: [*said[:3], Failure("terminated", blocking="Connection error.")],
        "LONGANSWER": lambda: " ".join(f"word{number}" for number in range(_WORDS)),
        "CITEME": lambda: f"The capital is Paris [{CITED}](CITE). It is so.",
        "UNICODE": lambda: "Grüße 你好 👩‍💻 \u2028 line separator",
        "SLOW": lambda: [part for piece in said for part in (Delay(_SLOW), piece)],
    }
    return next((answer() for word, answer in answers.items() if word in question), f"You said: {question}")


def reason(messages: list[Message], variables: dict[str, Any]) -> AnswerLike:
    """Send reasoning first, then answer like `echo`."""
    return [Reasoning(_THOUGHT), echo]


def use_tools(messages: list[Message], variables: dict[str, Any]) -> AnswerLike:
    """Call a tool if the question contains `TOOL`, otherwise answer like `echo`."""
    if "TOOL" not in heard(messages):
        return echo(messages, variables)
    weather = '{"city": "Paris", "weather": "sunny", "celsius": 21}'
    return [
        Tool("get_weather", {"city": "Paris"}, weather, id="call_fake_1"),
        *pieces(f"The tool answered: {weather}"),
    ]
