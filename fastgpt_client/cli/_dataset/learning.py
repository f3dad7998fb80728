"""`fastgpt-client dataset status`: what is not learnt yet, and why; and how to wait for it."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer

from fastgpt_client import DatasetClient
from fastgpt_client.cli._base.command import OF_APPS, command
from fastgpt_client.cli._base.options import AsJson
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count, one_line, sanitize
from fastgpt_client.cli._output.json_data import as_object, write_json
from fastgpt_client.cli._output.tables import Column, print_table
from fastgpt_client.datasets import TrainingState
from fastgpt_client.exceptions import FastGPTError, TrainingError

from .group import DatasetArgument, Timeout, datasets
from .listed import Found, walk
from .progress import watched
from .setup import knowledge_base, open_client

__all__ = ["status"]

_COLUMNS = (Column("id", whole=True), Column("collection"), Column("state"), Column("why"))


@command(datasets, seeded=False, without=OF_APPS)
def status(
    session: Session,
    dataset: DatasetArgument,
    retry: Annotated[bool, typer.Option("--retry", help="First retry everything that failed.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until everything is learnt.")] = False,
    timeout: Timeout = 600.0,
    as_json: AsJson = False,
) -> None:
    """Show what is not learnt yet, and why. The exit code is 1 if something failed or is blocked."""
    client = open_client(session)
    base = knowledge_base(session, client, dataset)
    id = base.dataset_id
    if retry:
        names = base.retry_failed()
        session.say(f"{count(len(names), 'collection')} retried")
    if wait:
        with watched(session, client, id) as progress:
            try:
                base.wait_until_trained(deadline=timeout, progress=progress)
            except TrainingError as exc:
                session.say(str(exc))
    everything = [*walk(client, id)]
    unlearnt = [_told(client, found, state) for found in everything if (state := _state(client, found)) is not None]
    if as_json:
        write_json(session.out, {"list": unlearnt, "total": len(unlearnt), "collections": len(everything)})
    elif unlearnt:
        print_table(
            session.out, _COLUMNS, [[sanitize(one["id"]), one["name"], one["state"], one["why"]] for one in unlearnt]
        )
    session.say(f"{len(everything) - len(unlearnt):,} of {count(len(everything), 'collection')} learnt")
    if any(one["state"] != "working" for one in unlearnt) or (wait and unlearnt):
        raise typer.Exit(1)


def _state(client: DatasetClient, found: Found) -> TrainingState | None:
    """Return the state of a collection, None if it is learnt; the server is asked if the list does not say."""
    state = TrainingState.of_collection(found.item) or client.get_training(collectionId=str(found.item.get("_id")))
    return None if state.is_done and not state.failed else state


def _told(client: DatasetClient, found: Found, state: TrainingState) -> dict[str, Any]:
    id = str(found.item.get("_id"))
    kind = "failed" if state.failed else "blocked" if state.blocked else "working"
    why = _why(client, id) if state.failed else ""
    return {"id": id, "name": found.path, "state": kind, "active": state.active, "failed": state.failed, "why": why}


def _why(client: DatasetClient, id: str) -> str:
    """Return the reason of the first failed task, "" if the server does not give one."""
    try:
        tasks = [as_object(task) for task in islice(client.iter_training_errors(collectionId=id), 1)]
    except FastGPTError:
        return ""
    return one_line(tasks[0].get("errorMsg") or "") if tasks else ""
