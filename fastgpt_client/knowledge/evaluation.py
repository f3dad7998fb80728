"""How well searches of a knowledge base find what they should."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastgpt_client.exceptions import ValidationError

__all__ = ["Difference", "EvaluationReport", "GoldenAnswer", "Interval", "Question", "QuestionScore", "VariantScores"]


@dataclass(frozen=True)
class GoldenAnswer:
    """What a search should find: a text as it stands in a file. How the file is cut into rows does not matter.

    Attributes:
        text: the text.
        source: the name of its file, "" for any; folders before it are not looked at.
    """

    text: str
    source: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked, and what should be found.

    Attributes:
        question: what is asked.
        answers: what should be found; nothing, if the knowledge base has no answer.
    """

    question: str
    answers: tuple[GoldenAnswer, ...] = ()


@dataclass(frozen=True)
class Interval:
    """A mean and how sure it is.

    Attributes:
        mean: the mean over the questions.
        low: where the interval begins that holds the true mean with 95 % (a bootstrap over the questions).
        high: where it ends.
        count: how many questions it is of.
    """

    mean: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, kw_only=True)
class QuestionScore:
    """What one search found.

    Attributes:
        question: what was asked.
        variant: the name of the settings that it was searched with.
        ranks: of each answer the place of the first hit that has it, from 1; None if no hit has it.
        hits: how many hits there were.
        characters: how much text they have.
        seconds: how long the server took, as it says.
        error: why there was no answer from the server, else None.
    """

    question: Question
    variant: str
    ranks: tuple[int | None, ...] = ()
    hits: int = 0
    characters: int = 0
    seconds: float = 0.0
    error: Exception | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class VariantScores:
    """How good one way of searching is.

    Attributes:
        name: its name.
        recall: for each k, which part of the answers is among the first k hits.
        mrr: the mean reciprocal rank: 1 if the first hit has an answer, 1/2 if the second does, 0 if none does.
        rejected: the part of the questions without an answer of which nothing was found; None if all have answers.
        searches: how many searches were answered.
        seconds: how long a search takes the server.
        characters: how much text a search gives a model to read.
        errors: how many searches failed. Their questions are in none of the numbers.
    """

    name: str
    recall: Mapping[int, Interval]
    mrr: Interval | None
    rejected: Interval | None
    searches: int
    seconds: float
    characters: float
    errors: int


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How much better the second of two ways of searching is, over the questions that both answered.

    Attributes:
        first: the name of one.
        second: the name of the other.
        recall: for each k, the second's recall less the first's. Where the interval holds 0, neither is surely better.
        mrr: the same of the mean reciprocal rank.
    """

    first: str
    second: str
    recall: Mapping[int, Interval]
    mrr: Interval | None


@dataclass(frozen=True, kw_only=True)
class EvaluationReport:
    """How well each way of searching does.

    Attributes:
        variants: the scores by the names of the variants.
        differences: of each two variants.
        scores: what each search found.
    """

    variants: Mapping[str, VariantScores]
    differences: tuple[Difference, ...]
    scores: tuple[QuestionScore, ...]

    def value(self, measure: str, variant: str | None = None) -> float:
        """Return one number: "recall@5", "mrr" or "rejected", of a variant or of the first one.

        Args:
            measure: "mrr", "rejected", or "recall@" with one of the numbers that were measured.
            variant: the variant's name; left out, the first one.

        Raises:
            ValidationError: there is no such number.
        """
        found = self.variants.get(next(iter(self.variants)) if variant is None else variant)
        if found is not None:
            kind, _, k = measure.partition("@")
            intervals = {"mrr": found.mrr, "rejected": found.rejected}
            interval = found.recall.get(int(k)) if kind == "recall" and k.isdecimal() else intervals.get(measure)
            if interval is not None:
                return interval.mean
        raise ValidationError(f"measure: there is no {measure!r} of {variant!r}")
