"""Editing the tree: an edit is worked out and held against the whole tree, then posted unless the books have moved since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from headrope.core.edits import Close, Edit, Found, Merge, Move, Redate, Rename, edited, joined
from headrope.core.impact import Impact, impact_of
from headrope.core.problems import Problem, ProblemsFound
from headrope.core.unit_rules import check_methods, check_segments, check_successors, check_tiers
from headrope.core.units import Edition, check_tree
from headrope.journal.actions import Source, lock_head, post, record
from headrope.journal.models import Posting, PostingKind
from headrope.journal.queries import books
from headrope.org.actions import set_units
from headrope.org.editions import holding_editions, member_editions, unit_editions
from headrope.org.models import Holding, SegmentMember, UnitEdition, User
from headrope.org.queries import EditionRow, Now, Sight, edition_rows, mandates_on, now_of, unit_ids

Units = Mapping[str, Sequence[Edition]]


@dataclass(frozen=True)
class TreeEdit:
    """An edit worked out on the books as of posting `seq`: full editions of the units that it touches, and all problems.

    `before` is the whole tree as it was; `ids` has every unit, new ones with the id that they will have; `told` says
    the edit in the words of the audit trail.
    """

    seq: int
    told: str
    before: Sequence[Edition]
    units: Units
    ids: Mapping[str, int]
    problems: Sequence[Problem]

    @property
    def after(self) -> list[Edition]:
        """The whole tree as it would be."""
        return _whole(self.before, self.units)

    def impact(self, months: Iterable[int]) -> Impact:
        """What would be different; `months` (Period.start) are those that have figures."""
        return impact_of(self.before, self.after, months)


def plan_edit(edit: Edit, who: Sight) -> TreeEdit:
    """Work out one edit for a person who may edit what `who` says; problems stand at the edit's fields; six statements."""
    seq = books().seq  # first, so that whatever is posted meanwhile is noticed
    before = [row.edition for row in edition_rows()]
    units, problems = edited(before, edit)
    if not problems and not units:
        problems.append(Problem("", "Nothing would change.", "Change something, or go back."))
    return _plan(seq, _told(edit), before, units, problems, who)


def plan_editions(given: Sequence[Edition], tiers: Mapping[str, int], who: Sight, told: str = "units") -> TreeEdit:
    """Work out what it takes that the editions given are all of their units; problems stand at their rows.

    `tiers` are those that rows claim. Units that are not given stay as they are; six statements.
    """
    seq = books().seq
    before = [row.edition for row in edition_rows()]
    held = _grouped(before)
    units = {code: joined(each) for code, each in _grouped(given).items()}
    units = {code: each for code, each in units.items() if each != joined(held.get(code, ()))}
    problems = [] if units else [Problem("", "Nothing would change.", "Change something, or go back.")]
    plan = _plan(seq, told, before, units, problems, who)
    return plan if plan.problems else replace(plan, problems=check_tiers(plan.after, given, tiers))


def _plan(seq: int, told: str, before: list[Edition], units: Units, problems: list[Problem], who: Sight) -> TreeEdit:  # fmt: skip
    ids = unit_ids()
    new = [code for code in units if code not in ids]
    first = max(ids.values(), default=0) + 1
    numbered = {**ids, **{code: first + place for place, code in enumerate(new)}}
    problems = problems or _outside(before, units, ids, who) or _check(_whole(before, units))
    return TreeEdit(seq, told, before, units, numbered, problems)


def _grouped(editions: Iterable[Edition]) -> dict[str, list[Edition]]:
    found: dict[str, list[Edition]] = {}
    for edition in editions:
        found.setdefault(edition.code, []).append(edition)
    return found


def _whole(before: Iterable[Edition], units: Units) -> list[Edition]:
    return [e for e in before if e.code not in units] + [e for each in units.values() for e in each]


def _check(whole: list[Edition]) -> list[Problem]:
    """What keeps the editions from being a tree, its shares and segments included; two statements."""
    # What was read from no row stands at its unit.
    whole = [edition if edition.where else replace(edition, where=edition.code) for edition in whole]
    problems = check_tree(whole) or check_successors(whole)
    if problems:
        return problems
    shares = [share for _, _, share, *_ in holding_editions(Holding.objects.filter(seq_to=None))]
    members = [member for _, _, member, *_ in member_editions(SegmentMember.objects.filter(seq_to=None))]
    return check_methods(whole, shares) + check_segments(whole, members)


def _outside(before: Sequence[Edition], units: Units, ids: Mapping[str, int], who: Sight) -> list[Problem]:
    """What a person may not do: change units, or let units come and go under units, that are not his to edit."""
    held = _grouped(before)
    problems = []
    for code, after in units.items():
        where = next((edition.where for edition in after), "")
        was, will = _placed(held.get(code, ())), _placed(after)
        changed = was ^ will
        needed = {code} if code in held else set()
        needed |= {each for edition in changed for each in (edition.parent, edition.successor) if each in held}
        for each in sorted(needed):
            if not who.edits(ids[each]):
                message = "There is no unit %(code)s that you may change."
                problems.append(Problem(where, message, "Ask the office of the unit above.", {"code": each}))
        if any(edition.parent is None for edition in changed):
            message = "%(code)s stands at the top of the tree; pages do not let such units come or go."
            problems.append(Problem(where, message, "Load a folder with units.csv.", {"code": code}))
    return list({(each.where, str(each)): each for each in problems}.values())


