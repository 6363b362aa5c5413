"""What the example group has beside its figures: landing, conferences, gaps and answers; its people write in one language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client, override_settings

from headrope.core.periods import parse
from headrope.demo.actions import DEMO_NOW, build_demo, furnish_demo
from headrope.demo.conference import make_conferences
from headrope.demo.gaps import seed_gaps
from headrope.demo.group import write_folder
from headrope.journal.queries import books
from headrope.landing.models import LandingRun
from headrope.landing.runs.queries import Landed, landed, latest
from headrope.ledger.actions import load_folder
from headrope.ledger.export.actions import export_folder
from headrope.ledger.queries import ledger_settings, measures
from headrope.meetings.models import Meeting, NoteEdition
from headrope.org.actions import console_user
from headrope.org.models import User
from headrope.org.queries import unit_ids
from headrope.review.defined.folder import ReviewFiles, export_review
from headrope.review.models import BenchmarkEdition, GapAnswer
from tests.conftest import Databases, Place
from tests.demo.reading import table
from tests.ledger.export.answers import texts_of
from tests.web.conftest import BACKEND

TUTORIAL = Path(__file__).parents[2] / "docs/tutorial/first-light.md"
ENGLISH = re.compile("[A-Za-z]{3}")
CHINESE = re.compile("[一-鿿]")


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    """The morning of 13 July 2023."""
    with override_settings(CLOCK_SHIFT=DEMO_NOW - datetime.now(UTC)):
        yield
    connection.close()


@pytest.fixture(scope="module")
def furnished(copy_of_furnished: Callable[[], Place]) -> Place:
    """The example group with all of it, a copy for this module."""
    return copy_of_furnished()


def profit(unit: str) -> Landed:
    """Where the year's profit of a unit lands."""
    run = latest(parse("2023"), books())
    ids, codes = unit_ids(), {info.code: info.id for info in measures()}
    assert run is not None
    return landed(run, [ids[unit]], [codes["PROFIT"]])[ids[unit], codes["PROFIT"]]


def prose() -> list[str]:
    """All that people of the group have written beside its figures."""
    notes = [text for row in NoteEdition.objects.values_list("words", "remark") for text in row]
    found = []
    for answer in GapAnswer.objects.all():
        found += [answer.words, *json.loads(answer.whys), *(name for _, name, *_ in json.loads(answer.evidence))]
    sources = [json.loads(row).get("source") for row in BenchmarkEdition.objects.values_list("row", flat=True)]
    return [text for text in (*notes, *found, *sources) if text]


def test_profit_of_the_year_lands_where_the_drawn_page_has_it(furnished: Place) -> None:
    """Drawn: near 940 of 980, 871 to 1,009 eight times in ten, odds of 23 in 100. Xinglu, near -51 of 1: odds too small to hope for."""
    furnished.enter()
    group, boiler = profit("T"), profit("T03")

    assert (group.target, boiler.target) == (980e6, 1e6)
    assert group.account and 925e6 < group.account < 955e6
    assert group.low80 and group.high80 and 100e6 < group.high80 - group.low80 < 250e6
    assert group.odds.value and 0.15 < group.odds.value < 0.32
    assert boiler.account and boiler.account < -45e6
    assert boiler.odds.value is not None and boiler.odds.value < 0.1


@pytest.mark.parametrize("unit", ["T", "T03"])
def test_tutorial_quotes_what_the_pages_say(furnished: Place, unit: str) -> None:
    furnished.enter()
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(User.objects.get(username="zhou.yi"), backend=BACKEND)

    page = browser.get(f"/review/{unit}/2023-H1/").content.decode()

    title = re.sub("<[^>]+>", "", page.partition("<h1")[2].partition(">")[2].partition("</h1>")[0])
    assert f"> {' '.join(unescape(title).split())}\n" in TUTORIAL.read_text(encoding="utf-8")


def test_furnishing_it_a_second_time_changes_nothing(furnished: Place) -> None:
    furnished.enter()
    before = books().seq

    furnish_demo()

    assert (books().seq, LandingRun.objects.count(), Meeting.objects.count()) == (before, 1, 2)


def test_people_of_an_english_group_write_english(furnished: Place) -> None:
    furnished.enter()

    assert (ledger_settings().language, GapAnswer.objects.count(), NoteEdition.objects.count()) == ("en", 17, 10)
    assert [text for text in prose() if CHINESE.search(text)] == []


def test_people_of_a_chinese_group_write_chinese(copy_of_example: Callable[[], Place]) -> None:
    """Without its landing, which says nothing in words."""
    copy_of_example().enter()

    make_conferences(User.objects.get(username="zhou.yi"), "zh")
    seed_gaps("zh")

    written = prose()
    assert len(written) > 30
    assert [text for text in written if ENGLISH.search(text.removesuffix(".txt"))] == []


def test_folder_of_a_chinese_group_gives_its_reasons_in_chinese(folder: Path, tmp_path: Path) -> None:
    """Nothing else differs: names are there in both languages."""
    write_folder(tmp_path, "zh")

    reasons = {row["reason"] for row in table(tmp_path / "facts.csv")} - {""}
    assert reasons == {"漏提4号机组质保金", "2023年计划按刀具公司编制"}
    assert {row["key"]: row["value"] for row in table(tmp_path / "ledger.csv")}["language"] == "zh"
    same = [path.name for path in folder.iterdir() if path.read_bytes() == (tmp_path / path.name).read_bytes()]
    assert sorted(same) == sorted({path.name for path in folder.iterdir()} - {"facts.csv", "ledger.csv"})


def test_group_that_is_there_keeps_its_language(copy_of_example: Callable[[], Place]) -> None:
    copy_of_example().enter()
    before = books().seq

    build_demo("zh")

    assert (books().seq, ledger_settings().language) == (before, "en")


def test_whole_group_is_exported_and_comes_back_the_same(
    furnished: Place, databases: Databases, tmp_path: Path
) -> None:
    """With causes, rules and benchmarks; meetings, answers and people are no part of a folder."""
    furnished.enter()
    with override_settings(CLOCK_SHIFT=timedelta()):  # the group was loaded by the clock of today
        first = export_folder(tmp_path / "first", beside=[export_review])
        made = databases.copy()
        load_folder(tmp_path / "first", by=console_user(), beside=[ReviewFiles()])
        second = export_folder(tmp_path / "second", beside=[export_review])

    assert {file: first.rows[file] for file in ("causes.csv", "rules.csv")} == {"causes.csv": 17, "rules.csv": 5}
    assert second.rows == first.rows
    assert texts_of(tmp_path / "second") == texts_of(tmp_path / "first")
    databases.discard(made)
