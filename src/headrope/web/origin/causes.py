"""The gap of a sum as volume, mix and own performance of the units below, with the rule by which they are told apart."""

from __future__ import annotations

from dataclasses import dataclass

from headrope.core.attribution import Effects
from headrope.core.periods import Period
from headrope.ledger.queries import ACTUAL, MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.org.queries import Node
from headrope.review.queries import Question, Reader
from headrope.review.ranking import Wanted, rank
from headrope.review.sheet.parts import children_of, shift
from headrope.review.wording import Wording
from headrope.web.address import Address
from headrope.web.origin.figures import exact


@dataclass(frozen=True)
class Cause:
    """One part: its name, the address of its own figure, and its volume, mix and own performance as they are printed."""

    name: str
    href: str
    effects: tuple[str, str, str]


@dataclass(frozen=True)
class Causes:
    """What the sum is earned on, with the address of that figure, the parts and their sum."""

    base: str
    href: str
    parts: list[Cause]
    total: Cause


def causes(
    reader: Reader, node: Node, info: MeasureInfo, period: Period, against: str, wording: Wording, address: Address
) -> Causes | None:
    """See docs/spec/shift-share.md; None where the sheet of the unit tells none either."""
    review = reader.review(Question(node.code, period, against, reader.known))
    line = review.line(info.code)
    if line is None:
        return None
    breakdown = children_of(rank(reader, review, Wanted(measure=info.code)), line)
    found = shift(reader, review, breakdown, line)
    if found is None:
        return None

    def printed(effects: Effects) -> tuple[str, str, str]:
        volume, mix, own = (exact(info, each, sign=True) for each in effects)
        return volume, mix, own

    parts = [
        Cause(
            wording.name(unit) if unit else _("Own figures, eliminations"),
            address.origins(unit.code).of(info.code, period, ACTUAL, against) if unit else "",
            printed(effects),
        )
        for unit, effects in found.by
    ]
    href = address.origins().of(found.base.code, period, ACTUAL, against)
    return Causes(wording.name(found.base), href, parts, Cause(_("Sum"), "", printed(found.whole)))
