"""Owners of measures: who they are, and which checks are theirs to change.

Whoever defines for the whole group may change every definition. The owner of a measure may change the checks that judge
his own measures only, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from headrope.core.checks.check import EVERY, Check
from headrope.core.problems import Problem
from headrope.core.vintages import Said, Timeline
from headrope.journal.queries import Books
from headrope.ledger.folder import checks
from headrope.ledger.folder.measures import MeasureRow
from headrope.ledger.folder.rows import read_rows
from headrope.ledger.models import MeasureEdition
from headrope.org.folder import FILES as PEOPLE_FILES
from headrope.org.models import User
from headrope.org.queries import Sight

PEOPLE = "people.csv"
Owned = frozenset[str] | None
"""Codes of the measures whose checks somebody may change; None for who may change every definition."""


def changeable(who: Sight, at: Books) -> Owned:
    """What the person may change of the definitions: every one of them, or the checks of his own measures."""
    if who.everywhere("define"):
        return None
    if not who.everywhere("see"):
        return frozenset()
    return frozenset(
        code for owner, codes in _codes_at(str(at.key), at.seq).items() if who.owns(owner) for code in codes
    )


@lru_cache(maxsize=4)
def _codes_at(key: str, seq: int) -> Mapping[str, tuple[str, ...]]:
    """The codes of the measures of each owner, by username; kept in the process until the books `key` move past `seq`."""
    found: dict[str, tuple[str, ...]] = {}
    rows = MeasureEdition.objects.filter(seq_to=None).exclude(owner="").order_by("place")
    for owner, code in rows.values_list("owner", "measure__code"):
        found[owner] = (*found.get(owner, ()), code)
    return found


def may_change(owned: Owned, kind: str) -> bool:
    """Whether there is anything of that kind (checks, measures, ...) that may be changed."""
    return owned is None or (kind == "checks" and bool(owned))


def is_owned(check: Check, owned: Owned) -> bool:
    """Whether the check judges these measures and no other one."""
    return owned is None or (bool(check.judged) and set(check.judged) <= owned)


def beyond(files: Iterable[str], known: Timeline[str, Check], owned: frozenset[str]) -> Iterator[Problem]:
    """What of a folder's files, and of the checks that they change, is not for the owner of these measures."""
    for file in files:
        if file != checks.FILE:
            message = "Of the definitions, the owner of a measure changes its checks only, and this is %(file)s."
            yield Problem(file, message, "Take the file out, or ask the group office to load it.", {"file": file})
    for change in known.changes:
        earlier = [rows for moment, rows in known.events[change.key] if moment < change.moment]
        before = [("code", check) for check in (earlier[-1] if earlier else ())]
        after = [("measures" if check.measures else "formula", check) for check in change.rows]
        for column, check in [*before, *after]:
            if not is_owned(check, owned):
                yield _foreign(change.where, column, check, owned)
                break


def _foreign(where: str, column: str, check: Check, owned: frozenset[str]) -> Problem:
    strange = [code for code in check.judged if code not in owned]
    values: dict[str, object] = {"code": check.code, "measures": ", ".join(strange), "column": column}
    remedy = (
        "Leave the row out, or ask the group office."
        if column == "code"
        else "Name your own measures only, or ask the group office."
    )
    if not strange or EVERY in strange:
        return Problem(where, "%(code)s does not judge your own measures only.", remedy, values)
    return Problem(where, "%(code)s judges %(measures)s, and you are not the owner.", remedy, values)


def unknown_owners(folder: Path, said: Iterable[Said[str, MeasureRow]]) -> list[Problem]:
    """Owners without an account, and without one that the folder's own people.csv asks for.

    Where nobody has an account yet, in books that are being moved or only judged, it is a warning.
    """
    rows = [row for each in said for row in each.rows if row.owner]
    if not rows:
        return []
    people = User.objects.filter(is_superuser=False)
    there = set(people.filter(username__in={row.owner for row in rows}).values_list("username", flat=True))
    there |= {row.get("user", "") for _, row in read_rows(folder / PEOPLE, PEOPLE_FILES[PEOPLE], lambda problem: None)}
    strange = [row for row in rows if row.owner not in there]
    blocking = bool(strange) and people.exists()
    message = "There is no account '%(owner)s' that could own %(measure)s."
    remedy = "Make the account first, or correct the column %(column)s."
    return [
        Problem(row.where, message, remedy, {"owner": row.owner, "measure": row.rule.code, "column": "owner"}, blocking)
        for row in strange
    ]
