"""What a generation holds and where: the manifest, its groups of arrays and the tree's epochs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LAYOUT = 3

Component = tuple[int, str]
"""A measure's id and the part of it that is stored: VALUE, or DIFFERENCE of a cumulative measure."""

VALUE, DIFFERENCE = "value", "difference"


@dataclass(frozen=True)
class Group:
    """The arrays of one version at one native span.

    `amounts` (exact) and `numbers` (float) are components in the order of the arrays' second axis; `levels` are ratios
    with figures of their own that are not added up; `pairs` are ratios whose complete reporters are counted.
    `starts` are the start months of the cells.
    """

    version: str
    span: int
    starts: tuple[int, ...]
    amounts: tuple[Component, ...]
    numbers: tuple[Component, ...]
    levels: tuple[int, ...]
    pairs: tuple[int, ...]

    @property
    def stem(self) -> str:
        """The beginning of the group's file names."""
        return f"{self.version}_{self.span}"


@dataclass(frozen=True)
class Manifest:
    """A generation: the books and posting it stands on, the day it is known as of (None: now), and its groups.

    `epochs` are the first months of runs with equal tree; `largest_money` is the largest absolute money figure of a
    year at any root, in units of account, from which pages choose their scale; `largest_size` the largest sum of
    absolute own figures of one component, in steps. `digests` are SHA-256 by file name.
    """

    key: str
    seq: int
    known_on: str | None
    epochs: tuple[int, ...]
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
    return Manifest(**{**held, "groups": groups, "epochs": tuple(held["epochs"])})


def _group(held: dict[str, Any]) -> Group:
    pairs = {name: tuple((int(measure), str(part)) for measure, part in held[name]) for name in ("amounts", "numbers")}
    lists = {name: tuple(int(each) for each in held[name]) for name in ("starts", "levels", "pairs")}
    parts = (pairs["amounts"], pairs["numbers"], lists["levels"], lists["pairs"])
    return Group(held["version"], held["span"], lists["starts"], *parts)
