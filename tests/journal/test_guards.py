"""What has been written stays: the database itself refuses to change, replace, delete or empty it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.utils import timezone

from headrope.journal.actions import post
from headrope.journal.models import Audit, AuditSeal, Posting, PostingKind
from headrope.landing.models import LandingMeasure, LandingRow, LandingRun, LandingScore
from headrope.ledger.book.models import BookFile, BookFilePosting
from headrope.ledger.models import (
    CalendarEdition,
    CheckEdition,
    Duty,
    Elimination,
    Fact,
    FactText,
    Form,
    FormEdition,
    Measure,
    MeasureEdition,
    PostingUnit,
    UnitCalendar,
    Version,
)
from headrope.ledger.submissions.models import Extension, Lock, Submission, SubmissionEvent
from headrope.meetings.models import Item, Meeting, Move, Note, NoteEdition
from headrope.org.actions import console_user
from headrope.org.models import Body, BodyMember, Holding, Person, Post, SegmentMember, Unit, UnitEdition, User
from headrope.review.models import BenchmarkEdition, CauseEdition, GapAnswer, GapAsk, GapEvidence, RuleEdition
from tests.conftest import Place

GUARDED: list[type[models.Model]] = [
    Posting,
    Audit,
    AuditSeal,
    Unit,
    UnitEdition,
    Holding,
    SegmentMember,
    Post,
    BodyMember,
    Measure,
    MeasureEdition,
    Version,
    Fact,
    FactText,
    Elimination,
    Form,
    FormEdition,
    Duty,
    CheckEdition,
    CalendarEdition,
    UnitCalendar,
    PostingUnit,
    SubmissionEvent,
    Lock,
    Extension,
    BookFile,
    BookFilePosting,
    LandingRun,
    LandingMeasure,
    LandingRow,
    LandingScore,
    Move,
    NoteEdition,
    CauseEdition,
    RuleEdition,
    BenchmarkEdition,
    GapAnswer,
    GapAsk,
    GapEvidence,
]
EDITIONS: list[type[models.Model]] = [
    UnitEdition,
    Holding,
    SegmentMember,
    Post,
    BodyMember,
    MeasureEdition,
    FormEdition,
    Duty,
    CheckEdition,
    CalendarEdition,
    UnitCalendar,
    Lock,
    CauseEdition,
    RuleEdition,
    BenchmarkEdition,
]
FIRST, LAST = date(2023, 1, 1), date(9999, 12, 31)

Row = dict[str, object]


@pytest.fixture
def written(place: Place) -> None:
    """One posting with two units of like codes and a row in every guarded table; another with nothing in it."""
    by = console_user()
    with transaction.atomic():
        seq = post(kind=PostingKind.LOAD, by=by).seq
        Unit.objects.create(id=1, code="A")
        Unit.objects.create(id=2, code="AB")
        for unit, parent in ((1, None), (2, 1)):
            UnitEdition.objects.create(
                unit_id=unit,
                parent_id=parent,
                valid_from=FIRST,
                valid_to=LAST,
                seq_from=seq,
                kind="unit",
                name="A",
                name_zh="甲",
            )
        dated = {"valid_from": FIRST, "valid_to": LAST, "seq_from": seq}
        Holding.objects.create(owner_id=1, held_id=2, num=1, den=2, **dated)
        SegmentMember.objects.create(segment_id=1, unit_id=2, **dated)
        person = Person.objects.create(code="P1", name="Somebody")
        Post.objects.create(person=person, unit_id=1, title="Head", title_zh="主任", rank=1, **dated)
        body = Body.objects.create(code="B", name="Board", unit_id=1)
        BodyMember.objects.create(body=body, person=person, role="chair", role_zh="主任", **dated)
        Measure.objects.create(id=1, code="REV", quantity="money", step_exponent=-2)
        MeasureEdition.objects.create(
            measure_id=1,
            valid_from=FIRST,
            valid_to=LAST,
            seq_from=seq,
            place=1,
            name="Revenue",
            account="CNY",
            kind="flow",
            direction="up",
            weight=1.0,
        )
        Version.objects.create(id=1, code="actual")
        Fact.objects.create(
            unit_id=1, measure_id=1, version_id=1, period=20230601, basis=0, seq=seq, amount=100, state=0
        )
        cell = {"unit_id": 1, "measure_id": 1, "version_id": 1, "period": 20230601, "seq": seq}
        FactText.objects.create(**cell, basis=0, text="words")
        Elimination.objects.create(**cell, counterparty_id=2, amount=10)
        form = Form.objects.create(id=1, code="MONTHLY")
        FormEdition.objects.create(form=form, seq_from=seq, name="Monthly", name_zh="月报", span=1, measures="REV")
        Duty.objects.create(form=form, unit_id=1, **dated)
        CheckEdition.objects.create(code="SIGN", seq_from=seq, row='{"code": "SIGN"}')
        CalendarEdition.objects.create(code="CN", seq_from=seq, rows="[]")
        UnitCalendar.objects.create(unit_id=1, calendar="CN", **dated)
        PostingUnit.objects.create(seq=seq, unit_id=1)
        asked = {"unit_id": 1, "form": form, "period": 20230601}
        sent = Submission.objects.create(**asked, version_id=1, changed_at=timezone.now(), changed_by=by)
        SubmissionEvent.objects.create(submission=sent, at=timezone.now(), by=by, action="submit", state="submitted")
        Lock.objects.create(**asked, version_id=1, seq_from=seq)
        Extension.objects.create(**asked, day=FIRST, reason="storm", by=by, at=timezone.now())
        reviewed(seq, by)
        line = Audit.objects.latest("id")
        AuditSeal.objects.create(number=1, at=line.at, audit=line, digest=line.digest, key_print="k", seal="s")
        post(kind=PostingKind.LOAD, by=by)


def reviewed(seq: int, by: User) -> None:
    """A row in every guarded table of landing, meetings and review, and of files kept with their postings."""
    now, cell = timezone.now(), {"unit_id": 1, "measure_id": 1}
    file = BookFile.objects.create(sha256="a" * 64, size=1, content="YQ==")
    BookFilePosting.objects.create(file=file, name="a.xlsx", first=seq, last=seq)
    LandingRun.objects.create(seq=seq, read_seq=seq - 1, start=24276, end=24288, month_end=24282)
    LandingMeasure.objects.create(seq=seq, measure_id=1, span=1, left=6, levels=False, recovers=True, grain=0.01)
    LandingRow.objects.create(seq=seq, **cell, share=1.0, past=3, filled=0, late=0, reasons=0, path="[]")
    score = {"months": 6, "tier": 1, "first_year": 2020, "years": 3, "rows": 1, "bins": "[]"}
    LandingScore.objects.create(seq=seq, measure_id=1, **score)
    made = {"made_at": now, "made_by": by, "seq": seq}
    meeting = Meeting.objects.create(kind="half-year", unit_id=1, period=20230601, held_on=FIRST, **made)
    item = Item.objects.create(meeting=meeting, unit_id=1)
    keys = [uuid.UUID(int=each) for each in (1, 2)]
    Move.objects.create(meeting=meeting, key=keys[0], item=item, running=True, at=now, received_at=now, by=by)
    note = Note.objects.create(meeting=meeting, item=item, key=keys[1])
    NoteEdition.objects.create(
        note=note, version=1, kind="praise", words="Well done", state="settled", by=by, at=now, seq=seq
    )
    for edition in (CauseEdition, RuleEdition, BenchmarkEdition):
        edition.objects.create(code="A", row="{}", seq_from=seq)
    place = {**cell, "period": 20230601, "by": by, "at": now}
    GapEvidence.objects.create(**place, name="a.txt", sha256="a" * 64, size=1, content="YQ==")
    texts = dict.fromkeys(("causes", "whys", "months", "evidence"), "[]")
    GapAnswer.objects.create(
        **place, **texts, row_version=1, against="target", gap="-1", words="x", on_behalf=False, seq=seq
    )
    GapAsk.objects.create(**place, seq=seq)


def name(model: type[models.Model]) -> str:
    return model._meta.db_table


def columns(model: type[models.Model]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields if field.column]


def quoted(column: str) -> str:
    """As a statement names it: some are words of SQL."""
    return connection.ops.quote_name(column)


def rows(model: type[models.Model]) -> list[Row]:
    return list(model.objects.order_by(*columns(model)).values())  # type: ignore[attr-defined]


def run(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(model: type[models.Model], change: Callable[[], object]) -> None:
    """The change is refused by the guard with its sentence, and the table is as it was."""
    before = rows(model)

    with pytest.raises(DatabaseError) as found:
        change()

    assert str(found.value).partition("\n")[0] == f"append-only: rows of {name(model)} are never changed or deleted"
    assert rows(model) == before


def test_list_of_guarded_tables_is_that_of_the_database(place: Place) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT DISTINCT event_object_table FROM information_schema.triggers")
        found = {row[0] for row in cursor.fetchall()}

    assert found == set(map(name, GUARDED))


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("model", GUARDED, ids=name)
def test_row_when_changed_in_any_column_is_refused(model: type[models.Model]) -> None:
    for column in columns(model):
        if (model, column) not in [(edition, "seq_to") for edition in EDITIONS]:
            refused(model, lambda column=column: run(f"UPDATE {name(model)} SET {quoted(column)} = {quoted(column)}"))


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("model", GUARDED, ids=name)
def test_row_when_deleted_is_refused(model: type[models.Model]) -> None:
    refused(model, lambda: run(f"DELETE FROM {name(model)}"))


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("model", GUARDED, ids=name)
def test_row_when_replaced_is_refused(model: type[models.Model]) -> None:
    listed = ", ".join(map(quoted, columns(model)))
    if connection.vendor == "sqlite":
        refused(model, lambda: run(f"REPLACE INTO {name(model)} ({listed}) SELECT {listed} FROM {name(model)}"))
        return
    keys = [field.column for field in model._meta.pk_fields]
    upsert = (
        f"INSERT INTO {name(model)} ({listed}) SELECT {listed} FROM {name(model)} "
        f"ON CONFLICT ({', '.join(map(quoted, keys))}) DO UPDATE SET {quoted(keys[0])} = excluded.{quoted(keys[0])}"
    )
    refused(model, lambda: run(upsert))


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("model", GUARDED, ids=name)
def test_table_when_emptied_at_once_is_refused(model: type[models.Model]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    before = rows(model)

    with pytest.raises(DatabaseError, match="append-only"):
        run(f"TRUNCATE {name(model)} CASCADE")

    assert rows(model) == before


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("model", EDITIONS, ids=name)
def test_edition_is_closed_once_and_nothing_else_changes(model: type[models.Model]) -> None:
    before = rows(model)

    run(f"UPDATE {name(model)} SET seq_to = 2")

    assert rows(model) == [row | {"seq_to": 2} for row in before]
    refused(model, lambda: run(f"UPDATE {name(model)} SET seq_to = 3"))
    refused(model, lambda: run(f"UPDATE {name(model)} SET seq_to = NULL"))
    refused(model, lambda: run(f"UPDATE {name(model)} SET seq_to = 2"))
    refused(model, lambda: run(f"DELETE FROM {name(model)}"))


CHANGED = {
    "id": "id + 100",
    "unit_id": "3 - unit_id",
    "parent_id": "2",
    "successor_id": "1",
    "measure_id": "measure_id + 1",
    "valid_from": "'2022-12-31'",
    "valid_to": "'2024-01-01'",
    "seq_from": "seq_from - 1",
    "owner_id": "2",
    "held_id": "1",
    "segment_id": "2",
    "person_id": "person_id + 1",
    "body_id": "body_id + 1",
    "form_id": "form_id + 1",
    "period": "period + 1",
    "version_id": "version_id + 1",
    "rank": "2",
    "num": "2",
    "den": "3",
    "span": "3",
    "scale": "'k'",
    "place": "place + 1",
    "weight": "NULL",
    "margin": "0.5",
    "annualise": "NOT annualise",
    "attributable": "NOT attributable",
}


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("model", EDITIONS, ids=name)
def test_edition_when_closed_and_changed_at_once_is_refused(model: type[models.Model]) -> None:
    for column in columns(model):
        if column != "seq_to":
            value = CHANGED.get(column, "'other'")
            refused(model, lambda c=column, v=value: run(f"UPDATE {name(model)} SET seq_to = 2, {quoted(c)} = {v}"))


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("model", EDITIONS, ids=name)
def test_edition_when_left_open_is_refused_as_a_change(model: type[models.Model]) -> None:
    refused(model, lambda: run(f"UPDATE {name(model)} SET seq_to = NULL"))


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("model", EDITIONS, ids=name)
def test_edition_when_closed_by_the_posting_that_opened_it_is_refused(model: type[models.Model]) -> None:
    with pytest.raises(IntegrityError, match=f"{name(model)}_closed_after_opened"):
        run(f"UPDATE {name(model)} SET seq_to = seq_from")


@pytest.mark.usefixtures("written")
def test_unit_has_one_open_edition_from_a_day() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitEdition.objects.create(
            unit_id=1, valid_from=FIRST, valid_to=LAST, seq_from=2, kind="unit", name="A again", parent_id=2
        )

    assert UnitEdition.objects.filter(unit_id=1).count() == 1


@pytest.mark.usefixtures("written")
def test_row_when_added_beside_others_is_taken() -> None:
    with transaction.atomic():
        posting = post(kind=PostingKind.LOAD, by=console_user())
        PostingUnit.objects.create(seq=posting.seq, unit_id=2)

    assert list(PostingUnit.objects.order_by("seq").values_list("seq", "unit_id")) == [(1, 1), (3, 2)]
    assert posting.recorded_at <= timezone.now()
