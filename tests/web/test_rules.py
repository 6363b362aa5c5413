"""Files of the rules of the review: what goes out is no formula to a spreadsheet, and comes back as it was."""

from __future__ import annotations

import csv
import re
from io import StringIO

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.review.gaps.conftest import Desk, desk, gap_place  # noqa: F401  fixtures
from tests.web.test_gaps import browser, text

BAD = '=HYPERLINK("https://evil.example","x")'


def test_name_that_looks_like_a_formula_goes_out_as_text_and_comes_back(desk: Desk) -> None:  # noqa: F811
    office = browser("office")
    added = f'code,name\nWEATHER,"{BAD.replace(chr(34), chr(34) * 2)}"\n'
    assert office.post("/rules/causes/", {"file": SimpleUploadedFile("c.csv", added.encode())}).status_code == 302

    out = office.get("/rules/causes.csv").content.decode("utf-8-sig")
    back = office.post("/rules/causes/", {"file": SimpleUploadedFile("c.csv", out.encode())})

    cells = [cell for row in csv.reader(StringIO(out)) for cell in row]
    assert f"'{BAD}" in cells and not [cell for cell in cells if re.match("[=+@-]", cell)]
    assert back.status_code == 422 and "Nothing would change." in text(back.content)
