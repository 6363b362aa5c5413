"""A unit's form on its page: notes, what it is held against, days that are gone, what was not saved, and files met by others."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from headrope.ledger.submissions.models import Submission, SubmissionFile, SubmissionValue
from headrope.org.queries import unit_ids
from tests.ledger.workbook.made import Copy, PerCent, copy
from tests.web.conftest import read
from tests.web.small_group import RIGHT, Group, form
from tests.web.test_figures import Loaded as Loaded
from tests.web.test_figures import group as group  # the fixtures
from tests.web.test_figures import loaded as loaded


def page(group: Group, who: str, query: str = "", unit: str = "A1", language: str = "en") -> str:
    """What somebody reads on the form."""
    client = group.browser(who)
    client.cookies["django_language"] = language
    answer = client.get(form(unit) + query)
    assert answer.status_code == 200
    return words(answer)


def words(answer: HttpResponse) -> str:
    """All that is read on a page, blanks between."""
    return " ".join(" ".join(read(answer.content).text).split())


def field(content: bytes, name: str) -> str:
    """The value of a field."""
    return re.findall(rf'name="{name}" value="([^"]*)"', content.decode())[0]


def typed(measure: str) -> str:
    """What stands in A1's cell."""
    held = SubmissionValue.objects.filter(submission__unit_id=unit_ids()["A1"]).order_by("measure_id")
    return [each.raw for each in held][["REV", "OVERSEAS", "PROFIT", "STAFF", "SHARE", "REMARK"].index(measure)]


# Notes


def test_a_note_is_typed_on_the_page_and_read_by_who_accepts(group: Group) -> None:
    group.type("clerk", **RIGHT)
    group.post("clerk", "save/", **{"n-REV": "Second shift since 20 May"})
    mine = group.browser("clerk").get(form()).content
    group.post("clerk", "submit/")

    theirs = group.browser("head").get(form()).content.decode()

    assert field(mine, "n-REV") == "Second shift since 20 May"
    assert field(mine, "v-REV") == "1.1"
    assert '<span class="hr-order">Second shift since 20 May</span>' in theirs and 'name="n-REV"' not in theirs
    assert theirs.count("f-note-row") == 1


# Against what, and known when


@pytest.mark.parametrize(
    ("query", "heads", "change"),
    [
        ("", ("to plan", "on last year"), "−8.3\u2009%"),
        ("?against=previous", ("on May 2023", "on last year"), "+10.0\u2009%"),
        ("?against=last-year", ("on last year", "to plan"), "−8.3\u2009%"),
        ("?against=x", ("to plan", "on last year"), "−8.3\u2009%"),
    ],
)
def test_figures_are_held_against_what_is_chosen(group: Group, query: str, heads: tuple[str, str], change: str) -> None:
    """June 1100.00 against 1200.00 planned and 1000.00 in May; nothing is known of last year."""
    group.type("clerk", **RIGHT)

    content = group.browser("clerk").get(form() + query).content.decode()

    titles = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', content)
    assert tuple(titles[7:9]) == heads
    first, second = (re.findall(rf'data-part="{key}-REV">([^<]*)<', content)[0] for key in "py")
    chosen = second if query == "?against=last-year" else first
    assert chosen.replace("\u202f", "\u2009").replace(" ", "\u2009") == change


def test_the_choice_goes_on_to_other_periods_and_survives_a_save(group: Group) -> None:
    clerk = group.browser("clerk")

    answer = clerk.post(f"{form()}save/?against=previous", {"row_version": 0, "exponent": "3", "v-REV": "1"})

    assert answer.headers["Location"] == f"{form()}?against=previous"
    assert (
        f'href="{form(period="2023-05")}?against=previous"' in clerk.get(f"{form()}?against=previous").content.decode()
    )


def test_a_day_that_is_gone_is_read_only(group: Group) -> None:
    group.send()
    group.post("head", "return/", reason="Look again")
    group.type("clerk", REV="1.3")
    clerk = group.browser("clerk")

    gone = clerk.get(f"{form()}?known=2023-07-04")
    today = clerk.get(f"{form()}?known=2023-07-05")
    unread = clerk.get(f"{form()}?known=x")
    saved = clerk.post(
        f"{form()}save/?known=2023-07-04", {"row_version": group.version(), "v-REV": "1.4", "exponent": 3}
    )

    text = words(gone)
    assert "By the end of 4 Jul 2023 nothing had been sent." in text
    assert b"<input name=" not in gone.content and b"formaction" not in gone.content
    assert b'name="v-REV"' in today.content  # today is now
    assert "'x' is not a day; write it like 2023-07-14." in words(unread)
    assert (saved.status_code, saved.headers["Location"]) == (302, form())


# What this changes above


