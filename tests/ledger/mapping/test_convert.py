"""Files of many layouts become the folder form, or problems that name the cell."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from headrope.core.quantities import Quantity
from headrope.ledger.mapping.convert import Asked, convert
from headrope.ledger.mapping.known import Known
from tests.ledger.mapping.conftest import Make, rows_of

UNITS = {"A": ["East Works"], "AB": ["Airport Base", "空港基地"], "C": ["Coast Lines"]}
MONEY = {"REV": Quantity("money", -2), "STAFF": Quantity("count")}
KNOWN = Known(UNITS, MONEY)
PLAIN = """
unit: {header: Unit}
period: 2023-04
header: 1
columns:
  - {header: Revenue, measure: REV}
"""


# Where figures stand


def test_months_as_columns(make: Make) -> None:
    """The year from the title, the month from the header; a blank cell is no figure."""
    made = make(
        """
unit: {column: A}
header: 2
period:
  - {cell: A1, pattern: '(?P<year>[0-9]{4})'}
  - {from: header}
columns:
  - {column: B..D, measure: REV}
""",
        KNOWN,
        wide__csv="Revenue in 2023,,,\nUnit,Jan,Feb,Mar\nEast Works,1,2,3\nairport  base,4,,6",
    )

    assert made.problems == []
    assert made.facts == [
        ("A", "REV", "2023-01", "actual", "1"),
        ("A", "REV", "2023-02", "actual", "2"),
        ("A", "REV", "2023-03", "actual", "3"),
        ("AB", "REV", "2023-01", "actual", "4"),
        ("AB", "REV", "2023-03", "actual", "6"),
    ]


def test_one_figure_in_each_row(make: Make) -> None:
    made = make(
        """
header: 1
unit: {header: Unit}
measure: {header: Item, codes: {Revenue: REV, Staff: STAFF}}
period: {header: Month}
version: {header: Kind, codes: {Ist: actual, Plan: budget}}
vintage: {header: Known}
columns: {header: Value}
""",
        KNOWN,
        long__csv="""
Unit,Item,Month,Kind,Known,Value
East Works,Revenue,Apr 2023,Ist,2023-05-09,10
East Works,staff,Apr 2023,Plan,2023-05-09,12
C,Revenue,2023-05,Ist,2023-06-10,7.50""",
    )

    assert made.problems == []
    assert made.facts == [
        ("A", "REV", "2023-04", "actual", "10", "2023-05-09"),
        ("A", "STAFF", "2023-04", "budget", "12", "2023-05-09"),
        ("C", "REV", "2023-05", "actual", "7.5", "2023-06-10"),
    ]


def test_a_sheet_for_each_unit(tmp_path: Path) -> None:
    """Names of sheets are units; merged headers stand over several columns; sheets that no layout fits are noted."""
    source = tmp_path / "group.xlsx"
    book = xlsxwriter.Workbook(str(source))
    for name, value in (("East Works", 1.5), ("Coast Lines", 2.5)):
        sheet = book.add_worksheet(name)
        sheet.merge_range("B1:C1", "Revenue")
        sheet.write_row("A2", ["Month", "plan", "actual"])
        sheet.write_row("A3", ["2023-04", value, value * 2])
    book.add_worksheet("Remarks").write("A1", "none")
    book.close()
    (tmp_path / "map.yaml").write_text("""
mapping: 1
sheets: (Works|Lines)$
header: {row: 1, rows: 2}
unit: {from: sheet}
period: {header: Month}
columns:
  - {header: Revenue plan, measure: REV, version: budget}
  - {header: revenue  ACTUAL, measure: REV}
