"""Changes to people one at a time, as pages make them: a person, a post, a body, a member, an outside party.

What is dated takes a posting, and what was said before stays to be seen. Names are corrected in place; the trail says
what they were. Problems stand at the fields: code, name, name_zh, unit, title, title_zh, rank, person, role, role_zh,
kind, first, last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction

from headrope.core.problems import Problem, ProblemsFound
from headrope.journal import clock
from headrope.journal.actions import lock_head, post, record
from headrope.journal.editions import replace_rows
from headrope.journal.models import PostingKind
from headrope.org.folder import BodyRow, MemberRow, PartyRow, PeopleRows, PersonRow, PostRow
from headrope.org.models import Body, BodyMember, Party, PartyKind, Person, Post, User
from headrope.org.people.check import check_people, held
from headrope.org.people.lists import NoSuchThing, body_kept, member_row, people_kept, person_kept, post_row
from headrope.org.people.texts import check_code, check_rank, check_text
from headrope.org.queries import Sight, unit_ids

CHANGED = Problem("", "Somebody else has changed this since you saw it. Nothing was saved.", "Look at it again.")


def set_person(*, by: User, who: Sight, row: PersonRow, new: bool, first: PostRow | None = None) -> None:
    """Make a person, with a first post or without, or correct the names; ProblemsFound, NoSuchThing.

    Only who may change the whole tree makes one without a post: nobody else would see him. The account is kept as it is.
    """
    with transaction.atomic():
        lock_head()
        before = None if new else person_kept(who, row.code)
        if before is not None and not before.managed:
            raise NoSuchThing(row.code)
        problems = _names(row.name, row.name_zh, 120)
        if new:
            message = "There is a person %(code)s already."
            problems += check_code(row.code) or _taken(Person.objects.filter(code=row.code).exists(), message, row.code)
            if first is None and not who.everywhere("edit"):
                message = "A person without a post is made by the office of the whole group."
                problems.append(Problem("unit", message, "Name a unit and a post."))
        if first is not None:
            problems += [problem for problem in _post_problems(who, first, None) if problem.where != "person"]
        if problems:
            raise ProblemsFound(problems)
        Person.objects.update_or_create(code=row.code, defaults={"name": row.name, "name_zh": row.name_zh})
        _told(by, "person", row.code, (before.name, before.name_zh) if before else None, (row.name, row.name_zh))
        if first is not None:
            _replace_post(by, row.code, None, first, "")


def keep_post(*, by: User, who: Sight, row: PostRow, was: int | None = None, reason: str = "") -> int:
    """Give a post, or let it stand in place of the row `was`; the number of the posting; ProblemsFound, NoSuchThing."""
    with transaction.atomic():
        lock_head()
        before = _open_post(who, row.person, was)
        if problems := _post_problems(who, row, was):
            raise ProblemsFound(problems)
        if before is not None and post_row(before) == row:
            raise ProblemsFound([_nothing()])
        return _replace_post(by, row.person, before, row, reason)


def withdraw_post(*, by: User, who: Sight, person: str, was: int, reason: str = "") -> int:
    """Say that a post never was; the number of the posting; ProblemsFound, NoSuchThing."""
    with transaction.atomic():
        lock_head()
        return _replace_post(by, person, _open_post(who, person, was), None, reason)


def _open_post(who: Sight, person: str, was: int | None) -> Post | None:
    """The row that is to be replaced; a problem where it no longer holds."""
    person_kept(who, person)
    if was is None:
        return None
    found = Post.objects.filter(pk=was, person__code=person).select_related("person", "unit").first()
    if found is None or not who.edits(found.unit_id):
        raise NoSuchThing(str(was))
    if found.seq_to is not None:
        raise ProblemsFound([CHANGED])
    return found


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


def _post_problems(who: Sight, row: PostRow, was: int | None) -> list[Problem]:
    problems = check_text("title", row.title, 200, needed=True) + check_text("title_zh", row.title_zh, 200)
    problems += _unit(who, row.unit) + check_rank(row.rank) + _days(row)
    if problems:
        return problems
    others = (
        Post.objects.filter(seq_to=None, person__code=row.person).exclude(pk=was or 0).select_related("person", "unit")
    )
    same = [other for other in map(post_row, others) if (other.unit, other.title) == (row.unit, row.title)]
    message = "The person has this post on some of these days already."
    problems += _overlap(row, same, message)
    # What the files are held against holds here too: the post begins while the unit exists.
    alive = check_people(PeopleRows(posts=[replace(row, where="first")]), held())
    return problems + [replace(each, where="person" if "person" in each.values else "first") for each in alive]


def set_body(*, by: User, who: Sight, row: BodyRow, new: bool) -> None:
    """Make a body of a unit, or correct its names or unit; ProblemsFound, NoSuchThing."""
    with transaction.atomic():
        lock_head()
        before = None if new else body_kept(who, row.code)
        problems = _names(row.name, row.name_zh, 200) + _unit(who, row.unit)
        if new:
            message = "There is a body %(code)s already."
            problems += check_code(row.code) or _taken(Body.objects.filter(code=row.code).exists(), message, row.code)
        if problems:
            raise ProblemsFound(problems)
        values = {"name": row.name, "name_zh": row.name_zh, "unit_id": unit_ids()[row.unit]}
        Body.objects.update_or_create(code=row.code, defaults=values)
        was = (before.name, before.name_zh, before.unit) if before else None
        _told(by, "body", row.code, was, (row.name, row.name_zh, row.unit))


def keep_member(*, by: User, who: Sight, row: MemberRow, was: int | None = None, reason: str = "") -> int:
    """Add a member, or let it stand in place of the row `was`; the number of the posting; ProblemsFound, NoSuchThing."""
    with transaction.atomic():
        lock_head()
        before = _open_member(who, row.body, was)
        problems = check_text("role", row.role, 200) + check_text("role_zh", row.role_zh, 200) + _days(row)
        known = {each.code for each in people_kept(who)} | ({before.person.code} if before else set())
        if row.person not in known:
            message = "There is no person %(person)s that you keep."
            problems.append(
                Problem("person", message, "Write a code, or add the person first.", {"person": row.person})
            )
        others = BodyMember.objects.filter(seq_to=None, body__code=row.body).exclude(pk=was or 0)
        same = [each for each in map(member_row, others.select_related("body", "person")) if each.person == row.person]
        message = "The person is a member on some of these days already."
        problems += _overlap(row, same, message)
        if problems:
            raise ProblemsFound(problems)
        if before is not None and member_row(before) == row:
            raise ProblemsFound([_nothing()])
        return _replace_member(by, row.body, before, row, reason)


def withdraw_member(*, by: User, who: Sight, body: str, was: int, reason: str = "") -> int:
    """Say that somebody never was a member; the number of the posting; ProblemsFound, NoSuchThing."""
    with transaction.atomic():
        lock_head()
        return _replace_member(by, body, _open_member(who, body, was), None, reason)


def _open_member(who: Sight, body: str, was: int | None) -> BodyMember | None:
    body_kept(who, body)
    if was is None:
        return None
    found = BodyMember.objects.filter(pk=was, body__code=body).select_related("body", "person").first()
    if found is None:
        raise NoSuchThing(str(was))
    if found.seq_to is not None:
        raise ProblemsFound([CHANGED])
    return found


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
        before = Party.objects.filter(code=row.code).first()
        if not who.everywhere("edit") or (before is None and not new):
            raise NoSuchThing(row.code)
        problems = _names(row.name, row.name_zh, 200)
        if new:
            message = "There is a party %(code)s already."
            problems += check_code(row.code) or _taken(before is not None, message, row.code)
        if row.kind not in PartyKind.values:
            problems.append(Problem("kind", "There is no such kind of party.", "Choose one of the list."))
        if problems:
            raise ProblemsFound(problems)
        Party.objects.update_or_create(
            code=row.code, defaults={"name": row.name, "name_zh": row.name_zh, "kind": row.kind}
        )
        was = (before.name, before.name_zh, before.kind) if before else None
        _told(by, "party", row.code, was, (row.name, row.name_zh, row.kind))


def _names(name: str, name_zh: str, most: int) -> list[Problem]:
    return check_text("name", name, most, needed=True) + check_text("name_zh", name_zh, most)


def _taken(taken: bool, message: str, code: str) -> list[Problem]:
    return [Problem("code", message, "Take another code, or correct that one.", {"code": code})] if taken else []


def _unit(who: Sight, code: str) -> list[Problem]:
    ids = unit_ids()
    if code in ids and who.edits(ids[code]):
        return []
    message, remedy = "There is no unit %(code)s that you may change.", "Ask the office of the unit above."
    return [Problem("unit", message, remedy, {"code": code})]


def _days(row: PostRow | MemberRow) -> list[Problem]:
    if row.valid_from < row.valid_to:
        return []
    return [Problem("last", "The last day lies before the first.", "Correct one of the two.")]


def _overlap(row: PostRow | MemberRow, others: Iterable[PostRow | MemberRow], message: str) -> list[Problem]:
    if any(each.valid_from < row.valid_to and row.valid_from < each.valid_to for each in others):
        return [Problem("first", message, "Choose other days, or correct that row.")]
    return []


def _nothing() -> Problem:
    return Problem("", "Nothing would change.", "Change something, or go back.")


def _posted(by: User, what: str, reason: str) -> int:
    said = f"{what}: {reason}" if reason else what
    return post(kind=PostingKind.DEFINE, by=by, reason=said[:500]).seq


def _told(by: User, kind: str, code: str, before: tuple[str, ...] | None, after: tuple[str, ...]) -> None:
    """One line, if anything is new or other than before."""
    if before == after:
        return
    what = f"{kind} {code}" + (f": {' / '.join(before)} is now {' / '.join(after)}" if before else "")
    record(by=by, action=f"set {kind}", object=what[:500], at=clock.now())
