"""Answering a gap and asking for an answer: whole or not at all, each with its posting, and never over what was there.

1. The right is asked, then everything that was typed is read; with problems nothing is written.
2. Under the head lock it is seen whether somebody else has answered meanwhile: then Moved, with his answer.
3. Files, answer and trail are written with one posting.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from headrope.core.problems import Problem
from headrope.journal.actions import lock_head, post, record
from headrope.journal.models import PostingKind
from headrope.ledger.submissions.actions import Actor, NotAllowed
from headrope.ledger.submissions.reasons import reason_problems
from headrope.review.gaps.answers import Answer, answer_of
from headrope.review.gaps.asking import write_to_heads
from headrope.review.gaps.causes import offered
from headrope.review.gaps.given import Given, Read, read_given
from headrope.review.gaps.place import Place
from headrope.review.models import GapAnswer, GapAsk, GapEvidence

__all__ = ["Actor", "Done", "Moved", "NotAllowed", "answer", "ask"]

LONGEST_ASK = 500


class Moved(Exception):
    """Somebody else has answered since the page was read: `answer` is his."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"answered meanwhile by {answer.by}")
        self.answer = answer


@dataclass(frozen=True)
class Done:
    """The answer that was written; or why none was."""

    answer: Answer | None = None
    problems: tuple[Problem, ...] = ()


def answer(actor: Actor, place: Place, row_version: int, given: Given) -> Done:
    """Write an answer in place of the one with that number (0: before the first); with problems nothing is written.

    NotAllowed without the right; Moved where somebody else was faster. What was there before stays in the books.
    """
    _ask_right(actor.sight.may("answer", place.unit.id), "the head of the unit, and the group office on behalf")
    causes = {cause.code: cause for _, cause in offered(place.at, place.today)}
    read, problems = read_given(place, given, causes)
    if problems:
        return Done(problems=tuple(problems))
    with transaction.atomic():
        lock_head()
        _same(place, row_version)
        seq = post(kind=PostingKind.DEFINE, by=actor.user, reason=f"answer {place.label}"[:500]).seq
        row = _write(actor, place, row_version + 1, (given, read), seq)
        action = "answer on behalf" if row.on_behalf else "answer"
        record(by=actor.user, action=action, object=f"gap {place.label}"[:500], at=place.now)
    return Done(answer_of(row))


def _ask_right(may: bool, who: str) -> None:
    if not may:
        raise NotAllowed(who)


def _same(place: Place, row_version: int) -> None:
    key = {"unit_id": place.unit.id, "measure_id": place.info.id, "period": place.period.code}
    last = GapAnswer.objects.select_related("by").filter(**key).order_by("-row_version").first()
    if last is not None and last.row_version != row_version:
        raise Moved(answer_of(last))
    if last is None and row_version != 0:
        raise LookupError(f"{place.label} has no answer {row_version}")


def _write(actor: Actor, place: Place, number: int, answered: tuple[Given, Read], seq: int) -> GapAnswer:
    given, read = answered
    kept = [file for file in place.answer.evidence if file.id in given.keep] if place.answer else []
    evidence = [[file.id, file.name, file.sha256, file.size] for file in kept]
    for file in read.files:
        row = GapEvidence.objects.create(
            unit_id=place.unit.id,
            measure_id=place.info.id,
            period=place.period.code,
            name=file.name,
            sha256=hashlib.sha256(file.content).hexdigest(),
            size=len(file.content),
            content=base64.b64encode(file.content).decode(),
            at=place.now,
            by=actor.user,
        )
        evidence.append([row.pk, row.name, row.sha256, row.size])
    return GapAnswer.objects.create(
        unit_id=place.unit.id,
        measure_id=place.info.id,
        period=place.period.code,
        row_version=number,
        against=place.against,
        gap=json.dumps(place.stand.gap),
        causes=json.dumps([[part.code, part.amount] for part in read.causes]),
        words=read.words,
        whys=json.dumps(list(read.whys), ensure_ascii=False),
        months=json.dumps([[month.code, amount] for month, amount in read.months]),
        evidence=json.dumps(evidence, ensure_ascii=False),
        on_behalf=not place.is_headed_by(actor.user),
        by=actor.user,
        at=place.now,
        seq=seq,
    )


def ask(actor: Actor, place: Place, due: date | None, words: str = "") -> list[Problem]:
    """Ask the head of the unit for an answer, perhaps by a day, and write to him. Problems, and then nothing is done.

    NotAllowed without the right.
    """
    _ask_right(actor.sight.may("remind", place.unit.id), "who reminds: heads, group office, supervision")
    problems = reason_problems(place.unit.code, words, LONGEST_ASK)
    if due is not None and not place.today <= due <= date(place.today.year + 1, 12, 31):
        message = "%(day)s is not a day from today to the end of next year."
        problems.append(Problem("due", message, "Choose a later day, or none.", {"day": due}))
    if problems:
        return problems
    with transaction.atomic():
        lock_head()
        seq = post(kind=PostingKind.DEFINE, by=actor.user, reason=f"ask {place.label}"[:500]).seq
        GapAsk.objects.create(
            unit_id=place.unit.id,
            measure_id=place.info.id,
            period=place.period.code,
            due=due,
            words=words.strip(),
            by=actor.user,
            at=place.now,
            seq=seq,
        )
        record(by=actor.user, action="ask", object=f"gap {place.label}"[:500], at=place.now)
        write_to_heads(place, actor.user, due, words.strip(), seq)
    return []
