"""What holds of units beyond the shape of the tree: successors, tiers, methods and segments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from headrope.core.holdings import Holding
from headrope.core.measures import loops
from headrope.core.problems import Problem
from headrope.core.units import SEGMENT, Edition, covered, epoch_starts, tiers


@dataclass(frozen=True)
class Member:
    """A unit that belongs to a segment from `valid_from` up to, not on, `valid_to`; `where` is its row."""

    segment: str
    unit: str
    valid_from: date
    valid_to: date
    where: str = field(default="", compare=False)

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return self.valid_from <= day < self.valid_to


def check_successors(editions: Sequence[Edition]) -> list[Problem]:
    """Successors that are no unit, a unit that succeeds itself, and circles, each with its path."""
    problems = []
    codes = {edition.code for edition in editions}
    for edition in editions:
        values = {"code": edition.code, "heir": edition.successor}
        if edition.successor is not None and edition.successor not in codes:
            message, remedy = "The successor %(heir)s of %(code)s is no unit.", "Correct it, or add a row for it."
            problems.append(Problem(edition.where, message, remedy, values))
        elif edition.successor == edition.code:
            message, remedy = "%(code)s is its own successor.", "Name another unit, or none."
            problems.append(Problem(edition.where, message, remedy, values))
    return problems or check_succession(editions)


def check_succession(editions: Iterable[Edition]) -> list[Problem]:
    """Circles of successors; a unit is succeeded as its last edition says."""
    last: dict[str, Edition] = {}
    for edition in sorted(editions, key=lambda edition: edition.valid_from):
        last[edition.code] = edition
    problems = []
    for loop in loops({code: (e.successor,) if e.successor in last else () for code, e in last.items()}):
        path = " > ".join([*loop, loop[0]])
        message, remedy = "These units succeed each other in a circle: %(path)s.", "Name no successor for one of them."
        problems.append(Problem(last[loop[0]].where, message, remedy, {"path": path}))
    return problems


def check_tiers(whole: Sequence[Edition], given: Sequence[Edition], claimed: Mapping[str, int]) -> list[Problem]:
    """Claims by row (`Edition.where`) that do not come out on the edition's first day."""
    problems = []
    found: dict[date, dict[str, int]] = {}
    for edition in given:
        claim = claimed.get(edition.where)
        if claim is None:
            continue
        day = edition.valid_from
        if day not in found:
            found[day] = tiers({e.code: e.parent for e in whole if e.holds_on(day)})
        if found[day][edition.code] != claim:
            values = {"code": edition.code, "claim": claim, "tier": found[day][edition.code]}
            message = "%(code)s is said to be of tier %(claim)s, and by its parents it is of tier %(tier)s."
            problems.append(Problem(edition.where, message, "Correct the tier or the parent.", values))
    return problems


def check_methods(editions: Iterable[Edition], holdings: Iterable[Holding]) -> list[Problem]:
    """Units whose share goes up although their parent holds none in them on some of their days."""
    spans: dict[tuple[str, str], list[tuple[date, date]]] = defaultdict(list)
    for holding in holdings:
        spans[holding.owner, holding.held].append((holding.valid_from, holding.valid_to))
    problems = []
    for edition in editions:
        if edition.method != "proportionate":
            continue
        values = {"code": edition.code, "parent": edition.parent}
        if edition.parent is None:
            message, remedy = "%(code)s has no parent to which a share could go up.", "Leave the method empty."
            problems.append(Problem(edition.where, message, remedy, values))
        elif not covered(edition.valid_from, edition.valid_to, spans[edition.parent, edition.code]):
            message = "The share of %(code)s goes up to %(parent)s, which does not hold any on some of its days."
            remedy = "Write what %(parent)s holds into holdings.csv, for all days of this row."
            problems.append(Problem(edition.where, message, remedy, values))
    return problems


