"""Addresses of sheets: like those of reviews, so that menus and periods lead from sheet to sheet."""

from __future__ import annotations

from functools import cached_property

from headrope.core.periods import Period
from headrope.web.address import Address, quote


class SheetAddress(Address):
    """The coordinates of a sheet."""

    def review(self, unit: str | None = None, period: Period | None = None) -> str:
        """The sheet of another unit or period."""
        start = f"/sheet/{quote(unit)}/" if unit else self._start
        return f"{start}{self.period_text(period or self.period)}/{self.tail}"

    @cached_property
    def _start(self) -> str:
        return f"/sheet/{quote(self.unit)}/"


def sheet_address(address: Address) -> SheetAddress:
    """The sheet's address with the questions of the review's that it takes over."""
    query = tuple(pair for pair in address.query if pair[0] in ("against", "known", "scale", "tree"))
    return SheetAddress(address.unit, address.period, address.fiscal_start, query)
