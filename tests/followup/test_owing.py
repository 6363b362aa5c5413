"""What reminders hear of the ledger: who has not reported, when it is due, and whose business it is.

G   group, with an office
    A   company, with a head
        A1  branch, with a clerk
        A2  branch, with nobody of its own
    B   company, with a clerk
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.followup.models import Message
from headrope.followup.owed import OwedForm
from headrope.followup.owing import owed_by, owed_forms
from headrope.followup.reminders.daily import send_reminders
from headrope.followup.reminders.once import remind
from headrope.ledger.submissions import actions
from headrope.org.models import Mandate, Role, User
from headrope.org.queries import unit_ids
from tests.ledger.submissions.conftest import NOON, Desk, desk  # noqa: F401  a fixture
from tests.ledger.submissions.test_round import sent

TODAY = date(2023, 7, 5)


def june(forms: list[OwedForm]) -> dict[str, OwedForm]:
    return {each.unit.code: each for each in forms if str(each.period) == "2023-06"}


def names(ids: tuple[int, ...]) -> list[str]:
    return sorted(User.objects.filter(pk__in=ids).values_list("username", flat=True))


def test_form_is_owed_with_its_people_and_its_page(desk: Desk) -> None:  # noqa: F811
    found = june(list(owed_forms(NOON)))

    assert sorted(found) == ["A", "A1", "A2", "B", "G"]
    assert {code: [names(each.clerks), names(each.heads), names(each.superiors)] for code, each in found.items()} == {
        "A1": [["clerk"], ["head"], ["head"]],
        "A2": [["head"], ["head"], ["head"]],
        "A": [["head"], ["head"], ["office"]],
        "B": [["other"], [], ["office"]],
        "G": [[], [], []],
    }
    mine = found["A1"]
    assert (mine.unit.name_zh, mine.form.name, mine.subject) == ("东泵", "Monthly form", "FIN/A1/20230601")
    assert (mine.due.day, mine.due.moment) == (
        date(2023, 7, 7),
        datetime(2023, 7, 7, 18, tzinfo=ZoneInfo("Asia/Shanghai")),
    )
    assert (mine.url, found["G"].calendar_above) == ("/figures/A1/FIN/2023-06/", None)


def test_what_has_been_sent_is_no_longer_owed_and_what_was_returned_is_again(desk: Desk) -> None:  # noqa: F811
    sheet = sent(desk)
    before = sorted(june(list(owed_forms(NOON))))

    actions.return_(desk.actor("head"), desk.place("head", "A1"), sheet.row_version, "Check revenue.", {})

    assert (before, sorted(june(list(owed_forms(NOON))))) == (["A", "A2", "B", "G"], ["A", "A1", "A2", "B", "G"])


def test_round_that_is_long_over_or_far_off_is_left_alone(desk: Desk) -> None:  # noqa: F811
    seen = {str(each.period) for each in owed_forms(NOON)}
    later = {str(each.period) for each in owed_forms(NOON + timedelta(days=70))}

    assert (seen, later) == ({"2023-05", "2023-06"}, {"2023-07", "2023-08"})


def test_mandate_that_has_ended_is_nobodys_business(desk: Desk) -> None:  # noqa: F811
    Mandate.objects.filter(role=Role.CLERK, user=desk.people["clerk"]).update(valid_to=TODAY)

    assert names(june(list(owed_forms(NOON)))["A1"].clerks) == ["head"]


def test_statements_do_not_grow_with_units(desk: Desk) -> None:  # noqa: F811
    ids, counts = unit_ids(), []
    owed_by(desk.round(), list(ids.values()), TODAY)  # fills what the process keeps of definitions
    for codes in ("A1",), ("A1", "A2", "B"):
        with CaptureQueriesContext(connection) as asked:
            owed_by(desk.round(), [ids[code] for code in codes], TODAY)
        counts.append(len(asked))

    assert counts[1] <= counts[0] < 12


def test_some_units_are_asked_for_by_a_click(desk: Desk) -> None:  # noqa: F811
    ids = unit_ids()
    sent(desk)

    found = owed_by(desk.round(), [ids["A1"], ids["A2"], ids["B"]], TODAY)

    assert [each.unit.code for each in found] == ["A2", "B"]


def test_from_the_ledger_to_the_outbox(desk: Desk) -> None:  # noqa: F811
    """On 4 July, three business days before, clerks are written to; by a click on the 5th the clerk of B is."""
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.org")
    when = NOON - timedelta(days=1)

    done = send_reminders(when, owed_forms(when))
    clicked = remind(by=desk.people["office"], owed=owed_by(desk.round(), [unit_ids()["B"]], TODAY), now=NOON)

    assert names(clicked.people) == ["other"]
    written = list(Message.objects.order_by("id").values_list("to_user__username", "subject"))
    assert done.people == len(written) - 1
    assert written[-1] == ("other", "1 form is due on Friday 7 July 2023 (Harbour Group)")
    assert ("clerk", "1 form is due on Friday 7 July 2023 (Harbour Group)") in written
    body = Message.objects.get(to_user__username="clerk").body
    assert body.startswith(
        "You have not reported:\n- East Pumps, Monthly form, Jun 2023. Due soon: on Friday 7 July 2023, in 3 "
    )
