"""`fastgpt-client doctor`: what is wrong between here and the server, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Annotated, TypeVar

import typer

from fastgpt_client import AppClient, ChatClient
from fastgpt_client.cli._base.command import command, program
from fastgpt_client.cli._base.options import AsJson
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._base.settings import Settings
from fastgpt_client.cli._output.formatting import count
from fastgpt_client.cli._output.json_data import write_json
from fastgpt_client.exceptions import ValidationError

from .findings import Finding, as_json, print_finding, skipped
from .keys import App, check_app, check_key, reads_logs
from .network import check_url, check_way
from .probes import Prober, check_clock, check_reach, prober
from .server_version import KEYS_TELL_POINTS, ServerVersion, check_version
from .streaming import QUESTION, check_streaming

__all__ = ["doctor", "examine"]

C = TypeVar("C", AppClient, ChatClient)

# A check must not wait forever, and a retry would hide what it looks for.
_PATIENCE = 20.0
_WITH_KEY = ("key", "app")
_DEMO = "the demo"


@command(program, seeded=False)
def doctor(
    session: Session,
    ask: Annotated[
        bool,
        typer.Option(
            "--ask/--no-ask", help="Ask the app a question, to check how the answer is streamed; it may cost points."
        ),
    ] = True,
    as_json_document: AsJson = False,
) -> None:
    """Check address, certificate, clock, key, app, version and streaming; show what is wrong and how to fix it.

    To check whether a proxy buffers answers, it asks the app a real question, which may cost points; omit this with
    --no-ask. The exit code is 1 if a check failed.
    """
    findings: list[Finding] = []
    for finding in examine(session.settings, ask=ask):
        findings.append(finding)
        if not as_json_document:
            print_finding(session.out, finding)
    bad = sum(finding.verdict == "failed" for finding in findings)
    if as_json_document:
        checks = [as_json(finding) for finding in findings]
        write_json(session.out, {"ok": not bad, "base_url": session.settings.base_url, "checks": checks})
    if bad:
        session.say(f"{count(bad, 'check')} failed")
        raise typer.Exit(1)


def examine(settings: Settings, *, ask: bool = True, quick: bool = False) -> Iterator[Finding]:
    """Yield the findings of the checks, in the order of the path to the server; checks that cannot run are skipped.

    Args:
        ask: whether to ask the app a real question, which may cost points.
        quick: whether to check server, key and app only.
    """
    yield check_url(settings.given_url, settings.base_url, settings.named_by.get("base_url", _DEMO))
    rest = [*_WITH_KEY, *([] if quick else ["version", "streaming"])]
    blocked = False
    for finding in check_way(settings.base_url):
        yield finding
        blocked = finding.verdict == "failed"
    if blocked:
        yield from (skipped(name, "the server cannot be reached") for name in ("reachable", "clock", *rest))
        return
    with prober(settings.base_url) as probe:
        finding, found = check_reach(probe)
        yield finding
        yield check_clock(found)
        if finding.verdict == "failed":
            yield from (skipped(name, "FastGPT does not answer") for name in rest)
            return
        yield from _with_key(settings, probe, ask=ask, quick=quick)


def _with_key(settings: Settings, probe: Prober, *, ask: bool, quick: bool) -> Iterator[Finding]:
    """Yield the findings of the checks that need a key, or find more with one."""
    with ExitStack() as stack:
        client = _client(settings, AppClient, stack)
        finding, key = check_key(probe, client, settings.api_key)
        if withheld := settings.withheld():
            finding = finding._replace(found=withheld)
        by = settings.named_by.get("api_key", _DEMO) if settings.api_key is not None else ""
        yield finding._replace(found=f"{finding.found} (named by {by})") if by else finding
        app = App(None)
        if key.good is False or client is None:
            yield skipped("app", "needs a valid key")
        else:
            finding, app = check_app(client, settings.app_id, key)
            yield finding
        if quick:
            return
        logs = reads_logs(client, app.id) if client is not None and app.id is not None else None
        finding, version = check_version(probe, tells_points=key.tells_points, reads_logs=logs)
        yield finding
        yield _streaming(_client(settings, ChatClient, stack), app, version, ask=ask)


def _client(settings: Settings, kind: type[C], stack: ExitStack) -> C | None:
    """Return a client that gives up early, None if the key is invalid."""
    try:
        client = kind(api_key=settings.api_key or "", base_url=settings.base_url, max_retries=0, deadline=_PATIENCE)
    except ValidationError:
        return None
    stack.callback(client.close)
    return client


def _streaming(client: ChatClient | None, app: App, version: ServerVersion, *, ask: bool) -> Finding:
    if not ask:
        return skipped("streaming", f"because of --no-ask; otherwise the app is asked {QUESTION!r}")
    if client is None or app.id is None:
        return skipped("streaming", "needs a valid key and an app")
    if app.type == "plugin":
        return skipped("streaming", "a workflow tool takes inputs, not questions")
    unsaved = version.first is not None and version.first >= KEYS_TELL_POINTS
    return check_streaming(client, app.id, can_be_unsaved=unsaved)
