"""The tick lands a month by itself: when all is in or the last due moment has passed, once, and never two at once.

G   group, due a business day after those below it
    A   company, fills in the form
    B   company, fills in the form
"""

from __future__ import annotations

import fcntl
from datetime import UTC, datetime

import pytest

from headrope.core.periods import parse
from headrope.followup.tick.run import Report, run_jobs
from headrope.journal import clock
from headrope.journal.models import Audit
from headrope.journal.queries import books
from headrope.landing.runs import actions, monthly
from headrope.landing.runs.queries import runs
from headrope.org.actions import console_user
from tests.conftest import Load, Place, Says
from tests.landing.test_histories import facts, months
from tests.landing.test_runs import FLOWS

LEDGER = "key,value\nname,Harbour Group\ncurrency,CNY\ntime_zone,Asia/Shanghai\n"
UNITS = "code,name,parent\nG,Harbour Group,\nA,East Works,G\nB,Airport Base,G\n"
FORM = "code,name,span,measures,due\nFIN,Monthly form,month,REV,business day 5 at 18:00\n"
DUTIES = "form,unit\nFIN,A\nFIN,B\n"
TARGETS = "A,REV,2023,target,1400\nB,REV,2023,target,1400\n"
EARLY = datetime(2023, 7, 3, 9, tzinfo=UTC)
ON_THE_DAY = datetime(2023, 7, 10, 9, tzinfo=UTC)  # of the group: 10 July, 18:00 in Shanghai, is an hour later
PAST = datetime(2023, 7, 10, 11, tzinfo=UTC)
JUNE = "1 measure of 2023 landed after 2023-06, as posting "


def figures(*, late: int = 0, targets: str = TARGETS) -> str:
    """Both from 2020 to June 2023; B without its last months."""
    values: list[object] = [str(100 + n % 12) for n in range(42)]
    return facts(*months("A", "REV", 2020 * 12, values), *months("B", "REV", 2020 * 12, values[: 42 - late])) + targets


@pytest.fixture
def group(load: Load) -> Load:
    """The group without figures."""
    load(ledger=LEDGER, units=UNITS, measures=FLOWS, forms=FORM, duties=DUTIES)
    return load


def tick(now: datetime) -> Report:
    (report,) = run_jobs(now, [monthly.JOB])
    return report


def landed() -> list[str]:
    return [str(each.month) for each in runs(books())]


def test_month_is_landed_once_when_everything_due_is_in(group: Load) -> None:
    group(facts=figures())

    first, second = tick(EARLY), tick(PAST)

    assert first.done.said == f"{JUNE}{books().seq}." and first.done.counts == {"posting": books().seq}
    assert (second.done.said, landed()) == ("Nothing to land.", ["2023-06"])
    assert Audit.objects.filter(action="land month", object="2023-06").count() == 1


def test_month_with_a_late_unit_waits_for_the_last_due_moment(group: Load) -> None:
    group(facts=figures(late=1))
    tick(EARLY)  # May was never landed, and all of it is in
    assert landed() == ["2023-05"]

    before, after = tick(ON_THE_DAY), tick(PAST)

    assert before.done.said == "Nothing to land."
    assert after.done.said.startswith(JUNE)
    assert landed() == ["2023-06", "2023-05"]


def test_month_that_somebody_has_landed_is_not_landed_again(group: Load) -> None:
    group(facts=figures())
    actions.run(None, console_user())

    assert tick(PAST).done.said == "Nothing to land."
    assert landed() == ["2023-06"]


@pytest.mark.parametrize("targets", ["", "A,REV,2022,target,1400\n"])
def test_nothing_is_done_without_targets_for_the_year(group: Load, targets: str) -> None:
    group(facts=figures(targets=targets))

    report = tick(PAST)

    assert (report.done.said, report.done.problems, landed()) == ("Nothing to land.", (), [])
    assert not Audit.objects.filter(action="land month").exists()


def test_nothing_is_landed_by_itself_where_no_form_is_ever_due(load: Load) -> None:
    load(ledger=LEDGER, units=UNITS, measures=FLOWS, facts=figures())

    assert tick(PAST).done.said == "Nothing to land."
    assert landed() == []


def test_error_is_told_and_not_repeated_for_ever(group: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    group(facts=figures())
    at = books()

    def breaks(*_args: object) -> None:
        raise ArithmeticError("it cannot be solved")

    monkeypatch.setattr(actions, "make", breaks)
    failed = [tick(PAST) for _ in range(3)]
    monkeypatch.undo()
    given_up = tick(PAST)

    assert [each.failed for each in failed] == [True] * 3
    assert "It broke off: ArithmeticError: it cannot be solved." in str(failed[0].done.problems[0])
    assert (given_up.failed, landed(), books()) == (False, [], at)
    assert str(given_up.done.problems[0]) == (
        "landing: 2023-06 was tried 3 times and could not be landed. "
        "Mend what is told, then land it with `headrope landing run 2023-06`."
    )


def test_two_landings_are_never_made_at_once(group: Load, place: Place, says: Says) -> None:
    group(facts=figures())

    with (place.home / "landing.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        report, by_hand = tick(PAST), says("landing", "run", "--language", "en")

    assert report.done.said == "Another landing is being made."
    assert (by_hand[0], "Another landing is being made. Wait until it is done." in by_hand[2]) == (1, True)
    assert landed() == [] and not Audit.objects.filter(action="land month").exists()
    assert tick(PAST).done.said.startswith(JUNE)


def test_the_command_lands_the_month_as_its_last_job(group: Load, says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    group(facts=figures())
    monkeypatch.setattr(clock, "now", lambda: PAST)

    status, told, _ = says("tick")

    assert status == 0
    assert told.splitlines()[-1].startswith(f"landing: {JUNE}")
    assert actions.run(parse("2023-05"), console_user()).month == parse("2023-05")  # the lock is free again
