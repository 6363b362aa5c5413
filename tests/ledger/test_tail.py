"""A mapped generation brought up to the head of the books equals one that is built anew, array by array."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrope.journal.queries import books
from headrope.ledger.actions import load_folder
from headrope.ledger.cube import store
from headrope.ledger.cube.layout import read_manifest
from headrope.ledger.cube.view import Cube
from headrope.ledger.queries import ledger_settings, measures
from headrope.org.actions import console_user
from headrope.org.queries import unit_ids

from ..conftest import Databases, Folder, Load

UNITS = """code,name,parent,from,to,successor,method,kind
G,Group,,,,,,group
A,Company,G,,,,,company
A1,Branch,A,,2023-03-31,A2,,branch
A2,Branch two,A,,,,,branch
AB,Like name,G,,2023-02-28,,,company
AB,Like name,A,2023-03-01,,,,company
B,Shared,G,,,,,company
B1,Joint venture,B,,,,proportionate,joint
SEG,Segment,G,,,,,segment"""
MEASURES = """code,name,account,quantity,step,kind,direction,numerator,denominator,missing
REV,Revenue,CNY,money,0.01,flow,up,,,
COST,Cost,CNY,money,0.01,flow,down,,,
TON,Tons,t,number,,flow,up,,,
MARGIN,Margin,%,number,,ratio,up,REV-COST,REV,
DEBT,Receivables,CNY,money,0.01,stock,down,,,carry
YTD,To date,CNY,money,0.01,cumulative,up,,,
PRICE,Price,CNY,money,0.01,weighted,up,,NUM,
NUM,Number,pieces,count,1,flow,up,,,
CLASS,Worst class,class,count,1,max,down,,,
HEAT,Coolest,K,number,,min,down,,,
FAULTS,Faults,cases,count,1,flow,down,,,zero
GUESTS,Guests,persons,count,1,distinct,up,,,"""
REST = {
    "holdings": "owner,held,share\nB,B1,51 %",
    "segments": "segment,unit\nSEG,A1\nSEG,B\nSEG,AB",
    "eliminations": "unit,counterparty,measure,period,version,amount\nA2,B1,REV,2023-01,actual,10\nA1,B,YTD,2023-02,actual,5",
    "forms": "code,name,span,measures\nM,Monthly,month,REV COST",
    "duties": "form,unit\nM,A1\nM,A2\nM,B1",
}
STORED = ("REV", "COST", "TON", "DEBT", "YTD", "PRICE", "NUM", "CLASS", "HEAT", "FAULTS", "GUESTS")
HEADER = "unit,measure,period,version,value,state,basis\n"
PLACES = [("A", 4), ("A1", 3), ("A2", 4), ("AB", 4), ("B", 4), ("B1", 4)]
"""Units with figures, and the last month of 2023 in which they can have some."""

rows = st.tuples(
    st.sampled_from(PLACES),
    st.sampled_from(STORED),
    st.integers(1, 4),
    st.one_of(st.integers(0, 900).map(str), st.just("withdrawn"), st.just("not-applicable")),
    st.booleans(),
)


def text(drawn: list[tuple[tuple[str, int], str, int, str, bool]]) -> str:
    """Rows of facts.csv, one for each cell."""
    cells = {}
    for (unit, last), measure, month, value, stated in drawn:
        basis = "stated" if stated and unit in ("A", "B") else "own"
        state = value if not value.isdecimal() else ""
        cells[unit, measure, min(month, last), basis] = ("" if state else value, state)
    lines = [f"{u},{m},2023-{n:02d},actual,{v},{s},{b}" for (u, m, n, b), (v, s) in cells.items()]
    return HEADER + "\n".join(lines)


EVERY = HEADER + "\n".join(f"A2,{measure},2023-04,actual,7,,own" for measure in STORED)
"""One figure of each measure, so that everything has its place in the layout."""


def arrays(cube: Cube) -> dict[str, object]:
    """All that a cube can say, by file name."""
    names = sorted(path.stem for path in cube.folder.glob("*.npy"))
    return {name: (cube.array(name).shape, cube.array(name).tobytes()) for name in names if ".own_" not in name}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.lists(rows, max_size=12), later=st.lists(st.lists(rows, min_size=1, max_size=5), min_size=1, max_size=3)
)
def test_patched_generation_is_the_one_that_is_built_anew(
    databases: Databases, folder: Folder, first: list, later: list
) -> None:
    databases.copy()
    load_folder(folder(units=UNITS, measures=MEASURES, facts=EVERY, **REST), by=console_user())
    load_folder(folder(facts=text(first)), by=console_user())
    store.build()
    ledger = ledger_settings()
    patched = store.current(books(), ledger)
    assert patched is not None

    for each in later:
        load_folder(folder(facts=text(each)), by=console_user())
        assert store.current(books(), ledger) is patched
        assert patched.seq == books().seq
    held = arrays(patched)

    folder_built = store.build(force=True)
    manifest = read_manifest(folder_built)
    assert manifest is not None
    built = Cube(folder_built, manifest, ledger.fiscal_start)
    assert held == arrays(built)


@pytest.fixture
def group(load: Load) -> Cube:
    """The small group with one figure each, mapped."""
    load(units=UNITS, measures=MEASURES, facts=EVERY, **REST)
    cube = store.current(books(), ledger_settings())
    assert cube is not None
    return cube


@pytest.mark.parametrize(
    "change",
    [
        {"units": "code,name,parent\nC,New company,G"},
        {"measures": "code,name,account,quantity,step,kind,direction\nNEW,New,CNY,money,1,flow,up"},
        {"duties": "form,unit\nM,AB"},
        {"holdings": "owner,held,share\nB,B1,60 %"},
        {"segments": "segment,unit\nSEG,A2"},
        {"facts": HEADER + "A2,REV,2023-04,budget,7,,own"},
        {"facts": HEADER + "A2,REV,2022-04,actual,7,,own"},
        {"eliminations": "unit,counterparty,measure,period,version,amount\nA2,AB,REV,2023-01,actual,10"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_change_without_a_place_in_the_layout_needs_a_new_generation(
    group: Cube, folder: Folder, change: dict[str, str]
) -> None:
    load_folder(folder(**change), by=console_user())
    before = group.seq

    assert store.current(books(), ledger_settings()) is group
    assert group.seq == before < books().seq
    assert store.fresh().seq == books().seq


def test_fiscal_start_when_changed_needs_a_new_generation(load: Load, folder: Folder) -> None:
    load(units=UNITS, measures=MEASURES, holdings=REST["holdings"])
    before = books().seq

    load_folder(folder(ledger="key,value\nfiscal_start,4"), by=console_user())

    cube = store.current(books(), ledger_settings())
    assert (cube and cube.seq, books().seq) == (before, before + 1)


def test_name_of_the_ledger_when_changed_needs_none(group: Cube, folder: Folder) -> None:
    load_folder(folder(ledger="key,value\nname,Another"), by=console_user())

    assert store.current(books(), ledger_settings()) is group
    assert group.seq == books().seq


def test_next_months_of_the_year_have_their_place_already(group: Cube, folder: Folder) -> None:
    load_folder(folder(facts=HEADER + "A2,REV,2023-12,actual,9,,own"), by=console_user())

    store.current(books(), ledger_settings())

    assert group.seq == books().seq


def test_readers_never_see_half_of_a_patch(group: Cube, folder: Folder) -> None:
    """A parent is the sum of its children at any moment, while figures come in."""
    names = {unit: group.row_of[number] for unit, number in unit_ids().items()}
    revenue = next(info.id for info in measures() if info.code == "REV")
    cell = group.manifest.groups[0].starts.index(2023 * 12 + 3)
    slot = next(slot for slot in group.slots[revenue, "value", "actual"])
    wrong: list[tuple[int, int]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            with group.gate.reading():
                held = group.array("actual_1.amounts")[:, slot.at, cell]
                parts = int(held[names["A2"]] + held[names["AB"]])
                if int(held[names["A"]]) != parts:
                    wrong.append((int(held[names["A"]]), parts))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for value in range(20):
        load_folder(folder(facts=HEADER + f"A2,REV,2023-04,actual,{value + 100},,own"), by=console_user())
        store.current(books(), ledger_settings())
    stop.set()
    for reader in readers:
        reader.join()

    assert wrong == []
    assert int(group.array("actual_1.amounts")[names["A"], slot.at, cell]) == 119_00
    assert np.load(group.folder / "actual_1.amounts.npy")[names["A"], slot.at, cell] == 7_00  # the file stays as it was
