"""Lists of units as somebody else keeps them: rows that say where units stand, settled into one state per list.

Two forms are read. The wide form has a column for each tier, and each row leads from the top down to one unit; the
form of links has a row for each unit with the code of its parent.

>>> rows = [("2023.csv, row 2", {"company": "A", "shop": "A1"}), ("2023.csv, row 3", {"company": "A", "shop": "A2"})]
>>> claims, problems = read_wide(rows, Wide((Tier("company", "company"), Tier("shop", "shop"))))
>>> [(claim.code, claim.parent) for claim in claims], problems
([('A', None), ('A1', 'A'), ('A', None), ('A2', 'A')], [])
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from headrope.core.problems import Problem
from headrope.core.states import Entry, State

Rows = Iterable[tuple[str, Mapping[str, str]]]


class Tier(NamedTuple):
    """The columns of one tier in the wide form, and the kind of the units in it."""

    code: str
    name: str
    kind: str = "unit"


@dataclass(frozen=True)
class Wide:
    """The wide form: tiers from the top down. Codes `apart` are no single unit: they stand once under each parent."""

    tiers: Sequence[Tier]
    apart: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Links:
    """The columns of the form of links; without a column of kinds all are units."""

    code: str = "code"
    name: str = "name"
    parent: str = "parent"
    kind: str | None = None


class Claim(NamedTuple):
    """What one row says of one unit; it is not `sure` of the parent where the parent's own cell is empty."""

    code: str
    name: str
    parent: str | None
    kind: str
    tier: str
    where: str
    sure: bool = True


@dataclass(frozen=True)
class Listing:
    """One list: its name, the first day on which it holds, and what its rows say."""

    name: str
    first_day: date
    claims: Sequence[Claim]


def clean(cell: str) -> str:
    """The cell without blanks around it, and with single ones within: two lists seldom agree on blanks."""
    return " ".join(cell.split())


def read_wide(rows: Rows, form: Wide) -> tuple[list[Claim], list[Problem]]:
    """What rows of the wide form say, given with where each stands; and what is wrong with single rows."""
    claims: list[Claim] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, ...], str] = {}
    for where, row in rows:
        cells = [(tier, clean(row[tier.code]), clean(row[tier.name])) for tier in form.tiers]
        said = tuple(text for _, *texts in cells for text in texts)
        if problem := _idle(where, said, seen):
            problems.append(problem)
            continue
        above: str | None = None
        empty: list[str] = []
        for tier, code, name in cells:
            if not code:
                empty.append(tier.code)
                problems += [_nameless(where, tier.code, name)] if name else []
                continue
            if empty:
                problems.append(_gap(where, code, above, empty))
            own = f"{code}-{above}" if code in form.apart and above else code
            claims.append(Claim(own, name, above, tier.kind, tier.code, where, not empty))
            above, empty = own, []
    return claims, problems


def read_links(rows: Rows, form: Links) -> tuple[list[Claim], list[Problem]]:
    """What rows of the form of links say, given with where each stands; and what is wrong with single rows."""
    claims: list[Claim] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, ...], str] = {}
    for where, row in rows:
        code, name, parent = said = tuple(clean(row[column]) for column in (form.code, form.name, form.parent))
        kind = clean(row[form.kind]) if form.kind else ""
        if problem := _idle(where, (*said, kind), seen):
            problems.append(problem)
        elif not code:
            problems.append(_nameless(where, form.code, name or parent or kind))
        else:
            claims.append(Claim(code, name, parent or None, kind or "unit", "", where))
    return claims, problems


def _idle(where: str, said: tuple[str, ...], seen: dict[tuple[str, ...], str]) -> Problem | None:
    """The problem of a row that says nothing, or nothing new."""
    if not any(said):
        return Problem(where, "The row is empty.", "Take it out.", blocking=False)
    if said in seen:
        values = {"other": seen[said]}
        return Problem(where, "The row says the same as %(other)s.", "Keep one of them.", values, blocking=False)
    seen[said] = where
    return None


def _nameless(where: str, column: str, name: str) -> Problem:
    values = {"name": name, "column": column}
    return Problem(where, "'%(name)s' has no code in the column %(column)s.", "Write its code.", values)


def _gap(where: str, code: str, above: str | None, empty: Sequence[str]) -> Problem:
    values = {"code": code, "parent": above, "column": ", ".join(empty)}
    message = "Above %(code)s the column %(column)s is empty: the row puts it under %(parent)s."
    if above is None:
        message = "Above %(code)s the column %(column)s is empty: the row puts it at the top."
    return Problem(where, message, "Fill the cell, unless nothing stands between.", values, blocking=False)


