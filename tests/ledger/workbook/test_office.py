"""The workbook goes through another program and comes back whole: its figures, its keys, its protection. Left out without LibreOffice."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from headrope.ledger.submissions.sheet import Typed
from tests.ledger.workbook.made import line, raws, read, said, sheet, workbook

SOFFICE = shutil.which("soffice")
CALC = SOFFICE is not None and (Path(SOFFICE).resolve().parent / "libsclo.so").is_file()
pytestmark = pytest.mark.skipif(not CALC, reason="LibreOffice Calc (soffice) is not there")
FILLED = {
    "DOM": Typed("8,914.12", 4, "", "Second shift since 20 May"),
    "OVS": Typed("2407.123", 4),
    "HEADS": Typed("", 0, "unknown"),
    "YIELD": Typed("98.1", -2),
    "EVENT": Typed("=1+1 第二条生产线投产"),
}


def saved(content: bytes, folder: Path, form: str) -> bytes:
    """What LibreOffice makes of a workbook when it saves it in another form."""
    (folder / "june.xlsx").write_bytes(content)
    profile, out = (folder / "profile").as_uri(), folder / "saved"
    command = [str(SOFFICE), "--headless", f"-env:UserInstallation={profile}", "--convert-to", form, "--outdir", str(out), str(folder / "june.xlsx")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return next(out.iterdir()).read_bytes()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_libreoffice_saves_is_taken(language: str, tmp_path: Path) -> None:
    of = sheet({code: line(code, typed) for code, typed in FILLED.items()})
    content = workbook(of, language)

    again = saved(content, tmp_path, "xlsx")

    before, after = read(content, of=of), read(again, of=of)
    assert said(after) == []
    assert raws(after) == raws(before) and set(raws(after)) == set(FILLED)
    assert [cell.note for cell in after.cells] == [cell.note for cell in before.cells]
    assert (after.row_version, after.exponent, after.unit) == (before.row_version, before.exponent, before.unit)
    with zipfile.ZipFile(BytesIO(again)) as package:
        page, book = (package.read(f"xl/{name}").decode() for name in ("worksheets/sheet1.xml", "workbook.xml"))
    assert re.search(r'<sheetProtection [^>]*sheet="true"', page)
    assert len(re.findall("<dataValidation ", page)) == len(FILLED)
    assert re.search(r'<sheet name="headrope"[^>]*state="(veryH|h)idden"', book)


def test_the_old_kind_of_workbook_is_taken_too(tmp_path: Path) -> None:
    of = sheet({code: line(code, typed) for code, typed in FILLED.items()})

    again = saved(workbook(of), tmp_path, "xls")

    assert raws(read(again, "june.xls", of)) == raws(read(workbook(of), of=of))
    assert said(read(again, "june.xls", of)) == []


def test_it_prints_on_one_page_across(tmp_path: Path) -> None:
    content = saved(workbook(), tmp_path, "pdf")

    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
