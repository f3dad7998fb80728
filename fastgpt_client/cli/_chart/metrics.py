"""The metrics of an app over time: parsed from the answer of the server, by day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from fastgpt_client.cli._output.json_data import as_list, as_object

__all__ = ["DEFAULT_METRICS", "METRICS", "DailySeries", "daily_series", "grouped"]

# What can be drawn, with its list in the answer of the server, and its name there.
METRICS: Mapping[str, tuple[str, str]] = {
    "chats": ("chatData", "chatCount"),
    "messages": ("chatData", "chatItemCount"),
    "users": ("userData", "userCount"),
    "new-users": ("userData", "newUserCount"),
    "kept-users": ("userData", "retentionUserCount"),
    "points": ("chatData", "points"),
    "errors": ("chatData", "errorCount"),
    "good": ("appData", "goodFeedBackCount"),
    "bad": ("appData", "badFeedBackCount"),
    "response-time": ("appData", "totalResponseTime"),
}
DEFAULT_METRICS = ("chats", "messages", "users", "points", "errors")

_HALF_A_DAY = 43_200
_MILLISECONDS = 1e11  # a timestamp above this is not in seconds


class DailySeries(NamedTuple):
    """Days in order, and for each metric the value of each day."""

    days: list[date]
    values: dict[str, list[float]]

    def total(self, metric: str) -> float:
        """Return the sum of all days."""
        return sum(self.values[metric])

    def best(self, metric: str) -> tuple[date, float]:
        """Return the day with the greatest value, the first of several."""
        values = self.values[metric]
        index = values.index(max(values))
        return self.days[index], values[index]


def daily_series(data: Mapping[str, Any], first: date, last: date, *, fill: bool = True) -> DailySeries:
    """Return the points of the server by day.

    Args:
        fill: whether to add the days from `first` to `last` that the server omits, with zeros.
    """
    found: dict[date, dict[str, float]] = {}
    for metric, (series, name) in METRICS.items():
        for point in map(as_object, as_list(data.get(series))):
            day = _day(point.get("timestamp"))
            if day is not None:
                values = found.setdefault(day, {})
                values[metric] = values.get(metric, 0.0) + _number(as_object(point.get("summary")).get(name))
    if fill:
        for offset in range((last - first).days + 1):
            found.setdefault(first + timedelta(days=offset), {})
    days = sorted(found)
    return DailySeries(days, {metric: [found[day].get(metric, 0.0) for day in days] for metric in METRICS})


def _day(timestamp: object) -> date | None:
    """Return the day of a point; servers send seconds or milliseconds, at midnight of their time zone."""
    value = _number(timestamp)
    if value <= 0:
        return None
    if value > _MILLISECONDS:
        value /= 1000
    try:
        # The nearest midnight of UTC: that of the server is at most half a day before or after it.
        return datetime.fromtimestamp(value + _HALF_A_DAY, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def _number(value: object) -> float:
    """Return a number, which some servers send as a string; 0 for anything else."""
    if isinstance(value, (int, float, str)):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            return 0.0
        return number if math.isfinite(number) else 0.0
    return 0.0


def grouped(values: Sequence[float], most: int) -> tuple[list[float], int]:
    """Return the sums of the values in at most so many groups, and the size of a group."""
    size = max(1, -(-len(values) // most))
    return [sum(values[start : start + size]) for start in range(0, len(values), size)], size
