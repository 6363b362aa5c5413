"""Papers from the pages: the file and its name, that it holds, who gets it, and what is said when none can be made."""

from __future__ import annotations

import errno
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.test import Client

from headrope.journal import clock
from headrope.journal.queries import books
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings
from headrope.org.queries import whole_sight
from headrope.reports.checking import check
from headrope.reports.making import again
from headrope.reports.opening import Opened, opened
from headrope.reports.press import Order, Press
from headrope.review.queries import Reader
from headrope.web.papers import views, waiting
from headrope.web.papers.views import MEDIA, _disposition
from tests.conftest import Place
from tests.web.conftest import Browse, same


def file_of(content: bytes, folder: Path, ending: str) -> Opened:
    path = folder / f"paper.{ending}"
    path.write_bytes(content)
    return opened(path)


@pytest.mark.parametrize(
    ("address", "ending", "name"),
    [
        ("/sheet/T03/2023-H1/", "pdf", "T03 2023-H1 sheet.pdf"),
        ("/review/T/2023-H1/", "docx", "T 2023-H1 situation.docx"),
    ],
)
def test_paper_of_a_page_holds(browse: Browse, tmp_path: Path, address: str, ending: str, name: str) -> None:
    answer = browse("office").get(f"{address}paper.{ending}?scale=k&known=")

    file = file_of(answer.content, tmp_path, ending)
    at, ledger = books(), ledger_settings()
    who = whole_sight(str(at.key), at.seq, clock.now().astimezone(ledger.zone).date())
    checked = check(file, again(Reader(store.fresh(None), ledger, at, who)))
    assert (answer.status_code, answer["Content-Type"]) == (200, MEDIA[ending])
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert (checked.findings, checked.question.scale) == ((), "k")
    assert checked.numbers > 80


def test_paper_is_in_the_language_of_the_page_and_of_its_day(browse: Browse, tmp_path: Path) -> None:
    browser = browse("office")
    browser.cookies["django_language"] = "zh-hans"

    answer = browser.get("/sheet/T03/2023-H1/paper.pdf?against=last-year&tree=as-was")

    question = file_of(answer.content, tmp_path, "pdf").manifest.question
    assert (question.language, question.against, question.as_was) == ("zh-hans", "last-year", True)


def test_paper_of_a_situation_asks_what_the_page_asks(browse: Browse, tmp_path: Path) -> None:
    """What the page leaves out and tells, a measure that there is not, the paper leaves out as well."""
    query = (
        "measure=PROFIT&tier=3&order=value&where=REVENUE>5; NONE>1&threshold=PROFIT>=0.1&measures=all&since=2023-05-20"
    )

    answer = browse("office").get(f"/review/T/2023-H1/paper.pdf?{query}")

    question = file_of(answer.content, tmp_path, "pdf").manifest.question
    assert (question.measure, question.tier, question.order, question.every) == ("PROFIT", 3, "value", True)
    assert (question.where, question.threshold, question.since) == ("REVENUE>5", "PROFIT>=0.1", "2023-05-20")


def test_sheet_asks_nothing_of_the_ranking(browse: Browse, tmp_path: Path) -> None:
    answer = browse("office").get("/sheet/T03/2023-H1/paper.pdf?measure=PROFIT&tier=3&since=2023-05-20")

    question = file_of(answer.content, tmp_path, "pdf").manifest.question
    assert (question.measure, question.tier, question.since) == ("", 0, "")


def test_paper_shows_only_what_its_reader_may_see(browse: Browse, tmp_path: Path) -> None:
    """The clerk's own sheet says his rank among sisters, and names none of them."""
    answer = browse("clerk").get("/sheet/T0302/2023-H1/paper.pdf")

    units = {each.ref.unit for each in file_of(answer.content, tmp_path, "pdf").manifest.numbers}
    assert (answer.status_code, units) == (200, {"T0302"})


