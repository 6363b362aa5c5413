"""The three kinds of definitions of the review: their files, columns and tables, and what is wrong with rows of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from headrope.core.problems import Problem
from headrope.ledger.queries import ledger_settings, measures
from headrope.org.queries import unit_ids
from headrope.review.benchmarks import benchmark
from headrope.review.benchmarks.benchmark import Known
from headrope.review.gaps import cause
from headrope.review.models import BenchmarkEdition, CauseEdition, RuleEdition
from headrope.review.rules import rule

Model = type[CauseEdition] | type[RuleEdition] | type[BenchmarkEdition]
Cells = Mapping[str, str]
Placed = tuple[str, Cells]
"""Where a row stands, and its cells."""


@dataclass(frozen=True)
class Kind:
    """One kind: `names` are the columns that say of what a row speaks.

    `check` tells all that is wrong with all rows, held against measures and units.
    """

    key: str
    file: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    model: Model
    check: Callable[[Sequence[Placed], Known], list[Problem]]

    def name_of(self, cells: Cells) -> str:
        """What the row speaks of, as one text; cells hold no tabs."""
        return "\t".join(cells.get(column, "") for column in self.names)


def _causes(rows: Sequence[Placed], known: Known) -> list[Problem]:
    problems: list[Problem] = []
    read = [(where, made) for where, cells in rows if (made := cause.read_cause(where, cells, problems.append))]
    return problems or cause.check_causes(read)


def _rules(rows: Sequence[Placed], known: Known) -> list[Problem]:
    problems: list[Problem] = []
    read = [(where, made) for where, cells in rows if (made := rule.read_rule(where, cells, problems.append))]
    return problems + rule.check_rules(read, list(known.rules))


def _benchmarks(rows: Sequence[Placed], known: Known) -> list[Problem]:
    problems: list[Problem] = []
    read = [
        (where, made)
        for where, cells in rows
        if (made := benchmark.read_benchmark(where, cells, known, problems.append))
    ]
    return problems + benchmark.check_benchmarks(read)


def known_now() -> Known:
    """What rows are held against as the books stand; three statements."""
    rules = {info.code: info.rule for info in measures()}
    return Known(rules, list(unit_ids()), ledger_settings().fiscal_start)


CAUSES = Kind("causes", cause.FILE, cause.NAMES, cause.COLUMNS, cause.NEEDED, CauseEdition, _causes)
RULES = Kind("rules", rule.FILE, rule.NAMES, rule.COLUMNS, rule.NEEDED, RuleEdition, _rules)
BENCHMARKS = Kind(
    "benchmarks",
    benchmark.FILE,
    benchmark.NAMES,
    benchmark.COLUMNS,
    benchmark.NEEDED,
    BenchmarkEdition,
    _benchmarks,
)
KINDS = (CAUSES, RULES, BENCHMARKS)
