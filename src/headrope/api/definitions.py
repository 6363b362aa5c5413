"""/measures, /forms, /duties and /versions: what the books are made of."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from headrope.api.answers import Refused
from headrope.api.auth import READ
from headrope.api.days import From, Until, from_, until
from headrope.api.paging import DEFAULT, Page, page
from headrope.api.parameters import Code, Cursor, Day, Known, Limit
from headrope.api.visit import Visit, visit
from headrope.core.formulas import write_formula
from headrope.journal.queries import Known as KnownBooks
from headrope.journal.queries import known_on
from headrope.ledger.duties import forms as all_forms
from headrope.ledger.owed import duties_held
from headrope.ledger.queries import MeasureInfo, version_ids
from headrope.ledger.queries import measures as all_measures

router = Router(auth=READ)


class Measure(Schema):
    """A measure as defined last. `step` is the smallest amount of an exact one, such as 0.01; formulae are as written.

    `owner` is the name of an account, empty for nobody.
    """

    code: str
    name: str
    name_zh: str
    account: str
    kind: str
    quantity: str
    step: str | None
    direction: str
    margin: float | None
    numerator: str
    denominator: str
    annualise: bool
    missing: str
    weight: float | None
    attributable: bool
    owner: str
    successor: str | None
    continuity: str
    valid_from: From
    valid_to: Until


class Form(Schema):
    """What is asked for together: measures, for periods of `span` months."""

    code: str
    name: str
    name_zh: str
    span: int
    measures: list[str]


class Duty(Schema):
    """A unit owes a form for the periods that end between two days; `valid_to` is the first day on which it does not."""

    form: str
    unit: str
    valid_from: From
    valid_to: Until


class Version(Schema):
    """actual, target, budget, landing, or a named scenario."""

    code: str


def as_known(who: Visit, known: date | None) -> KnownBooks | None:
    """The books as known on the day; whoever may see no unit has nothing to do with the books: 404."""
    if not who.who.visible:
        raise Refused(404)
    return known_on(who.past(known), who.ledger.zone)


@router.get("/measures", response=Page[Measure], tags=["definitions"], operation_id="measures")
def measures(
    request: HttpRequest,
    known: Known | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Page[Measure]:
    """All measures, by code."""
    found = all_measures(as_known(visit(request), known))
    shown, following = page(found, lambda info: info.code, after, limit)
    return Page[Measure](items=[_measure(info) for info in shown], next=following)


@router.get("/measures/{code}", response=Measure, tags=["definitions"], operation_id="measure")
def measure(request: HttpRequest, code: Code, known: Known | None = None) -> Measure:
    """One measure."""
    found = next((info for info in all_measures(as_known(visit(request), known)) if info.code == code), None)
    if found is None:
        raise Refused(404)
    return _measure(found)


def _measure(info: MeasureInfo) -> Measure:
    rule = info.rule
    return Measure(
        code=info.code,
        name=info.name,
        name_zh=info.name_zh,
        account=info.account,
        kind=rule.kind,
        quantity=rule.quantity.kind,
        step=f"{rule.quantity.step:f}" if rule.quantity.exact else None,
        direction=rule.direction,
        margin=rule.margin,
        numerator=write_formula(rule.numerator),
        denominator=write_formula(rule.denominator),
        annualise=rule.annualise,
        missing=rule.missing,
        weight=info.weight,
        attributable=rule.attributable,
        owner=info.owner,
        successor=rule.successor,
        continuity=rule.continuity,
        valid_from=from_(rule.valid_from),
        valid_to=until(rule.valid_to),
    )


@router.get("/forms", response=Page[Form], tags=["definitions"], operation_id="forms")
def forms(
    request: HttpRequest,
    known: Known | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Page[Form]:
    """All forms, by code."""
    found = all_forms(as_known(visit(request), known))
    shown, following = page(found, lambda form: form.code, after, limit)
    items = [
        Form(code=form.code, name=form.name, name_zh=form.name_zh, span=form.span, measures=list(form.measures))
        for form in shown
    ]
    return Page[Form](items=items, next=following)


@router.get("/duties", response=Page[Duty], tags=["definitions"], operation_id="duties")
def duties(
    request: HttpRequest,
    form: Code | None = None,
    unit: Code | None = None,
    on: Annotated[Day, Field(description="Only duties for periods that end on that day.")] | None = None,
    known: Known | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Page[Duty]:
    """Which units that you may see owe which forms, by form, unit and first day."""
    who = visit(request)
    books = as_known(who, known)
    asked = who.unit(unit).id if unit else None
    codes = {node.id: node.code for node in who.who.now.last.values()}
    found = [
        Duty(form=each.form, unit=codes[each.unit], valid_from=from_(each.valid_from), valid_to=until(each.valid_to))
        for each in duties_held(books)
        if who.who.sees(each.unit)
        and (asked is None or each.unit == asked)
        and (form is None or each.form == form)
        and (on is None or each.valid_from <= on < each.valid_to)
    ]
    shown, following = page(found, lambda duty: f"{duty.form}~{duty.unit}~{duty.valid_from}", after, limit)
    return Page[Duty](items=shown, next=following)


@router.get("/versions", response=Page[Version], tags=["definitions"], operation_id="versions")
def versions(request: HttpRequest, after: Cursor | None = None, limit: Limit = DEFAULT) -> Page[Version]:
    """All versions, by code."""
    as_known(visit(request), None)
    shown, following = page(list(version_ids()), str, after, limit)
    return Page[Version](items=[Version(code=code) for code in shown], next=following)
