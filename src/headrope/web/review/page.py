"""The review page as plain texts ready to print: headline, facts, measures, units below and their choices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from urllib.parse import urlencode

from django.utils.translation import get_language, ngettext
from markupsafe import Markup

from headrope.core.periods import Period, year_of
from headrope.core.units import SEGMENT
from headrope.landing.naive.queries import over
from headrope.ledger.said import gettext as _
from headrope.review.headline import Headline, Sentence, headline_measures
from headrope.review.lifetime import lifetime, told
from headrope.review.queries import Line, Reader, Review
from headrope.review.ranking import Wanted, rank
from headrope.review.wording import Wording
from headrope.web.access import Visit
from headrope.web.address import Address, quote
from headrope.web.asked import Asked
from headrope.web.bearing import Bearing, bearing, day_text
from headrope.web.review import marks, measures
from headrope.web.review.choices import Chosen, chosen
from headrope.web.review.units import Units, units

Piece = tuple[str, str]


@dataclass(slots=True)
class Fact:
    """A short statement under the headline, with the mark of a state where it is about one; `href` leads to more of it."""

    text: str
    mark: Markup = attribute(default_factory=Markup)
    href: str = ""


@dataclass(slots=True)
class Perimeter:
    """Over which tree a year earlier is added up, and the address of the other way; only where the tree has changed."""

    text: str
    other: str
    href: str


@dataclass(slots=True)
class Rows:
    """Which measures the table shows: its title, and the address and text of the other choice where there is one."""

    title: str
    other: str
    href: str


@dataclass(slots=True)
class ReviewPage:
    """All that the template prints; `headline` are pieces of text with their addresses."""

    title: str
    code: str
    headline: list[Piece]
    facts: list[Fact]
    bearing: Bearing
    about: str
    table: measures.Table
    rows: Rows
    units: Units | None
    chosen: Chosen
    asked: Asked
    foot: str
    period: str
    texts: list[tuple[str, str]]
    perimeter: Perimeter | None
    below: str
    since: str
    keep: list[tuple[str, str]]


def build(visit: Visit, reader: Reader, review: Review, asked: Asked) -> ReviewPage:
    """The page of the review."""
    wording = Wording.of(review, asked.scale, visit.style)
    address = asked.address
    ranking = rank(reader, review, asked.wanted)
    said = ranking if asked.wanted == Wanted() else rank(reader, review, Wanted())
    here = address.review().partition("?")[0]
    lines = review.lines if asked.all_measures else headline_measures(review)
    table = measures.table(review, wording, address.origins(like=review.like), lines)
    return ReviewPage(
        wording.name(review.unit),
        review.unit.code,
        _headline(Headline(review, wording).sentences(said), asked),
        [Fact(text) for text in told(lifetime(reader, review), wording)]
        + _facts(review, wording)
        + _past(reader, review, wording, address),
        bearing(visit, reader, review, wording, address),
        _about(review, wording),
        table,
        _rows(review, lines, address),
        units(reader, review, ranking, wording, address, asked.all_rows) if ranking else None,
        chosen(reader, review, ranking, wording, asked),
        asked,
        _foot(visit, review, wording),
        address.period_text(review.period),
        [(wording.name(info), text) for info, text in review.texts],
        _perimeter(reader, review, wording, address),
        f"{here}below/{address.tail}" if review.children else "",
        f"{here}since/{address.tail}",
        [pair for pair in address.query if pair[0] not in ("where", "threshold", "all")],
    )


@dataclass(slots=True)
class Frame:
    """What a part has around it where it is a page of its own."""

    title: str
    code: str
    period: str
    bearing: Bearing
    asked: Asked
    foot: str
    back: str


def frame(visit: Visit, reader: Reader, review: Review, asked: Asked) -> Frame:
    """The frame of a part."""
    wording = Wording.of(review, asked.scale, visit.style)
    line = bearing(visit, reader, review, wording, asked.address)
    name, period = wording.name(review.unit), asked.address.period_text(review.period)
    return Frame(name, review.unit.code, period, line, asked, _foot(visit, review, wording), asked.address.review())


def _rows(review: Review, lines: Sequence[Line], address: Address) -> Rows:
    headline = len(headline_measures(review))
    if headline == len(review.lines):
        return Rows(_("Measures"), "", "")
    if len(lines) < len(review.lines):
        other = _("All %(count)s measures") % {"count": len(review.lines)}
        return Rows(_("Headline measures"), other, address.with_(measures="all") + "#measures")
    return Rows(_("Measures"), _("Headline measures only"), address.with_(measures=None) + "#measures")


def _perimeter(reader: Reader, review: Review, wording: Wording, address: Address) -> Perimeter | None:
    if review.like is not None:
        month = wording.period(Period(review.like, 1))
        text = _("A year earlier stands on the tree of %(month)s.") % {"month": month}
        return Perimeter(text, _("Trees of the time"), address.with_(tree="as-was"))
    if review.as_was and reader.like_month(review.period, as_was=False) is not None:
        return Perimeter(_("A year earlier stands on the trees of the time."), _("One tree"), address.with_(tree=None))
    return None


def _headline(sentences: list[Sentence], asked: Asked) -> list[Piece]:
    joint = "" if (get_language() or "en").startswith("zh") else " "
    pieces: list[Piece] = []
    for sentence in sentences:
        if pieces and joint:
            pieces.append((joint, ""))
        pieces += [(p.text, asked.address.origins(p.ref.unit).ref(p.ref) if p.ref else "") for p in sentence]
    return pieces


def _facts(review: Review, wording: Wording) -> list[Fact]:
    """States counted, missing measures, records."""
    states = Counter(line.state for line in review.lines if line.judgement)
    texts = {
        "behind": _("%(n)s behind"),
        "watch": _("%(n)s to watch"),
        "on": _("%(n)s on pace"),
        "ahead": _("%(n)s ahead"),
        "stale": _("%(n)s stale"),
    }
    facts = [Fact(text % {"n": states[state]}, marks.mark(state)) for state, text in texts.items() if states[state]]  # type: ignore[index]
    facts += _coverage(review)
    count = len(review.children)
    if count:
        facts.append(Fact(ngettext("%(n)s unit below", "%(n)s units below", count) % {"n": f"{count:,}"}))
    silent = sum(not line.actual.known and line.actual.expected > 0 for line in review.lines)
    if silent:
        facts.append(
            Fact(ngettext("%(n)s measure not reported", "%(n)s measures not reported", silent) % {"n": silent})
        )
    records = [line for line in review.lines if line.record]
    if len(records) > 3:
        facts.append(Fact(_("%(n)s records") % {"n": len(records)}))
    facts += [
        Fact(_("%(measure)s %(record)s") % {"measure": wording.name(line.info), "record": wording.record(line.record)})
        for line in records
        if line.record and len(records) <= 3
    ]
    return facts


def _past(reader: Reader, review: Review, wording: Wording, address: Address) -> list[Fact]:
    """Of a year that is over, where it stands how simple ways would have landed it from the end of the period."""
    year = year_of(review.period.end - 1, address.fiscal_start)
    if review.unit.kind == SEGMENT or not over(reader.cube, year):
        return []
    kept = [(key, value) for key, value in address.query if key in ("known", "scale", "measure", "tier")]
    if review.period.end < year.end:
        kept.append(("months", str(review.period.end - year.start)))
    path = f"/landing/{quote(review.unit.code)}/{address.period_text(year)}/"
    text = _("How simple ways would have landed %(year)s") % {"year": wording.year(year)}
    return [Fact(text, href=f"{path}{f'?{urlencode(kept)}' if kept else ''}#naive")]


def _coverage(review: Review) -> list[Fact]:
    """How many of the expected figures of stored measures are in, where not all are."""
    lines = [line.actual for line in review.lines if not line.info.rule.formed]
    expected, reported = sum(each.expected for each in lines), sum(each.reported for each in lines)
    if reported >= expected:
        return []
    values = {"reported": f"{reported:,}", "expected": f"{expected:,}"}
    return [Fact(_("%(reported)s of %(expected)s figures are in") % values)]


def _about(review: Review, wording: Wording) -> str:
    """What money is shown in, where there is any."""
    if any(wording.money(line.info) for line in review.lines):
        return _("%(scale)s unless said. Every number leads to where it comes from.") % {"scale": wording.scale_name}
    return _("Every number leads to where it comes from.")


def _foot(visit: Visit, review: Review, wording: Wording) -> str:
    """The bearing as a line of print."""
    day = review.known_on or visit.today
    values = {
        "ledger": visit.ledger.name,
        "unit": wording.name(review.unit),
        "period": wording.period(review.period),
        "against": wording.against(review.against),
        "day": day_text(day),
        "scale": wording.scale_name,
        "seq": review.seq,
    }
    return (
        _("%(ledger)s · %(unit)s · %(period)s · against %(against)s · as known on %(day)s, posting %(seq)s · %(scale)s")
        % values
    )
