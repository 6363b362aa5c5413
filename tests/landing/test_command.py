"""`headrope landing` on a small group, and its backtest on a folder: the same as core.landing on the same figures."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils.translation import override

from headrope.core.landing.aims import Aims
from headrope.core.landing.backtest import Trial, backtest
from headrope.core.landing.history import History
from headrope.core.landing.landing import land
from headrope.core.landing.ratios import land_ratio
from headrope.core.tree_sums import Tree
from headrope.journal.queries import books
from headrope.landing.answers import MeasureLanding, Question
from headrope.landing.queries import Lander
from headrope.landing.wording import LandingWording
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from tests.conftest import Databases, Place, Says
from tests.landing.test_histories import facts, months

UNITS = """
code,name,name_zh,parent,kind
G,Harbour Group,港湾集团,,group
A,East Works,东方厂,G,company
A1,East Pumps,东方泵业,A,branch
A2,East Valves,东方阀门,A,branch
C,Coast Lines,海岸航运,G,company
N,North Yard,北方船厂,G,company
E,Exports,出口,G,segment
"""
SEGMENTS = "segment,unit\nE,A1\nE,C\n"
MEASURES = """
code,name,name_zh,account,quantity,step,kind,direction,numerator,denominator
REV,Revenue,营业收入,CNY,money,0.01,flow,up,,
COST,Cost,成本,CNY,money,0.01,flow,down,,
RATE,Cost rate,成本率,%,number,,ratio,down,COST,REV
"""
FIRST, YEARS, ORIGIN = 2015, 8, 6
LEAVES, ROWS = ("A1", "A2", "C", "N"), ("G", "A", "A1", "A2", "C", "N")
PARENT = np.array([-1, 0, 1, 1, 0, 0], np.int32)

WITHOUT = pytest.mark.skipif(bool(find_spec("statsforecast")), reason="statsforecast is installed")


def figures() -> np.ndarray:
    """Money of the leaves by month, with season, growth and noise: [leaves, months], whole cents; N began in 2022."""
    rnd = np.random.default_rng(5)
    length = 12 * YEARS + ORIGIN
    season = 1 + 0.3 * np.sin(np.arange(length) / 12 * 2 * np.pi)
    growth = 1.04 ** (np.arange(length) / 12)
    size = np.array([[1e6], [4e5], [2e6], [3e5]])
    found = np.rint(size * season * growth * np.exp(rnd.normal(0, 0.03, (4, length))) * 100) / 100
    found[3, : 12 * 7] = np.nan
    return found


def costs() -> np.ndarray:
    """About four fifths of the figures."""
    noise = np.random.default_rng(6).normal(0.8, 0.01, figures().shape)
    return np.rint(figures() * noise * 100) / 100


def write(folder: Path) -> Path:
    rows: list[Any] = []
    for unit, values in zip(LEAVES, figures(), strict=True):
        told = [None if np.isnan(value) else f"{value:.2f}" for value in values]
        rows += months(unit, "REV", FIRST * 12, told)
    for unit, values in zip(LEAVES, costs(), strict=True):
        rows += months(unit, "COST", FIRST * 12, [None if np.isnan(value) else f"{value:.2f}" for value in values])
    text = facts(*rows) + "".join(f"{unit},REV,2023,target,{value}\n" for unit, value in TARGETS.items())
    text += "G,COST,2023,target,50000000\nG,RATE,2023,target,0.81\n"
    for name, content in (("units", UNITS), ("segments", SEGMENTS), ("measures", MEASURES), ("facts", text)):
        (folder / f"{name}.csv").write_text(content.strip() + "\n", encoding="utf-8")
    return folder


TARGETS = {"A1": 16_500_000, "A2": 6_500_000, "C": 33_000_000, "N": 4_900_000}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("harbour"))


@pytest.fixture(scope="module")
def group(databases: Databases, source: Path) -> Place:
    place = databases.copy()
    from headrope.ledger.actions import load_folder, refresh_cube  # noqa: PLC0415  Django first
    from headrope.org.actions import console_user  # noqa: PLC0415

    load_folder(source, by=console_user())
    refresh_cube()
    return place


@pytest.fixture
def headrope(group: Place, says: Says) -> Says:
    """Runs a command on the group: exit status, standard output, standard error."""
    group.enter()
    return says


def of(said: dict[str, Any], measure: str, unit: str) -> dict[str, Any]:
    (found,) = [each for each in said["measures"] if each["code"] == measure]
    return next(each for each in found["units"] if each["code"] == unit)


def whole(leaves: np.ndarray) -> np.ndarray:
    """The figures of all rows; those of inner rows are left to the landing."""
    nothing = np.full(leaves.shape[1], np.nan)
    return np.stack([nothing, nothing, *leaves])


def test_the_command_gives_what_the_arithmetic_gives(headrope: Says) -> None:
    targets = np.array([sum(TARGETS.values()), TARGETS["A1"] + TARGETS["A2"], *TARGETS.values()], float)
    tree = Tree.of(PARENT)
    expected = land(History(whole(figures()), ORIGIN, non_negative=True), tree, Aims(targets))

    status, out, _ = headrope("landing", "--measure", "REV", "--json")

    said = json.loads(out)
    assert (status, said["unit"], said["at"], said["against"]) == (0, "G", "2023-06", "target")
    for row, unit in enumerate(ROWS):
        told = of(said, "REV", unit)
        assert told["target"] == targets[row]
        for name in ("known", "full", "low", "high", "pace", "last"):
            wanted = getattr(expected, name)[row]
            assert told[name] == pytest.approx(None if np.isnan(wanted) else wanted, rel=1e-9), (unit, name)
        odds = expected.odds[row]
        assert (told["odds"] is None) == bool(np.isnan(odds))
        if not np.isnan(odds):
            assert told["odds"] == pytest.approx(odds, abs=1e-6)  # targets are half a cent easier


def test_sentences_say_landing_range_odds_and_pace(headrope: Says) -> None:
    said = json.loads(headrope("landing", "--measure", "REV", "--scale", "k", "--json")[1])

    group = of(said, "REV", "G")["sentence"]
    young = of(said, "REV", "N")["sentence"]

    assert re.match(
        r"Revenue of Harbour Group ends 2023 at about [\d,]+ thousand, four times in five between [\d,]+ thousand"
        r" and [\d,]+ thousand\. The target of 60,900 thousand is met with a probability of [<>]?\s?\d+\s%\."
        r" Each of the 6 months left must bring [\d,]+ thousand; a year ago they brought [\d,]+ thousand each\.",
        group,
    )
    assert "With 1 whole past year the odds of the target of 4,900 thousand cannot be told; that takes three." in young
    assert "probability" not in young


def test_a_unit_that_is_small_in_its_group_is_told_in_a_scale_of_its_own(group: Place) -> None:
    """In a group of thousands of millions a unit of a few would end at 5, between 5 and 5."""
    group.enter()
    lander = Lander(store.fresh(None), ledger_settings(), books())
    end = 2023 * 12 + ORIGIN
    found = lander.land(lander.infos["REV"], lander.over("G", end), Question("G", end))
    assert isinstance(found, MeasureLanding)
    (small,) = [unit for unit in found.units if unit.node.code == "A2"]

    with override("en"):
        own = LandingWording(ledger_settings(), 1e10).sentences(found, small)
        asked = LandingWording(ledger_settings(), 1e10, "m").sentences(found, small)

    assert re.search(r"at about [\d,]{5} thousand, four times in five between [\d,]{5} thousand", own)
    assert re.search(r"at about \d million, ", asked)


def test_less_is_better_where_the_measure_says_so(headrope: Says) -> None:
    cost = of(json.loads(headrope("landing", "--measure", "COST", "--json")[1]), "COST", "G")

    assert cost["target"] == 50_000_000
    assert cost["odds"] > 0.99 and cost["full"] < cost["target"]
    assert "must bring" not in cost["sentence"]


def test_ratios_land_by_numerator_and_denominator(headrope: Says) -> None:
    tree, histories = (
        Tree.of(PARENT),
        [History(whole(each), ORIGIN, non_negative=True) for each in (costs(), figures())],
    )
    targets = np.array([0.81, *[np.nan] * 5])
    expected = land_ratio(histories[0], histories[1], tree, Aims(targets, more=False))

    said = json.loads(headrope("landing", "--measure", "RATE", "--json")[1])

    group = of(said, "RATE", "G")
    for name, wanted in (("full", expected.full), ("odds", expected.odds), ("pace", expected.needed)):
        assert group[name] == pytest.approx(wanted[0], rel=1e-6), name
    assert re.search(
        r"For the rest of the year that takes \d\d\.\d+\s%; a year ago it was \d\d\.\d+\s%\.", group["sentence"]
    )


def test_a_recovery_moves_the_unit_and_those_above_it_only(headrope: Says) -> None:
    said = json.loads(headrope("landing", "--measure", "REV", "--recover", "A1=400000", "--json")[1])

    before, after = ({unit: of(said, "REV", unit)[name] for unit in ROWS} for name in ("odds", "recovered"))

    for unit in ("G", "A", "A1"):
        assert after[unit] > before[unit], unit
    for unit in ("A2", "C"):
        assert after[unit] == before[unit], unit


def test_a_scenario_changes_the_rest_of_the_year_and_says_so(headrope: Says) -> None:
    plain, more = (
        json.loads(headrope("landing", "--measure", "REV", "--json", *words)[1])
        for words in ((), ("--change", "A1=+10%", "--change", "C=-500000"))
    )

    a1, now = of(plain, "REV", "A1"), of(more, "REV", "A1")
    c, then = of(plain, "REV", "C"), of(more, "REV", "C")
    assert now["full"] - now["known"] == pytest.approx(1.1 * (a1["full"] - a1["known"]))
    assert then["full"] == pytest.approx(c["full"] - 500_000)
    assert "adjusted" in now["reasons"] and "adjusted" not in of(more, "REV", "A2")["reasons"]
    total = sum(of(more, "REV", unit)["full"] for unit in LEAVES)
    assert of(more, "REV", "G")["full"] == pytest.approx(total)


def test_a_scenario_of_a_segment_moves_its_members(headrope: Says) -> None:
    plain, more = (
        json.loads(headrope("landing", "--measure", "REV", "--json", *words)[1])
        for words in ((), ("--change", "E=-20%"))
    )

    moved = {unit: of(more, "REV", unit)["full"] - of(plain, "REV", unit)["full"] for unit in ROWS}

    for unit in ("A1", "C"):
        told = of(plain, "REV", unit)
        assert moved[unit] == pytest.approx(-0.2 * (told["full"] - told["known"])), unit
    assert moved["A2"] == pytest.approx(0, abs=1e-6) and moved["N"] == pytest.approx(0, abs=1e-6)
    assert moved["G"] == pytest.approx(moved["A1"] + moved["C"])


def test_held_figures_are_kept_and_the_others_still_add_up(headrope: Says) -> None:
    said = json.loads(headrope("landing", "--measure", "REV", "--hold", "A=23000000", "--json")[1])

    assert of(said, "REV", "A")["full"] == pytest.approx(23_000_000)
    assert "held" in of(said, "REV", "A")["reasons"]
    assert of(said, "REV", "A1")["full"] + of(said, "REV", "A2")["full"] == pytest.approx(23_000_000)


def test_holds_that_contradict_each_other_are_refused(headrope: Says) -> None:
    words = ("--hold", "A=23000000", "--hold", "A1=16000000", "--hold", "A2=6000000")

    status, _, error = headrope("landing", "--measure", "REV", *words)

    assert status == 1
    assert "A: The unit is held at 23000000.0, but the units below it are held and make 22000000.0." in error


def test_ratios_take_no_scenarios(headrope: Says) -> None:
    said = json.loads(headrope("landing", "--measure", "RATE", "--change", "A1=+5%", "--json")[1])

    assert said["measures"] == [
        {"code": "RATE", "why_not": "What is held, changed or recovered belongs to its numerator or its denominator."}
    ]


def test_the_screen_shows_sentence_tiers_and_a_table_of_the_units_below(headrope: Says) -> None:
    status, out, _ = headrope("landing", "--measure", "REV", "--scale", "k")

    assert status == 0
    assert "Tier 2: of 2 units with a target" in out  # N has no odds
    assert [name for name in ("East Works", "Coast Lines", "North Yard") if name in out] == [
        "East Works",
        "Coast Lines",
        "North Yard",
    ]
    assert "East Pumps  " not in out
    assert "East Pumps" in headrope("landing", "--measure", "REV", "--tier", "3")[1]


def test_chinese_sentences(headrope: Says) -> None:
    said = json.loads(headrope("landing", "--measure", "REV", "--language", "zh", "--json")[1])

    text = of(said, "REV", "G")["sentence"]

    assert text.startswith("港湾集团营业收入2023年") and "把握" in text and not re.search(r"[A-Za-z]", text)


def test_a_year_that_is_over_meets_a_target_that_it_reaches_exactly(headrope: Says) -> None:
    """Sums of cents are no exact floats: held against itself a year must not miss by a rounding error."""
    said = json.loads(headrope("landing", "--measure", "REV", "--against", "actual", "--at", "2022-12", "--json")[1])

    for unit in ("G", "A", *LEAVES):
        told = of(said, "REV", unit)
        assert told["full"] == pytest.approx(told["target"], rel=1e-12)
        assert told["odds"] in (1.0, None), unit
    assert of(said, "REV", "G")["sentence"].endswith("is met.")
    assert of(said, "REV", "G")["odds"] == 1.0


def test_an_earlier_month_can_be_asked_about(headrope: Says) -> None:
    said = json.loads(headrope("landing", "--measure", "REV", "--at", "2023-03", "--json")[1])

    assert said["at"] == "2023-03"
    assert of(said, "REV", "A1")["known"] == pytest.approx(figures()[0, 96:99].sum())


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("--unit", "X"), "There is no unit 'X'"),
        (("--unit", "E"), "There is no unit 'E'"),
        (("--measure", "X"), "There is no measure 'X'."),
        (("--against", "X"), "There is no version 'X'"),
        (("--at", "June"), "June"),
        (("--at", "2023-07"), "Nothing is reported after 2023-06 yet."),
        (("--at", "2023-Q4"), "Nothing is reported after 2023-06 yet."),
        (("--scale", "zzz"), "'zzz' is not a scale"),
        (("--recover", "A1=１００", "--measure", "REV"), "is not understood"),
        (("--change", "A1=1e300%", "--measure", "REV"), "is not understood"),
        (("--recover", "A1=lots", "--measure", "REV"), "'A1=lots' is not understood"),
        (("--hold", "A1=1"), "Amounts are those of one measure"),
        (("--change", "A1"), "'A1' is not understood"),
        (("--recover", "X=1", "--measure", "REV"), "There is no unit 'X'"),
        pytest.param(("--further",), "pip install statsforecast", marks=WITHOUT),
        pytest.param(("backtest", "--further"), "pip install statsforecast", marks=WITHOUT),
    ],
)
def test_wrong_calls_are_answered(headrope: Says, words: tuple[str, ...], answer: str) -> None:
    status, _, error = headrope("landing", *words)

    assert (status, answer in error) == (2, True), error


def test_a_backtest_of_a_folder_needs_no_ledger(headrope: Says, source: Path) -> None:
    expected = backtest(History(whole(figures()), ORIGIN, non_negative=True), Tree.of(PARENT), Trial())

    status, out, _ = headrope("landing", "backtest", source, "--origin-month", "6", "--draws", "0", "--json")

    assert status == 0, out
    found = {each["code"]: each for each in json.loads(out)["measures"]}["REV"]
    assert found["years"] == len(expected.years)
    for name in ("wape", "brier", "coverage"):
        assert found[name] == pytest.approx(getattr(expected, name)), name


def test_a_backtest_of_a_folder_with_problems_lists_them(headrope: Says, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("code,name,parent\nA,A,B\n", encoding="utf-8")

    status, _, error = headrope("landing", "backtest", tmp_path)

    assert status == 1
    assert "units.csv" in error and "problem" in error
