"""A message leaves once: with its change, in its time, whatever becomes of the others, and however many ticks there are."""

from __future__ import annotations

import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from headrope.followup.models import Channel, Message
from headrope.followup.outbox import claims
from headrope.followup.outbox.actions import enqueue
from headrope.followup.outbox.expiry import DONE_KEPT, remove_old
from headrope.followup.outbox.sending import send_due
from headrope.followup.outbox.texts import SUBJECT, Content, language_of, one_line
from headrope.journal.models import Audit
from headrope.ledger.models import Setting
from headrope.org.models import User
from tests.conftest import Place
from tests.followup.mail_server import MailServer

NOW = datetime(2030, 3, 4, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
People = dict[str, User]


def put(key: str, to: User, subject: str = "Due today", body: str = "Please.", url: str = "", **when: datetime) -> bool:
    with transaction.atomic():
        return enqueue(key=key, to=to, content=Content(subject, body, url), **{"after": NOW, **when})


def states() -> dict[str, str]:
    found = {}
    for message in Message.objects.order_by("id"):
        done = "sent" if message.sent_at else "dropped" if message.dropped_at else "waiting"
        found[message.key] = f"{done} {message.tries} {message.last_error}".strip()
    return found


def test_message_is_sent_as_plain_text_to_one_address(people: People, mails: MailServer) -> None:
    put("a", people["clerk"], "Überfällig: 6月", "East Pumps.\n.a line with a point", "/owe/?unit=A1")

    done = send_due(NOW)

    (mail,) = mails.mails
    assert (done.sent, done.waiting, done.out_of_order) == (1, 0, {})
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        "clerk@example.org",
        "figures@example.org",
        "Überfällig: 6月",
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@figures.example.org>")
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == (
        "East Pumps.\n.a line with a point\n\nOpen: https://figures.example.org/owe/?unit=A1\n\n"
        "Sent by Headrope; answers to this address are not read.\n"
    )
    assert states() == {"a": "sent 0"}
    assert Message.objects.get().sent_at == NOW


def test_message_speaks_the_language_of_the_person(people: People, mails: MailServer) -> None:
    put("a", people["head"], "三张报表今天到期", "东方泵业。", "/owe/")

    send_due(NOW)

    assert mails.mails[0].get_content().replace("\r\n", "\n") == (
        "东方泵业。\n\n打开：https://figures.example.org/owe/\n\n本邮件由 Headrope 发出，请勿回复。\n"
    )


def test_language_is_ones_own_else_that_of_the_ledger(people: People) -> None:
    before = [language_of(people[name]) for name in ("clerk", "head", "leader")]
    Setting.objects.create(key="language", value="zh")

    assert (before, language_of(people["leader"])) == (["en", "zh-hans", "en"], "zh-hans")


def test_message_of_a_key_is_written_once(people: People) -> None:
    made = [put("a", people["clerk"]), put("a", people["head"]), put("b", people["clerk"])]

    assert made == [True, False, True]
    assert [message.to_user for message in Message.objects.order_by("id")] == [people["clerk"], people["clerk"]]


def test_message_leaves_only_with_the_change_it_tells_of(people: People, mails: MailServer) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(key="a", to=people["clerk"], content=Content("x", "y"), after=NOW)
        1 / 0  # noqa: B018
    with pytest.raises(RuntimeError, match="inside a transaction"):
        enqueue(key="a", to=people["clerk"], content=Content("x", "y"), after=NOW)

    assert (send_due(NOW).sent, Message.objects.count()) == (0, 0)


def test_sending_inside_a_transaction_is_a_program_error(people: People) -> None:
    with pytest.raises(RuntimeError, match="outside of a transaction"), transaction.atomic():
        send_due(NOW)


def test_message_waits_for_its_time_and_is_dropped_after_it(people: People, mails: MailServer) -> None:
    put("later", people["clerk"], after=NOW + MINUTE)
    put("past", people["clerk"], until=NOW)
    put("just", people["clerk"], until=NOW + timedelta(microseconds=1))
    put("left", people["left"])

    first, second = send_due(NOW), send_due(NOW + MINUTE)

    assert (first.sent, first.pointless, first.waiting, second.sent) == (1, 2, 1, 1)
    assert states() == {"later": "sent 0", "past": "dropped 0", "just": "sent 0", "left": "dropped 0"}


def test_bad_messages_do_not_stop_the_queue(people: People, mails: MailServer) -> None:
    mails.refused.add("leader@example.org")
    put("1 refused", people["leader"])
    put("2 no address", people["silent"])
    put("3 good", people["clerk"])

    done = send_due(NOW)

    assert (done.sent, done.failed, done.given_up, done.waiting) == (1, 2, 0, 2)
    assert states() == {
        "1 refused": "waiting 1 550 b'no such person'",
        "2 no address": "waiting 1 silent has no mail address",
        "3 good": "sent 0",
    }
    assert mails.recipients == ["clerk@example.org"]


def test_message_that_fails_waits_twice_as_long_each_time_and_is_given_up(people: People, mails: MailServer) -> None:
    put("a", people["silent"])
    pauses, now = [], NOW
    for _ in range(claims.TRIES):
        done = send_due(now)
        message = Message.objects.get()
        pauses.append((message.after - now) // MINUTE)
        now = max(now, message.after)

    line = Audit.objects.order_by("-id").first()
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 720, 0]
    assert (done.given_up, done.failed, done.waiting) == (1, 0, 0)
    assert states() == {"a": "dropped 10 silent has no mail address"}
    assert line and (line.action, line.object) == (
        "give up message",
        f"message a to user {people['silent'].pk} after 10 tries: silent has no mail address",
    )
    assert send_due(now + timedelta(days=9)).sent == 0


def test_message_is_not_tried_before_its_pause_is_over(people: People, mails: MailServer) -> None:
    put("a", people["silent"])
    send_due(NOW)

    done = [send_due(NOW + 5 * MINUTE - timedelta(seconds=1)).failed, send_due(NOW + 5 * MINUTE).failed]

    assert done == [0, 1]


def test_messages_when_no_server_is_named_wait_and_lose_no_try(people: People, settings: LazySettings) -> None:
    settings.EMAIL_HOST = ""
    put("a", people["clerk"])

    done = send_due(NOW)

    assert [(name, error.unset, str(error)) for name, error in done.out_of_order.items()] == [
        ("mail", True, "No mail server is named: mails wait in the outbox. Set HEADROPE_MAIL_HOST.")
    ]
    assert (done.waiting, states()) == (1, {"a": "waiting 0"})


def test_messages_when_the_server_is_away_wait_and_lose_no_try(people: People, mails: MailServer) -> None:
    mails.hang_up_at = "THE DOOR"
    put("a", people["clerk"])
    put("b", people["head"])

    away = send_due(NOW)
    mails.hang_up_at = ""
    back = send_due(NOW + MINUTE)

    assert away.out_of_order["mail"].unset is False
    assert str(away.out_of_order["mail"]).startswith("The mail server 127.0.0.1 cannot be used: ")
    assert (away.sent, away.failed, away.waiting) == (0, 0, 2)
    assert (back.sent, states()) == (2, {"a": "sent 0", "b": "sent 0"})


def test_server_that_goes_away_meanwhile_costs_one_try(people: People, mails: MailServer) -> None:
    put("a", people["clerk"])
    put("b", people["head"])
    mails.hang_up_at = "RCPT"

    done = send_due(NOW)

    assert (done.sent, done.failed) == (0, 2)
    assert mails.connections == 2
    mails.hang_up_at = ""
    assert send_due(NOW + 5 * MINUTE).sent == 2


def test_message_that_finds_no_server_any_more_is_left_as_it_was(people: People, mails: MailServer) -> None:
    """The first is in the middle of its sending when the server goes away for good."""
    put("a", people["clerk"])
    put("b", people["head"])
    mails.hang_up_at = "RCPT"
    mails.closes_after = 1

    done = send_due(NOW)

    assert (done.failed, list(done.out_of_order)) == (1, ["mail"])
    assert list(Message.objects.order_by("id").values_list("key", "tries", "claim", "claimed_until")) == [
        ("a", 1, None, None),
        ("b", 0, None, None),
    ]


def test_all_mails_of_a_run_go_over_one_connection(people: People, mails: MailServer) -> None:
    for number in range(5):
        put(str(number), people["clerk"])

    assert send_due(NOW).sent == 5
    assert mails.connections == 1


def test_run_ends_in_its_time_and_the_next_goes_on(people: People, mails: MailServer) -> None:
    for number in range(3):
        put(str(number), people["clerk"])

    first, second = send_due(NOW, seconds=0), send_due(NOW)

    assert (first.sent, first.waiting, second.sent) == (0, 3, 3)


def test_message_of_a_tick_that_died_is_tried_again_after_its_claim(people: People, mails: MailServer) -> None:
    put("a", people["clerk"])
    claims.claim_next(NOW, [Channel.MAIL])

    sent = [send_due(NOW + claims.LEASE - MINUTE).sent, send_due(NOW + claims.LEASE).sent]

    assert sent == [0, 1]


def test_tick_whose_claim_ran_out_changes_nothing_any_more(people: People) -> None:
    put("a", people["clerk"])
    slow = claims.claim_next(NOW, [Channel.MAIL])
    other = claims.claim_next(NOW + claims.LEASE, [Channel.MAIL])
    assert slow and other and slow.pk == other.pk

    claims.failed(slow, NOW + claims.LEASE, "too late")
    claims.release(slow)

    held = Message.objects.get()
    assert (held.claim, held.tries) == (other.claim, 0)


TICK = """
import os, sys, time
import django
django.setup()
from datetime import datetime, UTC
from headrope.followup.outbox.sending import send_due
from headrope.followup.outbox import sending

class Slow:
    def open(self): pass
    def close(self): pass
    def send(self, message):
        time.sleep(0.01)
        print(message.key, flush=True)

print("ready", flush=True)
sys.stdin.readline()
send_due(datetime(2030, 3, 4, 9, tzinfo=UTC), senders={"mail": Slow})
"""


def test_three_ticks_at_once_send_each_message_once(people: People, place: Place) -> None:
    for number in range(60):
        put(str(number), people["clerk"])
    connection.close()
    environment = {**place.environment, "DJANGO_SETTINGS_MODULE": "headrope.config.settings"}

    ticks = [
        subprocess.Popen(
            [sys.executable, "-c", TICK],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for each in ticks:
        assert each.stdout and each.stdout.readline() == "ready\n"
    for each in ticks:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    said = [each.communicate(timeout=120) for each in ticks]

    sent = [out.split() for out, _ in said]
    assert [each.returncode for each in ticks] == [0, 0, 0], said
    assert sorted(key for keys in sent for key in keys) == sorted(map(str, range(60)))
    assert len([each for each in sent if each]) > 1, "one tick has sent all of them: nothing was tried"
    assert Message.objects.filter(sent_at=None).count() == 0


@pytest.mark.parametrize("channel", ["pigeon", ""])
def test_channel_that_is_none_is_refused_by_the_database(people: People, channel: str) -> None:
    put("a", people["clerk"])

    with pytest.raises(IntegrityError, match="message_channel_known"):
        Message.objects.update(channel=channel)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"claim": uuid.uuid4()}, "message_claim_ends"),
        ({"claimed_until": NOW}, "message_claim_ends"),
        ({"sent_at": NOW, "dropped_at": NOW}, "message_sent_or_dropped_not_both"),
    ],
)
def test_message_that_makes_no_sense_is_refused_by_the_database(
    people: People, change: dict[str, object], name: str
) -> None:
    put("a", people["clerk"])

    with pytest.raises(IntegrityError, match=name):
        Message.objects.update(**change)


