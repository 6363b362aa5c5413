"""Random ledgers: the engine says what brute force says, however the figures came in and the units moved."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from headrope.core.periods import parse
from headrope.journal.models import Posting
from headrope.journal.queries import end_of_day
from headrope.ledger.actions import load_folder
from headrope.ledger.queries import ledger_settings
from headrope.org.actions import console_user
from tests.conftest import Databases
from tests.torture.asking import Engine, Told, agrees
from tests.torture.evaluator import Question, answer
from tests.torture.worlds import MEASURES, MONTHS, VINTAGES, World, questions, table, tables, worlds

# Shrinking a ledger takes minutes; the questions that differ are told instead. A copy of a database on PostgreSQL takes seconds.
FEW = settings(
    max_examples=10 if connection.vendor == "sqlite" else 4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)


@contextmanager
def loaded(databases: Databases, *folders: dict[str, str]) -> Iterator[Engine]:
    """An engine over a fresh ledger with these folders loaded one after the other."""
    place = databases.copy()
    for files in folders:
        with TemporaryDirectory() as made:
            for name, text in files.items():
                (Path(made) / f"{name}.csv").write_text(text, encoding="utf-8")
            load_folder(Path(made), by=console_user())
    yield Engine()
    Path(place.name).unlink(missing_ok=True)


def differences(engine: Engine, files: dict[str, str], asked: Sequence[Question]) -> list[str]:
    """Questions to which the engine and the evaluator have different answers."""
    told = [(question, engine.tell(question), answer(files, question)) for question in asked]
    return [f"{question}: {said} is not {right}" for question, said, right in told if not agrees(said, right)]


@FEW
@given(data=st.data())
def test_engine_says_what_brute_force_says(databases: Databases, data: st.DataObject) -> None:
    world = data.draw(worlds())
    asked, files = data.draw(questions(world)), tables(world)

    with loaded(databases, files) as engine:
        found = differences(engine, files, asked)

    assert found == []


def dated(world: World) -> list[dict[str, str]]:
    """The world as one folder for each vintage, oldest first; measures come with the first."""
    folders = []
    for vintage in VINTAGES:
        rows = {name: [row for row in given if row["vintage"] == vintage] for name, given in world.items()}
        files = {name: table(found) for name, found in rows.items() if found}
        if vintage == VINTAGES[0]:
            files["measures"] = MEASURES
        if files:
            folders.append(files)
    return folders


def shuffled(world: World, chance: random.Random) -> World:
    """The same rows in another order."""
    return {name: chance.sample(rows, len(rows)) for name, rows in world.items()}


@FEW
@given(data=st.data())
def test_order_of_loading_is_irrelevant(databases: Databases, data: st.DataObject) -> None:
    world = data.draw(worlds())
    asked, chance = data.draw(questions(world)), random.Random(data.draw(st.integers(0, 999)))

    with loaded(databases, tables(world)) as engine:
        at_once = [engine.tell(question) for question in asked]
    with loaded(databases, tables(shuffled(world, chance))) as engine:
        mixed = [engine.tell(question) for question in asked]
    with loaded(databases, *dated(world)) as engine:
        one_by_one = [engine.tell(question) for question in asked]

    assert unlike(asked, at_once, mixed) == []
    assert unlike(asked, at_once, one_by_one) == []


def unlike(asked: Sequence[Question], first: Sequence[Told], second: Sequence[Told]) -> list[str]:
    """Questions to which the two have different answers."""
    three = zip(asked, first, second, strict=True)
    return [f"{question}: {one} is not {other}" for question, one, other in three if not alike(one, other)]


def alike(one: Told, other: Told) -> bool:
    """Whether two answers are the same; floats may be added in another order."""
    if isinstance(one.value, float) and isinstance(other.value, float):
        near = abs(one.value - other.value) <= 1e-12 * abs(other.value)
        return near and replace(one, value=None) == replace(other, value=None)
    return one == other


@FEW
@given(data=st.data())
def test_cube_is_sql_is_brute_force(databases: Databases, data: st.DataObject) -> None:
    world = data.draw(worlds(plain=True))
    day, month = date.fromisoformat(data.draw(st.sampled_from(VINTAGES))), data.draw(st.sampled_from(MONTHS))
    codes = sorted({row["code"] for row in world["units"]})

    with loaded(databases, tables(world)) as engine:
        asked = [Question(code, "REV", month, known_on=day) for code in codes]
        told = {question.unit: engine.tell(question).value for question in asked}
        added = totals_by_sql("REV", month, day)
    brute = {question.unit: answer(tables(world), question).value for question in asked}

    assert (told, added) == (brute, {code: value for code, value in brute.items() if value is not None})


def totals_by_sql(measure: str, month: str, day: date) -> dict[str, Fraction]:
    """Totals of a measure in cents, by unit, added up by the database alone."""
    period = parse(month)
    known = Posting.objects.filter(known_at__lt=end_of_day(day, ledger_settings().zone)).values_list("seq", flat=True)
    inside = ",".join(map(str, sorted(known))) or "-1"
    statement = f"""
        WITH RECURSIVE tree AS (
            SELECT unit_id, parent_id FROM unit_edition
            WHERE seq_from IN ({inside}) AND (seq_to IS NULL OR seq_to NOT IN ({inside}))
            AND valid_from <= %s AND valid_to > %s
        ), above AS (
            SELECT unit_id AS below, unit_id AS top FROM tree
            UNION ALL
            SELECT above.below, tree.parent_id FROM above JOIN tree ON tree.unit_id = above.top
            WHERE tree.parent_id IS NOT NULL
        ), last AS (
            SELECT unit_id, measure_id, version_id, period, max(seq) AS seq FROM fact
            WHERE basis = 0 AND seq IN ({inside}) GROUP BY unit_id, measure_id, version_id, period
        )
        SELECT unit.code, sum(fact.amount) FROM last
        JOIN fact ON fact.unit_id = last.unit_id AND fact.measure_id = last.measure_id
            AND fact.version_id = last.version_id AND fact.period = last.period AND fact.seq = last.seq
            AND fact.basis = 0 AND fact.state = 0
        JOIN measure ON measure.id = fact.measure_id AND measure.code = %s
        JOIN above ON above.below = fact.unit_id JOIN unit ON unit.id = above.top
        WHERE fact.period = %s GROUP BY unit.code
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [period.last_day, period.last_day, measure, period.code])
        return {code: Fraction(int(total), 100) for code, total in cursor.fetchall()}


