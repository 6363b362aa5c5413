"""Random ledgers with everything: trees that change, methods, shares, segments, duties, eliminations, figures of all kinds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from headrope.core.periods import Period, name, parse
from headrope.core.quantities import NUMBER_LEAST, out_of_bounds

ALWAYS, NEVER = date(1, 1, 1), date(9999, 12, 31)
FACT_HEADER = "unit,measure,period,version,basis,value,state,vintage"
FIRST, MONTHS = 2023 * 12, 12
VINTAGES = (date(2024, 5, 1), date(2024, 6, 1))
MOVES = [date(2023, month, day) for month in (4, 7) for day in (1, 15)]
SUMMED = ("REV", "HEAT", "DEBT", "CASH", "VISITS", "TOP", "LOW", "CLIENTS", "SOLD", "PRICE", "MARK")
MEASURES = """
code,name,account,quantity,step,kind,direction,numerator,denominator,missing
REV,Revenue,CNY,money,0.01,flow,up,,,zero
HEAT,Heat,TJ,number,,flow,up,,,
DEBT,Debt,CNY,money,0.01,stock,down,,,carry
CASH,Cash flow,CNY,money,0.01,cumulative,up,,,
VISITS,Visitors,persons,count,1,disjoint,up,,,
TOP,Highest,MW,count,1,max,none,,,
LOW,Lowest,MW,number,,min,none,,,
SOLD,Sold,t,count,1,flow,up,,,
CLIENTS,Clients,persons,count,1,distinct,up,,,
PRICE,Price,CNY,money,0.01,weighted,up,,SOLD,
MARK,Mark,points,number,,score,up,,HEAT,carry
YIELD,Revenue over heat,CNY,number,,ratio,up,REV,HEAT,
"""


@dataclass(frozen=True)
class Edition:
    """A unit between two days."""

    code: str
    parent: str
    first: date
    end: date
    method: str = "full"


@dataclass(frozen=True)
class World:
    """The files of a ledger by name, and what is loaded later."""

    files: dict[str, str]
    later: str


def above(units: list[Edition], code: str, day: date) -> list[str]:
    """The unit and those above it; empty where it does not exist."""
    found = next((each for each in units if each.code == code and each.first <= day < each.end), None)
    if found is None:
        return []
    return [code, *(above(units, found.parent, day) if found.parent else [])]


@st.composite
def trees(draw: st.DrawFn, shared: bool) -> list[Edition]:
    """G, A and B always; up to four more that move once or end."""
    methods = ["full", "full", "full", "none", *(["proportionate"] * 2 if shared else [])]
    units = [Edition("G", "", ALWAYS, NEVER)]
    units += [Edition(code, "G", ALWAYS, NEVER, draw(st.sampled_from(methods))) for code in ("A", "B")]
    for code in ("A1", "AB", "BA", "C")[: draw(st.integers(1, 4))]:
        move = draw(st.sampled_from([NEVER, *MOVES]))
        end = draw(st.sampled_from([NEVER, NEVER, date(2023, 10, 1)]))
        lasting = [each.code for each in units if each.end == NEVER and each.first == ALWAYS]
        for first, last in ((ALWAYS, min(move, end)), (move, end)):
            if first < last:
                units.append(Edition(code, draw(st.sampled_from(lasting)), first, last, draw(st.sampled_from(methods))))
    return units


def written(value: int | float) -> str:
    """Hundredths, or a float."""
    return (
        repr(value)
        if isinstance(value, float)
        else f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"
    )


NUMBERS = st.floats(-1e6, 1e6).filter(lambda value: not out_of_bounds(value)) | st.sampled_from(
    (NUMBER_LEAST, -NUMBER_LEAST)
)


@st.composite
def said(draw: st.DrawFn, measure: str) -> str:
    """Basis, value and state of a row."""
    state = draw(st.sampled_from(["value"] * 7 + ["withdrawn", "not-applicable"]))
    value: str = draw(
        st.integers(0, 999).map(str)
        if measure in ("VISITS", "TOP", "CLIENTS", "SOLD")
        else (NUMBERS if measure in ("HEAT", "LOW", "MARK") else st.integers(-99999, 99999)).map(written)
    )
    return f"{draw(st.sampled_from(['own'] * 5 + ['stated']))},{value if state == 'value' else ''},{state}"


@st.composite
def rows(draw: st.DrawFn, units: list[Edition]) -> list[str]:
    """Rows of facts.csv."""
    found = [f"G,HEAT,2023-01,actual,own,{draw(st.integers(1, 99))},value,{VINTAGES[0]}"]
    codes = list(dict.fromkeys(each.code for each in units))
    for measure in SUMMED:
        spans = [1] if measure in ("VISITS", "CLIENTS") else [1, 1, 3]
        for version in ("actual", "target"):
            cells = [
                (code, period)
                for span in {draw(st.sampled_from(spans)) for _ in range(2)}
                for period in (Period(FIRST + at, span) for at in range(0, MONTHS, span))
                for code in codes
                if above(units, code, period.last_day) and (code, measure) != ("G", "HEAT")
            ]
            for code, period in draw(st.lists(st.sampled_from(cells), max_size=14, unique=True)):
                for vintage in sorted(draw(st.sets(st.sampled_from(VINTAGES), min_size=1))):
                    found.append(f"{code},{measure},{name(period)},{version},{draw(said(measure))},{vintage}")
    return found


@st.composite
def changes(draw: st.DrawFn, units: list[Edition], given: list[str]) -> str:
    """A facts.csv of the series that are there, so that the cube has a place for them and is patched."""
    cells = sorted({tuple(line.split(",")[1:4]) for line in given if line.split(",")[4] == "own"})
    codes = list(dict.fromkeys(each.code for each in units))
    found = {}
    for code, (measure, month, version) in draw(
        st.lists(st.tuples(st.sampled_from(codes), st.sampled_from(cells)), min_size=1, max_size=20, unique=True)
    ):
        if above(units, code, parse(month).last_day):
            found[code, measure, month, version] = f"{code},{measure},{month},{version},{draw(said(measure))}"
    found.setdefault(("G", "HEAT", "2023-01", "actual"), "G,HEAT,2023-01,actual,own,100,value")
    return "\n".join(("unit,measure,period,version,basis,value,state", *found.values()))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A ledger with random trees, methods, shares, segments, duties, eliminations and figures."""
    shared = draw(st.booleans())
    units = draw(trees(shared))
    segments = draw(st.sets(st.sampled_from(["A", "B"])))
    lines = ["code,name,parent,kind,from,to,method", "S,Segment,G,segment,,,"]
    holdings = ["owner,held,share,from,to"]
    for each in units:
        first = "" if each.first == ALWAYS else str(each.first)
        last = "" if each.end == NEVER else str(each.end - timedelta(days=1))
        lines.append(f"{each.code},{each.code} Works,{each.parent},unit,{first},{last},{each.method}")
        if each.method == "proportionate":
            share = draw(st.sampled_from(["1/2", "1/3", "51%", "1"]))
            holdings.append(f"{each.parent},{each.code},{share},{first},{last}")
    codes = list(dict.fromkeys(each.code for each in units))
    pairs = ["unit,counterparty,measure,period,version,amount"]
    for unit, other in draw(st.sets(st.tuples(st.sampled_from(codes), st.sampled_from(codes)), max_size=5)):
        month = Period(FIRST + draw(st.integers(0, MONTHS - 1)), 1)
        if unit != other and above(units, unit, month.last_day) and above(units, other, month.last_day):
            measure = draw(st.sampled_from(["REV", "DEBT", "CASH"]))
            pairs.append(f"{unit},{other},{measure},{name(month)},actual,{written(draw(st.integers(1, 9999)))}")
    owing = sorted(draw(st.sets(st.sampled_from(codes))))
    files = {
        "ledger": f"key,value\nfiscal_start,{draw(st.sampled_from([1, 4]))}",
        "units": "\n".join(lines),
        "holdings": "\n".join(holdings),
        "segments": "\n".join(["segment,unit", *(f"S,{unit}" for unit in sorted(segments))]),
        "measures": MEASURES,
        "forms": "code,name,span,measures\nF,Form,month,REV HEAT",
        "duties": "\n".join(["form,unit,from", *(f"F,{unit},{draw(st.sampled_from(['', '2023-04-15']))}" for unit in owing)]),
        "eliminations": "\n".join(pairs),
        "facts": "\n".join((FACT_HEADER, *draw(rows(units)))),
    }  # fmt: skip
    return World(files, draw(changes(units, files["facts"].splitlines()[1:])))
