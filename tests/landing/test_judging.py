"""Judging: a run of a year that has ended against what came, by hand; backtests of the history; the newest counts."""

from __future__ import annotations

import json
import math

import pytest

from headrope.core.landing.scores import Bin
from headrope.core.periods import parse
from headrope.journal.queries import books
from headrope.landing.judging.actions import judge
from headrope.landing.judging.kept import pooled, scores
from headrope.landing.models import LandingScore
from headrope.landing.queries import Lander
from headrope.landing.runs.actions import run
from headrope.landing.runs.queries import Run, landed
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from headrope.org.actions import console_user
from headrope.org.queries import unit_ids
from tests.conftest import Databases, Load, Place, Says
from tests.landing.test_command import figures, write
from tests.landing.test_command import source as source
from tests.landing.test_histories import facts, months
from tests.landing.test_runs import FLOWS, Cancelled, measure

LEAVES = ("A1", "A2", "C")


@pytest.fixture(scope="module")
def judged_place(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Run]:
    """The small group with targets for 2022, a run after its June made later, and both judged."""
    from headrope.ledger.actions import load_folder, refresh_cube  # noqa: PLC0415  Django first

    folder = write(tmp_path_factory.mktemp("judged"))
    with (folder / "facts.csv").open("a", encoding="utf-8") as handle:
        handle.write("".join(f"{unit},REV,2022,target,{value}\n" for unit, value in zip(LEAVES, TARGETS, strict=True)))
    place = databases.copy()
    load_folder(folder, by=console_user())
    refresh_cube()
    made = run(parse("2022-06"), console_user())
    judge(6)
    return place, made


TARGETS = (15_000_000, 6_000_000, 31_000_000)


@pytest.fixture
def ended(judged_place: tuple[Place, Run]) -> Run:
    """The run of 2022."""
    judged_place[0].enter()
    return judged_place[1]


def test_a_run_is_scored_against_what_came(ended: Run) -> None:
    """A1 and A2 stand on the third tier: their years by hand from the figures that were loaded."""
    ids, revenue = unit_ids(), measure("REV")
    rows = landed(ended, [ids["A1"], ids["A2"]], [revenue])
    actual = figures()[:2, 84:96].sum(axis=1)
    half = figures()[:2, 84:90].sum(axis=1)
    points = [rows[ids[unit], revenue].account for unit in ("A1", "A2")]
    odds = [rows[ids[unit], revenue].odds.value for unit in ("A1", "A2")]
    came = [float(value >= target) for value, target in zip(actual, TARGETS, strict=False)]

    (kept,) = [each for each in scores(books()) if each.run == ended.seq and each.measure == revenue and each.tier == 3]

    assert (kept.months, kept.years, kept.score.rows) == (6, 1, 2)
    off = sum(abs(point - value) for point, value in zip(points, actual, strict=True))
    assert kept.score.wape == pytest.approx(off / actual.sum())
    assert kept.score.wape_straight == pytest.approx(abs(2 * half - actual).sum() / actual.sum())
    assert kept.score.brier == pytest.approx(sum((p - c) ** 2 for p, c in zip(odds, came, strict=True)) / 2)  # type: ignore[operator]
    inside = [
        rows[ids[u], revenue].low80 <= v <= rows[ids[u], revenue].high80
        for u, v in zip(("A1", "A2"), actual, strict=True)
    ]
    assert kept.score.coverage == pytest.approx(sum(inside) / 2)


def test_the_history_is_backtested(ended: Run) -> None:
    lander = Lander(store.fresh(), ledger_settings(), books())
    tested = lander.judge(lander.infos["REV"], lander.over("G", 2023 * 12 + 6), 6, _trial())
    revenue = measure("REV")

    kept = sorted(
        (each for each in scores(books()) if each.run is None and each.measure == revenue), key=lambda e: e.tier
    )

    assert [each.score.wape for each in kept] == pytest.approx([tier.wape for tier in tested.tiers])
    assert [each.score.brier for each in kept] == pytest.approx([tier.brier for tier in tested.tiers])
    assert kept[0].years == len(tested.years) and kept[0].score.bins == tested.reliability
    assert kept[0].first_year == (2015 + tested.years[0]) * 12


def _trial() -> object:
    from headrope.core.landing.backtest import Trial  # noqa: PLC0415  slow import

    return Trial(threads=2)


def test_the_newest_scores_count(ended: Run, databases: Databases, judged_place: tuple[Place, Run]) -> None:
    databases.copy(judged_place[0])
    before = scores(books())

    judge(6)

    assert len(scores(books())) == len(before)
    assert LandingScore.objects.count() == 2 * len(before)


def test_a_judgement_that_is_stopped_leaves_nothing(
    ended: Run, databases: Databases, judged_place: tuple[Place, Run]
) -> None:
    databases.copy(judged_place[0])
    count = LandingScore.objects.count()

    def stop(doing: str, done: int, of: int) -> None:
        if doing == "landing past years":
            raise Cancelled

    with pytest.raises(Cancelled):
        judge(6, stop)

    assert LandingScore.objects.count() == count


def test_a_young_ledger_has_nothing_to_judge(load: Load, says: Says) -> None:
    values: list[object] = [str(100 + n % 12) for n in range(30)]
    text = facts(*months("G", "REV", 2021 * 12, values)) + "G,REV,2023,target,1300\n"
    load(units="code,name,parent\nG,Group,\n", measures=FLOWS, facts=text)

    assert judge(6) == 0
    status, said, _ = says("landing", "judge", "--language", "en")
    assert (status, said) == (
        0,
        "No year can be judged yet: a run's year has not ended, and a backtest needs six whole years.\n",
    )


def test_tables_of_reliability_are_pooled_by_cases() -> None:
    found = pooled([Bin(0.1, 1, 0.1, 0.0), Bin(0.1, 3, 0.18, 1.0), Bin(0.9, 2, 0.95, 1.0)])

    assert [(each.low, each.cases) for each in found] == [(0.1, 4), (0.9, 2)]
    assert (found[0].said, found[0].came) == pytest.approx((0.16, 0.75))
    assert not math.isnan(found[1].came)


def test_the_command_runs_and_says_what_is_not_landed(
    says: Says, databases: Databases, judged_place: tuple[Place, Run]
) -> None:
    databases.copy(judged_place[0])

    status, said, _ = says("landing", "run", "2023-05", "--language", "en")

    assert status == 0
    assert said.startswith("3 measures of 2023 are landed after 2023-05, as posting ")
    status, _, wrong = says("landing", "run", "2023-09", "--language", "en")
    assert (status, "Nothing is reported after 2023-06 yet." in wrong) == (1, True)
    assert says("landing", "run", "June")[0] == 2
    assert json.loads(says("landing", "run", "2023-05", "--json")[1])["after"] == "2023-05"
