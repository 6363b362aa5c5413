"""What is wrong with checks as a set: with their kinds, thresholds and measures; all of it at once, with remedies."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import timedelta

from headrope.core.checks.check import EVERY, FEWEST, NEEDS, WINDOW, Check
from headrope.core.checks.reach import can_be_asked, opened
from headrope.core.measures import CODE, MeasureRule, resolved
from headrope.core.problems import Problem
from headrope.core.units import KINDS as UNIT_KINDS

LONGEST_ANSWER = 200
MOST_DECIMALS = 9
OF_KIND = (
    "measures", "formula", "denominator", "against", "min", "max", "change", "tolerance", "floor", "limit", "decimals", "past",
)  # fmt: skip


def check_checks(
    checks: Iterable[Check], rules: Mapping[str, MeasureRule], units: Container[str] | None = None
) -> list[Problem]:
    """Everything that is wrong with the checks, in their order; `rules` must be sound.

    Without `units`, the codes of all units that ever are, units are not looked at.
    """
    whole = resolved(rules)
    seen: dict[str, str] = {}
    problems: list[Problem] = []
    for check in checks:
        if check.code in seen:
            values = {"code": check.code, "other": seen[check.code]}
            problems.append(Problem(check.where, "%(code)s stands here and at %(other)s.", "Keep one row.", values))
        seen.setdefault(check.code, check.where)
        shape = list(_shape(check))
        problems += [*shape, *_thresholds(check), *_answer(check), *_scope(check, units)]
        if not shape:
            problems += [*_measures(check, rules), *_formulae(check, whole)]
    return problems


def note(check: Check, message: str, remedy: str, **values: object) -> Problem:
    """A problem of the check, which every sentence may name."""
    return Problem(check.where, message, remedy, {"code": check.code, "kind": check.kind, **values})


def _shape(check: Check) -> Iterator[Problem]:
    """Columns that the kind lacks, and such that it has not."""
    if not CODE.fullmatch(check.code):
        message = "'%(code)s' is not a code of a check."
        yield note(check, message, "Begin with a letter; use letters, digits and _, at most 40.")
    needs = NEEDS[check.kind]
    given = [column for column in OF_KIND if getattr(check, column) not in ((), "", None)]
    for column in needs.all:
        if column not in given:
            message = "%(code)s is of the kind %(kind)s, and the column %(column)s is empty."
            yield note(check, message, "Fill it in.", column=column)
    if needs.any and not any(column in given for column in needs.any):
        message = "%(code)s is of the kind %(kind)s and has no threshold."
        yield note(check, message, "Fill in %(columns)s.", columns=" / ".join(needs.any))
    for column in given:
        if column not in (*needs.all, *needs.any, *needs.more):
            message = "%(code)s is of the kind %(kind)s, which has no %(column)s."
            yield note(check, message, "Leave the column %(column)s empty.", column=column)
    if check.kind == "range" and bool(check.measures) == bool(check.formula):
        yield note(check, "%(code)s looks at measures or at a formula, at one of them.", "Fill in one column.")
    if check.kind == "jump" and check.floor is not None and check.change is None:
        message = "%(code)s has a floor and no change that is taken of it."
        yield note(check, message, "Fill in the column change, or leave the floor empty.")


def _thresholds(check: Check) -> Iterator[Problem]:
    """Thresholds that contradict each other or can never be kept."""
    if check.min is not None and check.max is not None and check.min > check.max:
        yield note(check, "%(code)s allows nothing: its min is above its max.", "Correct one of them.")
    for column in ("change", "tolerance", "floor"):
        if (getattr(check, column) or 0) < 0:
            message = "The column %(column)s of %(code)s is below 0."
            yield note(check, message, "Write it without its sign.", column=column)
    if check.limit is not None and check.limit <= 0:
        yield note(check, "The limit of %(code)s is not above 0.", "Write it like 3.5, or leave it empty.")
    least = FEWEST.get(check.kind, 1)
    if check.past is not None and not least <= check.past <= WINDOW:
        message = "%(code)s takes %(past)s past figures."
        yield note(check, message, "Write %(least)s to %(most)s.", past=check.past, least=least, most=WINDOW)
    if check.decimals is not None and not 0 <= check.decimals <= MOST_DECIMALS:
        message = "%(code)s allows %(decimals)s decimals."
        yield note(check, message, "Write 0 to %(most)s.", decimals=check.decimals, most=MOST_DECIMALS)


def _answer(check: Check) -> Iterator[Problem]:
    if check.answer is not None and check.blocking:
        yield note(check, "%(code)s blocks, and its doubts are not answered.", "Leave the column answer empty.")
    elif check.answer is not None and not 1 <= check.answer <= LONGEST_ANSWER:
        message = "%(code)s wants an answer of %(answer)s letters and digits."
        yield note(check, message, "Write 1 to %(most)s.", answer=check.answer, most=LONGEST_ANSWER)


def _scope(check: Check, units: Container[str] | None) -> Iterator[Problem]:
    """Units, kinds of units and days that cannot be."""
    for unit in check.under if units is not None else ():
        if unit not in units:  # type: ignore[operator]
            yield note(check, "%(code)s looks at units under %(unit)s, which is no unit.", "Correct it.", unit=unit)
    for kind in check.unit_kinds:
        if kind not in UNIT_KINDS:
            values = {"kind": kind, "kinds": ", ".join(UNIT_KINDS)}
            yield note(check, "'%(kind)s' is not a kind of unit.", "Known kinds: %(kinds)s.", **values)
    if check.valid_from >= check.valid_to:
        message = "%(code)s ends on %(to)s, before it begins."
        yield note(check, message, "Correct the column from or to.", to=check.valid_to - timedelta(days=1))


def _measures(check: Check, rules: Mapping[str, MeasureRule]) -> Iterator[Problem]:
    """Measures that are none, or of which the kind cannot be asked."""
    codes = check.measures
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield note(check, "%(code)s asks for %(measure)s twice.", "Take one out.", measure=code)
    if check.kind == "sum" and (len(codes) > 1 or EVERY in codes):
        yield note(check, "%(code)s is a sum, and a sum has one total.", "Write one measure; make a check of each sum.")
        return
    if EVERY in codes:
        if len(codes) > 1:
            yield note(check, "%(code)s names every measure, and more.", "Write * alone, or leave it out.")
        return
    for code in dict.fromkeys(codes):
        rule = rules.get(code)
        if rule is None:
            yield _unknown(check, code, rules)
        elif rule.formed:
            message = "%(measure)s is formed from others and not entered."
            yield note(check, message, "Check its parts, with a formula of the kinds range or ratio.", measure=code)
        elif not can_be_asked(check.kind, rule):
            message = "%(measure)s is a %(other)s; the kind %(kind)s does not look at such."
            yield note(check, message, "Take it out.", measure=code, other=rule.kind)
        elif check.against == "previous" and rule.kind == "cumulative":
            message = "%(measure)s is cumulative and grows with each period."
            yield note(check, message, "Compare it with year, or make a check of the kind cumulative.", measure=code)
        elif check.kind == "sum" and any(part == code for _, part in check.formula):
            yield note(check, "%(measure)s is a part of its own sum.", "Correct the formula.", measure=code)


def _formulae(check: Check, whole: Mapping[str, MeasureRule]) -> Iterator[Problem]:
    """Parts of formulae that are not entered, and formulae of which nothing is left."""
    sound = True
    for code in dict.fromkeys(code for _, code in check.formula + check.denominator):
        rule = whole.get(code)
        if rule is None:
            sound = False
            yield _unknown(check, code, whole)
        elif (rule.formed and rule.kind != "formula") or not all(_is_number(whole[part]) for part in _inside(rule)):
            sound = False
            message = "%(part)s is a %(other)s and cannot stand in a formula of %(code)s."
            yield note(check, message, "Write measures that are entered as numbers.", part=code, other=rule.kind)
    for column, formula in (("formula", check.formula), ("denominator", check.denominator)):
        if sound and formula and not opened(formula, whole):
            message = "The column %(column)s of %(code)s is always 0."
            yield note(check, message, "Correct the formula.", column=column)


def _inside(rule: MeasureRule) -> Iterable[str]:
    return (code for _, code in rule.numerator) if rule.kind == "formula" else (rule.code,)


def _is_number(rule: MeasureRule) -> bool:
    return not rule.formed and rule.quantity.kind != "text"


def _unknown(check: Check, code: str, rules: Iterable[str]) -> Problem:
    same = next((each for each in rules if each.casefold() == code.casefold()), "")
    remedy = "Did you mean %(same)s?" if same else "Correct the code, or add the measure."
    return note(check, "%(code)s looks at %(measure)s, which is no measure.", remedy, measure=code, same=same)
