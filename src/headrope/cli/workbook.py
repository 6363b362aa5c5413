"""`headrope workbook`: a unit's form for a period as an .xlsx to be filled in."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import get_language

from headrope.cli.acting import acting
from headrope.cli.screen import need_database, speaking, stop
from headrope.core.display import UNIT, scale_of
from headrope.core.periods import Period, PeriodError, parse_native
from headrope.journal import clock
from headrope.journal.queries import books
from headrope.ledger.queries import ledger_settings
from headrope.ledger.submissions.collection import forms_now
from headrope.ledger.submissions.place import Moment, NoSuchForm, Place, place_of, round_of
from headrope.ledger.submissions.queries import entry_sheet
from headrope.ledger.wording import FigureWording
from headrope.ledger.workbook.writing import write_workbook
from headrope.org.queries import NoSuchUnit


def workbook(
    unit: Annotated[str, typer.Argument(help="The unit's code.")],
    period: Annotated[str, typer.Argument(help="2023-06, 2023-Q2, 2023-H1, 2023 or FY2023-24.")],
    form: Annotated[
        str | None, typer.Option(metavar="CODE", help="The form, where the unit fills in several for such periods.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="en or zh; which one comes first.")] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it; UNIT-FORM-PERIOD.xlsx without.")
    ] = None,
) -> None:
    """Write the workbook in which a unit fills in its figures for a period."""
    need_database()
    with speaking(language):
        at, ledger = books(), ledger_settings()
        when = Moment(at, ledger, clock.now())
        try:
            asked = parse_native(period, ledger.fiscal_start)
            place = _place(unit, asked, form, when)
        except PeriodError as error:
            stop(f"{error}.", 2)
        except NoSuchUnit:
            stop(f"There is no unit '{unit}'.", 2)
        sheet, spoken = entry_sheet(place), get_language() or "en"
        path = output or Path(f"{sheet.unit.code}-{sheet.form.code}-{sheet.period}.xlsx")
        if path.exists():
            stop(f"{path} is there already; it may be filled in. Name another file with --output.")
        out = BytesIO()
        scale = scale_of(sheet.form.scale, spoken) or UNIT
        write_workbook(sheet, out, language=spoken, wording=FigureWording(ledger, 0, sheet.form.scale), scale=scale)
        try:
            path.write_bytes(out.getvalue())
        except OSError as error:
            stop(f"{path} cannot be written: {error.strerror}.")
        typer.echo(path)


def _place(unit: str, period: Period, form: str | None, when: Moment) -> Place:
    """The one form that the unit fills in for the period, or the one that is named."""
    who = acting().sight(when.at, when.now.astimezone(when.ledger.zone).date())
    codes = [form] if form else [code for code, each in forms_now(when.at).items() if each.span == period.span]
    found = []
    for code in codes:
        try:
            place = place_of(who, unit, round_of(code, period, when))
        except NoSuchForm:
            continue
        if place.owing:
            found.append(place)
    if len(found) == 1:
        return found[0]
    if found:
        named = ", ".join(place.round.form.code for place in found)
        stop(f"{unit} fills in several forms for {period}; name one with --form: {named}.", 2)
    stop(f"{unit} fills in no {'form ' + form if form else 'form'} for {period}.", 2)
