"""Where the asyncio client differs on aiohttp's transport: parts of test names, and why."""

from __future__ import annotations

__all__ = ["DIFFERENCES", "difference"]

DIFFERENCES = {
    "broken-chunk": "aiohttp drops what came in the same read as a broken chunk, or waits for the read timeout",
    "until-close-but-reset": "aiohttp takes a reset for the end of a body without a length: the JSON is cut, an error",
    "length-too-small": "aiohttp reads the next answer out of what was too much: an error by another name",
    "test_an_idle_connection_that_ended_is_replaced": "aiohttp learns that a kept connection has ended by using it",
    "test_a_stream_replaces_an_idle_connection_that_ended": "the same: a completion is not sent again then",
    "test_no_signed_address_is_logged": "aiohttp's transport reads the address as text, as httpx's log does",
    **dict.fromkeys(
        (
            "test_an_async_client_goes_on_in_the_event_loop_of_a_child",
            "test_a_fork_inside_of_an_event_loop",
            "test_one_client_in_several_event_loops_one_after_the_other",
            "test_six_threads_with_an_event_loop_each",
            "test_closing_a_client_ends_the_connections_of_other_loops",
            "test_a_client_that_is_interrupted_in_a_loop_leaves_nothing",
            "test_a_conversation_that_is_interrupted_in_a_loop_goes_on",
        ),
        "a transport that its user brings belongs to the event loop that first used it",
    ),
    "test_a_client_that_is_closed_while_it_chooses_its_way_opens_nothing": "it is about the client's own transports",
    "test_the_connections_of_httpxs_transport_end_with_their_own_loop": "the same",
    "test_what_follows_the_first_event_has_its_own_time": "aiohttp binds a stream's read timeout when it is asked for",
    "test_a_server_that_does_not_take_the_question_is_left_in_time": "aiohttp's timeout may come first",
    "test_a_connection_that_never_opens_is_given_up_in_time": "the same",
    "test_a_stream_that_was_begun_in_another_loop": "it is about the client's own transports",
    "test_a_stream_that_is_closed_in_another_loop": "the same",
    "test_an_encrypted_connection_is_used_and_closed": "the certificate is given to the client's own transports",
}
# These pass now and then, or leave something behind that the next test is blamed for: they are not run.
UNSURE = (
    "broken-chunk",
    "test_an_idle_connection_that_ended_is_replaced",
    "test_a_stream_replaces_an_idle_connection_that_ended",
    "test_an_async_client_goes_on_in_the_event_loop_of_a_child",
    "test_a_fork_inside_of_an_event_loop",
    "test_one_client_in_several_event_loops_one_after_the_other",
    "test_six_threads_with_an_event_loop_each",
    "test_closing_a_client_ends_the_connections_of_other_loops",
    "test_a_client_that_is_closed_while_it_chooses_its_way_opens_nothing",
    "test_the_connections_of_httpxs_transport_end_with_their_own_loop",
    "test_an_encrypted_connection_is_used_and_closed",
    "test_what_follows_the_first_event_has_its_own_time",
    "test_a_server_that_does_not_take_the_question_is_left_in_time",
    "test_a_connection_that_never_opens_is_given_up_in_time",
    "test_a_stream_that_was_begun_in_another_loop",
    "test_a_stream_that_is_closed_in_another_loop",
)


def difference(test: str) -> tuple[str, bool] | None:
    """Return why a test fails on aiohttp's transport, and whether it surely does; None if it must pass."""
    for part, reason in DIFFERENCES.items():
        if part in test:
            return reason, part not in UNSURE
    return None
