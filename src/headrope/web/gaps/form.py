"""The page of one gap: where it stands, the answer that it has, and the form for the next one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict

from headrope.core.problems import Problem
from headrope.core.typed import write_typed
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.wording import SHARES
from headrope.org.people.queries import heads_on
from headrope.review.gaps.answers import Answer, history
from headrope.review.gaps.cause import Cause
from headrope.review.gaps.causes import by_code, causes, offered
from headrope.review.gaps.given import LARGEST_FILE, MOST_FILES, MOST_WHYS, Given, Upload, typed_exponent
from headrope.review.gaps.place import Place
from headrope.review.queries import Reader
from headrope.review.wording import Wording
from headrope.web.bearing import Bearing
from headrope.web.figures.cells import grouped
from headrope.web.gaps.answered import Said, said_answer
from headrope.web.gaps.asked import Request
from headrope.web.gaps.wording import GapWording
from headrope.web.problems import Told, told

CAUSE_ROWS = 4
EXPONENTS = ("0", "3", "4", "6", "8", "9")


@dataclass(slots=True)
class Typed:
    """What stands in the form: as typed, or of the answer that is there."""

    causes: list[tuple[str, str]]
    words: str
    whys: list[str]
    months: list[tuple[str, str, str]]
    keep: set[int]


@dataclass(slots=True)
class AnswerPage:
    """All that the page shows."""

    title: str
    headline: str
    facts: list[str]
    bearing: Bearing
    may: bool
    on_behalf: str
    asks: bool
    typed: Typed
    options: list[tuple[str, str]]
    unit: str
    exponent: int
    row_version: int
    answer: Said | None
    earlier: Said | None
    older: list[Said]
    files: list[tuple[int, str]]
    links: dict[str, str]
    limits: dict[str, int]
    problems: list[Told] = field(default_factory=list)
    moved: str = ""
    done: str = ""


@dataclass(frozen=True)
class Shown:
    """What is shown beside the gap: what was typed, what is wrong with it, who was faster, what was done."""

    given: Given | None = None
    problems: Sequence[Problem] = ()
    moved: Answer | None = None
    done: str = ""


def answer_page(made: Request, reader: Reader, place: Place, shown: Shown) -> AnswerPage:
    """The page."""
    return _Maker(made, reader, place).page(shown)


class _Maker:
    """Makes one page."""

    def __init__(self, made: Request, reader: Reader, place: Place) -> None:
        self.made, self.reader, self.place = made, reader, place
        review = place.review
        self.wording: Wording = made.wording(review)
        self.gaps = GapWording(self.wording)
        self.causes: Mapping[str, Cause] = by_code(causes(reader.at))
        self.exponent = self.wording.format.scale.exponent

    def page(self, shown: Shown) -> AnswerPage:
        made, place, wording = self.made, self.place, self.wording
        now = made.asked.known is None
        may = now and made.visit.who.may("answer", place.unit.id)
        info, headed = place.info, place.is_headed_by(made.actor.user)
        held = shown.moved or place.answer
        older = [each for each in history(place.unit.id, info.id, place.period) if held and each.row_version < held.row_version]  # fmt: skip
        return AnswerPage(
            f"{wording.name(info)} · {wording.name(place.unit)}",
            self._headline(),
            self._facts(),
            made.bearing(self.reader, place.review, wording),
            may,
            "" if headed or not may else self._behalf(),
            now and made.visit.who.may("remind", place.unit.id) and not headed,
            self._typed(shown),
            self._options(held),
            self._unit(),
            self.exponent,
            held.row_version if held else 0,
            self._said(held),
            self._said(place.earlier),
            [each for each in map(self._said, older) if each is not None],
            [(file.id, file.name) for file in held.evidence] if held else [],
            {
                "list": made.address.review(),
                "here": made.address.other(place.unit.code, info.code),
                "ask": made.address.other(place.unit.code, info.code, "ask"),
            },
            {"whys": MOST_WHYS, "files": MOST_FILES, "mb": LARGEST_FILE // 1_000_000},
            [told(problem) for problem in shown.problems],
            self._moved(shown.moved) if shown.moved else "",
            shown.done,
        )

    def _headline(self) -> str:
        place, wording = self.place, self.wording
        against = wording.against(place.against)
        values = {"measure": wording.name(place.info), "unit": wording.name(place.unit), "against": against}
        if place.stand.gap is None:
            return _("%(measure)s of %(unit)s has no figure to be held against the %(against)s.") % values
        if not place.short:
            return _("%(measure)s of %(unit)s is not short of the %(against)s.") % values
        values["short"] = self.gaps.short(place.short, place.info, against)
        return _("%(measure)s of %(unit)s is %(short)s.") % values

    def _facts(self) -> list[str]:
        place, wording, info = self.place, self.wording, self.place.info
        stand = place.stand
        beside = (stand.actual.value, stand.plan.value)
        facts = []
        if stand.year_plan is not None and stand.year_plan.known:
            text = wording.figure(info, stand.year_plan.value, *beside)
            facts.append(_("Target %(year)s: %(value)s") % {"year": wording.year(place.period), "value": text})
        facts.append(_("Asked by now: %(value)s") % {"value": wording.figure(info, stand.plan.value, *beside)})
        facts.append(_("Actual: %(value)s") % {"value": wording.figure(info, stand.actual.value, *beside)})
        if place.asked is not None:
            values = {
                "by": place.asked.by.shown_name(wording.language),
                "day": wording.day(place.asked.at.astimezone(place.ledger.zone).date()),
                "due": wording.day(place.asked.due) if place.asked.due else "",
            }
            text = _("Asked on %(day)s by %(by)s, due %(due)s") if place.asked.due else _("Asked on %(day)s by %(by)s")
            facts.append(text % values + (f": {place.asked.words}" if place.asked.words else ""))
        return facts

    def _behalf(self) -> str:
        """Said to who answers and is not the head: whose answer it is."""
        heads = heads_on(self.place.today, [self.place.unit.id]).get(self.place.unit.id, [])
        names = pgettext("list", ", ").join(post.person.shown_name(self.wording.language) for post in heads)
        if names:
            return _("You write it down on behalf of %(names)s; the page says so.") % {"names": names}
        return _("You write it down on behalf of the head; the page says so.")

    def _moved(self, answer: Answer) -> str:
        at = answer.at.astimezone(self.place.ledger.zone)
        values = {"by": answer.by.shown_name(self.wording.language), "time": f"{at:%H:%M}"}
        return (
            _(
                "%(by)s has answered meanwhile, at %(time)s. That answer stands below, and what you typed is still in the "
                "form: save it, and yours takes its place while the other one is kept."
            )
            % values
        )

    def _options(self, held: Answer | None) -> list[tuple[str, str]]:
        found = [(cause.code, "\N{NO-BREAK SPACE}" * 3 * depth + cause.shown_name(self.wording.language)) for depth, cause in offered(self.reader.at, self.place.today)]  # fmt: skip
        codes = {code for code, _text in found}
        gone = [part.code for part in held.causes if part.code not in codes] if held else []
        return [*found, *((code, self._cause(code)) for code in gone)]

    def _cause(self, code: str) -> str:
        return self.causes[code].shown_name(self.wording.language) if code in self.causes else code

    def _unit(self) -> str:
        """What amounts are typed in."""
        info = self.place.info
        if info.account in SHARES:
            return _("points")
        return self.wording.scale_name if info.rule.quantity.kind == "money" else self.wording.account(info)

    def _said(self, answer: Answer | None) -> Said | None:
        if answer is None:
            return None
        title = self.wording.period(answer.period)
        around = (self.causes, self.made, self.place.unit.code, "")
        return said_answer(title, answer, self.place.info, self.gaps, around)

    def _typed(self, shown: Shown) -> Typed:
        place, given = self.place, shown.given
        if given is not None:
            months = {str(month): text for month, text in given.months.items()}
            typed = Typed(list(given.causes), given.words, list(given.whys), [], set(given.keep))
        elif place.answer is not None:
            held = place.answer
            months = {str(month): self._text(amount) for month, amount in held.months}
            pairs = [(part.code, "" if part.amount is None else self._text(part.amount)) for part in held.causes]
            typed = Typed(pairs, held.words, list(held.whys), [], {file.id for file in held.evidence})
        else:
            months, typed = {}, Typed([], "", [], [], set())
        typed.causes += [("", "")] * max(CAUSE_ROWS - len(typed.causes), 1)
        typed.whys += [""] * (MOST_WHYS - len(typed.whys))
        typed.months = [(str(month), self.wording.period(month), months.get(str(month), "")) for month in place.months]
        return typed

    def _text(self, amount: int | float) -> str:
        info = self.place.info
        return grouped(write_typed(amount, info.rule.quantity, typed_exponent(info, self.exponent)))


def read_given(form: QueryDict, files: Sequence[Upload], place: Place) -> Given:
    """What was typed."""
    causes = list(zip(form.getlist("cause"), form.getlist("cause-amount"), strict=False))
    months = {month: form.get(f"month-{month}", "") for month in place.months}
    exponent = form.get("exponent", "")
    keep = [int(text) for text in form.getlist("keep") if re.fullmatch("[0-9]{1,12}", text)]
    return Given(
        [(code[:60], text[:200]) for code, text in causes[:20]],
        form.get("words", "")[:10_000],
        [text[:2000] for text in form.getlist("why")[:10]],
        {month: text[:200] for month, text in months.items() if text.strip()},
        int(exponent) if exponent in EXPONENTS else 0,
        keep,
        files,
    )
