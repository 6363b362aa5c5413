"""causes.csv, rules.csv and benchmarks.csv in a folder: loaded with the rest of it or not at all, exported and loaded again."""

from __future__ import annotations

import csv
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrope.core.problems import ProblemsFound
from headrope.journal.models import Posting
from headrope.journal.queries import books, known_days, known_on
from headrope.ledger.actions import load_folder
from headrope.ledger.export.actions import export_folder
from headrope.ledger.load import LoadResult
from headrope.ledger.queries import ledger_settings, measures
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from headrope.review.defined.folder import ReviewFiles, export_review
from headrope.review.defined.kinds import BENCHMARKS, CAUSES, KINDS, RULES
from headrope.review.defined.queries import rows
from headrope.review.rules.queries import pace_rule
from tests.conftest import Databases, Folder, Place
from tests.ledger.export.answers import texts_of

MAY, JUNE, JULY = "2023-05-09", "2023-06-09", "2023-07-14"
UNITS = "code,name,parent\nG,Harbour Group,\nA,East Works,G\nAB,Airport Base,G"
MEASURES = """
code,name,account,quantity,step,kind,direction,numerator,denominator
REV,Revenue,CNY,money,0.01,flow,up,,
PROFIT,Profit,CNY,money,0.01,flow,up,,
MARGIN,Margin,share,number,,ratio,up,PROFIT,REV
"""
FACTS = "unit,measure,period,version,value\nA,REV,2023-04,actual,1.00"
CAUSE_ROWS = 'code,parent,name,name_zh,to\nSTEEL,COST,"Steel, dear",钢材价格,\nCOST,,Cost,成本,2023-12-31'
RULE_ROWS = """
code,kind,name,basis,watch,behind,measures,percent,most,silent
PACE,pace,,time,2 %,5,,,,
RED,red,Praise,,,,REV PROFIT,5,3,
BLACK,black,Blame,,,,,10,,yes
"""
BENCHMARK_ROWS = """
set,set_name,side,peer,name,measure,period,value,source
OUT,Makers,outside,PEER,The Peer,MARGIN,2023-H1,0.604,Report
OUT,Makers,outside,PEER,The Peer,REV,2023-H1,12.50,
OUT,Makers,inside,AB,,,,,
"""
WHOLE = {"units": UNITS, "measures": MEASURES, "facts": FACTS, "causes": CAUSE_ROWS, "rules": RULE_ROWS, "benchmarks": BENCHMARK_ROWS}  # fmt: skip


def load(folder: Path, dry_run: bool = False) -> LoadResult:
    """As `headrope load` does it."""
    return load_folder(folder, by=console_user(), dry_run=dry_run, beside=[ReviewFiles()])


def refused(folder: Path) -> list[str]:
    """The problems of a folder that is not loaded."""
    before = books().seq, [rows(kind) for kind in KINDS], len(unit_ids())
    with pytest.raises(ProblemsFound) as found:
        load(folder)
    assert (books().seq, [rows(kind) for kind in KINDS], len(unit_ids())) == before
    return [str(problem) for problem in found.value.problems]


def known(day: date | None) -> list[list[dict[str, str]]]:
    """The rows of the three files as known at the end of the day (None: now)."""
    on = known_on(day, ledger_settings().zone)
    return [[dict(row.cells) for row in rows(kind, on)] for kind in KINDS]


def there_and_back(databases: Databases, target: Path) -> dict[str, bytes]:
    """Export, load into an empty ledger, compare what is known on each day and what is exported again; the files."""
    days = [*sorted(known_days(ledger_settings().zone)), None]
    before = {day: known(day) for day in days}
    first = export_folder(target / "first", beside=[export_review])

    made = databases.copy()
    load(target / "first")
    second = export_folder(target / "second", beside=[export_review])

    # What was written later but known earlier stands before the others.
    assert {day: sort(known(day)) for day in days} == {day: sort(rows) for day, rows in before.items()}
    assert second.rows == first.rows
    assert texts_of(target / "second") == texts_of(target / "first")
    databases.discard(made)
    return texts_of(target / "first")


