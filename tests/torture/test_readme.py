"""The published table lists every case with its title, and the files say where each is written down."""

from __future__ import annotations

from tests.torture.cases import CASES, FOLDER

HEADER = ["| case | title | spec |", "| --- | --- | --- |"]


def test_the_table_lists_all_cases() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()

    rows = [line for line in listed[listed.index(HEADER[0]) :] if line]

    assert rows == [*HEADER, *(f"| [{case.name}]({case.name}.yaml) | {case.title} | {case.spec} |" for case in CASES)]
