"""Pages of figures under attack: every change by every role, others' forms and files, nonsense in every field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from headrope.ledger.models import Fact
from headrope.ledger.submissions.models import Extension, Submission, SubmissionFile, SubmissionValue
from headrope.org.queries import unit_ids
from tests.conftest import Databases, Load
from tests.ledger.submissions import conftest as small
from tests.web.conftest import dangers, read
from tests.web.sheet_reading import values
from tests.web.small_group import CAST, RIGHT, Group, form, settle, shift

Loaded = Callable[..., Group]


@pytest.fixture
def loaded(load: Load, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    """Loads the small group, with files of one's own in place of its, and settles its cast."""
    monkeypatch.setattr(settings, "CLOCK_SHIFT", shift())

    def run(**files: str) -> Group:
        usual = {
            "ledger": small.LEDGER,
            "units": small.UNITS,
            "measures": small.MEASURES,
            "forms": small.FORMS,
            "duties": small.DUTIES,
            "checks": small.CHECKS,
            "facts": small.FACTS,
        }
        load(**{name: text for name, text in {**usual, **files}.items() if text})
        return settle()

    return run


@pytest.fixture
def group(loaded: Loaded) -> Iterator[Group]:
    """The small group on 5 July 2023."""
    yield loaded()
    connection.close()


CHANGES = {
    "save/": {"v-REV": "1"},
    "submit/": {},
    "recall/": {},
    "accept/": {},
    "return/": {"reason": "Look again"},
    "reopen/": {"reason": "Look again"},
    "extend/": {"day": "2023-07-20", "reason": "The meter is broken"},
    "upload/": {},
    "units/accept-all/": {"unit": "0 A1"},
    "units/lock/": {"reason": "Now"},
    "units/unlock/": {"reason": "Now"},
    "units/remind/": {},
}


@pytest.mark.parametrize("what", CHANGES)
def test_no_change_without_a_token(group: Group, what: str) -> None:
    client = group.browser("office", enforce_csrf_checks=True)

    answer = client.post(form() + what, {"row_version": "0", **CHANGES[what]})

    assert answer.status_code == 403
    assert Submission.objects.count() == Extension.objects.count() == 0


MAY = {
    "save/": {"office", "office2", "finance", "head", "clerk"},
    "submit/": {"office", "office2", "finance", "head", "clerk"},
    "recall/": {"office", "office2", "finance", "head", "clerk"},
    "accept/": {"office", "office2", "head"},
    "return/": {"office", "office2", "head"},
    "reopen/": {"office", "office2", "head"},
    "extend/": {"office", "office2", "head"},
    "upload/": {"office", "office2", "finance", "head", "clerk"},
    "units/lock/": {"office", "office2", "administrator"},
    "units/unlock/": {"office", "office2", "administrator"},
    "units/remind/": {"office", "office2", "administrator", "head", "supervision"},
}
"""Who may do what to the form of A1; everybody else is refused, and who does not see A1 does not learn that it is there."""
BLIND = {"other", "outsider"}


@pytest.mark.parametrize("who", [*CAST, "outsider", "nobody"])
def test_every_change_by_every_role(group: Group, who: str) -> None:
    statuses = {what: group.post(who, what, row_version="777", **CHANGES[what]).status_code for what in MAY}

    refusal = {"nobody": 302}.get(who, 404 if who in BLIND else 403)
    allowed = {what for what, status in statuses.items() if status != refusal}
    assert allowed == {what for what, names in MAY.items() if who in names}
    assert max(statuses.values()) < 500
    assert Submission.objects.count() == 0
    assert Extension.objects.filter(unit_id=unit_ids()["A1"], day=date(2023, 7, 20)).count() == (who in MAY["extend/"])


def words(answer: HttpResponse) -> str:
    """The visible text of a page in one line."""
    return " ".join(" ".join(read(answer.content).text).split())


