"""Whatever people do to forms in whatever order: states, row versions, events, books and totals agree."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from headrope.journal.queries import books
from headrope.ledger.actions import load_folder
from headrope.ledger.cube import store
from headrope.ledger.models import Fact
from headrope.ledger.queries import ledger_settings
from headrope.ledger.submissions import actions, locking
from headrope.ledger.submissions.actions import Cell, Done, Entry, Moved, NotAllowed, NotOpen
from headrope.ledger.submissions.models import Submission, SubmissionEvent
from headrope.ledger.submissions.queries import entry_sheet
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import NoSuchUnit, unit_ids

from ...conftest import Databases, Folder, Place
from .conftest import JUNE, LEDGER, MEASURES, NOON, UNITS, Desk

FORMS = "code,name,span,measures,due\nFIN,Monthly form,month,REV STAFF,business day 5"
DUTIES = "form,unit\nFIN,A\nFIN,A1\nFIN,A2\nFIN,B"
CAST = {
    "office": (Role.OFFICE, "G"),
    "office2": (Role.OFFICE, "G"),
    "finance": (Role.FINANCE, "G"),
    "head": (Role.HEAD, "A"),
    "clerk": (Role.CLERK, "A1"),
    "other": (Role.CLERK, "B"),
    "leader": (Role.LEADER, "G"),
}
PARENT = {"G": "G", "A": "G", "A1": "A", "A2": "A", "B": "G"}
TABLE = {
    "save": {"none": "draft", "draft": "draft", "returned": "returned", "reopened": "reopened"},
    "submit": dict.fromkeys(("none", "draft", "returned", "reopened"), "submitted"),
    "recall": {"submitted": "draft"},
    "return": {"submitted": "returned"},
    "accept": {"submitted": "accepted"},
    "restate": {"submitted": "accepted"},
    "reopen": {"accepted": "reopened"},
}
"""By action: from which state to which."""


@pytest.fixture(scope="module")
def settled(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The small group with a form that A fills in as well as the units below it; no checks."""
    made, target = databases.copy(), tmp_path_factory.mktemp("group")
    texts = {"ledger": LEDGER, "units": UNITS, "measures": MEASURES, "forms": FORMS, "duties": DUTIES}
    for name, text in texts.items():
        (target / f"{name}.csv").write_text(text.strip() + "\n")
    load_folder(target, by=console_user())
    ids = unit_ids()
    for name, (role, unit) in CAST.items():
        user = User.objects.create(username=name)
        with transaction.atomic():
            give_mandate(by=console_user(), user=user, role=role, unit=ids[unit], valid_from=date(2020, 1, 1))
    return made


def under(unit: str, top: str) -> bool:
    while unit != top and unit != PARENT[unit]:
        unit = PARENT[unit]
    return unit == top


def may(who: str, action: str, unit: str) -> bool:
    """Who may do what, told once more by hand."""
    role, top = CAST[who]
    if action in ("save", "submit", "recall"):
        return role in (Role.OFFICE, Role.FINANCE, Role.HEAD, Role.CLERK) and under(unit, top)
    if action == "lock":
        return role == Role.OFFICE
    return role in (Role.OFFICE, Role.HEAD) and under(PARENT[unit], top)


ACTIONS = ("save", "submit", "recall", "return", "accept", "accept", "reopen", "lock", "unlock")
values = st.integers(-(10**6), 10**6)
UNITS_OF_STEPS = ("A1", "A", "A2", "B", "G")
wide = st.tuples(st.sampled_from(tuple(CAST)), st.sampled_from(ACTIONS), st.sampled_from(UNITS_OF_STEPS), values)
NEAR = ("accept", "lock", "submit", "save", "reopen")
near = st.tuples(st.sampled_from(("head", "office")), st.sampled_from(NEAR), st.just("A1"), values)
"""Steps of the two who may do nearly everything to one form, so that refusals by state, sender and lock come up."""
steps = st.one_of(near, near, wide)
way = ("save", "submit", "accept", "reopen", "submit", "return", "submit", "accept")
"""A way through all states, so that random steps begin somewhere."""
begun = st.integers(0, len(way)).map(
    lambda many: [
        ("head" if what not in ("accept", "reopen", "return") else "office", what, "A1", 7) for what in way[:many]
    ]
)


