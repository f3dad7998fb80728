"""`fastgpt-client app chart`: the metrics of an app over time, in the terminal, as a picture or as data."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.text import Text

from fastgpt_client.cli._base.command import command
from fastgpt_client.cli._base.completion import one_of
from fastgpt_client.cli._base.dates import span
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.files import replaced_when_whole, writable
from fastgpt_client.cli._base.options import AsJson, FromDate, Sources, ToDate, check_sources
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._commands.apps import apps
from fastgpt_client.cli._output.formatting import count, number
from fastgpt_client.cli._output.json_data import as_object, write_json
from fastgpt_client.exceptions import APIError

from .bars import bars
from .metrics import DEFAULT_METRICS, METRICS, DailySeries, daily_series
from .picture import draw, need_matplotlib

__all__ = ["chart"]

_DAYS = 30
_NARROWEST = 20
_SPANS = ("day", "week", "month", "quarter")
_PICTURES = (".png", ".svg")


@command(apps)
def chart(
    session: Session,
    start: FromDate = None,
    end: ToDate = None,
    source: Sources = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METRIC",
            help=f"What to draw: {', '.join(METRICS)}. May be repeated.",
            autocompletion=one_of([*METRICS]),
        ),
    ] = None,
    by: Annotated[
        str,
        typer.Option(metavar="SPAN", help=f"The span of a bar: {', '.join(_SPANS)}.", autocompletion=one_of(_SPANS)),
    ] = "day",
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write a picture (.png, .svg) or the data (.csv) to this file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw the metrics of the app, of the last 30 days by default (commercial edition and cloud)."""
    metrics = _checked(metric, by)
    path = None if out is None else _target(out, as_json)
    begins, ends = cast("tuple[datetime, datetime]", span(start, end, _DAYS))
    timespan: Any = by
    data: object = session.apps.get_app_logs_chart(
        appId=session.app_id,
        dateStart=begins,
        dateEnd=ends,
        source=check_sources(source),
        userTimespan=timespan,
        chatTimespan=timespan,
        appTimespan=timespan,
    ).data
    if as_json:
        write_json(session.out, data)
        return
    found = daily_series(as_object(data), begins.date(), ends.date(), fill=by == "day")
    if path is None:
        _print(session, found, metrics, by)
    else:
        with replaced_when_whole(path) as new:
            if path.suffix.lower() == ".csv":
                _write_csv(new, found)
            else:
                title = f"app {session.app_id}: {begins:%Y-%m-%d} to {ends:%Y-%m-%d}"
                draw(new, path.suffix.lower()[1:], title, found, metrics)
        session.say(f"wrote {path}")


def _checked(metric: Sequence[str] | None, by: str) -> Sequence[str]:
    for name in metric or ():
        if name not in METRICS:
            raise CommandError(f"--metric: {name!r} is not one of {', '.join(METRICS)}", 2)
    if by not in _SPANS:
        raise CommandError(f"--by: {by!r} is not one of {', '.join(_SPANS)}", 2)
    return metric or DEFAULT_METRICS


def _target(out: str, as_json: bool) -> Path:
    if as_json:
        raise CommandError("--out and --json exclude each other", 2)
    path = writable(out)
    if path.suffix.lower() in _PICTURES:
        need_matplotlib()
    elif path.suffix.lower() != ".csv":
        raise CommandError(f"--out: {out!r} must end with .png, .svg or .csv", 2)
    return path


def _print(session: Session, found: DailySeries, metrics: Sequence[str], by: str) -> None:
    for name in metrics:
        _print_metric(session, found, name, by)
    with suppress(APIError, KeyError, TypeError, ValueError):  # some servers have the chart, but not the totals
        totals = session.apps.get_app_logs_total(appId=session.app_id).data
        said = [count(totals["totalUsers"], "user"), count(totals["totalChats"], "chat")]
        said.append(f"{number(totals['totalPoints'])} points")
        session.out.print(Text(f"since the app was created: {', '.join(said)}", style="bold"), soft_wrap=True)


def _print_metric(session: Session, found: DailySeries, name: str, by: str) -> None:
    if not found.days or not found.total(name):
        session.out.print(Text.assemble((name, "bold"), ": none\n"), soft_wrap=True)
        return
    width = max(_NARROWEST, session.out.width - 1)
    ascii_only = session.out.options.ascii_only
    lines, size = bars(found.days, found.values[name], width, ascii_only=ascii_only)
    day, most = found.best(name)
    head = f": {number(round(found.total(name), 2))} together, {number(round(most, 2))} at most, on {day}"
    if size > 1:
        head += f" (a bar is {count(size, by)})"
    session.out.print(Text.assemble((name, "bold"), head), soft_wrap=True)
    session.out.print(Text("\n".join(lines), style="cyan"), soft_wrap=True)
    session.out.print()


def _write_csv(path: Path, found: DailySeries) -> None:
    import csv  # noqa: PLC0415 - loaded where used

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["day", *METRICS])
        for index, day in enumerate(found.days):
            writer.writerow([day, *(_plain(found.values[name][index]) for name in METRICS)])


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else round(value, 6)