def test_more_time_stands_on_the_form_and_what_is_wrong_with_it_is_told(group: Group) -> None:
    """Due on 7 July; the office gives more time, then more again; the last word counts, and the unit beside keeps its day."""
    head, clerk = (group.browser(who) for who in ("head", "clerk"))
    wrong = {
        "'soon' is not a day.": {"day": "soon", "reason": "Broken"},
        "No later due day is given without a reason.": {"day": "2023-07-20", "reason": " "},
        "7 Jul 2023 is not later than the due day 7 Jul 2023.": {"day": "2023-07-07", "reason": "Broken"},
    }
    refused = [(text, head.post(form() + "extend/", {"row_version": "0", **given})) for text, given in wrong.items()]
    assert [answer.status_code for _, answer in refused] == [422] * 3
    assert [text for text, answer in refused if text not in words(answer)] == []
    assert Extension.objects.count() == 0

    given = [
        group.post(who, "extend/", day=day, reason="Broken").status_code
        for who, day in (("head", "2023-07-20"), ("office", "2023-07-27"), ("head", "2023-07-20"))
    ]

    assert given == [302, 302, 422]
    assert [(each.by.username, each.day.day) for each in Extension.objects.order_by("id")] == [
        ("head", 20),
        ("office", 27),
    ]
    shown = {unit: words(group.browser("office").get(form(unit))) for unit in ("A1", "A2")}
    assert ("27 Jul 2023" in shown["A1"], "27 Jul 2023" in shown["A2"]) == (True, False)
    assert "27 Jul 2023" in words(clerk.get("/owe/"))


@pytest.mark.parametrize("who", [*CAST, "outsider"])
def test_every_page_by_every_role(group: Group, who: str) -> None:
    client = group.browser(who)

    answers = {more: client.get(form() + more).status_code for more in ("", "workbook.xlsx", "units/", "upload/")}

    seen = 404 if who in BLIND else 200
    types = 200 if who in MAY["upload/"] else 403 if seen == 200 else 404
    assert answers == {"": seen, "workbook.xlsx": seen, "units/": seen, "upload/": types}
    assert client.get(form("B")).status_code == (200 if who in ("other",) or CAST.get(who, ("", ""))[1] == "G" else 404)


@pytest.mark.parametrize(
    ("language", "what"),
    [("en", "Accept Jun 2023: Monthly form of 2 units"), ("zh-hans", "接受2家单位的2023年6月")],
)
def test_very_many_forms_of_a_round_are_one_thing_to_do(
    group: Group, monkeypatch: pytest.MonkeyPatch, language: str, what: str
) -> None:
    """Of the round's board, which can accept them all; the download names each."""
    group.send()
    group.send("office", "B")
    office = group.browser("office2")
    office.cookies["django_language"] = language
    one_by_one = office.get("/owe/").content.decode()
    named = office.get("/owe/owe.xlsx").content
    monkeypatch.setattr("headrope.web.owe.page.MOST_OF_A_ROUND", 1)

    body = office.get("/owe/").content.decode()

    items = [re.findall(r'<div class="hr-item".*?<b>(.*?)</b>', page) for page in (one_by_one, body)]
    (address,) = re.findall(r'href="([^"]+/units/\?show=waiting)"', body)
    assert [len(each) for each in items] == [2, 1] and items[1][0].startswith(what)
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", one_by_one) == re.findall(r"<h1[^>]*>(.*?)</h1>", body)
    board = office.get(address).content.decode()
    assert all(f'value="{group.version(unit)} {unit}"' in board for unit in ("A1", "B"))
    assert values(office.get("/owe/owe.xlsx").content)[3:5] == values(named)[3:5]


