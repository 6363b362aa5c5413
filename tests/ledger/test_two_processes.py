"""What one process posts stands in the next answer of another."""

from __future__ import annotations

import subprocess
import sys

from headrope.ledger.actions import load_folder
from headrope.org.actions import console_user

from ..conftest import Folder, Load, Place
from .small_group import FACTS, HEADER, MEASURES, UNITS

READER = """
import sys
import django
django.setup()
from headrope.core.periods import parse
from headrope.journal.queries import books
from headrope.ledger.cube import store
from headrope.ledger.queries import ledger_settings, measures
from headrope.org.queries import unit_ids
group, infos, ledger = unit_ids()["G"], {info.code: info for info in measures()}, ledger_settings()
for line in sys.stdin:
    cube = store.current(books(), ledger)
    with cube.gate.reading():
        column = cube.view([group]).column(infos["REV"], infos, "actual", parse("2023-04"))
    print(int(column.values[0]), cube.manifest.seq, cube.seq, flush=True)
"""


def test_posting_of_one_process_is_in_the_next_answer_of_another(load: Load, folder: Folder, place: Place) -> None:
    load(units=UNITS, measures=MEASURES, facts=FACTS)
    environment = {**place.environment, "DJANGO_SETTINGS_MODULE": "headrope.config.settings"}
    command, pipes = [sys.executable, "-c", READER], {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as reader:

        def answer() -> list[int]:
            assert reader.stdin and reader.stdout
            reader.stdin.write("\n")
            reader.stdin.flush()
            return [int(word) for word in reader.stdout.readline().split()]

        before = answer()
        load_folder(folder(facts=f"{HEADER}\nA1,REV,2023-04,actual,200.10"), by=console_user())
        after = answer()

    assert (before[0], after[0]) == (190_10, 290_10)
    assert after[1] == before[1], "the reader has not taken another generation but patched its own"
    assert after[2] > before[2]
