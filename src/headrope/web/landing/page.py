"""The landing page of a unit and a year as plain texts ready to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import ngettext

from headrope.core.problems import Problem
from headrope.journal.queries import Known
from headrope.landing.answers import MeasureLanding, UnitLanding
from headrope.landing.runs.queries import Landed, Run, RunMeasure, behind, landed, runs, track
from headrope.landing.whatif import Change, Effect, WhatIf, what_if
from headrope.landing.wording import LandingWording
from headrope.ledger.queries import TARGET, MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.org.queries import Node, Tree
from headrope.review.charts import Chart
from headrope.review.queries import Reader
from headrope.web.access import Visit
from headrope.web.bearing import Bearing, day_text
from headrope.web.landing.asked import Address, Asked
from headrope.web.landing.coordinates import bearing
from headrope.web.landing.drawing import drawing
from headrope.web.landing.naive import NaiveSection, section
from headrope.web.landing.tables import Maker, Row, RunRow
from headrope.web.problems import told

MOST_UNITS, MOST_OPTIONS = 400, 200


@dataclass(slots=True)
class Moved:
    """What the changes do to one unit: landing and odds before and after."""

    name: str
    by: str
    before: str
    after: str
    odds_before: str
    odds_after: str
    better: bool


@dataclass(slots=True)
class Asking:
    """The what-if form and its answer: `of` the units that can be chosen, `kept` the changes with addresses without them."""

    unit_of_account: str
    of: list[tuple[str, str]]
    kept: list[tuple[str, str, str]]
    hidden: list[tuple[str, str]]
    answer: str
    rows: list[Moved]
    problems: list[str]
    clear: str


@dataclass(slots=True)
class LandingPage:
    """All that the template prints."""

    title: str
    code: str
    headline: str
    facts: list[str]
    bearing: Bearing
    measure: str
    measures: list[Row]
    chart: Chart | None
    units: list[Row]
    left_out: int
    runs: list[RunRow]
    asking: Asking | None
    scale: str
    problems: list[str]
    review: str
    below: str
    judged: bool
    naive: NaiveSection | None
    address: Address


@dataclass(frozen=True)
class Said:
    """What a page is made of: who asks and what, the run, the measure that is looked at, and the unit's landings by measure."""

    visit: Visit
    asked: Asked
    reader: Reader
    run: Run
    info: MeasureInfo
    known: Known | None
    own: Mapping[int, Landed]

    @property
    def tree(self) -> Tree:
        """The tree of the run's month."""
        return self.reader.tree(self.run.month)

    def seen(self, nodes: Sequence[Node]) -> list[Node]:
        """Those of the units that the person may see."""
        return [node for node in nodes if self.visit.who.sees(node.id)]


def wording_of(visit: Visit, asked: Asked, reader: Reader) -> LandingWording:
    """Words and figures of the page."""
    return LandingWording(visit.ledger, reader.cube.manifest.largest_money, asked.scale, visit.style)


def build(said: Said, wording: LandingWording, most: int = MOST_UNITS) -> LandingPage:
    """The page with at most so many units below."""
    asked, run, info, unit = said.asked, said.run, said.info, said.asked.unit
    infos = {each.id: each for each in said.reader.infos.values()}
    own = said.own
    children = said.seen([node for node in said.tree.children.get(unit.id, []) if node.kind != "segment"])
    below = {key[0]: one for key, one in landed(run, [node.id for node in children], [info.id]).items()}
    made = Maker(wording, run, asked.address)
    found = runs(said.visit.at, run.year, said.known)
    one, held = own.get(info.id), run.measures[info.id]
    view = said.reader.cube.unit(unit.id, said.reader.infos)
    chart = drawing(view, info, run, one, wording, unit.code) if one else None
    rows, measures = made.units(info, children, below), made.measures(infos, own, info)
    return LandingPage(
        wording.name(unit),
        unit.code,
        _headline(wording, unit, info, held, one, run),
        [*_unlikely(measures), *_facts(said, wording)],
        bearing(said.visit, asked, said.reader, wording, found),
        wording.name(info),
        measures,
        chart,
        rows[:most],
        max(0, len(rows) - most),
        made.runs(info, found, track(found, unit.id, info.id)),
        _asking(said, wording, held) if one and one.account is not None else None,
        wording.scale_name if wording.money(info) else wording.account(info),
        asked.problems,
        f"/review/{unit.code}/{run.year.start // 12}/",
        _counted(rows),
        said.visit.who.everywhere("see"),
        section(said.reader, asked, info, found, wording),
        asked.address,
    )


def _headline(
    wording: LandingWording, unit: Node, info: MeasureInfo, held: RunMeasure, one: Landed | None, run: Run
) -> str:
    """The landing in sentences."""
    if one is None:
        about = {"measure": wording.name(info), "unit": wording.name(unit)}
        return _("Of %(measure)s of %(unit)s nothing is known.") % about
    return wording.sentences(_measure(info, held, run), _unit(unit, held, one))


def _measure(info: MeasureInfo, held: RunMeasure, run: Run) -> MeasureLanding:
    return MeasureLanding(info, run.year, run.month.end, held.span, held.left, TARGET, (), (), ())


