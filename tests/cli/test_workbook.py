"""`headrope workbook` writes the form of a unit, which reads back as of that unit, and never over a file that is there.

G   group
    A   company, owes FIN monthly
    B   company, owes FIN and HEAD monthly
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import python_calamine
from django.db import connection

from headrope.ledger.actions import load_folder, refresh_cube
from headrope.org.actions import console_user
from tests.conftest import Databases, Place, Says

FILES = {
    "units": "code,name,name_zh,parent,kind\nG,Harbour Group,港湾集团,,group\nA,East Works,东方厂,G,company\nB,Coast,海岸,G,company\n",
    "measures": "code,name,name_zh,account,quantity,step,kind,direction\nREV,Revenue,营业收入,CNY,money,0.01,flow,up\n"
    "HEADS,People,人数,persons,count,1,stock,none\n",
    "forms": "code,name,name_zh,span,measures,scale\nFIN,Monthly,月报,month,REV,k\nHEAD,People,人员,month,HEADS,\n",
    "duties": "form,unit\nFIN,A\nFIN,B\nHEAD,B\n",
    "facts": "unit,measure,period,version,value\nA,REV,2023-05,actual,81322175.07\n",
}


@pytest.fixture(scope="module")
def group(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The group above, loaded once."""
    place = databases.copy()
    source = tmp_path_factory.mktemp("group")
    for name, text in FILES.items():
        (source / f"{name}.csv").write_text(text, encoding="utf-8")
    load_folder(source, by=console_user())
    refresh_cube()
    yield place
    connection.close()


@pytest.fixture
def headrope(group: Place, says: Says, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Says:
    """Runs a command in an empty folder."""
    group.enter()
    monkeypatch.chdir(tmp_path)
    return says


def first_row(path: Path) -> list[object]:
    """The first line of the form in the file."""
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
    return list(book.get_sheet_by_index(0).to_python()[11])


def test_the_only_form_of_the_unit_is_written_in_either_language(headrope: Says) -> None:
    assert headrope("workbook", "A", "2023-06", "--language", "en") == (0, "A-FIN-2023-06.xlsx\n", "")
    assert headrope("workbook", "A", "2023-06", "--language", "zh", "--output", "a.xlsx") == (0, "a.xlsx\n", "")

    assert first_row(Path("A-FIN-2023-06.xlsx"))[:6] == ["Revenue  营业收入", "CNY thousand", "", "", "", 81322.17507]
    assert first_row(Path("a.xlsx"))[:6] == ["营业收入  Revenue", "万元", "", "", "", 8132.217507]


def test_a_file_that_is_there_is_left_alone(headrope: Says) -> None:
    Path("a.xlsx").write_text("filled in")

    status, out, err = headrope("workbook", "A", "2023-06", "--output", "a.xlsx")

    assert (status, out) == (1, "")
    assert err == "a.xlsx is there already; it may be filled in. Name another file with --output.\n"
    assert Path("a.xlsx").read_text() == "filled in"


def test_one_of_several_forms_is_named(headrope: Says) -> None:
    assert headrope("workbook", "B", "2023-06") == (
        2, "", "B fills in several forms for 2023-06; name one with --form: FIN, HEAD.\n",
    )  # fmt: skip
    assert headrope("workbook", "B", "2023-06", "--form", "HEAD", "--language", "en")[0] == 0
    assert first_row(Path("B-HEAD-2023-06.xlsx"))[0] == "People  人数"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["X", "2023-06"], "There is no unit 'X'."),
        (["G", "2023-06"], "G fills in no form for 2023-06."),
        (["A", "2023-Q2"], "A fills in no form for 2023-Q2."),
        (["A", "2023-06", "--form", "HEAD"], "A fills in no form HEAD for 2023-06."),
        (["A", "soon"], "'soon' is not a period; write 2023-06, 2023-Q2, 2023-H1, 2023 or FY2023-24."),
    ],
)
def test_what_cannot_be_written_ends_with_2(headrope: Says, words: list[str], error: str) -> None:
    assert headrope("workbook", *words) == (2, "", f"{error}\n")
    assert list(Path().iterdir()) == []


def test_a_folder_that_is_not_there_is_told(headrope: Says) -> None:
    status, _, err = headrope("workbook", "A", "2023-06", "--output", "none/a.xlsx")

    assert (status, err) == (1, "none/a.xlsx cannot be written: No such file or directory.\n")
