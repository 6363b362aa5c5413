"""Silence is never green: figures that are overdue have no state but stale."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headrope.core.periods import parse
from headrope.ledger.queries import version_ids
from headrope.ledger.submissions.models import Submission
from headrope.org.actions import console_user
from headrope.org.queries import unit_ids
from headrope.review.as_data import as_json
from headrope.review.headline import Headline, plain
from headrope.review.queries import Line, Review
from headrope.review.ranking import Ranking, Wanted
from headrope.review.wording import Wording
from tests.conftest import Load
from tests.review.asking import ask

Clock = Callable[..., None]
LEDGER = "key,value\nname,Group\ncurrency,CNY\ntime_zone,Asia/Shanghai\n"
UNITS = "code,name,parent\nG,Group,\nA,East,G\nA1,East Works,A\nA2,East Pumps,A\nB,West,G\n"
MEASURES = """
code,name,account,quantity,step,kind,direction,numerator,denominator,weight
REV,Revenue,CNY,money,0.01,flow,up,,,1
PROFIT,Profit,CNY,money,0.01,flow,up,,,
MARGIN,Margin,share,number,,ratio,up,PROFIT,REV,
FREE,Without a form,CNY,money,0.01,flow,up,,,
"""
FORMS = "code,name,span,measures,due\nFIN,Monthly form,month,REV PROFIT,business day 5 at 18:00\nFREE,Never due,month,FREE,\n"
DUTIES = "form,unit\n" + "".join(f"{form},{unit}\n" for form in ("FIN", "FREE") for unit in ("A1", "A2", "B"))
HEAD = "unit,measure,period,version,value"
MEASURED = ("REV", "PROFIT", "FREE")
PLAN = [f"{unit},{code},2023-0{month},target,10" for unit in ("A1", "A2", "B") for code in MEASURED for month in range(1, 8)]  # fmt: skip


def actual(unit: str, *months: int, codes: tuple[str, ...] = MEASURED) -> list[str]:
    return [f"{unit},{code},2023-0{month},actual,10" for month in months for code in codes]


def filled(load: Load, *rows: list[str]) -> None:
    facts = "\n".join([HEAD, *PLAN, *(line for each in rows for line in each)])
    load(ledger=LEDGER, units=UNITS, measures=MEASURES, forms=FORMS, duties=DUTIES, facts=facts)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the clock; due in June's round are A1, A2 and B on 7 July at 18:00, A on the 10th, the group on the 11th."""

    def put(day: int, hour: int = 12, month: int = 7) -> None:
        now = datetime(2023, month, day, hour - 8, tzinfo=UTC)
        monkeypatch.setattr(settings, "CLOCK_SHIFT", now - datetime.now(UTC))

    return put


def asked(unit: str = "G", period: str = "2023-06") -> tuple[Review, Ranking]:
    return ask()(unit, period, measure="REV")


def line(unit: str = "G", code: str = "REV", period: str = "2023-06") -> Line:
    found = asked(unit, period)[0].line(code)
    assert found is not None
    return found


def state(unit: str = "G", code: str = "REV", period: str = "2023-06") -> str | None:
    judgement = line(unit, code, period).judgement
    return judgement.state if judgement else None


def said(found: Line) -> tuple[str, str, int, int, int]:
    assert found.overdue is not None
    each = found.overdue
    return each.since.isoformat(), str(each.newest), each.periods, each.missing, each.of


def test_unit_is_stale_after_its_own_moment_and_each_above_after_its_own(load: Load, at: Clock) -> None:
    filled(load, actual("A1", 5), actual("A2", 5, 6), actual("B", 5, 6))
    states = {}

    for day, hour in ((7, 17), (7, 19), (10, 19), (11, 19)):
        at(day, hour)
        states[day, hour] = [state(unit, period="2023-H1") for unit in ("A1", "A", "G", "B")]

    assert states == {
        (7, 17): ["behind", "behind", "behind", "behind"],
        (7, 19): ["stale", "behind", "behind", "behind"],
        (10, 19): ["stale", "stale", "behind", "behind"],
        (11, 19): ["stale", "stale", "stale", "behind"],
    }


def test_stale_overrides_on_pace_says_why_and_spares_what_is_never_due(load: Load, at: Clock) -> None:
    filled(load, actual("A1", 5), actual("A2", 5, 6), [*actual("B", 5), "B,REV,2023-06,actual,20", "B,PROFIT,2023-06,actual,20"])  # fmt: skip
    at(12)

    review, ranking = asked()

    assert [(found.info.code, found.judgement.state) for found in review.lines if found.judgement] == [("REV", "stale"), ("PROFIT", "stale"), ("MARGIN", "stale"), ("FREE", "behind")]  # fmt: skip
    assert said(line()) == ("2023-07-11T10:00:00+00:00", "None", 1, 1, 3)
    assert {row.unit.code: row.judgement.state if row.judgement else None for row in ranking.rows} == {"A": "stale", "B": "ahead"}  # fmt: skip
    words = Wording.of(review)
    assert (
        plain(Headline(review, words).sentences(ranking))
        == "Revenue is 30, exactly as in plan. Revenue is stale: 1 of 3 not in, overdue since 11 Jul 2023."
    )
    data = as_json(ask().reader, review, ranking, Wanted(measure="REV"))
    assert data["measures"][0]["state"] == "stale"
    assert data["measures"][0]["overdue"] == {"form": "FIN", "since": "2023-07-11T10:00:00+00:00", "newest": None, "periods": 1, "missing": 1, "of": 3}  # fmt: skip