def test_what_is_long_done_with_is_removed_and_nothing_else(people: People, mails: MailServer) -> None:
    for key, to in (("sent", "clerk"), ("dropped", "left"), ("waiting", "silent")):
        put(key, people[to])
    send_due(NOW)

    removed = [remove_old(NOW + DONE_KEPT), remove_old(NOW + DONE_KEPT + timedelta(microseconds=1))]

    assert removed == [(0, 0), (2, 0)]
    assert list(states()) == ["waiting"]


# Texts


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("East\r\nBcc: everybody@example.org", "East Bcc: everybody@example.org"),
        ("a\u2028b\u2029c\x85d\x00e\x0bf", "a b c d e f"),
        ("invoice\u202egpj.exe", "invoice gpj.exe"),
        ("  东方 \t 泵业  ", "东方 泵业"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_line_hides_nothing(text: str, line: str) -> None:
    assert one_line(text) == line


@given(st.text())
def test_line_is_one_line_and_stays_so(text: str) -> None:
    line = one_line(text)

    assert len(line.splitlines()) <= 1
    assert one_line(line) == line


def test_subject_is_one_line_of_bounded_length(people: People, mails: MailServer) -> None:
    put("a", people["clerk"], "Due\r\nBcc: everybody@example.org\r\n\r\n<script>" + "x" * 300)

    send_due(NOW)

    (mail,) = mails.mails
    assert len(Message.objects.get().subject) == SUBJECT
    assert mail["Bcc"] is None
    assert str(mail["Subject"]).startswith("Due Bcc: everybody@example.org <script>xxx")


@pytest.mark.parametrize(
    "email", ["a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "nobody", "a b@c"]
)
def test_address_that_is_none_or_several_is_not_sent_to(people: People, mails: MailServer, email: str) -> None:
    User.objects.filter(username="clerk").update(email=email)
    put("a", people["clerk"])

    assert send_due(NOW).failed == 1
    assert (mails.received, states()) == ([], {"a": "waiting 1 clerk has no mail address"})


@pytest.mark.parametrize(
    "url", ["https://evil.example", "//evil.example", "/\\evil.example", "owed", "/a b", "/a\nb", "/ä", "javascript:x"]
)
def test_link_that_is_no_path_of_ours_is_a_program_error(url: str) -> None:
    with pytest.raises(ValueError, match="is not a path such as"):
        Content("x", "y", url)


def put_secret(to: User) -> None:
    content = Content("A new password", "Open it.", "/sign-in/new/1/c1x-2b7/", secret=True)
    with transaction.atomic():
        enqueue(key="a", to=to, content=content, after=NOW)


def test_link_that_opens_an_account_is_read_by_nobody_but_the_receiver(people: People, mails: MailServer) -> None:
    put_secret(people["clerk"])
    before = str(list(Message.objects.values()))

    send_due(NOW)

    assert "Open: https://figures.example.org/sign-in/new/1/c1x-2b7/" in mails.mails[0].get_content()
    assert "c1x-2b7" not in before + str(list(Message.objects.values()))


def test_link_that_was_sealed_with_another_key_is_not_sent(
    people: People, mails: MailServer, settings: LazySettings
) -> None:
    put_secret(people["clerk"])
    settings.SECRET_KEY = "another key of at least 32 characters"

    assert send_due(NOW).failed == 1
    assert mails.received == []
    assert states() == {"a": "waiting 1 its link was sealed with another HEADROPE_SECRET_KEY"}


@pytest.mark.parametrize("subject", ["", " \n\t", "\u202e"])
def test_message_without_a_subject_is_a_program_error(subject: str) -> None:
    with pytest.raises(ValueError, match="has a subject"):
        Content(subject, "y")
