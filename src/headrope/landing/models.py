"""Runs of landings and what each says of units and measures; append-only, each run under the number of its posting."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class LandingRun(models.Model):
    """All headline measures landed once: of the year of months from `start` to before `end`, known before `month_end`.

    `seq` is the run's posting; `read_seq` the last posting that it has read. Months are counted as in core.periods.
    """

    seq = models.BigIntegerField(primary_key=True)
    read_seq = models.BigIntegerField()
    start = models.IntegerField()
    end = models.IntegerField()
    month_end = models.IntegerField()

    class Meta:
        db_table = "landing_run"
        indexes: ClassVar = [models.Index(fields=["start", "seq"], name="landing_run_of_year")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(start__lt=F("month_end"), month_end__lte=F("end")), name="landing_run_within_year"
            ),
            models.CheckConstraint(condition=Q(read_seq__lt=F("seq")), name="landing_run_reads_before"),
        ]


class LandingMeasure(models.Model):
    """A headline measure of a run: `left` steps of `span` months were still to come; or `why` it is not landed.

    `why` is a message id. `levels`: the year's figure is that of its last month; `recovers`: amounts can be added to it;
    `more` is better, or less, or neither (null); `grain` is its rounding step in units of account, 0 where it has none.
    """

    pk = models.CompositePrimaryKey("seq", "measure_id")
    seq = models.BigIntegerField()
    measure_id = models.IntegerField()
    span = models.PositiveSmallIntegerField()
    left = models.PositiveSmallIntegerField()
    levels = models.BooleanField()
    recovers = models.BooleanField()
    more = models.BooleanField(null=True)
    grain = models.FloatField()
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "landing_measure"


class LandingRow(models.Model):
    """A unit's landing of a measure in a run, in units of account; null where nothing is said.

    `steps`: the landing in steps of an exact measure. `scale` and `freedom` of its t distribution; `least` is below what
    it cannot end (null: no bound). `low80` to `high80` holds it with 80 per cent. `odds` of meeting `target`, or
    `odds_low` to `odds_high` where they cannot be told. `same_share` is the naive landing by last year's share. `past`
    whole years of its own; `filled` and `late` steps that were given a figure; `estimated` units below whose last steps were,
    and `estimated_steps` the last steps that hold such figures; `reasons` marks of core.landing.reasons.
    `share` is what it counts for in `parent_id`. `path`: the figure at the end of each step of the year, as the bytes of
    float64 (little end first) in hexadecimal digits; empty where nothing is said.
    """

    pk = models.CompositePrimaryKey("seq", "unit_id", "measure_id")
    seq = models.BigIntegerField()
    unit_id = models.IntegerField()
    measure_id = models.IntegerField()
    parent_id = models.IntegerField(null=True)
    share = models.FloatField()
    steps = models.BigIntegerField(null=True)
    point = models.FloatField(null=True)
    known = models.FloatField(null=True)
    low80 = models.FloatField(null=True)
    low50 = models.FloatField(null=True)
    high50 = models.FloatField(null=True)
    high80 = models.FloatField(null=True)
    scale = models.FloatField(null=True)
    freedom = models.FloatField(null=True)
    least = models.FloatField(null=True)
    target = models.FloatField(null=True)
    odds = models.FloatField(null=True)
    odds_low = models.FloatField(null=True)
    odds_high = models.FloatField(null=True)
    same_share = models.FloatField(null=True)
    past = models.SmallIntegerField()
    filled = models.SmallIntegerField()
    late = models.SmallIntegerField()
    estimated = models.IntegerField(default=0)
    estimated_steps = models.SmallIntegerField(default=0)
    reasons = models.IntegerField()
    path = models.TextField()

    class Meta:
        db_table = "landing_row"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(odds=None) | Q(odds__gte=0, odds__lte=1), name="landing_row_odds"),
            models.CheckConstraint(condition=Q(odds=None) | Q(odds_low=None), name="landing_row_one_kind_of_odds"),
        ]


class LandingScore(models.Model):
    """How good landings of a measure were on one tier, by the books at `seq`: of runs whose year has ended, or backtests.

    `months` of each year were known; of `years` years from `first_year` (a start month) on. Errors and coverage are
    shares, `bins` the reliability table of the tier as JSON. Newer rows replace older ones in what is shown.
    """

    id = models.BigAutoField(primary_key=True)
    seq = models.BigIntegerField()
    run_seq = models.BigIntegerField(null=True)
    measure_id = models.IntegerField()
    months = models.PositiveSmallIntegerField()
    tier = models.PositiveSmallIntegerField()
    first_year = models.IntegerField()
    years = models.PositiveSmallIntegerField()
    rows = models.PositiveIntegerField()
    wape = models.FloatField(null=True)
    wape_straight = models.FloatField(null=True)
    wape_share = models.FloatField(null=True)
    coverage = models.FloatField(null=True)
    brier = models.FloatField(null=True)
    brier_straight = models.FloatField(null=True)
    brier_share = models.FloatField(null=True)
    bins = models.TextField()

    class Meta:
        db_table = "landing_score"
        indexes: ClassVar = [models.Index(fields=["run_seq", "seq"], name="landing_score_of_run")]