def test_accepting_all_takes_only_what_one_may_accept(group: Group) -> None:
    group.send()
    group.send("other", "B")

    chosen = [f"{group.version(unit)} {unit}" for unit in ("A1", "B")]
    own = group.browser("clerk").post(form() + "units/accept-all/", {"unit": chosen})
    nonsense = ["\x00", "9" * 5000, "%s", "A1", "1", "-1 A1", "9" * 30 + " A1", "\u0665 A1"]
    head = group.browser("head").post(form("A") + "units/accept-all/", {"unit": [*chosen, *nonsense]})

    assert (own.status_code, head.status_code) == (422, 200)
    assert (group.state("A1"), group.state("B")) == ("accepted", "submitted")


CSV = b"measure,value\nREV,1200\nPROFIT,100\nSTAFF,51\n"


def uploaded(group: Group, who: str, unit: str = "A1", name: str = "june.csv", content: bytes = CSV) -> int:
    file = SimpleUploadedFile(name, content)
    group.browser(who).post(form(unit) + "upload/", {"file": file})
    return SubmissionFile.objects.latest("id").pk


def test_a_file_is_taken_only_by_who_uploaded_it_for_the_form(group: Group) -> None:
    number = uploaded(group, "clerk")
    take = {"file_id": number, "row_version": "0"}

    others = [
        group.browser(who).post(form(unit) + "upload/", take).status_code
        for who, unit in (("office", "A1"), ("head", "A1"), ("office", "B"), ("leader", "A1"), ("outsider", "A1"))
    ]
    other_month = group.browser("clerk").post(form(period="2023-07") + "upload/", take).status_code
    stale = group.browser("clerk").post(form() + "upload/", {**take, "row_version": "3"}).status_code
    right = group.browser("clerk").post(form() + "upload/", take).status_code
    twice = group.browser("clerk").post(form() + "upload/", {**take, "row_version": "1"}).status_code

    assert (others, other_month, stale, right, twice) == ([404, 404, 404, 403, 404], 404, 409, 302, 404)
    assert group.version() == 1


@pytest.mark.parametrize("number", ["0", "999999999999999", "٣", "-1", "1;2", "\x00", "1" * 400])
def test_a_file_that_is_not_there(group: Group, number: str) -> None:
    answer = group.browser("clerk").post(form() + "upload/", {"file_id": number, "row_version": "0"})

    assert answer.status_code in (404, 422)


NAMES = ["../../etc/passwd.csv", "..\\..\\june.csv", "=cmd().csv", "<img src=x onerror=alert(1)>.csv", "%s%(x)d.csv"]


