"""Where everything stands in the workbook, and how the figures of a measure are typed there; see docs/spec/workbook.md."""

from __future__ import annotations

from dataclasses import dataclass

from headrope.ledger.queries import MeasureInfo
from headrope.ledger.sheets.cells import cell_name
from headrope.ledger.submissions.lines import entry_exponent
from headrope.ledger.submissions.sheet import FIRST_ROW, Word
from headrope.ledger.wording import SHARES

MEASURE, ACCOUNT, ENTRY, NOTE, ANSWER, PREVIOUS, LAST_YEAR, TARGET, TO_DATE, TARGET_TO_DATE, CHECK, KEY = range(12)
"""Columns from 0. The last one is hidden and holds the code of each row's measure."""
HEAD_ROW = FIRST_ROW - 2
"""The row of the headings, from 0."""
KEYS_SHEET = "headrope"
KEY_HEAD = "headrope: measure"
"""Heading of the hidden column, by which it is found where columns or rows were moved."""

LONGEST_RAW, LONGEST_NOTE, LONGEST_ANSWER = 200, 1000, 1000
"""Characters that a submission keeps."""

WORDS: dict[Word, tuple[str, ...]] = {
    "unknown": ("unknown", "未知"),
    "not-applicable": ("not applicable", "不适用", "not-applicable"),
}
"""What may be written in place of a figure: in English, in Chinese, and otherwise."""


def word_of(text: str) -> Word:
    """The word that a cell's text says in place of a figure, if any."""
    said = " ".join(text.split()).casefold()
    return next((word for word, texts in WORDS.items() if said in texts), "")


def place_name(sheet: str, row: int, column: int) -> str:
    """A cell as problems name it, such as Figures!C14; row and column from 0."""
    return f"{sheet}!{cell_name(row, column)}"


@dataclass(frozen=True)
class TypedAs:
    """How figures of a measure are typed: a text counts 10**exponent units of account.

    Per cent a number cell holds the share itself, since spreadsheets show it per cent; else it holds what the text says.
    `decimals` are those of an exact measure, None for any other.
    """

    exponent: int
    per_cent: bool
    decimals: int | None

    @property
    def cell_exponent(self) -> int:
        """The power of ten of units of account that a number cell counts."""
        return 0 if self.per_cent else self.exponent

    @property
    def number_format(self) -> str:
        """How a spreadsheet shows such figures."""
        if self.per_cent:
            return "0.00##%"
        if self.decimals is None:
            return "#,##0.00####"
        if self.decimals <= 0:
            return "#,##0"
        shown = min(self.decimals, 2)
        return "#,##0." + "0" * shown + "#" * (self.decimals - shown)

    @property
    def beside_format(self) -> str:
        """How it shows figures that nobody types: decimals under each other, the cell keeps all digits."""
        if self.per_cent:
            return "0.00%"
        return self.number_format.rstrip("#") if self.decimals else self.number_format


def typed_as(info: MeasureInfo, scale: int, money: bool = False) -> TypedAs:
    """How the measure's figures are typed where money is typed in 10**scale units of the currency.

    `money`: a computed measure is an amount of the currency, too.
    """
    exponent, quantity = scale if money else entry_exponent(info, scale), info.rule.quantity
    per_cent = info.account in SHARES and exponent == -2
    return TypedAs(exponent, per_cent, exponent - quantity.step_exponent if quantity.exact else None)
