"""A landing in plain sentences, in the active language."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from headrope.core.display import MINUS, Style
from headrope.core.landing.odds import Odds
from headrope.core.landing.reasons import Reason
from headrope.landing.answers import MeasureLanding, UnitLanding
from headrope.ledger.cube.shaping import step_of
from headrope.ledger.queries import LedgerSettings, MeasureInfo
from headrope.ledger.wording import FigureWording

LEAST_SHOWN = 100
"""A landing with fewer digits than this in the group's scale would lose what its sentence compares."""
NOTABLE = 0.05
"""What two units must fail together beyond chance to be named."""


class LandingWording(FigureWording):
    """Words and figures of landings."""

    def __init__(
        self, ledger: LedgerSettings, largest_money: float, scale_key: str | None = None, style: Style = "auto"
    ) -> None:
        super().__init__(ledger, largest_money, scale_key, style)
        self._style: Style = style
        # Unless a scale was asked for, a unit that is small in the group's has one that fits its own figures.
        self._fixed = scale_key is not None

    def sentences(self, landing: MeasureLanding, unit: UnitLanding) -> str:
        """Where the unit's year ends, how sure that is, and what the target asks for."""
        largest = max(abs(value) for value in (unit.full or 0.0, unit.target or 0.0))
        least = LEAST_SHOWN * 10 ** (self.format.scale.exponent - self.format.scale.digits)
        if not self._fixed and largest < least:
            fit = LandingWording(self.ledger, largest, None, self._style)
            fit._fixed = True
            return fit.sentences(landing, unit)
        about = {"measure": self.name(landing.info), "unit": self.name(unit.node), "year": self.year(landing.year)}
        if unit.full is None or Reason.NO_FIGURES in unit.reasons:
            return gettext("Of %(measure)s of %(unit)s nothing is known.") % about
        said = [self._where(landing, unit, about), self._target(landing, unit), self._pace(landing, unit)]
        said += [self._recovered(unit), *self._notes(unit)]
        return self.joined([text for text in said if text])

    def many(self, landing: MeasureLanding) -> list[str]:
        """How many units of each tier below land, and who fails together most of all."""
        said = []
        for each in landing.tiers:
            if each.units > 1:
                values = {"tier": each.tier, "units": each.units, "low": each.low, "high": each.high}
                text = gettext("Tier %(tier)s: of %(units)s units with a target %(low)s to %(high)s land.")
                said.append(text % values)
        pair = landing.together[0] if landing.together else None
        if pair is not None and pair.both - pair.by_chance >= NOTABLE:
            names = {"first": self.name(pair.first), "second": self.name(pair.second)}
            odds = {"both": self.odds(pair.both), "chance": self.odds(pair.by_chance)}
            text = gettext("%(first)s and %(second)s fail together with %(both)s; by chance it would be %(chance)s.")
            said.append(text % {**names, **odds})
        return said

    def joined(self, sentences: list[str]) -> str:
        """Sentences one after the other."""
        return ("" if self.language.startswith("zh") else " ").join(sentences)

    def amount(self, info: MeasureInfo, value: float | None, sign: bool = False) -> str:
        """A figure in units of account as it stands in a column."""
        return self.figure(info, self._steps(info, value), sign=sign)

    def told(self, info: MeasureInfo, value: float) -> str:
        """A figure in units of account as it stands in a sentence."""
        steps = self._steps(info, value)
        assert steps is not None
        return (MINUS if steps < 0 else "") + self.spoken(info, steps)

    def likely(self, odds: Odds) -> str:
        """Odds as they stand in a column: a number, a range where they cannot be told, nothing without a target."""
        if odds.value is not None:
            return self.odds(odds.value)
        if odds.low is None or odds.high is None:
            return ""
        return f"{self.odds(odds.low)}\N{EN DASH}{self.odds(odds.high)}"

    @staticmethod
    def nothing() -> str:
        """Why a row is empty."""
        return gettext("Nothing is known of it that could be landed.")

    def notes(self, reasons: Reason, filled: int, late: int, estimated: int = 0) -> list[str]:
        """What is particular about a landing, as sentences."""
        said = self._kind(reasons)
        if Reason.FEW_YEARS in reasons and Reason.NEWCOMER not in reasons:
            said.append(gettext("It has less than three whole past years, so that its odds are a range."))
        if Reason.ZERO_TARGET in reasons:
            said.append(gettext("Its target is zero or less: it is met or not, and there is no per cent of it."))
        if Reason.FLAT in reasons:
            said.append(gettext("All its months have the same figure."))
        return said + self._estimated(filled, late) + self._below(estimated)

    @staticmethod
    def _kind(reasons: Reason) -> list[str]:
        if Reason.HELD in reasons:
            return [gettext("The figure is given.")]
        if Reason.OVER in reasons:
            return []
        if Reason.NEWCOMER in reasons:
            return [gettext("It has no past year of its own; the rest follows those above it.")]
        if Reason.ASSUMED in reasons:
            return [gettext("How far it may be off is assumed; no past landing shows it yet.")]
        return []

    @staticmethod
    def _estimated(filled: int, late: int) -> list[str]:
        if late:
            text = ngettext(
                "The last month is missing and estimated.",
                "The last %(n)s months are missing and estimated.",
                late,
            )
            return [text % {"n": late}]
        if filled:
            text = ngettext("%(n)s missing month is estimated.", "%(n)s missing months are estimated.", filled)
            return [text % {"n": filled}]
        return []

    @staticmethod
    def _below(estimated: int) -> list[str]:
        if not estimated:
            return []
        text = ngettext(
            "Estimated figures of %(n)s late unit below are in it.",
            "Estimated figures of %(n)s late units below are in it.",
            estimated,
        )
        return [text % {"n": estimated}]

    def _steps(self, info: MeasureInfo, value: float | None) -> int | float | None:
        if value is None or not info.rule.exact:
            return value
        return round(value / float(step_of(info)))

    def _where(self, landing: MeasureLanding, unit: UnitLanding, about: dict[str, str]) -> str:
        assert unit.full is not None
        values = {**about, "full": self.told(landing.info, unit.full)}
        if Reason.OVER in unit.reasons or unit.low is None or unit.high is None or unit.low == unit.high:
            return gettext("%(measure)s of %(unit)s ends %(year)s at %(full)s.") % values
        values |= {"low": self.told(landing.info, unit.low), "high": self.told(landing.info, unit.high)}
        return (
            gettext(
                "%(measure)s of %(unit)s ends %(year)s at about %(full)s, four times in five between %(low)s and %(high)s."
            )
            % values
        )

    def _target(self, landing: MeasureLanding, unit: UnitLanding) -> str:
        if unit.target is None or landing.info.rule.direction not in ("up", "down"):
            return ""
        values = {"target": self.told(landing.info, unit.target), "past": unit.past}
        if unit.odds is None:
            text = ngettext(
                "With %(past)s whole past year the odds of the target of %(target)s cannot be told; that takes three.",
                "With %(past)s whole past years the odds of the target of %(target)s cannot be told; that takes three.",
                unit.past,
            )
            return text % values
        if Reason.OVER in unit.reasons:
            text = (
                gettext("The target of %(target)s is met.")
                if unit.odds
                else gettext("The target of %(target)s is missed.")
            )
            return text % values
        if Reason.REACHED in unit.reasons:
            sure = gettext("The target of %(target)s is reached, whatever comes.")
            return (sure if unit.odds else gettext("The target of %(target)s is out of reach.")) % values
        return gettext("The target of %(target)s is met with a probability of %(odds)s.") % {
            **values,
            "odds": self.odds(unit.odds),
        }

    def _pace(self, landing: MeasureLanding, unit: UnitLanding) -> str:
        """What the steps still to come must bring; not where it is settled, nor of levels."""
        if unit.target is None or unit.pace is None or unit.odds in (None, 0.0, 1.0) or not landing.left:
            return ""
        if landing.info.rule.kind in ("ratio", "weighted"):
            return self._level(landing, unit)
        if landing.info.rule.direction != "up" or landing.info.rule.kind == "stock":
            return ""
        values = {"left": landing.left, "pace": self.told(landing.info, unit.pace)}
        if unit.usual is None:
            months = ngettext(
                "The %(left)s month left must bring %(pace)s.",
                "Each of the %(left)s months left must bring %(pace)s.",
                landing.left,
            )
            return (
                months if landing.span == 1 else gettext("Each of the %(left)s quarters left must bring %(pace)s.")
            ) % values
        values["usual"] = self.told(landing.info, unit.usual)
        months = ngettext(
            "The %(left)s month left must bring %(pace)s; a year ago it brought %(usual)s.",
            "Each of the %(left)s months left must bring %(pace)s; a year ago they brought %(usual)s each.",
            landing.left,
        )
        quarters = gettext(
            "Each of the %(left)s quarters left must bring %(pace)s; a year ago they brought %(usual)s each."
        )
        return (months if landing.span == 1 else quarters) % values

    def _level(self, landing: MeasureLanding, unit: UnitLanding) -> str:
        """At what a ratio must be in the rest of the year."""
        assert unit.pace is not None
        values = {"pace": self.told(landing.info, unit.pace)}
        if unit.usual is None:
            return gettext("For the rest of the year that takes %(pace)s.") % values
        values["usual"] = self.told(landing.info, unit.usual)
        return gettext("For the rest of the year that takes %(pace)s; a year ago it was %(usual)s.") % values

    def _recovered(self, unit: UnitLanding) -> str:
        if unit.recovered is None or unit.odds is None or unit.recovered == unit.odds:
            return ""
        return gettext("With the recovery the probability is %(odds)s.") % {"odds": self.odds(unit.recovered)}

    def _notes(self, unit: UnitLanding) -> list[str]:
        said = []
        if unit.closes is not None:
            values = {"day": unit.closes.isoformat()}
            said.append(gettext("It ends on %(day)s without a successor; nothing is expected after that.") % values)
        said += self._kind(unit.reasons)
        said += self._estimated(unit.filled, unit.late)
        said += self._below(unit.estimated)
        if Reason.ADJUSTED in unit.reasons:
            said.append(gettext("With the changes that were asked about."))
        return said
