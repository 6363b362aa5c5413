"""The pages of gaps in a browser's requests: the list, an answer with all that can go wrong, lists, peers and rules."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from headrope.core.periods import parse
from headrope.journal.queries import books
from headrope.review.defined.kinds import BENCHMARKS, RULES
from headrope.review.gaps.actions import answer, ask
from headrope.review.gaps.given import Given
from headrope.review.gaps.place import place_of
from headrope.review.models import GapAnswer, GapAsk
from tests.review.gaps.conftest import NOON, Desk, desk, gap_place, months  # noqa: F401  fixtures
from tests.web.conftest import dangers, signed_in
from tests.web.sheet_reading import values

LIST = "/gaps/G/2023-H1/"
GAP = "/gaps/A/2023-H1/PROFIT/"
TYPED = {"row_version": "0", "exponent": "0", "cause": ["STEEL", "COST"], "cause-amount": ["18", ""], "words": "It is done by August.", "why": ["Why?", ""], "month-2023-08": "12", "month-2023-09": "8"}  # fmt: skip


def text(body: bytes) -> str:
    """The visible text of a page in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body.decode())).split())


def browser(who: str) -> Client:
    """The browser of somebody of the cast."""
    return signed_in(who)


def test_list_says_what_is_not_answered_and_what_is_promised(desk: Desk) -> None:  # noqa: F811
    desk.answer("head", months=months(aug="20"))
    desk.answer("head_b", "B", months=months(dec="10"))

    page = text(browser("office").get(LIST).content)

    assert "4 of 6 red measures have no answer. Profit: promised 30 of 47; 17 open." in page
    assert "Profit promised 30 of 47; 17 open" in page
    assert "East Works answered 90 90 62 −28 60 % Steel price 20 8" in page
    assert "Harbour Group no answer 110 110 63 −47" in page


def test_list_shows_only_what_is_not_answered(desk: Desk) -> None:  # noqa: F811
    desk.answer("head")

    page = text(browser("office").get(LIST + "?show=open").content)

    assert "Airport Base no answer" in page and "East Works answered" not in page


def test_list_downloads_as_numbers(desk: Desk) -> None:  # noqa: F811
    desk.answer("head", words="=1+1", months=months(aug="20"))

    answer = browser("office").get("/gaps/G/2023-H1/gaps.xlsx")

    heads, *rows = values(answer.content)[2:]
    found = next(row for row in rows if row[0] == "Profit" and row[2] == "East Works")
    said = dict(zip(heads, found, strict=True))
    assert (said["Gap"], said["Promised"], said["Open"], said["In words"], said["Cause"]) == (-28, 20, 8, "=1+1", "Steel price")  # fmt: skip


def test_head_answers_with_files_and_the_page_shows_it(desk: Desk) -> None:  # noqa: F811
    head = browser("head")
    assert "Profit of East Works is 28 short of the plan." in text(head.get(GAP).content)

    sent = head.post(GAP, {**TYPED, "file": [SimpleUploadedFile("../plan <b>.txt", b"plan")]})

    assert (sent.status_code, sent["Location"]) == (302, GAP + "?done=answered")
    page = head.get(GAP + "?done=answered").content
    assert dangers(page) == []
    assert "The answer is kept." in text(page)
    assert "Cause: Cost › Steel price 18; Cost Promised: Aug 2023 12; Sep 2023 8 = 20 Evidence: plan b.txt" in text(
        page
    )
    href = re.search(rb'href="(/gaps/A/2023-H1/PROFIT/files/\d+/)"', page)
    assert href is not None
    file = browser("office").get(href[1].decode())
    assert (file.content, file["Content-Type"]) == (b"plan", "application/octet-stream")
    assert file["Content-Disposition"].startswith("attachment")
    assert browser("head_b").get(href[1].decode()).status_code == 404


