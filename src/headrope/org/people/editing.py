"""Changes to people one at a time, as pages make them: a person, a post, a body, a member, an outside party.

What is dated takes a posting, and what was said before stays to be seen. Names are corrected in place; the trail says
what they were. What is wrong is found by judging.py and raised here, once nobody else can write.
"""

from __future__ import annotations

from django.db import transaction

from headrope.core.problems import Problem, ProblemsFound
from headrope.journal import clock
from headrope.journal.actions import lock_head, post, record
from headrope.journal.editions import replace_rows
from headrope.journal.models import PostingKind
from headrope.org.folder import BodyRow, MemberRow, PartyRow, PersonRow, PostRow
from headrope.org.models import Body, BodyMember, Party, Person, Post, User
from headrope.org.people import judging
from headrope.org.people.lists import body_kept, member_row, person_kept, post_row
from headrope.org.queries import Sight, unit_ids


def set_person(*, by: User, who: Sight, row: PersonRow, new: bool, first: PostRow | None = None) -> None:
    """Make a person, with a first post or without, or correct the names; ProblemsFound, NoSuchThing.

    The account is kept as it is.
    """
    with transaction.atomic():
        lock_head()
        _refuse(judging.person_problems(who, row, new=new, first=first))
        before = None if new else person_kept(who, row.code)
        Person.objects.update_or_create(code=row.code, defaults={"name": row.name, "name_zh": row.name_zh})
        _told(by, "person", row.code, (before.name, before.name_zh) if before else None, (row.name, row.name_zh))
        if first is not None:
            _replace_post(by, row.code, None, first, "")


def keep_post(*, by: User, who: Sight, row: PostRow, was: int | None = None, reason: str = "") -> int:
    """Give a post, or let it stand in place of the row `was`; the number of the posting; ProblemsFound, NoSuchThing."""
    with transaction.atomic():
        lock_head()
        before = judging.open_post(who, row.person, was)
        _refuse(judging.post_problems(who, row, before))
        return _replace_post(by, row.person, before, row, reason)


def withdraw_post(*, by: User, who: Sight, person: str, was: int, reason: str = "") -> int:
    """Say that a post never was; the number of the posting; ProblemsFound, NoSuchThing."""
    with transaction.atomic():
        lock_head()
        return _replace_post(by, person, judging.open_post(who, person, was), None, reason)


def _replace_post(by: User, person: str, before: Post | None, row: PostRow | None, reason: str) -> int:
    seq = _posted(by, f"posts of {person}", reason)
    wanted = {}
    if row is not None:
        made = Post(
            person=Person.objects.get(code=person),
            unit_id=unit_ids()[row.unit],
            title=row.title,
            title_zh=row.title_zh,
            rank=row.rank,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            seq_from=seq,
        )
        wanted = {row: made}
    replace_rows(Post, {post_row(before): before.pk} if before else {}, wanted, seq)
    return seq


def set_body(*, by: User, who: Sight, row: BodyRow, new: bool) -> None:
    """Make a body of a unit, or correct its names or unit; ProblemsFound, NoSuchThing."""
    with transaction.atomic():
        lock_head()
        _refuse(judging.body_problems(who, row, new=new))
        before = None if new else body_kept(who, row.code)
        values = {"name": row.name, "name_zh": row.name_zh, "unit_id": unit_ids()[row.unit]}
        Body.objects.update_or_create(code=row.code, defaults=values)
        was = (before.name, before.name_zh, before.unit) if before else None
        _told(by, "body", row.code, was, (row.name, row.name_zh, row.unit))


def keep_member(*, by: User, who: Sight, row: MemberRow, was: int | None = None, reason: str = "") -> int:
    """Add a member, or let it stand in place of the row `was`; the number of the posting; ProblemsFound, NoSuchThing."""
    with transaction.atomic():
        lock_head()
        before = judging.open_member(who, row.body, was)
        _refuse(judging.member_problems(who, row, before))
        return _replace_member(by, row.body, before, row, reason)


def withdraw_member(*, by: User, who: Sight, body: str, was: int, reason: str = "") -> int:
    """Say that somebody never was a member; the number of the posting; ProblemsFound, NoSuchThing."""
    with transaction.atomic():
        lock_head()
        return _replace_member(by, body, judging.open_member(who, body, was), None, reason)


def _replace_member(by: User, body: str, before: BodyMember | None, row: MemberRow | None, reason: str) -> int:
    seq = _posted(by, f"members of {body}", reason)
    wanted = {}
    if row is not None:
        made = BodyMember(
            body=Body.objects.get(code=body),
            person=Person.objects.get(code=row.person),
            role=row.role,
            role_zh=row.role_zh,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            seq_from=seq,
        )
        wanted = {row: made}
    replace_rows(BodyMember, {member_row(before): before.pk} if before else {}, wanted, seq)
    return seq


def set_party(*, by: User, who: Sight, row: PartyRow, new: bool) -> None:
    """Make an outside party, or correct it; for who may change the whole tree; ProblemsFound, NoSuchThing."""
    with transaction.atomic():
        lock_head()
        _refuse(judging.party_problems(who, row, new=new))
        before = Party.objects.filter(code=row.code).first()
        values = {"name": row.name, "name_zh": row.name_zh, "kind": row.kind}
        Party.objects.update_or_create(code=row.code, defaults=values)
        was = (before.name, before.name_zh, before.kind) if before else None
        _told(by, "party", row.code, was, (row.name, row.name_zh, row.kind))


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise ProblemsFound(problems)


def _posted(by: User, what: str, reason: str) -> int:
    said = f"{what}: {reason}" if reason else what
    return post(kind=PostingKind.DEFINE, by=by, reason=said[:500]).seq


def _told(by: User, kind: str, code: str, before: tuple[str, ...] | None, after: tuple[str, ...]) -> None:
    """One line, if anything is new or other than before."""
    if before == after:
        return
    what = f"{kind} {code}" + (f": {' / '.join(before)} is now {' / '.join(after)}" if before else "")
    record(by=by, action=f"set {kind}", object=what[:500], at=clock.now())
