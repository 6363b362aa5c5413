"""Keeps bulk loads off cells that a submission is about to fill, and off periods that are locked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from headrope.core.periods import from_code
from headrope.core.problems import Problem
from headrope.ledger.duties import FormInfo, forms
from headrope.ledger.models import Measure
from headrope.ledger.submissions.models import Lock, Submission, SubmissionState
from headrope.org.queries import edition_rows, tree_on, unit_ids

Run = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]
"""Runs a statement that sees the load's table `fresh` and the ledger's tables; parameters are written %s."""
LIVE = (SubmissionState.DRAFT, SubmissionState.SUBMITTED, SubmissionState.RETURNED, SubmissionState.REOPENED)
MOST = 100
"""Problems that are told; the load is refused by the first."""


def held_back(run: Run, restating: bool) -> list[Problem]:
    """Why the figures of a load cannot be posted: forms that are being filled in, and, unless `restating`, locks."""
    asked = {form.id: form for form in forms()}
    codes = {number: code for code, number in unit_ids().items()}
    measures = dict(Measure.objects.values_list("code", "id"))
    found = list(_live(run, asked, codes, measures))
    return found if restating else [*found, *_locked(run, asked, codes, measures)]


def _live(run: Run, asked: dict[int, FormInfo], codes: dict[int, str], measures: dict[str, int]) -> Iterator[Problem]:
    if not Submission.objects.filter(state__in=LIVE).exists():
        return
    marks = ", ".join(["%s"] * len(LIVE))
    rows = run(
        "SELECT DISTINCT s.form_id, f.unit_id, f.period, f.measure_id FROM submission s JOIN fresh f "
        "ON f.unit_id = s.unit_id AND f.period = s.period AND f.version_id = s.version_id AND f.basis = 0 "
        f"WHERE s.state IN ({marks}) ORDER BY f.unit_id, f.period",
        LIVE,
    )
    told = dict.fromkeys(
        (unit, form, period) for form, unit, period, measure in rows if measure in _ids(asked.get(form), measures)
    )
    for unit, form, period in list(told)[:MOST]:
        message = "%(unit)s is filling in %(form)s for %(period)s."
        remedy = "Send it in that form, or wait until it is accepted."
        values = {"unit": codes[unit], "form": asked[form].code, "period": str(from_code(period))}
        yield Problem("facts.csv", message, remedy, values)


def _locked(run: Run, asked: dict[int, FormInfo], codes: dict[int, str], measures: dict[str, int]) -> Iterator[Problem]:
    locks = list(Lock.objects.filter(seq_to=None))
    if not locks:
        return
    periods = sorted({lock.period for lock in locks})
    rows = run(
        "SELECT DISTINCT period, version_id, measure_id, unit_id FROM fresh WHERE basis = 0 "
        f"AND period IN ({', '.join(['%s'] * len(periods))})",
        periods,
    )
    if not rows:
        return
    editions, told = edition_rows(), dict[tuple[str, str, str], None]()
    for lock in locks:
        form, tree = asked.get(lock.form_id), tree_on(from_code(lock.period).last_day, editions)
        if form is None or lock.unit_id not in tree.nodes:
            continue
        under, wanted = {node.id for node in tree.subtree(lock.unit_id)}, _ids(form, measures)
        for period, version, measure, unit in rows:
            if period == lock.period and version == lock.version_id and measure in wanted and unit in under:
                told[codes[unit], form.code, str(from_code(period))] = None
    for unit, code, period in sorted(told)[:MOST]:
        message = "%(form)s of %(unit)s for %(period)s is locked."
        values = {"unit": unit, "form": code, "period": period}
        yield Problem("facts.csv", message, "Load it with --restate and a reason, which all above are told.", values)


def _ids(form: FormInfo | None, measures: dict[str, int]) -> frozenset[int]:
    return frozenset(measures[code] for code in form.measures if code in measures) if form else frozenset()
