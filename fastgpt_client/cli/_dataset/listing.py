"""`fastgpt-client dataset ls | show`: the datasets, and the contents of one."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text

from fastgpt_client.cli._base.command import OF_APPS, command
from fastgpt_client.cli._base.options import AsJson
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count, local_time, one_line, sanitize
from fastgpt_client.cli._output.json_data import as_object, write_json, write_list
from fastgpt_client.cli._output.tables import Column, print_table

from .group import DatasetArgument, datasets
from .listed import state_of, without_secrets
from .setup import dataset_id, open_client

__all__ = ["ls", "show"]

_COLUMNS = (Column("id", whole=True), Column("name"), Column("type"), Column("changed", whole=True))
_INSIDE = (
    Column("id", whole=True),
    Column("name"),
    Column("rows", whole=True, right=True),
    Column("changed", whole=True),
    Column("state"),
)


@command(datasets, seeded=False, without=OF_APPS)
def ls(
    session: Session,
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only datasets with this in name or description.")
    ] = None,
    folder: Annotated[
        str | None, typer.Option(metavar="ID", help="Only datasets in this folder; root for those in no folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the datasets that the owner of the key can read, most recently changed first."""
    client = open_client(session)
    within: dict[str, Any] = {} if folder is None else {"parentId": None if folder == "root" else folder}
    found = [without_secrets(as_object(item)) for item in client.iter_datasets(**within, searchKey=search or None)]
    if as_json:
        write_list(session.out, found)
    elif found:
        print_table(session.out, _COLUMNS, [_dataset_row(item) for item in found])
    session.say(count(len(found), "dataset") if found else "no datasets")


def _dataset_row(item: dict[str, Any]) -> list[str]:
    name, kind = (one_line(item.get(key) or "") for key in ("name", "type"))
    return [sanitize(item.get("_id") or ""), name, kind, local_time(item.get("updateTime"))]


@command(datasets, seeded=False, without=OF_APPS)
def show(
    session: Session,
    dataset: DatasetArgument,
    folder: Annotated[
        str | None, typer.Option(metavar="ID", help="Show the contents of this folder; the top level if omitted.")
    ] = None,
    search: Annotated[str | None, typer.Option(metavar="TEXT", help="Only collections with this in the name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a dataset and its collections: files, links, tables, folders."""
    client = open_client(session)
    id = dataset_id(client, dataset)
    about = without_secrets(as_object(client.get_dataset(id=id).data))
    if folder is not None:
        client.get_collection(id=folder)  # servers list nothing for a folder that does not exist
    inside = client.iter_collections(datasetId=id, parentId=folder, searchText=search or None)
    found = [without_secrets(as_object(item)) for item in inside]
    if as_json:
        write_json(session.out, {"dataset": about, "list": found, "total": len(found)})
        return
    for title, text in _facts(about):
        session.out.print(Text.assemble((f"{title:<12}", "bold"), text), soft_wrap=True)
    if found:
        session.out.print()
        print_table(session.out, _INSIDE, [_collection_row(item) for item in found])
    session.say(count(len(found), "collection") if found else "no collections")


def _facts(about: dict[str, Any]) -> list[tuple[str, str]]:
    models = (one_line(as_object(about.get(key)).get("name") or "") for key in ("vectorModel", "agentModel"))
    facts = [
        ("name", one_line(about.get("name") or "")),
        ("id", sanitize(about.get("_id") or "")),
        ("type", one_line(about.get("type") or "")),
        ("about", one_line(about.get("intro") or "")),
        ("models", ", ".join(filter(None, models))),
        ("changed", local_time(about.get("updateTime"))),
        ("deleted", local_time(about.get("deleteTime"))),
    ]
    return [(title, text) for title, text in facts if text]


def _collection_row(item: dict[str, Any]) -> list[str]:
    folder = item.get("type") == "folder"
    name = f"{one_line(item.get('name') or '')}{'/' if folder else ''}"
    rows = "" if folder else f"{item.get('dataAmount') or 0}"
    return [sanitize(item.get("_id") or ""), name, rows, local_time(item.get("updateTime")), state_of(item)]
