"""Questions about submissions: a unit's sheet, and how all units under one stand in a round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from headrope.core.due.timeliness import Reports
from headrope.journal.models import Posting
from headrope.ledger.checks import checks_now
from headrope.ledger.submissions.lines import Asked, Rules, make_lines
from headrope.ledger.submissions.models import Submission
from headrope.ledger.submissions.place import Place, Round
from headrope.ledger.submissions.sheet import Below, EntrySheet, Event, Line, Typed, Word
from headrope.ledger.submissions.standings import Stood, is_late, standings, stands
from headrope.org.queries import Node, Sight, may_accept


def entry_sheet(place: Place, instead: Mapping[str, Typed] | None = None, events: bool = True) -> EntrySheet:
    """All that the unit's form shows; with `instead` as if these cells were typed by measure, without saving them.

    Without `events` what has happened so far is left out.
    """
    held, round = place.held(), place.round
    reported = held.first_submitted_at if held and held.state not in ("returned", "draft") else None
    booked = None
    if held is None and place.owing and (first := place.own.first(round.version, round.period)) is not None:
        booked = reported = Posting.objects.values_list("known_at", flat=True).get(seq=first)
    due, standing = stands(round, place.unit.id, reported)
    below = round.units.below(place.unit.id)
    stood = standings(round, [node.id for node in below]) if below else {}
    return EntrySheet(
        id=held.pk if held else None,
        unit=place.unit,
        path=place.path,
        form=round.form,
        period=round.period,
        version=round.version,
        state=held.state if held else "draft",
        row_version=held.row_version if held else 0,
        locked=place.locked(),
        lines=_lines(place, held, instead or {}) if place.owing else (),
        below=tuple(Below(node, *stood[node.id][:4]) for node in below),
        events=tuple(_events(held)) if held and events else (),
        due=due,
        standing=standing,
        changed_at=held.changed_at if held else None,
        changed_by=held.changed_by if held else None,
        submitted_by=held.submitted_by_id if held else None,
        warnings=tuple(round.due.problems) if round.due else (),
        restating=held is not None and held.seq is not None,
        booked=booked,
        exceptions=held.exceptions if held else "",
    )


def _lines(place: Place, held: Submission | None, instead: Mapping[str, Typed]) -> tuple[Line, ...]:
    round, start = place.round, place.round.when.ledger.fiscal_start
    codes = {info.id: info.code for info in round.infos.values()}
    typed: dict[str, Typed] = {}
    answers: dict[tuple[str, str], tuple[str, str]] = {}
    if held:
        for value in held.values_typed.select_related("by"):
            word: Word = value.word  # type: ignore[assignment]
            typed[codes[value.measure_id]] = Typed(
                value.raw, value.exponent, word, value.note, value.remark, value.row_version, value.by
            )
        for answer in held.answers.all():
            answers[answer.check_code, codes[answer.measure_id]] = answer.about, answer.text
    typed.update(instead)
    asked = Asked(round.form, round.period, round.version, tuple(n.code for n in place.path), place.unit.kind)
    checks = checks_now(str(round.when.at.key), round.when.at.seq)
    return make_lines(asked, typed, answers, place.own, Rules(round.infos, checks, start), held is not None)


def _events(held: Submission) -> list[Event]:
    return [
        Event(
            row.at,
            row.by,
            row.action,
            row.reason,
            row.file.name if row.file else "",
            row.file.sha256 if row.file else "",
            row.file_id,
        )
        for row in held.events.select_related("by", "file").order_by("id")
    ]


class Row(NamedTuple):
    """One unit of a board: how it stands, and whether this person may accept it now."""

    unit: Node
    depth: int
    owing: bool
    stood: Stood
    acceptable: bool


Choice = Literal["all", "late", "waiting", "open"]
OPEN = ("none", "draft", "returned", "reopened")
"""States of what has not been sent, or has come back."""
_KINDS = {"reported": 0, "reported-late": 1, "late": 2}
"""As what of `Reports` a standing is counted; all others are open."""


@dataclass(frozen=True)
class Board:
    """How all units under one stand in a round, parents before children.

    `acceptable` are the ids of those that this person may accept now. There may be thousands of units, alike ones with
    one and the same object in `stood`: that is looked at once, and rows are made for the units that are shown.
    """

    round: Round
    top: Node
    nodes: Sequence[Node]
    stood: Mapping[int, Stood]
    who: Sight

    @cached_property
    def _alike(self) -> tuple[Sequence[Stood], npt.NDArray[np.intp]]:
        """The different objects in `stood`, and of each unit which of them is its own."""
        own = list(map(self.stood.__getitem__, self.round.units.ids(self.nodes)))
        _ids, first, keys = np.unique(np.array(list(map(id, own)), np.int64), return_index=True, return_inverse=True)
        return [own[at] for at in first.tolist()], keys

    def _fitting(self, wanted: Callable[[Stood], bool]) -> Sequence[Node]:
        alike, keys = self._alike
        fits = np.array([wanted(each) for each in alike], bool)
        return list(compress(self.nodes, fits[keys].tolist())) if fits.any() else []

    @cached_property
    def acceptable(self) -> frozenset[int]:
        """The ids of those that this person may accept now."""
        sent = self._fitting(lambda each: each.state == "submitted")
        mine = (node for node in sent if may_accept(self.who, node))
        return frozenset(n.id for n in mine if self.stood[n.id].restating or not Place(n, self.round).locked())

    @cached_property
    def tiers(self) -> Mapping[int, Reports]:
        """Reports by tier, of those that fill the form in."""
        alike, keys = self._alike
        tier, owing = self.round.units.standing(self.nodes)
        kinds = np.array([_KINDS.get(each.standing.state, 3) if each.standing else -1 for each in alike], np.int64)[
            keys
        ]
        counted = owing & (kinds >= 0)
        cells = np.bincount(tier[counted] * 4 + kinds[counted], minlength=4)
        every = np.pad(cells, (0, -len(cells) % 4)).reshape(-1, 4).tolist()
        return {at: Reports(*counts) for at, counts in enumerate(every) if any(counts)}

    @property
    def reports(self) -> Reports:
        """Those of all tiers."""
        return sum(self.tiers.values(), Reports())

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows."""
        return tuple(map(self.row, self.nodes))

    def row(self, node: Node) -> Row:
        """The row of one of the units."""
        units = self.round.units
        depth = units.tree.tier[node.id] - units.tree.tier[self.top.id]
        return Row(node, depth, node.id in units.owing, self.stood[node.id], node.id in self.acceptable)

    def chosen(self, which: Choice) -> Sequence[Node]:
        """All units, or those that are late and have not been sent, that wait to be accepted, that are not sent."""
        if which == "all":
            return self.nodes
        if which == "waiting":
            return [node for node in self.nodes if node.id in self.acceptable] if self.acceptable else []
        return self._fitting(is_late if which == "late" else _is_open)


def _is_open(stood: Stood) -> bool:
    return stood.state in OPEN


def board(who: Sight, place: Place) -> Board:
    """The board of the unit and all below it that take part."""
    round, units = place.round, place.round.units
    nodes = units.inside(place.unit.id)
    if not who.visible >= units.part:
        nodes = [node for node in nodes if node.id in who.visible]
    return Board(round, place.unit, nodes, standings(round, units.ids(nodes)), who)
