"""Giving, delegating and ending mandates; nothing is deleted: a mandate that ends keeps the days it had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from headrope.core.problems import Problem, ProblemsFound
from headrope.journal import clock
from headrope.journal.actions import lock_head, record
from headrope.org.accounts.actions import AccountRow, check_row, check_username, insert_account, last_to_end
from headrope.org.accounts.queries import NoSuchMandate
from headrope.org.actions import give_mandate, told
from headrope.org.models import Mandate, Role, User
from headrope.org.queries import NoSuchUnit, Sight, unit_for


@dataclass(frozen=True)
class Terms:
    """What a mandate is to be: a user by name, a role, a unit by code, the first day and the last (None: no end)."""

    username: str
    role: str
    unit: str
    first: date
    last: date | None = None


def give(*, by: User, who: Sight, terms: Terms, today: date, account: AccountRow | None = None) -> str | None:
    """Give a mandate, with `account` to an account made for it, whose first password is returned; ProblemsFound."""
    with transaction.atomic():
        lock_head()
        problems = _given(by, who, terms, today, new=account is not None)
        if account is not None:
            problems += check_username(terms.username) + check_row(account, terms.username)
        if problems:
            raise ProblemsFound(problems)
        password = insert_account(by, terms.username, account) if account is not None else None
        user, unit = User.objects.get(username=terms.username), unit_for(who, terms.unit, "people")
        days = {"valid_from": terms.first, "valid_to": last_to_end(terms.last)}
        give_mandate(by=by, user=user, role=Role(terms.role), unit=unit.id, **days)
        return password


def _given(by: User, who: Sight, terms: Terms, today: date, *, new: bool) -> list[Problem]:
    problems = [] if new else _user(terms.username)
    if terms.username == by.username:
        problems.append(Problem("username", "Nobody gives himself a mandate.", "Another administrator can do it."))
    if terms.role not in Role.values:
        problems.append(
            Problem("role", "There is no role '%(role)s'.", "Choose one of the list.", {"role": terms.role})
        )
    problems += _unit(who, terms.unit, "people")
    return problems + _days(terms, today)


def delegate(*, by: User, who: Sight, mandate: int, terms: Terms, today: date) -> Mandate:
    """Hand one's own mandate to somebody else for some days, on its unit or one below; ProblemsFound, NoSuchMandate.

    The role is that of the mandate, whatever the terms say. What has been delegated cannot be delegated again.
    """
    with transaction.atomic():
        lock_head()
        own = Mandate.objects.filter(pk=mandate, user=by).select_related("unit").first()
        if own is None:
            raise NoSuchMandate(mandate)
        if problems := _delegated(by, who, own, terms, today):
            raise ProblemsFound(problems)
        user, unit = User.objects.get(username=terms.username), who.now.tree.by_code[terms.unit]
        made, new = Mandate.objects.get_or_create(
            user=user,
            unit_id=unit.id,
            valid_from=terms.first,
            delegated_from=own,
            defaults={"role": own.role, "valid_to": last_to_end(terms.last)},
        )
        if new or made.valid_to != last_to_end(terms.last):
            made.valid_to = last_to_end(terms.last)
            made.save(update_fields=["valid_to"])
            record(by=by, action=f"delegate mandate {own.role}", object=told(made), at=clock.now())
        return made


def _delegated(by: User, who: Sight, own: Mandate, terms: Terms, today: date) -> list[Problem]:
    if own.delegated_from_id is not None:
        message = "This mandate was delegated to you and cannot be passed on."
        return [Problem("", message, "Whoever delegated it to you can delegate it to others.")]
    if not own.valid_from <= today < own.valid_to:
        return [Problem("", "This mandate does not hold today.", "Delegate a mandate that holds.")]
    problems = _user(terms.username)
    if terms.username == by.username:
        problems.append(Problem("username", "You hold this mandate yourself.", "Name somebody else."))
    node = who.now.tree.by_code.get(terms.unit)
    if node is None or not any(above.id == own.unit_id for above in who.now.tree.path(node.id)):
        message, remedy = "The unit %(unit)s is not under your mandate.", "Name its unit or one below it."
        problems.append(Problem("unit", message, remedy, {"unit": terms.unit}))
    if terms.last is None:
        problems.append(Problem("last", "A delegation needs a last day.", "Give the day on which it ends."))
    elif last_to_end(terms.last) > own.valid_to:
        problems.append(Problem("last", "Your own mandate ends before that day.", "Choose an earlier day."))
    return problems + _days(terms, today)


def end_mandate(*, by: User, who: Sight, mandate: int, last: date | None, today: date) -> None:
    """End a mandate after its last day (None: at once); for who may give it; ProblemsFound, NoSuchMandate."""
    with transaction.atomic():
        lock_head()
        found = Mandate.objects.filter(pk=mandate).select_related("unit", "user").first()
        if found is None or not who.may("people", found.unit_id):
            raise NoSuchMandate(mandate)
        if found.user_id == by.pk and found.role == Role.ADMINISTRATOR:
            message = "Nobody ends his own mandate as administrator."
            raise ProblemsFound([Problem("", message, "Another administrator can do it.")])
        _end(by, found, "end", last, today)


def withdraw(*, by: User, mandate: int, today: date) -> None:
    """Take back at once what one has delegated, or give back what was delegated to one; NoSuchMandate."""
    with transaction.atomic():
        lock_head()
        found = Mandate.objects.filter(pk=mandate).exclude(delegated_from=None).select_related("unit", "user", "delegated_from").first()  # fmt: skip
        if found is None or found.delegated_from is None or by.pk not in (found.delegated_from.user_id, found.user_id):
            raise NoSuchMandate(mandate)
        _end(by, found, "withdraw", None, today)


def _end(by: User, mandate: Mandate, verb: str, last: date | None, today: date) -> None:
    """Days that have passed stay: what somebody was allowed to do yesterday is not rewritten."""
    end = max(today, mandate.valid_from) if last is None else last_to_end(last)
    if end < today or mandate.valid_to <= today:
        message = "The mandate has ended." if mandate.valid_to <= today else "The last day lies before today."
        raise ProblemsFound([Problem("last", message, "Choose today or a later day.")])
    if end < mandate.valid_from:
        end = mandate.valid_from
    if mandate.valid_to != end:
        mandate.valid_to = end
        mandate.save(update_fields=["valid_to"])
        record(by=by, action=f"{verb} mandate {mandate.role}", object=told(mandate), at=clock.now())


def _user(username: str) -> list[Problem]:
    if "\0" not in username and User.objects.filter(username=username, is_active=True, is_superuser=False).exists():
        return []
    message, remedy = "There is no open account %(name)s.", "Write the name the person signs in with."
    return [Problem("username", message, remedy, {"name": username})]


def _unit(who: Sight, code: str, right: str) -> list[Problem]:
    try:
        node = unit_for(who, code, right)  # type: ignore[arg-type]
    except NoSuchUnit:
        node = None
    if node is not None and node.id in who.now.tree.nodes:
        return []
    message, remedy = "There is no unit %(unit)s on which you may give mandates.", "Write the code of a unit of yours."
    return [Problem("unit", message, remedy, {"unit": code})]


def _days(terms: Terms, today: date) -> list[Problem]:
    if terms.last is not None and terms.last < terms.first:
        return [Problem("last", "The last day lies before the first.", "Correct one of the two.")]
    if terms.last is not None and terms.last < today:
        return [Problem("last", "The last day lies before today.", "Choose today or a later day.")]
    return []