def _placed(editions: Sequence[Edition]) -> set[Edition]:
    """The editions without names and kinds: where the unit stands, and when."""
    return set(joined([replace(edition, name="", name_zh="", kind="") for edition in editions]))


def _told(edit: Edit) -> str:
    match edit:
        case Found():
            return f"found {edit.code} under {edit.unit} from {edit.day}"
        case Rename():
            return f"rename {edit.unit} from {edit.day}"
        case Move():
            return f"move {edit.unit} under {edit.parent} from {edit.day}"
        case Close():
            return f"close {edit.unit} from {edit.day}"
        case Merge():
            return f"merge {edit.unit} into {edit.heir} from {edit.day}"
        case Redate():
            return f"correct {edit.was} of {edit.unit} to {edit.day}"


def apply_edit(plan: TreeEdit, *, by: User, reason: str = "", source: Source | None = None) -> int:
    """Post the edit and give the number of the posting; ProblemsFound, and then nothing has changed.

    It is refused when the books have moved since it was worked out: what was shown of it may no longer be so.
    """
    if plan.problems:
        raise ProblemsFound(list(plan.problems))
    with transaction.atomic():
        if lock_head().seq != plan.seq:
            message = "Somebody else has changed the books since you saw what this would change. Nothing was saved."
            raise ProblemsFound([Problem("", message, "Look at it again, then save.")])
        said = f"{plan.told}: {reason}" if reason else plan.told
        posting = post(kind=PostingKind.DEFINE, by=by, reason=said[:500], source=source)
        set_units(plan.units, plan.ids, posting.seq)
        record(by=by, action="edit tree", object=plan.told[:500], at=posting.recorded_at)
    return posting.seq


@dataclass(frozen=True)
class MandateChange:
    """A mandate whose holder would see other units on the day: how many more and how many fewer."""

    user: User
    role: str
    unit: str
    gained: int
    lost: int


def mandates_changed(plan: TreeEdit, day: date) -> list[MandateChange]:
    """Mandates of the day that would come to hold other units, by user and unit; two statements."""
    was, will = now_of(edition_rows(), day), now_of(_rows(plan), day)
    gained: Counter[int] = Counter()
    lost: Counter[int] = Counter()
    for unit in was.last.keys() | will.last.keys():
        before, after = _holders(was, unit), _holders(will, unit)
        gained.update(after - before)
        lost.update(before - after)
    mandates = mandates_on(day).select_related("user", "unit")
    return [
        MandateChange(each.user, each.role, each.unit.code, gained[each.unit_id], lost[each.unit_id])
        for each in mandates.order_by("user__username", "unit__code", "role")
        if gained[each.unit_id] or lost[each.unit_id]
    ]


def _holders(now: Now, unit: int) -> set[int]:
    """The units whose mandates hold the unit: the one that it belongs to, and those above."""
    home = now.belongs_to(unit) if unit in now.last else None
    return {node.id for node in now.tree.path(home)} if home is not None else set()


def _rows(plan: TreeEdit) -> list[EditionRow]:
    """The tree as it would be, as rows that are stored nowhere."""
    ids = plan.ids

    def row(edition: Edition) -> EditionRow:
        parent, heir = (ids[code] if code else None for code in (edition.parent, edition.successor))
        return EditionRow(0, ids[edition.code], parent, heir, plan.seq + 1, edition)

    return [row(edition) for edition in sorted(plan.after, key=lambda edition: edition.valid_from)]


@dataclass(frozen=True)
class Saying:
    """An edition of a unit as the books say it, or said it: since and until when, by whom and why; `until` None: still."""

    edition: Edition
    since: datetime
    until: datetime | None
    by: User
    reason: str


def sayings(unit: int) -> list[Saying]:
    """All that was ever said of a unit (id): what holds by first day, then what held before, newest first; two statements."""
    rows = list(unit_editions(UnitEdition.objects.filter(unit_id=unit).order_by("valid_from", "seq_from")))
    seqs = {seq for *_, start, end in rows for seq in (start, end) if seq is not None}
    postings = {each.seq: each for each in Posting.objects.select_related("by").filter(seq__in=seqs)}
    found = []
    for *_, edition, start, end in rows:
        posting = postings[start]
        until = postings[end].known_at if end is not None else None
        found.append(Saying(edition, posting.known_at, until, posting.by, posting.reason))
    before = [each for each in found if each.until]
    return [each for each in found if not each.until] + sorted(before, key=lambda each: each.since, reverse=True)
