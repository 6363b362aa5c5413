"""How gaps and what is promised against them are worded."""

from __future__ import annotations

from datetime import date

from django.utils.translation import ngettext

from headrope.core.scoring import sense
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.wording import SHARES
from headrope.review.gaps.promised import Amount, Promised
from headrope.review.gaps.queries import GapList, GapRow
from headrope.review.wording import Wording


class GapWording:
    """Words and figures of one gap list."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording

    def headline(self, found: GapList) -> str:
        """What is not answered, and what is promised against the gap that is worst."""
        missing, reds = len(found.missing), found.reds
        if not reds:
            return _("No measure is red.")
        if missing:
            text = ngettext(
                "%(missing)s of %(reds)s red measures has no answer.",
                "%(missing)s of %(reds)s red measures have no answer.",
                missing,
            )
        else:
            text = ngettext("The only red measure is answered.", "All %(reds)s red measures are answered.", reds)
        said = text % {"missing": missing, "reds": reds}
        worst = next((gap for gap in found.measures if gap.promised and gap.promised.promised), None)
        if worst is None or worst.promised is None:
            return said
        values = {"measure": self.wording.name(worst.info), "promised": self.promised(worst.info, worst.promised, True)}
        second = _("%(measure)s: %(promised)s.") % values
        return pgettext("two sentences", "%(first)s %(second)s") % {"first": said, "second": second}

    def promised(self, info: MeasureInfo, found: Promised, spoken: bool = False) -> str:
        """`promised 30 of 47; 17 open`; with `spoken` the amounts have their unit."""
        say = self.spoken if spoken else self.amount
        amounts = {"promised": found.promised, "short": found.short, "open": abs(found.open)}
        values = {key: say(info, amount, found.short) for key, amount in amounts.items()}
        if not found.promised:
            if sense(info.rule.direction) < 0:
                return _("%(short)s above; nothing promised") % values
            return _("%(short)s short; nothing promised") % values
        if found.open > 0:
            return _("promised %(promised)s of %(short)s; %(open)s open") % values
        if found.open == 0:
            return _("promised %(promised)s of %(short)s; nothing open") % values
        return _("promised %(promised)s of %(short)s; %(open)s more than is short") % values

    def amount(self, info: MeasureInfo, amount: Amount, *beside: Amount | None) -> str:
        """An amount made good, or short: without a sign, shares in points."""
        text = self.difference(info, amount, *beside)
        return text.removeprefix("+")

    def difference(self, info: MeasureInfo, amount: Amount, *beside: Amount | None) -> str:
        """A difference with its sign, without unit; of shares in points."""
        return self.wording.figure(info, amount, *(beside or (amount,)), sign=True)

    def spoken(self, info: MeasureInfo, amount: Amount, *beside: Amount | None) -> str:
        """An amount in a sentence, with its unit."""
        if info.account in SHARES:
            return self.wording.points(info, float(amount))
        return self.wording.spoken(info, amount, *beside)

    def state(self, row: GapRow) -> str:
        """Where the answer stands, in a word."""
        words = {
            "open": _("no answer"),
            "grown": _("grown, answer again"),
            "answered": pgettext("gap", "answered"),
            "healed": _("no longer red"),
        }
        return words[row.state]

    def note(self, row: GapRow, today: date) -> str:
        """Who asked and by when, or of which period the answer is."""
        notes = []
        if row.asked is not None and row.missing:
            values = {"by": row.asked.by.shown_name(self.wording.language), "due": self._due(row.asked.due)}
            text = _("asked by %(by)s, due %(due)s") if row.asked.due else _("asked by %(by)s")
            notes.append(text % values)
            if row.asked.due and row.asked.due < today:
                notes.append(_("late"))
        if row.answer is not None and row.answer.period != row.period:
            notes.append(_("answered for %(period)s") % {"period": self.wording.period(row.answer.period)})
        if row.answer is not None and row.answer.on_behalf:
            notes.append(_("on behalf"))
        return " · ".join(notes)

    def _due(self, day: date | None) -> str:
        return self.wording.day(day) if day else ""

    def short(self, row_short: Amount, info: MeasureInfo, plan: str) -> str:
        """A gap as the headline of a page: 43 million short of the plan."""
        values = {"amount": self.spoken(info, row_short), "against": plan}
        if sense(info.rule.direction) < 0:
            return _("%(amount)s above the %(against)s") % values
        return _("%(amount)s short of the %(against)s") % values
