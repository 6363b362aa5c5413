"""Five yearly lists of English practices become one dated tree, held against counts made here from the plain lists."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from headrope.cli import commands
from headrope.ledger.actions import load_folder
from headrope.org.actions import console_user
from headrope.org.queries import Tree, edition_rows, tree_on
from tests.conftest import Databases, Place

YEARS = (2019, 2020, 2021, 2022, 2023)
COLUMNS = ("region", "icb", "sub_icb", "pcn", "practice")
TIERS = ",".join(f"{column}:{column}_name" for column in COLUMNS)
UNALLOCATED = "U"  # what the lists write for practices of no network


@dataclass(frozen=True)
class Year:
    """One list by itself: its rows, and what they say by plain counting."""

    number: int
    rows: list[dict[str, str]]

    @property
    def day(self) -> date:
        """The first day on which it holds."""
        return date(self.number, 4, 1)

    @property
    def last_day(self) -> date:
        """The day before the next list's first."""
        return date(self.number + 1, 4, 1) - timedelta(days=1)

    @cached_property
    def parents(self) -> dict[str, Counter[str]]:
        """How many rows put each unit under which parent."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.rows:
            found[row["region"]]["E"] += 1
            for above, column in pairwise(COLUMNS):
                found[row[column]][row[above]] += 1
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of each unit, without blanks at its ends and with single ones within."""
        return {row[c]: " ".join(row[f"{c}_name"].split()) for row in self.rows for c in COLUMNS}

    @property
    def two_parents(self) -> set[str]:
        """Units that stand under more than one."""
        return {code for code, found in self.parents.items() if len(found) > 1}

    def codes(self, column: str) -> set[str]:
        """All units of a tier."""
        return {row[column] for row in self.rows}

    def parent_of_practice(self) -> dict[str, str]:
        """The network of each practice."""
        return {row["practice"]: row["pcn"] for row in self.rows}


@pytest.fixture(scope="module")
def years(trial: Path) -> list[Year]:
    """The five lists."""
    found = []
    for year in YEARS:
        path = trial / "nhs_practice_tree" / f"practice_tree_{year}-{year + 1}.csv"
        with path.open(encoding="utf-8", newline="") as handle:
            found.append(Year(year, list(csv.DictReader(handle))))
    return found


def make(trial: Path, out: Path, *more: str) -> dict[str, object]:
    """Runs `headrope tree` on the five lists and gives its JSON."""
    app = typer.Typer()
    commands.register(app)
    files = [str(path) for path in sorted((trial / "nhs_practice_tree").glob("*.csv"), reverse=True)]
    dates = ("--dates", "practice_tree_{year}-*={year}-04-01")
    words = ["tree", *files, *dates, "--tiers", TIERS, "--top", "E:England", "--out", str(out), "--json", *more]
    result = CliRunner().invoke(app, words)
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, object] = json.loads(result.stdout)
    return found


@dataclass(frozen=True)
class Loaded:
    """What `headrope tree` told, and the ledger that took what it wrote."""

    place: Place
    told: dict[str, object]

    def tree(self, day: date) -> Tree:
        """The tree of the ledger on that day."""
        self.place.enter()
        return tree_on(day, edition_rows())


