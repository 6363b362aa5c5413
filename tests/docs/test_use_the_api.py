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
BLOCKS = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)


def calls() -> list[list[str]]:
    """The words of each curl on the page, in order."""
    lines = "\n".join(BLOCKS).replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line.startswith("curl ")]


def run(words: list[str]) -> HttpResponse:
    """Do what curl would do."""
    method, data, headers, address = "get", b"", {}, ""
    rest = iter(words[1:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-d":
            data = next(rest).encode()
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        else:
            address = word
    assert headers.pop("Authorization") == "Bearer $TOKEN"
    parts = urlsplit(address.replace("$HR", ""))
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return Caller(token("clerk"))(
        path, method, data=data, content_type=headers.pop("Content-Type", ""), headers=headers
    )


def shown() -> list[Any]:
    """The answers on the page."""
    return [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def test_calls_answer_as_the_page_says(own: Place) -> None:
    refresh_cube()

    answers = [run(words) for words in calls()]

    read = [json.loads(answer.content) for answer in answers]
    me, figure, first, second, form, typed, refused, wrong = read
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 200, 422, 422]
    assert me["username"] == "jin.hao"
    assert figure["items"] == shown()[:1]
    assert (first["next"], [each["code"] for each in first["items"]][-1]) == ("ACCIDENT_CLASS", "ACCIDENT_CLASS")
    assert second["items"][0]["code"] > "ACCIDENT_CLASS"
    assert (form["row_version"], typed["row_version"], typed["state"]) == (0, 1, "draft")
    lines = {line["measure"]: line for line in typed["lines"]}
    assert (lines["REVENUE"]["value"], lines["PROFIT"]["raw"], lines["PROFIT"]["value"]) == ("20100000.00", "-1,1oo,000", None)  # fmt: skip
    assert lines["PROFIT"]["cell"] in [each["where"] for each in refused["problems"]]
    assert all(each["remedy"] for each in refused["problems"])
    assert wrong == shown()[1]


def test_page_tells_the_limits() -> None:
    assert f"{limits.PER_MINUTE:,} calls a minute" in PAGE
    assert f"{limits.MOST_BYTES:,} bytes" in PAGE
