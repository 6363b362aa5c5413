"""Rules printed as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headrope.core.scoring import Tolerance
from headrope.core.units import ALWAYS, FOREVER
from headrope.ledger.queries import MeasureInfo
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.wording import FigureWording
from headrope.review.rules.rule import ListRule, PaceRule


def sentence(rule: PaceRule | ListRule, wording: FigureWording, infos: Mapping[str, MeasureInfo]) -> str:
    """What the rule says, and when it holds; with a pace rule the tolerances of measures that are in force beside it."""
    said = _pace(rule, wording, infos) if isinstance(rule, PaceRule) else _list(rule, wording, infos)
    return f"{said} {_days(rule, wording)}".strip()


def _pace(rule: PaceRule, wording: FigureWording, infos: Mapping[str, MeasureInfo]) -> str:
    basis = {
        "phases": _("By now the phase plan is asked for; of a flow without one half the time, half the task."),
        "time": _(
            "Half the time, half the task: of a year's plan every month asks for a twelfth, whatever phases say."
        ),
    }[rule.basis]
    values = {
        "watch": _share(rule.sums.watch, wording),
        "behind": _share(rule.sums.behind, wording),
        "ratio_watch": _share(rule.ratios.watch, wording),
        "ratio_behind": _share(rule.ratios.behind, wording),
    }
    tolerance = _(
        "From %(watch)s short of it a measure is to be watched, from %(behind)s it is behind; "
        "ratios from %(ratio_watch)s and %(ratio_behind)s."
    )
    return " ".join([basis, tolerance % values, *_own(rule, wording, infos)])


def _own(rule: PaceRule, wording: FigureWording, infos: Mapping[str, MeasureInfo]) -> list[str]:
    """A sentence for each tolerance that some measures have, in the order of the measures."""
    alike: dict[Tolerance, list[str]] = {}
    for code in sorted(rule.own, key=lambda code: infos[code].place if code in infos else 0):
        alike.setdefault(rule.own[code], []).append(code)
    said = _("%(measures)s: from %(watch)s and %(behind)s.")
    return [
        said
        % {
            "measures": _named(codes, wording, infos),
            "watch": _share(tolerance.watch, wording),
            "behind": _share(tolerance.behind, wording),
        }
        for tolerance, codes in alike.items()
    ]


def _list(rule: ListRule, wording: FigureWording, infos: Mapping[str, MeasureInfo]) -> str:
    values = {
        "share": _share(rule.share, wording),
        "measures": _measures(rule, wording, infos),
        "most": rule.most or "",
    }
    if rule.kind == "red":
        said = _("On the red list stands who is at least %(share)s beyond what is asked for by now in %(measures)s.")
    else:
        said = _(
            "On the black list stands who is at least %(share)s short of what is asked for by now in %(measures)s."
        )
    more = [_("Of each measure at most the first %(most)s.")] if rule.most else []
    if rule.silent:
        more.append(_("Who is overdue with the figure stands there, too."))
    return " ".join([said, *more]) % values


def _measures(rule: ListRule, wording: FigureWording, infos: Mapping[str, MeasureInfo]) -> str:
    if not rule.measures:
        return _("any measure with a good side")
    return _named(rule.measures, wording, infos)


def _named(codes: Sequence[str], wording: FigureWording, infos: Mapping[str, MeasureInfo]) -> str:
    return pgettext("list", ", ").join(wording.name(infos[code]) if code in infos else code for code in codes)


def _share(share: float, wording: FigureWording) -> str:
    tenths = round(share * 1000)
    return wording.format.per_cent(share, digits=0 if tenths % 10 == 0 else 1)


def _days(rule: PaceRule | ListRule, wording: FigureWording) -> str:
    if rule.valid_from == ALWAYS and rule.valid_to == FOREVER:
        return ""
    values = {"first": wording.day(rule.valid_from), "end": wording.day(rule.valid_to)}
    if rule.valid_to == FOREVER:
        return _("It holds from %(first)s on.") % values
    if rule.valid_from == ALWAYS:
        return _("It holds up to, but not on, %(end)s.") % values
    return _("It holds from %(first)s up to, but not on, %(end)s.") % values
