"""A tick does all its jobs, whatever becomes of one of them; two at once do not happen; the loop ends when it is asked to."""

from __future__ import annotations

import fcntl
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from headrope.cli import tick as command
from headrope.core.problems import Problem
from headrope.followup.models import Message
from headrope.followup.outbox.actions import enqueue
from headrope.followup.outbox.texts import Content
from headrope.followup.tick.alone import alone
from headrope.followup.tick.jobs import JOBS, Done, Job
from headrope.followup.tick.run import run_jobs
from headrope.journal.actions import post
from headrope.journal.models import Audit, AuditSeal, PostingKind
from headrope.journal.seal_key import key_file
from headrope.org.actions import console_user
from headrope.org.models import User
from tests.conftest import Place, Says
from tests.followup.mail_server import MailServer

NOW = datetime(2030, 3, 4, 9, tzinfo=UTC)
QUIET = [
    "reminders: Nobody to remind.",
    "restatements: Nothing was restated.",
    "outbox: 0 sent.",
    "sign-ins: No failed sign-ins to count.",
    "seal: The audit trail has not grown since the last seal.",
    "expiry: 0 old messages removed, 0 uploaded files emptied.",
    "landing: Nothing to land.",
]


def job(name: str, *problems: Problem) -> Job:
    return Job(name, lambda now: Done(f"{name} at {now:%H:%M}.", {"n": 1}, problems))


