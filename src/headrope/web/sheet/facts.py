"""The line under the unit's name: kind and share, head, people, segment, rank, who has reported, what was restated."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language, ngettext

from headrope.ledger.queries import ACTUAL, LAST_YEAR
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.review.headline import Headline
from headrope.review.lifetime import told
from headrope.review.queries import Review
from headrope.review.sheet.queries import UnitSheet
from headrope.review.sheet.standing import Rank
from headrope.review.wording import Wording
from headrope.web.address import Address
from headrope.web.organisation import words

MOST_NAMES = 2


@dataclass(slots=True)
class Fact:
    """A short statement: words, what stands out in it, more words; an address where it can be opened."""

    before: str
    strong: str = ""
    after: str = ""
    href: str = ""


def facts(sheet: UnitSheet, wording: Wording, address: Address) -> list[Fact]:
    """All facts that there are, in the order of the sheet."""
    found = [_kind(sheet, wording), *(Fact(text) for text in told(sheet.standing.life, wording))]
    found += _people(sheet, wording, address)
    if sheet.standing.segments:
        names = [wording.name(node) for node in sheet.standing.segments[:MOST_NAMES]]
        found.append(Fact(_("Segment"), pgettext("between names", ", ").join(names)))
    found += [_rank(rank, sheet, wording, address) for rank in sheet.standing.ranks]
    if reporting := Headline(sheet.review, wording).reporting():
        found.append(Fact(reporting))
    return [*found, *_restated(sheet, wording, address), *_comparable(sheet.review, wording)]


def _kind(sheet: UnitSheet, wording: Wording) -> Fact:
    kind = words.kind(sheet.review.unit.kind)
    kind = kind[:1].upper() + kind[1:]
    share = sheet.standing.share
    if share is None:
        return Fact(kind)
    held = float(share)
    digits = 0 if abs(held * 100 - round(held * 100)) < 1e-9 else 1
    return Fact(_("%(kind)s, %(share)s held") % {"kind": kind, "share": wording.format.per_cent(held, digits=digits)})


def _people(sheet: UnitSheet, wording: Wording, address: Address) -> list[Fact]:
    found = []
    heads = sheet.standing.heads
    if heads:
        language = get_language() or "en"
        names = [post.person.shown_name(language) for post in heads[:MOST_NAMES]]
        title = heads[0].shown_title(language) or _("Head")
        found.append(Fact(title, pgettext("between names", ", ").join(names)))
    line = sheet.standing.people
    if line is not None and line.actual.value is not None:
        href = address.origins().of(line.info.code, sheet.review.period, ACTUAL)
        found.append(Fact("", wording.figure(line.info, line.actual.value), _("people"), href))
    return found


def _rank(rank: Rank, sheet: UnitSheet, wording: Wording, address: Address) -> Fact:
    """It leads to the ranking of the sisters, where they may be seen."""
    year = sheet.review.against == LAST_YEAR
    about = _("%(measure)s to last year: rank") if year else _("%(measure)s to plan: rank")
    place = _("%(place)s of %(of)s") % {"place": rank.place, "of": rank.of}
    after = _("(was %(place)s)") % {"place": rank.before} if rank.before else ""
    above = next((node for node in sheet.review.path if node.id == sheet.review.unit.parent), None)
    href = ""
    if above:
        query = (*address.query, ("measure", rank.info.code))
        href = Address(above.code, address.period, address.fiscal_start, query).review() + "#units"
    return Fact(about % {"measure": wording.name(rank.info)}, place, after, href)


def _restated(sheet: UnitSheet, wording: Wording, address: Address) -> list[Fact]:
    changed = sheet.standing.restated
    if not changed:
        return []
    last = max(each.known_at for each in changed).astimezone(wording.ledger.zone).date()
    text = ngettext("figure restated, %(day)s", "figures restated, last %(day)s", len(changed))
    return [Fact("", f"{len(changed):,}", text % {"day": wording.day(last)}, address.restated())]


def _comparable(review: Review, wording: Wording) -> list[Fact]:
    """What cannot be compared, and why."""
    found = []
    if review.lines and not any(line.last_year.known for line in review.lines):
        found.append(Fact(_("No figures a year before")))
    if review.lines and review.against == LAST_YEAR:
        found.append(Fact(_("No plan")))
    known = {line.info.code: line.info for line in review.lines}
    for line in review.lines:
        new = known.get(line.info.rule.successor or "")
        if new is not None and review.period.first_day <= line.info.rule.valid_to <= review.period.last_day:
            values = {
                "new": wording.name(new),
                "old": wording.name(line.info),
                "day": wording.day(line.info.rule.valid_to),
            }
            found.append(Fact(_("%(new)s has replaced %(old)s on %(day)s") % values))
    return found
