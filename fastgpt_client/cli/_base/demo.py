"""What `--demo` serves: the sample apps of the embedded server, and a tour of what an app can do."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .errors import CommandError

if TYPE_CHECKING:
    from fastgpt_client.testing import AnswerLike, App, FakeFastGPT

__all__ = ["DEFAULT_APP", "apps_line", "find_app", "serve"]

DEFAULT_APP = "tour"
_PIECE_SECONDS = 0.015
_WELCOME = (
    "Ask for the weather (a tool is called), for prices (a search, with sources),\n"
    "for a plan (you are asked to choose), or for an order (a form to fill in)."
)
_PRICES = (
    {"q": "Basic costs 5 a month, for up to 3 people.", "sourceName": "prices.md"},
    {"q": "Pro costs 20 a month, for as many people as you like.", "sourceName": "prices.md"},
    {"q": "Each plan can be tried for 14 days.", "sourceName": "terms.md"},
)
_FORM = (
    {"key": "name", "label": "Your name", "required": True, "maxLength": 40},
    {"key": "people", "label": "People", "type": "numberInput", "min": 1, "max": 500, "defaultValue": 3},
    {"key": "invoice", "label": "Invoice by e-mail", "type": "switch", "defaultValue": True},
)


@contextmanager
def serve() -> Generator[FakeFastGPT]:
    """Yield the server of the demo.

    Raises:
        CommandError: the extra `testing` is missing.
    """
    try:
        from fastgpt_client.testing import FakeFastGPT  # noqa: PLC0415 - only a demo needs its extra
    except ImportError as exc:
        raise CommandError(str(exc), 2) from None
    with FakeFastGPT.serve(commercial=True) as server:
        tour = server.app(
            DEFAULT_APP,
            id="6b00000000000000000000aa",
            answer=_guide,
            delay=_PIECE_SECONDS,
            type="advanced",
            welcome=_WELCOME,
            suggestions=("What is the weather in Oslo?", "What are your prices?", "Which plan is for me?"),
            files=True,
        )
        tour.intro, tour.interactive = "shows tools, sources, choices and forms", True
        yield server


def find_app(server: FakeFastGPT, app: str | None) -> App:
    """Return a sample app by its name or ID; defaults to the tour."""
    found = {**server.state.apps, **server.apps}.get(app or DEFAULT_APP)
    if found is None:
        raise CommandError(f"--app-id: the demo has no app {app!r}; it has {', '.join(_names(server))}", 2)
    return found


def apps_line(server: FakeFastGPT) -> str:
    """Return the line that lists the apps."""
    return f"This is a demo without a model. --app-id: {', '.join(_names(server))}"


def _names(server: FakeFastGPT) -> list[str]:
    return sorted(server.apps, key=lambda name: name != DEFAULT_APP)


def _guide(messages: list[Any], variables: dict[str, Any]) -> AnswerLike:
    """Answer with what the question mentions."""
    from fastgpt_client.testing import Fixed, Form, Reasoning, Search, Select, Tool, pieces, text_of  # noqa: PLC0415 - as above

    question = text_of(messages[-1]["content"])
    asked = question.lower()
    if "weather" in asked:
        return [
            Reasoning("They ask for the weather. I do not know it, but there is a tool that does."),
            Tool("get_weather", {"city": "Oslo"}, '{"celsius": 21, "sky": "clear"}'),
            *pieces("It is 21 °C in Oslo, and the sky is clear."),
        ]
    if "price" in asked or "cost" in asked:
        said = "Basic costs 5 a month for up to 3 people, Pro 20 for as many as you like. You can try both for 14 days."
        return [Search(_PRICES), *pieces(said)]
    if "plan" in asked:
        return Select("Which plan shall it be?", {"Basic": Fixed("Basic it is."), "Pro": Fixed("Pro it is.")})
    if "order" in asked:

        def confirm(values: dict[str, Any]) -> AnswerLike:
            by = "by e-mail" if values.get("invoice") else "by post"
            name, people = values.get("name", "whoever you are"), values.get("people", 1)
            return f"Thank you, {name}! {people} seats are yours; the invoice comes {by}."

        return Form("Your order, please.", _FORM, confirm)
    return f"You said: {question}"
