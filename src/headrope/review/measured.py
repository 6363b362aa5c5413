"""How the table of measures tells what is no plain figure, on pages and on paper alike: states, limits, shares, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headrope.ledger.queries import LAST_YEAR, MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.wording import SHARES
from headrope.review.queries import Line, Review
from headrope.review.situation.heat import FEW
from headrope.review.wording import Wording

MOST_TIMES = 10
"""From so many times the plan a gap is no longer told in per cent."""
FAR = 3.0
"""From how many times the best month ever on a need is no longer told in per cent."""


def word(line: Line, wording: Wording) -> str:
    """The state in a word; where there is none, why."""
    if line.actual.uneven:
        return _("uneven")
    if not line.actual.known and line.actual.expected > 0:
        return _("not reported")
    told = wording.state_word(line.state)
    if not told and line.actual.known and line.plan.known and not line.actual.complete:
        return _("not all in")  # less is better, and who has not reported would look too good
    return told


def limit(review: Review, info: MeasureInfo) -> str:
    """What stands before the year's target where it is a ceiling and no goal."""
    return _("max") if info.rule.direction == "down" and review.against != LAST_YEAR else ""


def few(line: Line) -> bool:
    """Whether it counts so few that a per cent of it says nothing, as in units by measures: 3 accidents instead of 2."""
    if line.info.rule.quantity.kind != "count" or not line.info.rule.exact:
        return False
    counts = [line.actual.value, line.plan.value, line.last_year.value]
    return max((abs(line.info.rule.quantity.number(each)) for each in counts if each is not None), default=0) < FEW


def gap_share(line: Line) -> float | None:
    """The gap as a share of the plan, where that says something: the plan is above zero, and the figure no share itself."""
    share = line.judgement.share if line.judgement else None
    above = line.plan.value is not None and line.plan.value > 0
    if line.gap is None or line.actual.uneven or share is None or not above or abs(share) >= MOST_TIMES:
        return None
    return None if line.info.account in SHARES or few(line) else share


def growth_share(line: Line) -> float | None:
    """The growth as a share of last year's figure, where that carries one; else it is told as an amount."""
    share = line.growth_share
    return None if line.info.account in SHARES or few(line) or share is None or abs(share) >= 1 else share


def change(wording: Wording, info: MeasureInfo, value: int | float) -> str:
    """A difference as an amount, of shares in points."""
    text = wording.figure(info, value, value, sign=True)
    return text + pgettext("points", " pp") if info.account in SHARES else text


def of_best(line: Line, wording: Wording) -> str:
    """What a month must bring beside the best one ever; empty where there is nothing to bring or no such month."""
    need = line.need
    if need is None or need.reached or need.best is None:
        return ""
    if need.share is None:
        return _("never yet")
    if need.share >= FAR:
        return _("over %(n)s times") % {"n": int(need.share)}
    return wording.format.per_cent(need.share, digits=0)


def unlanded(line: Line) -> str:
    """Why the year's landing of a measure with a target is not told; empty where it is, or nobody asks."""
    return _("No landing: %(why)s") % {"why": _(line.unlanded)} if line.unlanded else ""


def notes(review: Review, line: Line, wording: Wording) -> list[str]:
    """How much of the figure is in, what is late, what the unit states of it, why it has no landing beside others that
    have one, and since when none was like it."""
    # Counts of months and of units cannot be held against each other.
    comparable = not line.info.rule.formed or _of_one_kind(review, line.info.parts)
    found = [wording.reported(line)] if line.actual.known and comparable else []
    if line.overdue:
        found = [wording.overdue(line.overdue)]
    found.append(wording.stated(line))
    if any(each.landing for each in review.lines):
        found.append(unlanded(line))
    if line.record:
        found.append(wording.record(line.record))
    return [note for note in found if note]


def _of_one_kind(review: Review, codes: Sequence[str]) -> bool:
    kinds = {each.info.code: each.info.rule.kind for each in review.lines}
    return len({kinds.get(code) for code in codes}) == 1


def gathered(noted: Sequence[tuple[str, Sequence[str]]]) -> Mapping[str, Sequence[str]]:
    """Each note once, with the names of the measures that it is about."""
    about: dict[str, list[str]] = {}
    for name, found in noted:
        for note in found:
            about.setdefault(note, []).append(name)
    return about


def below(noted: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """The same as lines under a table."""
    said = _("%(names)s: %(note)s")
    return [
        said % {"names": pgettext("list", ", ").join(names), "note": note} for note, names in gathered(noted).items()
    ]
