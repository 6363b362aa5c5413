"""Questions about accounts and mandates: who has which, who looks after them, and what can be delegated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from headrope.core.units import FOREVER
from headrope.org.models import Mandate, User
from headrope.org.queries import Sight, mandates_on

FEW = 500
"""Of so many accounts at most everything is asked for by their numbers, else of all."""


class NoSuchAccount(LookupError):
    """There is no account of that name that this person looks after; the two cases look alike on purpose."""


class NoSuchMandate(LookupError):
    """There is no mandate of that number that this person may end; the two cases look alike on purpose."""


@dataclass(frozen=True)
class MandateHeld:
    """A role on a unit (id) from `valid_from` up to, but not on, `valid_to`; `giver` is who delegated it, with his names."""

    id: int
    user: int
    role: str
    unit: int
    valid_from: date
    valid_to: date
    source: int | None = None
    giver: int | None = None
    giver_name: str = ""
    giver_name_zh: str = ""
    source_from: date | None = None
    source_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it holds on the day; a delegated one only while the mandate it comes from does."""
        source = self.source_from is None or self.source_to is None or self.source_from <= day < self.source_to
        return source and self.valid_from <= day < self.valid_to

    @property
    def ends(self) -> date | None:
        """The first day on which it no longer holds; None when it has no end."""
        end = min(self.valid_to, self.source_to or FOREVER)
        return None if end == FOREVER else end

    def shown_giver(self, language: str) -> str:
        """Who delegated it, in that language, else in the other; empty for a mandate of one's own."""
        first, second = (self.giver_name_zh, self.giver_name) if language.startswith("zh") else (self.giver_name, self.giver_name_zh)  # fmt: skip
        return first or second


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in, or could; `mandates` are those on units that the asker may see to, `outside` counts others.

    `managed` says whether the asker may set a new password, close the account and change what stands in it.
    """

    user: User
    mandates: tuple[MandateHeld, ...]
    outside: int
    managed: bool
    second_factor: bool


@dataclass(frozen=True)
class Accounts:
    """Some of the accounts that were found, and how many there are."""

    shown: list[Account]
    count: int


def accounts(who: Sight, day: date, text: str = "", part: slice = slice(None)) -> Accounts:
    """The accounts that this person looks after, by name, of which a name holds the text: those of the part.

    All for who has the right everywhere; others find those that have, or had, a mandate on their units. The console's
    account is nobody's. Four statements.
    """
    users = User.objects.filter(is_superuser=False).order_by("username")
    wanted = text.strip().casefold()
    if who.everywhere("people") and not wanted:
        count, shown = users.count(), list(users.values_list("pk", flat=True)[part])
    else:
        found = _looked_after(who, users, wanted)
        count, shown = len(found), found[part]
    few = shown if len(shown) <= FEW else None
    factors = Authenticator.objects.filter(type=Authenticator.Type.TOTP)
    if few is not None:
        users, factors = users.filter(pk__in=few), factors.filter(user_id__in=few)
    by_id = {user.pk: user for user in users}
    second, held = set(factors.values_list("user_id", flat=True)), mandates_of(few)
    return Accounts([_account(who, by_id[pk], held.get(pk, ()), day, pk in second) for pk in shown], count)


def _looked_after(who: Sight, users: QuerySet[User], wanted: str) -> list[int]:
    """The ids of those of the users; of thousands nothing but the names is read."""
    if wanted:
        rows = users.values_list("pk", "username", "name", "name_zh")
        found = [pk for pk, *names in rows if any(wanted in name.casefold() for name in names)]
    else:
        found = list(users.values_list("pk", flat=True))
    if who.everywhere("people"):
        return found
    seen = who.units_with("people")
    mine = {user for user, unit in Mandate.objects.values_list("user_id", "unit_id") if unit in seen}
    return [pk for pk in found if pk in mine]


def account(who: Sight, username: str, day: date) -> Account:
    """One of the accounts that this person looks after; NoSuchAccount; three statements."""
    # No name has a NUL, and PostgreSQL takes none in a question.
    user = None if "\0" in username else User.objects.filter(username=username, is_superuser=False).first()
    if user is None:
        raise NoSuchAccount(username)
    factor = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user=user).exists()
    found = _account(who, user, mandates_of([user.pk]).get(user.pk, ()), day, factor)
    if not found.mandates and not who.everywhere("people"):
        raise NoSuchAccount(username)
    return found


def _account(who: Sight, user: User, held: Collection[MandateHeld], day: date, factor: bool) -> Account:
    own = tuple(mandate for mandate in held if who.may("people", mandate.unit))
    running = [mandate for mandate in held if mandate.valid_to > day] or held
    # A new password is the key to all that the account may do: only who could give all of it may set one.
    managed = who.everywhere("people") or (bool(running) and all(who.may("people", each.unit) for each in running))
    return Account(user, own, len(held) - len(own), managed, factor)


def mandates_of(users: Collection[int] | None) -> Mapping[int, list[MandateHeld]]:
    """All mandates there ever were of these users (ids; None: of all), by user, newest first; one statement."""
    query = Mandate.objects.order_by("-valid_from", "-id")
    if users is not None:
        query = query.filter(user_id__in=users)
    found: dict[int, list[MandateHeld]] = defaultdict(list)
    for mandate in _held(query):
        found[mandate.user].append(mandate)
    return found


def delegated_by(user: int) -> list[MandateHeld]:
    """The mandates that this person has delegated, newest first; one statement."""
    return _held(Mandate.objects.filter(delegated_from__user_id=user).order_by("-valid_from", "-id"))


def _held(query: QuerySet[Mandate]) -> list[MandateHeld]:
    made = []
    for mandate in query.select_related("delegated_from__user"):
        source = mandate.delegated_from
        made.append(
            MandateHeld(
                mandate.pk,
                mandate.user_id,
                mandate.role,
                mandate.unit_id,
                mandate.valid_from,
                mandate.valid_to,
                source=mandate.delegated_from_id,
                giver=source.user_id if source else None,
                giver_name=source.user.shown_name("en") if source else "",
                giver_name_zh=source.user.shown_name("zh") if source else "",
                source_from=source.valid_from if source else None,
                source_to=source.valid_to if source else None,
            )
        )
    return made


def names_of(users: Collection[int]) -> Mapping[int, User]:
    """Users by id; one statement."""
    return {user.pk: user for user in User.objects.filter(pk__in=users)}


GUARDED = ("administrator", "group_office")
"""The roles that need a second factor where the setting HEADROPE_MFA says so."""


def is_guarded(user: User, day: date) -> bool:
    """Whether the person holds a role that runs the house; one statement."""
    return mandates_on(day).filter(user=user, role__in=GUARDED).exists()


def lacks_second_factor(user: User, day: date) -> bool:
    """Whether the person holds a role that runs the house and has no second factor yet; two statements at most."""
    has = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    return not has and is_guarded(user, day)


def delegable(who: Sight, held: Collection[MandateHeld], day: date) -> list[MandateHeld]:
    """Of a person's mandates those that he may delegate: his own, holding today, on a unit that is alive."""
    return [each for each in held if each.source is None and each.holds_on(day) and each.unit in who.now.tree.nodes]