""")

    done = convert(Asked(source, tmp_path / "map.yaml", KNOWN), tmp_path / "out")

    assert rows_of(tmp_path / "out" / "facts.csv") == [
        ("A", "REV", "2023-04", "budget", "1.5"),
        ("A", "REV", "2023-04", "actual", "3"),
        ("C", "REV", "2023-04", "budget", "2.5"),
        ("C", "REV", "2023-04", "actual", "5"),
    ]
    assert [str(problem) for problem in done.problems] == [
        "group.xlsx: No layout of the mapping fits the sheet Remarks. Add a layout, or correct when: or sheet: in the mapping."
    ]
    assert done.blocking == []


def test_figures_that_are_merged_otherwise_than_their_header(tmp_path: Path) -> None:
    """
         A      B        C        D        E
    1    Unit   [   Revenue   ]   [   Staff     ]
    2    East   10       [       20        ]          20 begins under Revenue and stands under Staff
    3    Coast  [   30        ]   -        40
    4    [            West                      ]     a heading, no figure
    """
    source = tmp_path / "merged.xlsx"
    book = xlsxwriter.Workbook(str(source))
    sheet = book.add_worksheet("Data")
    sheet.write("A1", "Unit")
    sheet.merge_range("B1:C1", "Revenue")
    sheet.merge_range("D1:E1", "Staff")
    sheet.write_row("A2", ["East Works", 10])
    sheet.merge_range("C2:D2", 20)
    sheet.write("A3", "Coast Lines")
    sheet.merge_range("B3:C3", 30)
    sheet.write("E3", 40)
    sheet.merge_range("A4:E4", "West")
    book.close()
    (tmp_path / "map.yaml").write_text("""
mapping: 1
header: 1
unit: {header: Unit}
period: 2023-04
columns:
  - {header: Revenue, measure: REV}
  - {header: Staff, measure: STAFF}
""")

    done = convert(Asked(source, tmp_path / "map.yaml", KNOWN), tmp_path / "out")

    assert done.problems == []
    assert rows_of(tmp_path / "out" / "facts.csv") == [
        ("A", "REV", "2023-04", "actual", "10"),
        ("A", "STAFF", "2023-04", "actual", "20"),
        ("C", "REV", "2023-04", "actual", "30"),
        ("C", "STAFF", "2023-04", "actual", "40"),
    ]


def test_several_layouts_in_one_folder(make: Make) -> None:
    made = make(
        """
files: "**/*.csv"
unit: {column: A}
layouts:
  - name: old
    when: {cell: A1, matches: ^Report}
    header: 2
    period: {cell: B1}
    columns: [{header: Revenue, measure: REV}]
  - name: new
    when: {file: new}
    header: 1
    period: {from: file, pattern: '(?P<year>[0-9]{4})(?P<month>[0-9]{2})'}
    columns: [{header: Sales, measure: REV, number: {scale: 1000}}]
""",
        KNOWN,
        a__csv="Report,April 2023\nUnit,Revenue\nA,5",
        new_202305__csv="Unit,Sales\nA,6",
        other__csv="x,y\n1,2",
    )

    assert made.problems == [
        "other.csv: No layout of the mapping fits the sheet other. Add a layout, or correct when: or sheet: in the mapping."
    ]
    assert made.facts == []
    assert (made.done.files, made.done.sheets) == (3, 2)


def test_columns_by_a_pattern(make: Make) -> None:
    made = make(
        """
header: {row: 1, rows: 2, fill: yes}
unit: {column: A}
measure: REV
columns:
  - pattern: Q[1-4]$
    period: {from: header, pattern: '(?P<year>[0-9]{4}) Q(?P<quarter>[1-4])$'}
    version: {from: header, pattern: '^(plan|actual)', codes: {plan: budget}}
""",
        KNOWN,
        q__csv="Unit,plan,,actual\n,2023 Q1,2023 Q2,2023 Q1\nA,1,2,3",
    )

    assert made.problems == []
    assert made.facts == [
        ("A", "REV", "2023-Q1", "budget", "1"),
        ("A", "REV", "2023-Q2", "budget", "2"),
        ("A", "REV", "2023-Q1", "actual", "3"),
    ]


# Units


def test_unknown_names_are_told_together(make: Make) -> None:
    made = make(PLAIN, KNOWN, a__csv="Unit,Revenue\nEast Work,1\nEast Work,2\nZebra,3\nCoast Lines,4")

    assert made.problems == [
        "a.csv, A2: 'East Work' is the name of no unit (2 rows). Did you mean East Works? Write it under unit: codes.",
        "a.csv, A4: 'Zebra' is the name of no unit (1 rows). Write its code under unit: codes, or skip the row.",
    ]


def test_a_name_of_two_units_is_not_guessed(make: Make) -> None:
    known = Known({"A": ["Works"], "AB": ["works"]}, MONEY)

    assert make(PLAIN, known, a__csv="Unit,Revenue\nWORKS,1").problems == [
        "a.csv, A2: 'WORKS' is the name of no unit (1 rows). Write its code under unit: codes, or skip the row."
    ]


def test_codes_stand_beside_the_mapping(make: Make) -> None:
    mapping = (
        PLAIN.replace("{header: Unit}", "{header: Unit, codes-file: codes.csv, match: [signs, case]}")
        + 'files: "a*.csv"\n'
    )

    made = make(mapping, KNOWN, a__csv="Unit,Revenue\nEAST (WORKS),1\n空港基地,2", codes__csv="name,code\nEast-Works,C")

    assert made.problems == []
    assert made.facts == [("C", "REV", "2023-04", "actual", "1"), ("AB", "REV", "2023-04", "actual", "2")]


def test_two_names_of_one_code(make: Make) -> None:
    mapping = PLAIN.replace("{header: Unit}", "{header: Unit, codes: {East: A, West: A}}")
    text = "Unit,Revenue\nEast,1\nWest,2"

    assert make(mapping, KNOWN, a__csv=text).problems == [
        "a.csv, B3: A REV 2023-04 (actual) stands here, 2, and at a.csv, B2, 1. "
        "Skip one of the rows, give the units codes of their own, or say repeated: sum."
    ]
    assert make(mapping + "repeated: sum\n", KNOWN, a__csv=text).facts == [("A", "REV", "2023-04", "actual", "3")]


CREATE = """
files: "*.csv"
header: 1
period: {from: file}
rows: {sections: '^(East|West)$'}
unit:
  column: A
  create: {code: 'U-{slug}', section: 'S-{compact}', parent: G, parent-name: Group, kind: branch, section-kind: company}
