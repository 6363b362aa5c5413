"""The owner of a measure on pages: what he finds, what he may change, and what is refused (the group of test_definitions).

owner   finance of the group, owns REV        leader, viewer   of the group, own nothing
part    head of A, owns COST and sees no more than A
"""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from headrope.journal.models import Audit, Posting
from headrope.journal.queries import books
from headrope.ledger.book.current import current_rows
from headrope.org.actions import console_user, give_mandate
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids
from headrope.web.definitions.kinds import KINDS
from tests.conftest import Load
from tests.web.conftest import signed_in
from tests.web.test_definitions import FILES, fields, finding, hidden, listed, save, table, text_of

CAST = {
    "owner": (Role.FINANCE, "G"),
    "part": (Role.HEAD, "A"),
    "leader": (Role.LEADER, "G"),
    "viewer": (Role.VIEWER, "G"),
    "office": (Role.OFFICE, "G"),
}
OWNERS = {"REV": "owner", "COST": "part"}
CHECKS = f"{FILES['checks']}\nBOTH,not-negative,blocking,REV COST,,\nEVERY,missing,blocking,*,,"
CHECKS_OF_OTHERS = ("BOTH", "EVERY")
HEADER = "code,kind,severity,measures,max,state"


@pytest.fixture
def group(load: Load) -> None:
    """The group with three checks, of which one judges REV only, and the cast."""
    load(**FILES | {"checks": CHECKS})
    ids = unit_ids()
    for name, (role, unit) in CAST.items():
        user = User.objects.create_user(name)
        with transaction.atomic():
            give_mandate(by=console_user(), user=user, role=role, unit=ids[unit], valid_from=date(2020, 1, 1))
    head, *rows = FILES["measures"].splitlines()
    load(measures="\n".join([f"{head},owner", *(f"{row},{OWNERS[row.partition(',')[0]]}" for row in rows)]))


@pytest.fixture
def owner(group: None) -> Client:
    return signed_in("owner")


def others() -> list[dict[str, str]]:
    return [row for row in current_rows("checks") if row["code"] in CHECKS_OF_OTHERS]


def menu(client: Client) -> list[str]:
    """Where the menu leads that sets something up."""
    body = client.get("/units/").content.decode()
    return re.findall(r'href="(/(?:definitions|rules|start)/[^"]*)"', body.partition("<main")[0])


@pytest.mark.usefixtures("group")
def test_menu_leads_owners_to_checks_and_nobody_else() -> None:
    found = {name: sorted(set(menu(signed_in(name)))) for name in CAST}

    assert found == {
        "owner": ["/definitions/checks/"],
        "part": [],
        "leader": [],
        "viewer": [],
        "office": ["/definitions/", "/rules/", "/start/"],
    }


def test_owner_is_shown_which_checks_are_his(owner: Client) -> None:
    body = owner.get("/definitions/checks/").content
    office = signed_in("office").get("/definitions/checks/").content

    assert [row[:2] for row in table(body)] == [["yes", "JUMP"], ["", "BOTH"], ["", "EVERY"]]
    assert "You own REV: the checks that judge nothing else are yours" in text_of(body.decode())
    assert re.findall(r'<th scope="row"><a href="([^"]+)"', body.decode()) == [
        "/definitions/checks/row/?code=JUMP&amp;n=0"
    ]
    assert [row[0] for row in table(office)] == ["BOTH", "EVERY", "JUMP"]
    assert ("You own" in office.decode(), 'href="/definitions/"' in body.decode()) == (False, False)


def test_owner_opens_nothing_but_checks_and_of_these_his_own_forms(owner: Client) -> None:
    opened = [f"/definitions/checks{ending}" for ending in ("/", ".xlsx", ".csv", "/new/", "/row/?code=JUMP")]
    closed = ["/definitions/", "/definitions/kinds.xlsx", "/rules/", "/start/", "/definitions/checks/row/?code=BOTH"]
    closed += [f"/definitions/{kind}{ending}" for kind in KINDS if kind != "checks" for ending in ("/", ".xlsx", ".csv", "/new/")]  # fmt: skip

    assert {owner.get(address).status_code for address in opened} == {200}
    assert {owner.get(address).status_code for address in closed} == {404}
    assert {signed_in(name).get(address).status_code for name in ("part", "leader", "viewer") for address in opened} == {404}  # fmt: skip


def test_owner_adds_tries_changes_and_withdraws_a_check(owner: Client) -> None:
    before = others()
    new = {"c-code": "TOP", "c-kind": "range", "c-severity": "warning", "c-measures": "REV", "c-max": "100"}

    tried = owner.post("/definitions/checks/new/", {**new, "step": "try"}).content
    assert "It doubts the figures of 1 of 3 units with figures for 2023-02." in tried.decode()
    save(owner, "checks", owner.post("/definitions/checks/new/", {**new, "step": "look"}).content)
    posting = Posting.objects.get(seq=books().seq)
    address = "/definitions/checks/row/?code=TOP"
    sent = fields(owner.get(address).content)
    save(owner, "checks", owner.post(address, {**sent, "c-max": "500", "step": "look"}).content)
    assert next(row["max"] for row in current_rows("checks") if row["code"] == "TOP") == "500"
    save(owner, "checks", owner.post("/definitions/checks/row/?code=JUMP", {"step": "withdraw"}).content)

    assert [row["code"] for row in current_rows("checks")] == ["BOTH", "EVERY", "TOP"]
    assert (posting.by.username, Audit.objects.latest("id").by.username, others()) == ("owner", "owner", before)


