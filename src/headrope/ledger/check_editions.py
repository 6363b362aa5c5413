"""Editions of checks: what was ever known of them, and how they are replaced."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import QuerySet

from headrope.core.checks.check import Check
from headrope.core.checks.rows import check_row, read_check
from headrope.core.problems import Problem
from headrope.journal.editions import replace_rows
from headrope.ledger.models import CheckEdition


def check_text(check: Check) -> str:
    """The check as JSON: its cells of checks.csv that are not empty, the same text for the same check."""
    return json.dumps({column: text for column, text in check_row(check).items() if text}, ensure_ascii=False)


def check_of(text: str) -> Check:
    """The check of such a text; a ValueError when it is none."""
    problems: list[Problem] = []
    check = read_check("", json.loads(text), problems.append)
    if check is None:
        raise ValueError(f"no check: {'; '.join(map(str, problems))}")
    return check


def check_editions(query: QuerySet[CheckEdition]) -> Iterator[tuple[int, Check, int, int | None]]:
    """Of each row its id, what it says, and the postings it holds between; one statement."""
    for row in query:
        yield row.pk, check_of(row.row), row.seq_from, row.seq_to


def check_history() -> list[tuple[str, Check, int, int | None]]:
    """Every edition there ever was by check; one statement."""
    rows = check_editions(CheckEdition.objects.order_by("code", "seq_from"))
    return [(check.code, check, first, last) for _, check, first, last in rows]


def set_checks(checks: Mapping[str, Sequence[Check]], seq: int) -> None:
    """Let the rows be what there is of these checks from the posting `seq` on; part of its transaction."""
    open_now = CheckEdition.objects.filter(seq_to=None).values_list("id", "code", "row")
    held = {(code, row): pk for pk, code, row in open_now if code in checks}
    wanted = {
        (code, text): CheckEdition(code=code, seq_from=seq, row=text)
        for code, rows in checks.items()
        for text in map(check_text, rows)
    }
    replace_rows(CheckEdition, held, wanted, seq)
