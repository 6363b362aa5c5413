"""A synthetic group in the folder form: 10,000 units, 40 stored measures and 10 ratios, 36 months, about 11.5 million facts."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SEED = 20260630


@dataclass(frozen=True)
class Size:
    """How large the group is; leaves are 80 % of the units."""

    units: int = 10_000
    money: int = 25
    stocks: int = 10
    counts: int = 5
    ratios: int = 10
    months: int = 36

    @property
    def stored(self) -> list[str]:
        """Codes of the stored measures."""
        return (
            [f"F{n:02d}" for n in range(self.money)]
            + [f"S{n:02d}" for n in range(self.stocks)]
            + [f"N{n:02d}" for n in range(self.counts)]
        )


def tree(size: Size) -> tuple[list[int], list[int]]:
    """Parent of each unit (-1 for the root) and the leaves; inner units come first."""
    rnd = np.random.default_rng(SEED)
    inner = max(1, size.units // 5)
    parents = [-1]
    for unit in range(1, size.units):
        below = range(0, min(unit, inner))
        parents.append(int(rnd.integers(max(0, len(below) // 6), len(below))) if unit >= inner else (unit - 1) // 5)
    with_children = set(parents)
    return parents, [unit for unit in range(size.units) if unit not in with_children]


def month(n: int) -> str:
    """The n-th month from January 2021."""
    return f"{2021 + n // 12}-{n % 12 + 1:02d}"


def write_definitions(folder: Path, size: Size) -> list[int]:
    """ledger.csv, units.csv and measures.csv; gives the leaves."""
    folder.mkdir(parents=True, exist_ok=True)
    parents, leaves = tree(size)
    _write(
        folder / "ledger.csv",
        ["key", "value"],
        [("name", "Synthetic Group"), ("currency", "CNY"), ("fiscal_start", "1")],
    )
    _write(
        folder / "units.csv",
        ["code", "name", "name_zh", "parent"],
        [(f"U{n}", f"Unit {n}", f"单位{n}", f"U{p}" if p >= 0 else "") for n, p in enumerate(parents)],
    )
    rows: list[tuple[object, ...]] = []
    for code in size.stored:
        kind = "stock" if code[0] == "S" else "flow"
        quantity, step = ("count", "1") if code[0] == "N" else ("money", "0.01")
        rows.append(
            (
                code,
                f"Measure {code}",
                f"指标{code}",
                "persons" if code[0] == "N" else "CNY",
                quantity,
                step,
                kind,
                "up" if code[-1] in "02468" else "none",
                "",
                "",
                1 if code in ("F00", "F01") else "",
            )
        )
    for n in range(size.ratios):
        rows.append(
            (f"R{n:02d}", f"Ratio {n}", f"比率{n}", "%", "number", "", "ratio", "up", f"F{n:02d}", f"F{n + 10:02d}", "")
        )
    _write(
        folder / "measures.csv",
        [
            "code",
            "name",
            "name_zh",
            "account",
            "quantity",
            "step",
            "kind",
            "direction",
            "numerator",
            "denominator",
            "weight",
        ],
        rows,
    )
    return leaves


def _write(path: Path, header: list[str], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(header)
        writer.writerows(rows)


def values(size: Size, leaves: int, version: int = 0) -> np.ndarray:
    """Hundredths [leaves, stored measures, months]; another version gives other numbers."""
    rnd = np.random.default_rng(SEED + version)
    return rnd.integers(1, 10_000_000, (leaves, len(size.stored), size.months), dtype=np.int64)


def write_facts(
    path: Path, size: Size, leaves: list[int], cells: np.ndarray, chosen: np.ndarray, first: int = 0
) -> int:
    """facts.csv with the chosen cells (flat numbers into `cells`), months counted from `first`; gives the rows."""
    codes = size.stored
    step = 200_000
    shape = cells.shape
    flat = cells.reshape(-1)
    with path.open("w", encoding="utf-8") as handle:
        handle.write("unit,measure,period,version,value\n")
        for start in range(0, len(chosen), step):
            part = chosen[start : start + step]
            unit, measure, at = np.unravel_index(part, shape)
            lines = []
            for u, m, t, v in zip(unit.tolist(), measure.tolist(), at.tolist(), flat[part].tolist(), strict=True):
                code = codes[m]
                value = str(v) if code[0] == "N" else f"{v // 100}.{v % 100:02d}"
                lines.append(f"U{leaves[u]},{code},{month(t + first)},actual,{value}\n")
            handle.writelines(lines)
    return len(chosen)
