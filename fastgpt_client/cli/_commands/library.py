"""`fastgpt-client library serve`: a folder that becomes a knowledge base."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from fastgpt_client import AsyncDatasetClient
from fastgpt_client.cli._base.command import command, program
from fastgpt_client.cli._base.errors import CommandError, describe
from fastgpt_client.cli._base.serving import Host, Port, needed_packages
from fastgpt_client.cli._base.session import Session
from fastgpt_client.exceptions import FastGPTError

__all__ = ["library", "serve_library"]

library = typer.Typer(name="library", help="Serve files to knowledge bases.", no_args_is_help=True)
program.add_typer(library)

_A_DAY = 86400.0
_BY_HAND = (
    'Make a dataset of the type "API file" with these two. Or start this again with --library-url, where FastGPT finds '
    "this machine: then it is made for you. FastGPT calls no loopback address such as 127.0.0.1; with --host 0.0.0.0 "
    "this listens on the others too."
)
_WHAT_TO_DO = (
    "Does FastGPT reach --library-url, and may the key make datasets? The folder is still served: stop and try again, "
    'or make a dataset of the type "API file" with the two lines above by hand.'
)


@command(library, "serve", seeded=False)
def serve_library(
    session: Session,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; those below it belong to it.")],
    host: Host = "127.0.0.1",
    port: Port = 8001,
    library_url: Annotated[
        str | None, typer.Option(help="Where FastGPT finds it: makes a dataset of it, or takes up the one there is.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The dataset's name; the folder's if left out.")] = None,
    dataset_id: Annotated[str | None, typer.Option(help="Which dataset, to take up one that is there.")] = None,
    token: Annotated[str | None, typer.Option(help="What FastGPT sends; made up if left out.")] = None,
    public_url: Annotated[str | None, typer.Option(help="Where people find it, if not where FastGPT does.")] = None,
) -> None:
    """Serve a folder to a dataset of the type "API file", until Ctrl-C.

    With --library-url it is made a knowledge base: the dataset is made, all files are added, and it is said when they
    are learnt. Started again, it adds what is new.
    """
    if (name or dataset_id) and library_url is None and not session.demo:
        raise CommandError("--name and --dataset-id need --library-url, where FastGPT finds the files", 2)
    bearer = token or secrets.token_urlsafe(24)
    with needed_packages():
        from fastgpt_client.web import DirectoryLibrary, FileLibraryApp, serve  # noqa: PLC0415 - it needs an extra

        app = FileLibraryApp(DirectoryLibrary(folder), authorization=bearer, public_url=public_url)
        known = session.settings
        client: AsyncDatasetClient | None = None
        if library_url is not None or session.demo:
            client = AsyncDatasetClient(known.api_key, known.base_url, trust_env=not session.demo)
        dataset = _Dataset(session, client, bearer, name or folder.resolve().name or "files", dataset_id)

        def ready(url: str) -> None:
            dataset.url = library_url or url
            session.out.print(f"baseUrl        {dataset.url}\nauthorization  {bearer}", soft_wrap=True)
            session.say(f"{_BY_HAND if client is None else 'FastGPT reads the files from here.'} Ctrl-C stops it.")

        close = None if client is None else client.close
        serve(app, host=host, port=port, ready=ready, started=dataset.make if client else None, close=close)


@dataclass
class _Dataset:
    """The dataset of what is served."""

    session: Session
    client: AsyncDatasetClient | None
    bearer: str
    name: str
    id: str | None
    url: str = ""

    async def make(self) -> None:
        """Make it, or take it up; add its files, and tell when they are learnt."""
        assert self.client is not None
        try:
            await self._make(self.client)
        except FastGPTError as exc:
            self.session.say(f"{describe(exc)}\n{_WHAT_TO_DO}")

    async def _make(self, client: AsyncDatasetClient) -> None:
        server = {"apiServer": {"baseUrl": self.url, "authorization": self.bearer}}
        found = self.id or await self._find(client)
        if found is None:
            made = await client.create_dataset(name=self.name, type="apiDataset", apiDatasetServer=server)
            found = made.data
        else:
            await client.update_dataset(id=found, apiDatasetServer=server)
        show = partial(self.session.out.print, soft_wrap=True)
        show(f"dataset        {found}")
        files = await client.list_api_files(datasetId=found)
        before = set((await client.list_api_file_ids(datasetId=found)).data)
        if files.data:
            await client.create_api_collections(datasetId=found, apiFiles=files.data)
        after = set((await client.list_api_file_ids(datasetId=found)).data)
        show(f"files          {len(after)}, {len(after - before)} of them new")
        await client.knowledge_base(found).wait_until_trained(deadline=_A_DAY)
        self.session.say("All of them are learnt.")

    async def _find(self, client: AsyncDatasetClient) -> str | None:
        """Return the dataset of this name whose files are served at this address, None if there is none."""
        for item in (await client.list_datasets(type="apiDataset")).data:
            if item.get("name") == self.name:
                about = (await client.get_dataset(id=item["_id"])).data.get("apiDatasetServer") or {}
                if about.get("apiServer", {}).get("baseUrl") == self.url:
                    return item["_id"]
        return None