def check_segments(editions: Sequence[Edition], members: Sequence[Member]) -> list[Problem]:
    """What is wrong with segments, at the first day each: no segment, members elsewhere, in each other, or segments."""
    if not members and not any(edition.kind == SEGMENT for edition in editions):
        return []
    problems: dict[str, Problem] = {}
    codes = {edition.code for edition in editions}
    for day in sorted({*epoch_starts(editions), *(member.valid_from for member in members)}):
        on_day = {edition.code: edition for edition in editions if edition.holds_on(day)}
        for problem in [*_under_segments(on_day), *_members([m for m in members if m.holds_on(day)], on_day, codes)]:
            problems.setdefault(problem.where, problem)
    lasting = [member for member in members if not problems.get(member.where)]
    for member in lasting:
        if not _together(member, editions):
            values = {"unit": member.unit, "segment": member.segment}
            message = "%(unit)s and %(segment)s exist on no day on which the one belongs to the other."
            problems[member.where] = Problem(member.where, message, "Correct the dates.", values)
    row = {where: place for place, where in enumerate([e.where for e in editions] + [m.where for m in members])}
    return sorted(problems.values(), key=lambda problem: row[problem.where])


def _under_segments(on_day: Mapping[str, Edition]) -> list[Problem]:
    problems = []
    for edition in on_day.values():
        above = on_day.get(edition.parent or "")
        values = {"code": edition.code, "parent": edition.parent}
        if above is not None and above.kind == SEGMENT:
            message, remedy = "%(code)s stands under %(parent)s, a segment.", "Make it a member in segments.csv."
            problems.append(Problem(edition.where, message, remedy, values))
        if edition.kind == SEGMENT and edition.parent is None:
            message, remedy = "The segment %(code)s stands under no unit.", "Give it the unit whose parts it groups."
            problems.append(Problem(edition.where, message, remedy, values))
    return problems


def _members(members: Sequence[Member], on_day: Mapping[str, Edition], codes: set[str]) -> list[Problem]:
    beside: dict[str, set[str]] = defaultdict(set)
    for member in members:
        beside[member.segment].add(member.unit)
    problems = []
    for member in members:
        segment, unit = on_day.get(member.segment), on_day.get(member.unit)
        values = {"unit": member.unit, "segment": member.segment}
        missing = next((code for code in (member.segment, member.unit) if code not in codes), None)
        if missing is not None:
            message, remedy = "There is no unit '%(code)s'.", "Add it to units.csv, or correct the code."
            problems.append(Problem(member.where, message, remedy, {"code": missing}))
        elif segment is not None and segment.kind != SEGMENT:
            message = "%(segment)s is not of the kind segment."
            problems.append(Problem(member.where, message, "Correct its kind in units.csv.", values))
        elif unit is not None and unit.kind == SEGMENT:
            message = "%(unit)s is itself a segment and cannot belong to %(segment)s."
            problems.append(Problem(member.where, message, "Name the units that make it up.", values))
        elif segment is not None and unit is not None:
            path = _path(member.unit, on_day)
            if segment.parent not in path[1:]:
                message = "%(unit)s does not stand under %(parent)s, the parent of the segment %(segment)s."
                values["parent"] = segment.parent or "-"
                problems.append(Problem(member.where, message, "Correct the member, or move the segment.", values))
            elif around := next((code for code in path[1:] if code in beside[member.segment]), None):
                message = "%(unit)s stands under %(around)s, which belongs to %(segment)s as a whole."
                values["around"] = around
                problems.append(Problem(member.where, message, "Leave one of them out.", values))
    return problems


def _path(code: str, on_day: Mapping[str, Edition]) -> list[str]:
    path = []
    at: str | None = code
    while at is not None and at in on_day and at not in path:
        path.append(at)
        at = on_day[at].parent
    return path


def _together(member: Member, editions: Iterable[Edition]) -> bool:
    lives: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for edition in editions:
        if edition.code in (member.segment, member.unit):
            lives[edition.code].append((edition.valid_from, edition.valid_to))
    return any(
        max(a[0], b[0], member.valid_from) < min(a[1], b[1], member.valid_to)
        for a in lives[member.segment]
        for b in lives[member.unit]
    )