def test_file_of_another_gap_is_not_there(desk: Desk) -> None:  # noqa: F811
    browser("head").post(GAP, {**TYPED, "file": [SimpleUploadedFile("plan.txt", b"plan")]})
    number = GapAnswer.objects.get().evidence.split(",")[0].strip("[")

    found = [browser("office").get(f"/gaps/{place}/files/{number}/").status_code for place in ("A/2023-H1/PROFIT", "A/2023-H1/REV", "B/2023-H1/PROFIT", "A/2023-06/PROFIT")]  # fmt: skip

    assert found == [200, 404, 404, 404]


def test_everything_that_is_wrong_stands_on_the_page_and_what_was_typed_stays(desk: Desk) -> None:  # noqa: F811
    before = books().seq

    answer = browser("head").post(GAP, {**TYPED, "words": "", "cause": ["", ""], "month-2023-08": "1O<script>"})

    page = text(answer.content)
    assert answer.status_code == 422 and dangers(answer.content) == []
    assert "4 problems; nothing was saved." in page
    assert "The answer says nothing." in page and "There is an amount and no cause." in page
    assert 'value="1O&lt;script&gt;"' in answer.content.decode()
    assert books().seq == before and not GapAnswer.objects.exists()


def test_second_of_two_is_told_and_keeps_what_he_typed(desk: Desk) -> None:  # noqa: F811
    browser("head").post(GAP, {**TYPED, "words": "Mine."})

    late = browser("office").post(GAP, {**TYPED, "words": "On the telephone."})

    page = text(late.content)
    assert late.status_code == 409
    assert "Head has answered meanwhile" in page and "Mine." in page
    assert "On the telephone." in late.content.decode() and 'name="row_version" value="1"' in late.content.decode()
    assert browser("office").post(GAP, {**TYPED, "row_version": "1", "words": "On the telephone."}).status_code == 302
    assert [row.words for row in GapAnswer.objects.order_by("row_version")] == ["Mine.", "On the telephone."]
    assert "on behalf of the head" in text(browser("head").get(GAP).content)


@pytest.mark.parametrize("who", ["supervision", "leader", "administrator"])
def test_who_may_not_answer_sees_no_form_and_is_refused(desk: Desk, who: str) -> None:  # noqa: F811
    assert "It is done by the head of the unit" in text(browser(who).post(GAP, TYPED).content)
    assert 'name="words" rows' not in browser(who).get(GAP).content.decode()
    assert not GapAnswer.objects.exists()


def test_day_that_is_gone_is_not_answered(desk: Desk) -> None:  # noqa: F811
    answer = browser("head").post(GAP + "?known=2023-07-12", TYPED)

    assert answer.status_code == 422 and not GapAnswer.objects.exists()


def test_asking_by_a_click(desk: Desk) -> None:  # noqa: F811
    office = browser("office")

    assert office.post(GAP + "ask/", {"due": "2023-07-20", "words": "Why?"}).status_code == 302
    assert "Asked on 13 Jul 2023 by Office, due 20 Jul 2023: Why?" in text(browser("head").get(GAP).content)
    assert "asked by Office, due 20 Jul 2023" in text(office.get(LIST).content)
    assert office.post(GAP + "ask/", {"due": "soon"}).status_code == 422
    assert browser("leader").post(GAP + "ask/", {}).status_code == 403
    assert GapAsk.objects.count() == 1


def test_pages_speak_chinese(desk: Desk) -> None:  # noqa: F811
    desk.answer("head", months=months(aug="20"))
    office = browser("office")
    office.cookies["django_language"] = "zh-hans"

    for address in (LIST, GAP, "/lists/G/2023-H1/", "/benchmarks/A/2023-H1/"):
        page = office.get(address)
        assert page.status_code == 200
        assert "东厂" in text(page.content)


