"""One form for one period over all units: who owes it, who accepts it, and who stands below whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from headrope.core.periods import Period
from headrope.journal.queries import Books, defined_at
from headrope.ledger.duties import FormInfo, forms
from headrope.ledger.models import Duty
from headrope.org.queries import Node, Tree, edition_rows, tree_on

PEOPLE = 64
"""Of so many people it is kept who fills in what."""

_Known = tuple[Sequence[Node], Sequence[int], npt.NDArray[np.int64], npt.NDArray[np.bool_]]
"""Units, their ids, their tiers, and which of them fill the form in."""


@dataclass(frozen=True)
class Collection:
    """The units of the period's last day; `owing` fill the form in, `part` are these and all units above them."""

    form: FormInfo
    period: Period
    tree: Tree
    owing: frozenset[int]
    part: frozenset[int]

    def below(self, unit: int) -> list[Node]:
        """The units right below that take part, in the order of their codes."""
        return sorted((n for n in self.tree.children.get(unit, ()) if n.id in self.part), key=lambda node: node.code)

    @cached_property
    def ordered(self) -> Sequence[int]:
        """All that take part, in the order of their ids."""
        return sorted(self.part)

    def inside(self, unit: int) -> Sequence[Node]:
        """The unit and all below it that take part, parents before children; kept, for boards ask again and again."""
        found = self._inside.get(unit)
        if found is None:
            found = self._inside[unit] = [node for node in self.tree.subtree(unit) if node.id in self.part]
        return found

    @cached_property
    def _inside(self) -> dict[int, Sequence[Node]]:
        return {}

    def ids(self, nodes: Sequence[Node]) -> Sequence[int]:
        """The ids of the units; kept like `standing`, since thousands of objects are slow to look into."""
        return self._known(nodes)[1] if nodes else ()

    def standing(self, nodes: Sequence[Node]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """The tier of each, and whether it fills the form in; kept for the units that are asked for again and again."""
        return self._known(nodes)[2:] if nodes else (np.zeros(0, np.int64), np.zeros(0, bool))

    def _known(self, nodes: Sequence[Node]) -> _Known:
        held = self._standing.get(nodes[0].id)
        if held is None or held[0] is not nodes:
            units = [node.id for node in nodes]
            tiers = np.array(list(map(self.tree.tier.__getitem__, units)), np.int64)
            held = nodes, units, tiers, np.array(list(map(self.owing.__contains__, units)), bool)
            self._standing[nodes[0].id] = held
        return held

    @cached_property
    def _standing(self) -> dict[int, _Known]:
        return {}

    @cached_property
    def upwards(self) -> Sequence[tuple[int, Sequence[int]]]:
        """All that take part with those right below, those below first."""
        deepest = sorted(self.part, key=lambda unit: -self.tree.tier[unit])
        return [(unit, [n.id for n in self.tree.children.get(unit, ()) if n.id in self.part]) for unit in deepest]

    @cached_property
    def owing_under(self) -> Mapping[int, int]:
        """How many fill the form in at or under each that takes part; 1 for one that does so itself."""
        counts: dict[int, int] = {}
        for unit, children in self.upwards:
            counts[unit] = 1 if unit in self.owing else sum(counts[child] for child in children)
        return counts

    def owing_below(self, unit: int) -> list[int]:
        """The unit itself if it fills the form in, else those below it that do."""
        if unit in self.owing:
            return [unit]
        return [node.id for node in self.tree.subtree(unit) if node.id in self.owing]

    def kept(self, held: frozenset[int], nearer: frozenset[int]) -> Set[int]:
        """The units held, and all below them but those that are `nearer` to others, and what stands below these; kept."""
        found = self._kept.get((held, nearer))
        if found is None:
            if len(self._kept) >= PEOPLE:
                self._kept.clear()
            found = self._kept[held, nearer] = self._below(held & self.tree.nodes.keys(), nearer)
        return found

    @cached_property
    def _kept(self) -> dict[tuple[frozenset[int], frozenset[int]], frozenset[int]]:
        return {}

    def _below(self, held: frozenset[int], nearer: frozenset[int]) -> frozenset[int]:
        found, ahead = set(held), list(held)
        while ahead:
            below = [child.id for child in self.tree.children.get(ahead.pop(), ()) if child.id not in nearer]
            new = [unit for unit in below if unit not in found]
            found.update(new)
            ahead += new
        return frozenset(found)

    def path(self, unit: int) -> tuple[Node, ...]:
        """The unit and all above it, the unit first; empty where it was not there on that day."""
        return tuple(self.tree.path(unit)) if unit in self.tree.nodes else ()


@lru_cache(maxsize=4)
def _forms_at(key: str, defined: int) -> dict[str, FormInfo]:
    return {form.code: form for form in forms()}


def forms_now(at: Books) -> dict[str, FormInfo]:
    """All forms by code as defined now; kept in the process until a definition changes."""
    return _forms_at(str(at.key), defined_at(str(at.key), at.seq))


@lru_cache(maxsize=64)
def _collection_at(key: str, defined: int, form: FormInfo, period: Period) -> Collection:
    day = period.last_day
    tree = tree_on(day, edition_rows())
    held = Duty.objects.filter(form_id=form.id, seq_to=None, valid_from__lte=day, valid_to__gt=day)
    owing = frozenset(held.values_list("unit_id", flat=True)) & tree.nodes.keys()
    part = frozenset(node.id for unit in owing for node in tree.path(unit))
    return Collection(form, period, tree, owing, part)


def collection(at: Books, form: FormInfo, period: Period) -> Collection:
    """Who takes part; kept in the process until the tree or the duties change."""
    return _collection_at(str(at.key), defined_at(str(at.key), at.seq), form, period)
