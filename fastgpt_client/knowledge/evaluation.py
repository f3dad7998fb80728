"""How well the searches of a knowledge base find what they should."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastgpt_client.exceptions import ValidationError

__all__ = ["Difference", "EvaluationReport", "GoldenAnswer", "Interval", "Question", "QuestionScore", "VariantScores"]


@dataclass(frozen=True)
class GoldenAnswer:
    """A passage that a search should find, however its file is split into rows.

    Attributes:
        text: the passage as it appears in the file; case and whitespace do not matter.
        source: the name of the file, whose folders are ignored; "" for any file.
    """

    text: str
    source: str = ""


@dataclass(frozen=True)
class Question:
    """A question, with the passages that a search for it should find.

    Attributes:
        question: the text to search for.
        answers: the passages to find; empty if the knowledge base has no answer.
    """

    question: str
    answers: tuple[GoldenAnswer, ...] = ()


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % confidence interval, from a bootstrap over the questions.

    Attributes:
        mean: the mean over the questions.
        low: the lower bound of the interval.
        high: the upper bound of the interval.
        count: the number of questions.
    """

    mean: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, kw_only=True)
class QuestionScore:
    """The result of one search.

    Attributes:
        question: the question searched for.
        variant: the name of the search settings.
        ranks: for each answer, the rank of the first hit that contains it, from 1; None if no hit does.
        hits: the number of hits.
        characters: the length of all hits, in characters.
        seconds: how long the search took, as reported by the server.
        error: the error if the search failed, None otherwise.
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
    """How well one variant of the search settings does.

    Attributes:
        name: the name of the variant.
        recall: for each k, the fraction of answers found among the first k hits.
        mrr: the mean reciprocal rank: 1 if the first hit has an answer, 1/2 if the second does, 0 if none does. None
            if no question has answers.
        rejected: of the questions without an answer, the fraction for which nothing was found; None if all have one.
        searches: how many searches succeeded.
        seconds: the mean duration of a search, as reported by the server.
        characters: the mean length of the text that a search returns, in characters.
        errors: how many searches failed. Their questions are excluded from all figures.
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
    """How much better the second of two variants is, over the questions for which both searches succeeded.

    Attributes:
        first: the name of the first variant.
        second: the name of the second variant.
        recall: for each k, the second's recall minus the first's. An interval that contains 0 shows no clear winner.
        mrr: the same for the mean reciprocal rank; None if no question has answers.
    """

    first: str
    second: str
    recall: Mapping[int, Interval]
    mrr: Interval | None


@dataclass(frozen=True, kw_only=True)
class EvaluationReport:
    """How well each variant of the search settings does.

    Attributes:
        variants: the scores of each variant, by name.
        differences: the comparison of each pair of variants.
        scores: the result of each search.
    """

    variants: Mapping[str, VariantScores]
    differences: tuple[Difference, ...]
    scores: tuple[QuestionScore, ...]

    def value(self, measure: str, variant: str | None = None) -> float:
        """Return the mean of one measure, such as "recall@5".

        Args:
            measure: "mrr", "rejected", or "recall@" followed by one of the measured k.
            variant: the name of the variant. Default: the first one.

        Raises:
            ValidationError: the variant is unknown, or was not measured this way.
        """
        found = self.variants.get(next(iter(self.variants)) if variant is None else variant)
        if found is not None:
            kind, _, k = measure.partition("@")
            intervals = {"mrr": found.mrr, "rejected": found.rejected}
            interval = found.recall.get(int(k)) if kind == "recall" and k.isdecimal() else intervals.get(measure)
            if interval is not None:
                return interval.mean
        raise ValidationError(f"measure: no {measure!r} for variant {variant!r}")