def under(listing: Listing, top: Entry, code: str) -> Listing:
    """The list with all that has no parent put under the top unit of that code."""
    own = Claim(code, top.name, None, top.kind, top.tier, listing.name)
    claims = [
        claim._replace(parent=code) if claim.parent is None and claim.code != code else claim
        for claim in listing.claims
    ]
    return Listing(listing.name, listing.first_day, [own, *claims] if claims else [])


def states_of(listings: Sequence[Listing]) -> tuple[list[State], list[Problem]]:
    """The state that each list gives, in the order given; and where the rows of a list contradict each other.

    A contradiction is settled by the rows: what most of them say, else what held in the list before, else the first
    by code. All but a code in two tiers can be settled so, and the choice is said in the problem.
    """
    before: Mapping[str, Entry] = {}
    states: dict[int, State] = {}
    problems: list[Problem] = []
    for place, listing in sorted(enumerate(listings), key=lambda each: (each[1].first_day, each[1].name)):
        by_code: dict[str, list[Claim]] = defaultdict(list)
        for claim in listing.claims:
            by_code[claim.code].append(claim)
        entries = {}
        for code, claims in by_code.items():
            entries[code], wrong = _settled(claims, before.get(code))
            problems += wrong
        states[place] = State(listing.first_day, entries, listing.name)
        before = entries
    return [states[place] for place in range(len(listings))], problems


def _settled(claims: Sequence[Claim], before: Entry | None) -> tuple[Entry, list[Problem]]:
    """What the rows say of one unit, as one entry; `before` is what the list before said."""
    code = claims[0].code
    problems = _two_tiers(claims)
    sure = [claim for claim in claims if claim.sure] or claims
    parents = _ranked((claim.parent or "" for claim in sure), (before.parent or "") if before else None)
    names = _ranked((claim.name for claim in claims if claim.name), before.name if before else None)
    kinds = _ranked((claim.kind for claim in claims), before.kind if before else None)
    if len(parents) > 1:
        message = (
            "%(code)s stands under %(count)s parents in one list (with their rows: %(found)s). It is put "
            "under %(chosen)s: the most rows, else as before, else the first by code. Rows that say otherwise: %(others)s."
        )
        remedy = "Correct the list, or let the unit stand apart under each parent."
        problems.append(_choice(message, remedy, parents, _first_other(sure, parents[0][0])))
    if len(names) > 1:
        message = (
            "%(code)s has %(count)s names in one list (with their rows: %(found)s). It is "
            "called %(chosen)s: the most rows, else as before, else the first by letters."
        )
        remedy = "Write the same name into all its rows."
        other = next(claim for claim in claims if claim.name not in ("", names[0][0]))
        problems.append(_choice(message, remedy, names, other))
    if len(kinds) > 1:
        message = (
            "%(code)s has %(count)s kinds in one list (with their rows: %(found)s). It is "
            "taken as %(chosen)s: the most rows, else as before, else the first by letters."
        )
        other = next(claim for claim in claims if claim.kind != kinds[0][0])
        problems.append(_choice(message, "Write the same kind into all its rows.", kinds, other))
    if not names:
        message = "%(code)s has no name; its code is taken as its name."
        problems.append(Problem(claims[0].where, message, "Write one.", {"code": code}, blocking=False))
    chosen = next(claim for claim in sure if (claim.parent or "") == parents[0][0])
    name = names[0][0] if names else code
    return Entry(name, parents[0][0] or None, kinds[0][0], chosen.tier, chosen.where), problems


Ranked = list[tuple[str, int]]


def _ranked(texts: Iterable[str], before: str | None) -> Ranked:
    """What the rows say with how many say so, the choice first."""
    return sorted(Counter(texts).items(), key=lambda found: (-found[1], found[0] != before, found[0]))


def _first_other(claims: Sequence[Claim], parent: str) -> Claim:
    return next(claim for claim in claims if (claim.parent or "") != parent)


def _choice(message: str, remedy: str, found: Ranked, other: Claim) -> Problem:
    """`other` is the first row that says something else than the choice."""
    values = {
        "code": other.code,
        "count": len(found),
        "found": ", ".join(f"{text or '-'} × {rows}" for text, rows in found),
        "chosen": found[0][0] or "-",
        "others": sum(rows for _, rows in found[1:]),
    }
    return Problem(other.where, message, remedy, values, blocking=False)


def _two_tiers(claims: Sequence[Claim]) -> list[Problem]:
    first = {claim.tier: claim for claim in reversed(claims) if claim.tier}
    if len(first) < 2:
        return []
    one, other = sorted(first.values(), key=lambda claim: claims.index(claim))[:2]
    values = {"code": one.code, "tier": other.tier, "other": one.tier, "row": one.where}
    message = "%(code)s stands in the column %(tier)s, and in the column %(other)s (%(row)s)."
    remedy = "Give two units two codes; if it is the same unit, leave the lower cell empty."
    return [Problem(other.where, message, remedy, values)]
