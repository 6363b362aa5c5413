"""The slides of a meeting as strings ready to print: all that the hall sees of each unit, made once at the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from headrope.ledger.cube.view import Cube
from headrope.ledger.said import gettext as _
from headrope.meetings import wording as words
from headrope.meetings.models import NoteState
from headrope.meetings.queries import ItemInfo, MeetingInfo, NoteInfo, Reviewed
from headrope.org.people.queries import PostHeld
from headrope.review import pictures
from headrope.review.charts import Chart
from headrope.review.headline import Headline, plain
from headrope.review.queries import Line, Question, Reader, Review
from headrope.review.ranking import figures_of
from headrope.review.sheet.pictures import fan_chart
from headrope.review.sheet.queries import UnitSheet, sheet
from headrope.review.sheet.said import Answered
from headrope.review.wording import Wording
from headrope.web.access import Visit
from headrope.web.meetings.panels import Material, Panel, panel
from headrope.web.review import landings, marks

BIG, KEYS, SMALL = 3, 9, 8
LANDED = landings.Columns(True, False)  # landing, its range, odds


@dataclass(slots=True)
class Shown:
    """One measure on the slide; `key` is the digit that chooses it, empty where there are no digits left."""

    key: str
    name: str
    account: str
    actual: str
    gap: str
    plan: str
    year: str
    kind: str
    mark: Markup
    state: str
    picture: Markup
    landing: Markup
    landing_words: str
    odds: str
    odds_kind: str


@dataclass(slots=True)
class Quote:
    """What the head of the unit has answered to the gap of a measure."""

    words: str
    small: str


@dataclass(slots=True)
class Order:
    """An order of the last meeting, and what became of it."""

    number: str
    words: str
    small: str
    state: str
    kind: str
    mark: Markup


@dataclass(slots=True)
class Slide:
    """What the hall sees of one unit."""

    item: int
    place: int
    of: int
    code: str
    name: str
    who: str
    about: str
    finding: str
    first: str
    big: list[Shown]
    small: list[Shown]
    panels: list[Panel]
    landings: list[tuple[str, Chart]]
    answers: dict[str, Quote]
    orders_title: str
    orders_done: str
    orders: list[Order]

    @property
    def landed(self) -> bool:
        """Whether a landing is said of any of its big measures."""
        return any(row.landing_words for row in self.big)


@dataclass(slots=True)
class Told:
    """What stands beside the figures: who headed each unit, and what it was told last as `known` on the day (None: now)."""

    heads: Mapping[int, Sequence[PostHeld]]
    last: Mapping[int, Reviewed]
    known: date | None = None


def slides(visit: Visit, cube: Cube, meeting: MeetingInfo, told: Told) -> list[Slide]:
    """One slide for each unit in the order of the meeting that this person may see."""
    reader = Reader(cube, visit.ledger, visit.at, visit.who, told.known)
    order = [item for item in meeting.order if visit.who.sees(item.unit.id)]
    return [_slide(visit, reader, meeting, item, told, len(meeting.order)) for item in order]


def _slide(visit: Visit, reader: Reader, meeting: MeetingInfo, item: ItemInfo, told: Told, of: int) -> Slide:
    found = sheet(reader, Question(item.unit.code, meeting.period, known_on=told.known))
    review = found.review
    wording = Wording.of(review, None, visit.style)
    lines = _chosen(review)
    made = Material(review, wording, figures_of(reader, review, review.children), found.said)
    shown = [_shown(review, wording, line, place) for place, line in enumerate(lines)]
    heads = told.heads.get(item.unit.id, ())
    who = heads[0].person.shown_name(visit.language) if heads else ""
    last = told.last.get(item.unit.id)
    orders = [_order(visit, note, told.known or visit.today) for note in last.orders] if last else []
    done = sum(note.state == NoteState.DONE for note in last.orders) if last else 0
    return Slide(
        item.id,
        item.place or 0,
        of,
        item.unit.code,
        item.unit.shown_name(visit.language),
        who,
        _about(meeting, review, wording, who, item.place or 0, of),
        plain(Headline(review, wording).sentences(found.ranking, landed=False)),  # it stands below, in large figures
        str(_worst(lines) + 1),
        shown[:BIG],
        shown[BIG : BIG + SMALL],
        [panel(made, line, f"why-{item.id}-{place}") for place, line in enumerate(lines[:KEYS], 1)],
        _fans(found, wording, lines, item.id),
        {
            str(lines.index(each.line) + 1): _quote(visit, wording, each)
            for each in found.said.answers
            if each.line in lines
        },
        words.orders_of(last.held_on) if last else "",
        _("%(done)s of %(all)s done") % {"done": done, "all": len(orders)} if orders else "",
        orders,
    )


def _chosen(review: Review) -> list[Line]:
    """The heaviest measures first, then the rest as they are defined; what has no figure at all takes no room."""
    known = [line for line in review.lines if line.info.account is not None and (line.actual.known or line.plan.known)]
    heavy = sorted((line for line in known if line.info.weight), key=lambda line: -(line.info.weight or 0))[:BIG]
    rest = [line for line in known if line not in heavy]
    # What has no good side, such as total assets, comes last.
    return [*heavy, *sorted(rest, key=lambda line: line.info.rule.direction == "none")]


def _worst(lines: list[Line]) -> int:
    """Which of the big measures is looked into first, from 0: the one furthest off its plan of those that are behind."""
    behind = [
        # A loss against a plan that cannot be divided by is the furthest off.
        (abs(line.judgement.share) if line.judgement.share is not None else float("inf"), -place)
        for place, line in enumerate(lines[:BIG])
        if line.judgement and line.judgement.state == "behind"
    ]
    return -max(behind)[1] if behind else 0


def _fans(found: UnitSheet, wording: Wording, lines: list[Line], item: int) -> list[tuple[str, Chart]]:
    """The year's path of the measures that the headline speaks of, each with the key of its measure."""
    made = []
    for path in found.paths:
        key = next((place for place, line in enumerate(lines[:KEYS], 1) if line.info.code == path.info.code), None)
        if key is not None:
            chart = fan_chart(found, path, wording, 278, 150)
            made.append((str(key), replace(chart, ident=f"fan-{item}-{key}")))
    return made


