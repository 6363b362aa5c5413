"""Texts, levels of formed measures, and figures that measures of other kinds can and cannot have."""

from __future__ import annotations

import pytest

from headrope.core.problems import ProblemsFound
from headrope.ledger.models import Fact, FactText, State
from tests.conftest import Load
from tests.ledger.small_group import HEADER, MEASURES, UNITS, facts, standing

MAY, JUNE, JULY = "2023-05-09", "2023-06-09", "2023-07-14"
TEXTS = MEASURES + "NOTE,Note,words,text,,text,none,,\nNOTES,Another,words,text,,text,none,,\n"


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows))


def texts() -> list[str]:
    """All texts in the order of posting."""
    return list(FactText.objects.order_by("seq", "unit_id", "measure_id", "period").values_list("text", flat=True))


def refused(load: Load, **files: str) -> list[str]:
    before = standing()
    with pytest.raises(ProblemsFound) as found:
        load(**files)
    assert standing() == before
    return [str(problem) for problem in found.value.problems]


WORDS = ["plain", " blanks  around ", "None", "tab\there", "back\\slash \\N", "two\nlines", '"quoted", comma', "中文说明", "%s %(x)s", "1"]  # fmt: skip


def test_texts_when_loaded_stand_there_letter_by_letter(load: Load) -> None:
    rows = [
        f'A,NOTE,2023-{month:02d},actual,"{word.replace(chr(34), chr(34) * 2)}"' for month, word in enumerate(WORDS, 1)
    ]

    load(units=UNITS, measures=TEXTS, facts=table(HEADER, *rows, "A,REV,2023-04,actual,1"))

    assert texts() == WORDS
    assert sorted(Fact.objects.values_list("state", flat=True)) == [State.VALUE, *[State.TEXT] * len(WORDS)]


def test_texts_when_unchanged_make_no_facts(load: Load) -> None:
    rows = ("A,NOTE,2023-04,actual,one", "A,NOTES,2023-04,actual,one", "AB,NOTE,2023-04,actual,two")
    load(units=UNITS, measures=TEXTS, facts=table(HEADER, *rows))

    again = load(facts=table(HEADER, *rows[:2], "AB,NOTE,2023-04,actual,three"))

    assert (again.unchanged, again.vintages) == (2, [(None, 1)])
    assert texts() == ["one", "one", "two", "three"]


def test_texts_when_dated_make_a_fact_where_they_change(load: Load) -> None:
    rows = [("one", MAY), ("one", JUNE), ("two", JULY)]

    result = load(
        units=UNITS,
        measures=TEXTS,
        facts=table(f"{HEADER},vintage", *(f"A,NOTE,2023-04,actual,{word},{day}" for word, day in rows)),
    )

    assert [count for _, count in result.vintages] == [1, 0, 1]
    assert texts() == ["one", "two"]


def test_text_when_withdrawn_and_given_again_is_known_again(load: Load) -> None:
    for value, state in (("one", ""), ("", "withdrawn"), ("one", "")):
        load(units=UNITS, measures=TEXTS, facts=table(f"{HEADER},state", f"A,NOTE,2023-04,actual,{value},{state}"))

    assert [fact[-1] for fact in facts()] == ["text", "withdrawn", "text"]
    assert texts() == ["one", "one"]


def test_text_when_it_is_as_long_as_may_be_is_kept(load: Load) -> None:
    load(units=UNITS, measures=TEXTS, facts=table(HEADER, f"A,NOTE,2023-04,actual,{'文' * 10_000}"))

    assert texts() == ["文" * 10_000]


def test_lines_of_a_text_when_written_by_windows_end_alike(load: Load) -> None:
    load(units=UNITS, measures=TEXTS, facts=f'{HEADER}\r\nA,NOTE,2023-04,actual,"a\r\nb"\r\n'.encode())

    assert texts() == ["a\nb"]


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        (["A,NOTE,2023-04,actual,"], ["facts.csv, row 2: The value is empty. Leave the whole row out, or give state withdrawn or not-applicable."]),
        ([f"A,NOTE,2023-04,actual,{'x' * 10_001}"], ["facts.csv, row 2: The text is longer than 10,000 characters. Shorten it."]),
        (["A,NOTE,2023-04,actual,be\x07ll"], ["facts.csv, row 2: The text holds a control character. Take it out."]),
        (["A,NOTE,2023-04,actual,nu\x00l"], ["facts.csv, row 2: The text holds a control character. Take it out."]),
        (["A,NOTE,2023-04,actual,one", "A,NOTE,2023-04,actual,two"], ["facts.csv, row 3: The row contradicts row 2: the same cell, another value. Keep the right one."]),
        (["A,NOTE,2023-04,actual,one", "A,NOTE,2023-04,actual,one"], ["facts.csv, row 3: The row says the same as row 2. Delete one of them."]),
    ],
)  # fmt: skip
def test_text_when_it_is_wrong(load: Load, rows: list[str], problems: list[str]) -> None:
    load(units=UNITS, measures=TEXTS)

    assert refused(load, facts=table(HEADER, *rows)) == problems


def test_text_as_a_state_is_refused(load: Load) -> None:
    load(units=UNITS, measures=TEXTS)

    assert refused(load, facts=table(f"{HEADER},state", "A,NOTE,2023-04,actual,,text")) == [
        "facts.csv, row 2: 'text' is not a state. Write value, withdrawn or not-applicable."
    ]


# Formed kinds

FORMED = (
    MEASURES
    + """SUM,Sum,CNY,money,0.01,formula,up,REV+PROFIT,
MEAN,Mean staff,persons,number,,average,none,STAFF,
MORE,Growth,share,number,,growth,up,REV,
"""
)


@pytest.mark.parametrize(
    ("code", "kind", "parts"),
    [("SUM", "formula", "REV, PROFIT"), ("MEAN", "average", "STAFF"), ("MORE", "growth", "REV"), ("MARGIN", "ratio", "PROFIT, REV")],
)  # fmt: skip
def test_actual_of_a_formed_measure_is_refused_and_its_target_is_a_level(
    load: Load, code: str, kind: str, parts: str
) -> None:
    load(units=UNITS, measures=FORMED)

    found = refused(load, facts=table(HEADER, f"A,{code},2023-04,actual,1.5"))

    assert found == [
        f"facts.csv, row 2: {code} is a {kind}: its actual value is formed from {parts}. "
        "Load those, or give basis stated."
    ]
    load(facts=table(f"{HEADER},basis", f"A,{code},2023-04,target,1.555,", f"A,{code},2023-04,actual,1.5,stated"))
    assert sorted(fact[-1] for fact in facts()) == [1.5, 1.555]