def sort(found: list[list[dict[str, str]]]) -> list[list[dict[str, str]]]:
    return [sorted(rows, key=lambda row: sorted(row.items())) for rows in found]


def test_folder_goes_in_whole_and_its_review_in_one_posting(place: Place, folder: Folder) -> None:
    result = load(folder(**WHOLE))

    assert result.defined == {"causes.csv": 2, "rules.csv": 3, "benchmarks.csv": 3}
    assert result.ignored_files == []
    assert list(Posting.objects.order_by("seq").values_list("kind", "reason"))[-1] == ("define", "review: causes, rules, benchmarks")  # fmt: skip
    assert [row.cells["code"] for row in rows(CAUSES)] == ["STEEL", "COST"]
    assert pace_rule(date(2023, 7, 1), books()).basis == "time"


def test_folder_that_says_what_is_known_changes_nothing(place: Place, folder: Folder) -> None:
    load(folder(**WHOLE))
    before = books().seq

    result = load(folder(**WHOLE))

    assert (books().seq, result.defined) == (before, {})


def test_folder_of_one_file_is_enough(place: Place, folder: Folder) -> None:
    load(folder(**WHOLE))

    result = load(folder(rules="code,kind,state\nRED,,withdrawn\nBLACK,black,withdrawn"))

    assert result.defined == {"rules.csv": 2}
    assert [len(rows(kind)) for kind in KINDS] == [2, 1, 3]


def test_dry_run_counts_and_changes_nothing(place: Place, folder: Folder) -> None:
    result = load(folder(**WHOLE), dry_run=True)

    assert (result.posted, result.defined) == (False, {"causes.csv": 2, "rules.csv": 3, "benchmarks.csv": 3})
    assert (books().seq, known(None)) == (0, [[], [], []])


def test_every_problem_of_every_file_is_told_and_nothing_is_kept(place: Place, folder: Folder) -> None:
    """Also those of rows that stand on units and measures of the same folder."""
    source = folder(
        **WHOLE
        | {
            "facts": FACTS + "\nA,REV,2023-05,actual,x",
            "causes": "code,parent,name,to\nA B,,Blank,\nIN,GONE,Inside,soon\nIN,,Twice,",
            "rules": "code,kind,name,measures,percent,state\nRED,red,Praise,REV SALES,5,\nP,speed,,,,\nQ,black,,,,open\nZ,,,,,withdrawn\nNO,red,,,5,",
            "benchmarks": "set,side,peer,measure,period,value\nOUT,outside,PEER,REV,2023-13,1.005\nOUT,inside,C,,,",
        }
    )

    assert sorted(refused(source)) == [
        "benchmarks.csv, row 2: '1.005' has more digits than the step 0.01 of its measure. Round it at the source, or load it into a measure with a finer step.",
        "benchmarks.csv, row 2: '2023-13' has no month 13; months run from 01 to 12. Write it like 2023-06, 2023-H1 or 2023.",
        "benchmarks.csv, row 3: There is no unit 'C'. Add it to units.csv, or correct the code.",
        "causes.csv, row 2: 'A B' is not a code. Write up to 40 letters, digits and marks such as - or _, without blanks.",
        "causes.csv, row 3: 'soon' is not a day. Write it like 2023-06-30 in the column to.",
        "causes.csv, row 4: IN stands here and at causes.csv, row 3. Keep one row.",
        "facts.csv, row 3, A REV 2023-05: 'x' is not a number. Write it like -1234.5.",
        "rules.csv, row 2: There is no measure 'SALES'. Add it to measures.csv, or correct the code.",
        "rules.csv, row 3: 'speed' is not a kind. Known: pace, tolerance, red, black.",
        "rules.csv, row 4: 'open' is not a state. Write withdrawn, or leave it empty.",
        "rules.csv, row 5: Nothing is known of Z that could be withdrawn. Correct the code, or leave the row out.",
        "rules.csv, row 6: There is no name. Write one into the column name.",
    ]


