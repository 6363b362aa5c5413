"""Each is reminded once a day of all he owes, in one mail in his language, and of each form as often as the policy says.

China's first week of July 2023: Monday 3 to Friday 7, no holiday. The form is due on Friday 7 July at 17:00.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from headrope.core.calendars import Calendar
from headrope.core.due import Due, Policy, moment
from headrope.core.periods import parse
from headrope.followup.models import Message, ReminderSent
from headrope.followup.outbox.sending import send_due
from headrope.followup.owed import Named, OwedForm
from headrope.followup.reminders.daily import Reminded, send_reminders
from headrope.followup.reminders.once import remind
from headrope.journal.models import Audit
from headrope.ledger.models import Setting
from headrope.org.models import User
from tests.followup.mail_server import MailServer

ZONE = ZoneInfo("Asia/Shanghai")
PLAIN = Calendar("CN")
FRIDAY = date(2023, 7, 7)
People = dict[str, User]


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of July 2023 on the ledger's clocks."""
    return datetime(2023, 7, day, hour, minute, tzinfo=ZONE)


def due(day: date = FRIDAY, minutes: int = 17 * 60) -> Due:
    return Due(day, moment(day, minutes, ZONE))


@pytest.fixture
def ledger(people: People) -> People:
    Setting.objects.create(key="time_zone", value="Asia/Shanghai")
    Setting.objects.create(key="name", value="Harbour Group")
    return people


