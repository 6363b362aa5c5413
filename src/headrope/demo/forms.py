"""What the leaves owe: three forms, when they are due, and on whom they are."""

from __future__ import annotations

from typing import Final, NamedTuple

from headrope.demo.units import LEAVES, life


class Form(NamedTuple):
    """One row of forms.csv."""

    code: str
    name: str
    name_zh: str
    span: str
    measures: str
    due: str
    scale: str = "1"


MONTHLY: Final = "business day 6 at 18:00"
"""Each tier above has one business day more."""
FORMS: Final = (
    Form(
        "FINANCE",
        "Monthly finance form",
        "财务月报",
        "month",
        "REVENUE PROFIT ORDERS CASH RD CAPEX RECEIVABLES LIABILITIES ASSETS OVERSEAS",
        MONTHLY,
        "k",
    ),
    Form(
        "WORKS",
        "Monthly works form",
        "生产月报",
        "month",
        "HEADCOUNT PIECES PASSED ACCIDENTS ACCIDENT_CLASS ENERGY",
        MONTHLY,
    ),
    Form("CUSTOMERS", "Quarterly customer survey", "客户季报", "quarter", "SATISFACTION REPLIES", "business day 8"),
)
DUTIES: Final = tuple((form.code, leaf, *life(leaf)) for form in FORMS for leaf in LEAVES)
