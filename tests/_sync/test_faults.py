# Generated from tests/_async/test_faults.py by scripts/generate.py: edit the source, not this file.
"""Each row of the fault matrix, over real sockets: the outcome, the time, and how often the server was asked."""

from __future__ import annotations

import pytest

from fastgpt_client import ChatClient
from tests.support import fault_fixtures
from tests.support.fault_judge import outcome_of
from tests.support.fault_matrix import rows
from tests.support.fault_row import CALL, Row
from tests.support.fault_streams import text_of_event, text_of_lines

no_certificates = fault_fixtures.no_certificates


@pytest.mark.parametrize("row", rows("completion"))
def test_blocking_completion(row: Row) -> None:
    with row.open() as server, outcome_of(row, server) as seen:
        with ChatClient(**row.settings(server.url)) as client:
            completion = client.create_chat_completion(**CALL, stream=False)
            seen.value = completion.text


@pytest.mark.parametrize("row", rows("histories"))
def test_idempotent_call(row: Row) -> None:
    with row.open() as server, outcome_of(row, server) as seen:
        with ChatClient(**row.settings(server.url)) as client:
            response = client.get_chat_histories()
            seen.value = response.data


@pytest.mark.parametrize("row", rows("deltas"))
def test_text_of_a_stream(row: Row) -> None:
    with row.open() as server, outcome_of(row, server) as seen:
        with ChatClient(**row.settings(server.url)) as client:
            stream = client.create_chat_completion(**CALL, stream=True)
            with stream:
                for delta in stream.text_deltas():
                    seen.texts.append(delta)


@pytest.mark.parametrize("row", rows("events"))
def test_events_of_a_stream(row: Row) -> None:
    with row.open() as server, outcome_of(row, server) as seen:
        with ChatClient(**row.settings(server.url)) as client:
            stream = client.create_chat_completion(**CALL, stream=True)
            with stream:
                for event in stream:
                    seen.texts.append(text_of_event(event))


@pytest.mark.parametrize("row", rows("lines"))
def test_raw_lines_of_a_stream(row: Row) -> None:
    with row.open() as server, outcome_of(row, server) as seen:
        with ChatClient(**row.settings(server.url)) as client:
            response = client.create_chat_completion(**CALL, stream=True)
            for line in response.iter_lines():
                seen.texts.append(text_of_lines([line]))


@pytest.mark.parametrize("row", rows("final"))
def test_final_answer_of_a_stream(row: Row) -> None:
    with row.open() as server, outcome_of(row, server) as seen:
        with ChatClient(**row.settings(server.url)) as client:
            stream = client.create_chat_completion(**CALL, stream=True)
            completion = stream.final()
            seen.value = completion.text