@pytest.mark.parametrize(
    ("files", "problems"),
    [
        ({"causes": b"code,name\nX,\xff\xfe"}, ["causes.csv, row 2: The file is not in UTF-8"]),
        ({"causes": "code,title\nX,Name"}, ["causes.csv, row 1: ", "causes.csv, row 1: "]),
        ({"rules": 'code,kind\nX,"red'}, ["rules.csv, row 2: "]),
        ({"benchmarks": "set,side,peer\nX,inside"}, ["benchmarks.csv, row 2: "]),
        ({"causes": "code,name\nX," + "x" * 1001}, ["causes.csv, row 2: ", "causes.csv, row 2: "]),
        ({"causes": 'code,name\nX,"a\tb"'}, ["causes.csv, row 2: ", "causes.csv, row 2: "]),
        ({"causes": "code,parent,name\nX,Y,One\nY,X,Other"}, ["causes.csv, row 2: X stands under itself.", "causes.csv, row 3: Y stands under itself."]),
        ({"rules": "code,kind,vintage\nX,pace,2099-01-01"}, ["rules.csv, row 2: '2099-01-01' is not a day up to today."]),
    ],
)  # fmt: skip
def test_file_that_cannot_be_read_is_refused(
    place: Place, folder: Folder, files: dict[str, str | bytes], problems: list[str]
) -> None:
    found = refused(folder(**files))

    assert len(found) == len(problems), found
    assert all(text.startswith(start) for text, start in zip(found, problems, strict=True)), found


def test_wrong_rules_keep_units_and_figures_out(place: Place, folder: Folder) -> None:
    found = refused(folder(**WHOLE | {"rules": "code,kind\nP,speed"}))

    assert [text.partition(":")[0] for text in found] == ["rules.csv, row 2"]
    assert measures() == []


def test_each_vintage_is_known_since_its_day(place: Place, folder: Folder) -> None:
    """The pace of May, a sharper one of June, none since July; what has no vintage goes with the first of the load."""
    load(
        folder(
            units=UNITS,
            measures=MEASURES,
            rules=f"code,kind,behind,vintage,state\nP,pace,8,{MAY},\nP,pace,6,{JUNE},\nP,,,{JULY},withdrawn",
            causes="code,name\nCOST,Cost",
        )
    )

    zone = ledger_settings().zone
    ends = [date(2023, 5, 8), date.fromisoformat(MAY), date.fromisoformat(JUNE), date.fromisoformat(JULY)]
    behind = [pace_rule(date(2023, 4, 30), books(), known_on(day, zone)).sums.behind for day in ends]
    assert behind == [0.05, 0.08, 0.06, 0.05]
    assert [len(rows(CAUSES, known_on(day, zone))) for day in ends] == [0, 1, 1, 1]
    assert refused(folder(rules=f"code,kind,vintage\nP,pace,{JUNE}")) == [
        f"rules.csv, row 2: The vintage {JUNE} is older than what is known of P since {JULY}. "
        "A vintage is added behind the last one, never before it."
    ]


def test_rows_are_held_against_each_other_as_known_in_every_vintage(place: Place, folder: Folder) -> None:
    """COST is gone in July, when STEEL still stands under it; in August both are gone, and all is well again."""
    found = refused(
        folder(
            units=UNITS,
            causes=f"code,parent,name,vintage,state\nCOST,,Cost,{MAY},\nSTEEL,COST,Steel,{MAY},\n"
            f"COST,,,{JULY},withdrawn\nSTEEL,,,2023-08-01,withdrawn",
        )
    )

    assert found == ["causes.csv, row 3: There is no cause 'COST'. Add it to causes.csv, or correct the code."]


def test_vintages_are_for_administrators(place: Place, folder: Folder) -> None:
    load(folder(**WHOLE))
    console = console_user()
    office = User.objects.create(username="office")
    with transaction.atomic():
        give_mandate(by=console, user=office, role=Role.OFFICE, unit=unit_ids()["G"], valid_from=date(2020, 1, 1))

    with pytest.raises(ProblemsFound) as found:
        load_folder(folder(causes=f"code,name,vintage\nX,New,{MAY}"), by=office, beside=[ReviewFiles()])

    assert [problem.where for problem in found.value.problems] == ["causes.csv"]


