"""What a gap list says of the unit itself is what its review says, though it is read without the review's lines."""

from __future__ import annotations

import pytest
from django.test import Client

from headrope.core.periods import parse
from headrope.ledger.queries import LAST_YEAR
from headrope.review.gaps.figures import Stands, own_stand
from headrope.review.gaps.queries import gap_list
from headrope.review.headline import headline_measures
from headrope.review.queries import Question, Reader
from tests.conftest import Place
from tests.web.hard_group import hard as hard  # the fixtures
from tests.web.hard_group import hard_place as hard_place
from tests.web.test_papers_say import reader

PERIODS = ("2023-H1", "2023-05", "2022")


def compared(reader: Reader, step: int = 1) -> int:
    """Hold units' own stands, present measures and headline against their reviews; how many stands there were."""
    count = 0
    for code in sorted(node.code for node in reader.who.now.last.values())[::step]:
        for text in PERIODS:
            for against in (None, LAST_YEAR):
                question = Question(code, parse(text), against)
                review, frame = reader.review(question), reader.frame(question)
                own = Stands(reader, frame, [frame.unit], reader.pace(question.period))
                lines = {line.info: own_stand(review, line) for line in review.lines}
                assert {info for info in reader.infos.values() if own.present(info)} == lines.keys(), question
                assert {info: own.first(info) for info in lines} == lines, question
                headline = {line.info.code for line in headline_measures(review)}
                every, chosen = (gap_list(reader, code, question.period, against, every) for every in (True, False))
                assert {gap.info.code for gap in chosen.measures} == {gap.info.code for gap in every.measures if gap.info.code in headline}  # fmt: skip
                count += len(lines)
    return count


def test_own_stands_of_the_example_group(example: Place) -> None:
    example.enter()

    assert compared(reader(), 4) > 1000


def test_own_stands_of_a_group_with_everything_that_spoils_a_page(hard: Client) -> None:
    assert compared(reader(), 3) > 300


@pytest.mark.parametrize("code", ["G", "MUTE"])
def test_headline_of_a_group_that_weighs_nothing_is_the_first_that_are_there(hard: Client, code: str) -> None:
    asked = reader()
    for info in asked.infos.values():
        asked.infos[info.code] = type(info)(**{**vars(info), "weight": None})
    review = asked.review(Question(code, parse("2023-H1")))

    headline = [line.info.code for line in headline_measures(review)]

    assert headline == [line.info.code for line in review.lines][:24]
    listed = [gap.info.code for gap in gap_list(asked, code, parse("2023-H1")).measures]
    assert listed == [code for code in headline if code in listed]
