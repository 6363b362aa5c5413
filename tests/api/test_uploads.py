"""Files for submissions over the interface: read, shown, taken over, kept, and fetched again with their posting."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.http import HttpResponse

from headrope.ledger.submissions.models import SubmissionFile
from tests.api.conftest import Caller, problems, token

FORM = "/submissions/T0302/FINANCE/2023-07"
pytestmark = pytest.mark.usefixtures("own")


def send(who: str, path: str, key: str, **body: Any) -> HttpResponse:
    """A change; each with a key of its own."""
    more = {"data": json.dumps(body), "content_type": "application/json", "headers": {"Idempotency-Key": key}}
    return Caller(token(who))(path, "post", **more)


def upload(content: bytes, *, who: str = "clerk", name: str = "july.csv", key: str = "upload") -> HttpResponse:
    more = {"data": content, "content_type": "application/octet-stream", "headers": {"Idempotency-Key": key}}
    return Caller(token(who))(f"{FORM}/files?name={name}", "post", **more)


def read(answer: HttpResponse) -> Any:
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def rows(**figures: str) -> bytes:
    return ("measure,value\n" + "".join(f"{code},{figure}\n" for code, figure in figures.items())).encode()


def sheet() -> Any:
    return Caller(token("clerk")).data(FORM)


def raw_of(code: str) -> str:
    return next(str(line["raw"]) for line in sheet()["lines"] if line["measure"] == code)


def test_file_is_shown_and_changes_nothing_until_it_is_taken() -> None:
    shown = read(upload(rows(REVENUE="20100000", PROFIT="-1200000")))

    assert (shown["right"], shown["row_version"], shown["problems"], shown["clashes"]) == (True, 0, [], [])
    assert [(each["measure"], each["after"]["raw"]) for each in shown["changes"]] == [
        ("REVENUE", "20100000"),
        ("PROFIT", "-1200000"),
    ]
    assert (sheet()["row_version"], raw_of("REVENUE")) == (0, "")

    taken = read(send("clerk", f"{FORM}/files/{shown['file']}/take", "take", row_version=0, base=shown["base"]))

    assert (taken["row_version"], taken["state"], raw_of("REVENUE"), raw_of("PROFIT")) == (1, "draft", "20100000", "-1200000")  # fmt: skip
    assert [(each["action"], each["file"]) for each in taken["events"]] == [("upload", "july.csv")]


def test_file_with_problems_is_kept_with_them_and_cannot_be_taken() -> None:
    shown = read(upload(rows(REVENUE="20,1oo", PROFITS="1")))

    assert not shown["right"]
    assert [each["where"] for each in shown["problems"]] == ["july.csv, row 2", "july.csv, row 3"]
    assert all(each["message"] and each["remedy"] for each in shown["problems"])
    assert SubmissionFile.objects.get(pk=shown["file"]).problems
    refused = send("clerk", f"{FORM}/files/{shown['file']}/take", "take", row_version=0, base=0)
    assert refused.status_code == 404


def test_bytes_that_are_no_workbook_are_told() -> None:
    shown = read(upload(b"\x00\x01 no workbook", name="july.xlsx"))

    assert (shown["right"], len(shown["problems"])) == (False, 1)


def test_nothing_sent_cannot_be_read() -> None:
    answer = upload(b"")

    assert (answer.status_code, problems(answer)[0][0]) == (400, "body")


def test_call_repeated_reads_the_file_once() -> None:
    first, again = upload(rows(REVENUE="1")), upload(rows(REVENUE="1"))

    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
    assert SubmissionFile.objects.count() == 1


def test_form_that_moved_on_is_told_and_nothing_is_lost() -> None:
    shown = read(upload(rows(REVENUE="20100000")))
    cells = {"REVENUE": {"raw": "7"}}
    more = {"data": json.dumps({"row_version": 0, "cells": cells}), "content_type": "application/json"}
    assert Caller(token("head"))(FORM, "put", headers={"Idempotency-Key": "typed"}, **more).status_code == 200

    path = f"{FORM}/files/{shown['file']}/take"
    moved = send("clerk", path, "first", row_version=0, base=shown["base"])
    open_ = send("clerk", path, "second", row_version=1, base=shown["base"])

    assert (moved.status_code, problems(moved)[0][0]) == (409, "row_version")
    assert (open_.status_code, problems(open_)[0][2]) == (422, "Choose which of the two holds.")
    assert raw_of("REVENUE") == "7"
    read(send("clerk", path, "third", row_version=1, base=shown["base"], chosen={"REVENUE": "file"}))
    assert raw_of("REVENUE") == "20100000"


def test_file_is_his_who_sent_it() -> None:
    shown = read(upload(rows(REVENUE="20100000")))

    answer = send("head", f"{FORM}/files/{shown['file']}/take", "theirs", row_version=0, base=0)

    assert answer.status_code == 404


def test_file_is_fetched_again_with_the_posting_it_made() -> None:
    """July is like June; its warnings are answered."""
    june = {line["measure"]: line["previous"] for line in sheet()["lines"] if line["raw"] is not None}
    content = rows(**june)
    shown = read(upload(content))
    held = read(send("clerk", f"{FORM}/files/{shown['file']}/take", "take", row_version=0, base=shown["base"]))
    answers = [
        {"check": each["check"], "measure": line["measure"], "text": "As in June, counted anew by the workshop."}
        for line in held["lines"]
        for each in line["questions"]
    ]
    more = {"data": json.dumps({"row_version": 1, "answers": answers}), "content_type": "application/json"}
    answered = read(Caller(token("clerk"))(FORM, "put", headers={"Idempotency-Key": "answers"}, **more))
    sent = read(send("clerk", f"{FORM}/submit", "submit", row_version=answered["row_version"]))
    accepted = read(send("head", f"{FORM}/accept", "accept", row_version=sent["row_version"]))

    posting, before = Caller(token("office")).data("/postings?limit=2")["items"]
    fetched = Caller(token("office"))(f"/postings/{accepted['seq']}/file")

    kept = {"name": "july.csv", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert (posting["seq"], posting["file"], before["file"]) == (accepted["seq"], kept, None)
    assert (fetched.content, fetched["Content-Disposition"]) == (content, 'attachment; filename="july.csv"')
    assert Caller(token("clerk"))(f"/postings/{accepted['seq']}/file").status_code == 404
