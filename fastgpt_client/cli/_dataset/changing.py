"""`fastgpt-client dataset create | rm`: creates and deletes datasets."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

import typer

from fastgpt_client import DatasetClient
from fastgpt_client.cli._base.command import OF_APPS, command
from fastgpt_client.cli._base.confirm import confirm
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.options import Yes
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count, one_line
from fastgpt_client.cli._output.json_data import as_object

from .group import DatasetArgument, datasets
from .setup import dataset_id, open_client

__all__ = ["create", "rm"]


@command(datasets, seeded=False, without=OF_APPS)
def create(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the dataset.")],
    about: Annotated[str, typer.Option(metavar="TEXT", help="What the dataset is about.")] = "",
    folder: Annotated[str | None, typer.Option(metavar="ID", help="The folder to create it in.")] = None,
    vector_model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="The embedding model; the default of the server if omitted.")
    ] = None,
    agent_model: Annotated[str | None, typer.Option(metavar="MODEL", help="The model that processes texts.")] = None,
    vlm_model: Annotated[str | None, typer.Option(metavar="MODEL", help="The model that processes images.")] = None,
) -> None:
    """Create an empty dataset, and print its ID."""
    if not name.strip():
        raise CommandError("NAME is empty", 2)
    client = open_client(session)
    if folder is not None:
        client.get_dataset(id=folder)  # raises if it does not exist
    made = client.create_dataset(
        name=name,
        intro=about,
        parentId=folder,
        vectorModel=vector_model,
        agentModel=agent_model,
        vlmModel=vlm_model,
    )
    session.out.print(str(made.data), soft_wrap=True)
    session.say(f"created the dataset {one_line(name)}")


@command(datasets, seeded=False, without=OF_APPS)
def rm(
    session: Session,
    dataset: DatasetArgument,
    collection: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Delete only this collection. May be repeated."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Delete a dataset, or only collections of it with --collection, after a confirmation."""
    client = open_client(session)
    found = _Named(client, dataset)
    if not collection:
        confirm(session, lambda: f"Delete the dataset {found.label} with all its contents?", yes=yes)
        label = found.label
        client.delete_dataset(id=found.id)
        session.say(f"deleted the dataset {label}")
        return
    confirm(session, lambda: f"Delete {count(len(collection), 'collection')} of {found.label}?", yes=yes)
    names = [_name_of(client, each, found) for each in collection]
    for each, name in zip(collection, names, strict=True):
        client.delete_collection(id=each)
        session.say(f"deleted {name} ({each})")


class _Named:
    """The dataset of a command line, looked up once, when it is needed."""

    def __init__(self, client: DatasetClient, given: str) -> None:
        self._client = client
        self._given = given

    @cached_property
    def id(self) -> str:
        return dataset_id(self._client, self._given)

    @cached_property
    def label(self) -> str:
        """Its name and its ID."""
        about = as_object(self._client.get_dataset(id=self.id).data)
        if about.get("deleteTime"):  # newer servers still return it for a while
            raise CommandError(f"the dataset {self.id} was deleted already")
        return f"{one_line(about.get('name') or '')} ({self.id})"


def _name_of(client: DatasetClient, collection: str, found: _Named) -> str:
    """Return the name of a collection; raise `CommandError` if it belongs to another dataset."""
    item = as_object(client.get_collection(id=collection).data)
    lies_in = item.get("datasetId")
    if str(as_object(lies_in).get("_id") or lies_in) != found.id:
        raise CommandError(f"--collection: {collection} is not in {found.label}; nothing was deleted")
    return one_line(item.get("name") or "")
