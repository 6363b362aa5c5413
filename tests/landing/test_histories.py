"""Histories out of the ledger: over the tree of the last month, with rows for what units have beside those below."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.landing.backtest import Trial
from headrope.core.landing.history import Kind
from headrope.core.units import ALWAYS, FOREVER
from headrope.journal.queries import books
from headrope.landing.answers import NO_MONTHS, NO_QUARTER, NO_SUM, NotLanded, Question
from headrope.landing.histories import grown, lines_of, reported, span_of, window
from headrope.landing.perimeter import Perimeter
from headrope.landing.queries import Lander
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from headrope.org.queries import Node
from tests.conftest import Load
from tests.core.forests import forests

UNITS = """
code,name,parent,kind,from,to,successor,method
G,Harbour Group,,group,,,,
A,East Works,G,company,,,,
A1,East Pumps,A,branch,,,,
A2,East Valves,A,branch,,2022-12-31,A1,
AB,Airport Base,G,company,2022-07-01,,,
C,Coast Lines,G,company,,,,proportionate
S,Exports,G,segment,,,,
"""
HOLDINGS = "owner,held,share\nG,C,51%\n"
MEASURES = """
code,name,account,quantity,step,kind,direction,numerator,denominator
REV,Revenue,CNY,money,0.01,flow,up,,
COST,Cost,CNY,money,0.01,flow,down,,
CASH,Cash,CNY,money,0.01,stock,up,,
HEAT,Heat,GJ,number,,cumulative,down,,
NET,Net,CNY,number,,formula,up,REV-COST,
MIX,Mixed,CNY,number,,formula,up,REV-CASH,
MARGIN,Margin,share,number,,ratio,up,NET,REV
GRADE,Grade,,number,,max,none,,
YEARLY,Yearly,CNY,money,0.01,flow,up,,
QUARTERLY,Quarterly,CNY,money,0.01,flow,up,,
"""
JANUARY = 2022 * 12


def facts(*rows: tuple[str, str, str, object]) -> str:
    head = "unit,measure,period,version,value\n"
    return head + "".join(f"{unit},{measure},{period},actual,{value}\n" for unit, measure, period, value in rows)


def months(unit: str, measure: str, first: int, values: list[object]) -> list[tuple[str, str, str, object]]:
    return [
        (unit, measure, f"{start // 12}-{start % 12 + 1:02d}", value)
        for start, value in enumerate(values, first)
        if value is not None
    ]


def lander() -> Lander:
    return Lander(store.fresh(None), ledger_settings(), books())


def history(code: str, end: int) -> tuple[list[str], np.ndarray]:
    """The units' codes, those with a row of their own once more with a plus, and their figures."""
    made = lander()
    over, info = made.over("G", end), made.infos[code]
    (line,) = lines_of(info, made.infos)
    view = made.cube.view([node.id for node in over.nodes]).like(end - 1)
    span = span_of(line, view, end % 12)
    assert span is not None
    found = grown([reported(view, line, made.infos, window(view, span, end, 1))], over, 0.01)
    codes = [node.code for node in over.nodes]
    return codes + [f"{codes[owner]}+" for owner in found.owner], found.values[0]


def test_merged_units_lie_in_their_successor_and_heads_have_a_row_for_themselves(load: Load) -> None:
    load(
        units=UNITS,
        measures=MEASURES,
        holdings=HOLDINGS,
        facts=facts(
            *months("A1", "REV", JANUARY + 10, [10, 11, 12, 13]),
            *months("A2", "REV", JANUARY + 10, [5, 6]),
            *months("A", "REV", JANUARY + 11, [1]),
            *months("AB", "REV", JANUARY + 10, [20, None, 22, 23]),
            *months("C", "REV", JANUARY + 10, [100, 200, 300, 400]),
        ),
    )

    codes, values = history("REV", JANUARY + 14)

    assert values.shape == (len(codes), 14)
    rows = {code: values[row, 10:].tolist() for row, code in enumerate(codes)}
    assert "S" not in rows
    assert rows["A1"] == [15, 17, 12, 13]  # with the figures of A2
    assert rows["A+"] == [0, 1, 0, 0]  # the head office of A
    assert np.isnan(rows["AB"][1])
    assert rows["C"] == [100, 200, 300, 400]  # whole: the group's 51 % are its share in the tree
    assert all(np.isnan(rows[code]).all() for code in ("G", "A"))  # sums are left to the landing


def test_eliminations_and_shares_are_in_the_tree(load: Load) -> None:
    load(
        units=UNITS,
        measures=MEASURES,
        holdings=HOLDINGS,
        facts=facts(*months("A1", "REV", JANUARY + 12, [10]), *months("C", "REV", JANUARY + 12, [100])),
        eliminations="unit,counterparty,measure,period,version,amount\nA1,C,REV,2023-01,actual,4\n",
    )
    made = lander()
    over = made.over("G", JANUARY + 13)

    codes, values = history("REV", JANUARY + 13)

    assert dict(zip(codes, values[:, -1].tolist(), strict=True))["G+"] == -4
    assert over.shares[[node.code for node in over.nodes].index("C")] == 0.51


