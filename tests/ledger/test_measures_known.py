"""The measures as known then are kept in the process, and are those that are read anew."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.journal.queries import books, known_on, upto
from headrope.ledger.queries import ledger_settings, measures, measures_known
from tests.conftest import Load

UNITS = "code,name,parent,kind,vintage\nG,Harbour,,group,2023-01-10"
MEASURES = """
code,name,account,quantity,step,kind,direction,numerator,denominator,vintage
REV,Revenue,CNY,money,0.01,flow,up,,,2023-01-10
REV,Turnover,CNY,money,0.01,flow,up,,,2023-03-05
COST,Cost,CNY,money,0.01,flow,down,,,2023-02-10
SHARE,Share,%,number,,ratio,down,COST,REV,2023-01-10
"""
FACTS = (
    "unit,measure,period,version,value,vintage\nG,REV,2023-01,actual,5,2023-02-20\nG,REV,2023-02,actual,6,2023-03-20"
)


def test_measures_are_those_of_what_was_known(load: Load) -> None:
    """The share has to wait for its cost; in March the revenue gets another name."""
    load(units=UNITS, measures=MEASURES, facts=FACTS)
    at, zone = books(), ledger_settings().zone
    knowns = [*(known_on(date(2023, month, 28), zone) for month in (1, 2, 3)), *map(upto, range(1, at.seq + 1))]

    found = [(known, measures_known(str(at.key), at.seq, known)) for known in knowns if known]

    assert all(list(kept) == measures(known) for known, kept in found)
    assert {tuple(info.name for info in kept) for _known, kept in found} >= {
        ("Revenue",),
        ("Revenue", "Cost", "Share"),
        ("Turnover", "Cost", "Share"),
    }


def test_measures_are_read_once_however_many_figures_come(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)
    at, zone = books(), ledger_settings().zone
    before, after = (known_on(date(2023, 3, day), zone) for day in (10, 25))
    assert before is not None and after is not None
    first = measures_known(str(at.key), at.seq, before)

    with CaptureQueriesContext(connection) as asked:
        again = measures_known(str(at.key), at.seq, before)
        later = measures_known(str(at.key), at.seq, after)  # figures came between, and no measure

    assert again is first and later is first and not asked.captured_queries
