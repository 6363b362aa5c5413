"""The tables of a landing page as strings ready to print: measures of the unit, units below, runs of the year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as translated
from markupsafe import Markup

from headrope.core.display import joined
from headrope.landing.runs.queries import Landed, Run, RunMeasure
from headrope.landing.wording import LandingWording
from headrope.ledger.queries import MeasureInfo
from headrope.org.queries import Node
from headrope.review import pictures
from headrope.review.situation.landings import UNLIKELY
from headrope.web.bearing import day_text
from headrope.web.landing.asked import Address


@dataclass(slots=True)
class Row:
    """One landing; `unlikely`: its odds are bad news. `why`: nothing is said, and why."""

    name: str
    href: str
    account: str = ""
    known: str = ""
    landing: str = ""
    between: str = ""
    picture: Markup = field(default_factory=Markup)
    target: str = ""
    odds: str = ""
    unlikely: bool = False
    need: str = ""
    notes: str = ""
    why: str = ""
    here: bool = False


@dataclass(slots=True)
class RunRow:
    """One run of the year: after which month, when and as which posting; what it said of the unit."""

    month: str
    made: str
    seq: int
    landing: str
    between: str
    odds: str
    here: bool


class Maker:
    """Makes the rows of one page."""

    def __init__(self, wording: LandingWording, run: Run, address: Address) -> None:
        self.wording, self.run, self.address = wording, run, address

    def measures(self, infos: Mapping[int, MeasureInfo], rows: Mapping[int, Landed], chosen: MeasureInfo) -> list[Row]:
        """The headline measures of the unit in their order; those that are not landed come last and say why."""
        found, refused = [], []
        for info in infos.values():
            held = self.run.measures.get(info.id)
            if held is None:
                continue
            href = self.address.page(measure=info.code, what=())
            name = self.wording.name(info)
            if held.why:
                refused.append(Row(name, "", why=translated(held.why)))
                continue
            row = self.row(info, held, rows.get(info.id), (name, href))
            row.account, row.here = self.wording.account(info), info.id == chosen.id
            found.append(row)
        return found + refused

    def units(self, info: MeasureInfo, nodes: Sequence[Node], rows: Mapping[int, Landed]) -> list[Row]:
        """Units below, the farthest from their targets first."""
        held = self.run.measures[info.id]
        ordered = sorted(nodes, key=lambda node: (_gap(rows.get(node.id), held), node.code))
        return [
            self.row(info, held, rows.get(node.id), (self.wording.name(node), self.address.of_unit(node.code).text))
            for node in ordered
        ]

    def row(self, info: MeasureInfo, held: RunMeasure, one: Landed | None, of: tuple[str, str]) -> Row:
        """One landing under a name with an address."""
        words = self.wording
        if one is None:
            return Row(*of, why=words.nothing())
        target = words.amount(info, one.target) if one.target is not None else ""
        if one.account is None:
            return Row(*of, target=target, why=words.nothing())
        sure = one.low80 is None or one.high80 is None or one.low80 == one.high80
        between = "" if sure else joined(words.amount(info, one.low80), words.amount(info, one.high80))
        return Row(
            *of,
            known=words.amount(info, one.known),
            landing=words.amount(info, one.account),
            between=between,
            picture=Markup(pictures.landing(info, one)),
            target=target,
            odds=words.likely(one.odds),
            unlikely=one.odds.value is not None and one.odds.value < UNLIKELY,
            need=self._need(info, held, one),
            notes=words.joined(words.notes(one.reasons, one.filled, one.late, one.estimated)),
        )

    def _need(self, info: MeasureInfo, held: RunMeasure, one: Landed) -> str:
        """What each step still to come must bring for the target, of a sum that has not reached it."""
        asks = held.more and held.left and not held.levels and held.recovers
        if not asks or one.target is None or one.known is None or one.known >= one.target:
            return ""
        return self.wording.amount(info, (one.target - one.known) / held.left)

    def runs(self, info: MeasureInfo, runs: Iterable[Run], track: Mapping[int, Landed]) -> list[RunRow]:
        """Runs of the year, newest first."""
        words, found = self.wording, []
        for run in runs:
            one = track.get(run.seq)
            said = one is not None and one.account is not None
            found.append(
                RunRow(
                    words.period(run.month),
                    day_text(run.made_at.astimezone(words.ledger.zone).date()),
                    run.seq,
                    words.amount(info, one.account) if one and said else "",
                    joined(words.amount(info, one.low80), words.amount(info, one.high80)) if one and said else "",
                    words.likely(one.odds) if one else "",
                    run.seq == self.run.seq,
                )
            )
        return found


def _gap(one: Landed | None, held: RunMeasure) -> float:
    """How far the landing is from the target on the good side; what has no target comes last."""
    if one is None or one.account is None or one.target is None:
        return float("inf")
    return (one.account - one.target) * (-1 if held.more is False else 1)
