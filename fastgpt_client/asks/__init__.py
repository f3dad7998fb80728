"""The results of asking many questions with `ask_each`: rows, summaries, and formats for other tools."""

from .results import AskResult, AskSummary
from .rows import ROW_COLUMNS, ROW_SCHEMA, AskRow, read_rows, spreadsheet_cell, to_ragas

__all__ = [
    "ROW_COLUMNS",
    "ROW_SCHEMA",
    "AskResult",
    "AskRow",
    "AskSummary",
    "read_rows",
    "spreadsheet_cell",
    "to_ragas",
]
