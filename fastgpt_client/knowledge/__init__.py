"""Keeping a knowledge base in step, and measuring it: sources, plans, what came of them."""

from .evaluation import (
    Difference,
    EvaluationReport,
    GoldenAnswer,
    Interval,
    Question,
    QuestionScore,
    VariantScores,
)
from .git import GitTree
from .pages import Pages
from .sources import Directory, Entry, Source
from .sync import Action, PlannedItem, RowOutcome, SyncOutcome, SyncPlan, SyncReport
from .training import TrainingFailure

__all__ = [
    "Action",
    "Difference",
    "Directory",
    "Entry",
    "EvaluationReport",
    "GitTree",
    "GoldenAnswer",
    "Interval",
    "Pages",
    "PlannedItem",
    "Question",
    "QuestionScore",
    "RowOutcome",
    "Source",
    "SyncOutcome",
    "SyncPlan",
    "SyncReport",
    "TrainingFailure",
    "VariantScores",
]
