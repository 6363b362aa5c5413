"""Reads holdings.csv and segments.csv: who holds which share of whom, and which units make up a segment."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

from headrope.core.holdings import Holding
from headrope.core.problems import Problem
from headrope.core.unit_rules import Member
from headrope.core.vintages import Said
from headrope.ledger.folder.rows import Gathered, Row, read_days, read_rows, with_last_days
from headrope.ledger.folder.tables import Report

HOLDINGS, SEGMENTS = "holdings.csv", "segments.csv"
HOLDING_COLUMNS = ("owner", "held", "share"), ("from", "to", "vintage", "state")
SEGMENT_COLUMNS = ("segment", "unit"), ("from", "to", "vintage", "state")
LARGEST = 10**18
_SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%|([0-9]+(?:\.[0-9]+)?)|([0-9]+)\s*/\s*([0-9]+)")


def read_share(text: str) -> Fraction | None:
    """The exact share written as 51 %, 0.51 or 51/100; None for anything else."""
    found = _SHARE.fullmatch(text)
    if found is None or len(text) > 40:
        return None
    percent, decimal, above, below = found.groups()
    if percent:
        share = Fraction(percent) / 100
    elif decimal:
        share = Fraction(decimal)
    elif int(below):
        share = Fraction(int(above), int(below))
    else:
        return None
    return share if max(share.numerator, share.denominator) <= LARGEST else None


def read_holdings(folder: Path, report: Report, today: date) -> list[Said[str, Holding]]:
    """What holdings.csv says of each held unit; nothing without the file."""
    gathered: Gathered[str, Holding] = Gathered(("held",), today, report)
    for where, row in read_rows(folder / HOLDINGS, HOLDING_COLUMNS, report):
        gathered.take(where, row, row["held"], lambda where, row: _holding(where, row, report))
    return gathered.said(lambda rows: sorted(with_last_days(rows, lambda row: (row.owner, row.held)), key=share_order))


def _holding(where: str, row: Row, report: Report) -> Holding | None:
    share = read_share(row["share"])
    days = read_days(where, row, report)
    if share is None:
        remedy = "Write it like 51 %%, 0.51 or 51/100."
        report(Problem(where, "'%(share)s' is not a share.", remedy, {"share": row["share"][:60]}))
        return None
    return Holding(row["owner"], row["held"], share.numerator, share.denominator, *days, where)


def share_order(row: Holding) -> tuple[date, str]:
    """Shares in one unit stand in the order of their first days, then owners."""
    return row.valid_from, row.owner


def read_segments(folder: Path, report: Report, today: date) -> list[Said[str, Member]]:
    """What segments.csv says of each segment; nothing without the file."""
    gathered: Gathered[str, Member] = Gathered(("segment",), today, report)
    for where, row in read_rows(folder / SEGMENTS, SEGMENT_COLUMNS, report):
        gathered.take(where, row, row["segment"], lambda where, row: _member(where, row, report))
    return gathered.said(
        lambda rows: sorted(with_last_days(rows, lambda row: (row.segment, row.unit)), key=member_order)
    )


def _member(where: str, row: Row, report: Report) -> Member:
    return Member(row["segment"], row["unit"], *read_days(where, row, report), where)


def member_order(row: Member) -> tuple[date, str]:
    """Members of one segment stand in the order of their first days, then codes."""
    return row.valid_from, row.unit