def test_totals_above_stand_only_on_the_pages_of_who_sees_them(group: Group) -> None:
    group.type("clerk", **RIGHT)

    found = {who: "What this changes above" in page(group, who) for who in ("clerk", "head", "office", "viewer")}

    assert found == {"clerk": False, "head": True, "office": True, "viewer": True}
    rows = {who: b'<th scope="row">Harbour Group</th>' in group.browser(who).get(form()).content for who in found}
    assert rows == {"clerk": False, "head": False, "office": True, "viewer": False}
    assert "What this changes above" not in page(group, "office", unit="A")  # types nothing


# Several at once


def test_accepting_all_leaves_out_by_name_what_has_changed(group: Group) -> None:
    group.send()
    group.send("other", "B")
    board = group.browser("office").get(form("G") + "units/").content.decode()
    chosen = re.findall(r'name="unit" value="([^"]*)"', board)
    group.post("clerk", "recall/")
    group.send(STAFF="77", REV="1.1", PROFIT="1")

    answer = group.browser("office").post(form("G") + "units/accept-all/", {"unit": chosen})

    assert chosen == ["2 A1", "2 B"]
    assert (group.state("A1"), group.state("B"), answer.status_code) == ("submitted", "accepted", 200)
    assert "East Pumps clerk has changed it since this page was shown." in words(answer)
    assert "1 form accepted." in words(answer)


# Periods that have not begun


def test_a_period_that_has_not_begun_says_when_it_opens(group: Group) -> None:
    august, july = form(period="2023-08"), form(period="2023-07")

    opened = group.browser("clerk").get(july)
    asked = [group.browser("clerk").get(august + more) for more in ("", "upload/", "units/", "workbook.xlsx")]
    sent = [
        group.browser("clerk").post(august + more, {"row_version": 0, "v-REV": "1"}) for more in ("save/", "submit/")
    ]
    others = group.browser("clerk").get(form("B", period="2023-08"))

    assert opened.status_code == 200
    assert {answer.status_code for answer in [*asked, *sent, others]} == {404}
    for answer in [*asked, *sent]:
        text = words(answer)
        assert "Aug 2023 has not begun." in text and "Its form opens on 1 Aug 2023." in text
    assert "has not begun" not in others.content.decode()
    assert Submission.objects.count() == 0


# What could not be saved


def test_what_could_not_be_saved_stands_in_its_cells_again(group: Group) -> None:
    fields = {"v-REV": "1.5", "v-STAFF": "5" * 201, "n-PROFIT": "Freight", "a-LEAP REV": "Why"}

    answer = group.post("clerk", "save/", **fields)

    assert answer.status_code == 422
    assert [field(answer.content, name) for name in ("v-REV", "v-STAFF", "n-PROFIT")] == ["1.5", "5" * 201, "Freight"]
    assert "Not saved yet." in words(answer)
    assert Submission.objects.count() == 0


def test_what_could_not_be_saved_stays_in_the_scale_it_was_typed_in(group: Group) -> None:
    clerk = group.browser("clerk")
    clerk.cookies["django_language"] = "en"
    fields = {"row_version": 0, "exponent": "4", "v-REV": "0.11", "v-STAFF": "5" * 201}

    answer = clerk.post(form() + "save/", fields)

    assert (field(answer.content, "v-REV"), field(answer.content, "exponent")) == ("0.11", "4")
    assert "10 thousand yuan" in words(answer)
    again = {**fields, "exponent": field(answer.content, "exponent"), "v-STAFF": "51"}
    assert clerk.post(form() + "save/", again).status_code == 302
    assert field(clerk.get(f"{form()}?scale=1").content, "v-REV") == "1,100"


def test_a_reason_is_not_lost_with_what_stands_against_it(group: Group) -> None:
    group.send()
    early = group.post("head", "submit/", "A", exception="")
    fields = {"r-REV": "One ship, not two", "r-STAFF": "x" * 1001}
    long = group.post("head", "return/", reason="Look again", **fields)

    assert early.status_code == long.status_code == 422
    assert (field(long.content, "reason"), field(long.content, "r-REV")) == ("Look again", "One ship, not two")


# Money that says its scale


def test_words_for_scales_count_as_they_say_and_plain_numbers_as_the_page(group: Group) -> None:
    """A column out of a sheet in thousands, pasted on a page in 万元: ten times too much is asked about, never taken silently."""
    clerk = group.browser("clerk")
    clerk.cookies["django_language"] = "zh-hans"
    given = {
        "row_version": 0,
        "exponent": "4",
        "v-REV": "1,100",
        "v-OVERSEAS": "200k",
        "v-PROFIT": "0.011万",
        "v-STAFF": "51",
    }

    clerk.post(form() + "save/", given)
    asked = clerk.post(form() + "submit/", {"row_version": 1})

    content = clerk.get(f"{form()}?scale=1").content
    assert [field(content, f"v-{code}") for code in ("REV", "OVERSEAS", "PROFIT")] == ["11,000,000", "200,000", "110"]
    assert asked.status_code == 422 and group.state() == "draft"
    assert 'name="a-LEAP REV"' in content.decode()


# A workbook that others have overtaken


