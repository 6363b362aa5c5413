"""A small group that the tests of the ledger begin with, and how the books stand as plain values."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from headrope.journal.models import Audit, Head, Posting
from headrope.ledger.models import (
    CalendarEdition,
    CheckEdition,
    Duty,
    Elimination,
    Fact,
    FactText,
    Form,
    FormEdition,
    Measure,
    MeasureEdition,
    PostingUnit,
    Setting,
    State,
    UnitCalendar,
    Version,
)
from headrope.org.models import Holding, SegmentMember, Unit, UnitEdition

UNITS = """
code,name,parent,tier,kind,from,to
G,Harbour Group,,1,group,,
A,East Works,G,2,company,,
A1,East Pumps,A,3,branch,,
AB,Airport Base,G,2,company,,
C,Coast Lines,G,2,company,2023-03-01,2023-10-31
"""
MEASURES = """
code,name,account,quantity,step,kind,direction,numerator,denominator
REV,Revenue,CNY,money,0.01,flow,up,,
PROFIT,Profit,CNY,money,0.01,flow,up,,
MARGIN,Profit over revenue,share,number,,ratio,up,PROFIT,REV
STAFF,Employees at the end,persons,count,1,stock,none,,
HEAT,Heat sold,TJ,number,,flow,up,,
"""
FACTS = """
unit,measure,period,version,value
A,REV,2023-04,actual,10.00
A1,REV,2023-04,actual,100.10
AB,REV,2023-04,actual,80.00
A1,PROFIT,2023-04,actual,10.00
A1,STAFF,2023-04,actual,140
"""
HEADER = "unit,measure,period,version,value"

Cell = tuple[str, str, str, int, int]


def current() -> str | None:
    """What CURRENT of the cube says."""
    path = Path(settings.CUBE_FOLDER) / "CURRENT"
    return path.read_text(encoding="ascii") if path.exists() else None


def standing() -> dict[str, object]:
    """How the books stand: rows by table, the head, CURRENT, and what staging has left."""
    tables = (Posting, Fact, Unit, UnitEdition, Measure, MeasureEdition, Version, PostingUnit, Setting, Audit)
    tables += (Holding, SegmentMember, Elimination, FactText, Form, FormEdition, Duty)
    tables += (CheckEdition, CalendarEdition, UnitCalendar)
    staging = Path(settings.STAGING_FOLDER)
    return {
        **{table._meta.db_table: table.objects.count() for table in tables},
        "head": Head.objects.get().seq,
        "CURRENT": current(),
        "staging": sorted(path.name for path in staging.glob("*")),
    }


def facts() -> list[tuple[object, ...]]:
    """All facts in the order of posting: unit, measure, version, period, basis, value or the state's word."""
    units = dict(Unit.objects.values_list("id", "code"))
    measures = dict(Measure.objects.values_list("id", "code"))
    versions = dict(Version.objects.values_list("id", "code"))
    return [
        (
            units[row.unit_id],
            measures[row.measure_id],
            versions[row.version_id],
            row.period,
            "stated" if row.basis else "own",
            (row.amount if row.amount is not None else row.number) if row.state == 0 else State(row.state).label,
        )
        for row in Fact.objects.order_by("seq", "unit_id", "measure_id", "version_id", "period", "basis")
    ]