def test_forbidden_paper_answers_as_one_that_is_not_there(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anybody is asked to make it."""
    monkeypatch.setattr(views, "press", None)
    browser = browse("clerk")

    answers = [browser.get(f"/sheet/{unit}/2023-H1/paper.pdf") for unit in ("T0301", "ZZZZZ")]

    bodies = [re.sub(rb"T0301|ZZZZZ", b"", same(answer.content)) for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert bodies[0] == bodies[1]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Press]:
    """A press whose children die at once."""
    press = Press((sys.executable, "-c", "import sys; sys.stdin.readline()"))
    monkeypatch.setattr(views, "press", press)
    yield press
    press.end()


def test_paper_that_cannot_be_made_is_told_with_a_way_on(browse: Browse, broken: Press) -> None:
    answer = browse("office").get("/sheet/T03/2023-H1/paper.pdf?against=target")

    assert answer.status_code == 503
    assert "The paper could not be made." in answer.content.decode()
    assert 'href="/sheet/T03/2023-H1/?against=target"' in answer.content.decode()


ASYNC = {"Prefer": "respond-async"}


def until_made(browser: Client, address: str) -> tuple[list[int], Any]:
    """The states of the answers, and the last of them."""
    states = []
    deadline = time.monotonic() + 120
    while True:
        answer = browser.get(address, headers=ASYNC)
        states.append(answer.status_code)
        if answer.status_code != 202:
            return states, answer
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_script_asks_until_the_paper_is_made(browse: Browse, demo: Place, tmp_path: Path) -> None:
    address = "/sheet/T03/2023-H1/paper.docx?scale=m"
    browser = browse("office")

    first = browser.get(address, headers=ASYNC)
    others = [browse(who).get(address, headers=ASYNC).status_code for who in ("leader", "outsider")]
    states, answer = until_made(browser, address)

    assert (first.status_code, first.content, first["Preference-Applied"]) == (202, b"", "respond-async")
    assert others == [404, 404]
    assert set(states) <= {202, 200}
    assert answer["Content-Disposition"] == 'attachment; filename="T03 2023-H1 sheet.docx"'
    assert file_of(answer.content, tmp_path, "docx").manifest.question.scale == "m"
    assert list((Path(demo.environment["HEADROPE_HOME"]) / "press").iterdir()) == []


def test_paper_asked_for_twice_is_made_once(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[object] = []
    made = threading.Event()

    class Slow:
        def made(self, order: Order) -> bytes:
            begun.append(order)
            made.wait(60)
            return b"paper"

    monkeypatch.setattr(views, "press", Slow())
    browser, address = browse("office"), "/sheet/T03/2023-H1/paper.pdf?scale=bn"

    states = [browser.get(address, headers=ASYNC).status_code for _again in range(3)]
    made.set()

    assert states == [202, 202, 202]
    assert until_made(browser, address)[1].content == b"paper"
    assert len(begun) == 1


def test_paper_that_is_ready_between_two_looks_is_not_made_again(
    browse: Browse, demo: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its maker ends after somebody has looked for it, and before he begins it himself."""
    folder, address = Path(demo.environment["HEADROPE_HOME"]) / "press", "/sheet/T03/2023-H1/paper.pdf?scale=k"
    begin = waiting._begin
    left = [".made", ".failed"]

    def late(sign: Path) -> bool:
        sign.with_suffix(left.pop(0)).write_bytes(b"paper")
        return begin(sign)

    monkeypatch.setattr(waiting, "_begin", late)
    monkeypatch.setattr(waiting, "Thread", pytest.fail)
    browser = browse("office")

    made, failed = (browser.get(address, headers=ASYNC) for _again in range(2))

    assert (made.status_code, made.content) == (200, b"paper")
    assert failed.status_code == 503
    assert list(folder.iterdir()) == []


def test_paper_that_fails_meanwhile_is_told(browse: Browse, broken: Press) -> None:
    states, answer = until_made(browse("office"), "/sheet/T03/2023-H1/paper.pdf?against=target")

    assert states[-1] == 503
    assert "The paper could not be made." in answer.content.decode()


def test_paper_that_fails_on_a_full_disk_is_told_once_and_not_begun_for_ever(
    browse: Browse, demo: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is room for the sign of work and for nothing after it: neither the paper nor a sign that it failed."""
    folder = Path(demo.environment["HEADROPE_HOME"]) / "press"
    begun: list[object] = []
    ended = threading.Event()

    def full(*_given: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    class Failing:
        def made(self, order: Order) -> bytes:
            begun.append(order)
            return b"paper"

    run = waiting._make

    def watched(*given: Any) -> None:
        try:
            run(*given)
        finally:
            ended.set()

    monkeypatch.setattr(waiting, "kept", full)
    monkeypatch.setattr(Path, "touch", full)
    monkeypatch.setattr(waiting, "_make", watched)
    monkeypatch.setattr(views, "press", Failing())
    browser, address = browse("office"), "/sheet/T03/2023-H1/paper.pdf?scale=bn"

    first = browser.get(address, headers=ASYNC).status_code
    assert ended.wait(60)
    second = browser.get(address, headers=ASYNC)

    assert (first, second.status_code, len(begun)) == (202, 503, 1)
    assert "The paper could not be made." in second.content.decode()
    assert list(folder.iterdir()) == []


def test_paper_whose_maker_is_lost_is_begun_again(browse: Browse, demo: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that has ended leaves its sign behind."""
    folder, address = Path(demo.environment["HEADROPE_HOME"]) / "press", "/sheet/T03/2023-H1/paper.pdf?scale=1"
    monkeypatch.setattr(waiting, "Thread", lambda **_given: Mock())
    browser = browse("office")
    browser.get(address, headers=ASYNC)
    (sign,) = folder.iterdir()
    waits = browser.get(address, headers=ASYNC).status_code

    os.utime(sign, (0, 0))
    monkeypatch.undo()
    states, _answer = until_made(browser, address)

    assert (waits, states[-1]) == (202, 200)
    assert list(folder.iterdir()) == []


def test_name_of_the_file_may_have_any_letters() -> None:
    assert _disposition('华东/"1" 2023-H1 sheet.pdf') == (
        "attachment; filename*=utf-8''%E5%8D%8E%E4%B8%9C%201%202023-H1%20sheet.pdf"
    )


def test_pages_link_to_their_papers(browse: Browse) -> None:
    browser = browse("office")

    found = [re.findall(r'href="([^"]*paper\.[a-z]+[^"]*)"', browser.get(f"{page}?scale=k").content.decode()) for page in ("/sheet/T03/2023-H1/", "/review/T/2023-H1/")]  # fmt: skip

    assert found == [
        ["/sheet/T03/2023-H1/paper.pdf?scale=k", "/sheet/T03/2023-H1/paper.docx?scale=k"],
        ["/review/T/2023-H1/paper.pdf?scale=k", "/review/T/2023-H1/paper.docx?scale=k"],
    ]
