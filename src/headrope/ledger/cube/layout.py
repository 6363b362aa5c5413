"""What a generation holds and where: the manifest, its groups of arrays and the parts of measures in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from headrope.core.forests import Operation
from headrope.core.measures import MeasureRule
from headrope.ledger.queries import MeasureInfo

LAYOUT = 4

Part = Literal["value", "difference", "product", "weight", "largest", "smallest", "held"]
Component = tuple[int, Part]
"""A measure's id and the part of it that is added up."""

VALUE: Part = "value"
DIFFERENCE: Part = "difference"
"""Of a cumulative measure: figures of single periods."""
PRODUCT: Part = "product"
WEIGHT: Part = "weight"
"""Of a weighted mean: value times weight, and the weight of whoever gave both."""
LARGEST: Part = "largest"
SMALLEST: Part = "smallest"
HELD: Part = "held"
"""How many units' values are in a total where missing ones are carried or taken as 0."""


def stored_parts(rule: MeasureRule) -> tuple[Part, ...]:
    """The parts of a measure that its own figures fill; none for levels and texts. Differences come beside."""
    if rule.level or rule.kind == "text":
        return ()
    part: Part = {"max": LARGEST, "min": SMALLEST}.get(rule.kind, VALUE)
    parts: tuple[Part, ...] = (part,) if rule.weight is None else (PRODUCT, WEIGHT)
    return parts if rule.missing == "missing" else (*parts, HELD)


def successions(infos: Mapping[int, MeasureInfo]) -> list[tuple[MeasureInfo, MeasureInfo]]:
    """Measures and those that continue them without a change, the earlier of a chain first."""
    by_code = {info.code: info for info in infos.values()}
    found = [
        (info, by_code[info.rule.successor])
        for info in infos.values()
        if info.rule.continuity == "same" and info.rule.successor in by_code
    ]
    return sorted(found, key=lambda pair: pair[1].rule.valid_from)


def main_part(rule: MeasureRule) -> Part:
    """The part whose counts say who has reported the measure."""
    return stored_parts(rule)[0]


def operation(part: Part) -> Operation:
    """How the part is added up over units."""
    return {LARGEST: "largest", SMALLEST: "smallest", HELD: "count"}.get(part, "sum")  # type: ignore[return-value]


Over = Literal["sum", "last", "largest", "smallest", "native"]


def over_time(part: Part, rule: MeasureRule) -> Over:
    """How the part is taken over a period; the time rules of docs/spec/measures.md."""
    if part == DIFFERENCE or rule.kind in ("flow", "weighted"):
        return "sum"
    if part in (LARGEST, SMALLEST):
        return "largest" if part == LARGEST else "smallest"
    return "native" if rule.kind in ("disjoint", "distinct") else "last"


def is_exact(part: Part, rule: MeasureRule) -> bool:
    """Whether the part is a whole number of steps; products and weights are floats, which no size can overflow."""
    return part == HELD or (part not in (PRODUCT, WEIGHT) and rule.quantity.exact)


@dataclass(frozen=True)
class Group:
    """The arrays of one version at one native span.

    `amounts` (exact) and `numbers` (float) are components in the order of the arrays' second axis; `levels` are measures
    with figures of units themselves that are not added up; `pairs` are formed measures whose complete reporters are
    counted; `owed` are measures of which duties say who owes them. `starts` are the start months of the cells.
    """

    version: str
    span: int
    starts: tuple[int, ...]
    amounts: tuple[Component, ...]
    numbers: tuple[Component, ...]
    levels: tuple[int, ...]
    pairs: tuple[int, ...]
    owed: tuple[int, ...] = ()

    @property
    def stem(self) -> str:
        """The beginning of the group's file names."""
        return f"{self.version}_{self.span}"

    @property
    def components(self) -> tuple[Component, ...]:
        """All components, in the order of the arrays of counts."""
        return self.amounts + self.numbers


@dataclass(frozen=True)
class Manifest:
    """A generation: the books and posting it stands on, the day it is known as of (None: now), and its groups.

    `postings` is a digest of the postings that it knows; `largest_money` is the largest absolute money figure of a year
    at any root, in units of account, from which pages choose their scale; `largest_size` the largest sum of absolute
    own figures of one component, in steps. `digests` are SHA-256 by file name.
    """

    key: str
    seq: int
    known_on: str | None
    postings: str
    groups: tuple[Group, ...]
    facts: int
    largest_money: float
    largest_size: float
    last_actual: int | None
    digests: dict[str, str]
    layout: int = LAYOUT

    def write(self, folder: Path) -> None:
        """Write manifest.json."""
        (folder / "manifest.json").write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest | None:
    """The generation's manifest, or None when there is none or it is of another layout."""
    try:
        held = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if held.get("layout") != LAYOUT:
        return None
    groups = tuple(_group(each) for each in held.pop("groups"))
    return Manifest(**{**held, "groups": groups})


def _group(held: dict[str, Any]) -> Group:
    pairs = {name: tuple((int(measure), part) for measure, part in held[name]) for name in ("amounts", "numbers")}
    lists = {name: tuple(int(each) for each in held[name]) for name in ("starts", "levels", "pairs", "owed")}
    parts = (pairs["amounts"], pairs["numbers"], lists["levels"], lists["pairs"], lists["owed"])
    return Group(held["version"], held["span"], lists["starts"], *parts)