def test_lists_and_peers_are_shown_and_downloaded(desk: Desk) -> None:  # noqa: F811
    desk.define(RULES, {"code": "R", "kind": "black", "name": "Blame", "measures": "PROFIT", "percent": "20"})
    desk.define(BENCHMARKS, {"set": "X", "side": "outside", "peer": "ONE", "name": "=Port", "measure": "PROFIT", "period": "2023-H1", "value": "100"})  # fmt: skip
    office = browser("office")

    assert "0 units stand on the red list, 2 on the black one." in text(office.get("/lists/G/2023-H1/").content)
    page = text(office.get("/benchmarks/A/2023-H1/").content)
    assert "East Works beside X: furthest back in Profit, 2 of 2." in page and "=Port 100" in page
    for address in ("/lists/G/2023-H1/lists.xlsx", "/benchmarks/A/2023-H1/benchmarks.xlsx?set=X"):
        assert len(values(office.get(address).content)) > 4


def test_rules_are_edited_one_by_one(desk: Desk) -> None:  # noqa: F811
    office = browser("office")
    new = {"code": "P", "kind": "pace", "basis": "phases", "watch": "3", "behind": "8", "seq": "0", "step": "save"}

    wrong = office.post("/rules/rules/row/", {**new, "watch": "x", "code": "P Q"})
    assert wrong.status_code == 422 and "2 problems; nothing was saved." in text(wrong.content)
    assert office.post("/rules/rules/row/", new).status_code == 302
    assert "from 8 % it is behind" in text(office.get("/rules/").content).replace("\u202f", " ")
    seq = books().seq
    assert office.post("/rules/rules/row/?code=P", {**new, "behind": "9", "seq": "1"}).status_code == 409
    assert office.post("/rules/rules/row/", new).status_code == 409  # there is one of that code
    assert office.post("/rules/rules/row/?code=P", {**new, "behind": "9", "seq": str(seq)}).status_code == 302
    page = text(office.get("/rules/rules/row/?code=P").content)
    assert "What was known" in page and f"since posting {books().seq}" in page
    assert office.post("/rules/rules/row/?code=P", {"seq": str(books().seq), "step": "withdraw"}).status_code == 302
    assert office.get("/rules/rules/row/?code=P").status_code == 404


def test_causes_go_out_as_a_file_and_come_back(desk: Desk) -> None:  # noqa: F811
    office = browser("office")
    out = office.get("/rules/causes.csv").content.decode("utf-8-sig")
    assert out.splitlines()[:2] == ["code,parent,name,name_zh,from,to", "COST,,Cost,成本,,"]

    same = office.post("/rules/causes/", {"file": SimpleUploadedFile("causes.csv", out.encode())})
    assert same.status_code == 422 and "Nothing would change." in text(same.content)
    more = out + "WEATHER,,'=Weather,天气,,\n"
    assert office.post("/rules/causes/", {"file": SimpleUploadedFile("x.csv", more.encode())}).status_code == 302
    assert "=Weather" in text(office.get("/rules/causes/").content)
    before = books().seq
    for bad in (b"\xff\xfe", b"code\nA", b"code,name\nA,\nB C,x", b""):
        assert office.post("/rules/causes/", {"file": SimpleUploadedFile("causes.csv", bad)}).status_code == 422
    assert office.post("/rules/causes/", {}).status_code == 422
    assert books().seq == before


def test_tolerances_of_measures_are_told_with_the_pace_rule(desk: Desk) -> None:  # noqa: F811
    """English and Chinese, on the page of the rules and on that of the lists; measures that have the same stand together."""
    office = browser("office")
    new = {"code": "T", "kind": "tolerance", "measures": "OTHER PROFIT", "watch": "6", "behind": "12.5"}
    asked = text(office.get("/rules/rules/row/").content)
    assert "tolerance: watch and behind of some measures" in asked

    assert office.post("/rules/rules/row/", new).status_code == 302
    assert desk.define(RULES, {"code": "U", "kind": "tolerance", "measures": "REV", "watch": "3", "behind": "4"}) == []

    told = "Profit, Others: from 6 % and 12.5 %. Revenue: from 3 % and 4 %."
    for path in ("/rules/", "/lists/G/2023-H1/"):
        assert told in text(office.get(path).content).replace("\u202f", " "), path
    office.cookies["django_language"] = "zh-hans"
    assert "利润、其他：差6%起为关注，差12.5%起为滞后。" in text(office.get("/rules/").content)
    form = office.get("/rules/rules/row/?code=T").content.decode()
    assert 'name="watch"' in form and 'name="ratio_watch"' not in form and 'name="measures"' in form


