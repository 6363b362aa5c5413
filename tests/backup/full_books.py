"""Books with something in them of every sort, and all rows of a database as plain values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction

from headrope.backup.tables import tables
from headrope.journal.actions import post, record
from headrope.journal.models import PostingKind
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.models import Fact
from headrope.org.actions import console_user, give_mandate, make_user
from headrope.org.models import Mandate, Role, User

SETTINGS = """
key,value
name,Harbour Group 港湾
currency,CNY
fiscal_start,4
time_zone,Asia/Shanghai
"""
UNITS = """
code,name,name_zh,parent,from,to
G,Harbour Group,港湾集团,,,
A,"East ""Works"", Ltd",东方厂,G,,
A1,East Pumps,,A,,
AB,Airport Base,空港基地,G,,2023-05-31
AB,Airport Base,空港基地,A,2023-06-01,
"""
RENAMED = """
code,name,name_zh,parent
A1,East Pumps & Valves,东方泵阀,A
"""
MEASURES = """
code,name,account,quantity,step,kind,direction,numerator,denominator,weight
REV,Revenue,CNY,money,0.01,flow,up,,,0.1
PROFIT,Profit,CNY,money,0.01,flow,up,,,
MARGIN,Profit over revenue,share,number,,ratio,up,PROFIT,REV,
HEAT,Heat sold,TJ,number,,flow,up,,,
"""
FACTS = """
unit,measure,period,version,vintage,value,state
A1,REV,2023-04,actual,2023-05-09,100.10,
AB,REV,2023-04,actual,2023-05-09,-45000000000000.01,
A1,HEAT,2023-04,actual,2023-05-09,0.1,
A1,PROFIT,2023-04,actual,2023-05-09,10,
AB,PROFIT,2023-04,actual,2023-05-09,5,
A1,REV,2023-04,actual,2023-07-14,100.20,
AB,PROFIT,2023-04,actual,2023-07-14,,withdrawn
G,MARGIN,2023,target,2023-01-02,0.095,
"""
OWED = {
    "forms": "code,name,name_zh,span,measures,due,scale\nM,Monthly,月报,month,REV PROFIT,business day 5 at 18:00,k",
    "duties": "form,unit,from,due\nM,A1,2023-01-01,\nM,AB,,day 10",
    "checks": "code,kind,severity,measures,max,message_zh\nTOP,range,warning,REV,1/3,太多\nSIGN,not-negative,blocking,REV,,",
    "calendars": "calendar,kind,day,name_zh\nCN,holiday,2023-05-01,劳动节\nCN,workday,2023-05-06,",
    "unit_calendars": "unit,calendar,from\nA,CN,2023-01-01",
}
EXTREMES = (-0.0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2)


def fill_books(folder: Path) -> None:
    """Three loads with vintages and a changed unit, people with mandates, extreme numbers, odd texts, a gap in the numbers."""
    _load(folder / "first", ledger=SETTINGS, units=UNITS, measures=MEASURES, facts=FACTS)
    _load(folder / "second", units=RENAMED, **OWED)
    with transaction.atomic():
        clerk = make_user(by=console_user(), username="clerk", password="correct horse battery", name_zh="王")
        give_mandate(by=clerk, user=clerk, role=Role.CLERK, unit=2, valid_from=date(2023, 1, 1))
        own = Mandate.objects.get(role=Role.CLERK)
        boss = make_user(by=clerk, username="boss", password="correct horse battery", email="Boss@Harbour.example")
        days = {"valid_from": date(2023, 7, 1), "valid_to": date(2023, 8, 1)}
        Mandate.objects.create(user=boss, role=Role.CLERK, unit_id=2, delegated_from=own, **days)
        data = {"a": [1, {"b": "x", "z": True}], "again": None, "at": 1763759.1230000001, "secret": "港"}
        Authenticator.objects.create(user=boss, type=Authenticator.Type.TOTP, data=data)
        give_mandate(by=clerk, user=clerk, role=Role.VIEWER, unit=1, valid_from=date(2023, 1, 1))
        Mandate.objects.get(role=Role.VIEWER).delete()  # its number must not be given again
        record(
            by=clerk, action="said", object='two\nlines, "quoted" \\N \\. \t 港 🪢', at=datetime(2024, 1, 1, tzinfo=UTC)
        )
        posting = post(kind=PostingKind.ACCEPT, by=clerk)
        for month, number in enumerate(EXTREMES, 1):
            period = Fact.objects.get(number=0.1).period + month
            cell = {"unit_id": 3, "measure_id": 4, "version_id": 1, "period": period, "basis": 0}
            Fact.objects.create(**cell, seq=posting.seq, number=number, state=0)
        User.objects.filter(username="clerk").update(last_login=datetime(2024, 2, 29, 23, 59, 59, 7, tzinfo=UTC))
        group = Group.objects.create(name="office")
        group.permissions.set(Permission.objects.filter(codename="add_user"))
        clerk.groups.add(group)
        EmailAddress.objects.create(user=clerk, email="clerk@example.org", verified=True, primary=True)
    refresh_cube()


def _load(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    load_folder(folder, by=console_user())


def all_rows() -> dict[str, list[str]]:
    """Every row of every table that backups hold, as the driver gives it, in the order of their texts."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in tables():
            names = ", ".join(connection.ops.quote_name(column.name) for column in table.columns)
            cursor.execute(f"SELECT {names} FROM {connection.ops.quote_name(table.name)}")
            found[table.name] = sorted(repr(row) for row in cursor.fetchall())
    return found


def without_restore(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """The rows without the audit line that every restore adds."""
    audit: list[Any] = [row for row in rows["audit"] if "'restore', 'backup of " not in row]
    assert len(audit) == len(rows["audit"]) - 1
    return {**rows, "audit": audit}
