"""A small group with forms, duties and checks, and people who fill in and accept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from django.utils import timezone

from headrope.core.periods import Period, parse
from headrope.journal.queries import books
from headrope.ledger.queries import ledger_settings
from headrope.ledger.submissions.actions import Actor
from headrope.ledger.submissions.place import Moment, Place, Round, place_of, round_of
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import sight, unit_ids

from ...conftest import Load

LEDGER = """
key,value
name,Harbour Group
currency,CNY
time_zone,Asia/Shanghai
"""
UNITS = """
code,name,name_zh,parent,kind,from
G,Harbour Group,港湾集团,,group,
A,East Works,东厂,G,company,
A1,East Pumps,东泵,A,branch,
A2,East Valves,东阀,A,branch,
B,Airport Base,空港,G,company,
"""
MEASURES = """
code,name,name_zh,account,quantity,step,kind,direction,numerator,denominator
REV,Revenue,营业收入,CNY,money,0.01,flow,up,,
OVERSEAS,Revenue overseas,境外收入,CNY,money,0.01,flow,up,,
PROFIT,Profit,利润,CNY,money,0.01,flow,up,,
MARGIN,Profit over revenue,利润率,share,number,,ratio,up,PROFIT,REV
STAFF,Employees at the end,期末人数,persons,count,1,stock,none,,
SHARE,Share of women,女性占比,share,number,,stock,none,,
REMARK,Remark,说明,,text,,text,none,,
"""
FORMS = """
code,name,name_zh,span,measures,due,scale
FIN,Monthly form,月报,month,REV OVERSEAS PROFIT STAFF SHARE REMARK,business day 5 at 18:00,k
"""
DUTIES = """
form,unit
FIN,A1
FIN,A2
FIN,B
"""
CHECKS = """
code,kind,severity,measures,formula,max,against,change
REQUIRED,missing,blocking,REV PROFIT STAFF,,,,
ABROAD,range,blocking,,OVERSEAS-REV,0,,
LEAP,jump,warning,REV,,,previous,50 %
"""
FACTS = """
unit,measure,period,version,value
A1,REV,2023-05,actual,1000
A1,PROFIT,2023-05,actual,100
A1,STAFF,2023-05,actual,50
A1,REV,2023-06,target,1200
A2,REV,2023-05,actual,500
A2,PROFIT,2023-05,actual,20
A2,STAFF,2023-05,actual,30
"""
JUNE = parse("2023-06")
NOON = datetime(2023, 7, 5, 4, tzinfo=UTC)
CAST = {
    "office": (Role.OFFICE, "G"),
    "finance": (Role.FINANCE, "G"),
    "leader": (Role.LEADER, "G"),
    "administrator": (Role.ADMINISTRATOR, "G"),
    "head": (Role.HEAD, "A"),
    "clerk": (Role.CLERK, "A1"),
    "other": (Role.CLERK, "B"),
    "viewer": (Role.VIEWER, "A"),
}


@dataclass
class Desk:
    """Where somebody sits: gives the actor and the place as they are now."""

    people: dict[str, User]
    now: datetime | None = None

    @property
    def when(self) -> Moment:
        """This moment, or the one that is set."""
        return Moment(books(), ledger_settings(), self.now or timezone.now())

    def round(self, period: Period = JUNE) -> Round:
        """The round of June."""
        return round_of("FIN", period, self.when)

    def actor(self, name: str) -> Actor:
        """Who acts."""
        at = books()
        return Actor(self.people[name], sight(self.people[name], str(at.key), at.seq, date(2023, 7, 5)))

    def place(self, name: str, unit: str, period: Period = JUNE) -> Place:
        """A unit's form as the person finds it."""
        return place_of(self.actor(name).sight, unit, self.round(period))


@pytest.fixture
def desk(load: Load) -> Iterator[Desk]:
    """The small group with its cast."""
    load(ledger=LEDGER, units=UNITS, measures=MEASURES, forms=FORMS, duties=DUTIES, checks=CHECKS, facts=FACTS)
    ids, console, people = unit_ids(), console_user(), {}
    for name, (role, unit) in CAST.items():
        people[name] = User.objects.create(username=name)
        with transaction.atomic():
            give_mandate(by=console, user=people[name], role=role, unit=ids[unit], valid_from=date(2020, 1, 1))
    people["outsider"] = User.objects.create(username="outsider")
    yield Desk(people, NOON)
