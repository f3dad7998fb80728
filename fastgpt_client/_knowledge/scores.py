"""Score searches: the ranks of expected answers, means and confidence intervals."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import Any

from fastgpt_client._json import as_object, is_array, parse_json
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.knowledge import (
    Difference,
    EvaluationReport,
    GoldenAnswer,
    Interval,
    Question,
    QuestionScore,
    VariantScores,
)

__all__ = ["is_found", "parse_questions", "rank_of", "report", "seconds_of"]

ROUNDS = 2000
LEVEL = 0.95


def parse_questions(lines: Iterable[str | bytes]) -> Iterator[Question]:
    """Yield the questions of a JSON Lines file: `{"question": …, "answers": [{"text": …, "source": …}]}`.

    Raises:
        ValidationError: a line is invalid; the message says which.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row: Any = parse_json(line)
        except ValueError as exc:
            raise ValidationError(f"questions: line {number} is not valid JSON: {exc}") from None
        yield question_of(row, f"line {number}")


def question_of(row: object, where: str) -> Question:
    """Return a question from its JSON form; `where` names its line in errors."""
    found = as_object(row)
    asked, answers = found.get("question"), found.get("answers", [])
    if not isinstance(asked, str) or not asked.strip():
        raise ValidationError(f"questions: {where} has no question")
    golden = [as_object(answer) for answer in (answers if is_array(answers) else [None])]
    for answer in golden:
        if not isinstance(answer.get("text"), str) or not answer["text"].strip():
            raise ValidationError(f"questions: {where}: each answer needs a text, quoted exactly from the file")
    return Question(asked, tuple(GoldenAnswer(answer["text"], str(answer.get("source") or "")) for answer in golden))


def rank_of(answer: GoldenAnswer, hits: Sequence[tuple[str, str]]) -> int | None:
    """Return the rank, from 1, of the first hit (text and source) that contains an answer, None if there is none."""
    wanted = _name(answer.source)
    for place, (text, source) in enumerate(hits, 1):
        if (not wanted or wanted in (_name(source), _name(source).removesuffix(".txt"))) and is_found(
            answer.text, text
        ):
            return place
    return None


def _name(source: str) -> str:
    return unicodedata.normalize("NFC", source).rpartition("/")[2].casefold()


def is_found(quote: str, text: str) -> bool:
    """Return whether a text contains a quote, or at least half of it at its start or end, where rows are cut."""
    wanted, found = _plain(quote), _plain(text)
    if wanted in found:
        return True
    half = (len(wanted) + 1) // 2
    longest = min(len(wanted), len(found))
    return any(found.endswith(wanted[:size]) or found.startswith(wanted[-size:]) for size in range(half, longest + 1))


def _plain(text: str) -> str:
    """Normalize what file readers may change: whitespace, case and Unicode forms."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def seconds_of(duration: object) -> float:
    """Parse the duration of a search, such as "0.412s", into seconds."""
    try:
        return float(str(duration).removesuffix("s"))
    except ValueError:
        return 0.0


def report(scores: Sequence[QuestionScore], ks: Sequence[int], *, seed: int = 0) -> EvaluationReport:
    """Return the report of searches; deterministic for a given seed."""
    names = [*dict.fromkeys(score.variant for score in scores)]
    by_name = {name: [score for score in scores if score.variant == name] for name in names}
    return EvaluationReport(
        variants={name: _variant(name, found, ks, seed) for name, found in by_name.items()},
        differences=tuple(
            _difference((one, by_name[one]), (two, by_name[two]), ks, seed) for one, two in combinations(names, 2)
        ),
        scores=tuple(scores),
    )


def _variant(name: str, scores: Sequence[QuestionScore], ks: Sequence[int], seed: int) -> VariantScores:
    answered = [score for score in scores if score.error is None]
    with_answer = [score for score in answered if score.question.answers]
    without = [score for score in answered if not score.question.answers]
    mrr = _interval([_reciprocal(score) for score in with_answer], seed)
    recall = {k: _interval([_recall(k, score) for score in with_answer], seed) for k in ks}
    return VariantScores(
        name=name,
        recall=_known(recall),
        mrr=mrr,
        rejected=_interval([float(not score.hits) for score in without], seed),
        searches=len(answered),
        seconds=_mean([score.seconds for score in answered]),
        characters=_mean([score.characters for score in answered]),
        errors=len(scores) - len(answered),
    )


def _difference(
    one: tuple[str, Sequence[QuestionScore]], two: tuple[str, Sequence[QuestionScore]], ks: Sequence[int], seed: int
) -> Difference:
    pairs = [
        (first, second)
        for first, second in zip(one[1], two[1], strict=True)
        if first.error is None and second.error is None and first.question.answers
    ]

    def of(measure: Callable[[QuestionScore], float]) -> Interval | None:
        return _interval([measure(second) - measure(first) for first, second in pairs], seed)

    recall = {k: of(partial(_recall, k)) for k in ks}
    return Difference(first=one[0], second=two[0], recall=_known(recall), mrr=of(_reciprocal))


def _known(intervals: Mapping[int, Interval | None]) -> dict[int, Interval]:
    return {k: interval for k, interval in intervals.items() if interval is not None}


def _recall(k: int, score: QuestionScore) -> float:
    return _mean([float(rank is not None and rank <= k) for rank in score.ranks])


def _reciprocal(score: QuestionScore) -> float:
    return 1 / min((rank for rank in score.ranks if rank is not None), default=float("inf"))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _interval(values: Sequence[float], seed: int) -> Interval | None:
    """Return a mean with its bootstrap confidence interval, None if there are no values."""
    if not values:
        return None
    chance = random.Random(seed)
    means = sorted(_mean(chance.choices(values, k=len(values))) for _ in range(ROUNDS))
    edge = int(ROUNDS * (1 - LEVEL) / 2)
    return Interval(_mean(values), means[edge], means[-1 - edge], len(values))
