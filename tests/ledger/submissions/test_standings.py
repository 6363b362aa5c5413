"""How a whole round stands is kept in the process: it must be what asking unit by unit finds, whatever has come in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from headrope.core.periods import parse
from headrope.ledger.submissions import actions, booked, queries, standings
from headrope.ledger.submissions.owed import by_urgency, owes
from headrope.ledger.submissions.standings import Stood
from headrope.org.actions import console_user, give_mandate
from headrope.org.queries import unit_ids
from tests.conftest import Load

from .conftest import Desk
from .test_round import RIGHT, sent, typed_in

HEAD = "unit,measure,period,version,value"
LATER = datetime(2023, 7, 20, 4, tzinfo=UTC)
FIRST = date(2020, 1, 1)
CHOICES: tuple[queries.Choice, ...] = ("late", "waiting", "open")
JULY = datetime(2035, 7, 20, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    kept = (standings._kept, standings._sent, standings._open, booked._kept, queries._kept)
    for each in kept:
        each.clear()
    yield
    for each in kept:
        each.clear()


def both(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, Stood], dict[str, Stood]]:
    """By code, from what is kept and asked anew."""
    round = desk.round()
    codes = {node.id: node.code for node in round.units.tree.nodes.values()}
    found = []
    for batch in (0, 500):
        monkeypatch.setattr(standings, "BATCH", batch)
        stood = standings.standings(round, round.units.ordered)
        found.append({codes[unit]: each for unit, each in stood.items()})
    opened = standings.still_open(round)
    pending = {unit for unit, each in stood.items() if each.state not in standings.DONE}
    assert {codes[unit]: opened.stood[unit] for unit in stood} == found[1]
    assert opened.pending == pending
    assert opened.late == {unit for unit in pending if standings.is_late(stood[unit])}
    assert boards(desk, monkeypatch, 0) == boards(desk, monkeypatch, 500)
    return found[0], found[1]


def boards(desk: Desk, monkeypatch: pytest.MonkeyPatch, batch: int) -> list[object]:
    """What everybody sees on the board of A and of the group: counts by tier, and what is late, open, to accept."""
    monkeypatch.setattr(queries, "BATCH", batch)
    found = []
    for name, unit in (("office", "G"), ("office", "A"), ("head", "A")):
        seen = queries.board(desk.actor(name).sight, desk.place(name, unit))
        late, waiting, unsent = (frozenset(node.id for node in seen.chosen(which)) for which in CHOICES)
        assert late == {row.unit.id for row in seen.rows if standings.is_late(row.stood)}
        assert waiting == {row.unit.id for row in seen.rows if row.acceptable} == seen.acceptable
        assert unsent == {row.unit.id for row in seen.rows if row.stood.state in queries.OPEN}
        found.append((seen.tiers, late, waiting, unsent))
    return found


def states(stood: dict[str, Stood]) -> dict[str, tuple[str, str | None]]:
    return {code: (each.state, each.standing.state if each.standing else None) for code, each in sorted(stood.items())}


def test_what_is_kept_follows_loads_days_and_due_moments(desk: Desk, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    seen = []
    for rows in ([], ["A1,REV,2023-06,actual,5"], ["A2,PROFIT,2023-06,actual,5"], ["B,STAFF,2023-06,actual,5"]):
        if rows:
            load(facts="\n".join([HEAD, *rows]))
        for now in (datetime(2023, 7, 5, 4, tzinfo=UTC), LATER, JULY):
            desk.now = now
            kept, anew = both(desk, monkeypatch)
            assert kept == anew
            seen.append(states(kept))

    assert {standing for _state, standing in seen[0].values()} <= {"due-soon", "not-due"}
    assert seen[1] == dict.fromkeys(("A", "A1", "A2", "B", "G"), ("none", "late"))
    assert [seen[place]["A"][0] for place in (2, 5, 8, 11)] == ["none", "none", "booked", "booked"]
    assert [seen[place]["G"][0] for place in (2, 5, 8, 11)] == ["none", "none", "none", "booked"]
    # What was loaded with a later date is in the books, but late for an earlier moment.
    assert (seen[10]["B"], seen[11]["B"]) == (("booked", "late"), ("booked", "reported-late"))


def test_owes_of_the_office_counts_the_late_and_of_the_clerk_what_he_fills_in(desk: Desk) -> None:
    desk.now = LATER

    office, clerk = (owes(desk.actor(name).sight, desk.when) for name in ("office", "clerk"))

    missing = {str(each.round.period): [node.code for node in each.nodes()] for each in office.missing}
    assert missing["2023-06"] == ["A1", "A2", "B"]
    assert [(item.kind, item.unit.code, str(item.round.period)) for item in by_urgency(clerk.piles) if item.round.period == parse("2023-06")] == [("fill", "A1", "2023-06")]  # fmt: skip


def test_what_is_kept_follows_an_acceptance(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    both(desk, monkeypatch)
    for unit, name, superior in (("A1", "clerk", "head"), ("B", "other", "office")):
        sheet = sent(desk, unit, name)
        assert [states(each)[unit][0] for each in both(desk, monkeypatch)] == ["submitted", "submitted"]
        assert standings.still_open(desk.round()).sent == {unit_ids()[unit]}
        actions.accept(desk.actor(superior), desk.place(superior, unit), sheet.row_version)
        kept, anew = both(desk, monkeypatch)
        assert kept == anew
        assert kept[unit].state == "accepted"

    assert standings.still_open(desk.round()).sent == set()
    assert set(booked.all_booked(desk.round())) == {unit_ids()["A1"], unit_ids()["B"]}


def test_a_form_below_what_was_loaded_opens_what_is_above_it_again(desk: Desk, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    load(facts="\n".join([HEAD, *(f"{unit},REV,2023-06,actual,5" for unit in ("A1", "A2", "B"))]))
    assert [states(each)["G"][0] for each in both(desk, monkeypatch)] == ["booked", "booked"]

    sent(desk, "A1", "clerk")

    kept, anew = both(desk, monkeypatch)
    assert {code: each.state for code, each in anew.items()} == {
        "A": "none",
        "A1": "submitted",
        "A2": "booked",
        "B": "booked",
        "G": "none",
    }
    assert kept == anew


def test_every_change_is_seen_and_nothing_is_read_again_without_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    def changes() -> Iterator[str]:
        sheet = typed_in(desk, RIGHT)
        yield "draft"
        done = actions.submit(desk.actor("clerk"), desk.place("clerk", "A1"), sheet.row_version)
        yield "submitted"
        done = actions.return_(desk.actor("head"), desk.place("head", "A1"), done.sheet.row_version, "Look again", {})
        yield "returned"
        done = actions.submit(desk.actor("clerk"), desk.place("clerk", "A1"), done.sheet.row_version)
        yield "submitted"
        done = actions.accept(desk.actor("head"), desk.place("head", "A1"), done.sheet.row_version)
        yield "accepted"
        done = actions.reopen(desk.actor("head"), desk.place("head", "A1"), done.sheet.row_version, "A wrong figure")
        yield "reopened"

    for state in changes():
        kept, anew = both(desk, monkeypatch)
        assert kept == anew and kept["A1"].state == state
        with CaptureQueriesContext(connection) as asked:
            again = standings.still_open(desk.round())
        assert again is standings.still_open(desk.round())
        assert not any("first_submitted_at" in each["sql"] for each in asked.captured_queries)


def test_change_that_is_undone_is_not_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = typed_in(desk, RIGHT)
    both(desk, monkeypatch)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.submit(desk.actor("clerk"), desk.place("clerk", "A1"), sheet.row_version)
        assert standings.still_open(desk.round()).stood[unit_ids()["A1"]].state == "submitted"
        raise ZeroDivisionError

    typed_in(desk, {"REV": actions.Cell("7")})  # counts the row up as the submission did

    kept, anew = both(desk, monkeypatch)
    assert kept == anew and kept["A1"].state == "draft"


def test_a_form_is_owed_by_whoever_has_the_nearest_mandate(desk: Desk) -> None:
    """The head of A keeps what no clerk below him keeps, and A itself; where two have a mandate on one unit, both."""
    desk.now = LATER
    ids = unit_ids()

    def keeps(name: str) -> list[str]:
        piles = owes(desk.actor(name).sight, desk.when).piles
        return sorted(item.unit.code for item in by_urgency(piles) if item.round.period == parse("2023-06"))

    assert [keeps(name) for name in ("head", "clerk", "other", "office")] == [["A", "A2"], ["A1"], ["B"], []]

    for name, role, unit in (("head", "clerk", "B"), ("other", "clerk", "A2"), ("office", "head", "G")):
        with transaction.atomic():
            give_mandate(by=console_user(), user=desk.people[name], role=role, unit=ids[unit], valid_from=FIRST)
    assert [keeps(name) for name in ("head", "clerk", "other", "office")] == [["A", "B"], ["A1"], ["A2", "B"], ["G"]]
