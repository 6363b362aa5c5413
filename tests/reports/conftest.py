"""A small paper made by hand, in both languages."""

from __future__ import annotations

import pytest

from headrope.reports.paper import Column, Figure, Number, Paper, Question, Row, Sentence, Table, Text
from headrope.reports.references import NumberRef
from headrope.review.charts import Chart, Mark, Step, waterfall


def number(text: str, value: str, measure: str = "PROFIT", version: str = "actual") -> Sentence:
    """A cell of one number; losses are bad."""
    return (Number(text, NumberRef("T03", measure, "2023-H1", version), value, value.startswith("-")),)


def chart(ident: str = "gap") -> Chart:
    """From 442 over −43 and −4 to 395."""
    steps = [Step("Xinglu Boiler", -43.0, "−43", "bad"), Step("兴炉锅炉", -4.0, "−4")]
    spec = waterfall(Mark("Plan", 442.0, "442"), steps, Mark("Actual", 395.0, "395"))
    return Chart(ident, "From plan to actual", spec, ("Part", "Profit"), [("Plan", "442"), ("Actual", "395")])


@pytest.fixture(params=["en", "zh-hans"])
def paper(request: pytest.FixtureRequest) -> Paper:
    """A paper with every kind of section."""
    chinese = request.param == "zh-hans"
    rows = [
        Row([("利润" if chinese else "Profit",), number("−1", "-1.25", version="target"), number("−44", "-44.05")]),
        Row(
            [
                ("收入" if chinese else "Revenue",),
                number("995", "995.00", "REV", "target"),
                number("918", "918.00", "REV"),
            ],
            strong=True,
        ),
    ]
    columns = [Column("", 3, words=True), Column("Plan"), Column("Actual")]
    finding = [
        (
            "A loss of ",
            *number("44", "-44.05"),
            " against a planned loss of ",
            *number("1", "-1.25", version="target"),
            ".",
        )
    ]
    return Paper(
        Question("sheet", "T03", "2023-H1", "target", request.param, 184),
        "兴炉锅炉" if chinese else "Xinglu Boiler",
        [("Head Fang Zhiqiang",)],
        finding,
        [Table("Measures", columns, rows, "CNY million"), Table("Units below", columns, [], empty="There are none.")],
        [[Figure("Gap", chart())], [Text("Answer", [("Two outages slip to September.",)], "13 Jul")]],
        "Xinglu Boiler · Jan–Jun 2023 · as known on 14 Jul 2023",
    )
