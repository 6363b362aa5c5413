"""A doubt is shown as a problem, in the owner's words where there are any, and its answer has to say something."""

from __future__ import annotations

import pytest

from headrope.core.checks.answers import answer_problem
from tests.core.checks.asking import check, doubts


@pytest.mark.parametrize(
    ("message", "message_zh", "language", "expected"),
    [
        ("", "", "en", "C12: -0.01 is below 0. Right? Then say why. Wrong? Then mend the figure."),
        ("Below 0 %(x)s %", "", "en", "C12: Below 0 %(x)s % Right? Then say why. Wrong? Then mend the figure."),
        ("Sold back?", "退货？", "zh-hans", "C12: 退货？ Right? Then say why. Wrong? Then mend the figure."),
        ("Sold back?", "退货？", "en", "C12: Sold back? Right? Then say why. Wrong? Then mend the figure."),
        ("Sold back?", "", "zh-hans", "C12: Sold back? Right? Then say why. Wrong? Then mend the figure."),
        ("", "退货？", "en", "C12: 退货？ Right? Then say why. Wrong? Then mend the figure."),
    ],
)
def test_owner_has_the_first_word(message: str, message_zh: str, language: str, expected: str) -> None:
    sold = check("not-negative", measures="REV", message=message, message_zh=message_zh)

    [doubt] = doubts(sold, {"REV": -1})

    assert str(doubt.problem("C12", language)) == expected
    assert (doubt.key, doubt.measure) == (("C", "REV"), "REV")


@pytest.mark.parametrize(
    ("text", "least", "expected"),
    [
        ("Two nuclear projects invoiced on 28 June", "", None),
        ("增开二班", "", None),
        ("ok", "", "The answer has fewer than 4 letters and digits."),
        ("", "", "The answer has fewer than 4 letters and digits."),
        ("... . ok ... !!!", "", "The answer has fewer than 4 letters and digits."),
        ("good", "5", "The answer has fewer than 5 letters and digits."),
        ("goods", "5", None),
        ("a\nword", "", "The answer holds a control character."),
        ("a" * 1001, "", "The answer is longer than 1000 characters."),
        ("<script>=1+1</script>", "", None),
    ],
)
def test_answer_has_to_say_something(text: str, least: str, expected: str | None) -> None:
    problem = answer_problem("C20", check("not-negative", measures="REV", answer=least), text)

    assert (problem and problem.message % problem.values) == expected
