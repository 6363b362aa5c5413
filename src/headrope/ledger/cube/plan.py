"""Lays out a generation: which versions, spans, cells and components it needs for all facts that there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from headrope.core.periods import NATIVE_SPANS, from_code, year_of
from headrope.ledger.cube.layout import DIFFERENCE, Component, Group, is_exact, main_part, stored_parts, successions
from headrope.ledger.cube.owing import Owing
from headrope.ledger.models import Basis
from headrope.ledger.queries import ACTUAL, MeasureInfo


@dataclass(frozen=True)
class Series:
    """A measure that has facts in a version for a period; stated totals need cells only."""

    measure: int
    version: str
    start: int
    span: int
    basis: int


def read_series(rows: Iterable[tuple[int, int, int, int]], versions: Mapping[int, str]) -> list[Series]:
    """Series of rows of measure, version, period code and basis."""
    found = []
    for measure, version, code, basis in rows:
        period = from_code(code)
        found.append(Series(measure, versions[version], period.start, period.span, basis))
    return found


def plan(series: Iterable[Series], infos: Mapping[int, MeasureInfo], owing: Owing, fiscal_start: int) -> list[Group]:
    """The groups that hold all series; cumulative measures get their differences by month, quarter and half.

    Actual figures get the cells of whole (fiscal) years, so that what is owed in the first is missed where nobody gave
    it, and the next months need no new layout.
    """
    starts: dict[tuple[str, int], set[int]] = defaultdict(set)
    held: dict[tuple[str, int], set[int]] = defaultdict(set)
    wide: dict[tuple[str, int], set[Component]] = defaultdict(set)
    for each in series:
        if each.measure not in infos:
            continue
        key = (each.version, each.span)
        starts[key].add(each.start)
        if each.basis == Basis.OWN:
            held[key].add(each.measure)
    for before, heir in successions(infos):
        for measures in held.values():
            if before.id in measures:
                measures.add(heir.id)
    for (version, span), months in starts.items():
        _fill(months, span)
        if version == ACTUAL and held[version, span]:
            _extend(months, span, fiscal_start)
    for version, span in list(starts):
        cumulative = {measure for measure in held[version, span] if infos[measure].rule.kind == "cumulative"}
        for wider, start in _wider(starts[version, span], span, fiscal_start) if cumulative else ():
            starts[version, wider].add(start)
            wide[version, wider].update((measure, DIFFERENCE) for measure in cumulative)
    return [_group(key, starts[key], held[key], wide[key], infos, owing) for key in sorted(starts)]


def _wider(starts: set[int], span: int, fiscal_start: int) -> list[tuple[int, int]]:
    """Span and start of the periods of the (fiscal) year that end where a year to date may be stated."""
    return [
        (wider, start + span - wider)
        for start in sorted(starts)
        for wider in NATIVE_SPANS
        if wider % span == 0 and (start + span - (fiscal_start - 1)) % wider == 0
    ]


def _fill(starts: set[int], span: int) -> None:
    """Add the cells between others, so that a period in which nobody reported anything is missed as well."""
    for offset in range(span):
        same = [start for start in starts if start % span == offset]
        if same:
            starts.update(range(min(same), max(same), span))


def _extend(starts: set[int], span: int, fiscal_start: int) -> None:
    """Add the cells from the beginning of the first year to the end of the one in which the next figure would come."""
    first, last = min(starts), max(starts)
    begin, end = year_of(first, fiscal_start).start, year_of(last + span, fiscal_start).end
    starts.update(range(first - (first - begin) // span * span, first, span))
    starts.update(range(last, end - span + 1, span))


def _group(
    key: tuple[str, int],
    starts: set[int],
    held: set[int],
    wide: set[Component],
    infos: Mapping[int, MeasureInfo],
    owing: Owing,
) -> Group:
    stored = {(measure, part) for measure in held for part in stored_parts(infos[measure].rule)} | wide
    exact = {each for each in stored if is_exact(each[1], infos[each[0]].rule)}
    levels = tuple(sorted(measure for measure in held if infos[measure].rule.level))
    there = {infos[measure].code for measure, part in stored if part == main_part(infos[measure].rule)}
    formed = (info for info in infos.values() if info.rule.kind in ("ratio", "formula"))
    pairs = tuple(sorted(info.id for info in formed if there.issuperset(info.parts)))
    owed = tuple(measure for measure in owing.measures(*key) if any(measure == each for each, _ in stored))
    return Group(
        *key,
        tuple(sorted(starts)),
        tuple(sorted(exact)),
        tuple(sorted(stored - exact)),
        levels,
        pairs,
        owed,
    )