def test_cumulative_figures_come_apart_and_formulae_are_formed(load: Load) -> None:
    load(
        units=UNITS,
        measures=MEASURES,
        holdings=HOLDINGS,
        facts=facts(
            *months("A1", "HEAT", JANUARY + 12, [3, 7, 12]),
            *months("A1", "REV", JANUARY + 12, [10, 20, 30]),
            *months("A1", "COST", JANUARY + 12, [4, 5, None]),
        ),
    )

    codes, heat = history("HEAT", JANUARY + 15)
    _, net = history("NET", JANUARY + 15)

    at = codes.index("A1")
    assert heat[at, -3:].tolist() == [3, 4, 5]
    assert net[at, -3:-1].tolist() == [6, 15]
    assert np.isnan(net[at, -1])


def test_what_cannot_be_landed_says_why(load: Load) -> None:
    load(
        units=UNITS,
        measures=MEASURES,
        holdings=HOLDINGS,
        facts=facts(
            *months("A1", "REV", JANUARY, [1] * 14),
            *months("A1", "CASH", JANUARY, [1] * 14),
            ("A1", "YEARLY", "2022", 5),
            ("A1", "QUARTERLY", "2022-Q4", 5),
            ("A1", "QUARTERLY", "2023-Q1", 6),
        ),
    )
    made = lander()
    over, question = made.over("G", JANUARY + 14), Question("G", JANUARY + 14)

    why = {
        code: found.why
        for code, info in made.infos.items()
        if isinstance(found := made.land(info, over, question), NotLanded)
    }

    assert {code: why.get(code) for code in ("MIX", "GRADE", "YEARLY")} == {
        "MIX": NO_SUM,
        "GRADE": NO_SUM,
        "YEARLY": NO_MONTHS,
    }
    four_months = made.judge(made.infos["QUARTERLY"], over, 4, Trial())
    assert isinstance(four_months, NotLanded) and four_months.why == NO_QUARTER


def node(row: int) -> Node:
    return Node(row, f"U{row}", "", "", "", None, None, ALWAYS, FOREVER)


@given(forests(most=8), st.data())
def test_rows_add_up_to_what_units_report(parent: np.ndarray, data: st.DataObject) -> None:
    """Whatever units have beside those below lies in one row for each, and nowhere else."""
    count = len(parent)
    figures = st.lists(st.integers(-1000, 1000), min_size=2 * count, max_size=2 * count)
    own = np.array(data.draw(figures), float).reshape(count, 2)
    shares = np.array(data.draw(st.lists(st.sampled_from([1.0, 1.0, 0.51, 0.0]), min_size=count, max_size=count)))
    alive = parent >= -1
    parent, own, shares = _packed(parent, alive), own[alive], shares[alive]
    over = Perimeter(tuple(map(node, range(len(parent)))), parent, shares, np.ones(len(parent), np.int32))
    total = _added(own, parent, shares)

    found = grown([total], over, 1e-6)

    again = np.nan_to_num(found.values[0])
    each = np.ones(len(again)) if found.shares is None else found.shares
    np.testing.assert_allclose(_added(again, found.tree.parent, each)[: len(parent)], total, atol=1e-9)
    inner = set(parent[parent >= 0].tolist())
    assert set(found.owner.tolist()) == {row for row in inner if own[row].any()}


def _packed(parent: np.ndarray, alive: np.ndarray) -> np.ndarray:
    place = np.cumsum(alive) - 1
    return np.array([place[p] if p >= 0 else -1 for p in parent[alive]], np.int32)


def _added(own: np.ndarray, parent: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Totals by the plain definition: each row's own figure goes up its path."""
    total = own.astype(float).copy()
    for row in range(len(parent)):
        at, weight = row, 1.0
        while parent[at] >= 0:
            weight *= shares[at]
            at = parent[at]
            total[at] += weight * own[row]
    return total


def test_kinds_of_lines(load: Load) -> None:
    load(units=UNITS, measures=MEASURES, holdings=HOLDINGS)
    made = lander()

    kinds = {code: [line.kind for line in lines_of(info, made.infos)] for code, info in made.infos.items()}

    flow, stock = [Kind.FLOW], [Kind.STOCK]
    assert kinds["REV"] == kinds["HEAT"] == kinds["NET"] == flow
    assert kinds["CASH"] == stock
    assert kinds["MARGIN"] == [Kind.FLOW, Kind.FLOW]
    assert kinds["MIX"] == kinds["GRADE"] == []
