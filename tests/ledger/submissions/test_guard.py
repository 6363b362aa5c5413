"""Bulk loads keep off forms that are being filled in, and off locked periods unless they restate."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from headrope.journal.models import Posting
from headrope.ledger.actions import load_folder
from headrope.ledger.submissions import actions, locking
from headrope.org.actions import console_user

from ...conftest import Folder
from .conftest import Desk
from .test_round import RIGHT, sent, typed_in

HEADER = "unit,measure,period,version,value"


@pytest.mark.parametrize("begun", ["draft", "submitted", "returned"])
def test_load_never_touches_a_form_that_is_being_filled_in(
    desk: Desk, problems: Callable[..., list[str]], begun: str
) -> None:
    sheet = typed_in(desk, RIGHT) if begun == "draft" else sent(desk)
    if begun == "returned":
        actions.return_(desk.actor("head"), desk.place("head", "A1"), sheet.row_version, "Look again", {})

    refused = problems(facts=f"{HEADER}\nA1,REV,2023-06,actual,5\nA1,STAFF,2023-06,actual,5\nB,REV,2023-06,actual,5")

    assert refused == [
        "facts.csv: A1 is filling in FIN for 2023-06. Send it in that form, or wait until it is accepted."
    ]


def test_load_of_other_cells_goes_through(desk: Desk, folder: Folder) -> None:
    typed_in(desk, RIGHT)

    for row in ("A2,REV,2023-06,actual,5", "A1,REV,2023-07,actual,5", "A1,REV,2023-06,budget,5"):
        assert load_folder(folder(facts=f"{HEADER}\n{row}"), by=console_user()).posted


def test_locked_period_is_changed_by_restating_only(
    desk: Desk, folder: Folder, problems: Callable[..., list[str]]
) -> None:
    accepted = actions.accept(desk.actor("head"), desk.place("head", "A1"), sent(desk).row_version)
    assert locking.lock(desk.actor("office"), desk.place("office", "A"), "Conference is tomorrow") == []
    facts = f"{HEADER}\nA1,REV,2023-06,actual,5\nA2,REV,2023-06,actual,6\nB,REV,2023-06,actual,7"

    refused = problems(facts=facts)
    load_folder(folder(facts=facts), by=console_user(), restate="Audit found it")

    remedy = "Load it with --restate and a reason, which all above are told."
    assert refused == [f"facts.csv: FIN of {unit} for 2023-06 is locked. {remedy}" for unit in ("A1", "A2")]
    posting = Posting.objects.order_by("-seq")[0]
    assert (posting.kind, posting.reason) == ("restate", "Audit found it")
    assert posting.seq > (accepted.seq or 0)
