"""The files that say what is measured, asked for and checked, told to people."""

from __future__ import annotations

from headrope.ledger.book import words
from headrope.ledger.book.columns import Column, File
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext


def measures() -> File:
    """What is measured."""
    return File(
        "measures",
        pgettext("file", "Measures"),
        _("What is measured: one row for each measure. Quantity, step and kind of a measure never change."),
        ("code",),
        (
            words.code(_("A letter, then letters, digits and _; at most 40.")),
            *words.names(),
            Column("account", pgettext("column", "Counted in"), _("CNY, %, persons, kt ...")),
            words.choice(
                "quantity", pgettext("column", "Quantity"), _("What its figures are made of."), words.quantities(), needed=True
            ),
            words.plain("step", pgettext("column", "Step"), _("The smallest amount of money or count: 0.01, 1, 1000 ..."), "number"),
            words.choice(
                "kind", pgettext("column", "Kind"), _("How totals of units and periods are formed."), words.measure_kinds(), needed=True
            ),
            words.choice("direction", pgettext("column", "Better"), _("Which way it is better."), words.directions(), needed=True),
            words.plain("numerator", pgettext("column", "Formed from"), _("Codes with + - * /, such as ATT-OV4; of a ratio what stands above."), "formula"),
            words.plain("denominator", pgettext("column", "Divided by"), _("Of a ratio what stands below; of a mean with weights the weight."), "formula"),
            words.plain("weight", pgettext("column", "Weight in a score"), _("How much it counts in a score of several."), "number"),
            words.plain("annualise", pgettext("column", "Annualise"), _("yes: a ratio of a flow to a stock is turned into a year's."), "yes"),
            *words.days(),
            words.plain("successor", pgettext("column", "Followed by"), _("The code of the measure that follows when this one ends."), "measure"),
            words.choice("continuity", pgettext("column", "How it follows"), _("Whether the two can be compared."), words.continuities()),
            words.choice("missing", pgettext("column", "Where missing"), _("What a unit adds that gave nothing; empty: nothing."), words.missing()),
            words.plain("margin", pgettext("column", "Margin"), _("How near to the target is near enough, in units of account."), "number"),
            words.plain("attributable", pgettext("column", "Attributable"), _("yes: the part that the owners hold is shown, too."), "yes"),
            words.plain("owner", pgettext("measure", "Owner"), _("Who may add checks of it: the name that he signs in with; empty: nobody.")),
        ),
        ("vintage",),
        (
            _measure(code="REV", name="Revenue", name_zh="营业收入", account="CNY", quantity="money", step="0.01", kind="flow", direction="up"),
            _measure(code="PROFIT", name="Profit", name_zh="利润总额", account="CNY", quantity="money", step="0.01", kind="flow", direction="up"),
            _measure(code="MARGIN", name="Profit over revenue", name_zh="利润率", account="%", quantity="number", kind="ratio", direction="up",
                     numerator="PROFIT", denominator="REV"),
            _measure(code="STAFF", name="Employees at the end", name_zh="期末人数", account="persons", quantity="count", step="1", kind="stock",
                     direction="none"),
        ),
    )  # fmt: skip


_MEASURE = (
    "code", "name", "name_zh", "account", "quantity", "step", "kind", "direction", "numerator", "denominator", "weight",
    "annualise", "from", "to", "successor", "continuity", "missing", "margin", "attributable", "owner",
)  # fmt: skip


def _measure(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(key, "") for key in _MEASURE)


def forms() -> File:
    """Which measures are asked for together."""
    due = _(
        "business day 5, day 10 or day 30 of month 4; then, if needed, +2 per tier; then at 17:00. Empty: never due."
    )
    return File(
        "forms",
        pgettext("file", "Forms"),
        _("Which measures are asked for together, and how often."),
        ("code",),
        (
            words.code(_("A letter, then letters, digits and _; at most 40.")),
            *words.names(),
            words.choice("span", pgettext("column", "How often"), _("For which periods it is asked for."), words.spans(), needed=True),
            Column("measures", pgettext("column", "Measures"), _("Codes of measures, blank between."), "codes", needed=True),
            words.plain("due", pgettext("column", "Due"), due),
            words.choice("scale", pgettext("column", "Money in"), _("In which scale money is typed; empty: units of account."), words.scales()),
        ),
        ("vintage",),
        (("FINANCE", "Monthly finance form", "财务月报", "month", "REV PROFIT", "business day 5", "k"),),
    )  # fmt: skip


