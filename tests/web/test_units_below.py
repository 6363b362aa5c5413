"""What stands under the units below of a review page: figures that no gap tells of."""

from __future__ import annotations

from tests.conftest import Load
from tests.review.test_conditions import FACTS, MEASURES, UNITS
from tests.web.trial_reading import Situation, office_of


def test_figures_without_a_plan_or_with_0_as_plan_are_counted_and_summed(load: Load) -> None:
    load(ledger="key,value\nname,Group\nfiscal_start,1\ncurrency,CNY", units=UNITS, measures=MEASURES, facts=FACTS)

    against_plan = Situation(office_of("G"), "/review/G/2023-06/", "against=target")
    against_last_year = Situation(office_of("G"), "/review/G/2023-06/", "against=last-year")

    assert against_plan.notes() == [
        "1 unit has no figure.",
        "1 unit has no plan: 7.",
        "1 unit has 0 as plan: 5.",
    ]
    assert not any("plan" in note for note in against_last_year.notes())