def act(desk: Desk, who: str, action: str, unit: str, value: int) -> Done | None:
    """Do it on the state as it is; None where it is refused or raises."""
    try:
        actor, place = desk.actor(who), desk.place(who, unit)
        at = entry_sheet(place).row_version
        made = {
            "save": lambda: actions.save(actor, place, at, Entry({"REV": Cell(str(value))})),
            "submit": lambda: actions.submit(actor, place, at, "the rest comes later"),
            "recall": lambda: actions.recall(actor, place, at),
            "return": lambda: actions.return_(actor, place, at, "look again", {}),
            "accept": lambda: actions.accept(actor, place, at),
            "reopen": lambda: actions.reopen(actor, place, at, "something moved"),
        }[action]()
    except (NotAllowed, NotOpen, NoSuchUnit, Moved):
        return None
    return None if made.problems else made


def lock(desk: Desk, who: str, action: str) -> bool:
    """Lock or unlock the whole group; whether it was done."""
    try:
        do = locking.lock if action == "lock" else locking.unlock
        return not do(desk.actor(who), desk.place(who, "G"), "it is time")
    except (NotAllowed, NoSuchUnit):
        return False


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # each step is a request: shrinking takes minutes
)
@example(first=[("head", "submit", "A1", 7)], drawn=[("head", "accept", "A1", 0)])
@example(first=[("head", "submit", "A1", 7)], drawn=[("office", "lock", "G", 0), ("office2", "accept", "A1", 0)])
@given(first=begun, drawn=st.lists(steps, min_size=3, max_size=14))
def test_any_sequence_keeps_the_books_right(
    databases: Databases, folder: Folder, settled: Place, first: list, drawn: list
) -> None:
    databases.copy(settled)
    desk = Desk({user.username: user for user in User.objects.filter(username__in=CAST)}, NOON)
    ids = unit_ids()
    state, version = dict.fromkeys(PARENT, "none"), dict.fromkeys(PARENT, 0)
    typed: dict[str, int | None] = dict.fromkeys(PARENT)
    held: dict[str, int] = {}
    sender: dict[str, str] = {}
    taken, locked = set[str](), False

    for who, action, unit, value in [*first, *drawn]:
        if action in ("lock", "unlock"):
            if lock(desk, who, action):
                assert may(who, "lock", unit)
                locked = action == "lock"
            continue
        if action == "save" and unit == "G":
            continue
        done = act(desk, who, action, unit, value)
        rightly = (
            may(who, action, unit)
            and state[unit] in TABLE[action]
            and (action != "accept" or sender[unit] != who)
            and (not locked or unit in taken or action not in ("save", "submit", "accept"))
        )
        if action == "reopen" and locked:
            rightly = state[unit] == "accepted" and CAST[who][0] in (Role.OFFICE, Role.FINANCE)
        assert (done is not None) == rightly, (who, action, unit, state[unit], locked)
        if done is None:
            continue
        version[unit] += 2 if state[unit] == "none" and action == "submit" else 1
        state[unit] = TABLE[action][state[unit]]
        if action == "save":
            typed[unit] = value
        elif action == "submit":
            sender[unit] = who
        elif action == "accept":
            taken.add(unit)
            if typed[unit] is not None:
                held[unit] = typed[unit] or 0
        rows = {row.unit_id: row for row in Submission.objects.all()}
        assert {each: rows[ids[each]].state if ids[each] in rows else "none" for each in PARENT} == state
        assert {each: rows[ids[each]].row_version if ids[each] in rows else 0 for each in PARENT} == version

    infos = desk.round().infos
    facts: dict[int, int | None] = {}
    for fact in Fact.objects.filter(measure_id=infos["REV"].id, period=JUNE.code).order_by("seq"):
        facts[fact.unit_id] = fact.amount
    assert facts == {ids[unit]: value * 100 for unit, value in held.items()}
    for row in Submission.objects.all():
        told, sent_by = "draft", None
        for event in SubmissionEvent.objects.filter(submission=row).order_by("id"):
            told = TABLE[event.action][told]
            sent_by = event.by_id if event.action == "submit" else sent_by
            assert event.state == told
            assert event.action not in ("accept", "restate") or event.by_id != sent_by
        assert told == row.state
    if held:
        cube = store.current(books(), ledger_settings()) or _built()
        for top in ("G", "A"):
            column = cube.view([ids[top]]).column(infos["REV"], {i.id: i for i in infos.values()}, "actual", JUNE)
            parts = [value * 100 for unit, value in held.items() if under(unit, top)]
            assert int(column.values[0]) == sum(parts)


def _built() -> store.Cube:
    store.build(force=True)
    made = store.current(books(), ledger_settings())
    assert made is not None
    return made
