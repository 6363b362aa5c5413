"""One answer as it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.review.gaps.answers import Answer
from headrope.review.gaps.cause import Cause
from headrope.review.gaps.causes import path_name
from headrope.review.gaps.queries import GapRow
from headrope.web.gaps.asked import Request
from headrope.web.gaps.wording import GapWording


@dataclass(slots=True)
class Said:
    """An answer: of what, the words, causes and months with amounts, whys, files, and by whom."""

    title: str
    words: str
    causes: list[tuple[str, str]]
    months: list[tuple[str, str]]
    total: str
    whys: list[str]
    files: list[tuple[str, str, str]]
    by: str
    on_behalf: bool
    version: int
    href: str


def said(row: GapRow, gaps: GapWording, causes: Mapping[str, Cause], made: Request) -> Said:
    """The answer of a row of the list."""
    assert row.answer is not None
    href = made.address.other(row.unit.code, row.info.code)
    title = f"{gaps.wording.name(row.unit)} · {gaps.wording.name(row.info)}"
    return said_answer(title, row.answer, row.info, gaps, (causes, made, row.unit.code, href))


def said_answer(
    title: str,
    answer: Answer,
    info: MeasureInfo,
    gaps: GapWording,
    around: tuple[Mapping[str, Cause], Request, str, str],
) -> Said:
    """An answer with its title; `around` are the causes, the request, the unit's code and the address of the gap."""
    causes, made, unit, href = around
    wording = gaps.wording
    parts = [
        (path_name(part.code, causes, wording.language), "" if part.amount is None else gaps.amount(info, part.amount))
        for part in answer.causes
    ]
    months = [(wording.period(month), gaps.amount(info, amount)) for month, amount in answer.months]
    files = [
        (file.name, made.address.other(unit, info.code, "files", str(file.id)), file.sha256[:12])
        for file in answer.evidence
    ]
    day = wording.day(answer.at.astimezone(made.visit.ledger.zone).date())
    values = {"by": answer.by.shown_name(wording.language), "day": day}
    return Said(
        title,
        answer.words,
        parts,
        months,
        gaps.amount(info, answer.promised) if answer.months else "",
        list(answer.whys),
        files,
        _("%(by)s, %(day)s") % values,
        answer.on_behalf,
        answer.row_version,
        href,
    )
