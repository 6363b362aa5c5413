"""Our verdict on the service standards of the Government of Canada against the published one (needs the trial data).

Of every standard and year the ledger holds volume, volume that met the standard, and the target; the measure is a ratio
of direction `gate`: met or not, nothing between. Two editions are two vintages: each is asked as known on its day.
All rows are compared by both engines, `review.verdict` behind rankings and `situation.heat` behind the matrix.
Each row on which we and the publication differ goes against its own numbers; all of them are written, one a line, to
.cache/trials/service-standards.csv.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from headrope.ledger.actions import load_folder, refresh_cube
from headrope.org.actions import console_user
from headrope.review.situation.heat import Shown, heat
from headrope.review.situation.states import BEHIND, ON
from tests.conftest import Databases, Place
from tests.review.asking import ask
from tests.review.service_standards import EDITIONS, counted, files, first_day, reports, write_list
from tests.web.trial_reading import Situation, named, office_of

LIST = Path(__file__).parents[2] / ".cache" / "trials" / "service-standards.csv"
Verdicts = dict[tuple[str, str], bool]


@pytest.fixture(scope="module")
def source(trial: Path) -> Path:
    return trial / "ca_infobase"


@pytest.fixture(scope="module")
def standards(databases: Databases, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Both editions in one ledger, each as a complete one."""
    folder = tmp_path_factory.mktemp("standards")
    for name, text in files(source).items():
        (folder / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    made = databases.copy()
    load_folder(folder, by=console_user(), complete=True)
    refresh_cube()
    return made


@pytest.fixture(scope="module")
def ours(standards: Place) -> Callable[[str], tuple[Verdicts, Verdicts]]:
    """The verdicts of an edition by unit and period, once for each engine; asked once."""
    held: dict[str, tuple[Verdicts, Verdicts]] = {}

    def found(edition: str) -> tuple[Verdicts, Verdicts]:
        if edition not in held:
            standards.enter()
            held[edition] = _verdicts(edition)
        return held[edition]

    return found


def _verdicts(edition: str) -> tuple[Verdicts, Verdicts]:
    asking = ask(first_day(edition))
    one_by_one: Verdicts = {}
    at_once: Verdicts = {}
    for year in range(2018, 2023):
        period = f"FY{year}-{(year + 1) % 100:02d}"
        review, ranking = asking("GC", period, against="target", tier=4, measure="RATE")
        if ranking is None:
            continue
        for row in ranking.rows:
            if row.judgement is not None:
                one_by_one[row.unit.code, period] = {"on": True, "behind": False}[row.judgement.state]
        nodes = [row.unit for row in ranking.rows]
        matrix = heat(asking.reader, review, Shown([ranking.info], nodes, hem=False))
        for node, state in zip(matrix.units[1:], matrix.fields[0].states[1:].tolist(), strict=True):
            if state in (ON, BEHIND):
                at_once[node.code, period] = state == ON
    return one_by_one, at_once


@pytest.mark.parametrize(("edition", "equal", "judged"), [("2021-12-14", 2425, 2457), ("2024-04-15", 7493, 7601)])
def test_our_verdict_is_the_published_one_but_where_its_own_numbers_go_against_it(
    ours: Callable[[str], tuple[Verdicts, Verdicts]], source: Path, edition: str, equal: int, judged: int
) -> None:
    rows = reports(source, edition)

    one_by_one, at_once = ours(edition)

    told = [row for row in rows if row.published is not None and row.key in one_by_one]
    differing = [row for row in told if one_by_one[row.key] != row.published]
    assert (len(told), len(told) - len(differing)) == (judged, equal)
    # The row's numbers, held against each other as fractions, are on our side in every one of them, and in no other.
    assert {row.key for row in differing} == {row.key for row in rows if row.why}
    assert at_once == one_by_one


def test_we_judge_every_row_that_has_the_numbers_for_it_and_no_other(
    ours: Callable[[str], tuple[Verdicts, Verdicts]], source: Path
) -> None:
    for edition in EDITIONS:
        one_by_one, _ = ours(edition)
        own = {row.key: row.own for row in reports(source, edition) if row.own is not None}

        assert one_by_one == own


def test_the_cases_are_listed(source: Path) -> None:
    against = [(edition, row) for edition in EDITIONS for row in reports(source, edition) if row.why]

    write_list(LIST, against)

    assert len(LIST.read_text(encoding="utf-8").splitlines()) == 1 + 32 + 108
    assert {edition: dict(counted(row for of, row in against if of == edition)) for edition in EDITIONS} == {
        "2021-12-14": {
            "published as met, only rounded to 2 decimals at the target": 4,
            "published as met, only rounded to 1 decimals at the target": 6,
            "published as met, only rounded to 0 decimals at the target": 22,
        },
        "2024-04-15": {
            "published as met, only rounded to 2 decimals at the target": 17,
            "published as met, only rounded to 1 decimals at the target": 18,
            "published as met, only rounded to 0 decimals at the target": 60,
            "published as not met, the target is 0": 12,
            "published as not met, above the target": 1,
        },
    }


def test_what_is_published_without_numbers_has_no_verdict_of_ours(source: Path) -> None:
    """A standard without a volume, or without a target, has nothing to be judged by; a verdict is published all the same."""
    without = {
        edition: Counter(
            ("no volume" if row.rate is None else "no target", row.published)
            for row in reports(source, edition)
            if row.own is None
        )
        for edition in EDITIONS
    }

    assert without == {
        "2021-12-14": {("no volume", True): 817, ("no volume", False): 3, ("no volume", None): 90},
        "2024-04-15": {
            ("no volume", True): 329,
            ("no volume", False): 2425,
            ("no target", True): 11,
            ("no target", False): 24,
        },
    }


def test_page_of_a_standard_that_was_published_as_met_says_that_it_is_short(standards: Place) -> None:
    """43 of 54 are 79.6 %; the target is 80, and the publication says that it is met."""
    standards.enter()

    found = Situation(office_of("GC"), "/review/ST-336/FY2018-19/", "against=target&known=2022-01-01")

    rate = named(list(found.measures().values()), "Share that met")
    assert rate[1] == "behind"
    assert {"80.0", "79.6", "−0.4"} <= set(rate)


def test_page_of_a_standard_that_is_just_missed_prints_the_digits_that_tell(standards: Place) -> None:
    """13,958 of 15,509 are 89.99936 %; the target is 90, and nothing stands between met and not met."""
    standards.enter()

    found = Situation(office_of("GC"), "/review/ST-514/FY2018-19/", "against=target&known=2022-01-01")

    assert found.headline.startswith("Share that met the standard is 89.999 % , 0.001 points short of 90.000 % .")
    rate = named(list(found.measures().values()), "Share that met")
    assert {"90.000", "89.999", "−0.001"} <= set(rate)
