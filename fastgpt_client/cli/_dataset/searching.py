"""`fastgpt-client dataset search`: what a question finds."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, cast, get_args

import typer
from rich.text import Text

from fastgpt_client.cli._base.command import OF_APPS, command
from fastgpt_client.cli._base.completion import one_of as one_of_words
from fastgpt_client.cli._base.options import AsJson
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count, one_line, sanitize
from fastgpt_client.cli._output.json_data import write_list
from fastgpt_client.datasets import SearchHit

from .group import DatasetOption, Similarity, datasets, one_of
from .setup import knowledge_base, open_client

__all__ = ["search"]

Mode: TypeAlias = Literal["embedding", "fulltext", "mixed"]


@command(datasets, seeded=False, without=OF_APPS)
def search(
    session: Session,
    words: Annotated[list[str], typer.Argument(metavar="QUESTION", help="The text to search for.")],
    dataset: DatasetOption,
    mode: Annotated[
        str,
        typer.Option(
            metavar="MODE",
            help="Search by meaning (embedding), by words (fulltext), or both (mixed).",
            autocompletion=one_of_words(get_args(Mode)),
        ),
    ] = "embedding",
    rerank: Annotated[bool, typer.Option("--rerank", help="Let a model rank the results again.")] = False,
    similarity: Similarity = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="TOKENS", help="The most text to return.")] = None,
    top: Annotated[int | None, typer.Option(min=1, metavar="N", help="Print only the first N results.")] = None,
    as_json: AsJson = False,
) -> None:
    """Search a dataset; print the results, best first. A search costs points."""
    chosen = cast("Mode", one_of("--mode", mode, get_args(Mode)))
    client = open_client(session)
    base = knowledge_base(session, client, dataset)
    with session.waiting.until_done("searching"):
        found = base.search(" ".join(words), mode=chosen, rerank=rerank, similarity=similarity, limit=limit)
    hits = found.hits[:top]
    if as_json:
        write_list(session.out, [hit.raw for hit in hits])
    else:
        for number, hit in enumerate(hits, 1):
            _print_hit(session, number, hit)
    session.say(count(len(hits), "hit") if hits else "no hits")


def _print_hit(session: Session, number: int, hit: SearchHit) -> None:
    score = "" if hit.score is None else f"{hit.score:.3f}  "
    head = Text.assemble((f"[{number}] ", "bold"), score, (one_line(hit.source), "bold"))
    session.out.print(head.append(f"  {sanitize(hit.data_id)}", "dim"), soft_wrap=True)
    text = "\n".join(f"  {line}" for line in sanitize(hit.text).strip("\n").split("\n"))
    session.out.print(Text(text), soft_wrap=True)
