# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Waiting until collections are learnt, within a bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastgpt_client._concurrency import async_sleep, monotonic
from fastgpt_client._knowledge.training import Learning, TrainingWatch, explained, poll_delay
from fastgpt_client.exceptions import NotFoundError
from fastgpt_client.knowledge import TrainingFailure

from .knowledge_calls import AsyncKnowledgeCalls

# So many collections are asked for one by one; of more, all are listed.
_ONE_BY_ONE = 10


async def async_wait_for(
    calls: AsyncKnowledgeCalls,
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
        watch.see(await async_look(calls, watch.working), monotonic())
        reach(len(names) - len(watch.working))
        left = end - monotonic()
        if left <= 0:
            watch.give_up(deadline)
        if watch.working:
            await async_sleep(min(poll_delay(looks, calls.poll), left))
            looks += 1
    return [explained(failure, await calls.failed_tasks(failure.collection_id)) for failure in watch.failures]


async def async_look(calls: AsyncKnowledgeCalls, names: Mapping[str, str]) -> dict[str, Learning]:
    """Return how far collections are learnt; one that is not among them is gone."""
    found: dict[str, Learning] = {}
    if len(names) > _ONE_BY_ONE:
        for item in await calls.list_files():
            if str(item.get("_id")) in names:
                found[str(item.get("_id"))] = await calls.learning(item)
    for id in names:
        if id not in found:  # what changes while it is listed may be missed by a list
            try:
                found[id] = await calls.learning_of(id)
            except NotFoundError:
                continue
    return found
