"""Tries a check before it is saved: what it would find in the last figures of all units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from headrope.core.checks.asked import Entered
from headrope.core.checks.check import PAST, WINDOW, Check
from headrope.core.checks.doubt import Doubt
from headrope.core.checks.evaluation import Prepared, find_doubts, prepare
from headrope.core.periods import Period, from_code
from headrope.ledger.models import Basis, Fact, PostingUnit, State
from headrope.ledger.queries import MeasureInfo, ledger_settings, measures, version_ids
from headrope.org.queries import Node, edition_rows, tree_on

ACTUAL = "actual"
MOST_UNITS, MOST_SHOWN, LOOKED_AT, CHUNK = 2_000, 20, 300, 200

Held = dict[tuple[int, str, int], int | float]
"""Values by unit, code of a measure and code of a period."""


@dataclass(frozen=True)
class Trial:
    """What a check finds for a period: over how many units it was asked, how many have a doubt, and the first of these.

    `left` are units that were not looked at, since they are too many for a page.
    """

    period: Period
    asked: int
    doubtful: int
    left: int
    shown: Sequence[tuple[Node, Doubt]]


def try_check(check: Check) -> Trial | None:
    """Ask the check, which is sound, of the last period of which its measures have figures; None where there is none."""
    infos = {info.code: info for info in measures()}
    ready = prepare([check], {code: info.rule for code, info in infos.items()}, ledger_settings().fiscal_start)
    named = {measure for _, bounds in ready.groups for bound in bounds for measure in bound.measures}
    wanted = [infos[code] for code in sorted(named)]
    version = version_ids().get(ACTUAL)
    period = _last(wanted, version) if version is not None else None
    if period is None or version is None:
        return None
    tree = tree_on(period.last_day, edition_rows())
    units = [node for root in tree.children.get(None, ()) for node in tree.subtree(root.id)]
    found: list[tuple[Node, Doubt]] = []
    asked = 0
    for nodes, held in _held(units[:MOST_UNITS], wanted, version, _periods(check, period)):
        for node in nodes:
            values = {info.code: held[key] for info in wanted if (key := (node.id, info.code, period.code)) in held}
            if values:
                asked += 1
                path = [each.code for each in tree.path(node.id)]
                found += [
                    (node, doubt) for doubt in _doubts(ready, Entered(period, values, path, node.kind), node, held)
                ]
    doubtful = len({node.id for node, _ in found})
    return Trial(period, asked, doubtful, max(0, len(units) - MOST_UNITS), found[:MOST_SHOWN])


def _doubts(ready: Prepared, entered: Entered, node: Node, held: Held) -> list[Doubt]:
    return find_doubts(ready, entered, lambda measure, period: held.get((node.id, measure, period.code)))


def _last(infos: Sequence[MeasureInfo], version: int) -> Period | None:
    """The last period of which units that were posted lately have figures; of several that end then the shortest."""
    lately = PostingUnit.objects.order_by("-seq").values_list("unit_id", flat=True)[:LOOKED_AT]
    facts = Fact.objects.filter(
        unit_id__in=list(lately), measure_id__in=[info.id for info in infos], version_id=version, state=State.VALUE
    )
    periods = [from_code(code) for code in facts.values_list("period", flat=True).distinct()]
    return max(periods, key=lambda period: (period.end, -period.span), default=None)


def _periods(check: Check, period: Period) -> list[int]:
    """Codes of the period and of those before it that the kind looks back on."""
    back = {
        "jump": [1, 12 // period.span],
        "unusual": range(1, WINDOW + 12 // period.span + 1),
        "cumulative": range(1, 12 // period.span + 1),
        "same": range(1, (check.past or PAST["same"]) + 1),
    }.get(check.kind, ())
    return [period.shifted(-step * period.span).code for step in (0, *back)]


def _held(
    units: Sequence[Node], infos: Sequence[MeasureInfo], version: int, periods: Sequence[int]
) -> Iterator[tuple[Sequence[Node], Held]]:
    """Units in chunks with their latest own values; a statement for each chunk."""
    codes = {info.id: info.code for info in infos}
    fields = ("unit_id", "measure_id", "period", "amount", "number")
    for at in range(0, len(units), CHUNK):
        nodes = units[at : at + CHUNK]
        query = Fact.objects.filter(
            unit_id__in=[node.id for node in nodes],
            measure_id__in=list(codes),
            version_id=version,
            period__in=list(periods),
            basis=Basis.OWN,
        )
        held: Held = {}
        for unit, measure, period, amount, number in query.order_by("seq").values_list(*fields):
            value = amount if amount is not None else number
            if value is None:
                held.pop((unit, codes[measure], period), None)
            else:
                held[unit, codes[measure], period] = value
        yield nodes, held
