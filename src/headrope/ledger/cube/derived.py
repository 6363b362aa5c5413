"""What follows for each unit from its own figures: products, differences, longer spans, who owes, what is carried.

0. Before a measure holds, the figures of one that it continues without a change stand for it.
1. Where some units state a longer span and others only its parts, the latter are given the longer one too.
2. Weighted means get their products, cumulative measures their differences.
3. Who is expected follows from duties or from who reported before; then missing values are carried or taken as 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from headrope.core.forests import neutral
from headrope.core.periods import NATIVE_SPANS, Period
from headrope.core.quantities import in_step
from headrope.core.rollup import Bools, Values, differences, expected_from
from headrope.ledger.cube.layout import (
    DIFFERENCE,
    HELD,
    LARGEST,
    PRODUCT,
    SMALLEST,
    VALUE,
    WEIGHT,
    Part,
    main_part,
    operation,
    over_time,
    stored_parts,
    successions,
)
from headrope.ledger.cube.owing import Owing
from headrope.ledger.cube.own import Held, Infos, Ints, Own, by_group


@dataclass(frozen=True)
class Counted:
    """Who counts for what, bool [rows, components or pairs, cells]."""

    present: Bools
    expected: Bools
    pairs: Bools


def complete(owns: Sequence[Own], infos: Infos, fiscal_start: int) -> None:
    """Steps 0 to 2, for all groups together."""
    for own in owns:
        _continue(own, infos)
    lengthen(owns, infos, (VALUE, LARGEST, SMALLEST))
    for own in owns:
        _multiply(own, infos)
    lengthen(owns, infos, (PRODUCT, WEIGHT))
    _add_differences(owns, infos, fiscal_start)


def _continue(own: Own, infos: Infos) -> None:
    """A predecessor's figures in the cells before the successor holds, in the successor's step."""
    last_days = [Period(start, own.group.span).last_day for start in own.group.starts]
    for before, heir in successions(infos):
        cells = np.array([day < heir.rule.valid_from for day in last_days])
        for part in stored_parts(heir.rule):
            into, out_of = own.held(heir.id, part), own.held(before.id, part)
            if into is None or out_of is None or part == HELD or not cells.any():
                continue
            take = out_of.present & ~into.present & cells
            values = in_step(out_of.values, before.rule.quantity.step_exponent - heir.rule.quantity.step_exponent)
            into.values[take] = values[take]
            into.present[take] = True
            into.not_applicable[...] |= out_of.not_applicable & cells


def lengthen(owns: Sequence[Own], infos: Infos, parts: Sequence[Part]) -> None:
    """Give units the longer span that others state; what a unit states itself stays."""
    for long in sorted(owns, key=lambda own: own.group.span):
        for short in owns:
            fits = short.group.version == long.group.version and 0 < short.group.span < long.group.span
            if not fits or long.group.span % short.group.span:
                continue
            for measure, part in long.group.components:
                into, out_of = long.held(measure, part), short.held(measure, part)
                over = over_time(part, infos[measure].rule)
                place = long.place((measure, part))
                if part in parts and into is not None and out_of is not None and over != "native":
                    assert place is not None
                    given = long.given.setdefault(place, np.zeros_like(into.present))
                    _lengthen(long, short, (into, out_of, given), over)


def _lengthen(long: Own, short: Own, held: tuple[Held, Held, Bools], over: str) -> None:
    """Whoever gave a part is expected to have the whole, so that the coverage says who lacks one."""
    into, out_of, given = held
    at = {start: cell for cell, start in enumerate(short.group.starts)}
    for cell, start in enumerate(long.group.starts):
        starts = range(start, start + long.group.span, short.group.span)
        inside = [at.get(each, -1) for each in (starts[-1:] if over == "last" else starts)]
        there = [each for each in inside if each >= 0]
        given[:, cell] |= out_of.present[:, there].any(axis=1)
        if -1 in inside:
            continue
        fill = out_of.present[:, inside].all(axis=1) & ~into.present[:, cell] & ~into.not_applicable[:, cell]
        values = out_of.values[fill][:, inside]
        into.values[fill, cell] = _over(values, over)
        into.present[fill, cell] = True


def _over(values: Values, over: str) -> Values:
    if over == "largest":
        found: Values = values.max(axis=1)
    elif over == "smallest":
        found = values.min(axis=1)
    else:
        found = np.zeros(len(values), values.dtype)
        for cell in range(values.shape[1]):
            found += values[:, cell]
    return found


def _multiply(own: Own, infos: Infos) -> None:
    """Value times weight, for who gave both; who gave a value is who is expected."""
    ids = {info.code: info.id for info in infos.values()}
    for measure, part in own.group.components:
        rule = infos[measure].rule
        if part != PRODUCT or rule.weight is None:
            continue
        product, weight = own.held(measure, PRODUCT), own.held(measure, WEIGHT)
        by = own.held(ids[rule.weight])
        assert product is not None and weight is not None
        both = product.present & by.present if by is not None else np.zeros_like(product.present)
        places = [own.place((measure, each)) for each in (PRODUCT, WEIGHT)]
        for place in places:
            assert place is not None
            own.given[place] = product.present.copy()
        weight.not_applicable[...] = product.not_applicable
        weights = by.values if by is not None else np.zeros_like(weight.values)
        product.values[...] = np.where(both, product.values * weights, 0)
        weight.values[...] = np.where(both, weights, 0)
        product.present[...] = both
        weight.present[...] = both


def _add_differences(owns: Sequence[Own], infos: Infos, fiscal_start: int) -> None:
    """Fill the difference components of cumulative measures from their year-to-date values, unit by unit.

    A year to date is known by its end, whichever span it was given for.
    """
    groups = by_group(owns)
    for version, measure in dict.fromkeys(
        (own.group.version, each) for own in owns for each, _ in own.group.components
    ):
        if infos[measure].rule.kind != "cumulative":
            continue
        stated = [(own, held) for own in owns if own.group.version == version and (held := own.held(measure))]
        if not stated:
            continue
        values, present, ends = _by_end(stated)
        for wide in NATIVE_SPANS:
            target = groups.get((version, wide))
            into = target.held(measure, DIFFERENCE) if target else None
            if target is None or into is None:
                continue
            _put_differences(target, into, *differences(values, present, ends - 1, 1, wide, fiscal_start))
            for own, held in stated:
                _pass_on_not_applicable(own, target, held, into)
                _pass_on_given(own, target, held, measure)


def _by_end(stated: Sequence[tuple[Own, Held]]) -> tuple[Values, Bools, Ints]:
    """Year-to-date values by the month after their end, from the shortest span that has one; arrays [rows, ends]."""
    ends = sorted({start + own.group.span for own, _ in stated for start in own.group.starts})
    place = {end: at for at, end in enumerate(ends)}
    first = stated[0][1].values
    values = np.zeros((len(first), len(ends)), first.dtype)
    present = np.zeros(values.shape, bool)
    for own, held in sorted(stated, key=lambda each: each[0].group.span):
        for cell, start in enumerate(own.group.starts):
            at = place[start + own.group.span]
            take = held.present[:, cell] & ~present[:, at]
            values[take, at] = held.values[take, cell]
            present[:, at] |= take
    return values, present, np.array(ends, np.int32)


def _put_differences(own: Own, into: Held, values: Values, known: Bools, starts: Ints) -> None:
    """Only what is known is written: another native span may have given the rest."""
    at = {start: cell for cell, start in enumerate(own.group.starts)}
    for column, start in enumerate(starts.tolist()):
        cell = at.get(start)
        if cell is not None:
            into.values[known[:, column], cell] = values[known[:, column], column]
            into.present[:, cell] |= known[:, column]


def _pass_on_not_applicable(own: Own, target: Own, stated: Held, into: Held) -> None:
    ends = {start + own.group.span: cell for cell, start in enumerate(own.group.starts)}
    for cell, start in enumerate(target.group.starts):
        end = ends.get(start + target.group.span)
        if end is not None:
            into.not_applicable[:, cell] |= stated.not_applicable[:, end] & ~into.present[:, cell]


def _pass_on_given(own: Own, target: Own, stated: Held, measure: int) -> None:
    """Who has stated the year to the end of a period is expected to have an amount for the period."""
    place = target.place((measure, DIFFERENCE))
    assert place is not None
    given = target.given.setdefault(place, np.zeros_like(stated.present, shape=target.present[:, place].shape))
    ends = {start + own.group.span: cell for cell, start in enumerate(own.group.starts)}
    for cell, start in enumerate(target.group.starts):
        end = ends.get(start + target.group.span)
        if end is not None:
            given[:, cell] |= stated.present[:, end]


def count(own: Own, rows: Ints, alive: Bools, owing: Owing, units: int) -> Counted:
    """Step 3 for one group: fills what is carried, sets what is neutral, and says who counts.

    `rows` are the rows' numbers in the generation, of which those from `units` on are pairs and never count; `alive` is
    bool [rows, cells].
    """
    infos, components = own.infos, own.group.components
    is_pair = rows >= units
    own.present[is_pair] = False
    expected = np.zeros(own.present.shape, bool)
    last_days = [Period(start, own.group.span).last_day for start in own.group.starts]
    for place, (measure, part) in enumerate(components):
        given = own.given.get(place, False) | own.present[:, place]
        due = owing.due(measure, own.group, rows) if part != HELD else None
        # Nobody owes a figure for a period at whose end its measure holds no more.
        held = np.array([day < infos[measure].rule.valid_to for day in last_days], bool)
        who = ((expected_from(given, alive) if due is None else due & alive) & held) | own.present[:, place]
        expected[:, place] = who & ~own.not_applicable[:, place] & ~is_pair[:, None]
    for place, (measure, part) in enumerate(components):
        if part == HELD:
            _hold(own, measure, place, expected)
        elif operation(part) in ("largest", "smallest"):
            array, at = (
                (own.amounts, place)
                if place < len(own.group.amounts)
                else (own.numbers, place - len(own.group.amounts))
            )
            array[:, at][~own.present[:, place]] = neutral(operation(part), array.dtype.kind == "i")
    ids = {info.code: info.id for info in infos.values()}
    shape = (own.present.shape[0], len(own.group.pairs), own.present.shape[2])
    pairs = np.zeros(shape, bool)
    for at, formed in enumerate(own.group.pairs):
        parts = [counted(own, ids[code], infos) for code in infos[formed].parts]
        pairs[:, at] = np.logical_and.reduce(parts) & ~is_pair[:, None]
    return Counted(own.present, expected, pairs)


def counted(own: Own, measure: int, infos: Infos) -> Bools:
    """Who counts as having given the measure where it is held against another: carried and zeros count."""
    rule = infos[measure].rule
    if rule.missing != "missing":
        held = own.held(measure, HELD)
        assert held is not None
        return held.values > 0
    main = own.held(measure, main_part(rule))
    assert main is not None
    return main.present


def _hold(own: Own, measure: int, place: int, expected: Bools) -> None:
    """Carry missing values or take them as 0, and count whose values are in the total."""
    rule = own.infos[measure].rule
    main = own.place((measure, main_part(rule)))
    held = own.held(measure, HELD)
    assert main is not None and held is not None
    present, due = own.present[:, main], expected[:, main]
    if rule.missing == "zero":
        held.values[...] = present | due
        return
    parts = [own.held(measure, part) for part in (VALUE, PRODUCT, WEIGHT)]
    carried = np.zeros(len(present), bool)
    last = [np.zeros(len(present), part.values.dtype) for part in parts if part is not None]
    for cell in range(present.shape[1]):
        now = present[:, cell]
        carried = (carried | now) & ~own.ended[main][:, cell]
        take = carried & ~now & due[:, cell]
        for part, before in zip([part for part in parts if part is not None], last, strict=True):
            before[now] = part.values[now, cell]
            part.values[take, cell] = before[take]
        held.values[:, cell] = now | take