def _unit(node: Node, held: RunMeasure, one: Landed) -> UnitLanding:
    """The row as the wording takes it."""
    asks = held.left and held.recovers and one.target is not None and one.known is not None
    return UnitLanding(
        node=node,
        tier=0,
        known=one.known,
        full=one.account,
        low=one.low80,
        high=one.high80,
        odds=one.odds.value,
        pace=(one.target - one.known) / held.left
        if asks and one.target is not None and one.known is not None
        else None,
        usual=None,
        last=None,
        past=one.past,
        filled=one.filled,
        late=one.late,
        reasons=one.reasons,
        target=one.target,
        estimated=one.estimated,
    )


def _facts(said: Said, wording: LandingWording) -> list[str]:
    """When the run was made and from what."""
    run = said.run
    values = {
        "month": wording.period(run.month),
        "day": day_text(run.made_at.astimezone(wording.ledger.zone).date()),
        "seq": run.seq,
        "read": run.read_seq,
    }
    found = [_("Landed after %(month)s, on %(day)s, as posting %(seq)s") % values]
    if said.known is None and behind(run, said.visit.at):
        found.append(_("figures posted after number %(read)s are not in it") % values)
    refused = sum(bool(each.why) for each in run.measures.values())
    if refused:
        text = ngettext(
            "%(n)s measure with a target cannot be landed", "%(n)s measures with a target cannot be landed", refused
        )
        found.append(text % {"n": refused})
    return found


def _unlikely(rows: Sequence[Row]) -> list[str]:
    """Which measures of the unit will hardly meet their targets: what is asked first of a year."""
    told = [_("%(measure)s %(odds)s") % {"measure": row.name, "odds": row.odds} for row in rows if row.unlikely]
    return [_("Odds below one third: %(measures)s") % {"measures": pgettext("list", ", ").join(told)}] if told else []


def _counted(rows: Sequence[Row]) -> str:
    """How many of the units below are unlikely to land."""
    asked = [row for row in rows if row.odds]
    short = sum(row.unlikely for row in asked)
    return _("%(n)s of %(of)s with odds below one third") % {"n": short, "of": len(asked)} if asked else ""


def _asking(said: Said, wording: LandingWording, held: RunMeasure) -> Asking | None:
    """The form, and what the changes in the address do."""
    if not held.recovers or not held.left:
        return None
    address, info = said.asked.address, said.info
    codes = said.tree.by_code
    of = _options(said, wording)
    changes = [(codes[code], amount) for code, amount in address.what if code in codes]
    kept = [
        (
            wording.name(node),
            wording.amount(info, amount, sign=True),
            address.page(what=[each for each in address.what if each[0] != node.code]),
        )
        for node, amount in changes
    ]
    hidden = [("measure", info.code), *(pair for pair in address.query if pair[0] != "measure")]
    asking = Asking(
        wording.scale_name if wording.money(info) else wording.account(info),
        *(of, kept, hidden, "", [], [], address.page(what=())),
    )
    if changes:
        found = what_if(said.run, [Change(node.id, info.id, amount) for node, amount in changes])
        asking.problems = [_told(problem, said.tree) for problem in found.problems]
        asking.rows, asking.answer = _answer(said, wording, found)
    return asking


def _options(said: Said, wording: LandingWording) -> list[tuple[str, str]]:
    """Units that can be chosen, with their names indented: the unit and all below, or right below where these are many."""
    tree, unit = said.tree, said.asked.unit
    if unit.id not in tree.nodes:
        return []
    nodes = said.seen([node for node in tree.subtree(unit.id) if node.kind != "segment"])
    if len(nodes) > MOST_OPTIONS:
        nodes = [node for node in nodes if unit.id in (node.id, node.parent)]
    top = tree.tier[unit.id]
    return [(node.code, "\N{EM SPACE}" * (tree.tier[node.id] - top) + wording.name(node)) for node in nodes]


def _told(problem: Problem, tree: Tree) -> str:
    unit, said = problem.values.get("unit"), told(problem)
    node = tree.nodes.get(unit) if isinstance(unit, int) else None
    return " ".join(filter(None, (f"{node.code}:" if node else "", said.message, said.remedy)))


def _answer(said: Said, wording: LandingWording, found: WhatIf) -> tuple[list[Moved], str]:
    """Units that move and may be seen, the highest first, and in words what happens to the highest."""
    tree, info = said.tree, said.info
    seen = sorted(
        ((tree.nodes[unit], effect) for (unit, _m), effect in found.effects.items() if unit in tree.nodes),
        key=lambda pair: (tree.tier[pair[0].id], pair[0].code),
    )
    seen = [pair for pair in seen if said.visit.who.sees(pair[0].id)]
    rows = [_moved(node, effect, info, wording, said.run.measures[info.id]) for node, effect in seen]
    if not rows or not rows[0].odds_before:
        return rows, ""
    by = seen[0][1].by
    told_by = ("+" if by > 0 else "") + wording.told(info, by)
    values = {"unit": rows[0].name, "before": rows[0].odds_before, "after": rows[0].odds_after, "by": told_by}
    return rows, _("With %(by)s the odds of %(unit)s go from %(before)s to %(after)s.") % values


def _moved(node: Node, effect: Effect, info: MeasureInfo, wording: LandingWording, held: RunMeasure) -> Moved:
    good = effect.by * (-1 if held.more is False else 1)
    return Moved(
        wording.name(node),
        wording.amount(info, effect.by, sign=True),
        wording.amount(info, effect.before.account),
        wording.amount(info, effect.after.account),
        wording.likely(effect.before.odds),
        wording.likely(effect.after.odds),
        good > 0,
    )
