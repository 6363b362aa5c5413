"""A clerk's July by programs only: typed, checked, sent, returned, sent again, accepted, in every total.

T03 Xinglu Boiler                 fang.zhiqiang, head: accepts
└ T0302 Pressure Vessels          jin.hao, clerk: enters and submits
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from headrope.api.models import Answered
from headrope.journal.models import Posting
from headrope.ledger.actions import refresh_cube
from tests.api.conftest import Caller, problems, token
from tests.conftest import Place

FORM = "/submissions/T0302/FINANCE/2023-07"
_keys = iter(range(10**6))


def send(who: str, method: str, path: str, **body: Any) -> HttpResponse:
    headers = {"Idempotency-Key": f"test-{next(_keys)}"}
    return Caller(token(who))(path, method, data=json.dumps(body), content_type="application/json", headers=headers)


def done(who: str, method: str, path: str, **body: Any) -> Any:
    answer = send(who, method, path, **body)
    assert answer.status_code == 200, answer.content.decode()
    return json.loads(answer.content)


def sheet(who: str = "clerk") -> Any:
    return Caller(token(who)).data(FORM)


def june() -> dict[str, str]:
    """The figures of June, which are like those of July."""
    lines = Caller(token("clerk")).data(FORM)["lines"]
    return {line["measure"]: line["previous"] for line in lines if line["raw"] is not None}


def filled() -> Any:
    """July typed like June, all warnings answered."""
    cells = {code: {"raw": value} for code, value in june().items()}
    held = done("clerk", "put", FORM, row_version=0, cells=cells)
    answers = [
        {"check": each["check"], "measure": line["measure"], "text": "As in June, counted anew by the workshop."}
        for line in held["lines"]
        for each in line["questions"]
    ]
    return done("clerk", "put", FORM, row_version=held["row_version"], answers=answers)


@pytest.fixture(autouse=True)
def ledger(own: Place) -> Place:
    """A ledger of its own for each test."""
    return own


def test_sheet_shows_what_the_books_have_beside_empty_cells() -> None:
    refresh_cube()

    found = sheet()

    assert (found["unit"], found["form"], found["period"], found["state"], found["row_version"]) == ("T0302", "FINANCE", "2023-07", "draft", 0)  # fmt: skip
    assert {(line["raw"], line["value"]) for line in found["lines"] if line["raw"] is not None} == {("", None)}
    profit = next(line for line in found["lines"] if line["measure"] == "PROFIT")
    known = Caller(token("clerk")).data("/figures?unit=T0302&measure=PROFIT&period=2023-06&against=target")["items"][0]
    assert profit["previous"] == known["value"]


def test_moments_read_alike_whether_a_call_changes_or_only_asks() -> None:
    """In UTC, to the microsecond: of two postings within a millisecond one can tell which was first."""
    sent = done("clerk", "post", f"{FORM}/submit", row_version=filled()["row_version"])
    taken = done("head", "post", f"{FORM}/accept", row_version=sent["row_version"])

    asked, books = sheet(), Caller(token("office")).data("/postings")

    assert asked["events"] == taken["events"] != []
    kept = Posting.objects.get(seq=taken["seq"]).recorded_at
    (told,) = [row["recorded_at"] for row in books["items"] if row["seq"] == taken["seq"]]
    assert told == kept.astimezone(UTC).isoformat().replace("+00:00", "Z")


def test_form_as_known_on_a_day_shows_what_had_been_sent_by_its_end() -> None:
    done("clerk", "post", f"{FORM}/submit", row_version=filled()["row_version"])
    clerk, yesterday = Caller(token("clerk")), (datetime.now(UTC) - timedelta(days=2)).date()

    gone, now = clerk.data(f"{FORM}?known={yesterday}"), clerk.data(f"{FORM}?known=2999-01-01")

    assert (gone["state"], gone["row_version"], gone["open"], gone["events"]) == ("draft", 0, False, [])
    assert {line["raw"] for line in gone["lines"]} <= {"", None}
    assert now == sheet() and (now["state"], len(now["events"])) == ("submitted", 1)
    assert clerk(f"{FORM}?known=soon").status_code == 400


def test_whole_round_by_calls() -> None:
    refresh_cube()
    before = Posting.objects.count()
    ready = filled()
    sent = done("clerk", "post", f"{FORM}/submit", row_version=ready["row_version"])
    assert (sent["state"], sent["open"], sent["seq"]) == ("submitted", False, None)

    back = done("head", "post", f"{FORM}/return", row_version=sent["row_version"], reason="See the remark", remarks={"PROFIT": "With the provision?"})  # fmt: skip
    assert back["state"] == "returned"
    assert {line["measure"]: line["remark"] for line in back["lines"] if line["remark"]} == {"PROFIT": "With the provision?"}  # fmt: skip

    again = done("clerk", "post", f"{FORM}/submit", row_version=back["row_version"])
    taken = done("head", "post", f"{FORM}/accept", row_version=again["row_version"])

    assert (taken["state"], Posting.objects.count()) == ("accepted", before + 1)
    assert [each["action"] for each in taken["events"]][-4:] == ["submit", "return", "submit", "accept"]
    shown = Caller(token("office")).data("/figures?unit=T0302&measure=PROFIT&period=2023-07")
    assert (shown["items"][0]["value"], shown["seq"]) == (june()["PROFIT"], taken["seq"])
    (row,) = Caller(token("clerk")).data("/submissions?unit=T0302&form=FINANCE&period=2023-07")["items"]
    assert (row["state"], row["acceptable"]) == ("accepted", False)

    opened = done("head", "post", f"{FORM}/reopen", row_version=taken["row_version"], reason="One invoice is missing")
    assert (opened["state"], opened["open"]) == ("reopened", True)


def test_draft_keeps_what_is_wrong_and_is_not_sent() -> None:
    held = done("clerk", "put", FORM, row_version=0, cells={"REVENUE": {"raw": "12,3o0"}})
    line = next(line for line in held["lines"] if line["measure"] == "REVENUE")

    assert (line["raw"], line["value"], len(line["problems"])) == ("12,3o0", None, 1)
    refused = send("clerk", "post", f"{FORM}/submit", row_version=held["row_version"])
    assert refused.status_code == 422
    assert line["cell"] in {where for where, *_ in problems(refused)}
    assert sheet()["state"] == "draft"


def test_second_of_two_is_told_and_nothing_is_lost() -> None:
    first = done("clerk", "put", FORM, row_version=0, cells={"REVENUE": {"raw": "1"}})

    second = send("head", "put", FORM, row_version=0, cells={"REVENUE": {"raw": "2"}})

    assert second.status_code == 409
    assert problems(second)[0] == ("row_version", "The submission was changed meanwhile.", f"Read it again; its row_version is {first['row_version']}.")  # fmt: skip
    assert next(line["raw"] for line in sheet()["lines"] if line["measure"] == "REVENUE") == "1"
    assert Answered.objects.count() == 1


def test_repeated_call_changes_nothing_twice() -> None:
    body = {
        "data": json.dumps({"row_version": 0, "cells": {"REVENUE": {"raw": "1"}}}),
        "content_type": "application/json",
    }
    answers = [Caller(token("clerk"))(FORM, "put", headers={"Idempotency-Key": "one"}, **body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert sheet()["row_version"] == 1


def test_state_that_does_not_allow_it_is_told() -> None:
    refused = send("head", "post", f"{FORM}/accept", row_version=0)

    assert (refused.status_code, problems(refused)[0][1]) == (409, "The submission is draft.")


def test_nobody_accepts_what_he_sent_himself() -> None:
    ready = filled()
    sent = done("head", "post", f"{FORM}/submit", row_version=ready["row_version"])

    refused = send("head", "post", f"{FORM}/accept", row_version=sent["row_version"])

    assert (refused.status_code, problems(refused)[0][1:]) == (403, ("You have not the right for this.", "It is for somebody else than who sent it."))  # fmt: skip
    assert sheet()["state"] == "submitted"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"row_version": "0"},
        {"row_version": -1},
        {"row_version": 2**40},
        {"row_version": 0, "cells": {"REVENUE": {"raw": 12}}},
        {"row_version": 0, "cells": {"REVENUE": {"raw": "1", "row": 3}}},
        {"row_version": 0, "cells": {"REVENUE": {"raw": "1", "exponent": 99}}},
        {"row_version": 0, "cells": {"REVENUE": {"word": "maybe"}}},
        {"row_version": 0, "cells": {"REVENUE": {"raw": "1" * 201}}},
        {"row_version": 0, "sells": {}},
        {"row_version": 0, "answers": [{"check": "A"}]},
    ],
)
def test_body_of_another_form_is_refused(body: dict[str, Any]) -> None:
    answer = send("clerk", "put", FORM, **body)

    assert answer.status_code == 400
    assert problems(answer)


@pytest.mark.parametrize(
    "cells",
    [{"NONE": {"raw": "1"}}, {"\x00": {"raw": "1"}}, {"REVENUE": {"raw": "1\x00"}}, {"REVENUE": {"note": "a\nb"}}],
)
def test_cell_that_does_not_fit_is_refused(cells: dict[str, Any]) -> None:
    answer = send("clerk", "put", FORM, row_version=0, cells=cells)

    assert answer.status_code == 422
    assert problems(answer)
    assert sheet()["row_version"] == 0
