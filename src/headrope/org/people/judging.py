"""What is wrong with a person, a post, a body, a member or an outside party as a form says it, before anything is saved.

Problems stand at the fields: code, name, name_zh, unit, title, title_zh, rank, person, role, role_zh, kind, first, last.
What the asker does not keep is not there: NoSuchThing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from headrope.core.problems import Problem, ProblemsFound
from headrope.org.folder import BodyRow, MemberRow, PartyRow, PeopleRows, PersonRow, PostRow
from headrope.org.models import Body, BodyMember, Party, PartyKind, Person, Post
from headrope.org.people.check import check_people, held
from headrope.org.people.lists import NoSuchThing, body_kept, member_row, people_kept, person_kept, post_row
from headrope.org.people.texts import check_code, check_rank, check_text
from headrope.org.queries import Sight, unit_ids

CHANGED = Problem("", "Somebody else has changed this since you saw it. Nothing was saved.", "Look at it again.")
NOTHING = Problem("", "Nothing would change.", "Change something, or go back.")


def person_problems(who: Sight, row: PersonRow, *, new: bool, first: PostRow | None = None) -> list[Problem]:
    """Of a person to be made, with a first post or without, or whose names are corrected.

    Only who may change the whole tree makes one without a post: nobody else would see him.
    """
    if not new and not person_kept(who, row.code).managed:
        raise NoSuchThing(row.code)
    problems = _names(row.name, row.name_zh, 120)
    if new:
        message = "There is a person %(code)s already."
        problems += check_code(row.code) or _taken(Person.objects.filter(code=row.code).exists(), message, row.code)
        if first is None and not who.everywhere("edit"):
            message = "A person without a post is made by the office of the whole group."
            problems.append(Problem("unit", message, "Name a unit and a post."))
    if first is not None:
        # The person is not there yet; nothing else can be wrong with him.
        problems += [problem for problem in _post_problems(who, first, None) if problem.where != "person"]
    return problems


def open_post(who: Sight, person: str, was: int | None) -> Post | None:
    """The row that is to be replaced, or None for a new one; ProblemsFound where it no longer holds."""
    person_kept(who, person)
    if was is None:
        return None
    found = Post.objects.filter(pk=was, person__code=person).select_related("person", "unit").first()
    if found is None or not who.edits(found.unit_id):
        raise NoSuchThing(str(was))
    if found.seq_to is not None:
        raise ProblemsFound([CHANGED])
    return found


def post_problems(who: Sight, row: PostRow, was: Post | None) -> list[Problem]:
    """Of a post that is given, or stands in place of the row `was`."""
    return _post_problems(who, row, was) or ([NOTHING] if was is not None and post_row(was) == row else [])


def _post_problems(who: Sight, row: PostRow, was: Post | None) -> list[Problem]:
    problems = check_text("title", row.title, 200, needed=True) + check_text("title_zh", row.title_zh, 200)
    problems += _unit(who, row.unit) + check_rank(row.rank) + _days(row)
    if problems:
        return problems
    others = Post.objects.filter(seq_to=None, person__code=row.person).exclude(pk=was.pk if was else 0)
    held_ = map(post_row, others.select_related("person", "unit"))
    same = [other for other in held_ if (other.unit, other.title) == (row.unit, row.title)]
    problems += _overlap(row, same, "The person has this post on some of these days already.")
    # What the files are held against holds here too: the post begins while the unit exists.
    alive = check_people(PeopleRows(posts=[replace(row, where="first")]), held())
    return problems + [replace(each, where="person" if "person" in each.values else "first") for each in alive]


def body_problems(who: Sight, row: BodyRow, *, new: bool) -> list[Problem]:
    """Of a body to be made, or whose names or unit are corrected."""
    if not new:
        body_kept(who, row.code)
    problems = _names(row.name, row.name_zh, 200) + _unit(who, row.unit)
    if new:
        message = "There is a body %(code)s already."
        problems += check_code(row.code) or _taken(Body.objects.filter(code=row.code).exists(), message, row.code)
    return problems


def open_member(who: Sight, body: str, was: int | None) -> BodyMember | None:
    """The row that is to be replaced, or None for a new one; ProblemsFound where it no longer holds."""
    body_kept(who, body)
    if was is None:
        return None
    found = BodyMember.objects.filter(pk=was, body__code=body).select_related("body", "person").first()
    if found is None:
        raise NoSuchThing(str(was))
    if found.seq_to is not None:
        raise ProblemsFound([CHANGED])
    return found


def member_problems(who: Sight, row: MemberRow, was: BodyMember | None) -> list[Problem]:
    """Of a member who is added, or stands in place of the row `was`."""
    problems = check_text("role", row.role, 200) + check_text("role_zh", row.role_zh, 200) + _days(row)
    known = {each.code for each in people_kept(who)} | ({was.person.code} if was else set())
    if row.person not in known:
        message, remedy = "There is no person %(person)s that you keep.", "Write a code, or add the person first."
        problems.append(Problem("person", message, remedy, {"person": row.person}))
    others = BodyMember.objects.filter(seq_to=None, body__code=row.body).exclude(pk=was.pk if was else 0)
    same = [each for each in map(member_row, others.select_related("body", "person")) if each.person == row.person]
    problems += _overlap(row, same, "The person is a member on some of these days already.")
    return problems or ([NOTHING] if was is not None and member_row(was) == row else [])


def party_problems(who: Sight, row: PartyRow, *, new: bool) -> list[Problem]:
    """Of an outside party to be made or corrected; for who may change the whole tree."""
    taken = Party.objects.filter(code=row.code).exists()
    if not who.everywhere("edit") or not (taken or new):
        raise NoSuchThing(row.code)
    problems = _names(row.name, row.name_zh, 200)
    if new:
        problems += check_code(row.code) or _taken(taken, "There is a party %(code)s already.", row.code)
    if row.kind not in PartyKind.values:
        problems.append(Problem("kind", "There is no such kind of party.", "Choose one of the list."))
    return problems


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
