"""`fastgpt-client dataset create | rm`: datasets that come and go."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

import typer

from fastgpt_client import DatasetClient
from fastgpt_client.cli._base.command import command
from fastgpt_client.cli._base.confirm import confirm
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.options import Yes
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count, one_line
from fastgpt_client.cli._output.json_data import as_object

from .group import DatasetArgument, datasets
from .setup import dataset_id, open_client

__all__ = ["create", "rm"]


@command(datasets, seeded=False)
def create(
    session: Session,
    name: Annotated[str, typer.Argument(help="What it is called.")],
    about: Annotated[str, typer.Option(metavar="TEXT", help="What it is about.")] = "",
    folder: Annotated[str | None, typer.Option(metavar="ID", help="The folder that it is made in.")] = None,
    vector_model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="What makes vectors; left out, the server's own.")
    ] = None,
    agent_model: Annotated[str | None, typer.Option(metavar="MODEL", help="What reads texts.")] = None,
    vlm_model: Annotated[str | None, typer.Option(metavar="MODEL", help="What looks at images.")] = None,
) -> None:
    """Make an empty dataset, and print its ID."""
    if not name.strip():
        raise CommandError("NAME: a dataset needs a name", 2)
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
    session.say(f"made the dataset {one_line(name)}")


@command(datasets, seeded=False)
def rm(
    session: Session,
    dataset: DatasetArgument,
    collection: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Delete this collection of it, not the dataset; several times for several."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Delete a dataset with all that it holds, or with --collection some of that; it asks first."""
    client = open_client(session)
    found = _Named(client, dataset)
    if not collection:
        confirm(session, lambda: f"Delete the dataset {found.label}, with all that is in it?", yes=yes)
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
    """The dataset that is meant, looked up when somebody asks, and once."""

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
        if about.get("deleteTime"):  # newer servers find it for a while
            raise CommandError(f"the dataset {self.id} is deleted already")
        return f"{one_line(about.get('name') or '')} ({self.id})"


def _name_of(client: DatasetClient, collection: str, found: _Named) -> str:
    """Return a collection's name; what lies in another dataset is not deleted by mistake."""
    item = as_object(client.get_collection(id=collection).data)
    lies_in = item.get("datasetId")
    if str(as_object(lies_in).get("_id") or lies_in) != found.id:
        raise CommandError(f"--collection: {collection} is not in {found.label}; nothing was deleted")
    return one_line(item.get("name") or "")
