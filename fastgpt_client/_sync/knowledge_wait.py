# Generated from _async_src/knowledge_wait.py by scripts/generate.py: edit the source, not this file.
"""Waiting until collections are learnt, within a bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastgpt_client._concurrency import monotonic, sleep
from fastgpt_client._knowledge.training import Learning, TrainingWatch, explained, poll_delay
from fastgpt_client.exceptions import NotFoundError
from fastgpt_client.knowledge import TrainingFailure

from .knowledge_calls import KnowledgeCalls

# So many collections are asked for one by one; of more, all are listed.
_ONE_BY_ONE = 10


def wait_for(
    calls: KnowledgeCalls,
    names: Mapping[str, str],
    *,
    deadline: float,
    stall: float,
    reach: Callable[[int], object],
) -> list[TrainingFailure]:
    """Wait until collections are learnt, and return those that are not, with the reason; `reach` is told how many are.

    A collection that is learnt, or surely will not be, is one that is done.
    """
    watch = TrainingWatch(names, stall=stall)
    end = monotonic() + deadline
    looks = 0
    while watch.working:
        watch.see(look(calls, watch.working), monotonic())
        reach(len(names) - len(watch.working))
        left = end - monotonic()
        if left <= 0:
            watch.give_up(deadline)
        if watch.working:
            sleep(min(poll_delay(looks, calls.poll), left))
            looks += 1
    return [explained(failure, calls.failed_tasks(failure.collection_id)) for failure in watch.failures]


def look(calls: KnowledgeCalls, names: Mapping[str, str]) -> dict[str, Learning]:
    """Return how far collections are learnt; one that is not among them is gone."""
    found: dict[str, Learning] = {}
    if len(names) > _ONE_BY_ONE:
        for item in calls.list_files():
            if str(item.get("_id")) in names:
                found[str(item.get("_id"))] = calls.learning(item)
    for id in names:
        if id not in found:  # what changes while it is listed may be missed by a list
            try:
                found[id] = calls.learning_of(id)
            except NotFoundError:
                continue
    return found