def test_without_the_reader_the_files_are_left_alone(place: Place, folder: Folder) -> None:
    assert load_folder(folder(**WHOLE), by=console_user()).ignored_files == [
        "benchmarks.csv",
        "causes.csv",
        "rules.csv",
    ]
    assert known(None) == [[], [], []]


def test_whole_ledger_comes_back_the_same(place: Place, databases: Databases, folder: Folder, tmp_path: Path) -> None:
    load(folder(**WHOLE))

    day = known_days(ledger_settings().zone)[0]

    files = there_and_back(databases, tmp_path)

    assert files["causes.csv"].decode() == (
        "code,parent,name,name_zh,from,to,vintage,state\n"
        f'STEEL,COST,"Steel, dear",钢材价格,,,{day},\n'
        f"COST,,Cost,成本,,2023-12-31,{day},\n"
    )
    assert "2 %" in files["rules.csv"].decode() and "0.604" in files["benchmarks.csv"].decode()
    place.enter()


def test_ledger_without_them_has_no_such_files(place: Place, folder: Folder, tmp_path: Path) -> None:
    load(folder(units=UNITS, measures=MEASURES, facts=FACTS))

    assert set(export_folder(tmp_path / "out", beside=[export_review]).rows) == {
        "units.csv",
        "measures.csv",
        "facts.csv",
    }
    assert not {"causes.csv", "rules.csv", "benchmarks.csv"} & set(texts_of(tmp_path / "out"))


DAYS = [MAY, JUNE, JULY, ""]
Row = tuple[str, dict[str, str]]
names = st.sampled_from(["one", 'a "b", c', "钢材", "=1+1", "x" * 60])
codes = st.sampled_from(["A", "AB", "B"])


@st.composite
def row(draw: st.DrawFn) -> Row:
    """A file and a row of it; some contradict the others or what is known, and are refused with their load."""
    file = draw(st.sampled_from(["causes", "rules", "benchmarks"]))
    if file == "benchmarks":
        name = {"set": "S", "peer": draw(codes), "measure": "REV", "period": f"2023-0{draw(st.integers(1, 2))}"}
        said = {"side": "outside", "value": f"{draw(st.integers(-5, 5))}.10", "source": draw(names)}
    elif file == "rules":
        name = {"code": draw(codes)}
        said = {"kind": "red", "name": draw(names), "percent": draw(st.sampled_from(["5", "7.5 %"]))}
    else:
        name = {"code": draw(codes)}
        said = {"name": draw(names), "parent": draw(st.sampled_from(["", "", "A"]))}
    gone = draw(st.integers(0, 3)) == 0
    return file, {**name, "state": "withdrawn"} if gone else {**name, **said, "state": ""}


def write(folder: Path, day: str, given_rows: list[Row]) -> None:
    """The rows as a folder, all of one vintage or without any."""
    folder.mkdir()
    for file, kind in (("causes", CAUSES), ("rules", RULES), ("benchmarks", BENCHMARKS)):
        columns = [*kind.columns, "state", *["vintage"] * bool(day)]
        mine = [cells | ({"vintage": day} if day else {}) for name, cells in given_rows if name == file]
        if mine:
            with (folder / kind.file).open("w", encoding="utf-8", newline="") as handle:
                writer = csv.DictWriter(handle, columns)
                writer.writeheader()
                writer.writerows({kind.name_of(cells): cells for cells in mine}.values())


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(DAYS), st.lists(row(), min_size=1, max_size=5)), min_size=1, max_size=4))
def test_random_ledger_comes_back_the_same(
    databases: Databases,
    base: Place,
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, list[Row]]],
) -> None:
    target = tmp_path_factory.mktemp("random")
    made = databases.copy(base)
    for number, (day, given_rows) in enumerate(sorted(steps, key=lambda step: DAYS.index(step[0]))):
        write(target / str(number), day, given_rows)
        with suppress(ProblemsFound):
            load(target / str(number))

    there_and_back(databases, target / "out")

    databases.discard(made)


@pytest.fixture(scope="module")
def base(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The units and measures, loaded once."""
    made = databases.copy()
    source = tmp_path_factory.mktemp("base")
    for name, text in (("units", UNITS), ("measures", MEASURES)):
        (source / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    load(source)
    return made
