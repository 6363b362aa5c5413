"""How figures are worded: in which scale, with which unit of account, and what periods and versions are called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import get_language

from headrope.core.display import (
    UNIT,
    Formatter,
    Number,
    Scale,
    Shown,
    Style,
    decimal,
    digits_for,
    fitting_scale,
    scale_of,
    scales,
)
from headrope.core.periods import Period, name, year_of
from headrope.ledger.queries import LAST_YEAR, LedgerSettings, MeasureInfo
from headrope.ledger.said import gettext, pgettext
from headrope.org.queries import Node

SHARES = ("%", "share")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class FigureWording:
    """Words and figures of one ledger in the active language and in one scale.

    `largest_money` is the largest money figure of a year, in units of account, from which the scale is chosen where
    `scale_key` (1, k, m, bn) does not name one; `style` says whether large money is counted by thousands or by 万 and 亿.
    """

    def __init__(
        self, ledger: LedgerSettings, largest_money: float, scale_key: str | None = None, style: Style = "auto"
    ) -> None:
        self.ledger = ledger
        self.language = get_language() or "en"
        self.scales = scales(self.language, style)
        scale = scale_of(scale_key or fitting_scale(largest_money), self.language, style) or UNIT
        self.format = Formatter(self.language, scale)
        self._alike: dict[int, Shown] = {}  # of the measures whose figures are all shown alike

    @property
    def scale_name(self) -> str:
        """The unit that money is shown in, such as CNY million."""
        return self.scale_text(self.format.scale)

    def scale_text(self, scale: Scale) -> str:
        """A scale's name: CNY million, 10 thousand yuan, 亿元."""
        counted = scale.name.startswith("10") and self.currency == "CNY"
        return gettext(scale.name) % {"currency": gettext("yuan") if counted else self.currency}

    @property
    def currency(self) -> str:
        """The currency's code, or its usual name in Chinese."""
        chinese = self.language.startswith("zh") and self.ledger.currency == "CNY"
        return "元" if chinese else self.ledger.currency

    def name(self, named: Node | MeasureInfo) -> str:
        """The name of a unit or measure."""
        return named.shown_name(self.language)

    # Figures

    def shown(self, info: MeasureInfo, *values: int | float | None) -> Shown:
        """How figures of this measure that stand side by side are shown."""
        alike = self._alike.get(info.id)
        if alike is not None:
            return alike
        quantity = info.rule.quantity
        if info.rule.exact or self.money(info):
            exponent = quantity.step_exponent if info.rule.exact else 0
            alike = self._alike[info.id] = Shown(self.money(info), info.rule.exact, exponent, False, 0)
            return alike
        known = [float(value) for value in values if value is not None]
        if info.account in SHARES:
            digits = 2 if known and min(map(abs, known)) >= 0.95 else 1
            # A gate knows nothing between met and not: what just misses it must not print as if it were there.
            if info.rule.direction == "gate":
                return Shown(False, False, 0, True, _telling(known, digits, 4) or 4)
            # Of the others the actual figure and its plan, which stand last, are told apart where one digit more does it.
            return Shown(False, False, 0, True, _telling(known[-2:], digits, digits + 1) or digits)
        if exponent := self._exponent(info, known):
            plain = all(abs(value) >= 10 ** (exponent + 2) or value % 10**exponent == 0 for value in known)
            return Shown(False, False, 0, False, 0 if plain else 1, exponent)
        return Shown(False, False, 0, False, max(map(digits_for, known), default=0))

    def _exponent(self, info: MeasureInfo, known: Sequence[float]) -> int:
        """The power of ten in which money for each of something is shown, where the page counts money in more than ones."""
        if not info.account.startswith(f"{self.ledger.currency} ") or not self.format.scale.exponent:
            return 0
        exponent = self.scales[1].exponent if self.language.startswith("zh") else 3
        return exponent if max(map(abs, known), default=0) >= 10 ** (exponent + 1) else 0

    def money(self, info: MeasureInfo) -> bool:
        """Whether its figures are amounts of the ledger's currency, shown in the page's scale."""
        if info.rule.exact:
            return info.rule.quantity.kind == "money"
        return info.rule.kind in ("formula", "average") and info.account == self.ledger.currency

    def account(self, info: MeasureInfo) -> str:
        """The unit of account where it is not the page's own; per cent for shares."""
        if info.account in SHARES:
            return "%"
        if self.money(info):
            return "" if info.account in ("", self.ledger.currency) else info.account
        return gettext(info.account) if info.account else ""

    def figure(
        self, info: MeasureInfo, value: int | float | None, *beside: int | float | None, sign: bool = False
    ) -> str:
        """A figure in its column, without unit; a dash where there is none."""
        if value is None:
            return "\N{EN DASH}"
        return self.format.figure(
            self.shown(info, value, *beside) if not sign else self.shown(info, *(beside or (value,))), value, sign
        )

    def number(self, info: MeasureInfo, value: int | float, *beside: int | float | None, sign: bool = False) -> Number:
        """The same as `figure`, for a spreadsheet."""
        around = (beside or (value,)) if sign else (value, *beside)
        return self.format.number(self.shown(info, *around), value, sign)

    def scaled(self, info: MeasureInfo, value: int | float) -> float:
        """The same as a number of the page's scale, for a picture."""
        return float(self.format.scaled(self.shown(info, value), value))

    def odds(self, probability: float) -> str:
        """The odds of a target: < 1 %, 23 %, > 99 %; one way of saying them on pages, in commands and on paper."""
        return self.format.odds(probability)

    def spoken(self, info: MeasureInfo, value: int | float, *beside: int | float | None) -> str:
        """A figure as it stands in a sentence, without sign, with its unit.

        Money that would be nothing in the scale of the page is told in a smaller one.
        """
        shown = self.shown(info, *(beside or (value,)))
        text = self.format.figure(shown, abs(value))
        if info.account in SHARES:
            return text + ("%" if self.language.startswith("zh") else "\N{NARROW NO-BREAK SPACE}%")
        if not self.money(info):
            return text
        scale = self.format.scale
        for smaller in reversed([each for each in self.scales if each.exponent < scale.exponent]):
            if not value or text.strip("0.,"):
                break
            scale, text = smaller, Formatter(self.language, smaller).figure(shown, abs(value))
        if self.language.startswith("zh"):
            return text + self.scale_text(scale)
        if scale is not self.format.scale and not scale.exponent:
            return f"{self.scale_text(scale)}\N{NO-BREAK SPACE}{text}"  # a bare number would be taken for millions
        return pgettext("amount", scale.spoken) % {"n": text}

    def points(self, info: MeasureInfo, value: float, *beside: int | float | None) -> str:
        """A difference of shares in words, with the digits of what stands beside it; of anything else as `spoken`."""
        if info.account in SHARES:
            shown = self.shown(info, *(beside or (value,)))
            return gettext("%(n)s points") % {"n": self.format.figure(shown, abs(value))}
        return self.spoken(info, value)

    # Days, periods and versions

    @staticmethod
    def day(day: date) -> str:
        """A day in words: 14 Jul 2023, 2023年7月14日."""
        values = {"day": day.day, "month": gettext(MONTHS[day.month - 1]), "year": day.year}
        return pgettext("day", "%(day)s %(month)s %(year)s") % values

    def period(self, period: Period) -> str:
        """The period in words, such as Jan–Jun 2023."""
        first_year, first = divmod(period.start, 12)
        last_year, last = divmod(period.end - 1, 12)
        months = MONTHS
        if period.span == 1:
            return pgettext("period", "%(month)s %(year)s") % {"month": gettext(months[first]), "year": first_year}
        if period.span == 12 and first == 0:
            return pgettext("period", "year %(year)s") % {"year": first_year}
        values = {"a": pgettext("from", months[first]), "b": gettext(months[last]), "ya": first_year, "yb": last_year}
        if first_year == last_year:
            return pgettext("period", "%(a)s–%(b)s %(yb)s") % values
        return pgettext("period", "%(a)s %(ya)s–%(b)s %(yb)s") % values

    def year(self, period: Period) -> str:
        """The (fiscal) year in which the period ends, such as 2023 or FY2023-24."""
        start = self.ledger.fiscal_start
        return name(year_of(period.end - 1, start), start)

    def against(self, version: str) -> str:
        """What the figures are held against, in words."""
        if version == "target":
            return gettext("plan")
        if version == LAST_YEAR:
            return gettext("last year")
        if version == "budget":
            return gettext("budget")
        return gettext("landing") if version == "landing" else version.replace("_", " ")


def _telling(shares: Sequence[float], digits: int, most: int) -> int | None:
    """As many digits of per cent as tell different shares apart, from `digits` to `most`; None where these do not."""
    different = set(shares)
    told = (len({decimal(share * 100, each) for share in different}) for each in range(digits, most + 1))
    return next((digits + more for more, count in enumerate(told) if count == len(different)), None)