def test_only_who_defines_edits_rules(desk: Desk) -> None:  # noqa: F811
    statuses = {who: browser(who).post("/rules/causes/row/", {"code": "N", "name": "x"}).status_code for who in ("head", "clerk", "supervision", "leader")}  # fmt: skip

    assert set(statuses.values()) == {404}


def test_answer_of_an_earlier_period_stands_beside_the_form(desk: Desk) -> None:  # noqa: F811
    ask(desk.actor("office"), desk.gap("office"), None)
    assert parse("2023-01..2023-05").span == 5
    browser("head").post("/gaps/A/2023-01..2023-05/PROFIT/", TYPED)

    page = text(browser("head").get(GAP).content)

    assert "The answer of an earlier period" in page and "Jan–May 2023" in page
    assert "grown, answer again" in text(browser("office").get(LIST).content)


# What a person owes


def owed_items(who: str) -> list[str]:
    """The things to do on the page of what somebody owes, in words."""
    page = browser(who).get("/owe/").content
    return [text(item.encode()) for item in page.decode().split('<div class="hr-item"')[1:]]


def owed_count(who: str) -> str:
    return browser(who).get("/owe/count/").content.decode()


def test_head_owes_the_answers_of_his_unit(desk: Desk) -> None:  # noqa: F811
    """A is 28 short of 90 at the end of June: 10 of 15 in January, and never better than 62 of 90 since."""
    page = text(browser("head").get("/owe/").content)

    assert "You owe 1 thing; nothing is overdue." in page and owed_count("head") == "1"
    assert "Without a day" in page
    assert "Answer for Profit of East Works, Jan–Jun 2023" in page
    assert "28 short of the plan, behind since Jan 2023. Nobody has answered." in page
    assert "the review waits for the answer No day is set. Answer" in page
    assert 'href="/gaps/A/2023-H1/PROFIT/">Answer</a>' in browser("head").get("/owe/").content.decode()
    assert owed_items("office") == owed_items("clerk") == [] and owed_count("office") == ""


def test_answer_that_was_asked_for_is_owed_by_its_day(desk: Desk, settings: object) -> None:  # noqa: F811
    ask(desk.actor("office"), desk.gap("office", "A1"), date(2023, 7, 16))
    ask(desk.actor("office"), desk.gap("office"), date(2023, 7, 13))
    settings.CLOCK_SHIFT = NOON.replace(day=14) - datetime.now(UTC)  # type: ignore[attr-defined]

    page = text(browser("head").get("/owe/").content)

    assert "You owe 2 things; 1 is overdue." in page and owed_count("head") == "2"
    late, rest = page.partition("This week")[::2]
    assert "Answer for Profit of East Works" in late and "1 day late" in late and "Office waits for the answer" in late
    assert "Answer for Profit of East Pumps" in rest and "Due on 16 Jul 2023." in rest
    desk.answer("head")
    assert owed_count("head") == "1" and len(owed_items("head")) == 1


