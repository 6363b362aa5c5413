"""A small group with a meeting of its three companies, the secretary who notes it and the chair's machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from headrope.core.periods import parse
from headrope.journal import clock
from headrope.journal.queries import books
from headrope.meetings.actions import About, MoveGiven, make_meeting, move
from headrope.meetings.models import Item, NoteKind, NoteState
from headrope.meetings.notes import NoteGiven, Written, write
from headrope.meetings.queries import MeetingInfo, Stand, meeting_for, stand
from headrope.org.models import Person, User
from headrope.org.queries import Sight, unit_ids, whole_sight
from tests.conftest import Load

NOON = datetime(2023, 7, 14, 4, tzinfo=UTC)  # noon in Shanghai


@dataclass
class Hall:
    """A meeting of the group G with its companies A, B and C; the clock stands at noon until it is set."""

    number: int
    items: dict[str, int]
    secretary: User
    other: User
    now: datetime = NOON

    def at(self, seconds: float) -> datetime:
        """A moment so many seconds after noon."""
        return NOON + timedelta(seconds=seconds)

    def sight(self) -> Sight:
        """Everything, today."""
        here = books()
        return whole_sight(str(here.key), here.seq, self.now.date())

    def meeting(self) -> MeetingInfo:
        """The meeting as it is now."""
        return meeting_for(self.sight(), self.number)

    def stand(self) -> Stand:
        """Where the screen stands now."""
        return stand(self.meeting())

    def moved(self, *moves: tuple[str, bool, float], arrives: float | None = None, keys: tuple[UUID, ...] = ()) -> int:
        """Send moves (unit, running, seconds after noon), all at once, when the last was made or later."""
        self.now = self.at(max(second for *_, second in moves) if arrives is None else arrives)
        made = [
            MoveGiven(key, self.items.get(unit), running, "p=gap", self.at(second))
            for key, (unit, running, second) in zip(keys or [uuid4() for _ in moves], moves, strict=True)
        ]
        return move(by=self.secretary, number=self.number, moves=made)

    def note(
        self,
        words: str,
        *,
        key: UUID | None = None,
        version: int = 0,
        state: str = NoteState.DRAFT,
        kind: str = NoteKind.ORDER,
        by: User | None = None,
        window: str = "one",
        to: str = "wang",
        spare: UUID | None = None,
        due: date | None = None,
        unit: str = "A",
        remark: str = "",
    ) -> Written:
        """Write a note of a unit."""
        given = NoteGiven(
            key or uuid4(), self.items[unit], version, kind, words, to, due, state, remark, window
        )  # fmt: skip
        return write(by=by or self.secretary, meeting=self.number, given=given, spare=spare or uuid4())


@pytest.fixture
def hall(load: Load, monkeypatch: pytest.MonkeyPatch) -> Hall:
    """The meeting, prepared."""
    monkeypatch.setattr(clock, "now", lambda: NOON - timedelta(days=1))
    load(
        units="code,name,parent,kind\nG,Group,,group\nA,East,G,company\nB,West,G,company\nC,Airport,G,company\nA1,Pumps,A,branch",
        measures="code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,0.01,flow,up",
        facts="unit,measure,period,version,value\nA1,REV,2023-01,actual,1",
    )
    secretary, other = User.objects.create_user("secretary"), User.objects.create_user("other")
    Person.objects.create(code="wang", name="Wang Fang", name_zh="王芳")
    ids = unit_ids()
    about = About("half-year", date(2023, 7, 14))
    units = [ids[code] for code in "ABC"]
    done = make_meeting(by=secretary, unit=ids["G"], period=parse("2023-H1"), about=about, units=units)
    assert done.number is not None
    codes = {unit: code for code, unit in ids.items()}
    items = {codes[unit]: pk for pk, unit in Item.objects.values_list("id", "unit_id")}
    made = Hall(done.number, items, secretary, other)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made
