"""Sentences on a cascade in the active language: why a unit gets its share, and which bounds clash."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import get_language, gettext

from headrope.core.cascade.bounds import Bound, Conflict, Kind
from headrope.core.cascade.reasons import Reason
from headrope.core.display import decimal
from headrope.targets.folder import Units
from headrope.targets.steps import Steps

MOST_NAMED = 20
SEEN = 0.001
"""Rounding that is a smaller part of the value goes without saying."""


class Wording:
    """The words for one cascade of these units, counted in these steps, in the active language."""

    def __init__(self, units: Units, steps: Steps) -> None:
        self.units, self.steps = units, steps
        self.language = get_language() or "en"

    def name(self, row: int) -> str:
        """The unit's name, or its code where it has none."""
        return self.units.units[row].shown_name(self.language)

    def per_cent(self, share: float) -> str:
        """A share as per cent."""
        space = "" if self.language.startswith("zh") else "\N{NARROW NO-BREAK SPACE}"
        return f"{decimal(share * 100, 1)}{space}%"

    def reason(self, reason: Reason) -> str:
        """Why the unit gets what it gets, in one sentence; a second one where rounding can be seen."""
        sentence = self._why(reason)
        if not reason.rounding or abs(reason.rounding) < SEEN * abs(reason.value):
            return sentence
        text = gettext("Rounded up by %(amount)s.") if reason.rounding > 0 else gettext("Rounded down by %(amount)s.")
        rounded = text % {"amount": _two_digits(abs(self.steps.number(reason.rounding)))}
        return sentence + ("" if self.language.startswith("zh") else " ") + rounded

    def _why(self, reason: Reason) -> str:
        if reason.kind == "total":
            return gettext("The total that is split.")
        if reason.kind == "sum":
            return gettext("The sum of the units below; no bound of its own stops it.")
        if reason.bound is not None:
            return self._stopped(reason)
        if reason.kind == "idle":
            return gettext("Without weight it keeps its base of %(base)s.") % {"base": self.steps.show(reason.value)}
        if reason.kind == "even":
            text = gettext(
                "All weights are exhausted: every unit without weight and bound gets %(part)s beside its base."
            )
            return text % {"part": self.steps.show(reason.level)}
        return self._filled(reason)

    def _stopped(self, reason: Reason) -> str:
        texts = {
            "floor": (
                gettext("At its floor of %(bound)s; without it %(free)s."),
                gettext("At its floor of %(bound)s."),
            ),
            "cap": (gettext("At its cap of %(bound)s; without it %(free)s."), gettext("At its cap of %(bound)s.")),
            "hold": (gettext("Held at %(bound)s; without that %(free)s."), gettext("Held at %(bound)s.")),
        }
        assert reason.bound is not None
        values = {"bound": self.steps.show(reason.bound.amount)}
        if reason.free is None:
            return texts[reason.kind][1] % values
        return texts[reason.kind][0] % (values | {"free": self.steps.show(reason.free)})

    def _filled(self, reason: Reason) -> str:
        """A leaf that no bound of its own stops."""
        base, growth = reason.base or 0.0, reason.level * (self.units.weight_of_base or 0.0)
        values = {
            "growth": self.per_cent(abs(growth)),
            "level": self._level(reason.level * float(self.steps.size)),
            "base": self.steps.show(base),
            "unit": self.name(reason.source),
        }
        if base > 0 and self.units.weight_of_base:
            all_of_it = (
                gettext("Grows by %(growth)s like all units that no bound stops."),
                gettext("Grows by %(growth)s like all units below %(unit)s that no other bound stops."),
            )
            if growth < 0:
                all_of_it = (
                    gettext("Falls by %(growth)s like all units that no bound stops."),
                    gettext("Falls by %(growth)s like all units below %(unit)s that no other bound stops."),
                )
        elif base and self.units.weight_of_base:
            all_of_it = (
                gettext("Its base of %(base)s rises by %(growth)s of its size, like all that no bound stops."),
                gettext("Its base of %(base)s rises by %(growth)s of its size, like all below %(unit)s that no other bound stops."),
            )  # fmt: skip
            if growth < 0:
                all_of_it = (
                    gettext("Its base of %(base)s falls by %(growth)s of its size, like all that no bound stops."),
                    gettext("Its base of %(base)s falls by %(growth)s of its size, like all below %(unit)s that no other bound stops."),
                )  # fmt: skip
        elif base:
            all_of_it = (
                gettext("Its base of %(base)s and %(level)s for each unit of weight, like all that no bound stops."),
                gettext("Its base of %(base)s and %(level)s for each unit of weight, like all below %(unit)s that no other bound stops."),
            )  # fmt: skip
        else:
            all_of_it = (
                gettext("%(level)s for each unit of weight, like all units that no bound stops."),
                gettext("%(level)s for each unit of weight, like all units below %(unit)s that no other bound stops."),
            )
        return all_of_it[reason.kind == "below"] % values

    def _level(self, level: float) -> str:
        """A level with about four digits."""
        size = abs(level)
        digits = 0 if size >= 1000 else 2 if size >= 10 else 4
        return decimal(level, digits) if size >= 0.001 or not size else f"{level:.3g}"

    # Conflicts

    def bound(self, kind: Kind, amount: int) -> str:
        """A bound with its amount."""
        texts = {
            "floor": gettext("the floor of %(amount)s"),
            "cap": gettext("the cap of %(amount)s"),
            "hold": gettext("the hold of %(amount)s"),
            "total": gettext("the total of %(amount)s"),
        }
        return texts[kind] % {"amount": self.steps.show(amount)}

    def conflict(self, conflict: Conflict) -> str:
        """Which bounds clash, and by how much."""
        first, others = conflict.bounds[0], conflict.bounds[1:]
        values = {
            "unit": self.name(conflict.row),
            "first": self.bound(first.kind, first.amount),
            "by": self.steps.show(conflict.by),
            "others": self._listed(others),
        }
        if others[0].row == conflict.row:
            text = gettext("%(unit)s: %(first)s is %(by)s more than %(second)s.")
            return text % (values | {"second": self.bound(others[0].kind, others[0].amount)})
        if first.amount < sum(bound.amount for bound in others):
            text = gettext("%(unit)s: %(first)s is %(by)s less than units below must get: %(others)s.") % values
        else:
            text = gettext("%(unit)s: %(first)s is %(by)s more than units below may get: %(others)s.") % values
        if conflict.in_all > conflict.by:
            more = gettext("With all bounds below it is %(in_all)s.") % {"in_all": self.steps.show(conflict.in_all)}
            text += more if self.language.startswith("zh") else f" {more}"
        return text

    def _listed(self, bounds: Sequence[Bound]) -> str:
        chinese = self.language.startswith("zh")
        named = [
            gettext("%(unit)s %(bound)s") % {"unit": self.name(each.row), "bound": self.bound(each.kind, each.amount)}
            for each in bounds[:MOST_NAMED]
        ]
        if len(bounds) > MOST_NAMED:
            named.append(gettext("and %(count)s more") % {"count": f"{len(bounds) - MOST_NAMED:,}"})
        return ("、" if chinese else ", ").join(named)

    def broken(self, row: int, share: int, by: int) -> str:
        """A tier that cannot hand its share down."""
        values = {"unit": self.name(row), "share": self.steps.show(share), "by": self.steps.show(abs(by))}
        if by > 0:
            return (
                gettext("Tier by tier %(unit)s gets %(share)s, and the floors of its children are %(by)s above that.")
                % values
            )
        return (
            gettext("Tier by tier %(unit)s gets %(share)s, and the caps of its children are %(by)s short of that.")
            % values
        )


def _two_digits(value: float) -> str:
    """A small amount with two digits that count."""
    return f"{Decimal(f'{value:.2g}'):,f}"