@pytest.mark.parametrize("measures", ["COST", "REV COST", "*"])
@pytest.mark.parametrize("step", ["look", "try"])
def test_check_of_other_measures_is_refused_with_the_measure(owner: Client, measures: str, step: str) -> None:
    sent = {"c-code": "TOP", "c-kind": "not-negative", "c-severity": "warning", "c-measures": measures, "step": step}

    body = owner.post("/definitions/checks/new/", sent).content.decode()

    said = "TOP does not judge your own measures only." if measures == "*" else "TOP judges COST, and you are not the owner."  # fmt: skip
    assert f"{said} Name your own measures only, or ask the group office." in text_of(body)
    assert ('is-first">Save' in body, "<h2>Tried</h2>" in body) == (False, False)


def test_own_check_is_not_turned_on_other_measures(owner: Client) -> None:
    address = "/definitions/checks/row/?code=JUMP"
    sent = fields(owner.get(address).content)

    body = owner.post(address, {**sent, "c-measures": "COST", "step": "look"}).content

    assert "JUMP judges COST, and you are not the owner." in text_of(body.decode())


def test_code_of_a_check_of_others_is_not_taken(owner: Client) -> None:
    sent = {"c-code": "BOTH", "c-kind": "not-negative", "c-severity": "warning", "c-measures": "REV", "step": "look"}

    assert "There is one with the code BOTH already." in text_of(owner.post("/definitions/checks/new/", sent).content.decode())  # fmt: skip


ROWS = {
    "BOTH,not-negative,warning,REV,,": "BOTH judges COST, and you are not the owner. Leave the row out, or ask the group office.",
    "BOTH,,,,,withdrawn": "BOTH judges COST, and you are not the owner. Leave the row out, or ask the group office.",
    "EVERY,missing,warning,REV,,": "EVERY does not judge your own measures only. Leave the row out, or ask the group office.",
    "NEW,range,warning,COST,1,": "NEW judges COST, and you are not the owner. Name your own measures only, or ask the group office.",
}


@pytest.mark.parametrize("row", ROWS)
def test_uploaded_row_of_others_is_refused_with_its_own_beside_it(owner: Client, row: str) -> None:
    before = current_rows("checks")
    text = f"{HEADER}\nTOP,range,warning,REV,9,\n{row}\n"

    answer = owner.post("/definitions/checks/", {"file": SimpleUploadedFile("c.csv", text.encode())})

    assert listed(answer.content) == [f"c.csv!{'D' if row.startswith('NEW') else 'A'}3 {ROWS[row]}"]
    assert current_rows("checks") == before


@pytest.mark.parametrize("row", ROWS)
def test_row_of_others_sent_to_be_saved_is_refused(owner: Client, row: str) -> None:
    """As by somebody who changes what the page before saving carries."""
    before = current_rows("checks")

    answer = owner.post("/definitions/checks/save/", {"rows": f"{HEADER}\n{row}\n", "seq": str(books().seq)})

    assert answer.status_code == 200 and ROWS[row] in text_of(answer.content.decode())
    assert current_rows("checks") == before


def test_file_without_the_checks_of_others_leaves_them(owner: Client) -> None:
    before = others()

    shown = owner.post("/definitions/checks/", {"file": SimpleUploadedFile("c.csv", f"{HEADER}\nTOP,range,warning,REV,9,\n".encode())}).content  # fmt: skip
    assert finding(shown) == "Checks: 1 new."
    save(owner, "checks", shown)

    assert others() == before and len(current_rows("checks")) == 4


def test_whole_file_that_went_out_changes_nothing_when_it_comes_back(owner: Client) -> None:
    content = owner.get("/definitions/checks.xlsx").content

    answer = owner.post("/definitions/checks/", {"file": SimpleUploadedFile("checks.xlsx", content)})

    assert listed(answer.content) == ["Nothing would change. The file says what the books say already."]


def test_nobody_else_and_no_other_kind_is_saved(group: None) -> None:
    seq = books().seq
    of_checks = {"rows": f"{HEADER}\nNEW,range,warning,COST,1,\n", "seq": str(seq)}
    of_measures = {"rows": "code,name,account,quantity,step,kind,direction,owner\nCOST,Cost,CNY,money,0.01,flow,down,owner\n", "seq": str(seq)}  # fmt: skip

    answers = {name: signed_in(name).post("/definitions/checks/save/", of_checks).status_code for name in ("part", "leader", "viewer")}  # fmt: skip
    answers["owner"] = signed_in("owner").post("/definitions/measures/save/", of_measures).status_code

    assert (answers, books().seq) == (dict.fromkeys(("part", "leader", "viewer", "owner"), 404), seq)


def test_owner_who_lost_the_measure_while_he_looked_saves_nothing(owner: Client, load: Load) -> None:
    shown = owner.post("/definitions/checks/row/?code=JUMP", {"step": "withdraw"}).content
    head, row, _ = FILES["measures"].splitlines()
    load(measures=f"{head},owner\n{row},")

    assert owner.post("/definitions/checks/save/", hidden(shown)).status_code == 404
    assert len(current_rows("checks")) == 3


def test_table_of_measures_names_the_owners(group: None) -> None:
    body = signed_in("office").get("/definitions/measures/").content

    assert [(row[0], row[-1]) for row in table(body)] == [("REV", "owner"), ("COST", "part")]
    refused = signed_in("office").post("/definitions/measures/row/?code=REV", {**fields(signed_in("office").get("/definitions/measures/row/?code=REV").content), "c-owner": "nobody", "step": "look"}).content  # fmt: skip
    assert "There is no account 'nobody' that could own REV." in text_of(refused.decode())
