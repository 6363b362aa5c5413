"""Writes one CSV file of the folder form."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

BATCH = 10_000


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], optional: bool = False) -> int:
    """Write the header and the rows, batch by batch; how many there were. An `optional` file without rows is not written."""
    waiting: Iterator[Sequence[str]] = iter(rows)
    batch = list(islice(waiting, BATCH))
    if optional and not batch:
        return 0
    count = 0
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        while batch:
            writer.writerows(batch)
            count += len(batch)
            batch = list(islice(waiting, BATCH))
    return count
