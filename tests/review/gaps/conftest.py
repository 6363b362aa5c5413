"""A small group with gaps whose sums can be done by hand, in the half-year that ends in June 2023.

                     profit asked, actual   revenue (a plan for the year only)   receivables (at most)
G Harbour Group      110, 63: 47 short      office, supervision, clerk of B below
├ A East Works       90, 62: 28 short       head
│ ├ A1 East Pumps    60, 30: 30 short
│ └ A2 East Valves   30, 32: 2 ahead
└ B Airport Base     20, 1: 19 short        240 a year, so 120 by now; 100    at most 50, has 60
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from headrope.core.periods import parse
from headrope.journal.queries import books
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import sight, unit_ids
from headrope.review.defined.actions import save
from headrope.review.defined.kinds import CAUSES, Kind
from headrope.review.gaps import actions
from headrope.review.gaps.actions import Actor, Done
from headrope.review.gaps.given import Given
from headrope.review.gaps.place import Place as Gap
from headrope.review.gaps.place import place_of
from headrope.review.queries import Reader
from tests.conftest import Databases, Place

HALF = parse("2023-H1")
NOON = datetime(2023, 7, 13, 4, tzinfo=UTC)
LEDGER = "key,value\nname,Harbour Group\ncurrency,CNY\ntime_zone,Asia/Shanghai\n"
UNITS = """code,name,name_zh,parent,kind
G,Harbour Group,港湾集团,,group
A,East Works,东厂,G,company
A1,East Pumps,东泵,A,branch
A2,East Valves,东阀,A,branch
B,Airport Base,空港,G,company
"""
MEASURES = """code,name,name_zh,account,quantity,step,kind,direction,numerator,denominator,weight
PROFIT,Profit,利润,CNY,money,0.01,flow,up,,,3
REV,Revenue,营业收入,CNY,money,0.01,flow,up,,,2
OWED,Receivables,应收账款,CNY,money,0.01,stock,down,,,1
MARGIN,Profit over revenue,利润率,share,number,,ratio,up,PROFIT,REV,1
OTHER,Others,其他,CNY,money,0.01,flow,up,,,
"""
MONTHS = [f"2023-{month:02d}" for month in range(1, 7)]
FLOWS: dict[tuple[str, str, str], Sequence[int]] = {
    ("A1", "PROFIT", "target"): [10] * 6, ("A1", "PROFIT", "actual"): [5] * 6,
    ("A2", "PROFIT", "target"): [5] * 6, ("A2", "PROFIT", "actual"): [5, 5, 5, 5, 6, 6],
    ("B", "PROFIT", "target"): [3, 3, 3, 3, 4, 4], ("B", "PROFIT", "actual"): [0, 0, 0, 0, 0, 1],
    ("B", "REV", "actual"): [15, 15, 15, 15, 20, 20],
    ("A1", "REV", "actual"): [100] * 6, ("A2", "REV", "actual"): [50] * 6,
    ("A1", "OTHER", "target"): [10] * 6, ("A1", "OTHER", "actual"): [1] * 6,
}  # fmt: skip
CAST = {
    "office": (Role.OFFICE, "G"),
    "supervision": (Role.SUPERVISION, "G"),
    "leader": (Role.LEADER, "G"),
    "administrator": (Role.ADMINISTRATOR, "G"),
    "head": (Role.HEAD, "A"),
    "head_b": (Role.HEAD, "B"),
    "clerk": (Role.CLERK, "A1"),
}


def facts() -> str:
    """facts.csv of the group."""
    lines = ["unit,measure,period,version,value"]
    for (unit, measure, version), values in FLOWS.items():
        lines += [f"{unit},{measure},{month},{version},{value}" for month, value in zip(MONTHS, values, strict=True)]
    lines += ["B,OWED,2023-06,actual,60", "B,OWED,2023-06,target,50"]
    return "\n".join(lines) + "\n"


CAUSE_ROWS = (
    {"code": "COST", "name": "Cost", "name_zh": "成本"},
    {"code": "STEEL", "parent": "COST", "name": "Steel price", "name_zh": "钢材价格"},
    {"code": "OLD", "name": "Old cause", "to": "2022-12-31"},
)


@dataclass
class Desk:
    """Where the cast sits."""

    people: dict[str, User]

    def actor(self, who: str) -> Actor:
        """Who acts, as he may now."""
        at = books()
        user = self.people[who]
        return Actor(user, sight(user, str(at.key), at.seq, date(2023, 7, 13)))

    def reader(self, who: str, known: date | None = None) -> Reader:
        """The reader of somebody of the cast, now or as known on a day."""
        return Reader(store.fresh(known), ledger_settings(), books(), self.actor(who).sight, known)

    def gap(self, who: str, unit: str = "A", measure: str = "PROFIT", known: date | None = None) -> Gap:
        """A gap as the person finds it."""
        return place_of(self.reader(who, known), unit, HALF, measure)

    def answer(self, who: str, unit: str = "A", measure: str = "PROFIT", version: int = 0, **given: object) -> Done:
        """Answer it; what is not given is right."""
        whole = {"causes": [("STEEL", "")], "words": "It is done by August.", **given}
        return actions.answer(self.actor(who), self.gap(who, unit, measure), version, Given(**whole))  # type: ignore[arg-type]

    def load(self, facts: str) -> None:
        """Load other figures, and add them up."""
        with TemporaryDirectory() as name:
            (Path(name) / "facts.csv").write_text(facts + "\n", encoding="utf-8")
            load_folder(Path(name), by=console_user())
        refresh_cube()

    def define(self, kind: Kind, *rows: dict[str, str]) -> list[str]:
        """Write rows in the office's name; the problems."""
        given = [(f"row {number}", row) for number, row in enumerate(rows, 1)]
        return [str(problem) for problem in save(kind, given, self.people["office"]).problems]


