"""The fault matrix: all rows, picked by the call they are about."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.support import (
    fault_rows_body,
    fault_rows_connection,
    fault_rows_errors,
    fault_rows_status,
    fault_rows_stream,
    fault_rows_waits,
)
from tests.support.fault_row import Call, Row

ROWS: list[Row] = list(
    itertools.chain(
        fault_rows_connection.ROWS,
        fault_rows_status.ROWS,
        fault_rows_waits.ROWS,
        fault_rows_body.ROWS,
        fault_rows_stream.ROWS,
        fault_rows_errors.ROWS,
    )
)


def rows(call: Call) -> list[Any]:
    """The rows of one call, as parameters of a test."""
    return [pytest.param(row, id=row.id.removesuffix(f"-{call}")) for row in ROWS if row.call == call]
