"""The files of figures, told to people; the sheet of figures with a column for each period is one of them."""

from __future__ import annotations

from headrope.ledger.book import words
from headrope.ledger.book.columns import Column, File
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext

FIGURES = "figures"
"""The sheet with a column for each period, which is taken as rows of facts.csv."""


def _what() -> tuple[Column, Column]:
    return (
        words.unit("unit", pgettext("column", "Unit"), _("The code of the unit.")),
        Column("measure", pgettext("column", "Measure"), _("The code of the measure."), "measure", needed=True),
    )


def _version(needed: bool) -> Column:
    hint = _("actual, target, budget, landing, or a word of your own.")
    return Column("version", pgettext("column", "Version"), hint, "choice", needed, words.versions())


def _period() -> Column:
    hint = _("2023-06 a month, 2023-Q2 a quarter, 2023-H1 a half-year, 2023 a year.")
    return Column("period", pgettext("column", "Period"), hint, "period", needed=True)


def figures() -> File:
    """Figures with a column for each period."""
    return File(
        FIGURES,
        pgettext("file", "Figures"),
        _("Last year's figures: a row for each unit and measure, a column for each period. Write 2023-01 at its head."),
        (),
        (*_what(), _version(needed=False)),
        examples=(
            ("A1", "REV", "", "1000.00", "1100.50"),
            ("A1", "PROFIT", "", "100.00", "-12.00"),
            ("C", "REV", "target", "2000.00", "2000.00"),
        ),
    )


def facts() -> File:
    """Figures with a row for each."""
    return File(
        "facts",
        pgettext("file", "Figures, row by row"),
        _("The same with one figure in each row, for programs; leave it empty if you fill the figures sheet."),
        (),
        (
            *_what(),
            _period(),
            _version(needed=True),
            Column("value", pgettext("column", "Value"), _("The figure, in units of account."), "number"),
        ),
        ("vintage", "basis", "state", "reason"),
        (("A1", "REV", "2023-03", "actual", "1200.00"),),
    )


def eliminations() -> File:
    """What units' dealings with each other hold."""
    return File(
        "eliminations",
        pgettext("file", "Eliminations"),
        _("What the figures of a unit hold of its dealings with another; it is taken off their common total."),
        (),
        (
            words.unit("unit", pgettext("column", "Unit"), _("The code of the unit.")),
            words.unit("counterparty", pgettext("column", "Counterparty"), _("The code of the other unit.")),
            Column("measure", pgettext("column", "Measure"), _("The code of the measure."), "measure", needed=True),
            _period(),
            _version(needed=True),
            Column("amount", pgettext("column", "Amount"), _("In units of account."), "number"),
        ),
        ("vintage", "state", "reason"),
    )
