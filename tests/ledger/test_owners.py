"""Owners of measures: whose checks they may change, what is refused, and that those of others stay as they were.

G   li.na, finance, owns REV and COST; wang.wei, viewer, owns STAFF; office
    A   zhao.min, head, owns HEAT and sees no more than A
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrope.core.problems import ProblemsFound
from headrope.journal.clock import now
from headrope.journal.models import Audit, Posting
from headrope.journal.queries import books
from headrope.ledger.actions import load_folder
from headrope.ledger.book.current import current_rows
from headrope.ledger.owners import Owned, changeable, may_change
from headrope.ledger.queries import measures
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import Sight, sight, unit_ids, whole_sight
from tests.conftest import Folder, Load

UNITS = "code,name,parent\nG,Harbour Group,\nA,East Works,G"
KINDS = "code,name,account,quantity,step,kind,direction,owner"
OF_EACH = {"REV": "li.na", "COST": "li.na", "STAFF": "wang.wei", "HEAT": "zhao.min", "FREE": ""}
MEASURES = "\n".join([KINDS, *(f"{code},{code},CNY,money,0.01,flow,up,{owner}" for code, owner in OF_EACH.items())])
HEADER = "code,kind,severity,measures,formula,denominator,max,tolerance,state"
CHECKS = f"""
{HEADER}
NEG,not-negative,blocking,REV,,,,,
BOTH,not-negative,blocking,REV STAFF,,,,,
EVERY,not-negative,warning,*,,,,,
SHARE,ratio,warning,,REV-COST,STAFF,1,,
PARTS,sum,warning,STAFF,REV+COST,,,1,
HEADS,not-negative,blocking,STAFF,,,,,
"""
CAST = {
    "li.na": (Role.FINANCE, "G"),
    "wang.wei": (Role.VIEWER, "G"),
    "zhao.min": (Role.HEAD, "A"),
    "office": (Role.OFFICE, "G"),
}


@pytest.fixture
def group(load: Load) -> None:
    """The group with its measures, checks and cast."""
    load(units=UNITS, measures="\n".join(line.rpartition(",")[0] for line in MEASURES.splitlines()), checks=CHECKS)
    _people()
    load(measures=MEASURES)


def _people() -> None:
    ids = unit_ids()
    for name, (role, code) in CAST.items():
        user = User.objects.create_user(name)
        with transaction.atomic():
            give_mandate(by=console_user(), user=user, role=role, unit=ids[code], valid_from=date(2020, 1, 1))


def seen(name: str) -> Sight:
    at = books()
    return sight(User.objects.get(username=name), str(at.key), at.seq, now().date())


def owned(name: str) -> Owned:
    return changeable(seen(name), books())


def by_code() -> dict[str, Mapping[str, str]]:
    return {row["code"]: row for row in current_rows("checks")}


# Who may


@pytest.mark.usefixtures("group")
def test_owner_who_sees_the_whole_group_may_change_checks_of_his_measures() -> None:
    assert {name: owned(name) for name in CAST} == {
        "li.na": {"REV", "COST"},
        "wang.wei": {"STAFF"},
        "zhao.min": frozenset(),
        "office": None,
    }


@pytest.mark.usefixtures("group")
def test_owner_may_change_no_other_kind_of_definitions() -> None:
    kinds = ("measures", "checks", "forms", "duties", "calendars", "")

    assert [kind for kind in kinds if may_change(owned("li.na"), kind)] == ["checks"]
    assert [kind for kind in kinds if may_change(owned("zhao.min"), kind)] == []
    assert [kind for kind in kinds if may_change(owned("office"), kind)] == list(kinds)


def test_ownership_ends_with_the_account_the_mandate_and_the_edition(group: None, load: Load) -> None:
    User.objects.filter(username="wang.wei").update(is_active=False)
    assert owned("wang.wei") == frozenset()

    load(measures=f"{KINDS}\nREV,REV,CNY,money,0.01,flow,up,wang.wei")
    assert owned("li.na") == {"COST"}
    User.objects.filter(username="wang.wei").update(is_active=True)
    assert owned("wang.wei") == {"REV", "STAFF"}

    User.objects.get(username="li.na").mandates.update(valid_to=date(2021, 1, 1))
    assert owned("li.na") == frozenset()


@pytest.mark.usefixtures("group")
def test_nobody_owns_a_measure_without_an_owner() -> None:
    at = books()
    nameless = whole_sight(str(at.key), at.seq, now().date())

    assert (nameless.owns(""), nameless.owns("li.na"), seen("li.na").owns("li.na"), seen("li.na").owns("Li.Na")) == (
        False,
        False,
        True,
        False,
    )


# What a measure says of its owner


def test_owner_is_known_as_of_each_edition(group: None, load: Load) -> None:
    load(measures=f"{KINDS}\nREV,REV,CNY,money,0.01,flow,up,wang.wei")

    assert {info.code: info.owner for info in measures()} == OF_EACH | {"REV": "wang.wei"}
    assert [row["owner"] for row in current_rows("measures")] == ["wang.wei", "li.na", "wang.wei", "zhao.min", ""]


def test_owner_without_an_account_is_refused(group: None, folder: Folder) -> None:
    rows = f"{KINDS}\nREV,REV,CNY,money,0.01,flow,up,li.nan\nNEW,New,CNY,money,0.01,flow,up,new.man"

    with pytest.raises(ProblemsFound) as found:
        load_folder(folder(measures=rows, people="code,name,user\nN,New,new.man"), by=console_user())

    assert [str(problem) for problem in found.value.problems] == [
        "measures.csv, row 2: There is no account 'li.nan' that could own REV. "
        "Make the account first, or correct the column owner."
    ]


def test_owner_where_nobody_has_an_account_yet_is_a_warning(place: object, folder: Folder) -> None:
    """As when books are moved, or a folder is judged in a ledger of its own."""
    result = load_folder(folder(units=UNITS, measures=MEASURES), by=console_user())

    assert [problem.where for problem in result.warnings] == [f"measures.csv, row {row}" for row in (2, 3, 4, 5)]
    assert {info.code: info.owner for info in measures()} == OF_EACH


# What an owner loads


def load_as(name: str, folder: Folder, *, dry_run: bool = False, **files: str) -> list[str]:
    """What is refused of the files to somebody who is held to what he may change."""
    by = User.objects.get(username=name)
    try:
        load_folder(folder(**files), by=by, owned=owned(name), dry_run=dry_run)
    except ProblemsFound as found:
        return [str(problem) for problem in found.problems]
    return []


def test_owner_adds_changes_and_ends_checks_of_his_measures(group: None, folder: Folder) -> None:
    rows = f"{HEADER}\nNEW,range,blocking,COST,,,10,,\nNEG,not-negative,warning,REV COST,,,,,\nSHARE,,,,,,,,withdrawn"
    before = by_code()

    assert load_as("li.na", folder, checks=rows) == []

    after = by_code()
    assert (after["NEG"]["severity"], after["NEG"]["measures"], after["NEW"]["max"]) == ("warning", "REV COST", "10")
    assert set(after) == {*before, "NEW"} - {"SHARE"}
    made = Posting.objects.get(seq=books().seq)
    assert (made.kind, made.by.username, Audit.objects.latest("id").by.username) == ("define", "li.na", "li.na")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("HEADS,not-negative,warning,STAFF,,,,,", "HEADS judges STAFF, and you are not the owner."),
        ("HEADS,not-negative,warning,REV,,,,,", "HEADS judges STAFF, and you are not the owner."),
        ("HEADS,,,,,,,,withdrawn", "HEADS judges STAFF, and you are not the owner."),
        ("BOTH,not-negative,blocking,REV,,,,,", "BOTH judges STAFF, and you are not the owner."),
        ("NEG,not-negative,blocking,REV STAFF FREE,,,,,", "NEG judges STAFF, FREE, and you are not the owner."),
        ("NEW,not-negative,blocking,*,,,,,", "NEW does not judge your own measures only."),
        ("EVERY,not-negative,blocking,REV,,,,,", "EVERY does not judge your own measures only."),
        ("NEW,range,blocking,,REV-STAFF,,1,,", "NEW judges STAFF, and you are not the owner."),
        ("NEW,ratio,blocking,,HEAT,REV,1,,", "NEW judges HEAT, and you are not the owner."),
        ("PARTS,sum,warning,STAFF,REV,,,1,", "PARTS judges STAFF, and you are not the owner."),
        ("PARTS,sum,warning,REV,STAFF+COST,,,1,", "PARTS judges STAFF, and you are not the owner."),
    ],
)
def test_check_of_others_is_refused_before_and_after(group: None, folder: Folder, row: str, said: str) -> None:
    before, seq = current_rows("checks"), books().seq

    told = load_as("li.na", folder, checks=f"{HEADER}\n{row}")

    remedy = "Name your own measures only" if row.startswith("NE") else "Leave the row out"
    assert told == [f"checks.csv, row 2: {said} {remedy}, or ask the group office."]
    assert (current_rows("checks"), books().seq) == (before, seq)


def test_parts_and_what_is_compared_may_be_measures_of_others(group: None, folder: Folder) -> None:
    rows = f"{HEADER}\nA1,sum,warning,REV,STAFF+FREE,,,1,\nA2,ratio,warning,,COST,FREE,1,,"

    assert load_as("li.na", folder, checks=rows) == []


def test_file_that_leaves_out_checks_of_others_ends_none_of_them(group: None, folder: Folder) -> None:
    before = by_code()

    assert load_as("li.na", folder, checks=f"{HEADER}\nNEG,not-negative,warning,REV,,,,,") == []

    assert {code: row for code, row in by_code().items() if code != "NEG"} == {
        code: row for code, row in before.items() if code != "NEG"
    }


def test_rows_of_others_as_they_are_may_stand_in_the_file(group: None, folder: Folder) -> None:
    assert (
        load_as("li.na", folder, checks=CHECKS.replace("NEG,not-negative,blocking", "NEG,not-negative,warning")) == []
    )


@pytest.mark.parametrize(
    "file",
    [
        {"measures": f"{KINDS}\nREV,Turnover,CNY,money,0.01,flow,up,li.na"},
        {"measures": f"{KINDS}\nSTAFF,STAFF,CNY,money,0.01,flow,up,li.na"},
        {"units": "code,name,parent\nB,West,G"},
        {"facts": "unit,measure,period,version,value\nA,REV,2023-01,actual,1"},
        {"ledger": "key,value\nname,Mine"},
        {"forms": "code,name,span,measures\nF,Mine,month,REV"},
        {"unit_calendars": "unit,calendar\nA,CN"},
    ],
)
def test_any_other_file_is_refused_though_the_checks_are_his(group: None, folder: Folder, file: dict[str, str]) -> None:
    seq = books().seq

    told = load_as("li.na", folder, checks=f"{HEADER}\nNEW,not-negative,blocking,REV,,,,,", **file)

    (name,) = file
    message = f"Of the definitions, the owner of a measure changes its checks only, and this is {name}.csv."
    assert f"{name}.csv: {message} Take the file out, or ask the group office to load it." in told
    assert books().seq == seq


def test_who_owns_nothing_is_refused_everything(group: None, folder: Folder) -> None:
    told = load_as("zhao.min", folder, checks=f"{HEADER}\nNEW,not-negative,blocking,HEAT,,,,,")

    assert told == [
        "checks.csv, row 2: NEW judges HEAT, and you are not the owner. Name your own measures only, or ask the group office."
    ]


# Whatever an owner loads

_some = st.lists(st.sampled_from([*OF_EACH]), min_size=1, max_size=3, unique=True)
_row = st.tuples(
    st.sampled_from(["NEG", "BOTH", "EVERY", "SHARE", "PARTS", "HEADS", "NEW", "NEWER"]),
    st.one_of(
        _some.map(lambda codes: f"not-negative,warning,{' '.join(codes)},,,,,"),
        st.just("not-negative,warning,*,,,,,"),
        st.tuples(_some, _some).map(lambda of: f"ratio,warning,,{'+'.join(of[0])},{'+'.join(of[1])},2,,"),
        st.tuples(_some, _some).map(lambda of: f"sum,warning,{of[0][0]},{'+'.join(of[1])},,,2,"),
        st.just(",,,,,,,withdrawn"),
    ),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_row, min_size=1, max_size=4, unique_by=lambda row: row[0]))
def test_checks_of_others_stay_as_they_were(group: None, folder: Folder, rows: list[tuple[str, str]]) -> None:
    """The examples follow each other in one ledger."""
    before = by_code()

    load_as("li.na", folder, checks="\n".join([HEADER, *(f"{code},{rest}" for code, rest in rows)]))

    def others(checks: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
        return {code: row for code, row in checks.items() if not _judged(row) <= {"REV", "COST"}}

    assert others(by_code()) == others(before)
    assert {"BOTH", "EVERY", "PARTS", "HEADS"} <= set(by_code())


def _judged(row: Mapping[str, str]) -> set[str]:
    return set((row["measures"] or row["formula"].replace("+", " ").replace("-", " ")).split())
