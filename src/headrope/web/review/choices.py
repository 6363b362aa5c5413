"""By what the units below are ranked, and by what else they could be: measure, tier and order, each a menu."""

from __future__ import annotations

from dataclasses import dataclass

from headrope.ledger.said import gettext as _
from headrope.review.queries import Reader, Review
from headrope.review.ranking import Ranking
from headrope.review.wording import Wording
from headrope.web.asked import Asked
from headrope.web.bearing import Choice


@dataclass(slots=True)
class Chosen:
    """Menus with what each stands on; a menu without choices is not shown."""

    menus: list[tuple[str, list[Choice]]]


def chosen(reader: Reader, review: Review, ranking: Ranking | None, wording: Wording, asked: Asked) -> Chosen:
    """The three menus of the ranking."""
    tier = asked.wanted.tier
    orders = {"gap": _("by gap"), "value": _("by value"), "change": _("by change")}
    return Chosen(
        [
            (wording.name(ranking.info) if ranking else _("Measure"), _measures(review, ranking, wording, asked)),
            (
                _("tier %(n)s") % {"n": tier} if tier else _("children"),
                tier_choices(tiers(reader, review), asked, "#units"),
            ),
            (orders[ranking.order] if ranking else "", _orders(orders, ranking, asked)),
        ]
    )


def _orders(orders: dict[str, str], ranking: Ranking | None, asked: Asked) -> list[Choice]:
    now = ranking.order if ranking else ""
    return [Choice(text, asked.address.with_(order=key) + "#units", key == now) for key, text in orders.items()]


_tiers_of: dict[tuple[str, int, object, object, int], list[int]] = {}


def tiers(reader: Reader, review: Review) -> list[int]:
    """Tiers that have units below the unit, deeper than its children; kept, for a tree may have 10,000 units."""
    tree = reader.tree(review.period)
    if review.unit.id not in tree.nodes:
        return []
    key = (str(reader.at.key), reader.at.seq, review.period.last_day, review.known_on, review.unit.id)
    found = _tiers_of.get(key)
    if found is None:
        if len(_tiers_of) > 1000:
            _tiers_of.clear()
        own = tree.tier[review.unit.id]
        level = review.children
        found = []
        while level:
            level = tuple(child for node in level for child in tree.children.get(node.id, ()))
            if level:
                found.append(own + 2 + len(found))
        _tiers_of[key] = found
    return found


def _measures(review: Review, ranking: Ranking | None, wording: Wording, asked: Asked) -> list[Choice]:
    chosen = ranking.info.code if ranking else ""
    return [
        Choice(
            wording.name(line.info), asked.address.with_(measure=line.info.code) + "#units", line.info.code == chosen
        )
        for line in review.lines
    ]


def tier_choices(tiers: list[int], asked: Asked, place: str) -> list[Choice]:
    """The children, and the tiers; nothing where there are only children. `place` is the section that the choice is of."""
    if not tiers:
        return []
    choices = [Choice(_("children"), asked.address.with_(tier=None) + place, asked.wanted.tier is None)]
    for tier in tiers:
        here = asked.wanted.tier == tier
        choices.append(Choice(_("tier %(n)s") % {"n": tier}, asked.address.with_(tier=str(tier)) + place, here))
    return choices