def owed(people: People, unit: str = "A1", **changes: object) -> OwedForm:
    """East Pumps' revenue of June, owed by the clerk, with a head and a leader above."""
    names = {"A1": ("East Pumps", "东方泵业"), "A": ("East Works", "东方厂")}
    base = OwedForm(
        Named(unit, *names[unit]),
        Named("REVENUE", "Revenue report", "收入月报"),
        parse("2023-06"),
        due(),
        PLAIN,
        PLAIN,
        (people["clerk"].pk,),
        (people["head"].pk,),
        (people["leader"].pk,),
        f"/submit/{unit}/2023-06/",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def days_of(people: People, forms: Iterable[OwedForm], days: Iterable[int], **how: Policy) -> list[tuple[int, str]]:
    """On which days of July to whom a message is written, when a tick runs twice a day."""
    found, given = [], list(forms)
    for day in days:
        for hour in (9, 15):
            before = set(Message.objects.values_list("pk", flat=True))
            send_reminders(at(day, hour), given, **how)
            new = Message.objects.exclude(pk__in=before).order_by("pk")
            found += [(day, message.to_user.username) for message in new]
    return found


def test_reminders_go_out_on_the_days_of_the_policy_once_each(ledger: People) -> None:
    """3 and 1 business days before, on the day, 1 after; the head after 3, the superior after 5; none on the weekend."""
    assert days_of(ledger, [owed(ledger)], range(1, 22)) == [
        (4, "clerk"),
        (6, "clerk"),
        (7, "clerk"),
        (10, "clerk"),
        (12, "head"),
        (14, "leader"),
    ]


def test_reminders_that_were_missed_are_overtaken_by_the_last(ledger: People) -> None:
    assert days_of(ledger, [owed(ledger)], [8, 9, 10, 20, 24]) == [(10, "clerk"), (20, "leader")]


def test_what_has_been_reminded_of_does_not_stand_in_the_next_mail(ledger: People) -> None:
    late, later = owed(ledger), owed(ledger, "A", due=due(date(2023, 7, 10)))

    found = days_of(ledger, [late, later], [10, 11])

    bodies = Message.objects.order_by("pk").values_list("body", flat=True)
    assert found == [(10, "clerk"), (11, "clerk")]
    assert [(body.count("East Pumps"), body.count("East Works")) for body in bodies] == [(1, 1), (0, 1)]


def test_another_due_day_makes_other_reminders(ledger: People) -> None:
    before = days_of(ledger, [owed(ledger)], [7])

    assert (before, days_of(ledger, [owed(ledger, due=due(date(2023, 7, 11)))], [8, 10, 11])) == (
        [(7, "clerk")],
        [(10, "clerk"), (11, "clerk")],
    )


def test_nobody_is_woken(ledger: People) -> None:
    assert send_reminders(at(4, 7, 59), [owed(ledger)]) == Reminded()
    assert send_reminders(at(4, 8), [owed(ledger)]).people == 1
    assert send_reminders(datetime(2023, 7, 6, 0, 30, tzinfo=UTC), [owed(ledger)]).people == 1  # half past eight there


def test_one_mail_lists_all_that_somebody_is_reminded_of(ledger: People, mails: MailServer) -> None:
    forms = [
        owed(ledger, "A", form=Named("CASH", "Cash"), due=due(date(2023, 7, 10), 24 * 60), url=""),
        owed(ledger),
        owed(ledger, form=Named("STAFF", "Staff\nBcc: x@example.org"), due=due(date(2023, 7, 6))),
    ]

    done = send_reminders(at(7), forms)
    send_due(at(7))

    (mail,) = mails.mails
    assert (done.people, done.forms, mail["To"]) == (1, 3, "clerk@example.org")
    assert mail["Subject"] == "1 form is late (Harbour Group)"
    assert mail.get_content().replace("\r\n", "\n") == (
        "You have not reported:\n"
        "- East Pumps, Staff Bcc: x@example.org, Jun 2023. Late by 1 business day: it was due on Thursday 6 July 2023.\n"
        "  https://figures.example.org/submit/A1/2023-06/\n"
        "- East Pumps, Revenue report, Jun 2023. Due today. Until 17:00.\n"
        "  https://figures.example.org/submit/A1/2023-06/\n"
        "- East Works, Cash, Jun 2023. Due soon: on Monday 10 July 2023, in 1 business day.\n\n"
        "Open: https://figures.example.org/owe/\n\n"
        "Sent by Headrope; answers to this address are not read.\n"
    )
    assert mail["Bcc"] is None


def test_mail_in_chinese_says_the_same(ledger: People, mails: MailServer) -> None:
    mine = owed(ledger, clerks=(ledger["head"].pk,), heads=())

    send_reminders(at(6), [mine])
    send_due(at(6))

    (mail,) = mails.mails
    assert mail["Subject"] == "1张报表将于2023年7月7日星期五到期 (Harbour Group)"
    assert mail.get_content().replace("\r\n", "\n") == (
        "您尚未填报：\n"
        "- 东方泵业，收入月报，2023年6月。即将到期：2023年7月7日星期五，还有1个工作日。截止时间17:00。\n"
        "  https://figures.example.org/submit/A1/2023-06/\n\n"
        "打开：https://figures.example.org/owe/\n\n"
        "本邮件由 Headrope 发出，请勿回复。\n"
    )


def test_subject_counts_what_presses_most(ledger: People) -> None:
    for day, changes in ((6, {}), (7, {}), (10, {})):
        send_reminders(at(day), [owed(ledger, **changes), owed(ledger, "A", form=Named("CASH"))])

    assert list(Message.objects.order_by("pk").values_list("subject", flat=True)) == [
        "2 forms are due on Friday 7 July 2023 (Harbour Group)",
        "2 forms are due today (Harbour Group)",
        "2 forms are late (Harbour Group)",
    ]


def test_form_with_the_end_of_the_day_names_no_hour(ledger: People) -> None:
    send_reminders(at(7), [owed(ledger, due=due(FRIDAY, 24 * 60))])

    assert "Jun 2023. Due today.\n" in Message.objects.get().body


def test_somebody_with_two_offices_is_told_of_a_form_once(ledger: People) -> None:
    clerk = ledger["clerk"].pk
    policy = Policy(clerk=(0,), head=(0,), superior=(0,))

    done = send_reminders(at(7), [owed(ledger, heads=(clerk,), superiors=(clerk,))], policy)

    assert (done.people, done.forms, Message.objects.get().body.count("East Pumps")) == (1, 1, 1)


def test_people_with_different_parts_get_a_mail_each(ledger: People) -> None:
    policy = Policy(clerk=(0,), head=(0,), superior=(0,))

    done = send_reminders(at(7), [owed(ledger), owed(ledger, "A", clerks=())], policy)

    bodies = dict(Message.objects.values_list("to_user__username", "body"))
    assert (done.people, sorted(bodies)) == (3, ["clerk", "head", "leader"])
    assert [bodies[name].count("East ") + bodies[name].count("东方") for name in ("clerk", "head", "leader")] == [
        1,
        2,
        2,
    ]
    assert bodies["leader"].startswith("Units below yours have not reported:\n- East Works, ")


def test_second_mail_of_a_day_waits_for_the_next(ledger: People) -> None:
    """A form that comes to be owed in the afternoon is reminded of tomorrow: one mail a day."""
    other = owed(ledger, "A", due=due(date(2023, 7, 12)))

    first = send_reminders(at(7), [owed(ledger)])
    second = send_reminders(at(7, 16), [owed(ledger), other])
    third = send_reminders(at(10), [owed(ledger), other])

    assert [(each.people, each.forms) for each in (first, second, third)] == [(1, 1), (0, 0), (1, 2)]


def test_new_clerk_is_reminded_of_what_the_old_one_was(ledger: People) -> None:
    send_reminders(at(7), [owed(ledger)])

    done = send_reminders(at(7, 11), [owed(ledger, clerks=(ledger["leader"].pk,))])

    assert (done.people, Message.objects.latest("pk").to_user) == (1, ledger["leader"])


def test_people_without_address_are_named_and_those_who_left_are_not(ledger: People) -> None:
    done = send_reminders(at(7), [owed(ledger, clerks=(ledger["silent"].pk, ledger["left"].pk))])

    assert (done.people, Message.objects.count(), ReminderSent.objects.count()) == (0, 0, 0)
    assert [(str(problem), problem.blocking) for problem in done.problems] == [
        (
            "reminders: 1 people who owe something have no mail address: silent. Enter their addresses with their "
            "accounts.",
            False,
        )
    ]
    User.objects.filter(username="silent").update(email="now@example.org")
    assert send_reminders(at(7, 11), [owed(ledger, clerks=(ledger["silent"].pk,))]).people == 1


def test_reminder_is_remembered_only_with_its_message(ledger: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ReminderSent.objects, "bulk_create", fails)
    with pytest.raises(ZeroDivisionError):
        send_reminders(at(7), [owed(ledger)])
    monkeypatch.undo()

    assert (Message.objects.count(), ReminderSent.objects.count()) == (0, 0)
    assert send_reminders(at(7), [owed(ledger)]).people == 1


def test_reminder_that_another_tick_has_just_written_is_not_written_again(
    ledger: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_reminders(at(7), [owed(ledger)])
    Message.objects.all().delete()
    monkeypatch.setattr("headrope.followup.reminders.daily.unsent", lambda wanted: wanted)

    assert send_reminders(at(7), [owed(ledger)]) == Reminded(0, 0)
    assert (Message.objects.count(), ReminderSent.objects.count()) == (0, 1)


def test_reminder_that_could_not_leave_in_two_days_is_dropped(ledger: People, settings: LazySettings) -> None:
    settings.EMAIL_HOST = ""
    send_reminders(at(7), [owed(ledger)])

    done = [send_due(at(9, 8, 59)), send_due(at(9, 9))]

    assert [(each.pointless, each.waiting) for each in done] == [(0, 1), (1, 0)]


def test_nothing_owed_writes_nothing(ledger: People) -> None:
    assert send_reminders(at(7), []) == Reminded()


def test_statements_do_not_grow_with_forms(ledger: People) -> None:
    counts = []
    for number, day in ((1, 4), (40, 6)):
        forms = [owed(ledger, form=Named(f"F{each}")) for each in range(number)]
        with CaptureQueriesContext(connection) as asked:
            send_reminders(at(day), forms)
        counts.append(len(asked))

    assert counts[0] == counts[1]


# By a click


def test_click_reminds_the_clerks_at_once_in_one_mail_each(ledger: People, mails: MailServer) -> None:
    by = ledger["head"]

    done = remind(by=by, owed=[owed(ledger), owed(ledger, "A")], now=at(3))
    send_due(at(3))

    (mail,) = mails.mails
    assert (done.people, done.problems) == ((ledger["clerk"].pk,), ())
    assert (mail["To"], mail["Subject"]) == (
        "clerk@example.org",
        "2 forms are due on Friday 7 July 2023 (Harbour Group)",
    )
    assert mail.get_content().startswith("Wang Fang reminds you.\r\n\r\nYou have not reported:\r\n- East ")
    line = Audit.objects.latest("id")
    assert (line.by, line.action, line.object) == (
        by,
        "remind",
        "user clerk of REVENUE/A/20230601, REVENUE/A1/20230601",
    )


def test_click_reminds_of_a_form_once_a_day(ledger: People) -> None:
    by = ledger["head"]
    asked = [
        remind(by=by, owed=[owed(ledger)], now=at(3)),
        remind(by=ledger["leader"], owed=[owed(ledger)], now=at(3, 23, 59)),
        remind(by=by, owed=[owed(ledger), owed(ledger, "A")], now=at(3, 23, 59)),
        remind(by=by, owed=[owed(ledger)], now=at(4, 0)),
    ]

    assert [len(each.people) for each in asked] == [1, 0, 1, 1]
    assert [str(problem) for problem in asked[1].problems] == ["Li Wei: Li Wei has been reminded today already."]
    assert [body.count("East") for body in Message.objects.order_by("pk").values_list("body", flat=True)] == [1, 1, 1]
    assert Audit.objects.filter(action="remind").count() == 3


def test_click_and_policy_do_not_count_for_each_other(ledger: People) -> None:
    clicked = remind(by=ledger["head"], owed=[owed(ledger)], now=at(7))

    assert (len(clicked.people), send_reminders(at(7), [owed(ledger)]).people) == (1, 1)


def test_click_where_there_is_no_clerk_reminds_the_heads(ledger: People) -> None:
    done = remind(by=ledger["leader"], owed=[owed(ledger, clerks=())], now=at(7))

    assert done.people == (ledger["head"].pk,)


def test_click_that_reaches_nobody_says_why(ledger: People) -> None:
    forms = [owed(ledger, clerks=(), heads=()), owed(ledger, "A", clerks=(ledger["silent"].pk,))]

    done = remind(by=ledger["head"], owed=forms, now=at(7))

    assert (done.people, Message.objects.count(), Audit.objects.filter(action="remind").count()) == ((), 0, 0)
    assert [str(problem) for problem in done.problems] == [
        "A1: Nobody reports for it: no clerk and no head has a mandate there. Give somebody a mandate on the unit.",
        "No Address: No Address has no mail address. Enter one with the account.",
    ]


def test_click_is_part_of_the_callers_transaction(ledger: People) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        remind(by=ledger["head"], owed=[owed(ledger)], now=at(7))
        1 / 0  # noqa: B018

    assert (Message.objects.count(), ReminderSent.objects.count(), Audit.objects.count()) == (0, 0, 0)


def test_reminders_go_to_other_channels_too_where_some_are_named(ledger: People, settings: LazySettings) -> None:
    settings.NOTIFY_URLS = ["json://chat.example.org/{username}"]

    send_reminders(at(7), [owed(ledger, clerks=(ledger["clerk"].pk, ledger["silent"].pk))])

    assert sorted(Message.objects.values_list("to_user__username", "channel")) == [
        ("clerk", "apprise"),
        ("clerk", "mail"),
        ("silent", "apprise"),
    ]
    assert timedelta(0) < Message.objects.first().until - at(7) <= timedelta(days=2)  # type: ignore[union-attr,operator]
