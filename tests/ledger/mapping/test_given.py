"""A mapping that is wrong: every problem at once, with its line and how to mend it."""

from __future__ import annotations

import pytest

from headrope.ledger.mapping.given import read_plan
from headrope.ledger.mapping.keys import Column, Columns, Layout, PeriodSource, Plan, Source, Unit

GOOD = """
mapping: 1
period: 2023-04
unit: {column: A}
columns:
  - {column: B..D, measure: REV}
"""


def problems(text: str) -> list[str]:
    plan, found = read_plan("map.yaml", text.strip())
    assert plan is None
    return [str(problem) for problem in found]


def test_a_short_mapping() -> None:
    plan, found = read_plan("map.yaml", GOOD.strip())

    assert found == []
    assert plan == Plan(
        mapping=1,
        layouts=(
            Layout(
                period=(PeriodSource(text="2023-04", line=2),),
                unit=Unit(column=Columns((0,), False), line=3),
                columns=(Column(column=Columns((1, 2, 3), True), measure=Source(text="REV", line=5), line=5),),
                line=1,
            ),
        ),
        line=1,
    )


def test_words_stay_as_they_are_written() -> None:
    """YAML would make a number, a truth, a day and a sexagesimal number of these."""
    plan, _ = read_plan("map.yaml", GOOD.strip() + "\nledger: {a: 001, b: no, c: 2023-06-01, d: 1:30, e: ~}")

    assert plan is None
    plan, _ = read_plan("map.yaml", GOOD.strip() + "\nledger: {a: 001, b: no, c: 2023-06-01, d: 1:30}")
    assert plan is not None
    assert plan.ledger == {"a": "001", "b": "no", "c": "2023-06-01", "d": "1:30"}


def test_all_problems_come_at_once() -> None:
    text = """
mapping: 2
file: "*.csv"
csv: {delimitor: ;}
header: {row: 0}
number: {decimal: , percent: double, scale: many}
unit: {column: 12B}
rows:
  skip: "*total"
  begin:
    - 3
columns:
  - {column: D..B, measure: REV}
  - {header: Staff, optional: perhaps, period: {pattern: '(?P<jahr>[0-9]+)'}}
"""

    assert problems(text) == [
        "map.yaml, line 2: file is not a key of this place. Did you mean files?",
        "map.yaml, line 3: delimitor is not a key of this place. Did you mean delimiter?",
        "map.yaml, line 4: row takes a whole number from 1 up, not '0'.",
        "map.yaml, line 5: decimal takes one word or text. Write it behind the colon.",
        "map.yaml, line 5: percent takes refuse, share, points, not 'double'.",
        "map.yaml, line 5: scale takes a number such as 0.5 or 1000, not 'many'.",
        "map.yaml, line 6: '12B' names no column. Columns are letters or numbers; a column by its header is header: 12B.",
        "map.yaml, line 8: '*total' is not a pattern: nothing to repeat at position 0. See the manual of regular expressions.",
        "map.yaml, line 10: begin takes one word or text. Write it behind the colon.",
        "map.yaml, line 12: The columns D..B end before they begin. Write the left one first.",
        "map.yaml, line 13: optional takes yes or no, not 'perhaps'.",
        "map.yaml, line 13: The group jahr means nothing. "
        "Known groups: day, half, measure, month, period, quarter, section, unit, version, vintage, year.",
    ]


def test_an_edition_that_is_not_known() -> None:
    assert problems(GOOD.replace("mapping: 1", "mapping: 2")) == [
        "map.yaml, line 1: Mappings of edition 2 are not known. Write mapping: 1."
    ]


def test_a_layout_needs_its_parts() -> None:
    assert problems("mapping: 1\nunit: {match: case}\ncolumns:\n  - {measure: REV}\n  - {column: B, header: C}") == [
        "map.yaml, line 2: unit: says not where the unit stands. Add column, header, cell, from or text.",
        "map.yaml, line 4: A column is found by column, header or pattern. Write one of them.",
        "map.yaml, line 4: The period of the column is not said. Add period: to the layout or to the column.",
        "map.yaml, line 5: A column is found by column, header or pattern. Write one of them.",
        "map.yaml, line 5: The measure of the column is not said. Add measure:.",
        "map.yaml, line 5: The period of the column is not said. Add period: to the layout or to the column.",
        "map.yaml, line 5: Columns are found by a header, and header: is missing. Add header:.",
    ]


def test_keys_that_must_be_given() -> None:
    assert problems("files: a.csv") == [
        "map.yaml, line 1: The key mapping is missing. It says: the edition of this language: 1.",
        "map.yaml, line 1: The key unit is missing. It says: which unit a row is about.",
        "map.yaml, line 1: The key columns is missing. It says: where the figures stand.",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "map.yaml, line 1: The mapping has no keys. Begin with mapping: 1."),
        ("- a\n- b", "map.yaml, line 1: The mapping has no keys. Begin with mapping: 1."),
        ("a: 1\na: 2", "map.yaml, line 2: The key a stands there twice. Keep one."),
        ("a: 1\n---\nb: 2", "map.yaml, line 1: The file holds several documents. Keep one."),
        (
            "a: &x [1]\nb: *x",
            "map.yaml, line 1: Anchors and aliases (& and *) are not taken. Write it out, or put what all layouts share at the top.",
        ),
        ("a: !!python/name:os.system x", "map.yaml, line 1: The tag tag:yaml.org,2002:python/name:os.system is not taken. Take it out."),
        ("a: [1", "map.yaml, line 1: This is not YAML: expected ',' or ']', but got '<stream end>'. Look at the indentation and the quotes there."),
        ("a: " + "[" * 5000 + "]" * 5000, "map.yaml, line 1: The mapping is nested deeper than 20 levels."),
        ("? [a]\n: b", "map.yaml, line 1: A key is a word. Write it as key: value."),
        ("a: b\x07c", "map.yaml, line 1: This is not YAML: unacceptable character #x0007: special characters are not allowed. Look at the indentation and the quotes there."),
    ],
)  # fmt: skip
def test_what_is_no_mapping(text: str, problem: str) -> None:
    assert problems(text) == [problem]


def test_a_mapping_that_is_too_large() -> None:
    assert problems("a: " + "b" * 1_000_000) == ["map.yaml, line 1: The mapping is larger than 1,000,000 characters."]


def test_layouts_share_keys_and_may_replace_them() -> None:
    text = """
mapping: 1
number: {decimal: ",", missing: "-"}
unit: {column: A}
period: 2023-04
layouts:
  - name: old
    columns: [{column: B, measure: REV, number: {scale: 1000}}]
  - name: new
    unit: {column: C}
    number: {decimal: .}
    columns: [{column: B, measure: REV}]
"""
    plan, found = read_plan("map.yaml", text.strip())

    assert found == []
    assert plan is not None
    old, new = plan.layouts
    number = old.columns[0].number
    assert number is not None
    assert (number.decimal, number.missing, str(number.scale)) == (",", ("-",), "1000")
    assert (old.unit.column, new.unit.column) == (Columns((0,), False), Columns((2,), False))
    assert (new.number.decimal, new.number.missing) == (".", ())