columns:
  - {header: Revenue, measure: REV}
"""


def test_units_are_made_from_names(make: Make) -> None:
    """
    G
        S-East
            U-NORTH_PUMPS
        S-West
            U-NORTH_PUMPS_2     like the other by its name, and elsewhere
            U-SOUTH             without a section in one file, with one in the other
    """
    made = make(
        CREATE.replace("{from: file}", "{from: file, pattern: '(?P<year>[0-9]{4})_(?P<month>[0-9]{2})'}"),
        **{
            "2023_04__csv": "Unit,Revenue\nSouth,9\nEast,\nNorth Pumps,1",
            "2023_05__csv": "Unit,Revenue\nWest,\nNorth Pumps (2),2\nSOUTH,3",
        },
    )

    assert made.problems == []
    assert made.units == [
        ("G", "Group", "", "group"),
        ("U-SOUTH", "South", "S-West", "branch"),
        ("S-East", "East", "G", "company"),
        ("U-NORTH_PUMPS", "North Pumps", "S-East", "branch"),
        ("S-West", "West", "G", "company"),
        ("U-NORTH_PUMPS_2", "North Pumps (2)", "S-West", "branch"),
    ]


def test_a_period_that_is_not_found_is_told_once_for_a_sheet(make: Make) -> None:
    mapping = PLAIN.replace("period: 2023-04", "period: {from: file}")

    assert make(mapping, KNOWN, report__csv="Unit,Revenue\nA,1\nC,2").problems == [
        "report.csv, B2: No period is found: 'report.csv' is not a period; "
        "write 2023-06, 2023-Q2, 2023-H1, 2023 or FY2023-24. Correct the cell, or the mapping's period."
    ]


def test_a_unit_that_moves_between_sections(make: Make) -> None:
    mapping = CREATE.replace("{from: file}", "{cell: C1}")
    files = {"a__csv": "Unit,Revenue,2023-04\nEast,\nPump,1", "b__csv": "Unit,Revenue,2023-05\nWest,\nPump,2"}

    refused = make(mapping, **files)
    last = make(mapping.replace("kind: branch", "moved: last"), **files)

    assert refused.problems == [
        "b.csv, A3: Pump stands under S-West here and under S-East at a.csv, A3. "
        "Say unit: create: moved: first or last, or give the two codes of their own."
    ]
    assert last.units == [
        ("G", "Group", "", "group"),
        ("S-East", "East", "G", "company"),
        ("U-PUMP", "Pump", "S-West", "unit"),
        ("S-West", "West", "G", "company"),
    ]


def test_units_are_made_only_where_none_is_known(make: Make) -> None:
    """By the mapping's code, by the code that it would get, by its name; a name of two units is not guessed."""
    known = Known({"U-PUMP": [], "X1": ["North Works"], "X2": ["Twin"], "X3": ["twin"]}, MONEY)
    mapping = CREATE.replace("{from: file}", "2023-04").replace(
        "column: A", "column: A\n  codes: {Old: X2, Older: NEW}"
    )

    made = make(mapping, known, a__csv="Unit,Revenue\nOld,1\nOlder,2\nPump,3\nNorth works,4\nFresh,5")
    twin = make(mapping, known, a__csv="Unit,Revenue\nTwin,1")

    assert [row[0] for row in made.facts] == ["X2", "NEW", "U-PUMP", "X1", "U-FRESH"]
    assert [row[:3] for row in made.units] == [("G", "Group", ""), ("NEW", "Older", "G"), ("U-FRESH", "Fresh", "G")]
    assert twin.problems == [
        "a.csv, A2: 'Twin' is the name of no unit (1 rows). Did you mean Twin, twin? Write it under unit: codes."
    ]


