"""A cascade as plain data: amounts as numbers, with their exact text where they are whole steps, sentences in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils import translation

from headrope.cli.screen import sentence
from headrope.core.cascade.bounds import Conflict
from headrope.core.cascade.reasons import Reason
from headrope.core.problems import Problem
from headrope.targets.folder import Units
from headrope.targets.notes import notes
from headrope.targets.steps import Steps
from headrope.targets.wording import Wording

if TYPE_CHECKING:
    from headrope.core.cascade.solution import Cascade

Json = dict[str, Any]
LANGUAGES = {"en": "en", "zh": "zh-hans"}


def nothing(steps: Steps, total: int, problems: Sequence[Problem]) -> Json:
    """The answer where the folder has problems."""
    return {
        "total": _amount(steps, total),
        "step": str(steps),
        "by": None,
        "problems": [sentence(problem) for problem in problems],
        "notes": [],
        "conflicts": [],
        "units": [],
        "broken_tiers": [],
    }


def as_json(units: Units, steps: Steps, solved: Cascade) -> Json:
    """The whole answer, units in the order of the file; no units where bounds clash."""
    words = {}
    for key, language in LANGUAGES.items():
        with translation.override(language):
            words[key] = Wording(units, steps)
    found = nothing(steps, solved.total, ()) | {
        "by": units.by,
        "notes": [sentence(note) for note in notes(units, solved)],
        "conflicts": [_conflict(units, words, conflict) for conflict in solved.conflicts],
    }
    if solved.shares is not None and solved.by_tiers is not None:
        rows = _Rows(units, steps, solved, words)
        reasons = {row: solved.reason(row) for row in units.places}
        texts = _reasons(words, reasons)
        found["units"] = [rows.unit(row, reason, texts[row]) for row, reason in reasons.items()]
        found["broken_tiers"] = [rows.broken(row, by) for row, by in solved.by_tiers.broken]
    return found


def _amount(steps: Steps, amount: int) -> Json:
    return {"value": steps.number(amount), "exact": steps.write(amount)}


def _said(words: dict[str, Wording], say: Callable[[Wording], str]) -> Json:
    """A sentence in each language."""
    texts = {}
    for key, language in LANGUAGES.items():
        with translation.override(language):
            texts[key] = say(words[key])
    return texts


def _reasons(words: dict[str, Wording], reasons: Mapping[int, Reason]) -> dict[int, Json]:
    """The sentences of all rows; the language is changed once, not for each."""
    texts: dict[int, Json] = {row: {} for row in reasons}
    for key, language in LANGUAGES.items():
        with translation.override(language):
            for row, reason in reasons.items():
                texts[row][key] = words[key].reason(reason)
    return texts


def _conflict(units: Units, words: dict[str, Wording], conflict: Conflict) -> Json:
    steps = words["en"].steps
    return {
        "unit": units.units[conflict.row].code,
        "by": _amount(steps, conflict.by),
        "in_all": _amount(steps, conflict.in_all),
        "bounds": [
            {"unit": units.units[bound.row].code, "kind": bound.kind, **_amount(steps, bound.amount)}
            for bound in conflict.bounds
        ],
        "text": _said(words, lambda each: each.conflict(conflict)),
    }


class _Rows:
    """The units of a split."""

    def __init__(self, units: Units, steps: Steps, solved: Cascade, words: dict[str, Wording]) -> None:
        assert solved.shares is not None
        self.units, self.steps, self.solved, self.words = units, steps, solved, words
        self.shares, self.bases = solved.shares, units.summed_bases

    def unit(self, row: int, reason: Reason, text: Json) -> Json:
        """One unit; `value` is its split before rounding, `tiers` what the tiers hand down."""
        unit, gap = self.units.units[row], self.solved.gap(row)
        share, base = int(self.shares[row]), float(self.bases[row])
        return {
            "code": unit.code,
            "parent": unit.parent or None,
            "name": unit.name,
            "name_zh": unit.name_zh,
            "share": _amount(self.steps, share),
            "unrounded": self.steps.number(reason.value),
            "rounding": self.steps.number(reason.rounding),
            "base": self.steps.number(base),
            "growth": share / base - 1 if base > 0 else None,
            "tiers": None if gap is None else _amount(self.steps, share + gap),
            "gap": None if gap is None else _amount(self.steps, gap),
            "reason": self._reason(reason, text),
        }

    def _reason(self, reason: Reason, text: Json) -> Json:
        bound = reason.bound
        filled = reason.kind in ("level", "below", "even")
        return {
            "kind": reason.kind,
            "bound": None if bound is None else {"kind": bound.kind, **_amount(self.steps, bound.amount)},
            "without": None if bound is None or reason.free is None else self.steps.number(reason.free),
            "level": self.steps.number(reason.level) if filled else None,
            "shared_with": self.units.units[reason.source].code if filled else None,
            "text": text,
        }

    def broken(self, row: int, by: int) -> Json:
        """A tier that cannot hand its share down: `by` above 0, its children must get more; below 0, may get less."""
        assert self.solved.by_tiers is not None
        share = int(self.solved.by_tiers.shares[row])
        return {
            "unit": self.units.units[row].code,
            "share": _amount(self.steps, share),
            "by": _amount(self.steps, by),
            "text": _said(self.words, lambda each: each.broken(row, share, by)),
        }
