"""The conferences of the example group: that of January with its orders, and the half-year conference of July, prepared."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from headrope.core.periods import parse
from headrope.demo.prose import Prose
from headrope.demo.units import PLACED
from headrope.meetings.actions import About, make_meeting
from headrope.meetings.models import Item, Meeting, NoteKind, NoteState
from headrope.meetings.notes import NoteGiven, write
from headrope.org.models import User
from headrope.org.queries import unit_ids

HELD: Final = (date(2023, 1, 18), date(2023, 7, 14))
SECONDS: Final = 360
NINE: Final = 9 * 60


class Said(NamedTuple):
    """What a company was told in January: to whom, by when, and what became of it."""

    unit: str
    kind: NoteKind
    words: Prose
    to: str = ""
    due: date | None = None
    remark: Prose = Prose()
    done: bool = False


JANUARY: Final = (
    Said(
        "T03", NoteKind.ORDER, Prose("Close the idle forging line", "关停闲置锻造线"),
        "fang.zhiqiang", date(2023, 5, 31), Prose("closed 30 May by supervision", "5月30日督办办结"), True,
    ),
    Said(
        "T03", NoteKind.ORDER, Prose("Sell the Nanwan workshop, 62 million", "处置南湾厂房：0.62亿元"),
        "fang.zhiqiang", date(2023, 6, 29), Prose("buyer withdrew", "买方退出"),
    ),
    Said(
        "T03", NoteKind.ORDER, Prose("Bring receivables under 547 million", "应收账款降至5.47亿元以下"),
        "fang.zhiqiang", date(2023, 9, 30), Prose("607, was 622", "现6.07亿元，原6.22亿元"),
    ),
    Said("T01", NoteKind.PRAISE, Prose("The best orders of five years, and paid for", "新签订单五年来最好，货款也收了回来")),
    Said(
        "T06", NoteKind.ORDER, Prose("Copper is hedged before a price is offered", "报价之前先做铜的套期保值"),
        "meng.qi", date(2023, 3, 31), Prose("rule in force since 20 March", "3月20日起执行"), True,
    ),
    Said("T09", NoteKind.PROBLEM, Prose("Dealers hold four months of cranes", "经销商手里的起重机够卖四个月")),
    Said(
        "T09", NoteKind.ORDER, Prose("Dealers' stocks under two months", "经销商库存降到两个月以内"),
        "jiang.bo", date(2023, 8, 31), Prose("2.6 months in June", "6月为2.6个月"),
    ),
    Said(
        "T11", NoteKind.ORDER, Prose("Figures come by the fifth working day", "每月第5个工作日前报数"),
        "tang.rui", date(2023, 2, 28), Prose("late again in June", "6月又迟报"),
    ),
)  # fmt: skip


def make_conferences(by: User, language: str = "en") -> None:
    """Make both conferences, their notes in `en` or `zh`; does nothing more where there is a meeting already."""
    if Meeting.objects.exists():
        return
    ids = unit_ids()
    units = [ids[unit.code] for unit in PLACED if unit.parent == "T"]
    january = About("annual", HELD[0], SECONDS, NINE)
    july = About("half-year", HELD[1], SECONDS, NINE)
    number = make_meeting(by=by, unit=ids["T"], period=parse("2022"), about=january, units=units).number
    assert number is not None
    items = dict(Item.objects.filter(meeting_id=number).values_list("unit_id", "id"))
    for place, said in enumerate(JANUARY):
        _write(by, number, items[ids[said.unit]], place, said, language)
    make_meeting(by=by, unit=ids["T"], period=parse("2023-H1"), about=july, units=units)


def _write(by: User, number: int, item: int, place: int, said: Said, language: str) -> None:
    """The note as it was settled, and what became of it since."""
    key, words, remark = _key(place), said.words.told(language), said.remark.told(language)
    given = NoteGiven(key, item, 0, said.kind, words, said.to, said.due, NoteState.SETTLED, remark)
    written = write(by=by, meeting=number, given=given, spare=_key(place + len(JANUARY)))
    assert not written.problems
    if said.done:
        done = NoteGiven(key, item, 1, said.kind, words, said.to, said.due, NoteState.DONE, remark)
        write(by=by, meeting=number, given=done, spare=key)


def _key(place: int) -> UUID:
    """The same keys each time."""
    return uuid5(NAMESPACE_URL, f"headrope demo note {place}")
