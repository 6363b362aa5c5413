"""The review of English A&E finds what was computed independently (needs the trial data)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from headrope.core.display import decimal
from headrope.core.periods import parse
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.org.actions import console_user
from headrope.review.headline import Headline, plain
from headrope.review.wording import Wording
from tests.conftest import Databases, Folder, Place
from tests.review.asking import Asking, ask

HALF = "2025-04..2025-09"


@pytest.fixture
def england(nhs_place: Place) -> Iterator[Asking]:
    nhs_place.enter()
    yield ask()


def one(value: float) -> str:
    return decimal(value * 100, 1)


def test_the_half_is_at_75_5_per_cent_and_misses_the_standard(england: Asking) -> None:
    review, ranking = england("ENG", HALF, against="standard")

    line, attendances = review.line("PCT4H"), review.line("ATT")
    assert line is not None and attendances is not None
    assert [one(f.value) for f in (line.actual, line.last_year, line.plan)] == ["75.5", "74.8", "95.0"]
    assert line.judgement is not None and line.judgement.state == "behind"
    assert (attendances.actual.value, one(attendances.growth_share)) == (14_032_556, "2.8")
    assert plain(Headline(review, Wording.of(review)).sentences(ranking)) == (
        "Share within 4 hours = 1-OV4/ATT is 75.5\N{NARROW NO-BREAK SPACE}%, 19.5 points short of "
        "95.0\N{NARROW NO-BREAK SPACE}%; a year before it was 74.8\N{NARROW NO-BREAK SPACE}%. "
        "A&E attendances, all types is 14,032,556, 2.8\N{NARROW NO-BREAK SPACE}% more than a year before."
    )


def test_regions_from_low_to_high(england: Asking) -> None:
    _, ranking = england("ENG", HALF, measure="PCT4H", order="value")

    assert [(row.unit.name, one(row.actual.value)) for row in ranking.rows] == [
        ("North West", "72.7"),
        ("Midlands", "73.6"),
        ("South West", "73.9"),
        ("East Of England", "75.3"),
        ("North East And Yorkshire", "76.8"),
        ("London", "77.6"),
        ("South East", "77.9"),
    ]


def test_major_providers_against_78_and_95_per_cent(england: Asking) -> None:
    _, ranking = england("ENG", HALF, tier=4, where=["ATT1>0"], threshold=["PCT4H=78%", "PCT4H=0.95"])

    assert [(t.met, t.of) for t in ranking.thresholds] == [(27, 121), (0, 121)]
    assert [(row.unit.name, one(row.actual.value)) for row in ranking.rows[:3]] == [
        ("EAST CHESHIRE NHS TRUST", "47.9"),
        ("THE SHREWSBURY AND TELFORD HOSPITAL NHS TRUST", "51.3"),
        ("NOTTINGHAM UNIVERSITY HOSPITALS NHS TRUST", "54.0"),
    ]


def test_care_boards_at_78_per_cent(england: Asking) -> None:
    _, ranking = england("ENG", HALF, tier=3, threshold=["PCT4H=0.78"])

    assert [(t.met, t.of) for t in ranking.thresholds] == [(11, 44)]
    assert (ranking.rows[0].unit.name, one(ranking.rows[0].actual.value)) == (
        "NHS Shropshire, Telford And Wrekin Integrated Care Board",
        "61.0",
    )


def test_twelve_hour_waits(england: Asking) -> None:
    review, by_value = england("ENG", HALF, tier=4, measure="W12", order="value")
    _, by_change = england("ENG", HALF, tier=4, measure="W12", order="change")

    line = review.line("W12")
    assert line is not None
    assert (line.actual.value, one(line.growth_share)) == (242_363, "6.8")
    assert round(by_value.rows[19].running * 100) == 47
    assert [(row.unit.name, row.growth) for row in by_change.rows[:2]] == [
        ("ROYAL FREE LONDON NHS FOUNDATION TRUST", 6304),
        ("PORTSMOUTH HOSPITALS UNIVERSITY NHS TRUST", 4611),
    ]


def test_like_for_like_the_merged_provider_counts_in_both_years(
    databases: Databases, nhs_place: Place, folder: Folder
) -> None:
    """North Middlesex (RAP) went into Royal Free (RAL) at the turn of the year; the data do not say so, we do."""
    databases.copy(nhs_place)
    merger = "code,name,parent,from,to,successor\nRAP,North Middlesex,I-NONE-LONDON,,2024-12-31,RAL"
    load_folder(folder(units=merger), by=console_user())

    _, ranking = ask()("ENG", HALF, tier=4, measure="W12", order="change")

    rises = {row.unit.code: row.growth for row in ranking.rows}
    assert (ranking.rows[0].unit.name, ranking.rows[0].growth) == ("PORTSMOUTH HOSPITALS UNIVERSITY NHS TRUST", 4611)
    assert rises["RAL"] == 1448


def test_target_month_of_march_2025(england: Asking) -> None:
    review, ranking = england("ENG", "2025-03", tier=4, where=["ATT1>0"], threshold=["PCT4H=0.78"])

    line = review.line("PCT4H")
    assert line is not None
    assert (review.against, one(line.plan.value), one(line.actual.value)) == ("target", "78.0", "75.0")
    assert [(t.met, t.of) for t in ranking.thresholds] == [(32, 121)]


def _published(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Provider, month and printed percentage of all published files."""
    months = {
        name: number
        for number, name in enumerate(
            [
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ],
            1,
        )
    }
    for path in sorted(folder.glob("*.csv")):
        name, year = path.stem.split("-")[:2]
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = csv.reader(handle)
            header = next(rows)
            column = next(i for i, cell in enumerate(header) if cell.startswith("Percentage in 4 hours or less (all)"))
            for row in rows:
                text = row[column].strip().rstrip("%")
                if re.fullmatch(r"\d+(\.\d+)?", text):
                    yield row[0].strip(), f"{year}-{months[name]:02d}", text


def test_published_percentages_of_provider_months_to_one_decimal(england: Asking, trial: Path) -> None:
    infos, cube = england.reader.infos, england.reader.cube
    ids = {node.code: node.id for node in england.reader.who.now.last.values()}
    compared, differing = 0, []
    for code, month, printed in _published(trial / "nhs_ae" / "published_percent"):
        if code not in ids:
            continue
        column = cube.view([ids[code]]).column(infos["PCT4H"], infos, "actual", parse(month))
        if not column.known[0]:
            continue
        compared += 1
        ours = decimal(column.values[0] * 100, 1)
        if float(ours) != float(f"{float(printed):.1f}"):
            differing.append((code, month, printed, ours))

    assert (compared, differing) == (1142, [])


def test_published_totals_are_reproduced_exactly(databases: Databases, trial: Path) -> None:
    source = trial / "flat" / "nhs_ae_published"
    databases.copy()
    load_folder(source, by=console_user())
    refresh_cube()
    asking = ask()
    totals = {}
    for month in range(4, 10):
        review, _ = asking("ENG", f"2025-{month:02d}")
        totals |= {(f"2025-{month:02d}", line.info.code): str(line.actual.value) for line in review.lines}

    with (source / "published_totals.csv").open(encoding="utf-8") as handle:
        published = {(row["period"], row["measure"]): row["value"] for row in csv.DictReader(handle)}
    assert len(published) == 108
    assert totals == published
