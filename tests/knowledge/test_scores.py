"""How well searches do: where an answer is found, and how sure the means are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastgpt_client import ValidationError
from fastgpt_client._knowledge.scores import is_found, parse_questions, rank_of, report, seconds_of
from fastgpt_client.knowledge import GoldenAnswer, Interval, Question, QuestionScore

QUOTE = "Employees have thirty days off."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Before. {QUOTE} After.", True),
        ("employees  have\nTHIRTY days off.", True),
        ("Before. Employees have thirty d", True),
        ("thirty days off. After.", True),
        ("Before. Employees have", False),
        ("days off. After.", False),
        ("Employees have forty days off.", False),
        ("", False),
    ],
)
def test_a_quote_is_found_where_a_text_was_cut_too(text: str, found: bool) -> None:
    assert is_found(QUOTE, text) is found


@given(st.text("abc", min_size=1, max_size=12), st.integers(0, 12))
def test_one_of_the_two_halves_of_a_cut_text_has_the_quote(quote: str, cut: int) -> None:
    assert is_found(quote, "x" + quote[:cut]) or is_found(quote, quote[cut:] + "y")


def test_the_rank_is_that_of_the_first_hit_of_the_file() -> None:
    hits = [("x", "a.md"), (QUOTE, "b.md"), (QUOTE, "A.MD"), (QUOTE, "c.txt")]
    assert [rank_of(GoldenAnswer(QUOTE, name), hits) for name in ("", "docs/a.md", "c", "d.md")] == [2, 3, 4, None]


def test_questions_are_lines() -> None:
    answers = '[{"text": "b", "source": "c.md"}, {"text": "d"}]'
    lines = ["", f'{{"question": "A?", "answers": {answers}}}', b'{"question": "E?"}']
    assert [*parse_questions(lines)] == [
        Question("A?", (GoldenAnswer("b", "c.md"), GoldenAnswer("d"))),
        Question("E?"),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2 is not valid JSON"),
        ("{}", "line 2 has no question"),
        ('{"question": "A?", "answers": "b"}', "line 2: each answer needs a text"),
        ('{"question": "A?", "answers": [{"text": " "}]}', "line 2: each answer needs a text"),
    ],
)
def test_a_line_that_is_no_question_is_refused(line: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        list(parse_questions(["", line]))


def test_the_servers_seconds() -> None:
    assert [seconds_of(value) for value in ("0.412s", 2, None)] == [0.412, 2.0, 0.0]


ASKED = Question("A?", (GoldenAnswer("b"),))


def score(
    variant: str, *ranks: int | None, question: Question = ASKED, hits: int = 1, error: bool = False
) -> QuestionScore:
    return QuestionScore(
        question=question,
        variant=variant,
        ranks=ranks,
        hits=hits,
        characters=10,
        seconds=0.5,
        error=OSError() if error else None,
    )


def test_a_report_has_the_means_of_each_variant() -> None:
    nothing = Question("B?")
    found = report(
        [
            score("one", 1),
            score("one", 4),
            score("one", None),
            score("one", 2, None),
            score("one", error=True),
            score("one", question=nothing, hits=0),
            score("one", question=nothing),
        ],
        (1, 3),
    )
    one = found.variants["one"]
    assert found.value("recall@1") == 1 / 4
    assert found.value("recall@3", "one") == (1 + 0.5) / 4
    assert found.value("mrr") == (1 + 1 / 4 + 0 + 1 / 2) / 4
    assert found.value("rejected") == 1 / 2
    assert (one.searches, one.errors, one.seconds, one.characters) == (6, 1, 0.5, 10)
    assert found.differences == ()
    assert len(found.scores) == 7


@pytest.mark.parametrize(("measure", "variant"), [("recall@2", None), ("recall@x", None), ("f1", None), ("mrr", "two")])
def test_a_number_that_is_not_there_is_refused(measure: str, variant: str | None) -> None:
    with pytest.raises(ValidationError, match="measure"):
        report([score("one", 1)], (1,)).value(measure, variant)


def test_a_report_of_nothing_has_no_numbers() -> None:
    one = report([score("one", error=True)], (1,)).variants["one"]
    assert (one.recall, one.mrr, one.rejected, one.searches, one.seconds) == ({}, None, None, 0, 0)


def test_two_variants_are_compared_question_by_question() -> None:
    one = [score("one", 2), score("one", None), score("one", 1), score("one", error=True)]
    two = [score("two", 1), score("two", 1), score("two", 1), score("two", 1)]
    [difference] = report([*one, *two], (1, 5)).differences
    assert (difference.first, difference.second) == ("one", "two")
    assert difference.recall[1].mean == pytest.approx(2 / 3)
    assert difference.recall[5].mean == pytest.approx(1 / 3)
    assert difference.mrr == Interval(0.5, 0.0, 1.0, 3)
    same = report([*two, *[score("three", 1)] * 4], (1,)).differences[0]
    assert (same.recall[1], str(same.mrr)) == (Interval(0, 0, 0, 4), "0.000 [0.000, 0.000]")


def test_the_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    few, many, again = (
        report([score("one", 1), score("one", None)] * count, (1,)).variants["one"].recall[1] for count in (5, 200, 200)
    )
    assert few.low < many.low < 0.5 < many.high < few.high
    assert (many.low, many.high) == (pytest.approx(0.451, abs=0.01), pytest.approx(0.549, abs=0.01))
    assert again == many