def test_since_is_the_first_period_that_is_overdue_after_the_newest_reported(load: Load, at: Clock) -> None:
    filled(load, actual("A1", 1, 2, 3), actual("A2", 1, 2, 3, 4, 5, 6), actual("B", 1, 2, 3, 4, 5, 6))
    at(12)

    assert said(line("A1", period="2023-H1")) == ("2023-05-05T10:00:00+00:00", "2023-03", 3, 1, 1)


def test_gap_before_a_newer_report_is_not_stale(load: Load, at: Clock) -> None:
    filled(load, actual("A1", 5, 7), actual("A2", 5, 6, 7), actual("B", 5, 6, 7))
    at(15, month=8)

    assert [line(unit, period="2023-H1").overdue for unit in ("A1", "A", "G")] == [None, None, None]
    assert line(period="2023-H1").actual.complete is False


def test_month_that_nobody_has_reported_is_stale(load: Load, at: Clock) -> None:
    filled(load, *(actual(unit, 4, 5) for unit in ("A1", "A2", "B")))
    at(12)

    assert said(line(period="2023-H1"))[1:] == ("2023-05", 1, 3, 3)
    assert state("B", period="2023-H1") == "stale"


def test_one_measure_left_out_of_a_report_is_missing_and_not_stale(load: Load, at: Clock) -> None:
    filled(load, actual("A1", 6, codes=("PROFIT",)), actual("A1", 5), actual("A2", 5, 6), actual("B", 5, 6))
    at(12)

    assert [line(unit).overdue for unit in ("A1", "G")] == [None, None]
    assert asked()[1].rows[0].overdue is None


def test_what_is_sent_counts_and_what_is_passed_on_with_exceptions(load: Load, at: Clock) -> None:
    filled(load, actual("A1", 5), actual("A2", 5, 6), actual("B", 5, 6))
    at(12)
    ids, period, version = unit_ids(), parse("2023-06").code, version_ids()["actual"]

    def send(unit: str, state: str = "submitted") -> None:
        moment, by = datetime(2023, 7, 11, tzinfo=UTC), console_user()
        form = ask().reader.silence.forms[0].id
        Submission.objects.create(unit_id=ids[unit], form_id=form, period=period, version_id=version, state=state, changed_at=moment, changed_by=by, first_submitted_at=moment)  # fmt: skip

    send("G")
    assert [line(unit, period="2023-H1").overdue is None for unit in ("A1", "A", "G")] == [False, False, True]
    Submission.objects.update(state="returned", row_version=2)
    send("A1")
    assert [line(unit, period="2023-H1").overdue is None for unit in ("A1", "A", "G")] == [True, True, True]
    Submission.objects.update(state="returned", row_version=3)
    assert line(period="2023-H1").overdue is not None


def test_reports_are_asked_for_once_though_other_units_and_measures_are_judged_after(load: Load, at: Clock) -> None:
    """The group has sent June on; East, which has not, is asked for first."""
    filled(load, actual("A1", 5), actual("A2", 5, 6), actual("B", 5, 6))
    at(12)
    ids, period, moment = unit_ids(), parse("2023-06"), datetime(2023, 7, 11, tzinfo=UTC)
    reader = ask().reader
    form, version = reader.silence.forms[0].id, version_ids()["actual"]
    Submission.objects.create(unit_id=ids["G"], form_id=form, period=period.code, version_id=version, state="submitted", changed_at=moment, changed_by=console_user(), first_submitted_at=moment)  # fmt: skip

    def late(code: str, *units: str) -> list[str]:
        found = reader.silence.of_units([ids[unit] for unit in units], reader.infos[code], reader.infos, period)
        return [unit for unit in units if ids[unit] in found]

    assert (late("REV", "A"), late("REV", "A", "A1", "G")) == (["A"], ["A", "A1"])
    with CaptureQueriesContext(connection) as statements:
        assert late("PROFIT", "A", "A1", "G") == ["A", "A1"]
    assert [each["sql"] for each in statements] == []


def test_day_in_the_past_is_judged_by_its_end(load: Load, at: Clock) -> None:
    at(1)
    filled(load, actual("A1", 5), actual("A2", 5, 6), actual("B", 5, 6))
    at(20)

    found = {
        day: ask(date(2023, 7, day))("G", "2023-H1")[0].line("REV").overdue is not None  # type: ignore[union-attr]
        for day in (10, 11)
    }

    assert found == {10: False, 11: True}
