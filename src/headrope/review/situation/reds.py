"""Red without an answer: which measures of the unit and of those below it are behind, and nobody has answered for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from headrope.journal.queries import known_on
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import pgettext
from headrope.org.models import User
from headrope.org.people.queries import PostHeld, heads_on
from headrope.org.queries import Node, heads_by_unit
from headrope.review.gaps.answers import Ask, answers, asks
from headrope.review.gaps.queries import short_of
from headrope.review.queries import Reader, Review
from headrope.review.situation.heat import By, Field, Heat
from headrope.review.situation.landings import in_figures
from headrope.review.situation.states import BEHIND

Pair = tuple[int, int]
MOST_NAMES = 2


@dataclass(frozen=True)
class Red:
    """A measure of a unit that is behind: `good` is the gap in units of account turned so that plus is good.

    `share` of what is asked for is None where that is zero; `who` answers for the unit, `asked` when it was.
    """

    unit: Node
    info: MeasureInfo
    by: By
    good: float
    share: float | None
    who: tuple[User, ...]
    asked: Ask | None


@dataclass(frozen=True)
class Reds:
    """How many are red, which of them have no answer, the worst first, and which have one (unit and measure, ids)."""

    count: int
    open: tuple[Red, ...]
    answered: frozenset[Pair]


def reds(reader: Reader, review: Review, heat: Heat, today: date) -> Reds:
    """The reds of the matrix; four statements at most."""
    known = known_on(reader.known, reader.ledger.zone)
    units = {node.id for node in heat.units}
    given = answers(units, review.period, known)
    requests = asks(units, review.period, known)
    answered, left = set(), []
    tree = reader.tree(review.period)
    for field in heat.fields:
        for row, node in enumerate(heat.units):
            if field.states[row] != BEHIND:
                continue
            pair = node.id, field.info.id
            answer = given.get(pair)
            if answer is not None:
                now = in_figures(field.info, abs(float(field.good[row])))
                before = short_of(field.info, answer.gap)
                if answer.period == review.period or (now is not None and now <= before):
                    answered.add(pair)
                    continue
            left.append((field, row, node))
    paths = {node.id: tuple(tree.path(node.id)) if node.id in tree.nodes else (node,) for _field, _row, node in left}
    heads = heads_by_unit(today, {above.id for path in paths.values() for above in path})
    open_ = [
        _red(field, row, node, _heads(paths[node.id], heads), requests.get((node.id, field.info.id)))
        for field, row, node in left
    ]
    open_.sort(key=lambda red: (red.share if red.share is not None else 0.0, red.unit.code, red.info.place))
    return Reds(len(open_) + len(answered), tuple(open_), frozenset(answered))


def answering(reader: Reader, shown: Sequence[Red], today: date, language: str) -> list[str]:
    """Who answers for each of them, as a text; one statement."""
    heads = heads_on(today, {each.unit.id for each in shown if not each.who}, reader.known_postings)
    return [_named(each, heads, language) for each in shown]


def _named(red: Red, heads: Mapping[int, Sequence[PostHeld]], language: str) -> str:
    """The heads who can sign in, else those who hold the highest post of the unit."""
    names = [user.shown_name(language) for user in red.who]
    names = names or [post.person.shown_name(language) for post in heads.get(red.unit.id, ())]
    return pgettext("list", ", ").join(names[:MOST_NAMES])


def _heads(path: tuple[Node, ...], heads: Mapping[int, tuple[User, ...]]) -> tuple[User, ...]:
    """Who answers for the path's first unit: the heads of the nearest unit that has some."""
    return next((heads[node.id] for node in path if node.id in heads), ())


def _red(field: Field, row: int, node: Node, who: tuple[User, ...], asked: Ask | None) -> Red:
    share = float(field.share[row])
    return Red(node, field.info, field.by, float(field.good[row]), None if share != share else share, who, asked)
