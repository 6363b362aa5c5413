"""What a change of the tree would do, in a sentence and in tables, shown before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from headrope.core.impact import Impact
from headrope.core.periods import Period
from headrope.ledger.impact import Consequences
from headrope.org.editing import TreeEdit
from headrope.web.access import Visit
from headrope.web.organisation import words

MOST_NAMED, MOST_TOTALS, MOST_MANDATES = 12, 20, 20


@dataclass(slots=True)
class Fate:
    """Units to which the same happens: what, how many, some of their names, and how many more."""

    what: str
    count: int
    names: str
    more: int


@dataclass(slots=True)
class Total:
    """A unit of which totals change: how many months, the first and the last."""

    unit: str
    months: int
    first: str
    last: str


@dataclass(slots=True)
class Reach:
    """A mandate that would hold more units, or fewer."""

    user: str
    role: str
    unit: str
    gained: int
    lost: int


@dataclass(slots=True)
class Preview:
    """The page before saving. `hidden` are the fields that its buttons send; `notes` stand above."""

    finding: str
    touched: str
    fates: list[Fate]
    totals: list[Total]
    totals_more: int
    mandates: list[Reach]
    mandates_more: int
    hidden: list[tuple[str, str]]
    action: str
    notes: list[str]


def preview(who: Visit, plan: TreeEdit, found: Consequences, action: str, hidden: Mapping[str, str]) -> Preview:
    """The page of an edit that has no problems; `hidden` is sent again to save it."""
    impact = found.impact
    editions = {edition.code: edition for edition in (*plan.before, *plan.after)}
    held = {edition.code for edition in plan.before}

    def name(code: str) -> str:
        if code in held and not who.who.sees(plan.ids[code]):
            return _("outside your mandate")
        edition = editions[code]
        zh = who.language.startswith("zh")
        return (edition.name_zh or edition.name) if zh else (edition.name or edition.name_zh)

    totals = sorted(impact.totals.items(), key=lambda total: (-len(total[1]), total[0]))
    mandates = [
        Reach(
            each.user.shown_name(who.language),
            words.role(each.role),
            name(each.unit),
            each.gained,
            each.lost,
        )
        for each in found.mandates
        if who.who.sees(plan.ids[each.unit])
    ]
    return Preview(
        sentence(impact),
        _touched(found),
        [Fate(what, len(codes), words.listed([name(c) for c in codes[:MOST_NAMED]]), max(0, len(codes) - MOST_NAMED))
         for what, codes in _fates(impact) if codes],
        [_total(name(code), months) for code, months in totals[:MOST_TOTALS]],
        max(0, len(totals) - MOST_TOTALS),
        mandates[:MOST_MANDATES],
        max(0, len(mandates) - MOST_MANDATES),
        [*hidden.items(), ("seq", str(plan.seq))],
        action,
        [],
    )  # fmt: skip


def sentence(impact: Impact) -> str:
    """The whole in a sentence: moves 12 units and changes 340 totals of 7 units; the first month is March 2023."""
    parts = [
        _counted(ngettext("founds %(n)s unit", "founds %(n)s units", len(impact.founded)), impact.founded),
        _counted(ngettext("closes %(n)s unit", "closes %(n)s units", len(impact.closed)), impact.closed),
        _counted(ngettext("moves %(n)s unit", "moves %(n)s units", len(impact.moved)), impact.moved),
        _counted(ngettext("renames %(n)s unit", "renames %(n)s units", len(impact.renamed)), impact.renamed),
        _counted(
            ngettext("changes %(n)s unit otherwise", "changes %(n)s units otherwise", len(impact.changed)),
            impact.changed,
        ),
    ]
    said = [part for part in parts if part]
    month = impact.first_month
    if month is None:
        return _("%(done)s; no total changes.") % {"done": _capital(words.listed(said))}
    units = ngettext("%(n)s unit", "%(n)s units", len(impact.totals)) % {"n": f"{len(impact.totals):,}"}
    totals = ngettext("changes %(n)s total of %(units)s", "changes %(n)s totals of %(units)s", impact.count)
    said.append(totals % {"n": f"{impact.count:,}", "units": units})
    values = {"done": _capital(words.listed(said)), "month": words.month_text(month)}
    return _("%(done)s; the first month is %(month)s.") % values


def _counted(text: str, codes: Sequence[str]) -> str:
    return text % {"n": f"{len(codes):,}"} if codes else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fates(impact: Impact) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (pgettext("units", "Founded"), impact.founded),
        (pgettext("units", "Closed"), impact.closed),
        (pgettext("units", "Moved"), impact.moved),
        (pgettext("units", "Renamed"), impact.renamed),
        (pgettext("units", "Otherwise changed"), impact.changed),
    ]


def _total(name: str, months: Sequence[int]) -> Total:
    first, last = (words.month_text(Period(month, 1)) for month in (months[0], months[-1]))
    return Total(name, len(months), first, last)


def _touched(found: Consequences) -> str:
    parts = [
        (found.duties, ngettext("%(n)s duty", "%(n)s duties", found.duties)),
        (found.holdings, ngettext("%(n)s holding", "%(n)s holdings", found.holdings)),
        (found.segments, ngettext("%(n)s segment", "%(n)s segments", found.segments)),
        (found.posts, ngettext("%(n)s post", "%(n)s posts", found.posts)),
    ]
    named = [text % {"n": f"{count:,}"} for count, text in parts if count]
    return _("Touched as well: %(what)s.") % {"what": words.listed(named)} if named else ""
