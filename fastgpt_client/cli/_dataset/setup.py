"""What each command begins with: the client, with a handbook in a demo, and the dataset."""

from __future__ import annotations

import re

from fastgpt_client import DatasetClient, KnowledgeBase
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import one_line
from fastgpt_client.cli._output.json_data import as_object

__all__ = ["DEMO_DATASET", "dataset_id", "knowledge_base", "open_client", "poll"]

DEMO_DATASET = "6d0000000000000000000001"
_POLL, _POLL_OF_DEMO = 0.5, 0.05
_ID = re.compile("[0-9a-f]{24}")
_TEXTS = {
    "holidays.md": "Staff have thirty days off a year. Days that are not taken end in March of the next year.",
    "travel.md": "Trains are booked in second class. Whoever drives an own car is paid 30 cents a kilometre.",
    "报销.md": "差旅费用在三十天内报销。发票须注明公司名称。",
}
_ROWS = (
    {"q": "Where is the spare key?", "a": "At the reception, in the blue box."},
    {"q": "Who repairs the printer?", "a": "Call the service desk: extension 42."},
)


def open_client(session: Session) -> DatasetClient:
    """Return the client for datasets; the server of a demo gets a handbook."""
    if session.server is not None:
        session.server.dataset("Handbook", id=DEMO_DATASET, rows=_ROWS, texts=_TEXTS)
    return session.open_client(DatasetClient)


def poll(session: Session) -> float:
    """Return the seconds between two polls of the training; a demo learns at once."""
    return _POLL_OF_DEMO if session.demo else _POLL


def knowledge_base(session: Session, client: DatasetClient, given: str) -> KnowledgeBase:
    """Return the dataset of a command line as a knowledge base that polls often, since a user waits."""
    return client.knowledge_base(dataset_id(client, given), poll=poll(session))


def dataset_id(client: DatasetClient, given: str) -> str:
    """Return the ID of the dataset with this ID or name.

    Raises:
        CommandError: no dataset has that name, or several have it.
    """
    if _ID.fullmatch(given):
        return given
    items = map(as_object, client.iter_datasets(searchKey=given))
    found = [str(item.get("_id")) for item in items if _is(item, given)]
    if not found:
        raise CommandError(f"no dataset {one_line(given)!r}: fastgpt-client dataset ls lists the datasets")
    if len(found) > 1:
        raise CommandError(f"several datasets are named {one_line(given)!r}: pass one of their IDs: {', '.join(found)}")
    return found[0]


def _is(item: dict[str, object], name: str) -> bool:
    return item.get("name") == name and item.get("type") != "folder"
