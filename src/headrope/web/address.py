"""Addresses of a page's links, made by putting texts together: a page has hundreds of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from urllib.parse import quote as quoted
from urllib.parse import urlencode

from markupsafe import Markup

from headrope.core.periods import Period, name
from headrope.ledger.queries import LAST_YEAR
from headrope.review.ref import Ref

OF_THE_RANKING = ("measure", "tier", "order", "where", "threshold", "all")
Query = tuple[tuple[str, str], ...]

# The same few hundred codes come again on every page.
quote = lru_cache(maxsize=8192)(quoted)


@dataclass(frozen=True)
class Address:
    """The coordinates of a review: unit, period, and in `query` what was asked for beyond them."""

    unit: str
    period: Period
    fiscal_start: int
    query: Query = ()

    def period_text(self, period: Period) -> str:
        """A period as it stands in addresses."""
        return name(period, self.fiscal_start)

    def review(self, unit: str | None = None, period: Period | None = None) -> str:
        """The same page of another unit or period."""
        start = f"/review/{quote(unit)}/" if unit else self._start
        return f"{start}{self.period_text(period) if period else self._period}/{self.tail}"

    def with_(self, **changes: str | Sequence[str] | None) -> str:
        """This page with some of its questions changed; None takes one away."""
        kept = [(key, value) for key, value in self.query if key not in changes]
        for key, value in changes.items():
            kept += [(key, each) for each in ([value] if isinstance(value, str) else value or ())]
        return f"{self._start}{self._period}/{f'?{urlencode(kept)}' if kept else ''}"

    def for_others(self) -> Address:
        """What stays in force when one goes to another unit."""
        return replace(self, query=tuple((k, v) for k, v in self.query if k not in OF_THE_RANKING or k == "measure"))

    @cached_property
    def _start(self) -> str:
        return f"/review/{quote(self.unit)}/"

    @cached_property
    def _period(self) -> str:
        return self.period_text(self.period)

    @cached_property
    def _of_units(self) -> dict[str, Origins]:
        return {}

    @cached_property
    def tail(self) -> str:
        """The questions as the end of an address."""
        return f"?{urlencode(self.query)}" if self.query else ""

    def origins(self, unit: str | None = None, like: int | None = None) -> Origins:
        """Addresses of the origins of one unit's figures; `like`: those of last year are over the tree of that month."""
        kept = {key: value for key, value in self.query if key in ("known", "tree")}
        return Origins(unit or self.unit, self.fiscal_start, kept, like)

    def restated(self) -> str:
        """What was restated of the unit's figures for the period, as known on the same day."""
        kept = [pair for pair in self.query if pair[0] == "known"]
        place = f"/origin/{quote(self.unit)}/{self.period_text(self.period)}/restated/"
        return f"{place}?{urlencode(kept)}" if kept else place

    def ref(self, ref: Ref) -> str:
        """Where a number's story stands: its origin, or the answer to the gap."""
        if ref.section != "answer":
            found = self._of_units.get(ref.unit)
            if found is None:
                found = self._of_units[ref.unit] = self.origins(ref.unit)
            return found.ref(ref)
        kept = [(key, value) for key, value in (("against", ref.against), *self.query) if key in ("against", "known")]
        place = f"/gaps/{quote(ref.unit)}/{self.period_text(ref.period)}/{quote(ref.measure)}/"
        return f"{place}?{urlencode(dict(kept))}" if kept else place


class Origins:
    """Makes the addresses of one unit's figures; the parts that repeat are written once."""

    def __init__(
        self, unit: str, fiscal_start: int, kept: Mapping[str, str] | None = None, like: int | None = None
    ) -> None:
        self._start = f"/origin/{quote(unit)}/"
        self._fiscal_start = fiscal_start
        self._kept = kept or {}
        self._like = like
        self._periods: dict[Period, str] = {}
        self._tails: dict[tuple[str | None, int | None], str] = {}

    def of(
        self, measure: str, period: Period, version: str, against: str | None = None, like: int | None = None
    ) -> Markup:
        """The origin of a figure; `against` names the version that it is held against there, `like` the month of its tree."""
        if version == LAST_YEAR:
            version, period, like = "actual", period.shifted(-12), like if like is not None else self._like
        tail = self._tails.get((against, like))
        if tail is None:
            tail = self._tails[against, like] = self._tail(against, like)
        text = self._periods.get(period)
        if text is None:
            text = self._periods[period] = name(period, self._fiscal_start)
        # Every part is quoted, so that nothing is left to escape: a page has hundreds of these.
        return Markup(f"{self._start}{quote(measure)}/{text}/{quote(version)}/{tail}")

    def _tail(self, against: str | None, like: int | None) -> str:
        over = name(Period(like, 1)) if like is not None else None
        asked = (("against", against), *self._kept.items(), ("like", over))
        tail = "&".join(f"{key}={quote(value)}" for key, value in asked if value)
        return f"?{tail}" if tail else ""

    def ref(self, ref: Ref) -> Markup:
        """The origin of a number in a sentence or a chart."""
        found = self.of(ref.measure, ref.period, ref.version, ref.against or None, ref.like)
        return Markup(f"{found}#{ref.section}") if ref.section else found