def test_two_names_that_make_one_code(make: Make) -> None:
    mapping = CREATE.replace("{from: file}", "2023-04")

    assert make(mapping, a__csv="Unit,Revenue\nEast,\nPump 1,1\nPump-1,2").problems == [
        "a.csv, A4: 'Pump-1' and 'Pump 1' (a.csv, A3) would both get the code U-PUMP_1. "
        "Give one of them another code under unit: codes.",
        "a.csv, B4: U-PUMP_1 REV 2023-04 (actual) stands here, 2, and at a.csv, B3, 1. "
        "Skip one of the rows, give the units codes of their own, or say repeated: sum.",
    ]


# Rows


def test_rows_that_are_left_out(make: Make) -> None:
    made = make(
        PLAIN
        + """
rows:
  skip: [^Remark, {pattern: provisional, anywhere: yes}]
  stop: {pattern: ^Source, column: B}
  without-unit: skip
  totals:
    - {pattern: ^Total, of: all}
""",
        KNOWN,
        a__csv="Unit,Revenue,x\nA,1,\nRemark,5,\nC,2,\n,7,\nAB,9,provisional\nTotal,3,\n,Source: us,\nAB,8,",
    )

    assert made.problems == []
    assert made.facts == [("A", "REV", "2023-04", "actual", "1"), ("C", "REV", "2023-04", "actual", "2")]
    assert (made.done.compared, made.done.differing) == (1, 0)


def test_a_row_without_unit_is_a_problem(make: Make) -> None:
    assert make(PLAIN, KNOWN, a__csv="Unit,Revenue\nA,1\n,7\n,8").problems == [
        "a.csv, B3: The row holds figures and names no unit. Name it, or leave the row out by rows: skip or stop.",
        "a.csv, B4: The row holds figures and names no unit. Name it, or leave the row out by rows: skip or stop.",
    ]


@pytest.mark.parametrize(
    ("hidden", "facts", "problems"),
    [
        ("read", 2, ["a.xlsx, Data: Rows are hidden: 2."]),
        ("skip", 1, ["a.xlsx, Data: Rows are hidden: 2."]),
        (
            "refuse",
            0,
            [
                "a.xlsx, Data: Rows are hidden: 2.",
                "a.xlsx, Data!A2: The row is hidden. Show it, or say rows: hidden: read or skip.",
            ],
        ),
    ],
)
def test_hidden_rows(tmp_path: Path, hidden: str, facts: int, problems: list[str]) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("Data")
    for row, cells in enumerate((["Unit", "Revenue"], ["A", 1], ["C", 2])):
        sheet.write_row(row, 0, cells)
    sheet.set_row(1, None, None, {"hidden": True})
    book.close()
    (tmp_path / "map.yaml").write_text("mapping: 1\n" + PLAIN + f"rows: {{hidden: {hidden}}}\n")

    done = convert(Asked(tmp_path, tmp_path / "map.yaml", KNOWN), tmp_path / "out")

    assert [str(problem) for problem in done.problems] == problems
    assert len(rows_of(tmp_path / "out" / "facts.csv")) == facts


# Figures


def test_cells_that_hold_no_figure_are_all_told(make: Make) -> None:
    made = make(PLAIN, KNOWN, a__csv='Unit,Revenue\nA,"1,5"\nAB,n/a\nC,3')

    assert made.facts == []
    assert made.problems == [
        "a.csv, B2: '1,5' is not a number of this form. The mapping says decimal: '.', thousands: '', negative: minus.",
        "a.csv, B3: 'n/a' is not a number. Correct the cell, or add the word to number: missing.",
    ]


