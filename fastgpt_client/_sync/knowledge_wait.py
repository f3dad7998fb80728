# Generated from _async_src/knowledge_wait.py by scripts/generate.py: edit the source, not this file.
"""Waits until collections are learnt, within a time limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastgpt_client._concurrency import monotonic, sleep
from fastgpt_client._knowledge.training import Learning, TrainingWatch, explained, poll_delay
from fastgpt_client.exceptions import NotFoundError
from fastgpt_client.knowledge import TrainingFailure

from .knowledge_calls import KnowledgeCalls

# Up to this many collections are polled one by one; for more, all are listed.
_ONE_BY_ONE = 10


def wait_for(
    calls: KnowledgeCalls,
    names: Mapping[str, str],
    *,
    deadline: float,
    stall: float,
    reach: Callable[[int], object],
) -> list[TrainingFailure]:
    """Wait until collections are learnt; return the others, with the reason. `reach` gets the number of finished ones.

    A collection is finished when it is learnt, or when it is known that it will not be.
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
    """Return the training progress of collections; those missing from the result no longer exist."""
    found: dict[str, Learning] = {}
    if len(names) > _ONE_BY_ONE:
        for item in calls.list_files():
            if str(item.get("_id")) in names:
                found[str(item.get("_id"))] = calls.learning(item)
    for id in names:
        if id not in found:  # a list may miss what changes while it is read
            try:
                found[id] = calls.learning_of(id)
            except NotFoundError:
                continue
    return found