@pytest.fixture(scope="module")
def loaded(databases: Databases, trial: Path, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The lists as they are."""
    out = tmp_path_factory.mktemp("practices")
    told = make(trial, out)
    place = databases.copy()
    load_folder(out, by=console_user())
    return Loaded(place, told)


@pytest.fixture(scope="module")
def apart(databases: Databases, trial: Path, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The lists with the network of those that have none taken apart."""
    out = tmp_path_factory.mktemp("practices-apart")
    told = make(trial, out, "--apart", UNALLOCATED)
    place = databases.copy()
    load_folder(out, by=console_user())
    return Loaded(place, told)


def links(tree: Tree) -> dict[str, tuple[str, str | None]]:
    """Name and parent of each unit of a tree, by code."""
    code = {node.id: node.code for node in tree.nodes.values()}
    return {n.code: (n.name, None if n.parent is None else code[n.parent]) for n in tree.nodes.values()}


def settled(years: list[Year]) -> dict[int, dict[str, tuple[str, str | None]]]:
    """Name and parent of each unit by year: the parent of most rows, else the one before, else the first by code."""
    trees: dict[int, dict[str, tuple[str, str | None]]] = {}
    before: dict[str, tuple[str, str | None]] = {}
    for year in years:
        held: dict[str, tuple[str, str | None]] = {"E": ("England", None)}
        for code, found in year.parents.items():
            most = [parent for parent in sorted(found) if found[parent] == max(found.values())]
            kept = before.get(code, ("", None))[1]
            held[code] = (year.names[code], kept if kept in most else most[0])
        trees[year.number] = before = held
    return trees


def test_tree_of_every_year_is_that_of_its_list(years: list[Year], loaded: Loaded) -> None:
    expected = settled(years)

    for year in years:
        first, last = links(loaded.tree(year.day)), links(loaded.tree(year.last_day))
        assert first == last == expected[year.number]
    assert links(loaded.tree(date(2026, 1, 1))) == expected[2023]
    assert links(loaded.tree(date(2019, 3, 31))) == {}


def test_units_of_every_tier_and_year_are_as_many_as_in_the_list(years: list[Year], loaded: Loaded) -> None:
    for year in years:
        for day in (year.day, year.last_day):
            counted = Counter(loaded.tree(day).tier.values())
            assert counted == {1: 1} | {tier: len(year.codes(column)) for tier, column in enumerate(COLUMNS, 2)}
    assert counted == {1: 1, 2: 7, 3: 42, 4: 106, 5: 1276, 6: 6267}
    assert counted.total() == 7699


def test_practices_that_open_close_and_change_their_network_are_all_found(years: list[Year], loaded: Loaded) -> None:
    trees = [links(loaded.tree(year.day)) for year in years]
    events = []
    for one, other, before, after in zip(years[:-1], years[1:], trees[:-1], trees[1:], strict=True):
        held, now = one.parent_of_practice(), other.parent_of_practice()
        both = held.keys() & now.keys()
        expected = (
            now.keys() - held.keys(),
            held.keys() - now.keys(),
            {code for code in both if held[code] != now[code]},
        )
        practices = one.codes("practice") | other.codes("practice")
        found = (
            practices & (after.keys() - before.keys()),
            practices & (before.keys() - after.keys()),
            {code for code in practices & before.keys() & after.keys() if before[code][1] != after[code][1]},
        )
        assert found == expected
        events.append(tuple(map(len, found)))

    assert events == [(8, 157, 339), (10, 111, 324), (8, 100, 93), (4, 115, 119)]
    told = [
        tuple(each[event]["practice"] for event in ("opened", "closed", "moved"))
        for each in loaded.told["lists"][1:]  # type: ignore[index]
    ]
    assert told == events


def test_units_with_two_parents_are_all_told(years: list[Year], loaded: Loaded) -> None:
    told = Counter(
        (p["where"].partition(",")[0], p["message"].partition(" ")[0])
        for p in loaded.told["problems"]  # type: ignore[attr-defined]
        if "parents in one list" in p["message"]
    )

    assert [len(year.two_parents) for year in years] == [11, 11, 9, 11, 10]
    assert told == Counter(
        (f"practice_tree_{year.number}-{year.number + 1}.csv", code) for year in years for code in year.two_parents
    )


def test_practices_that_return_are_all_told(years: list[Year], loaded: Loaded) -> None:
    there = [{code for column in COLUMNS for code in year.codes(column)} for year in years]
    expected = {
        (code, years[place].day)
        for place in range(2, len(years))
        for code in there[place] - there[place - 1]
        if any(code in earlier for earlier in there[: place - 1])
    }
    told = {
        (p["message"].partition(" ")[0], date(int(p["where"].split("_")[2][:4]), 4, 1))
        for p in loaded.told["problems"]  # type: ignore[attr-defined]
        if " returns: " in p["message"]
    }

    assert told == expected
    assert len(told) == 9


def test_nothing_else_blocks_or_is_odd(loaded: Loaded) -> None:
    problems: list[dict[str, object]] = loaded.told["problems"]  # type: ignore[assignment]
    sorts = ("parents in one list", " returns: ", "perhaps its successor", "is given after")
    counted = {sort: sum(sort in str(problem["message"]) for problem in problems) for sort in sorts}

    assert [problem for problem in problems if problem["blocking"]] == []
    assert counted == {"parents in one list": 52, " returns: ": 9, "perhaps its successor": 6, "is given after": 4}
    assert sum(counted.values()) == len(problems)


def astray(years: list[Year], loaded: Loaded) -> list[int]:
    """How many practices by year stand under another sub-ICB than their own row says."""
    counts = []
    for year in years:
        tree = links(loaded.tree(year.day))
        counts.append(sum(tree[str(tree[row["practice"]][1])][1] != row["sub_icb"] for row in year.rows))
    return counts


def test_practices_without_network_stand_in_their_own_sub_icb_when_taken_apart(
    years: list[Year], loaded: Loaded, apart: Loaded
) -> None:
    """What is left are the practices of networks over two sub-ICBs, on the side of the fewer."""

    def fewer(year: Year, *but: str) -> int:
        found = [year.parents[code] for code in year.two_parents - set(but)]
        return sum(each.total() - max(each.values()) for each in found)

    assert astray(years, loaded) == [fewer(year) for year in years] == [70, 72, 68, 70, 59]
    assert astray(years, apart) == [fewer(year, UNALLOCATED) for year in years] == [14, 13, 12, 13, 12]
