"""From a posting to the next answer of a process that has the cube mapped: 40 figures of a unit in a group of 10,000.

    python benchmarks/tail.py [--postgresql] [--months 12] [--postings 100]

Checked: the group's total of every measure after the last posting is what NumPy says, and a generation that is built
anew says the same.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from time import perf_counter

import numpy as np
import synthetic

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import postgres


def run(folder: Path, months: int, postings: int) -> None:
    """Load, map, post, ask; needs the environment of a ledger."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from headrope.core.periods import Period
    from headrope.journal.actions import post
    from headrope.journal.models import PostingKind
    from headrope.journal.queries import books
    from headrope.ledger.actions import load_folder
    from headrope.ledger.cube import store
    from headrope.ledger.models import Fact, PostingUnit
    from headrope.ledger.queries import ledger_settings, measures, version_ids
    from headrope.org.actions import console_user
    from headrope.org.queries import unit_ids

    call_command("migrate", verbosity=0)
    size = synthetic.Size(months=months)
    leaves = synthetic.write_definitions(folder, size)
    cells = synthetic.values(size, len(leaves))
    synthetic.write_facts(folder / "facts.csv", size, leaves, cells, np.arange(cells.size))
    load_folder(folder, by=console_user())
    began = perf_counter()
    store.build()
    print(f"{cells.size:,} facts, cube built in {perf_counter() - began:.1f} s")
    ids, infos = unit_ids(), {info.code: info for info in measures()}
    ledger, by, version = ledger_settings(), console_user(), version_ids()["actual"]
    stored, period = size.stored, Period(2021 * 12 + months - 1, 1)
    cube, root = store.current(books(), ledger), ids["U0"]
    assert cube is not None
    rnd, seconds = np.random.default_rng(7), []
    for _ in range(postings):
        leaf = int(rnd.integers(len(leaves)))
        fresh = rnd.integers(1, 10_000_000, len(stored))
        cells[leaf, :, months - 1] = fresh
        with transaction.atomic():
            posting = post(kind=PostingKind.ACCEPT, by=by)
            unit = ids[f"U{leaves[leaf]}"]
            Fact.objects.bulk_create(
                Fact(
                    unit_id=unit,
                    measure_id=infos[code].id,
                    version_id=version,
                    period=period.code,
                    basis=0,
                    seq=posting.seq,
                    amount=int(amount),
                    state=0,
                )
                for code, amount in zip(stored, fresh, strict=True)
            )
            PostingUnit.objects.create(seq=posting.seq, unit_id=unit)
        began = perf_counter()
        cube = store.current(books(), ledger)
        assert cube is not None
        first = cube.view([root]).column(infos[stored[0]], infos, "actual", period)
        seconds.append(perf_counter() - began)
        assert int(first.values[0]) == int(cells[:, 0, months - 1].sum())
    check(cube, store, (root, infos, period), cells)
    ordered = sorted(seconds)
    print(
        f"{postings} postings of {len(stored)} figures: next answer in {statistics.median(ordered) * 1000:.0f} ms at the "
        f"median, {ordered[int(len(ordered) * 0.95)] * 1000:.0f} ms at 95 of 100, first {seconds[0] * 1000:.0f} ms"
    )


def check(cube: object, store: object, asked: tuple, cells: np.ndarray) -> None:
    """Stop unless every measure of the group is right, patched and built anew."""
    root, infos, period = asked
    store.build(force=True)  # type: ignore[attr-defined]
    for each in (cube, store.fresh()):  # type: ignore[attr-defined]
        view = each.view([root])  # type: ignore[attr-defined]
        found = [
            int(view.column(infos[code], infos, "actual", period).values[0]) for code in sorted(infos) if code[0] != "R"
        ]
        wanted = [
            int(cells[:, at, -1].sum()) for code in sorted(infos) if code[0] != "R" for at in [_place(code, infos)]
        ]
        if found != wanted:
            sys.exit(f"wrong totals: {found[:3]} instead of {wanted[:3]}")
    print("checked: 40 totals of the group, patched and built anew")


def _place(code: str, infos: dict) -> int:
    return [each for each in infos if each[0] != "R"].index(code)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--postings", type=int, default=100)
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own, as durable as it ships")
    wanted = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "headrope.config.settings"
    with tempfile.TemporaryDirectory() as name, postgres.server("") if wanted.postgresql else nullcontext() as address:
        os.environ["HEADROPE_HOME"] = str(Path(name) / "home")
        if address:
            os.environ["HEADROPE_DATABASE_URL"] = address
        run(Path(name) / "folder", wanted.months, wanted.postings)


if __name__ == "__main__":
    main()