def duties() -> File:
    """Who owes which form."""
    return File(
        "duties",
        pgettext("file", "Duties"),
        _("Which unit owes which form, for the periods that end between the two days."),
        ("form", "unit"),
        (
            Column("form", pgettext("column", "Form"), _("The code of a form."), "form", needed=True),
            words.unit("unit", pgettext("column", "Unit"), _("The code of the unit that owes it.")),
            *words.days(),
            words.plain(
                "due", pgettext("column", "Due"), _("A rule of its own for this unit; empty: that of the form.")
            ),
        ),
        ("vintage", "state"),
        (("FINANCE", "A1", "2023-01-01", "", ""), ("FINANCE", "C", "", "", "day 10")),
    )


def checks() -> File:
    """What is asked of figures before they are sent."""
    amount = _("In units of account.")
    return File(
        "checks",
        pgettext("file", "Checks"),
        _("What is asked of the figures of a unit before they are sent. Each kind takes only some of the columns."),
        ("code",),
        (
            words.code(_("A letter, then letters, digits and _; at most 40.")),
            words.choice("kind", pgettext("column", "Kind"), _("What is looked at."), words.check_kinds(), needed=True),
            words.choice("severity", pgettext("column", "Weight"), _("What a doubt does."), words.severities(), needed=True),
            words.plain("measures", pgettext("column", "Measures"), _("Codes, blank between; * is every measure that can be asked."), "codes"),
            words.plain("formula", pgettext("column", "Formula"), _("Such as A+B: the parts of a sum, or what stands above in a ratio."), "formula"),
            words.plain("denominator", pgettext("column", "Divided by"), _("What stands below in a ratio."), "formula"),
            words.choice("against", pgettext("column", "Held against"), _("Of a jump: which earlier period."), words.against()),
            words.plain("min", pgettext("column", "At least"), amount, "number"),
            words.plain("max", pgettext("column", "At most"), amount, "number"),
            words.plain("change", pgettext("column", "Largest change"), _("A share of the earlier figure, like 30 %."), "number"),
            words.plain("tolerance", pgettext("column", "Tolerance"), _("A difference up to it says nothing."), "number"),
            words.plain("floor", pgettext("column", "Floor"), _("Smaller figures count as this much."), "number"),
            words.plain("limit", pgettext("column", "Limit"), _("The largest usual score against the past; empty: 3.5."), "number"),
            words.plain("decimals", pgettext("column", "Decimals"), _("How many are allowed, 0 to 9."), "number"),
            words.plain("past", pgettext("column", "Past figures"), _("How many past figures it takes."), "number"),
            words.plain("answer", pgettext("column", "Answer"), _("Letters and digits that an answer has at least; warnings only."), "number"),
            words.plain("under", pgettext("column", "Under"), _("Codes of units, blank between, with all below them; empty: all."), "codes"),
            words.plain("unit_kinds", pgettext("column", "Kinds of units"), _("Blank between; empty: all."), "codes"),
            words.plain("message", pgettext("column", "Sentence"), _("Your own sentence in English; empty: the usual one."), "long"),
            words.plain("message_zh", pgettext("column", "Sentence in Chinese"), _("Your own sentence in Chinese."), "long"),
            *words.days(),
        ),
        ("vintage", "state"),
        (("JUMP", "jump", "warning", "REV", "", "", "year", "", "", "30 %", "", "1000000", *[""] * 10),),
    )  # fmt: skip


def calendars() -> File:
    """Holidays and make-up days."""
    return File(
        "calendars",
        pgettext("file", "Calendars"),
        _("Days that are free or worked; all rows of one calendar belong together. Due days are counted in them."),
        ("calendar",),
        (
            Column("calendar", pgettext("column", "Calendar"), _("Its code: a letter, then letters, digits and _."), "code", needed=True),
            words.choice("kind", pgettext("column", "Kind"), _("Free or worked."), words.day_kinds(), needed=True),
            words.plain("day", pgettext("column", "Day"), _("A day like 2023-05-01; of a weekend days of the week: FRI SAT.")),
            *(
                words.plain("from", pgettext("column", "From"), _("In place of the day: the first day."), "day"),
                words.plain("to", pgettext("column", "To"), _("In place of the day: the last day."), "day"),
            ),
            *words.names(needed=False),
        ),
        ("vintage", "state"),
        (
            ("CN", "holiday", "", "2023-04-29", "2023-05-03", "Labour Day", "劳动节"),
            ("CN", "workday", "2023-05-06", "", "", "Labour Day", "劳动节"),
        ),
    )  # fmt: skip


def unit_calendars() -> File:
    """Which unit works by which calendar."""
    return File(
        "unit_calendars",
        pgettext("file", "Calendars of units"),
        _("Which unit, with all below it, works by which calendar. All rows of one unit belong together."),
        ("unit",),
        (
            words.unit("unit", pgettext("column", "Unit"), _("The code of the unit.")),
            Column("calendar", pgettext("column", "Calendar"), _("The code of a calendar."), "calendar", needed=True),
            *words.days(),
        ),
        ("vintage", "state"),
    )
