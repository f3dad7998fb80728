"""Which lane runs which test: `quick` for each change, `full` for what is kept, `soak` by hand. Each holds the last.

A test is in the quick lane unless a rule here names it. The tests themselves carry no markers: their ids say it all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias, get_args
from zlib import crc32

Lane: TypeAlias = Literal["quick", "full", "soak"]
LANES: tuple[Lane, ...] = get_args(Lane)

# Where each test is one case of many: recordings, faults, calls, places of a cut.
MATRICES = (
    "bodies|calls|chat_extras|conversation_cuts|conversation_recorded_cuts|conversation_recordings|"
    "conversation_versions|faults|faults_memory|key_stays_secret|refused_arguments|retries|second_copies|stream_ends|"
    "wire_replay"
)


@dataclass(frozen=True)
class Rule:
    """Tests that are not in the quick lane, or only one of `one_of` of them: the rest is in `lane`."""

    lane: Lane
    tests: str
    """Found in the ids it is about."""
    why: str
    one_of: int | None = None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.tests)

    def holds(self, test: str) -> bool:
        if self._pattern.search(test) is None:
            return False
        return self.one_of is None or crc32(test.encode()) % self.one_of != 0


# In this order: the first that holds decides.
RULES = (
    Rule("soak", r"^tests/(concurrency|embedded|recipes|web)/.*\bfull\]", "the other lanes run its small version"),
    Rule("soak", r"test_wire_replay\.py.*-bytes\]", "the decoder has every cut of every body in memory", one_of=10),
    Rule("soak", r"test_wire_replay\.py.*\[trio-.*-whole\]", "trio replays the pieces as they were recorded"),
    Rule("full", r"test_wire_replay\.py.*-(bytes|whole)\]", "the quick lane replays the pieces as they were recorded"),
    Rule("full", r"test_(conversation_cuts|sse_splits)\.py.*\bshare-[2-4]\]", "each share has all kinds of cuts"),
    Rule("full", rf"^tests/_async/test_({MATRICES})\.py.*\[trio-", "the loop changes little in a matrix", one_of=10),
    Rule("full", rf"^tests/_sync/test_({MATRICES})\.py", "generated from what runs on asyncio", one_of=4),
    Rule("full", r"^tests/embedded/test_examples\.py.*\[", "tests/examples runs them against recordings"),
    Rule("full", r"^tests/embedded/test_plugin\.py.*_uses_it\[", "each makes a project and runs its tests"),
    Rule("full", r"^tests/wire/.*\[(bytes|whole)\]", "the quick lane replays the pieces as they were recorded"),
    Rule(
        "full",
        r"^tests/concurrency/test_parallel\.py.*(few_connections|neighbours)",
        "two hundred at once remain",
    ),
    Rule("full", r"^tests/_async/test_ask_each\.py.*\[trio", "the loop changes little in a run", one_of=4),
    Rule("full", r"^tests/embedded/test_ask_kills\.py", "processes that are started and killed"),
    Rule("full", r"^tests/concurrency/test_ask_memory\.py", "thousands of questions"),
    Rule("full", r"^tests/concurrency/test_storm\.py", "each kind of cancellation has a test of its own"),
    Rule("full", r"^tests/unit/test_(mutants|failures_shown|generate)\.py", "the project's tools change seldom"),
    Rule("full", r"^tests/web/test_attacks\.py.*\[", "each attack on each application", one_of=10),
    Rule("full", r"^tests/web/test_examples\.py.*_(should|for|may|answer)\[", "one relay of three", one_of=3),
    Rule("full", r"^tests/cli/test_library\.py.*_(alone|up|dataset|address)\b", "a folder becomes a knowledge base"),
    Rule("full", r"^tests/web/test_examples\.py.*django", "a process that loads Django"),
    Rule("full", r"^tests/web/test_(browser|many_browsers)\.py", "long"),
    Rule("full", r"no_memory|test_faults_memory\.py|conversation_soak\.py|many_streams\.py|chart\.py.*png", "long"),
    Rule(
        "full",
        r"^tests/_async/test_knowledge\w*\.py.*(\[trio-|killed_at)",
        "the loop changes nothing of what is decided, and threads are killed as tasks are",
    ),
    Rule("full", r"^tests/embedded/test_knowledge", "each runs programs, or thousands of calls"),
    Rule("full", r"^tests/_sync/test_knowledge\w*\.py.*killed_at.*\[old-", "what differs has tests of its own"),
    Rule("full", r"test_conversation_any_await\.py.*-v1\]", "v2 awaits the same, and more"),
    Rule(
        "full",
        r"^tests/embedded/test_faithful(_datasets)?\.py.*\[",
        "what the embedded server sends changes seldom",
        one_of=10,
    ),
    Rule(
        "full",
        r"^tests/embedded/test_(datasets|training)\.py.*\[4\.(9|9\.14|14|14\.13)\b",
        "4.11, 4.16 and 4.17 have what differs",
    ),
    Rule("full", r"^tests/examples/", "each starts a program", one_of=4),
    Rule("full", r"^tests/cli/test_docs_cli\.py.*\[", "each runs a command of the page", one_of=4),
    Rule(
        "full",
        r"^tests/cli/.*(terminal|interrupted|ctrl_c|reader_that_leaves|piped)",
        "each starts the command, most of them in a terminal",
        one_of=4,
    ),
    Rule("full", r"^tests/cli/.*\[", "one case of two", one_of=2),
    Rule("full", r"^tests/embedded/.*\[", "one case of two", one_of=2),
    Rule("full", r"test_interrupts_in_loops\.py.*goes_on", "calls and streams are interrupted in loops too"),
    Rule(
        "full",
        rf"^tests/(_async/(?!test_({MATRICES})\.py)|concurrency/).*\[trio",
        "the loop changes little",
        one_of=4,
    ),
    Rule("full", r"^tests/_sync/", "generated from what runs on asyncio", one_of=2),
    Rule("full", r"^tests/_async/test_faults\.py", "one fault of two", one_of=2),
)


def lane_of(test: str) -> Lane:
    """Return the first lane that runs a test, by its id."""
    return next((rule.lane for rule in RULES if rule.holds(test)), "quick")


def runs_in(lane: Lane, test: str) -> bool:
    return LANES.index(lane_of(test)) <= LANES.index(lane)
