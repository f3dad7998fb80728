"""Spans of days, as given by options."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from fastgpt_client.exceptions import ValidationError

__all__ = ["span"]


def span(start: str | None, end: str | None, days: int | None) -> tuple[datetime | None, datetime | None]:
    """Return the first and the last moment of a span of days, in local time.

    Args:
        days: the length of the span if there is no `start`; None for no limit.

    Raises:
        ValidationError: a day is not a date, or the first one is after the last one.
    """
    last = _day("--to", end) if end else date.today()
    first = _day("--from", start) if start else None
    if first is None and days is not None:
        first = last - timedelta(days=days - 1)
    if first is not None and first > last:
        raise ValidationError(f"--from: {first} is after {last}, the last day")
    begins = None if first is None else datetime.combine(first, time.min)
    return begins, datetime.combine(last, time.max) if end or days is not None else None


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValidationError(f"{name}: {text!r} is not a date: write it as {date.today()}") from None
