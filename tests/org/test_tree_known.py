"""The tree as known then is kept in the process, and is the one that is read anew."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.journal.queries import books, known_on, upto
from headrope.ledger.queries import ledger_settings
from headrope.org.queries import edition_rows, tree_known, tree_on
from tests.conftest import Load

UNITS = """
code,name,parent,kind,from,to,vintage
G,Harbour,,group,,,2023-01-10
A,East,G,company,,,2023-01-10
B,Airport,G,company,,,2023-01-10
A1,East Pumps,A,branch,,,2023-01-10
A1,East Pumps,A,branch,,2023-01-31,2023-03-05
A1,East Pumps,B,branch,2023-02-01,,2023-03-05
C,Canal,G,company,2023-01-01,,2023-04-01
"""
MEASURES = "code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,0.01,flow,up"
FACTS = (
    "unit,measure,period,version,value,vintage\nA1,REV,2023-01,actual,5,2023-02-07\nA1,REV,2023-02,actual,6,2023-03-20"
)
DAYS = (date(2023, 1, 31), date(2023, 2, 28))


def test_tree_is_that_of_what_was_known(load: Load) -> None:
    """A1 moves to B in February, which is known from 5 March on; of C nothing is known before April."""
    load(units=UNITS, measures=MEASURES, facts=FACTS)
    at, zone = books(), ledger_settings().zone
    key, knowns = str(at.key), [None, *(known_on(date(2023, month, 28), zone) for month in (1, 2, 3)), *map(upto, range(1, at.seq))]  # fmt: skip

    found = [(known, day, tree_known(key, at.seq, day, known)) for known in knowns for day in DAYS]

    assert all(tree.nodes == tree_on(day, edition_rows(known)).nodes for known, day, tree in found)
    assert len({frozenset((n.code, n.parent) for n in tree.nodes.values()) for _known, _day, tree in found}) >= 4


def test_tree_is_read_once_however_many_figures_come(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)
    at, zone = books(), ledger_settings().zone
    before, after = (known_on(date(2023, 3, day), zone) for day in (10, 25))
    first = tree_known(str(at.key), at.seq, DAYS[0], before)

    with CaptureQueriesContext(connection) as asked:
        again = tree_known(str(at.key), at.seq, DAYS[0], before)
        later = tree_known(str(at.key), at.seq, DAYS[0], after)  # figures came between, and no unit

    assert again is first and later is first and not asked.captured_queries
