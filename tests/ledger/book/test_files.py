"""What is told to people of the files of the folder form is what the folder form takes."""

from __future__ import annotations

import pytest

from headrope.core.checks import check
from headrope.core.measures import CONTINUITIES, DIRECTIONS, KINDS, MISSING
from headrope.core.quantities import QUANTITY_KINDS
from headrope.core.units import KINDS as UNIT_KINDS
from headrope.core.units import METHODS
from headrope.ledger.book.columns import File
from headrope.ledger.book.files import files, in_both
from headrope.ledger.folder import calendars, checks, eliminations, facts, forms, measures, settings, shares, units
from headrope.ledger.load import FILES
from headrope.org.folder import FILES as PEOPLE
from headrope.org.models import PartyKind, Role

TAKEN = {
    "ledger.csv": (("key", "value"), ()),
    units.FILE: units.COLUMNS,
    measures.FILE: measures.COLUMNS,
    forms.FORMS: forms.FORM_COLUMNS,
    forms.DUTIES: forms.DUTY_COLUMNS,
    checks.FILE: checks.COLUMNS,
    calendars.CALENDARS: calendars.CALENDAR_COLUMNS,
    calendars.UNIT_CALENDARS: calendars.UNIT_COLUMNS,
    shares.HOLDINGS: shares.HOLDING_COLUMNS,
    shares.SEGMENTS: shares.SEGMENT_COLUMNS,
    facts.FILE: facts.COLUMNS,
    eliminations.FILE: eliminations.COLUMNS,
    **PEOPLE,
}
BY_KEY = {file.key: file for file in files()}


def test_every_file_that_is_taken_is_told():
    assert {file.file for file in files() if file.key != "figures"} == {*FILES, *PEOPLE} == set(TAKEN)


@pytest.mark.parametrize("name", TAKEN)
def test_columns_are_those_that_are_read(name: str):
    file = BY_KEY[name.removesuffix(".csv")]
    required, optional = TAKEN[name]

    assert {*file.keys, *file.rare} == {*required, *optional}
    assert {column.key for column in file.columns if column.needed} <= set(required)


@pytest.mark.parametrize("file", files(), ids=lambda file: file.key)
def test_headings_are_unlike_each_other_in_each_language(file: File):
    for told in in_both(file.key):
        labels = [column.label.casefold() for column in told.columns]
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("file", [each for each in files() if each.key != "figures"], ids=lambda file: file.key)
def test_examples_fill_the_columns(file: File):
    assert {len(row) for row in file.examples} <= {len(file.columns)}


def test_choices_are_the_words_that_are_taken():
    def words(key: str, column: str) -> set[str]:
        found = BY_KEY[key].column(column)
        assert found
        return set(found.options)

    assert words("ledger", "key") == set(settings.SETTINGS)
    assert words("units", "kind") == set(UNIT_KINDS)
    assert words("units", "method") == set(METHODS)
    assert words("measures", "kind") == set(KINDS)
    assert words("measures", "direction") == set(DIRECTIONS)
    assert words("measures", "quantity") == set(QUANTITY_KINDS)
    assert words("measures", "missing") == set(MISSING)
    assert words("measures", "continuity") == set(CONTINUITIES)
    assert words("forms", "span") == set(forms.SPANS)
    assert words("checks", "kind") == set(check.KINDS)
    assert words("checks", "severity") == set(check.SEVERITIES)
    assert words("checks", "against") == set(check.AGAINST)
    assert words("calendars", "kind") == {"holiday", "workday", "weekend"}
    assert words("mandates", "role") == set(Role.values)
    assert words("parties", "kind") == set(PartyKind.values)
