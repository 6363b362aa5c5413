"""Rows of somebody else's lists say where units stand; where they contradict each other the rule is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrope.core.listings import Claim, Links, Listing, Tier, Wide, clean, read_links, read_wide, states_of, under
from headrope.core.problems import Problem
from headrope.core.states import Entry, State

ONE, TWO = date(2019, 4, 1), date(2020, 4, 1)
TIERS = Wide((Tier("area", "area_name", "group"), Tier("net", "net_name"), Tier("site", "site_name", "branch")))
COLUMNS = ("area", "area_name", "net", "net_name", "site", "site_name")


def wide(*rows: str) -> list[tuple[str, dict[str, str]]]:
    """Rows of the wide form from `A Anne | N Nets | S Site`; a cell that is `-` is empty."""
    made = []
    for line, row in enumerate(rows, 2):
        cells = [part.strip().partition(" ")[::2] for part in row.split("|")]
        texts = ["" if text == "-" else text for pair in cells for text in pair]
        made.append((f"row {line}", dict(zip(COLUMNS, texts, strict=True))))
    return made


def linked(*rows: str) -> list[tuple[str, dict[str, str]]]:
    """Rows of the form of links from `code,name,parent`."""
    return [
        (f"row {n}", dict(zip(("code", "name", "parent"), r.split(","), strict=True))) for n, r in enumerate(rows, 2)
    ]


def said(problems: Sequence[Problem]) -> list[str]:
    """Problems as text, those that block with a mark."""
    return [f"{'! ' if problem.blocking else ''}{problem}" for problem in problems]


def settled(*rows: str, before: Sequence[str] = (), form: Wide = TIERS) -> tuple[dict[str, Entry], list[str]]:
    """The entries of a list of these rows, after a list of the others."""
    listings = [Listing("2020.csv", TWO, read_wide(wide(*rows), form)[0])]
    if before:
        listings.append(Listing("2019.csv", ONE, read_wide(wide(*before), form)[0]))
    states, problems = states_of(listings)
    return dict(states[0].entries), said(problems)


# Reading


def test_wide_rows_lead_from_the_top_down() -> None:
    claims, problems = read_wide(wide("A Anne|N  Nets  and rods |S Site"), TIERS)

    assert (claims, problems) == (
        [
            Claim("A", "Anne", None, "group", "area", "row 2"),
            Claim("N", "Nets and rods", "A", "unit", "net", "row 2"),
            Claim("S", "Site", "N", "branch", "site", "row 2"),
        ],
        [],
    )


def test_row_of_links_gives_one_claim() -> None:
    claims, problems = read_links(linked("A,Anne,", "N,Nets ,A"), Links())

    assert (claims, problems) == (
        [Claim("A", "Anne", None, "unit", "", "row 2"), Claim("N", "Nets", "A", "unit", "", "row 3")],
        [],
    )


def test_row_of_links_gives_the_kind_when_a_column_has_it() -> None:
    rows = [("row 2", {"id": "A", "label": "Anne", "up": "", "art": "group"})]

    assert read_links(rows, Links("id", "label", "up", "art")) == (
        [Claim("A", "Anne", None, "group", "", "row 2")],
        [],
    )


@pytest.mark.parametrize(
    ("rows", "claims", "expected"),
    [
        (["- |- |- "], [], ["row 2: The row is empty. Take it out."]),
        (
            ["A Anne|N Nets|S Site", "A Anne|N Nets|S Site"],
            [("A", None), ("N", "A"), ("S", "N")],
            ["row 3: The row says the same as row 2. Keep one of them."],
        ),
        (
            ["A Anne|N Nets|- Site"],
            [("A", None), ("N", "A")],
            ["! row 2: 'Site' has no code in the column site. Write its code."],
        ),
        (["A Anne|N Nets|- "], [("A", None), ("N", "A")], []),
        (
            ["A Anne|- |S Site"],
            [("A", None), ("S", "A")],
            [
                "row 2: Above S the column net is empty: the row puts it under A. "
                "Fill the cell, unless nothing stands between."
            ],
        ),
        (
            ["- |N Nets|S Site"],
            [("N", None), ("S", "N")],
            [
                "row 2: Above N the column area is empty: the row puts it at the top. "
                "Fill the cell, unless nothing stands between."
            ],
        ),
        (
            ["- |- Nets|S Site"],
            [("S", None)],
            [
                "! row 2: 'Nets' has no code in the column net. Write its code.",
                "row 2: Above S the column area, net is empty: the row puts it at the top. "
                "Fill the cell, unless nothing stands between.",
            ],
        ),
    ],
)
def test_wide_row_with_empty_cells_is_told(rows: list[str], claims: list[tuple[str, str]], expected: list[str]) -> None:
    found, problems = read_wide(wide(*rows), TIERS)

    assert ([(claim.code, claim.parent) for claim in found], said(problems)) == (claims, expected)


def test_row_of_links_without_code_is_told() -> None:
    claims, problems = read_links(linked(",,", ",Nets,A", ",,A", "A,Anne,", "A,Anne,"), Links())

    assert ([claim.where for claim in claims], said(problems)) == (
        ["row 5"],
        [
            "row 2: The row is empty. Take it out.",
            "! row 3: 'Nets' has no code in the column code. Write its code.",
            "! row 4: 'A' has no code in the column code. Write its code.",
            "row 6: The row says the same as row 5. Keep one of them.",
        ],
    )


def test_code_apart_stands_once_under_each_parent() -> None:
    """U is what the list writes for "no net": no net of that name goes from area to area."""
    form = Wide(TIERS.tiers, frozenset({"U"}))

    entries, problems = settled("A Anne|U None|S Site", "B Bert|U None|T Tent", "B Bert|UU Nets|V View", form=form)

    assert ({code: entry.parent for code, entry in entries.items()}, problems) == (
        {"A": None, "U-A": "A", "S": "U-A", "B": None, "U-B": "B", "T": "U-B", "UU": "B", "V": "UU"},
        [],
    )


def test_code_apart_at_the_top_keeps_its_code() -> None:
    form = Wide(TIERS.tiers, frozenset({"A"}))

    assert [claim.code for claim in read_wide(wide("A Anne|N Nets|S Site"), form)[0]] == ["A", "N", "S"]


@pytest.mark.parametrize(("cell", "text"), [(" a  b ", "a b"), ("a\u3000b\n", "a b"), ("", "")])
def test_blanks_are_made_alike(cell: str, text: str) -> None:
    assert clean(cell) == text


# The top


def test_top_unit_stands_above_all_that_has_no_parent() -> None:
    listing = Listing(
        "2019.csv", ONE, [Claim("A", "Anne", None, "unit", "", "r2"), Claim("N", "Nets", "A", "unit", "", "r3")]
    )

    assert under(listing, Entry("England", None, "group", "--top"), "E") == Listing(
        "2019.csv",
        ONE,
        [
            Claim("E", "England", None, "group", "--top", "2019.csv"),
            Claim("A", "Anne", "E", "unit", "", "r2"),
            Claim("N", "Nets", "A", "unit", "", "r3"),
        ],
    )


def test_top_unit_that_the_list_holds_stays_the_top() -> None:
    listing = Listing("2019.csv", ONE, [Claim("E", "England", None, "unit", "", "r2")])

    states, problems = states_of([under(listing, Entry("England"), "E")])

    assert ([state.entries for state in states], problems) == ([{"E": Entry("England")}], [])


def test_top_unit_does_not_fill_an_empty_list() -> None:
    assert under(Listing("2019.csv", ONE, []), Entry("England"), "E").claims == []


# Contradictions


RULE = "the most rows, else as before, else the first by"
APART = "Correct the list, or let the unit stand apart under each parent."


def test_unit_with_two_parents_stands_where_most_rows_put_it() -> None:
    entries, problems = settled("A Anne|N Nets|S Site", "B Bert|N Nets|T Tent", "B Bert|N Nets|V View")

    assert (entries["N"], problems) == (
        Entry("Nets", "B"),
        [
            "row 2: N stands under 2 parents in one list (with their rows: B × 2, A × 1). It is put under B: "
            f"{RULE} code. Rows that say otherwise: 1. {APART}"
        ],
    )


@pytest.mark.parametrize(
    ("before", "parent"), [([], "A"), (["B Bert|N Nets|S Site"], "B"), (["C Carl|N Nets|S Site"], "A")]
)
def test_unit_with_two_parents_when_rows_are_even_stays_where_it_was(before: list[str], parent: str) -> None:
    entries, problems = settled("B Bert|N Nets|T Tent", "A Anne|N Nets|S Site", before=before)

    other = {"A": "row 2", "B": "row 3"}[parent]
    found = {"A": "A × 1, B × 1", "B": "B × 1, A × 1"}[parent]
    assert (entries["N"].parent, problems) == (
        parent,
        [
            f"{other}: N stands under 2 parents in one list (with their rows: {found}). It is put under {parent}: "
            f"{RULE} code. Rows that say otherwise: 1. {APART}"
        ],
    )


def test_row_that_leaves_the_parent_out_does_not_contradict() -> None:
    """Two rows without a net cell; the one that has it is believed."""
    entries, problems = settled("A Anne|- |S Site", "A Anna|- |S Site", "A Anne|N Nets|S Site")

    assert (entries["S"].parent, [problem for problem in problems if "S stands" in problem]) == ("N", [])


def test_code_with_two_names_has_that_of_most_rows() -> None:
    entries, problems = settled(
        "A Anne|N Nets|S Site", "A Anne|N Nest|T Tent", "A Anne|N Nest|V View", "A Anne|N |W Wall"
    )

    assert (entries["N"].name, problems) == (
        "Nest",
        [
            "row 2: N has 2 names in one list (with their rows: Nest × 2, Nets × 1). It is called Nest: "
            f"{RULE} letters. Write the same name into all its rows."
        ],
    )


def test_code_with_two_names_when_rows_are_even_keeps_its_name() -> None:
    entries, _ = settled("A Anne|N Nest|S Site", "A Anne|N Nets|T Tent", before=["A Anne|N Nets|S Site"])

    assert entries["N"].name == "Nets"


def test_unit_without_name_is_called_by_its_code() -> None:
    entries, problems = settled("A Anne|N |S Site")

    assert (entries["N"].name, problems) == ("N", ["row 2: N has no name; its code is taken as its name. Write one."])


def test_unit_with_two_kinds_has_that_of_most_rows() -> None:
    claims = [Claim("A", "Anne", None, kind, "", f"row {n}") for n, kind in enumerate(["unit", "joint", "joint"])]

    states, problems = states_of([Listing("2019.csv", ONE, claims)])

    assert (states[0].entries, said(problems)) == (
        {"A": Entry("Anne", None, "joint")},
        [
            "row 0: A has 2 kinds in one list (with their rows: joint × 2, unit × 1). It is taken as joint: "
            f"{RULE} letters. Write the same kind into all its rows."
        ],
    )


def test_code_in_two_tiers_blocks() -> None:
    entries, problems = settled("A Anne|N Nets|S Site", "A Anne|M Mine|N Nets")

    assert problems[0] == (
        "! row 3: N stands in the column site, and in the column net (row 2). "
        "Give two units two codes; if it is the same unit, leave the lower cell empty."
    )
    assert set(entries) == {"A", "N", "S", "M"}


def test_states_come_in_the_order_of_the_lists() -> None:
    later = Listing("2020.csv", TWO, [Claim("A", "Anne", None, "unit", "", "")])
    first = Listing("2019.csv", ONE, [])

    assert states_of([later, first]) == ([State(TWO, {"A": Entry("Anne")}, "2020.csv"), State(ONE, {}, "2019.csv")], [])


# Whatever the rows are

CELLS = st.sampled_from(["", "A", "AA", "B"])
ROWS = st.lists(st.tuples(CELLS, CELLS, st.sampled_from(["", "x", "y"]), CELLS), max_size=8)


Cells = tuple[str, str, str, str]


def read(lists: list[tuple[int, list[Cells]]]) -> list[Listing]:
    """Lists by year of rows of area, net, name of the net and site."""
    listings = []
    for year, rows in lists:
        cells = []
        for number, (area, net, name, site) in enumerate(rows):
            texts = (f"a{area}" if area else "", "", f"n{net}" if net else "", name, f"s{site}" if site else "", "")
            cells.append((f"row {number}", dict(zip(COLUMNS, texts, strict=True))))
        listings.append(Listing(f"{year}.csv", date(2000 + year, 1, 1), read_wide(cells, TIERS)[0]))
    return listings


@given(st.lists(ROWS, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_order_of_rows_and_lists_does_not_matter(lists: list[list[Cells]], chance: object) -> None:
    """Even where they contradict each other."""

    numbered = list(enumerate(lists))
    mixed = [(year, chance.sample(rows, len(rows))) for year, rows in numbered]  # type: ignore[attr-defined]
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    states, again = states_of(read(numbered))[0], states_of(read(mixed))[0]

    assert sorted(again, key=lambda state: state.first_day) == states
