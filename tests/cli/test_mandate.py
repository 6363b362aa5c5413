"""`headrope mandate` and `headrope user` on the small group of tests/org."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from headrope.journal.models import Audit
from headrope.org.actions import console_user
from headrope.org.models import Mandate, User
from tests.conftest import Says
from tests.org.conftest import group, person, post_units  # noqa: F401  fixtures

TODAY = date.today()


@pytest.fixture
def clerk(group: int) -> User:  # noqa: F811
    """Somebody with an account and no mandate."""
    return User.objects.create(username="clerk")


def test_mandate_is_given_listed_and_ended(says: Says, clerk: User) -> None:
    assert says("mandate", "give", "clerk", "head", "A2", "--from", "2026-01-01", "--last", "2999-12-31") == (0, "clerk is unit head of A2 from 2026-01-01 to 2999-12-31.\n", "")  # fmt: skip
    mandate = Mandate.objects.get()
    row = {"id": mandate.pk, "user": "clerk", "role": "head", "unit": "A2", "from": "2026-01-01", "to": "3000-01-01", "delegated_by": None, "holds": True}  # fmt: skip
    assert json.loads(says("mandate", "list", "--json")[1]) == [row]
    assert says("mandate", "list", "clerk")[1].split()[-6:] == [str(mandate.pk), "clerk", "head", "A2", "2026-01-01", "3000-01-01"]  # fmt: skip

    assert says("mandate", "end", str(mandate.pk)) == (0, f"The mandate {mandate.pk} ends.\n", "")

    assert json.loads(says("mandate", "list", "--json")[1]) == []
    (ended,) = json.loads(says("mandate", "list", "--all", "--json")[1])
    assert (ended["holds"], abs(date.fromisoformat(ended["to"]) - TODAY) <= timedelta(1)) == (False, True)
    assert list(Audit.objects.filter(by=console_user()).values_list("action", flat=True))[-2:] == ["give mandate head", "end mandate head"]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("give", "nobody", "head", "A2"), 1, "There is no open account nobody."),
        (("give", "clerk", "king", "A2"), 1, "There is no role 'king'."),
        (("give", "clerk", "head", "GONE"), 1, "There is no unit GONE on which you may give mandates."),
        (("give", "clerk", "head", "A2", "--from", "1 July"), 1, "'1 July' is not a day."),
        (("give", "clerk", "head", "A2", "--last", "2020-01-01"), 1, "The last day lies before the first."),
        (("end", "999"), 2, "There is no mandate 999."),
        (("list", "nobody"), 2, "There is no user nobody."),
    ],
)
def test_mandate_that_cannot_be_changes_nothing(
    says: Says, clerk: User, words: tuple[str, ...], status: int, said: str
) -> None:
    found = says("mandate", *words)

    assert (found[0], found[1]) == (status, "")
    assert said in found[2]
    assert Mandate.objects.count() == 0


def test_user_is_made_with_a_mail_address_that_nobody_else_has(
    says: Says, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.prompt", lambda *args, **kwargs: "correct horse battery")
    User.objects.filter(pk=clerk.pk).update(email="clerk@place.example")

    made = says("user", "new", "--unit", "A", "--role", "head", "--email", "new@place.example", "--language", "zh-hans")
    taken = says("user", "other", "--email", "Clerk@place.example")
    wrong = says("user", "other", "--email", "no address")

    assert made == (0, "new can sign in as unit head of A.\n", "")
    assert User.objects.filter(username="new", email="new@place.example", language="zh-hans").exists()
    assert (taken[0], "Another account has this mail address." in taken[2]) == (1, True)
    assert (wrong[0], User.objects.filter(username="other").exists()) == (1, False)
