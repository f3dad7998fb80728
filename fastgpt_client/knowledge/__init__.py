"""Syncing and evaluating knowledge bases: sources, plans and reports."""

from .copies import CopyReport
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
from .plans import Action, ItemOutcome, KnowledgePlan, KnowledgeReport, PlannedItem, Progress, RowOutcome
from .sources import Directory, Entry, Source
from .training import TrainingFailure

__all__ = [
    "Action",
    "CopyReport",
    "Difference",
    "Directory",
    "Entry",
    "EvaluationReport",
    "GitTree",
    "GoldenAnswer",
    "Interval",
    "ItemOutcome",
    "KnowledgePlan",
    "KnowledgeReport",
    "Pages",
    "PlannedItem",
    "Progress",
    "Question",
    "QuestionScore",
    "RowOutcome",
    "Source",
    "TrainingFailure",
    "VariantScores",
]