@pytest.mark.parametrize("name", [*NAMES, "x" * 250 + ".csv", "\u202eslx.csv", "CON.csv", "a\tb.csv"])
def test_names_of_files_are_only_shown(group: Group, name: str) -> None:
    answer = group.browser("clerk").post(form() + "upload/", {"file": SimpleUploadedFile(name, CSV)})

    held = SubmissionFile.objects.get()
    assert answer.status_code == 200
    assert dangers(answer.content) == []
    assert not re.search(r"[/\\\x00-\x1f\u202e]", held.name) and 0 < len(held.name) <= 200


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 100, b"PK\x03\x04 no zip", b"measure,value\nREV,=1+1\nNONE,3\n", b"\xff\xfe"]
)
def test_files_that_are_none_are_refused_with_a_sentence(group: Group, content: bytes) -> None:
    for name in ("june.csv", "june.xlsx", "june.xls", "june.exe", "june"):
        answer = group.browser("clerk").post(form() + "upload/", {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422, name
        assert "hr-error" in answer.content.decode()
    assert Submission.objects.count() == 0


def test_too_large_requests_are_answered(group: Group) -> None:
    clerk = group.browser("clerk")
    large = SimpleUploadedFile("june.xlsx", b"x" * 6_000_000)

    fields = clerk.post(form() + "save/", {f"v-{n}": "1" for n in range(1100)})
    long = clerk.post(form() + "save/", {"row_version": "0", "v-REMARK": "x" * 2_700_000})
    file = clerk.post(form() + "upload/", {"file": large})

    assert [answer.status_code for answer in (fields, long, file)] == [400, 400, 422]
    assert "5 MB" in file.content.decode()
    for answer in (fields, long):
        assert "<h1" in answer.content.decode() and dangers(answer.content) == []


BAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}%(x)s%s%d 100%"


def test_what_is_stored_is_only_shown(group: Group) -> None:
    typed = group.post("clerk", "save/", **{"v-REV": BAD[:200], "v-REMARK": BAD, "n-REV": BAD, "v-STAFF": "51"})
    shown = [typed, group.browser("clerk").get(form())]
    group.type("clerk", **{**RIGHT, "REV": "1.6", "REMARK": BAD})
    shown.append(group.browser("clerk").get(form()))
    shown.append(group.post("clerk", "save/", **{"a-LEAP REV": BAD}))
    shown.append(group.post("clerk", "submit/"))
    shown.append(group.post("head", "return/", **{"reason": BAD, "r-REV": BAD}))
    shown.append(group.browser("clerk").get(form()))
    assert group.state() == "returned"
    shown.append(group.post("clerk", "submit/", **{"exception": BAD}))
    shown.append(group.post("head", "accept/"))
    shown.append(group.post("head", "reopen/", reason=BAD))
    for who in ("clerk", "head", "office"):
        shown += [group.browser(who).get(each) for each in (form(), form() + "units/", "/owe/")]
    workbook = group.browser("clerk").get(form() + "workbook.xlsx")

    assert group.state() == "reopened"
    for answer in shown:
        assert answer.status_code < 500
        assert dangers(answer.content) == []
    assert BAD in " ".join(read(group.browser("clerk").get(form()).content).text)
    assert workbook.status_code == 200


HOSTILE = {
    "units": small.UNITS.replace("East Pumps,东泵", "=HYPERLINK(1),+东泵").replace("East Works,", "<b>%s East,"),
    "measures": small.MEASURES.replace("Revenue,", "=1+1,").replace("Profit,", "@SUM(1),").replace("Remark,", "-2+3,"),
    "forms": small.FORMS.replace("Monthly form,月报", "=cmd|' /C calc'!A0,<i>%d"),
    "checks": """
code,kind,severity,measures,formula,max,against,change,message,message_zh
REQUIRED,missing,blocking,REV,,,,,=cmd() <script>alert(1)</script> 100 % %s %(x)s,<b>%s
LEAP,jump,warning,REV,,,previous,50 %,+1 <script>alert(1)</script> 100 % %s %(x)s,<b>%s
""",
}


def test_hostile_names_and_messages(loaded: Loaded) -> None:
    group = loaded(**HOSTILE)
    client = group.browser("clerk")
    pages = [client.get(form()), group.type("clerk", REV="9", REMARK="=1+1"), client.get(form())]
    client.cookies["django_language"] = "zh-hans"
    pages += [client.get(form()), group.browser("office").get(form("G") + "units/"), client.get("/owe/")]
    parts = ZipFile(BytesIO(client.get(form() + "workbook.xlsx").content))
    sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/")]
    shared = parts.read("xl/sharedStrings.xml").decode()

    for page in pages:
        assert page.status_code in (200, 302)
        assert dangers(page.content) == []
    text = " ".join(read(pages[2].content).text)
    assert "=1+1" in text and "+1 <script>alert(1)</script> 100 % %s %(x)s" in text
    formulas = [found for sheet in sheets for found in re.findall(r"<f[ >].*?</f>|<formula.*?</formula\d?>", sheet)]
    assert [found for found in formulas if re.search(r"1\+1|SUM\(1|HYPERLINK|cmd|2\+3", found)] == []
    assert "=1+1" in shared and "<script>" not in "".join(sheets) + shared


NONSENSE = [
    {"row_version": "x"},
    {"row_version": "-1"},
    {"row_version": "٠"},
    {"row_version": "9" * 30},
    {"exponent": "99999999999"},
    {"exponent": "-2"},
    {"exponent": "x"},
    {"v-REV": "\x00"},
    {"v-REV": "1\x00"},
    {"v-REV": "x" * 10_000},
    {"v-REV": "9" * 190},
    {"v-REV": "1e999"},
    {"v-REV": "NaN"},
    {"v-SHARE": "1e308%"},
    {"v-REMARK": "\x1b[31m\u202e"},
    {"v-REMARK": "\ud800"},
    {"n-REV": "\x00"},
    {"n-REV": "x" * 5000},
    {"w-REV": "<b>"},
    {"w-REV": "\x00"},
    {"w-NONE": "unknown", "v-": "1", "v-NONE": "2", "v-MARGIN": "3"},
    {"a-": "1", "a- ": "2", "a-LEAP ": "x", "a- REV": "x", "a-NONE NONE": "x"},
    {"a-LEAP REV": "\x00"},
    {"a-LEAP REV": "x" * 5000},
    {"a-%s%(x)s REV%d": "%s%(x)s"},
    {"v-%s%(x)s": "%s%(x)s%"},
    {"reason": "\x00", "exception": "\x00"},
    {"reason": "x" * 5000, "exception": "x" * 5000},
    {"r-REV": "\x00"},
    {"r-NONE": "x"},
    {"r-": "x"},
    {"r-REV": "x" * 5000},
]


@pytest.mark.parametrize("fields", NONSENSE, ids=lambda fields: ascii(fields)[:40])
def test_nonsense_in_every_field(group: Group, fields: dict[str, str]) -> None:
    statuses = []

    for what in ("save/", "submit/", "return/", "recall/", "accept/", "reopen/"):
        for who in ("clerk", "head"):
            statuses.append(group.plain(who, what, fields).status_code)
    group.send("clerk", **RIGHT) if group.state() in ("none", "draft") else None
    for what in ("return/", "accept/", "reopen/", "submit/"):
        statuses.append(group.plain("head", what, fields).status_code)
        statuses.append(group.browser("head").get(form()).status_code)
    for what in ("units/lock/", "units/unlock/", "units/remind/"):
        statuses.append(group.plain("office", what, fields).status_code)

    assert set(statuses) <= {200, 302, 403, 404, 409, 422}
    for value in SubmissionValue.objects.all():
        assert len(value.raw) <= 200 and len(value.note) <= 1000 and "\x00" not in value.raw + value.note + value.remark
    for held in Submission.objects.all():
        assert len(held.exceptions) <= 500 and "\x00" not in held.exceptions
        for event in held.events.all():
            assert len(event.reason) <= 1000 and "\x00" not in event.reason


ADDRESSES = [
    "/figures/A1/FIN/2023-Q2/",
    "/figures/A1/FIN/2023/",
    "/figures/A1/FIN/2023-13/",
    "/figures/A1/FIN/9999-12/",
    "/figures/A1/FIN/0000-01/",
    "/figures/A1/FIN/x/",
    "/figures/A1/FIN/%00/",
    "/figures/A1/%00/2023-06/",
    "/figures/%00/FIN/2023-06/",
    "/figures/A1/NONE/2023-06/",
    "/figures/none/FIN/2023-06/",
    "/figures/A1/FIN/2023-06/units/none/",
    "/figures/..%2FA1/FIN/2023-06/",
    "/figures/A1/FIN/2023-06/none/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_that_are_none(group: Group, address: str) -> None:
    office = group.browser("office")

    shown, changed = office.get(address, follow=True), office.post(address)

    assert changed.status_code in (404, 405)
    assert shown.status_code == 404 or shown.request["PATH_INFO"] == address.removesuffix("none/")


@pytest.mark.parametrize("period", ["1900-01", "2199-12", "2023-07", "2030-01"])
def test_far_periods(group: Group, period: str) -> None:
    answers = [
        group.browser("office").get(form(period=period) + more).status_code for more in ("", "units/", "upload/")
    ]

    assert answers in ([200] * 3, [404] * 3)


@pytest.mark.parametrize(
    "query", ["scale=x", "scale=%00", "show=x", "show=%00", "scale=bn&show=late", "scale=1&scale=k"]
)
def test_nonsense_in_the_query(group: Group, query: str) -> None:
    office = group.browser("office")

    answers = [office.get(f"{form()}{more}?{query}").status_code for more in ("", "units/", "upload/", "workbook.xlsx")]

    assert answers == [200] * 4


# Groups of unusual shape

CLOSED = """
code,name,parent,kind,from,to,successor
G,Harbour Group,,group,,,
A,East Works,G,company,,,
A1,East Pumps,A,branch,,,
A2,East Valves,A,branch,,2023-03-31,A1
A3,East Pipes,A,branch,2023-05-01,,
B,Airport Base,G,company,,,
"""


def test_units_closed_founded_and_merged(loaded: Loaded) -> None:
    group = loaded(units=CLOSED, duties=small.DUTIES + "FIN,A3\n", facts="")

    statuses = {
        (unit, month, who): group.browser(who).get(form(unit, period=f"2023-{month:02d}")).status_code
        for unit, month in (("A2", 3), ("A2", 4), ("A3", 4), ("A3", 5), ("A1", 3))
        for who in ("office", "clerk", "other")
    }

    there = {("A2", 3), ("A3", 5), ("A1", 3)}
    mine = {("A2", 3), ("A1", 3)}  # the clerk of A1 has the forms of the unit that A1 has taken over
    assert statuses == {
        (unit, month, who): 200
        if (who == "office" and (unit, month) in there) or (who == "clerk" and (unit, month) in mine)
        else 404
        for unit, month, who in statuses
    }
    address = form("A2", period="2023-03")
    given = {"row_version": "0", "exponent": "0", "v-REV": "10", "v-PROFIT": "1", "v-STAFF": "2"}
    assert group.browser("clerk").post(address + "submit/", given).status_code == 302
    assert group.browser("clerk").post(address + "accept/", {"row_version": "2"}).status_code == 403
    assert group.browser("head").post(address + "accept/", {"row_version": "2"}).status_code == 302


@pytest.mark.parametrize(
    "files", [{"facts": ""}, {"facts": "", "forms": "", "duties": "", "checks": ""}, {"duties": ""}]
)
def test_group_without_figures_forms_or_duties(loaded: Loaded, files: dict[str, str]) -> None:
    group = loaded(**files)

    for who in ("office", "clerk", "outsider", "leader"):
        browser = group.browser(who)
        assert browser.get("/owe/").status_code == 200
        first = browser.get("/figures/", follow=True)
        assert first.status_code == 200
    asked = 200 if files.get("duties") is None else 404
    assert [group.browser("clerk").get(form() + more).status_code for more in ("", "units/")] == [asked] * 2


def test_first_figures_of_a_group_come_in_by_a_form(loaded: Loaded) -> None:
    group = loaded(facts="")

    group.send(REV="1", PROFIT="1", STAFF="2")

    assert group.post("head", "accept/").status_code == 302
    assert Fact.objects.count() == 3


def test_form_that_is_never_due(loaded: Loaded) -> None:
    group = loaded(forms=small.FORMS.replace("business day 5 at 18:00", ""))

    pages = [group.browser("head").get(each) for each in (form(), form("A") + "units/", form("A"), "/owe/")]
    group.send()

    assert [page.status_code for page in pages] == [200] * 4
    assert group.post("head", "accept/").status_code == 302


def test_unit_that_reports_itself_and_has_units_below(loaded: Loaded) -> None:
    group = loaded(duties=small.DUTIES + "FIN,A\n")
    head = group.browser("head").get(form("A")).content.decode()
    given = {f"v-{code}": text for code, text in RIGHT.items()}

    early = group.post("head", "submit/", "A", **given)
    late = group.post("head", "submit/", "A", exception="They are moving house", **given)

    assert 'name="v-REV"' in head and "East Valves" in head
    assert (early.status_code, late.status_code, group.state("A")) == (422, 302, "submitted")


def test_root_is_sent_by_one_and_accepted_by_another(group: Group) -> None:
    sent = group.post("office", "submit/", "G", exception="The rest follows")
    own = group.post("office", "accept/", "G")
    head = group.post("head", "accept/", "G")
    other = group.post("office2", "accept/", "G")

    assert [answer.status_code for answer in (sent, own, head, other)] == [302, 403, 404, 302]
    assert group.browser("office").get(form("G")).status_code == 200
    assert group.browser("office").get(form("G") + "upload/").status_code == 404


def test_reopened_while_the_unit_above_has_been_accepted(group: Group) -> None:
    group.send()
    group.post("head", "accept/")
    group.post("head", "submit/", "A", exception="The rest follows")
    group.post("office", "accept/", "A")
    group.post("head", "reopen/", reason="Freight moved")
    group.send(REV="1.2")

    assert group.post("head", "accept/").status_code == 302
    assert (group.state("A1"), group.state("A")) == ("accepted", "accepted")
    held = Submission.objects.get(unit_id=unit_ids()["A1"])
    assert [each.action for each in held.events.order_by("id")] == ["submit", "accept", "reopen", "submit", "restate"]


def test_under_a_lock_nothing_is_accepted_but_restatements(group: Group) -> None:
    group.send()
    group.send("other", "B")
    group.post("office", "accept/", "B")
    group.browser("office").post(form("G") + "units/lock/", {"reason": "Conference"})

    late = group.post("head", "accept/")
    board = group.browser("head").get(form("A") + "units/")
    opened = group.post("finance", "reopen/", "B", reason="Freight moved")
    again = group.type("other", "B", REV="3")
    sent = group.post("other", "submit/", "B")
    back = group.post("office", "return/", "B", reason="Not that one")
    mended = group.type("other", "B", REV="4")
    group.post("other", "submit/", "B")
    taken = group.post("office", "accept/", "B")

    assert (late.status_code, group.state("A1")) == (409, "submitted")
    assert 'type="checkbox"' not in board.content.decode()
    assert {answer.status_code for answer in (opened, again, sent, back, mended, taken)} == {302}
    assert Submission.objects.get(unit_id=unit_ids()["B"]).events.latest("id").action == "restate"


def test_two_people_and_one_form(group: Group) -> None:
    group.type("clerk", **RIGHT)
    old = group.version()
    group.type("office", STAFF="52")

    late = group.post("clerk", "save/", row_version=old, **{"v-STAFF": "53"})
    sent = group.post("clerk", "submit/", row_version=old, **{"v-STAFF": "53"})

    assert (late.status_code, sent.status_code, group.state()) == (409, 409, "draft")
    assert 'data-value="53"' in late.content.decode() and 'value="52"' in late.content.decode()


# Figures and their scales


@pytest.mark.parametrize(
    "typed", ["1,234,567,890.1234", "0.000001", "\N{MINUS SIGN}12.3456", "-0.0001", "99999999.9999"]
)
def test_ten_thousands_are_shown_in_yuan_and_back(group: Group, typed: str) -> None:
    clerk = group.browser("clerk")
    clerk.cookies["django_language"] = "zh-hans"

    def cell(scale: str, code: str = "REV") -> str:
        text = clerk.get(f"{form()}?scale={scale}").content.decode()
        return re.findall(rf'name="v-{code}" value="([^"]*)"', text)[0]

    clerk.post(form() + "save/", {"row_version": "0", "exponent": "4", "v-REV": typed})
    held = SubmissionValue.objects.get()
    in_yuan, in_wan = cell("1"), cell("k")
    clerk.post(form() + "save/?scale=1", {"row_version": "1", "exponent": "0", "v-REV": in_yuan, "v-STAFF": "1"})
    clerk.post(form() + "save/?scale=m", {"row_version": "2", "exponent": "8", "v-REV": cell("m"), "v-STAFF": "2"})

    assert SubmissionValue.objects.get(pk=held.pk).raw == held.raw
    assert cell("1") == in_yuan and cell("k") == in_wan
    if typed == "0.000001":  # one fen: shown in yuan as 0.01
        assert in_yuan == "0.01"
    numbers = [Fraction(each.replace(",", "").replace("\N{MINUS SIGN}", "-")) for each in (in_yuan, typed)]
    assert numbers[0] == numbers[1] * 10**4


def test_scale_that_changes_between_loading_and_saving_changes_no_value(group: Group) -> None:
    group.type("clerk", **RIGHT)
    page = group.browser("clerk").get(form() + "?scale=k").content.decode()
    fields = dict(re.findall(r'name="((?:v-[A-Z]+)|exponent|row_version)" value="([^"]*)"', page))

    for scale in ("1", "m", "bn", "x", ""):
        group.browser("clerk").post(f"{form()}save/?scale={scale}", {**fields, "row_version": group.version()})

    assert {value.raw for value in SubmissionValue.objects.all()} == set(RIGHT.values())
    assert group.version() == 1


# Statements


def many(count: int) -> dict[str, str]:
    units = "code,name,parent,kind\nG,Group,,group\nA,East,G,company\nA1,Pumps,A,branch\nB,Base,G,company\n"
    duties = "form,unit\nFIN,A1\nFIN,B\n"
    for number in range(count):
        units += f"A2{number:03d},Works {number},A,branch\n"
        duties += f"FIN,A2{number:03d}\n"
    return {"units": units, "duties": duties, "facts": ""}


def statements(group: Group, who: str, address: str) -> int:
    browser = group.browser(who)
    for _ in range(2):
        browser.get(address)  # what is kept in the process is there
    with CaptureQueriesContext(connection) as held:
        assert browser.get(address).status_code == 200
    return len(held)


def test_board_takes_as_many_statements_for_300_units_as_for_3(loaded: Loaded, databases: Databases) -> None:
    counts = []
    for size in (3, 300):
        databases.copy()
        group = loaded(**many(size))
        counts.append([statements(group, "office", each) for each in (form("G") + "units/", form("A"))])

    # What is kept of many units in the process is asked anew of few.
    assert all(many <= few < 25 for few, many in zip(*counts, strict=True))


def test_form_takes_as_many_statements_for_30_measures_as_for_3(loaded: Loaded, databases: Databases) -> None:
    counts = []
    for size in (3, 30):
        databases.copy()
        codes = [f"M{number:02d}" for number in range(size)]
        lines = [f"{code},Measure {code},CNY,money,0.01,flow,up" for code in codes]
        group = loaded(
            measures="code,name,account,quantity,step,kind,direction\n" + "\n".join(lines),
            forms=f"code,name,span,measures,due\nFIN,Form,month,{' '.join(codes)},business day 5",
            checks="code,kind,severity,measures,against,change\nLEAP,jump,warning,"
            + " ".join(codes)
            + ",previous,50 %",
            facts="unit,measure,period,version,value\n" + "\n".join(f"A1,{code},2023-05,actual,5" for code in codes),
        )
        group.type("clerk", **dict.fromkeys(codes, "7"))
        counts.append([statements(group, "clerk", form()), statements(group, "clerk", form() + "workbook.xlsx")])

    # How many units stand is kept in the process, so it may be one less.
    assert all(many <= few for few, many in zip(*counts, strict=True))
    assert max(counts[0]) < 25
