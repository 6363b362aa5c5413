"""Accounts and mandates by people: who may give, delegate and end what, and the line that each leaves (tree in conftest.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from headrope.core.problems import ProblemsFound
from headrope.core.units import ALWAYS, FOREVER
from headrope.journal.models import Audit
from headrope.org.accounts import actions, queries
from headrope.org.accounts.actions import AccountRow
from headrope.org.accounts.mandates import Terms, delegate, end_mandate, give, withdraw
from headrope.org.accounts.queries import (
    NoSuchAccount,
    NoSuchMandate,
    account,
    accounts,
    delegated_by,
    lacks_second_factor,
    mandates_of,
)
from headrope.org.models import Mandate, User
from headrope.org.queries import Sight, has_administrator, unit_ids

from .conftest import TODAY, Look, Post, unit

Person = Callable[..., User]
DAY = timedelta(days=1)
JULY, AUGUST = date(2026, 7, 1), date(2026, 7, 31)


def trail(since: int = 0) -> list[tuple[str, str, str]]:
    rows = Audit.objects.filter(id__gt=since).order_by("id").values_list("by__username", "action", "object")
    return list(rows)


def last_line() -> int:
    return Audit.objects.order_by("-id").values_list("id", flat=True).first() or 0


def said(found: ProblemsFound) -> list[tuple[str, str]]:
    return [(problem.where, problem.message % problem.values) for problem in found.problems]


def seen(who: Sight) -> list[str]:
    return sorted(code for code, number in unit_ids().items() if who.sees(number))


@pytest.fixture
def admin(look: Look, person: Person) -> tuple[User, Sight]:
    """The administrator of the whole group."""
    user = person("admin", ("administrator", "G"), ("administrator", "X"))
    return user, look(user)


@pytest.fixture
def part(look: Look, person: Person) -> tuple[User, Sight]:
    """The administrator of A and all below it."""
    user = person("part", ("administrator", "A"))
    return user, look(user)


# Giving and ending


def test_mandate_is_given_with_a_line_and_opens_the_units_from_its_first_day_to_its_last(
    admin: tuple[User, Sight], look: Look, person: Person
) -> None:
    by, who = admin
    clerk, line = person("clerk"), last_line()

    give(by=by, who=who, terms=Terms("clerk", "clerk", "AB", TODAY, TODAY + DAY), today=TODAY)

    assert [seen(look(clerk, TODAY + DAY * days)) for days in (-1, 0, 1, 2)] == [[], ["AB", "AB1", "OLD", "OLDER"], ["AB", "AB1", "OLD", "OLDER"], []]  # fmt: skip
    assert trail(line) == [("admin", "give mandate clerk", "user clerk on unit AB from 2026-03-01 until 2026-03-03")]


def test_mandate_that_was_given_for_some_days_can_be_given_for_more(admin: tuple[User, Sight], person: Person) -> None:
    by, who = admin
    person("clerk")
    terms = Terms("clerk", "clerk", "AB", TODAY, TODAY)

    for each in (terms, replace(terms, last=None), replace(terms, last=None)):
        give(by=by, who=who, terms=each, today=TODAY)

    assert list(Mandate.objects.filter(user__username="clerk").values_list("valid_to", flat=True)) == [FOREVER]
    assert len([line for line in trail() if line[1] == "give mandate clerk"]) == 2


@pytest.mark.parametrize(
    ("terms", "problems"),
    [
        (Terms("clerk", "clerk", "AB", TODAY), [("unit", "There is no unit AB on which you may give mandates.")]),
        (Terms("clerk", "clerk", "G", TODAY), [("unit", "There is no unit G on which you may give mandates.")]),
        (Terms("clerk", "clerk", "NONE", TODAY), [("unit", "There is no unit NONE on which you may give mandates.")]),
        (Terms("clerk", "clerk", "GONE", TODAY), [("unit", "There is no unit GONE on which you may give mandates.")]),
        (Terms("clerk", "king", "A1", TODAY), [("role", "There is no role 'king'.")]),
        (Terms("nobody", "clerk", "A1", TODAY), [("username", "There is no open account nobody.")]),
        (Terms("gone", "clerk", "A1", TODAY), [("username", "There is no open account gone.")]),
        (Terms("console", "clerk", "A1", TODAY), [("username", "There is no open account console.")]),
        (Terms("part", "group_office", "A", TODAY), [("username", "Nobody gives himself a mandate.")]),
        (Terms("clerk", "clerk", "A1", TODAY, TODAY - DAY), [("last", "The last day lies before the first.")]),
        (Terms("clerk", "clerk", "A1", ALWAYS, TODAY - DAY), [("last", "The last day lies before today.")]),
        (
            Terms("", "", "", TODAY, TODAY - DAY),
            [
                ("username", "There is no open account ."),
                ("role", "There is no role ''."),
                ("unit", "There is no unit  on which you may give mandates."),
                ("last", "The last day lies before the first."),
            ],
        ),
    ],
)
def test_mandate_that_may_not_be_given_changes_nothing(
    part: tuple[User, Sight], person: Person, terms: Terms, problems: list[tuple[str, str]]
) -> None:
    by, who = part
    person("clerk")
    person("gone", active=False)
    before = (Mandate.objects.count(), last_line())

    with pytest.raises(ProblemsFound) as found:
        give(by=by, who=who, terms=terms, today=TODAY)

    assert said(found.value) == problems
    assert (Mandate.objects.count(), last_line()) == before


def test_mandate_ends_after_its_last_day_and_keeps_the_days_it_had(
    admin: tuple[User, Sight], look: Look, person: Person
) -> None:
    by, who = admin
    clerk = person("clerk", ("clerk", "A1"))
    mandate, line = Mandate.objects.get(user=clerk), last_line()

    end_mandate(by=by, who=who, mandate=mandate.pk, last=TODAY + DAY, today=TODAY)

    assert [seen(look(clerk, TODAY + DAY * days)) for days in (-9, 0, 1, 2)] == [["A1"], ["A1"], ["A1"], []]
    assert trail(line) == [("admin", "end mandate clerk", "user clerk on unit A1 from 0001-01-01 until 2026-03-03")]


def test_mandate_ends_at_once_and_one_to_come_never_begins(
    admin: tuple[User, Sight], look: Look, person: Person
) -> None:
    by, who = admin
    clerk = person("clerk", ("clerk", "A1"), ("clerk", "AB", TODAY + DAY, FOREVER))

    for mandate in Mandate.objects.filter(user=clerk):
        end_mandate(by=by, who=who, mandate=mandate.pk, last=None, today=TODAY)

    assert [seen(look(clerk, TODAY + DAY * days)) for days in (-1, 0, 1, 9)] == [["A1"], [], [], []]


def test_yesterday_is_not_rewritten(admin: tuple[User, Sight], person: Person) -> None:
    by, who = admin
    person("clerk", ("clerk", "A1"), ("clerk", "A2", ALWAYS, TODAY))
    held, ended = Mandate.objects.filter(user__username="clerk").order_by("id")

    for mandate, message in ((held, "The last day lies before today."), (ended, "The mandate has ended.")):
        with pytest.raises(ProblemsFound) as found:
            end_mandate(by=by, who=who, mandate=mandate.pk, last=TODAY - DAY * 2, today=TODAY)
        assert said(found.value) == [("last", message)]


def test_mandate_of_another_subtree_cannot_be_ended_as_if_it_were_not_there(
    part: tuple[User, Sight], person: Person
) -> None:
    by, who = part
    person("clerk", ("clerk", "AB"), ("clerk", "G"))

    for mandate in [*Mandate.objects.filter(user__username="clerk").values_list("id", flat=True), 999]:
        with pytest.raises(NoSuchMandate, match=f"^{mandate}$"):
            end_mandate(by=by, who=who, mandate=mandate, last=None, today=TODAY)


def test_administrator_does_not_end_his_own_mandate(admin: tuple[User, Sight]) -> None:
    by, who = admin

    with pytest.raises(ProblemsFound) as found:
        end_mandate(by=by, who=who, mandate=by.mandates.all()[0].pk, last=None, today=TODAY)

    assert said(found.value) == [("", "Nobody ends his own mandate as administrator.")]


@pytest.mark.parametrize("role", ["group_office", "clerk", "head", "leader", "supervision", "finance", "viewer"])
def test_nobody_but_administrators_gives_or_ends_a_mandate(look: Look, person: Person, role: str) -> None:
    by = person("somebody", (role, "G"))
    person("clerk", ("clerk", "A1"))

    with pytest.raises(ProblemsFound):
        give(by=by, who=look(by), terms=Terms("clerk", "clerk", "A2", TODAY), today=TODAY)
    with pytest.raises(NoSuchMandate):
        end_mandate(by=by, who=look(by), mandate=Mandate.objects.get(user__username="clerk").pk, last=None, today=TODAY)
    with pytest.raises(NoSuchAccount):
        actions.set_new_password(by=by, who=look(by), username="clerk", day=TODAY)


# Delegation


def test_delegated_mandate_holds_on_its_days_with_the_role_of_the_giver(look: Look, person: Person) -> None:
    head, deputy = person("head", ("head", "A")), person("deputy")
    line = last_line()

    own = Mandate.objects.get(user=head)
    delegate(by=head, who=look(head), mandate=own.pk, terms=Terms("deputy", "administrator", "A2", JULY, AUGUST), today=TODAY)  # fmt: skip

    ids = unit_ids()
    days = (JULY - DAY, JULY, AUGUST, AUGUST + DAY)
    below = ["A2", "A21", "GONE"]
    assert [seen(look(deputy, day)) for day in days] == [[], below, below, []]
    assert [look(deputy, day).may("accept", ids["A2"]) for day in days] == [False, True, True, False]
    assert look(deputy, JULY).may("people", ids["A2"]) is False
    assert trail(line) == [("head", "delegate mandate head", "user deputy on unit A2 from 2026-07-01 until 2026-08-01")]


@pytest.mark.parametrize(
    ("terms", "problems"),
    [
        (Terms("deputy", "", "AB", JULY, AUGUST), [("unit", "The unit AB is not under your mandate.")]),
        (Terms("deputy", "", "G", JULY, AUGUST), [("unit", "The unit G is not under your mandate.")]),
        (Terms("deputy", "", "GONE", JULY, AUGUST), [("unit", "The unit GONE is not under your mandate.")]),
        (Terms("deputy", "", "A", JULY), [("last", "A delegation needs a last day.")]),
        (Terms("deputy", "", "A", JULY, date(2026, 12, 31)), [("last", "Your own mandate ends before that day.")]),
        (Terms("deputy", "", "A", JULY, date(9999, 12, 31)), [("last", "Your own mandate ends before that day.")]),
        (Terms("deputy", "", "A", AUGUST, JULY), [("last", "The last day lies before the first.")]),
        (Terms("head", "", "A", JULY, AUGUST), [("username", "You hold this mandate yourself.")]),
        (Terms("nobody", "", "A", JULY, AUGUST), [("username", "There is no open account nobody.")]),
        (Terms("gone", "", "A", JULY, AUGUST), [("username", "There is no open account gone.")]),
    ],
)
def test_what_may_not_be_delegated_changes_nothing(
    look: Look, person: Person, terms: Terms, problems: list[tuple[str, str]]
) -> None:
    head = person("head", ("head", "A", ALWAYS, date(2026, 12, 31)))
    person("deputy")
    person("gone", active=False)
    own, before = Mandate.objects.get(user=head), last_line()

    with pytest.raises(ProblemsFound) as found:
        delegate(by=head, who=look(head), mandate=own.pk, terms=terms, today=TODAY)

    assert said(found.value) == problems
    assert (Mandate.objects.count(), last_line()) == (1, before)


def test_last_day_of_a_delegation_can_be_that_of_the_own_mandate(look: Look, person: Person) -> None:
    head = person("head", ("head", "A", ALWAYS, AUGUST + DAY))
    person("deputy")

    made = delegate(by=head, who=look(head), mandate=head.mandates.get().pk, terms=Terms("deputy", "", "A", JULY, AUGUST), today=TODAY)  # fmt: skip

    assert made.valid_to == AUGUST + DAY


def test_delegated_mandate_is_not_delegated_onwards(look: Look, person: Person) -> None:
    head, deputy = person("head", ("head", "A")), person("deputy")
    person("third")
    given = delegate(by=head, who=look(head), mandate=head.mandates.get().pk, terms=Terms("deputy", "", "A", TODAY, AUGUST), today=TODAY)  # fmt: skip

    with pytest.raises(ProblemsFound) as found:
        delegate(by=deputy, who=look(deputy), mandate=given.pk, terms=Terms("third", "", "A", TODAY, AUGUST), today=TODAY)  # fmt: skip

    assert said(found.value) == [("", "This mandate was delegated to you and cannot be passed on.")]


@pytest.mark.parametrize("days", [(ALWAYS, TODAY), (TODAY + DAY, FOREVER)], ids=["ended", "to come"])
def test_mandate_that_does_not_hold_today_is_not_delegated(look: Look, person: Person, days: tuple[date, date]) -> None:
    head = person("head", ("head", "A", *days))
    person("deputy")

    with pytest.raises(ProblemsFound) as found:
        delegate(by=head, who=look(head), mandate=head.mandates.get().pk, terms=Terms("deputy", "", "A", JULY, AUGUST), today=TODAY)  # fmt: skip

    assert said(found.value)[0] == ("", "This mandate does not hold today.")


def test_mandate_of_another_is_not_delegated_as_if_it_were_not_there(look: Look, person: Person) -> None:
    head, other = person("head", ("head", "A")), person("other", ("group_office", "G"))

    for mandate in (head.mandates.get().pk, 999):
        with pytest.raises(NoSuchMandate):
            delegate(by=other, who=look(other), mandate=mandate, terms=Terms("other", "", "A", JULY, AUGUST), today=TODAY)  # fmt: skip


def test_delegated_mandate_falls_with_the_mandate_it_comes_from(
    admin: tuple[User, Sight], look: Look, person: Person, post_units: Post
) -> None:
    """The giver's mandate ends, his account is closed, the unit moves away from him: each takes the deputy's right too."""
    head, deputy = person("head", ("head", "A")), person("deputy")
    own = head.mandates.get()
    delegate(by=head, who=look(head), mandate=own.pk, terms=Terms("deputy", "", "A2", TODAY, AUGUST), today=TODAY)
    below = ["A2", "A21", "GONE"]
    found = [seen(look(deputy))]

    User.objects.filter(pk=head.pk).update(is_active=False)
    found.append(seen(look(deputy)))
    User.objects.filter(pk=head.pk).update(is_active=True)
    post_units([unit("A2", "A", ALWAYS, TODAY), unit("A2", "AB", TODAY)])
    found.append(seen(look(deputy)))
    post_units([unit("A2", "A")])
    found.append(seen(look(deputy)))
    end_mandate(by=admin[0], who=admin[1], mandate=own.pk, last=None, today=TODAY)
    found.append(seen(look(deputy)))

    assert found == [below, [], [], below, []]


def test_delegated_administrator_is_one_only_as_long(look: Look, person: Person) -> None:
    boss, deputy = person("boss", ("administrator", "G")), person("deputy")
    delegate(by=boss, who=look(boss), mandate=boss.mandates.get().pk, terms=Terms("deputy", "", "A", TODAY, TODAY), today=TODAY)  # fmt: skip

    assert [has_administrator(deputy, day) for day in (TODAY, TODAY + DAY)] == [True, False]


@pytest.mark.parametrize("who_takes", ["head", "deputy"])
def test_delegation_is_withdrawn_by_the_giver_or_given_back(look: Look, person: Person, who_takes: str) -> None:
    cast = {"head": person("head", ("head", "A")), "deputy": person("deputy")}
    given = delegate(by=cast["head"], who=look(cast["head"]), mandate=cast["head"].mandates.get().pk, terms=Terms("deputy", "", "A", ALWAYS, AUGUST), today=TODAY)  # fmt: skip
    line = last_line()

    withdraw(by=cast[who_takes], mandate=given.pk, today=TODAY)

    assert [seen(look(cast["deputy"], day)) for day in (TODAY - DAY, TODAY)] == [["A", "A1", "A2", "A21", "GONE"], []]
    assert trail(line) == [(who_takes, "withdraw mandate head", "user deputy on unit A from 0001-01-01 until 2026-03-01")]  # fmt: skip
    assert [each.ends for each in delegated_by(cast["head"].pk)] == [TODAY]


def test_own_mandate_and_that_of_others_cannot_be_withdrawn(look: Look, person: Person) -> None:
    head, other = person("head", ("head", "A")), person("other", ("group_office", "G"))
    person("deputy")
    given = delegate(by=head, who=look(head), mandate=head.mandates.get().pk, terms=Terms("deputy", "", "A", TODAY, AUGUST), today=TODAY)  # fmt: skip

    for by, mandate in ((other, given.pk), (head, head.mandates.get().pk), (head, 999)):
        with pytest.raises(NoSuchMandate):
            withdraw(by=by, mandate=mandate, today=TODAY)


def test_mandates_are_told_with_their_giver(look: Look, person: Person) -> None:
    head = person("head", ("head", "A"))
    deputy = person("deputy", ("viewer", "X"))
    User.objects.filter(pk=head.pk).update(name="Head", name_zh="负责人")
    delegate(by=head, who=look(head), mandate=head.mandates.get().pk, terms=Terms("deputy", "", "A2", TODAY, AUGUST), today=TODAY)  # fmt: skip

    held = mandates_of([deputy.pk])[deputy.pk]

    assert [(each.role, each.shown_giver("en"), each.shown_giver("zh-hans"), each.ends) for each in held] == [
        ("head", "Head", "负责人", AUGUST + DAY),
        ("viewer", "", "", None),
    ]


@pytest.mark.parametrize(
    "values",
    [{"valid_to": ALWAYS, "role": "clerk"}, {"valid_to": FOREVER, "role": "king"}],
    ids=["ends before it begins", "role that is none"],
)
def test_database_refuses_a_mandate_that_is_none(group: int, person: Person, values: dict[str, object]) -> None:
    clerk = person("clerk")

    with pytest.raises(IntegrityError, match="mandate_"), transaction.atomic():
        Mandate.objects.create(user=clerk, unit_id=1, valid_from=TODAY, **values)


def test_database_refuses_a_mail_address_that_two_have(place: object) -> None:
    User.objects.create(username="one", email="Same@place.example")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="two", email="same@PLACE.example")


# Accounts


def test_account_is_made_with_its_mandate_and_a_password_that_is_nowhere_kept(
    part: tuple[User, Sight], look: Look
) -> None:
    by, who = part
    line = last_line()

    password = give(by=by, who=who, terms=Terms("new", "clerk", "A1", TODAY), today=TODAY, account=AccountRow("New", "新", "new@place.example", "zh-hans"))  # fmt: skip

    made = User.objects.get(username="new")
    assert password is not None
    assert made.check_password(password)
    assert (made.name, made.name_zh, made.email, made.language) == ("New", "新", "new@place.example", "zh-hans")
    assert seen(look(made)) == ["A1"]
    assert trail(line) == [("part", "make user", "user new"), ("part", "give mandate clerk", "user new on unit A1 from 2026-03-01")]  # fmt: skip
    assert len({actions.new_words() for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("username", "row", "problems"),
    [
        ("clerk", AccountRow(), [("username", "There is an account clerk already.")]),
        ("CLERK", AccountRow(), [("username", "There is an account CLERK already.")]),
        ("", AccountRow(), [("username", "'' cannot be a sign-in name.")]),
        ("a b", AccountRow(), [("username", "'a b' cannot be a sign-in name.")]),
        ("<script>", AccountRow(), [("username", "'<script>' cannot be a sign-in name.")]),
        ("new", AccountRow(email="no"), [("email", "'no' is not a mail address.")]),
        ("new", AccountRow(email="a@b.example\nBcc: c@d.example"), [("email", "'a@b.example\nBcc: c@d.example' is not a mail address.")]),
        ("new", AccountRow(email="CLERK@place.example"), [("email", "Another account has the mail address CLERK@place.example.")]),
        ("new", AccountRow(name="x" * 121), [("name", "The name has more than 120 characters.")]),
        ("new", AccountRow(language="fr"), [("language", "The language is not known.")]),
    ],
)  # fmt: skip
def test_account_that_cannot_be_made_leaves_nothing(
    admin: tuple[User, Sight], person: Person, username: str, row: AccountRow, problems: list[tuple[str, str]]
) -> None:
    by, who = admin
    person("clerk")
    User.objects.filter(username="clerk").update(email="clerk@place.example")
    before = (User.objects.count(), Mandate.objects.count(), last_line())

    for terms in (None, Terms(username, "clerk", "A1", TODAY)):
        with pytest.raises(ProblemsFound) as found:
            if terms is None:
                actions.make_account(by=by, who=who, username=username, row=row)
            else:
                give(by=by, who=who, terms=terms, today=TODAY, account=row)
        assert said(found.value) == problems

    assert (User.objects.count(), Mandate.objects.count(), last_line()) == before


def test_account_without_a_mandate_is_made_for_the_whole_group_only(
    admin: tuple[User, Sight], part: tuple[User, Sight]
) -> None:
    password = actions.make_account(by=admin[0], who=admin[1], username="new", row=AccountRow())

    assert User.objects.get(username="new").check_password(password)
    with pytest.raises(ProblemsFound, match="whole group"):
        actions.make_account(by=part[0], who=part[1], username="other", row=AccountRow())


def test_administrator_of_a_part_finds_its_people_and_manages_those_who_are_his_alone(
    admin: tuple[User, Sight], part: tuple[User, Sight], person: Person
) -> None:
    """A password is the key to all that an account may do: who may set it must be able to give all of it."""
    person("mine", ("clerk", "A1"))
    person("shared", ("clerk", "A1"), ("group_office", "G"))
    person("moved", ("clerk", "AB", ALWAYS, TODAY), ("clerk", "A1"))
    person("left", ("clerk", "A1", ALWAYS, TODAY))
    person("strange", ("clerk", "AB"))
    person("bare")

    found = {
        each.user.username: (len(each.mandates), each.outside, each.managed) for each in accounts(part[1], TODAY).shown
    }
    whole = {each.user.username: each.managed for each in accounts(admin[1], TODAY).shown}

    assert found == {
        "left": (1, 0, True),
        "mine": (1, 0, True),
        "moved": (1, 1, True),
        "part": (1, 0, True),
        "shared": (1, 1, False),
    }
    assert whole == dict.fromkeys(["admin", "bare", "left", "mine", "moved", "part", "shared", "strange"], True)


@pytest.mark.parametrize("username", ["strange", "bare", "shared", "console", "nobody"])
def test_account_of_others_cannot_be_changed_as_if_it_were_not_there(
    part: tuple[User, Sight], person: Person, username: str
) -> None:
    by, who = part
    person("strange", ("clerk", "AB"))
    person("shared", ("clerk", "A1"), ("group_office", "G"))
    person("bare")
    common = {"by": by, "who": who, "username": username, "day": TODAY}
    before = list(User.objects.order_by("id").values()), last_line()

    for change in (
        lambda: actions.set_new_password(**common),
        lambda: actions.set_active(active=False, **common),
        lambda: actions.remove_second_factor(**common),
        lambda: actions.set_account(row=AccountRow("x"), **common),
    ):
        with pytest.raises(NoSuchAccount, match=f"^{username}$"):
            change()

    assert (list(User.objects.order_by("id").values()), last_line()) == before


def test_account_is_changed_closed_and_reopened_each_with_its_line(
    admin: tuple[User, Sight], look: Look, person: Person
) -> None:
    by, who = admin
    clerk = person("clerk", ("clerk", "A1"))
    Authenticator.objects.create(user=clerk, type=Authenticator.Type.TOTP, data={})
    common = {"by": by, "who": who, "username": "clerk", "day": TODAY}
    line = last_line()

    for _twice in range(2):
        actions.set_account(row=AccountRow("Clerk", "", "c@d.example"), **common)
        actions.remove_second_factor(**common)
        actions.set_active(active=False, **common)
    clerk.refresh_from_db()
    closed = seen(look(clerk))
    actions.set_active(active=True, **common)
    password = actions.set_new_password(**common)

    clerk.refresh_from_db()
    assert (closed, seen(look(clerk))) == ([], ["A1"])
    assert clerk.check_password(password)
    assert (clerk.name, clerk.email) == ("Clerk", "c@d.example")
    assert Authenticator.objects.count() == 0
    assert trail(line) == [
        ("admin", "set account", "user clerk: name, email"),
        ("admin", "remove second factor", "user clerk"),
        ("admin", "close account", "user clerk"),
        ("admin", "reopen account", "user clerk"),
        ("admin", "set password", "user clerk"),
    ]


def test_nobody_shuts_himself_out(admin: tuple[User, Sight]) -> None:
    by, who = admin
    common = {"by": by, "who": who, "username": "admin", "day": TODAY}

    for change in (
        lambda: actions.set_new_password(**common),
        lambda: actions.set_active(active=False, **common),
        lambda: actions.remove_second_factor(**common),
    ):
        with pytest.raises(ProblemsFound, match="own"):
            change()


def test_account_is_told_with_what_is_outside(part: tuple[User, Sight], person: Person) -> None:
    person("shared", ("clerk", "A1"), ("group_office", "G"), ("viewer", "X"))

    found = account(part[1], "shared", TODAY)

    assert ([each.role for each in found.mandates], found.outside, found.managed, found.second_factor) == (["clerk"], 2, False, False)  # fmt: skip


@pytest.mark.parametrize(
    ("role", "lacks"), [("administrator", True), ("group_office", True), ("head", False), ("viewer", False)]
)
def test_second_factor_is_wanted_of_those_who_run_the_house(group: int, person: Person, role: str, lacks: bool) -> None:
    user, bare = person("somebody", (role, "A")), person("bare")

    assert [lacks_second_factor(each, TODAY) for each in (user, bare)] == [lacks, False]
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    assert lacks_second_factor(user, TODAY) is False


def test_own_language_is_set_once_with_a_line(group: int, person: Person) -> None:
    user, line = person("somebody"), last_line()

    for language in ("zh-hans", "zh-hans"):
        actions.set_own_language(by=user, language=language)
        user.refresh_from_db()

    assert (user.language, trail(line)) == ("zh-hans", [("somebody", "set account", "user somebody: language")])
    with pytest.raises(ValueError, match="fr"):
        actions.set_own_language(by=user, language="fr")


@pytest.mark.parametrize("few", [0, 1, 500])
def test_accounts_are_found_by_any_name_and_shown_part_by_part(
    admin: tuple[User, Sight], part: tuple[User, Sight], person: Person, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """However many there are, and whether they are asked for by their numbers or all at once."""
    monkeypatch.setattr(queries, "FEW", few)
    for name in ("ann", "Anton", "bert", "öde"):
        person(name, ("clerk", "A1"))
    User.objects.filter(username="bert").update(name_zh="王安", name="Hanna")

    def found(who: Sight, text: str = "", part: slice = slice(None)) -> tuple[list[str], int]:
        made = accounts(who, TODAY, text, part)
        assert all(len(each.mandates) == (2 if each.user.username == "admin" else 1) for each in made.shown)
        return [each.user.username for each in made.shown], made.count

    every = sorted(["Anton", "admin", "ann", "bert", "part", "öde"])
    assert (sorted(found(admin[1])[0]), found(admin[1])[1]) == (every, 6)
    assert [found(admin[1], part=slice(at, at + 4)) for at in (0, 4, 8)] == [
        (names, 6) for names in (found(admin[1])[0][:4], found(admin[1])[0][4:], [])
    ]
    assert sorted(found(part[1], "AN")[0]) == ["Anton", "ann", "bert"]
    assert found(part[1], "AN", slice(1, 2)) == (found(part[1], "AN")[0][1:2], 3)
    assert (found(part[1], "Ö"), found(admin[1], " 安 "), found(part[1], "admin")) == ((["öde"], 1), (["bert"], 1), ([], 0))  # fmt: skip
