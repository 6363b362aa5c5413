"""The red and the black list of the units below a unit: who stands out, in which measure, and by which rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from headrope.core.periods import Period
from headrope.journal.queries import known_on
from headrope.ledger.queries import MeasureInfo
from headrope.org.queries import Node
from headrope.review.gaps.figures import Stand, Stands
from headrope.review.overdue import Overdue
from headrope.review.queries import Question, Reader, Review
from headrope.review.rules.queries import list_rules
from headrope.review.rules.rule import ListRule


@dataclass(frozen=True)
class Listed:
    """A unit on a list for a measure. `share` is how far it is beyond (minus: short of) what is asked for by now.

    None where nothing was asked for (plan zero), or where it is there because it is silent.
    """

    unit: Node
    info: MeasureInfo
    verdict: Literal["red", "black"]
    rule: ListRule
    stand: Stand | None
    share: float | None
    overdue: Overdue | None = None


@dataclass(frozen=True)
class Lists:
    """Both lists of a unit for a period, by the rules in force on the period's last day."""

    review: Review
    rules: tuple[ListRule, ...]
    rows: tuple[Listed, ...]

    def of(self, verdict: str) -> tuple[Listed, ...]:
        """The rows of one list: by rule and measure, the furthest first."""
        return tuple(row for row in self.rows if row.verdict == verdict)


def red_and_black(reader: Reader, unit: str, period: Period, against: str | None = None) -> Lists:
    """The lists of the units right below the unit (code); NoSuchUnit as in `Reader.review`."""
    review = reader.review(Question(unit, period, against, reader.known))
    rules = tuple(list_rules(period.last_day, reader.at, known_on(reader.known, reader.ledger.zone)))
    stands = Stands(reader, review, review.children, reader.pace(period))
    rows: list[Listed] = []
    infos = [info for info in reader.infos.values() if info.rule.direction != "none" and info.rule.kind != "text"]
    read: dict[str, list[Stand]] = {}
    for rule in rules:
        for info in infos:
            if not rule.measures or info.code in rule.measures:
                if info.code not in read:
                    read[info.code] = list(stands.of(info))
                rows += _listed(rule, stands, read[info.code], info)
    return Lists(review, rules, tuple(rows))


def _listed(rule: ListRule, stands: Stands, read: list[Stand], info: MeasureInfo) -> Iterator[Listed]:
    """The units that the rule puts on its list for one measure: the furthest first, ties kept together within `most`."""
    silent = stands.overdue(info) if rule.silent else {}
    found = []
    for stand in read:
        if stand.judgement is None or stand.state in ("none", "stale"):
            continue
        far = _far(stand)
        beyond = far if rule.kind == "red" else -far
        complete = stand.actual.complete or rule.kind == "black"  # no praise before all is in
        if complete and (beyond >= rule.share and beyond > 0):
            found.append((beyond, stand))
    found.sort(key=lambda each: (-each[0], each[1].unit.code))
    if rule.most is not None and len(found) > rule.most:
        last = found[rule.most - 1][0]
        found = [each for each in found if each[0] >= last]
    for far, stand in found:
        share = None if far == float("inf") else far if rule.kind == "red" else -far
        yield Listed(stand.unit, info, rule.kind, rule, stand, share)
    for node in stands.nodes:
        if node.id in silent:
            yield Listed(node, info, rule.kind, rule, None, None, silent[node.id])


def _far(stand: Stand) -> float:
    """How far it is on the good side, as a share of what is asked for; endless where nothing is asked for."""
    assert stand.judgement is not None
    good = stand.judgement.good
    if stand.judgement.share is None:
        return 0.0 if good == 0 else float("inf") if good > 0 else float("-inf")
    return abs(stand.judgement.share) * (1 if good > 0 else -1 if good < 0 else 0)