@FEW
@given(data=st.data())
def test_moving_a_unit_and_moving_it_back_changes_nothing(databases: Databases, data: st.DataObject) -> None:
    world = data.draw(worlds())
    world["units"] = [row for row in world["units"] if row["vintage"] == VINTAGES[0]]
    asked = data.draw(questions(world))
    stays = [row for row in world["units"] if row["code"] == "B"]
    moved = [{**row, "parent": "G", "method": "full", "vintage": VINTAGES[1]} for row in stays]
    back = [{**row, "vintage": VINTAGES[2]} for row in stays]

    with loaded(databases, tables(world)) as engine:
        before = [engine.tell(question) for question in asked if question.known_on is None]
    with loaded(databases, tables({**world, "units": [*world["units"], *moved, *back]})) as engine:
        after = [engine.tell(question) for question in asked if question.known_on is None]

    assert before == after


@FEW
@given(
    amounts=st.lists(st.integers(-(10**12), 10**12), min_size=9, max_size=9),
    heirs=st.tuples(st.sampled_from(["A1", "AB"]), st.sampled_from(["A", "C"])),
)
def test_split_and_merge_conserve(databases: Databases, amounts: list[int], heirs: tuple[str, str]) -> None:
    """G
    A, C
        W    until April, under A; split into A1 (under A) and AB (under C) for May; merged into A2 from June
    """
    split, parent = heirs
    units = f"""code,name,parent,from,to,successor
G,G,,,,
A,A,G,,,
C,C,G,,,
W,W,A,,2023-04-30,{split}
A1,A1,A,2023-05-01,2023-05-31,A2
AB,AB,C,2023-05-01,2023-05-31,A2
A2,A2,{parent},2023-06-01,,
"""
    cells = [
        ("W", "2023-03"), ("W", "2023-04"), ("A1", "2023-05"), ("AB", "2023-05"), ("A2", "2023-06"), ("A2", "2023-07"),
        ("A", "2023-03"), ("C", "2023-05"), ("G", "2023-07"),
    ]  # fmt: skip
    facts = [
        {"unit": unit, "measure": "REV", "period": month, "version": "actual", "value": str(Decimal(cents) / 100)}
        for (unit, month), cents in zip(cells, amounts, strict=True)
    ]
    measures = "code,name,account,quantity,step,kind,direction\nREV,Revenue,CNY,money,0.01,flow,up\n"
    files = {"units": units, "measures": measures, "facts": table(facts)}
    perimeters = ("as-was", *(f"like-for-like 2023-{day}" for day in ("03-31", "04-30", "05-31", "06-30", "07-31")))
    asked = [Question("G", "REV", "2023-03..2023-07", perimeter=text) for text in perimeters]
    merged = Question("A2", "REV", "2023-03..2023-07", perimeter=perimeters[-1])

    with loaded(databases, files) as engine:
        differs = differences(engine, files, [*asked, merged])
        told = [engine.tell(question) for question in asked]
        heir = engine.tell(merged)

    assert differs == []
    assert {(each.value, each.reported) for each in told} == {(Fraction(sum(amounts), 100), 9)}
    assert heir.value == Fraction(sum(amounts[:6]), 100)
