"""units.csv as the group that a total is split over, and all that can be wrong with it at once.

G   group
    A   company
        A1  branch
        AB  branch
    C   company
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from headrope.core.cascade.solution import cascade
from headrope.core.problems import ProblemsFound
from headrope.targets.folder import read_units
from headrope.targets.steps import Steps

from .reading import problems, read

UNITS = """
code,parent,name,weight,base,floor,cap,hold,kind
G,,Harbour Group,,,,,,group
C,G,Coast Lines,2.5,100.005,50.001,,,company
A,G,East Works,,,,99.999,,company
AB,A,Airport Base,0,,,,7.5,branch
A1,A,East Pumps,1,-3,,1e3,,branch
"""
NONE = [None] * 5


def cells(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]


def test_units_are_read_by_code_and_bounds_rounded_inward(tmp_path: Path) -> None:
    found = read(tmp_path, UNITS, "0.01")

    group = found.group
    assert [unit.code for unit in found.units] == ["A", "A1", "AB", "C", "G"]
    assert group.tree.parent.tolist() == [4, 0, 0, 4, -1]
    assert cells(group.weight) == [None, 1, 0, 2.5, None]
    assert cells(group.base) == [None, -300, 0, 10000.5, None]
    assert group.floor.tolist() == [-np.inf, -np.inf, -np.inf, 5001, -np.inf]
    assert group.cap.tolist() == [9999, 100000, np.inf, np.inf, np.inf]
    assert cells(group.hold) == [None, None, 750, None, None]
    assert (found.by, found.places, found.notes) == ("weight", (4, 3, 0, 2, 1), ())
    assert found.total_base == Fraction("97.005")
    assert found.summed_bases.tolist() == [-300, -300, 0, 10000.5, 9700.5]


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    header, *rows = UNITS.strip().split("\n")
    expected = cascade(read(tmp_path, UNITS, "0.01").group, 12345).shares

    shares = cascade(read(tmp_path, "\n".join([header, *reversed(rows)]), "0.01").group, 12345).shares

    assert shares is not None
    assert expected is not None
    assert shares.tolist() == expected.tolist()


def test_without_a_column_of_weights_bases_grow(tmp_path: Path) -> None:
    found = read(tmp_path, "code,parent,base\nG,,\nA,G,-20\nB,G,60\n")

    assert found.by == "growth"
    assert cells(found.group.weight) == [20, 60, None]
    assert found.weight_of_base == 1


def test_equal_weights_can_be_asked_for(tmp_path: Path) -> None:
    found = read(tmp_path, "code,parent,weight\nG,,\nA,G,20\nB,G,60\n", by="equal")

    assert cells(found.group.weight) == [1, 1, None]
    assert found.weight_of_base is None


def test_an_inner_units_weight_is_kept_with_a_note(tmp_path: Path) -> None:
    found = read(tmp_path, "code,parent,weight,base\nG,,,\nA,G,7,5\nA1,A,1,\n")

    assert cells(found.group.weight) == [7, 1, None]
    assert [str(note) for note in found.notes] == [
        "units.csv, row 3, weight: A has units below it: its weight counts only where one tier splits after the other. "
        "Leave it empty where it is the sum of those below.",
        "units.csv, row 3, base: A has units below it: its base counts only where one tier splits after the other. "
        "Leave it empty where it is the sum of those below.",
    ]


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = """
code,parent,weight,base,floor,cap,hold,kind
G,,,,,,,
A,G,NaN,1e400,,,,
A,G,inf,"1,234",,,,
B,X,-1,,,,0.5,
C,D,1,,,,,
D,C,1,,99999999999999999999,,,
H,,,,,,,
,G,1,,,,,
S,G,1e-200,,,,,segment
"""

    assert problems(tmp_path, text) == [
        "units.csv, row 3, weight: 'NaN' is not a number. Write it like -1234.5.",
        "units.csv, row 3, base: '1e400' is too large. Check the unit of account.",
        "units.csv, row 4, weight: 'inf' is not a number. Write it like -1234.5.",
        "units.csv, row 4, base: '1,234' has thousands separators. Write 1234, without separators.",
        "units.csv, row 5, weight: The weight -1 is below 0. Write how much of the total the unit weighs.",
        "units.csv, row 5, hold: The hold 0.5 is no multiple of the step 1. Round it, or choose a smaller step.",
        "units.csv, row 7, floor: 99999999999999999999 is 2^53 steps of 1 or more. "
        "Choose a larger step, or leave a bound empty that is none.",
        "units.csv, row 9: The unit has no code. Write one.",
        "units.csv, row 10: S is a segment: no total goes down to it. Take the row out.",
        "units.csv, row 10, weight: '1e-200' is too close to zero. Check the unit of account.",
        "units.csv, row 4: A stands here and at units.csv, row 3. Keep one row.",
        "units.csv, row 5: B stands under X, which is no unit. Add a row for X, or correct the parent.",
        "units.csv, row 6: These units stand under each other in a circle: C > D > C. Give one of them another parent.",
        "units.csv, row 8: 2 units have no parent: G, H. One of them gets the total; give the others a parent.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code,parent,weight\n", ["units.csv: The file holds no unit. Write a row for each unit."]),
        ("code,weight\nG,1\n", ["units.csv, row 1: The column 'parent' is missing. Add it."]),
        (
            "code,parent,wieght\nG,,1\n",
            ["units.csv, row 1: 'wieght' is not a column of this file. Did you mean 'weight'?"],
        ),
        (
            "code,parent,weight\nG,,\nA,G,\nB,G,1\n",
            ["units.csv, row 3, weight: A has no weight. Write one; 0 lets it keep its base."],
        ),
        (
            "code,parent,weight\nG,,\nA,G,0\nB,G,0\n",
            ["units.csv: No unit that is not held has a weight. Write weights, or choose equal ones."],
        ),
        ("code,parent,weight\nG,,\nA,G,1,2\n", ["units.csv, row 3: The row has 4 cells, the header has 3. Complete the row; was the file cut off, or does a text hold an unquoted comma?"]),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_split_over(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert problems(tmp_path, text) == expected


def test_a_folder_without_units(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound) as found:
        read_units(tmp_path, Steps.of("1"))

    assert [str(each) for each in found.value.problems] == [
        f"{tmp_path}: There is no units.csv. Name a folder that holds one."
    ]


def test_bounds_that_together_leave_whole_numbers_are_told(tmp_path: Path) -> None:
    rows = "".join(f"U{each},G,1,9007199254740990\n" for each in range(513))

    assert problems(tmp_path, "code,parent,weight,cap\nG,,,\n" + rows) == [
        "units.csv: All bounds together are 2^60 steps or more. Leave bounds empty that are none."
    ]
