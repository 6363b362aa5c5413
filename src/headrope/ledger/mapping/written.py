"""Writes what a mapping has made as a folder that can be loaded, and finds the source of each of its rows again."""

from __future__ import annotations

import csv
import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from headrope.core.problems import Problem
from headrope.ledger.mapping.definitions import Beside, Rows
from headrope.ledger.mapping.facts import Facts
from headrope.ledger.mapping.names import NewUnit

Where = Callable[[int], str]
_ROW = re.compile(r"\b((?:units|measures|facts|ledger)\.csv), row ([0-9]+)")


@dataclass(frozen=True)
class Origins:
    """Where the rows of the written files came from: by file, the place of a row counted from 0 behind the header."""

    by_file: Mapping[str, tuple[int, Where]]
    mapping: str

    def translated(self, problem: Problem) -> Problem:
        """The problem with the source's cells instead of rows of the written folder."""
        values = {key: self._text(value) if isinstance(value, str) else value for key, value in problem.values.items()}
        where = self._text(problem.where)
        for name in self.by_file:
            where = self.mapping if where == name else where
        return dataclasses.replace(problem, where=where, values=values)

    def _text(self, text: str) -> str:
        return _ROW.sub(self._place, text)

    def _place(self, found: re.Match[str]) -> str:
        count, where = self.by_file.get(found[1], (0, str))
        row = int(found[2]) - 2
        return where(row) if 0 <= row < count else self.mapping


def write_folder(folder: Path, beside: Beside, new: Iterable[NewUnit], facts: Facts, mapping: str) -> Origins:
    """Write ledger.csv, units.csv, measures.csv and facts.csv, as far as there is something to write into them."""
    folder.mkdir(parents=True, exist_ok=True)
    by_file: dict[str, tuple[int, Where]] = {}
    settings = Rows(("key", "value")).with_rows(
        [(mapping, {"key": key, "value": value}) for key, value in beside.settings.items()]
    )
    held = {row.get("code") for _, row in beside.units.rows}
    made = [
        (unit.where, {"code": unit.code, "name": unit.name, "parent": unit.parent, "kind": unit.kind})
        for unit in new
        if unit.code not in held
    ]
    for name, table in (
        ("ledger.csv", settings),
        ("units.csv", beside.units.with_rows(made)),
        ("measures.csv", beside.measures),
    ):
        if table.rows:
            texts = [[row.get(column, "") for column in table.columns] for _, row in table.rows]
            _write(folder / name, table.columns, texts)
            by_file[name] = (len(table.rows), _listed([where for where, _ in table.rows]))
    rows = facts.rows()
    if rows:
        dated, reasoned = any(key.vintage for key, _, _ in rows), any(reason for _, _, reason in rows)
        columns = ["unit", "measure", "period", "version", "value", *["vintage"] * dated, *["reason"] * reasoned]
        texts = [[*key[:4], value, *[key.vintage] * dated, *[reason] * reasoned] for key, value, reason in rows]
        _write(folder / "facts.csv", columns, texts)
        by_file["facts.csv"] = (len(rows), facts.places.name)
    return Origins(by_file, mapping)


def _listed(places: Sequence[str]) -> Where:
    return places.__getitem__


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        # A line break in a name would shift the rows behind it.
        writer.writerows([" ".join(text.split()) for text in row] for row in rows)
