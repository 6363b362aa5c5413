"""The calls of the how-to page on the interface for programs answer as it says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from tests.api.conftest import Caller, api_demo, own, token
from tests.conftest import Place

from headrope.api import limits
from headrope.ledger.actions import refresh_cube

__all__ = ["api_demo", "own"]

PAGE = (Path(__file__).parents[2] / "docs/how-to/use-the-api.md").read_text(encoding="utf-8")
FILES = {"@july.csv": b"measure,value\nREVENUE,20100000.00\nPROFIT,-1100000.00\n"}
BLOCKS = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)


def calls() -> list[list[str]]:
    """The words of each curl on the page, in order."""
    lines = "\n".join(BLOCKS).replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line.startswith("curl ")]


def run(words: list[str], file: str = "") -> HttpResponse:
    """Do what curl would do; `file` stands for $FILE."""
    method, data, headers, address = "get", b"", {}, ""
    rest = iter(words[1:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-d":
            data = next(rest).encode()
        elif word == "--data-binary":
            data = FILES[next(rest)]
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        else:
            address = word
    who = {"Bearer $TOKEN": "clerk", "Bearer $OFFICE": "office"}[headers.pop("Authorization")]
    parts = urlsplit(address.replace("$HR", "").replace("$FILE", file))
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return Caller(token(who))(path, method, data=data, content_type=headers.pop("Content-Type", ""), headers=headers)


def shown() -> list[Any]:
    """The answers on the page."""
    return [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def test_calls_answer_as_the_page_says(own: Place) -> None:
    refresh_cube()

    answers: list[HttpResponse] = []
    for words in calls():
        before = json.loads(answers[-1].content) if answers else {}
        answers.append(run(words, str(before.get("file", ""))))

    read = [json.loads(answer.content) for answer in answers]
    me, figure, first, second, form, typed, refused, preview, taken, gaps, given, checks, tried, wrong = read
    assert [answer.status_code for answer in answers] == [*[200] * 6, 422, *[200] * 6, 422]
    assert me["username"] == "jin.hao"
    assert figure["items"] == shown()[:1]
    assert (first["next"], [each["code"] for each in first["items"]][-1]) == ("ACCIDENT_CLASS", "ACCIDENT_CLASS")
    assert second["items"][0]["code"] > "ACCIDENT_CLASS"
    assert (form["row_version"], typed["row_version"], typed["state"]) == (0, 1, "draft")
    lines = {line["measure"]: line for line in typed["lines"]}
    assert (lines["REVENUE"]["value"], lines["PROFIT"]["raw"], lines["PROFIT"]["value"]) == ("20100000.00", "-1,1oo,000", None)  # fmt: skip
    assert lines["PROFIT"]["cell"] in [each["where"] for each in refused["problems"]]
    assert all(each["remedy"] for each in refused["problems"])
    assert (preview["right"], [each["measure"] for each in preview["changes"]]) == (True, ["PROFIT"])
    assert (preview["row_version"], preview["base"], taken["row_version"]) == (1, 1, 2)
    assert [each["finding"] for each in gaps["items"]] == [True, True]
    assert (given["row_version"], given["promised"], given["on_behalf"]) == (1, "1500000.00", True)
    assert ("NEG" in [row["code"] for row in checks["items"]], tried["posted"]) == (False, False)
    assert [each["names"] for each in tried["changes"]] == [["NEG"]]
    assert wrong == shown()[1]


def test_page_tells_the_limits() -> None:
    assert f"{limits.PER_MINUTE:,} calls a minute" in PAGE
    assert f"{limits.MOST_BYTES:,} bytes" in PAGE