def breaks_off(now: datetime) -> Done:
    """As bad as a job can be: it leaves the connection broken, too."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM nowhere")
    raise AssertionError


def posted() -> None:
    with transaction.atomic():
        post(kind=PostingKind.LOAD, by=console_user())


def test_job_that_breaks_off_does_not_keep_the_others_from_theirs(place: Place) -> None:
    warning = Problem("b", "Mind %(what)s.", "", {"what": "this"}, blocking=False)

    reports = run_jobs(NOW, [job("a"), Job("broken", breaks_off), job("b", warning), job("c", Problem("c", "Wrong."))])

    assert [(report.name, report.failed, report.done.said) for report in reports] == [
        ("a", False, "a at 09:00."),
        ("broken", True, "Broke off."),
        ("b", False, "b at 09:00."),
        ("c", True, "c at 09:00."),
    ]
    (problem,) = reports[1].done.problems
    assert str(problem).startswith("broken: It broke off: OperationalError: no such table" if connection.vendor == "sqlite" else "broken: It broke off: ProgrammingError: relation ")  # fmt: skip


def test_no_further_job_is_begun_once_the_tick_is_to_stop() -> None:
    asked = iter([False, True])

    reports = run_jobs(NOW, [job("a"), job("b")], lambda: next(asked))

    assert [report.name for report in reports] == ["a"]


def test_jobs_of_a_tick_are_those_that_the_manual_names() -> None:
    named = ["reminders", "restatements", "outbox", "sign-ins", "seal", "expiry"]

    assert [each.name for each in JOBS] == named
    assert [each.name for each in command.JOBS] == [*named, "landing"]


def test_tick_tells_what_each_job_did(place: Place, says: Says, people: dict[str, User], mails: MailServer) -> None:
    posted()
    with transaction.atomic():
        enqueue(key="a", to=people["clerk"], content=Content("x", "y"))
        enqueue(key="b", to=people["silent"], content=Content("x", "y"))

    first, again = says("tick"), says("tick")

    assert first == (
        0,
        "reminders: Nobody to remind.\n"
        "restatements: Nothing was restated.\n"
        "outbox: 1 sent, 1 failed for now, 1 waiting.\n"
        "sign-ins: No failed sign-ins to count.\n"
        "seal: Seal 1 over 1 new line of the audit trail.\n"
        "expiry: 0 old messages removed, 0 uploaded files emptied.\n"
        "landing: Nothing to land.\n",
        "",
    )
    assert again == (0, "\n".join([*QUIET, ""]).replace("0 sent.", "0 sent, 1 waiting."), "")


def test_tick_without_a_mail_server_says_so_and_is_no_failure(
    place: Place, says: Says, people: dict[str, User], settings: LazySettings
) -> None:
    settings.EMAIL_HOST = ""
    with transaction.atomic():
        enqueue(key="a", to=people["clerk"], content=Content("x", "y"))

    status, out, _ = says("tick")

    assert (status, out.splitlines()[2:4]) == (
        0,
        [
            "outbox: 0 sent, 1 waiting.",
            "  channel mail: No mail server is named: mails wait in the outbox. Set HEADROPE_MAIL_HOST.",
        ],
    )


def test_tick_with_a_failed_job_ends_with_status_1(
    place: Place, says: Says, people: dict[str, User], mails: MailServer
) -> None:
    mails.hang_up_at = "THE DOOR"
    with transaction.atomic():
        enqueue(key="a", to=people["clerk"], content=Content("x", "y"))

    status, out, _ = says("tick", "--json")

    (line,) = out.splitlines()
    told = json.loads(line)
    assert (status, told["failed"], told["occupied"]) == (1, True, False)
    assert [(each["name"], each["failed"]) for each in told["jobs"]] == [
        ("reminders", False),
        ("restatements", False),
        ("outbox", True),
        ("sign-ins", False),
        ("seal", False),
        ("expiry", False),
        ("landing", False),
    ]
    outbox = told["jobs"][2]
    assert outbox["counts"] == {"sent": 0, "failed": 0, "given_up": 0, "pointless": 0, "waiting": 1}
    assert outbox["problems"][0].startswith("channel mail: The mail server 127.0.0.1 cannot be used: ")


def test_tick_without_its_key_fails_and_can_begin_anew(place: Place, says: Says) -> None:
    posted()
    says("tick")
    key_file().unlink()
    posted()

    failed, renewed = says("tick"), says("tick", "--renew-seals")

    assert (failed[0], failed[1].splitlines()[4]) == (1, "seal: FAILED. Not sealed.")
    assert (renewed[0], renewed[1].splitlines()[4]) == (0, "seal: Seal 2 over 2 new lines of the audit trail.")
    assert Audit.objects.latest("id").action == "renew seals"


def test_expired_sessions_are_removed(place: Place, says: Says) -> None:
    for days in (-1, 1):
        session = SessionStore()
        session.create()
        Session.objects.filter(pk=session.session_key).update(expire_date=timezone.now() + timedelta(days=days))

    says("tick")

    assert Session.objects.count() == 1


@pytest.fixture
def ticking(place: Place) -> Iterator[None]:
    """Another process is just ticking."""
    with (place.home / "tick.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@pytest.mark.usefixtures("ticking")
def test_second_tick_says_so_and_ends(place: Place, says: Says) -> None:
    posted()

    plain, as_json = says("tick"), says("tick", "--json")

    assert plain == (0, "Another tick is running; this one has nothing to do.\n", "")
    assert (as_json[0], json.loads(as_json[1])["occupied"], json.loads(as_json[1])["jobs"]) == (0, True, [])
    assert AuditSeal.objects.count() == 0


def test_tick_on_another_machine_is_seen_in_the_database(place: Place, says: Says, settings: LazySettings) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite stands on one machine")
    program = (
        "import sys, django; django.setup()\n"
        "from headrope.followup.tick.alone import alone\n"
        "with alone() as only: print(only, flush=True); sys.stdin.readline()"
    )
    elsewhere = place.home / "elsewhere"
    elsewhere.mkdir()
    environment = {
        **place.environment,
        "HEADROPE_HOME": str(elsewhere),
        "DJANGO_SETTINGS_MODULE": "headrope.config.settings",
    }
    other = subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout and other.stdout.readline() == "True\n"

    during = says("tick")[1]
    other.communicate("\n", timeout=60)

    assert during == "Another tick is running; this one has nothing to do.\n"
    assert says("tick")[1].splitlines() == QUIET


def test_lock_is_free_again_after_a_tick(place: Place) -> None:
    taken = []
    for _ in range(2):
        with alone() as only:
            taken.append(only)

    assert taken == [True, True]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_loop_ticks_until_it_is_asked_to_end(place: Place, number: int) -> None:
    connection.close()
    loop = subprocess.Popen(
        [sys.executable, "-m", "headrope", "tick", "--every", "1", "--json"],
        env=place.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert loop.stdout
    lines = [json.loads(loop.stdout.readline()) for _ in range(2)]

    loop.send_signal(number)
    _, err = loop.communicate(timeout=60)

    assert (loop.returncode, err) == (0, "")
    assert [[each["name"] for each in line["jobs"]] for line in lines] == [[each.name for each in command.JOBS]] * 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--every", "0"), "--every is at least 1 second.\n"),
        (("--every", "60", "--renew-seals"), "--renew-seals is done once: leave --every out.\n"),
    ],
)
def test_call_that_makes_no_sense_is_refused(place: Place, says: Says, words: tuple[str, ...], said: str) -> None:
    assert says("tick", *words) == (2, "", said)


def test_tick_of_a_database_without_tables_says_what_to_do(place: Place, says: Says, tmp_path: object) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a file is easily made")
    Place(f"{tmp_path}/empty.sqlite3", place.home).enter()

    status, _, err = says("tick")

    assert (status, err.partition("(")[0]) == (2, "The database is not ready ")


def test_message_that_a_job_writes_leaves_with_the_same_tick(
    place: Place, people: dict[str, User], mails: MailServer, monkeypatch: pytest.MonkeyPatch, says: Says
) -> None:
    def writes(now: datetime) -> Done:
        with transaction.atomic():
            enqueue(key="a", to=people["clerk"], content=Content("x", "y"), after=now)
        return Done("Written.")

    monkeypatch.setattr(command, "JOBS", [Job("reminders", writes), *JOBS[1:]])

    says("tick")

    assert Message.objects.get().sent_at is not None