def _quote(visit: Visit, wording: Wording, answered: Answered) -> Quote:
    """The answer as it was given, with what is promised."""
    answer, line = answered.answer, answered.line
    promised = wording.spoken(line.info, answer.promised, line.actual.value) if answer.promised else ""
    who = answer.by.shown_name(visit.language)
    day = words.due_text(answer.at.astimezone(visit.ledger.zone).date())
    parts = [who, day, _("promised %(n)s") % {"n": promised} if promised else ""]
    return Quote(answer.words, " · ".join(part for part in parts if part))


def _about(meeting: MeetingInfo, review: Review, wording: Wording, who: str, place: int, of: int) -> str:
    values = {
        "who": who,
        "place": place,
        "of": of,
        "period": wording.period(meeting.period),
        "scale": wording.scale_name,
    }
    if not any(wording.money(line.info) for line in review.lines):
        text = _("%(who)s reports · %(place)s of %(of)s · %(period)s") if who else _("%(place)s of %(of)s · %(period)s")
    elif who:
        text = _("%(who)s reports · %(place)s of %(of)s · %(period)s, %(scale)s")
    else:
        text = _("%(place)s of %(of)s · %(period)s, %(scale)s")
    return text % values


def _shown(review: Review, wording: Wording, line: Line, place: int) -> Shown:
    info, actual, plan = line.info, line.actual.value, line.plan.value
    beside = (actual, plan)
    state = line.state or ""
    missing = not line.actual.known and line.actual.expected > 0
    kind = "hr-behind" if state == "behind" else "hr-ahead" if state == "ahead" else ""
    account = wording.account(info)
    ahead = landings.cells(LANDED, line, wording, "")
    planned = wording.figure(info, plan, *beside) if plan is not None else ""
    values = {"against": wording.against(review.against), "plan": planned, "account": account}
    return Shown(
        str(place + 1) if place < KEYS else "",
        wording.name(info),
        account,
        _("not reported") if missing else wording.figure(info, actual, *beside),
        wording.figure(info, line.gap, *beside, sign=True) if line.gap is not None and not line.actual.uneven else "",
        (_("%(against)s %(plan)s %(account)s") % values).strip() if planned else "",
        _year(wording, line),
        kind,
        marks.mark(state),
        wording.state_word(line.state),
        Markup(pictures.progress(line)),
        Markup(pictures.landing(info, line.landing)),
        _("landing %(n)s") % {"n": ahead[0].text} if ahead[0].text else "",
        ahead[2].text,
        "hr-behind" if "hr-behind" in ahead[2].kind else "",
    )


def _year(wording: Wording, line: Line) -> str:
    if line.year_plan is None or line.year_plan.value is None:
        return ""
    return _("year %(target)s") % {"target": wording.figure(line.info, line.year_plan.value, line.actual.value)}


def _order(visit: Visit, note: NoteInfo, today: date) -> Order:
    late = (today - note.due).days if note.due and note.overdue(today) else 0
    if note.state == NoteState.DONE:
        state, kind, mark = _("done"), "", "ahead"
    elif late:
        state, kind, mark = _("overdue"), "hr-behind", "behind"
    else:
        state, kind, mark = _("running"), "", "on"
    when = ""
    if late:
        when = _("%(n)s days late") % {"n": late}
    elif note.due and note.state != NoteState.DONE:
        when = _("due %(day)s") % {"day": words.due_text(note.due)}
    small = " · ".join(part for part in (when, note.remark) if part)
    return Order(str(note.number or ""), note.words, small, state, kind, marks.mark(mark))