def test_measure_is_behind_since_the_month_from_which_on_it_always_was(desk: Desk) -> None:  # noqa: F811
    """A2 is asked for 5 a month: 4 of 5 and 9 of 10 are behind, 15 of 15 is not; then 17 of 20, 22 of 25 and 25 of 30 are."""
    made = {"01": 4, "02": 5, "03": 6, "04": 2, "05": 5, "06": 3}
    rows = [f"A2,PROFIT,2023-{month},actual,{value}" for month, value in made.items()]
    desk.load("unit,measure,period,version,value\n" + "\n".join(rows))
    ask(desk.actor("office"), desk.gap("office", "A2"), None)

    found = [item for item in owed_items("head") if "East Valves" in item]

    assert len(found) == 1 and "5 short of the plan, behind since Apr 2023." in found[0]


def test_gap_that_has_grown_is_owed_again(desk: Desk) -> None:  # noqa: F811
    answer(desk.actor("head"), place_of(desk.reader("head"), "A", parse("2023-01..2023-05"), "PROFIT"), 0, Given([("STEEL", "")], "Soon."))  # fmt: skip

    assert "It has grown since it was answered." in owed_items("head")[0]


def test_office_sees_what_others_owe_and_where_the_list_is(desk: Desk, settings: object) -> None:  # noqa: F811
    ask(desk.actor("office"), desk.gap("office", "B"), date(2023, 7, 13))
    settings.CLOCK_SHIFT = NOON.replace(day=14) - datetime.now(UTC)  # type: ignore[attr-defined]
    office = browser("office")

    part = office.get("/owe/answers/", headers={"HX-Request": "true"})

    said = text(part.content)
    assert part.content.startswith(b'<section class="hr-section" id="answers">') and "HX-Request" in part["Vary"]
    assert "Harbour Group and right below: 6 of 6 red measures without an answer." in said
    assert "Airport Base · Profit 19 short of the plan, behind since Jan 2023 · asked by Office, due 13 Jul 2023 · late" in said  # fmt: skip
    assert 'href="/gaps/G/2023-H1/?show=open"' in part.content.decode()
    assert said.count("Open") == 6 and "more without" not in said
    assert text(office.get("/owe/answers/").content).count("Airport Base · Profit") == 1
    assert b'hx-get="/owe/answers/"' in office.get("/owe/").content
    assert b'hx-get="/owe/answers/"' not in browser("clerk").get("/owe/").content


def test_head_sees_the_reds_below_him_beside_what_he_owes_himself(desk: Desk) -> None:  # noqa: F811
    said = text(browser("head").get("/owe/answers/").content)

    assert "East Works and right below: 1 of 1 red measures without an answer." in said
    assert "East Pumps · Profit" in said and "East Works · Profit" not in said
    desk.answer("head", "A1")
    assert "East Works and right below: every red measure is answered." in text(browser("head").get("/owe/answers/").content)  # fmt: skip


def test_nobody_owes_an_answer_to_who_looks_after_nobody(desk: Desk) -> None:  # noqa: F811
    assert "Nobody owes you an answer." in text(browser("clerk").get("/owe/answers/").content)


@pytest.mark.parametrize("word", ["gaps", "lists", "benchmarks"])
def test_page_of_a_unit_without_a_period_leads_to_the_last_one(desk: Desk, word: str) -> None:  # noqa: F811
    assert browser("office").get(f"/{word}/A/")["Location"] == f"/{word}/A/2023-H1/"
    assert browser("clerk").get(f"/{word}/A/").status_code == 404


def test_menu_of_the_unit_leads_to_all_its_pages(desk: Desk) -> None:  # noqa: F811
    for page in ("/review/A/2023-H1/?known=2023-07-12", "/sheet/A/2023-H1/", "/gaps/A/2023-H1/PROFIT/"):
        body = browser("office").get(page).content.decode()
        tail = "?known=2023-07-12" if "known" in page else ""

        menu = body.partition('title">Pages of the unit<')[2].partition("</details>")[0]

        assert re.findall('href="([^"]*)"', menu) == [
            *(f"/{word}/A/2023-H1/{tail}" for word in ("review", "sheet")),
            "/landing/A/",
            *(f"/{word}/A/2023-H1/{tail}" for word in ("gaps", "lists", "benchmarks")),
        ]
