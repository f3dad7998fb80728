"""The metrics of an app as a picture, drawn by matplotlib (extra `plot`)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

from fastgpt_client.cli._base.errors import CommandError

from .metrics import DailySeries

__all__ = ["draw", "need_matplotlib"]


def need_matplotlib() -> None:
    """Raise `CommandError` if matplotlib is missing."""
    if find_spec("matplotlib") is None:
        raise CommandError("a picture needs matplotlib: pip install matplotlib", 2)


def draw(path: Path, kind: str, title: str, found: DailySeries, metrics: Sequence[str]) -> None:
    """Write a picture with a chart for each metric, one below another.

    Args:
        kind: "png" or "svg".
    """
    # Imported here since it takes long; only some of its types are known.
    dates: Any = import_module("matplotlib.dates")
    figure: Any = import_module("matplotlib.figure").Figure(figsize=(10, 1 + 2 * len(metrics)), layout="constrained")
    import_module("matplotlib.backends.backend_agg").FigureCanvasAgg(figure)
    figure.suptitle(title)
    axes = figure.subplots(len(metrics), 1, sharex=True, squeeze=False)
    days = [dates.date2num(day) for day in found.days]
    apart = min((later - earlier for earlier, later in pairwise(days)), default=1.0)
    for metric, [axis] in zip(metrics, axes, strict=True):
        axis.bar(days, found.values[metric], width=0.8 * apart)
        axis.set_ylabel(metric)
        axis.set_ylim(bottom=0)
        axis.grid(axis="y", alpha=0.3)
        locator = dates.AutoDateLocator()
        axis.xaxis.set_major_locator(locator)
        axis.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))
    figure.savefig(path, format=kind, metadata={"Date": None} if kind == "svg" else None)
