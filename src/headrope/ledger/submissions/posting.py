"""Posts what was accepted: a fact for each figure that differs from the books, under one number."""

from __future__ import annotations

from typing import NamedTuple

from headrope.journal.actions import Source, post
from headrope.journal.models import PostingKind
from headrope.ledger.models import Basis, Fact, FactText, PostingUnit, State
from headrope.ledger.submissions.models import Submission
from headrope.ledger.submissions.place import Place
from headrope.ledger.submissions.sheet import EntrySheet, Line
from headrope.org.models import User


class _Said(NamedTuple):
    """What a fact says."""

    state: State
    amount: int | None = None
    number: float | None = None
    text: str = ""


def post_figures(by: User, place: Place, sheet: EntrySheet, held: Submission) -> tuple[int, bool]:
    """The posting's number, and whether it restates figures that a lock or a higher acceptance stood on.

    Part of a transaction that holds the head lock. What is unchanged makes no fact; what is said to be unknown withdraws
    the figure that was there.
    """
    restated = held.seq is not None and (sheet.locked or _taken_above(place))
    file = held.files.filter(problems="").order_by("-id").first()
    posting = post(
        kind=PostingKind.RESTATE if restated else PostingKind.ACCEPT,
        by=by,
        reason=_reason(held) if restated else "",
        source=Source(f"submission {place.label}"[:500], file.sha256 if file else ""),
    )
    before = _held(place, [line.info.id for line in sheet.lines])
    facts, texts = [], []
    for line in sheet.lines:
        said = _said(line)
        last = before.get(line.info.id)
        if (
            said is None
            or said == last
            or (said.state == State.WITHDRAWN and (last is None or last.state == said.state))
        ):
            continue
        key = {
            "unit_id": place.unit.id,
            "measure_id": line.info.id,
            "version_id": place.round.version_id,
            "period": place.round.period.code,
            "basis": Basis.OWN,
            "seq": posting.seq,
        }
        facts.append(Fact(**key, amount=said.amount, number=said.number, state=said.state))
        if said.state == State.TEXT:
            texts.append(FactText(**key, text=said.text))
    Fact.objects.bulk_create(facts)
    FactText.objects.bulk_create(texts)
    if facts:
        PostingUnit.objects.create(seq=posting.seq, unit_id=place.unit.id)
    return posting.seq, restated


def _taken_above(place: Place) -> bool:
    """Whether a unit above has sent or accepted what the unit's figures are part of."""
    above = [node.id for node in place.path[1:]]
    return place.round.submissions.filter(unit_id__in=above, state__in=("submitted", "accepted")).exists()


def _reason(held: Submission) -> str:
    event = held.events.filter(action="reopen").order_by("-id").first()
    return event.reason[:500] if event else ""


def _said(line: Line) -> _Said | None:
    """What the line says; None where it is computed or nothing is said."""
    typed, info = line.typed, line.info
    if typed is None:
        return None
    if typed.word == "not-applicable":
        return _Said(State.NOT_APPLICABLE)
    if info.rule.quantity.kind == "text" and typed.raw.strip() and not typed.word:
        return _Said(State.TEXT, text=typed.raw.strip())
    if line.value is None:
        return _Said(State.WITHDRAWN)
    if info.rule.quantity.exact:
        return _Said(State.VALUE, amount=int(line.value))
    return _Said(State.VALUE, number=float(line.value))


def _held(place: Place, measures: list[int]) -> dict[int, _Said]:
    """What the last facts say, by measure; two statements."""
    key = {
        "unit_id": place.unit.id,
        "measure_id__in": measures,
        "version_id": place.round.version_id,
        "period": place.round.period.code,
        "basis": Basis.OWN,
    }
    words = {
        (measure, seq): text
        for measure, seq, text in FactText.objects.filter(**key).values_list("measure_id", "seq", "text")
    }
    rows = Fact.objects.filter(**key).order_by("seq")
    fields = ("measure_id", "seq", "amount", "number", "state")
    return {
        measure: _Said(State(state), amount, number, words.get((measure, seq), ""))
        for measure, seq, amount, number, state in rows.values_list(*fields)
    }