def workbook(group: Group, folder: object, **cells: float) -> bytes:
    """The clerk's workbook as it is now, with some figures typed into it, money in thousands."""
    made: Copy = copy(folder, group.browser("clerk").get(form() + "workbook.xlsx").content)  # type: ignore[arg-type]
    rows = {"REV": 12, "OVERSEAS": 13, "PROFIT": 14, "STAFF": 16, "SHARE": 17}
    share = rows["SHARE"] - 1, 2
    if isinstance(held := made.page.get(share), float):
        made.page[share] = PerCent(held)  # as the cell shows it
    for code, number in cells.items():
        made.page[rows[code] - 1, 2] = number
    return made.save()


def upload(group: Group, content: bytes, who: str = "clerk", name: str = "june.xlsx") -> HttpResponse:
    return group.browser(who).post(form() + "upload/", {"file": SimpleUploadedFile(name, content)})  # type: ignore[return-value]


def take(group: Group, shown: HttpResponse, **more: str) -> HttpResponse:
    names = ("file_id", "row_version", "base")
    given = {name: field(shown.content, name) for name in names}
    return group.browser("clerk").post(form() + "upload/", {**given, **more})  # type: ignore[return-value]


def test_a_workbook_does_not_silently_undo_what_others_typed(group: Group, tmp_path: object) -> None:
    """The clerk downloads; the office mends revenue and people; the clerk uploads another profit and the old rest."""
    group.type("clerk", **RIGHT)
    content = workbook(group, tmp_path, PROFIT=0.12)
    group.type("office", REV="1.2", STAFF="52")

    shown = upload(group, content)
    silent = take(group, shown)
    half = take(group, shown, **{"t-REV": "now"})
    before = [typed(code) for code in ("REV", "PROFIT", "STAFF")]
    done = take(group, shown, **{"t-REV": "now", "t-STAFF": "file"})

    text = words(shown)
    assert "Others have typed 2 cells since the file was made." in text
    assert re.search(r"Revenue\W+1\.2\W+\S*office\S*\W+1\.1", text), text
    assert (silent.status_code, half.status_code, done.status_code) == (422, 422, 302)
    assert before == ["1.2", "0.11005", "52"]
    assert [typed(code) for code in ("REV", "PROFIT", "STAFF")] == ["1.2", "0.12", "51"]
    event = Submission.objects.get().events.get(action="upload")
    assert json.loads(event.detail) == {
        "REV": {"taken": "now", "now": "1.2", "by": "office", "file": "1.1"},
        "STAFF": {"taken": "file", "now": "52", "by": "office", "file": "51"},
    }
    assert SubmissionFile.objects.get().submission_id is not None


def test_an_empty_cell_of_an_old_workbook_keeps_what_others_typed_unless_it_is_said(
    group: Group, tmp_path: object
) -> None:
    group.type("clerk", REV="1.1", PROFIT="0.1", STAFF="51")
    content = workbook(group, tmp_path)
    group.type("office", OVERSEAS="0.3")

    shown = upload(group, content)

    assert re.search(r'name="t-OVERSEAS" value="now"[^>]* checked', shown.content.decode())
    assert not re.search(r'name="t-OVERSEAS" value="file"[^>]* checked', shown.content.decode())


def test_ones_own_typing_is_no_clash(group: Group, tmp_path: object) -> None:
    group.type("clerk", **RIGHT)
    content = workbook(group, tmp_path, REV=1.3)
    group.type("clerk", REV="1.2")

    shown = upload(group, content)

    assert "The file is right and changes 1 cell." in words(shown)
    assert take(group, shown).status_code == 302 and typed("REV") == "1.3"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_somebody_saves_while_the_preview_is_looked_at(group: Group, tmp_path: object, kind: str) -> None:
    group.type("clerk", **RIGHT)
    csv = b"measure,value\nREV,1.3\nSTAFF,53\n"
    shown = upload(group, csv if kind == "csv" else workbook(group, tmp_path, REV=1.3, STAFF=53.0), name=f"june.{kind}")
    group.type("office", STAFF="52")

    late = take(group, shown)
    silent = take(group, late)
    done = take(group, late, **{"t-STAFF": "now"})

    assert (late.status_code, silent.status_code, done.status_code) == (409, 422, 302)
    assert "office has saved the form since the file was shown here." in words(late)
    assert [typed(code) for code in ("REV", "STAFF")] == ["1.3", "52"]


def test_what_is_the_same_however_it_is_written_changes_nothing(group: Group) -> None:
    group.type("clerk", **RIGHT)

    shown = upload(group, b"measure,value\nREV,1.10\nSTAFF,51.0\n", name="june.csv")

    assert "The file is right and changes nothing." in words(shown)


def test_a_form_without_cells_has_no_fields_of_notes(group: Group) -> None:
    assert "f-note" not in group.browser("office").get(form("G")).content.decode()
    assert BytesIO(group.browser("office").get(form()).content).read().count(b"data-note=") == 6
