"""Reads a downloaded .xlsx from its XML, so that a test sees what is really in the file."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import NamedTuple
from xml.etree import ElementTree

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BUILT_IN = {0: "", 9: "0%", 14: "yyyy-mm-dd", 49: "@"}


class Read(NamedTuple):
    """A cell: number or text, and its number format."""

    kind: str
    value: float | str
    form: str


def read(body: bytes) -> dict[int, dict[int, Read]]:
    """Rows by number from 1, their cells by column from 0; a formula anywhere is an error."""
    with zipfile.ZipFile(BytesIO(body)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        assert sheets == ["xl/worksheets/sheet1.xml"]
        root = ElementTree.fromstring(archive.read(sheets[0]))
        forms = _forms(ElementTree.fromstring(archive.read("xl/styles.xml")))
    assert root.find(f".//{SPACE}f") is None
    assert root.find(f".//{SPACE}hyperlink") is None
    rows: dict[int, dict[int, Read]] = {}
    for cell in root.iter(f"{SPACE}c"):
        letters, number = re.fullmatch(r"([A-Z]+)(\d+)", cell.attrib["r"]).groups()  # type: ignore[union-attr]
        column = sum((ord(sign) - 64) * 26**place for place, sign in enumerate(reversed(letters))) - 1
        if (found := _cell(cell, forms)) is not None:
            rows.setdefault(int(number), {})[column] = found
    return rows


def _cell(cell: ElementTree.Element, forms: list[str]) -> Read | None:
    form = forms[int(cell.attrib.get("s", "0"))]
    if cell.attrib.get("t") == "inlineStr":
        return Read("text", "".join(node.text or "" for node in cell.iter(f"{SPACE}t")), form)
    value = cell.find(f"{SPACE}v")
    assert "t" not in cell.attrib
    return None if value is None or value.text is None else Read("number", float(value.text), form)


def _forms(styles: ElementTree.Element) -> list[str]:
    own = {int(each.attrib["numFmtId"]): each.attrib["formatCode"] for each in styles.iter(f"{SPACE}numFmt")}
    used = styles.find(f"{SPACE}cellXfs")
    assert used is not None
    return [{**BUILT_IN, **own}.get(int(each.attrib["numFmtId"]), "?") for each in used]


def values(body: bytes) -> list[list[float | str | None]]:
    """All rows up to the last, each as wide as the widest; None where nothing stands."""
    rows = read(body)
    width = max((column + 1 for row in rows.values() for column in row), default=0)
    return [
        [rows.get(n, {})[column].value if column in rows.get(n, {}) else None for column in range(width)]
        for n in range(1, max(rows, default=0) + 1)
    ]
