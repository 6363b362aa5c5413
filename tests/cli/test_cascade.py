"""`headrope cascade` on the folder of a small group: what it prints, in both forms, and with which status it ends.

G   group             total
    A   company       cap 130
        A1  branch
        AB  branch    hold 40
    B   company       floor 30
    C   company
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from headrope.cli import commands

UNITS = """\
code,parent,weight,base,floor,cap,hold,name,name_zh
G,,,,,,,Harbour Group,港湾集团
C,G,40,40,,,,Coast Lines,海岸航运
A,G,,,,130,,East Works,东方厂
AB,A,50,50,,,40,Airport Base,空港基地
A1,A,60,60,,,,East Pumps,东方泵业
B,G,10,10,30,,,Bay Docks,海湾码头
"""
PASSED, PROBLEMS, WRONG_CALL = 0, 1, 2

Says = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cascade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Says:
    """Runs `headrope cascade` on the folder: exit status, standard output, standard error."""
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "300")
    write(tmp_path, UNITS)
    app = typer.Typer()
    commands.register(app)

    def run(*words: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, ["cascade", str(tmp_path), *words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


def write(folder: Path, text: str) -> None:
    (folder / "units.csv").write_text(text, encoding="utf-8")


def rows(out: str) -> list[list[str]]:
    """The cells of a table, by the gaps between them."""
    lines = [line for line in out.splitlines() if line.strip() and not set(line.strip()) <= set("─")]
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]


def test_the_table_tells_shares_growth_and_reasons(cascade: Says) -> None:
    status, out, err = cascade("240", "--step", "1")

    assert (status, err) == (PASSED, "")
    assert rows(out) == [
        ["Unit", "Share", "Base", "Growth", "Reason"],
        ["Harbour Group", "240", "160", "50.0\u202f%", "The total that is split."],
        ["Coast Lines", "80", "40", "100.0\u202f%", "Grows by 100.0\u202f% like all units that no bound stops."],
        ["East Works", "130", "110", "18.2\u202f%", "At its cap of 130; without it 160."],
        ["Airport Base", "40", "50", "\N{MINUS SIGN}20.0\u202f%", "Held at 40; without that 75."],
        ["East Pumps", "90", "60", "50.0\u202f%", "Grows by 50.0\u202f% like all units below East Works that no other bound stops."],
        ["Bay Docks", "30", "10", "200.0\u202f%", "At its floor of 30; without it 20."],
    ]  # fmt: skip


def test_the_table_speaks_chinese_and_shows_the_tiers(cascade: Says) -> None:
    status, out, _ = cascade("240", "--step", "1", "--tiers", "--language", "zh")

    assert status == PASSED
    assert rows(out)[:3] == [
        ["单位", "分解额", "基数", "增长", "逐级分解", "较整体分解", "理由"],
        ["港湾集团", "240", "160", "50.0%", "240", "0", "待分解的总额。"],
        ["海岸航运", "80", "40", "100.0%", "80", "0", "增长100.0%，与其他未触及上下限的单位相同。"],
    ]


def test_only_so_many_units_are_shown(cascade: Says) -> None:
    _, out, _ = cascade("240", "--most", "2")

    assert len(rows(out)) == 4
    assert out.splitlines()[-1] == "4 more; --most 0 shows all."


def said(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out)
    return found


def test_json_tells_everything_of_a_unit(cascade: Says) -> None:
    status, out, err = cascade("240.01", "--json")

    answer = said(out)
    assert (status, err) == (PASSED, "")
    assert {key: value for key, value in answer.items() if key != "units"} == {
        "total": {"value": 240.01, "exact": "240.01"},
        "step": "0.01",
        "by": "weight",
        "problems": [],
        "notes": [],
        "conflicts": [],
        "broken_tiers": [],
    }
    assert [unit["code"] for unit in answer["units"]] == ["G", "C", "A", "AB", "A1", "B"]
    assert answer["units"][4] == {
        "code": "A1",
        "parent": "A",
        "name": "East Pumps",
        "name_zh": "东方泵业",
        "share": {"value": 90.0, "exact": "90.00"},
        "unrounded": 90.0,
        "rounding": 0.0,
        "base": 60.0,
        "growth": 0.5,
        "tiers": {"value": 90.0, "exact": "90.00"},
        "gap": {"value": 0.0, "exact": "0.00"},
        "reason": {
            "kind": "below",
            "bound": None,
            "without": None,
            "level": 0.5,
            "shared_with": "A",
            "text": {
                "en": "Grows by 50.0\u202f% like all units below East Works that no other bound stops.",
                "zh": "增长50.0%，与东方厂下其他未另触上下限的单位相同。",
            },
        },
    }
    assert answer["units"][2]["reason"] == {
        "kind": "cap",
        "bound": {"kind": "cap", "value": 130.0, "exact": "130.00"},
        "without": 160.015,
        "level": None,
        "shared_with": None,
        "text": {"en": "At its cap of 130.00; without it 160.01.", "zh": "处于上限130.00；若无此限为160.01。"},
    }


def test_tiers_that_cannot_hand_down_are_told(cascade: Says, tmp_path: Path) -> None:
    """The tier of G gives A half of the total and does not see that those below A can take less."""
    write(tmp_path, "code,parent,weight,cap\nG,,,\nA,G,,\nA1,A,1,10\nB,G,1,\n")

    status, out, _ = cascade("100", "--step", "1", "--json")
    _, table, _ = cascade("100", "--step", "1", "--tiers")

    answer = said(out)
    assert status == PASSED
    assert [(unit["share"]["exact"], unit["tiers"] and unit["tiers"]["exact"]) for unit in answer["units"]] == [
        ("100", "100"), ("10", "50"), ("10", None), ("90", "50"),
    ]  # fmt: skip
    assert answer["broken_tiers"] == [
        {
            "unit": "A",
            "share": {"value": 50.0, "exact": "50"},
            "by": {"value": -40.0, "exact": "-40"},
            "text": {
                "en": "Tier by tier A gets 50, and the caps of its children are 40 short of that.",
                "zh": "逐级分解时A得50，其直接下属的上限之和不足40。",
            },
        }
    ]
    assert table.splitlines()[-1] == "Tier by tier A gets 50, and the caps of its children are 40 short of that."


def test_clashes_are_named_in_both_forms(cascade: Says, tmp_path: Path) -> None:
    write(tmp_path, "code,parent,weight,floor,hold\nG,,,,\nA,G,1,60,\nB,G,1,50,40\n")

    status, out, _ = cascade("100", "--step", "1")
    json_status, answer, _ = cascade("90", "--step", "1", "--json")

    assert status == json_status == PROBLEMS
    assert out.splitlines() == [
        "B: the floor of 50 is 10 more than the hold of 40.",
        "Nothing is split before these bounds agree.",
    ]
    assert said(answer)["units"] == []
    assert said(answer)["conflicts"][1] == {
        "unit": "G",
        "by": {"value": 20.0, "exact": "20"},
        "in_all": {"value": 20.0, "exact": "20"},
        "bounds": [
            {"unit": "G", "kind": "total", "value": 90.0, "exact": "90"},
            {"unit": "A", "kind": "floor", "value": 60.0, "exact": "60"},
            {"unit": "B", "kind": "floor", "value": 50.0, "exact": "50"},
        ],
        "text": {
            "en": "G: the total of 90 is 20 less than units below must get: A the floor of 60, B the floor of 50.",
            "zh": "G：总额90比下属单位至少应得之和低20：A下限60、B下限50。",
        },
    }


def test_problems_of_the_folder_end_with_status_1(cascade: Says, tmp_path: Path) -> None:
    write(tmp_path, "code,parent,weight\nG,,\nA,X,nan\n")

    status, out, err = cascade("100")
    json_status, answer, _ = cascade("100", "--json")

    expected = [
        "units.csv, row 3, weight: 'nan' is not a number. Write it like -1234.5.",
        "units.csv, row 3: A stands under X, which is no unit. Add a row for X, or correct the parent.",
    ]
    assert (status, out) == (PROBLEMS, "")
    assert err.splitlines() == [*expected, "2 problems; nothing was changed."]
    assert (json_status, said(answer)["problems"], said(answer)["units"]) == (PROBLEMS, expected, [])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["abc"], "'abc' is not a number. Write it like -1234.5."),
        (["nan"], "'nan' is not a number. Write it like -1234.5."),
        (["100.005"], "The total 100.005 is no multiple of the step 0.01. Round it, or choose a smaller step."),
        (["100", "--step", "0"], "'0' is no step. Write a number above 0, like 0.01, 1 or 1000."),
        (["100", "--by", "size"], "'size' is no form; write weight, growth or equal."),
        (["100", "--growth", "much"], "--growth: 'much' is not a number. Write it like -1234.5."),
    ],
)
def test_a_wrong_call_ends_with_status_2(cascade: Says, words: list[str], message: str) -> None:
    assert cascade(*words) == (WRONG_CALL, "", message + "\n")


def test_a_total_below_0_is_no_option(cascade: Says) -> None:
    status, out, _ = cascade("-1000", "--json")

    assert (status, said(out)["total"]["exact"]) == (PASSED, "-1000.00")


def test_shares_below_0_without_a_floor_get_a_note(cascade: Says) -> None:
    status, out, err = cascade("50", "--step", "1", "--json")

    shares = {unit["code"]: unit["share"]["value"] for unit in said(out)["units"]}
    assert (status, err) == (PASSED, "")
    assert shares == {"G": 50, "C": -8, "A": 28, "AB": 40, "A1": -12, "B": 30}
    assert said(out)["notes"] == [
        "units.csv: Units that get less than 0 though their base is not: 2 (A1, C). "
        "Write floors of 0 where that is not meant."
    ]


def test_growth_beside_the_total_must_agree(cascade: Says) -> None:
    agreed, _, _ = cascade("173.3", "--growth", "8.3")
    status, _, err = cascade("180", "--growth", "8.3%")

    assert (agreed, status) == (PASSED, PROBLEMS)
    assert err.splitlines()[0] == (
        "Growth of 8.3 % on a base of 160.00 makes 173.28; the total is 180, +6.72 away. Correct one of them."
    )


def test_notes_go_to_standard_error(cascade: Says, tmp_path: Path) -> None:
    write(tmp_path, "code,parent,weight\nG,,\nA,G,5\nA1,A,1\nB,G,1\n")

    status, _, err = cascade("60")
    _, out, _ = cascade("60", "--json")

    note = (
        "units.csv, row 3, weight: A has units below it: its weight counts only where one tier splits after the other. "
        "Leave it empty where it is the sum of those below."
    )
    assert (status, err, said(out)["notes"]) == (PASSED, note + "\n", [note])
    assert [unit["gap"]["exact"] for unit in said(out)["units"]] == ["0.00", "20.00", "20.00", "-20.00"]