def months(**amounts: str) -> dict[object, str]:
    """Amounts by month: months(aug="20") promises 20 in August 2023."""
    numbers = {"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}
    return {parse(f"2023-{numbers[name]:02d}"): text for name, text in amounts.items()}


@pytest.fixture(scope="session")
def gap_place(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The group, loaded once."""
    made = databases.copy()
    held = django_settings.CLOCK_SHIFT
    django_settings.CLOCK_SHIFT = NOON - timedelta(days=1) - datetime.now(UTC)
    folder = tmp_path_factory.mktemp("gaps")
    for name, text in {"ledger": LEDGER, "units": UNITS, "measures": MEASURES, "facts": facts()}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    year = "unit,measure,period,version,value\n"
    (folder / "facts.csv").write_text(facts(), encoding="utf-8")
    load_folder(folder, by=console_user())
    later = tmp_path_factory.mktemp("year")
    (later / "facts.csv").write_text(year + "B,REV,2023,target,240\n", encoding="utf-8")
    load_folder(later, by=console_user())
    ids, console = unit_ids(), console_user()
    for name, (role, unit) in CAST.items():
        user = User.objects.create(username=name, name=name.title(), email=f"{name}@harbour.example")
        with transaction.atomic():
            give_mandate(by=console, user=user, role=role, unit=ids[unit], valid_from=date(2020, 1, 1))
    User.objects.create(username="outsider")
    save(CAUSES, [("", row) for row in CAUSE_ROWS], console)
    refresh_cube()
    django_settings.CLOCK_SHIFT = held
    return made


@pytest.fixture
def desk(gap_place: Place, databases: Databases, settings: object) -> Iterator[Desk]:
    """The group in a database of its own, on 13 July 2023 at noon."""
    databases.copy(gap_place)
    refresh_cube()
    settings.CLOCK_SHIFT = NOON - datetime.now(UTC)  # type: ignore[attr-defined]
    yield Desk({user.username: user for user in User.objects.all()})
    connection.close()
