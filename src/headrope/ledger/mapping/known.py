"""What a mapping is held against: units and measures that stand in its own files or in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from headrope.core.quantities import Quantity


@dataclass(frozen=True)
class Known:
    """Names of the units by code, quantities of the measures by code, and the month in which the fiscal year starts."""

    units: Mapping[str, Sequence[str]] = field(default_factory=dict)
    measures: Mapping[str, Quantity] = field(default_factory=dict)
    fiscal_start: int = 1
