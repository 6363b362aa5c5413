"""`headrope load` and `headrope export` with what the office defines for the review beside the rest of a folder."""

from __future__ import annotations

import json
from pathlib import Path

from headrope.journal.queries import books
from tests.conftest import Databases, Folder, Place, Says
from tests.ledger.export.answers import texts_of

FILES = {
    "units": "code,name,parent\nG,Harbour Group,\nA,East Works,G",
    "measures": "code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,0.01,flow,up",
    "facts": "unit,measure,period,version,value\nA,REV,2023-04,actual,1.00",
    "causes": "code,parent,name\nCOST,,Cost\nSTEEL,COST,Steel price",
    "rules": "code,kind,name,measures,percent\nRED,red,Praise,REV,5",
    "benchmarks": "set,side,peer,measure,period,value\nOUT,outside,PEER,REV,2023,12.50",
}


def test_folder_is_loaded_with_its_review(place: Place, folder: Folder, says: Says) -> None:
    status, out, _err = says("load", folder(**FILES))

    assert (status, out.splitlines()) == (
        0,
        [
            "Loaded 1 new facts out of 1 rows; 0 say what was known already.",
            "2 new units, 1 new measures, 2 new or changed in causes.csv, 1 new or changed in rules.csv, 1 new or changed in benchmarks.csv.",
        ],
    )


def test_everything_that_is_wrong_is_listed_with_its_row_and_nothing_is_loaded(
    place: Place, folder: Folder, says: Says
) -> None:
    source = folder(
        **FILES | {"rules": "code,kind\nP,speed", "causes": "code,name\nA B,x", "facts": "unit,measure\nA,REV"}
    )

    status, out, err = says("load", source)

    assert (status, out) == (1, "")
    assert err.splitlines()[-6:] == [
        "causes.csv, row 2: 'A B' is not a code. Write up to 40 letters, digits and marks such as - or _, without blanks.",
        "rules.csv, row 2: 'speed' is not a kind. Known: pace, tolerance, red, black.",
        "facts.csv, row 1: The column 'period' is missing. Add it.",
        "facts.csv, row 1: The column 'version' is missing. Add it.",
        "facts.csv, row 1: The column 'value' is missing. Add it.",
        "5 problems; nothing was changed.",
    ]
    assert books().seq == 0


def test_exported_folder_is_loaded_and_exported_again(
    place: Place, databases: Databases, folder: Folder, says: Says, tmp_path: Path
) -> None:
    says("load", folder(**FILES))

    status, out, _err = says("export", tmp_path / "first", "--json")

    assert status == 0 and json.loads(out)["rows"] == {"units.csv": 2, "measures.csv": 1, "facts.csv": 1, "causes.csv": 2, "rules.csv": 1, "benchmarks.csv": 1}  # fmt: skip
    made = databases.copy()
    assert says("load", tmp_path / "first")[0] == 0
    assert says("export", tmp_path / "second")[0] == 0
    assert texts_of(tmp_path / "second") == texts_of(tmp_path / "first")
    databases.discard(made)
    place.enter()
