"""`fastgpt-client library serve`: makes a knowledge base of a folder."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from fastgpt_client import AsyncDatasetClient
from fastgpt_client.cli._base.command import OF_APPS, command, program
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.serving import Host, Port, needed_packages
from fastgpt_client.cli._base.session import Session
from fastgpt_client.exceptions import FastGPTError

__all__ = ["library", "serve_library"]

library = typer.Typer(name="library", help="Serve files to knowledge bases.", no_args_is_help=True)
program.add_typer(library)

_A_DAY = 86400.0
_BY_HAND = (
    'Create a dataset of the type "API file" with these two values. Or restart with --library-url, the address at '
    "which FastGPT reaches this machine, to have it created. FastGPT does not call loopback addresses such as "
    "127.0.0.1: with --host 0.0.0.0 this listens on all addresses."
)
_WHAT_TO_DO = (
    "Check that FastGPT reaches --library-url, and that the key may create datasets. The folder is still served: stop "
    'and try again, or create a dataset of the type "API file" with the two values above.'
)


@command(library, "serve", seeded=False, without=OF_APPS)
def serve_library(
    session: Session,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder, with its subfolders.")],
    host: Host = "127.0.0.1",
    port: Port = 8001,
    library_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The address at which FastGPT reaches this: makes a dataset, or updates an existing one.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="The name of the dataset; defaults to that of the folder.")
    ] = None,
    dataset_id: Annotated[str | None, typer.Option(metavar="ID", help="The existing dataset to update.")] = None,
    token: Annotated[
        str | None, typer.Option(metavar="TOKEN", help="The token that FastGPT sends; generated if omitted.")
    ] = None,
    public_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address for people, if it differs from that for FastGPT.")
    ] = None,
) -> None:
    """Serve a folder to a dataset of the type "API file", until Ctrl-C.

    With --library-url, the dataset is created, all files are added, and a message says when they are learnt. Start
    the command again to add new files.
    """
    if (name or dataset_id) and library_url is None and not session.demo:
        raise CommandError(
            "--name and --dataset-id need --library-url, the address at which FastGPT reaches the files", 2
        )
    bearer = token or secrets.token_urlsafe(24)
    with needed_packages():
        from fastgpt_client.web import DirectoryLibrary, FileLibraryApp, serve  # noqa: PLC0415 - it needs an extra

        app = FileLibraryApp(DirectoryLibrary(folder), authorization=bearer, public_url=public_url)
        known = session.settings
        client: AsyncDatasetClient | None = None
        if library_url is not None or session.demo:
            session.check_key()
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
    """The dataset of the files that are served."""

    session: Session
    client: AsyncDatasetClient | None
    bearer: str
    name: str
    id: str | None
    url: str = ""

    async def make(self) -> None:
        """Create or update it, add its files, and report when they are learnt."""
        assert self.client is not None
        try:
            await self._make(self.client)
        except FastGPTError as exc:
            self.session.say(f"{self.session.describe(exc)}\n{_WHAT_TO_DO}")

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
        self.session.say("All files are learnt.")

    async def _find(self, client: AsyncDatasetClient) -> str | None:
        """Return the dataset with this name whose files are served at this address, or None."""
        for item in (await client.list_datasets(type="apiDataset")).data:
            if item.get("name") == self.name:
                about = (await client.get_dataset(id=item["_id"])).data.get("apiDatasetServer") or {}
                if about.get("apiServer", {}).get("baseUrl") == self.url:
                    return item["_id"]
        return None
