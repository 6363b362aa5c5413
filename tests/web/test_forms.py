"""The pages about forms: what is asked for, of whom and when it is due (the group stands in small_group.py; it is 5 July 2023)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import Load
from tests.ledger.submissions import conftest as small
from tests.web.conftest import dangers
from tests.web.sheet_reading import values
from tests.web.small_group import Group, settle, shift
from tests.web.test_people import body, text

LEDGER = {name: getattr(small, name.upper()) for name in ("ledger", "units", "measures", "checks", "facts")}
FORMS = """
code,name,name_zh,span,measures,due,scale
FIN,Monthly form,月报,month,REV OVERSEAS PROFIT STAFF SHARE REMARK,business day 5 at 18:00,k
ASK,=1+<b>,,quarter,SHARE,day 10 of month 2 +2 per tier,1
NEVER,Never due,,year,REV,,1
"""
DUTIES = """
form,unit,from,to,due
FIN,A1,,,
FIN,A2,,2023-05-31,
FIN,B,,,business day 3
ASK,A1,2023-01-01,,
NEVER,B,,,
"""


@pytest.fixture
def group(load: Load, monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    """The small group with three forms."""
    monkeypatch.setattr(settings, "CLOCK_SHIFT", shift())
    load(**LEDGER, forms=FORMS, duties=DUTIES)
    yield settle()
    connection.close()


def test_list_says_of_whom_each_form_is_asked_and_when_it_is_due(group: Group) -> None:
    """June ends on a Friday: A1 is due on the fifth business day, Friday 7 July, A on Monday, G on Tuesday; B has a day
    of its own, the third, Wednesday 5 July. Of April to June the tenth of August is a Thursday, two more for each tier.
    """
    office = group.browser("office")
    group.send("clerk")

    rows = values(office.get("/forms/forms.xlsx").content)

    assert rows[2:-2] == [
        ["Form", "Code", "Asked for", "Due", "Last period", "Due then", "Measures", "Fill it in", "Reported"],
        ["Monthly form", "FIN", "every month", "business day 5 after the period, +1 per tier above, by 18:00", "Jun 2023", "5 Jul 2023 to 11 Jul 2023", 6, 2, "1 / 2"],
        ["=1+<b>", "ASK", "every quarter", "day 10 of month 2 after the period, +2 per tier above", "Apr–Jun 2023", "10 Aug 2023 to 16 Aug 2023", 1, 1, "0 / 1"],
        ["Never due", "NEVER", "every year", "never due", "year 2022", None, 1, 1, None],
    ]  # fmt: skip
    page = office.get("/forms/")
    assert "3 forms are asked for" in text(page)
    assert 'href="/figures/G/FIN/2023-06/units/"' in body(page)


def test_form_says_when_it_is_due_by_tier_and_who_fills_it_in(group: Group) -> None:
    office = group.browser("office")

    due = values(office.get("/forms/FIN/due.xlsx").content)[3:-2]
    units = values(office.get("/forms/FIN/units.xlsx").content)[3:-2]
    measures = values(office.get("/forms/FIN/measures.xlsx").content)[3:-2]

    assert due == [
        ["Tier 3", 1, 1, "7 Jul 2023"],
        ["Tier 2", 2, 1, "5 Jul 2023 to 10 Jul 2023"],
        ["Tier 1", 1, 0, "11 Jul 2023"],
    ]
    assert units == [
        ["East Pumps", "A1", "always", "until further notice", None, "7 Jul 2023"],
        ["East Valves", "A2", "always", "31 May 2023", None, None],
        ["Airport Base", "B", "always", "until further notice", "business day 3 after the period, +1 per tier above", "5 Jul 2023"],
    ]  # fmt: skip
    assert [row[:2] for row in measures[:2]] == [["Revenue", "REV"], ["Revenue overseas", "OVERSEAS"]]
    assert "Monthly form: 0 of 2 units have reported Jun 2023" in text(office.get("/forms/FIN/"))


def test_nobody_learns_of_units_that_he_does_not_see(group: Group) -> None:
    """The clerk keeps A1 alone; forms that ask nothing of it are not there for him."""
    clerk = group.browser("clerk")

    rows = values(clerk.get("/forms/forms.xlsx").content)[3:-2]

    assert [(row[1], row[5], row[7]) for row in rows] == [("FIN", "7 Jul 2023", 1), ("ASK", "10 Aug 2023", 1)]
    assert [row[1] for row in values(clerk.get("/forms/FIN/units.xlsx").content)[3:-2]] == ["A1"]
    found = [clerk.get(f"/forms/{code}/").status_code for code in ("FIN", "ASK", "NEVER", "NONE")]
    assert found == [200, 200, 404, 404]
    assert "Airport" not in body(clerk.get("/forms/FIN/"))
    assert "No form asks anything of your units." in text(group.browser("outsider").get("/forms/"))


def test_names_of_forms_do_nothing(group: Group) -> None:
    office = group.browser("office")

    assert [dangers(office.get(address).content) for address in ("/forms/", "/forms/ASK/")] == [[], []]
    assert "=1+<b>" in text(office.get("/forms/ASK/"))


@pytest.mark.parametrize("address", ["/forms/", "/forms/FIN/"])
def test_three_units_take_as_many_statements_as_one(load: Load, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(settings, "CLOCK_SHIFT", shift())
    load(**LEDGER, forms=FORMS, duties="form,unit\nNEVER,B\n")
    office, counts = settle().browser("office"), []
    for units in (["A1"], ["A1", "A2", "B"]):
        load(duties="form,unit\n" + "".join(f"FIN,{unit}\n" for unit in units))
        office.get(address)
        with CaptureQueriesContext(connection) as statements:
            office.get(address)
        counts.append(len(statements))
    connection.close()

    assert len(set(counts)) == 1
