"""The page of judged landings with real scores: a run of a year that has ended and backtests, and the same as .xlsx."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.db import transaction
from django.test import Client

from headrope.journal.queries import books
from headrope.landing.judging.kept import Kept, pooled, scores
from headrope.landing.runs.queries import Run
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from tests.conftest import Databases, Place
from tests.landing.test_judging import figures
from tests.landing.test_judging import judged_place as judged_place
from tests.landing.test_runs import measure
from tests.web.conftest import BACKEND
from tests.web.sheet_reading import values

LANGUAGES = ("en", "zh-hans")
NAMES = {"en": {"REV": "Revenue", "COST": "Cost"}, "zh-hans": {"REV": "营业收入", "COST": "成本"}}
TITLES = {
    "en": ("2022 as landed after Jun 2022", "Years past, landed after 6 months from what was known then"),
    "zh-hans": ("2022年，根据截至2022年6月的数据预计", "以往各年，只用当时前6个月的数据预计"),
}


@pytest.fixture
def office(judged_place: tuple[Place, Run], databases: Databases) -> Client:
    """Somebody who sees the whole group."""
    databases.copy(judged_place[0])
    user = User.objects.create(username="office")
    with transaction.atomic():
        give_mandate(by=console_user(), user=user, role=Role.OFFICE, unit=unit_ids()["G"], valid_from=date(2020, 1, 1))
    browser = Client()
    browser.force_login(user, BACKEND)
    return browser


def page_of(browser: Client, language: str) -> str:
    answer = browser.get("/landing/judged/", headers={"accept-language": language})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def tables(part: str) -> list[list[list[str]]]:
    """The cells of every row of every table's body, without marks."""
    found = []
    for body in re.findall("<tbody>(.*?)</tbody>", part, re.DOTALL):
        rows = re.findall("<tr>(.*?)</tr>", body, re.DOTALL)
        cells = [re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
        found.append([[re.sub("<[^>]*>", "", cell).replace("\u202f", " ").strip() for cell in row] for row in cells])
    return found


def told(each: Kept, language: str) -> list[str]:
    """A score as it has to stand in the table."""

    def share(value: float, digits: int = 1) -> str:
        return "–" if value != value else f"{value * 100:.{digits}f} %".replace(" ", "" if language != "en" else " ")

    code = next(code for code in ("REV", "COST") if measure(code) == each.measure)
    score = each.score
    lights = [f"{value:.3f}" for value in (score.brier_straight, score.brier_share) if value == value]
    brier = "–" if score.brier != score.brier else f"{score.brier:.3f}"
    errors = [share(value) for value in (score.wape, score.wape_straight, score.wape_share)]
    cases = [NAMES[language][code], str(each.tier), f"{score.rows:,}"]
    return [*cases, *errors, share(score.coverage, 0), brier, " / ".join(lights) or "–"]


def kept(run: bool) -> list[Kept]:
    """The scores of the run, or of the backtests, as the page orders them."""
    found = [each for each in scores(books()) if (each.run is not None) is run]
    return sorted(found, key=lambda each: (each.measure != measure("REV"), each.tier))


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_shows_every_score_that_is_kept(office: Client, language: str) -> None:
    parts = page_of(office, language).split('<section class="hr-section">')[1:]

    assert len(parts) == 2
    for part, title, run in zip(parts, TITLES[language], (True, False), strict=True):
        assert f"<h2>{title}</h2>" in part
        assert tables(part)[0] == [told(each, language) for each in kept(run)]


def test_page_tells_an_error_that_is_reckoned_by_hand(office: Client) -> None:
    """Twice the half of A1 and A2, the units of the third tier, is so far from what 2022 brought."""
    actual, half = figures()[:2, 84:96].sum(axis=1), figures()[:2, 84:90].sum(axis=1)
    straight = abs(2 * half - actual).sum() / actual.sum()

    rows = tables(page_of(office, "en").split('<section class="hr-section">')[1])[0]

    (third,) = [row for row in rows if row[:2] == ["Revenue", "3"]]
    assert (third[2], third[4]) == ("2", f"{straight * 100:.1f} %")


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_holds_odds_beside_what_came_true(office: Client, language: str) -> None:
    bins = pooled([bin for each in kept(False) for bin in each.score.bins])
    part = page_of(office, language).split('<section class="hr-section">')[2]

    found = tables(part)[1]

    assert [row[1] for row in found] == [f"{each.cases:,}" for each in bins]
    came = [f"{each.came * 100:.0f} %".replace(" ", "" if language != "en" else " ") for each in bins]
    assert [row[3] for row in found] == came


@pytest.mark.parametrize("language", LANGUAGES)
def test_scores_download_as_numbers(office: Client, language: str) -> None:
    expected = [
        (title, NAMES[language]["REV" if each.measure == measure("REV") else "COST"], each)
        for title, run in zip(TITLES[language], (True, False), strict=True)
        for each in kept(run)
    ]
    answer = office.get("/landing/judged/scores.xlsx", headers={"accept-language": language})

    sheet = values(answer.content)
    rows = [row for row in sheet if row and row[0] in TITLES[language]]

    assert [row[:3] for row in rows] == [[title, name, each.tier] for title, name, each in expected]
    for row, (_title, _name, each) in zip(rows, expected, strict=True):
        score = each.score
        assert row[3] == score.rows
        assert row[4:8] == [
            pytest.approx(value, abs=digits)
            for value, digits in (
                (score.wape, 0.0006), (score.wape_straight, 0.0006), (score.wape_share, 0.0006), (score.coverage, 0.006),
            )
        ]  # fmt: skip


def test_odds_download_with_what_came_true(office: Client) -> None:
    bins = pooled([bin for each in kept(False) for bin in each.score.bins])

    sheet = values(office.get("/landing/judged/odds.xlsx", headers={"accept-language": "en"}).content)
    rows = [row for row in sheet if row and row[0] == TITLES["en"][1]]

    assert [row[2] for row in rows] == [each.cases for each in bins]
    assert [row[4] for row in rows] == [pytest.approx(each.came, abs=0.006) for each in bins]