def test_errors_in_cells_count_only_where_a_figure_is_needed(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("Data")
    sheet.write_row("A1", ["Unit", "Revenue", "Check"])
    sheet.write_row("A2", ["A", 1])
    sheet.write_formula("C2", "=1/0", None, "#DIV/0!")
    sheet.write("A3", "C")
    sheet.write_formula("B3", "=NA()", None, "#N/A")
    book.close()
    (tmp_path / "map.yaml").write_text("mapping: 1\n" + PLAIN)

    done = convert(Asked(tmp_path, tmp_path / "map.yaml", KNOWN), tmp_path / "out")

    assert [str(problem) for problem in done.blocking] == [
        "a.xlsx, Data!B3: The cell holds the error #N/A. Mend the formula, or empty the cell."
    ]


def test_rounding_is_recorded(make: Make) -> None:
    made = make(PLAIN + "number: {round: half-even}\n", KNOWN, a__csv="Unit,Revenue\nA,1.005\nC,2.5")

    assert made.facts == [
        ("A", "REV", "2023-04", "actual", "1", "rounded half-even to the measure's step"),
        ("C", "REV", "2023-04", "actual", "2.5", ""),
    ]


def test_a_measure_that_nobody_has_defined_is_told_once(make: Make) -> None:
    made = make(PLAIN.replace("measure: REV", "measure: RVE"), KNOWN, a__csv="Unit,Revenue\nA,1\nC,2")

    assert made.problems == [
        "a.csv, B2: There is no measure 'RVE'. Write its code under measure: codes, skip the row, or define it under measures."
    ]


# What is not found


def test_headers_that_are_not_found(make: Make) -> None:
    mapping = """
header: {find: ^Unit$}
unit: {header: Unit}
period: 2023-04
columns:
  - {header: Revenues, measure: REV}
  - {pattern: ^Staff, measure: STAFF}
  - {header: Heat, measure: HEAT, optional: yes}
"""

    assert make(mapping, a__csv="Title\nUnit,Revenue\nA,1", b__csv="Title\nName,Revenue\nA,1").problems == [
        "a.csv, a (by map.yaml, line 6): No column has the header 'Revenues'. Did you mean 'Revenue'?",
        "a.csv, a (by map.yaml, line 7): No header matches the column's pattern. Correct it, or say optional: yes.",
        "b.csv, b (by map.yaml, line 2): The header is not found in the first 40 rows. Correct header: in the mapping.",
    ]


def test_a_header_over_several_columns(make: Make) -> None:
    assert make(PLAIN, KNOWN, a__csv="Unit,Revenue,Revenue\nA,1,2").problems == [
        "a.csv, a (by map.yaml, line 6): The header 'Revenue' stands over the columns B, C. "
        "Say which one, as column: B, or take a header of more rows."
    ]


def test_files_that_are_not_there(make: Make, tmp_path: Path) -> None:
    made = make('files: ["*.xls", /etc/passwd, ../*.csv]\n' + PLAIN, KNOWN)

    assert made.problems == [
        f"{tmp_path / 'source'}: No file here is called *.xls or /etc/passwd or ../*.csv. Correct the name, or files: in the mapping."
    ]


def test_a_file_that_cannot_be_read_does_not_hide_the_others(make: Make) -> None:
    made = make(PLAIN, KNOWN, a__csv="", b__csv="Unit,Revenue\nA,x", c__xlsx="<html>")

    assert made.problems == [
        "a.csv: The file is empty. Send it again.",
        "b.csv, B2: 'x' is not a number. Correct the cell, or add the word to number: missing.",
        "c.xlsx: The file is a web page with another name. Open it in Excel and save it as .xlsx.",
    ]


def test_files_beside_the_mapping_that_are_missing(make: Make) -> None:
    mapping = (
        PLAIN.replace("{header: Unit}", "{header: Unit, codes-file: codes.csv}") + "units: units.csv\nmeasures: m.csv\n"
    )

    assert make(mapping, KNOWN, a__csv="Unit,Revenue\nA,1").problems == [
        "map.yaml: There is no file units.csv beside the mapping. Put it there, or correct its name.",
        "map.yaml: There is no file m.csv beside the mapping. Put it there, or correct its name.",
        "map.yaml: There is no file codes.csv beside the mapping. Put it there, or correct its name.",
    ]


# Smaller keys


def test_rows_between_two_rows_of_a_sheet_by_its_number(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    for name in ("First", "Second"):
        sheet = book.add_worksheet(name)
        for row, cells in enumerate((["A", 1], ["AB", 2], ["C", 3])):
            sheet.write_row(row, 0, cells)
    book.close()
    (tmp_path / "map.yaml").write_text("""
mapping: 1
sheet: 2
when: {columns: 2}
rows: {begin: 2, end: 2}
unit: {column: A}
period: 2023-04
columns: [{column: 2, measure: REV}]
""")

    done = convert(Asked(tmp_path, tmp_path / "map.yaml", KNOWN), tmp_path / "out")

    assert rows_of(tmp_path / "out" / "facts.csv") == [("AB", "REV", "2023-04", "actual", "2")]
    assert [str(problem) for problem in done.problems] == [
        "a.xlsx: No layout of the mapping fits the sheet First. Add a layout, or correct when: or sheet: in the mapping."
    ]


def test_definitions_beside_the_mapping(make: Make) -> None:
    """The ledger's fiscal start, units and measures come with the mapping; nothing has to be known before."""
    made = make(
        """
files: r*.csv
ledger: {fiscal_start: 4}
units: units.csv
measures: measures.csv
header: 2
unit: {cell: A1}
measure: {column: A, codes: {Revenue: REV}}
columns:
  - {pattern: '^Q', period: [{from: file, fiscal: yes, pattern: 'r(?P<year>[0-9]{4})'}, {from: header, pattern: '(?P<quarter>[1-4])'}]}
  - {header: whole year, period: {text: FY2023-24}, version: target, optional: yes}
""",
        r2023__csv="East  Works,,\nItem,Q1,Q2,whole year\nRevenue,1,2,9",
        units__csv="code,name,parent,tier\nG,Group,,1\nE,East Works,G,2",
        measures__csv="code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,0.01,flow,up",
    )

    assert made.problems == []
    assert made.units == [("G", "Group", "", "1"), ("E", "East Works", "G", "2")]
    assert made.facts == [
        ("E", "REV", "FY2023-24-Q1", "actual", "1"),
        ("E", "REV", "FY2023-24-Q2", "actual", "2"),
        ("E", "REV", "FY2023-24", "target", "9"),
    ]


def test_a_subtotal_that_cannot_be_read_is_a_warning(make: Make) -> None:
    made = make(PLAIN + "rows: {totals: [^Total]}\n", KNOWN, a__csv="Unit,Revenue\nA,1\nTotal,one")

    assert made.facts == [("A", "REV", "2023-04", "actual", "1")]
    assert [(str(problem), problem.blocking) for problem in made.done.problems] == [
        ("a.csv, B3: 'one' is not a number. Correct the cell, or add the word to number: missing.", False)
    ]


def test_words_that_a_row_lacks(make: Make) -> None:
    mapping = """
header: 1
unit: {header: Unit, pattern: '^U-(?P<unit>.+)$'}
measure: {header: Item}
period: {header: Month, codes: {first quarter: 2023-Q1}}
vintage: {header: Known}
columns: {header: Value}
"""
    text = """
Unit,Item,Month,Known,Value
U-A,REV,First  Quarter,2023-07-01,1
U-A,,2023-04,2023-07-01,2
U-C,REV,Easter,2023-07-01,3
U-C,REV,2023-04,soon,4
C,REV,2023-04,2023-07-01,5"""

    assert make(mapping, KNOWN, a__csv=text).problems == [
        "a.csv, E3: No measure is given here. Fill the cell, or correct the mapping.",
        "a.csv, E4: No period is found: 'Easter' is not a period; write 2023-06, 2023-Q2, 2023-H1, 2023 or FY2023-24. "
        "Correct the cell, or the mapping's period.",
        "a.csv, E5: 'soon' is not a day. Write it like 2023-06-30.",
        "a.csv, A6: 'C' does not match ^U-(?P<unit>.+)$.",
    ]


def test_a_mapping_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_bytes("# 单位".encode("gb18030"))

    missing = convert(Asked(tmp_path, tmp_path / "none.yaml"), tmp_path / "out")
    old = convert(Asked(tmp_path, tmp_path / "old.yaml"), tmp_path / "out")

    assert [str(problem) for problem in (*missing.problems, *old.problems)] == [
        f"{tmp_path / 'none.yaml'}: The mapping cannot be opened: No such file or directory.",
        "old.yaml: The mapping is not in UTF-8. Save it as UTF-8.",
    ]


def test_files_without_any_figure(make: Make) -> None:
    assert make(PLAIN, KNOWN, a__csv="Unit,Revenue\nA,").problems == [
        "map.yaml: No figures are found in 1 files. Look at rows: and columns: in the mapping."
    ]
