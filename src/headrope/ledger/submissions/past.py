"""A submission as it was known at the end of a day: what had been sent by then, which nothing that came later changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from headrope.journal.models import Posting
from headrope.journal.queries import end_of_day
from headrope.ledger.checks import checks_now
from headrope.ledger.submissions.lines import Asked, Rules, make_lines
from headrope.ledger.submissions.models import Lock, Submission, SubmissionEvent
from headrope.ledger.submissions.place import Place
from headrope.ledger.submissions.sheet import EntrySheet, Event, Line, Typed
from headrope.ledger.submissions.standings import HERE, stands


def sheet_on(place: Place, day: date) -> EntrySheet:
    """The unit's form at the end of the day: cells and answers as they were last sent by then, and what was in the books.

    Nothing of it can be changed. What had not been sent is not known any more; form, checks and tree are those of now.
    """
    round = place.round
    until = min(end_of_day(day, round.when.ledger.zone), round.when.now)
    then = replace(place, round=replace(round, when=replace(round.when, now=until, known=until)))
    held = place.held()
    events = _events_until(held, until)
    sent, last = _sent(events), events[-1] if events else None
    state = last.state if last else "draft"
    first = next((each.at for each in events if each.action == "submit"), None)
    due, standing = stands(then.round, place.unit.id, first if state in HERE else None)
    return EntrySheet(
        id=held.pk if held else None,
        unit=place.unit,
        path=place.path,
        form=round.form,
        period=round.period,
        version=round.version,
        state=state,
        row_version=0,
        locked=_locked(place, until),
        lines=_lines(then, sent) if place.owing else (),
        events=tuple(_shown(each) for each in events),
        due=due,
        standing=standing,
        changed_at=last.at if last else None,
        changed_by=last.by if last else None,
    )


def days_of(place: Place) -> tuple[date, ...]:
    """The days on which something was done to the submission, newest first; two statements."""
    held, zone = place.held(), place.round.when.ledger.zone
    if held is None:
        return ()
    moments = held.events.order_by("-id").values_list("at", flat=True)
    return tuple(dict.fromkeys(moment.astimezone(zone).date() for moment in moments))


@dataclass(frozen=True)
class _Sent:
    """Cells by measure, answers by check and measure, and the remarks with which it was returned after that."""

    cells: Mapping[str, Typed]
    answers: Mapping[tuple[str, str], str]


def _events_until(held: Submission | None, until: datetime) -> list[SubmissionEvent]:
    if held is None:
        return []
    return list(held.events.select_related("by", "file").filter(at__lt=until).order_by("id"))


def _sent(events: list[SubmissionEvent]) -> _Sent:
    last = next((at for at in reversed(range(len(events))) if events[at].action == "submit"), None)
    if last is None:
        return _Sent({}, {})
    detail = json.loads(events[last].detail or "{}")
    returned = next((each for each in events[last:] if each.action == "return"), None)
    remarks = json.loads(returned.detail) if returned is not None and returned.detail else {}
    cells = {
        code: Typed(cell["raw"], cell["exponent"], cell["word"], cell["note"], remarks.get(code, ""))
        for code, cell in detail.get("cells", {}).items()
    }
    answers = {}
    for key, text in detail.get("answers", {}).items():
        check, _blank, measure = key.partition(" ")
        answers[check, measure] = text
    return _Sent(cells, answers)


def _lines(then: Place, sent: _Sent) -> tuple[Line, ...]:
    round, when = then.round, then.round.when
    checks = checks_now(str(when.at.key), when.at.seq)
    asked = Asked(round.form, round.period, round.version, tuple(n.code for n in then.path), then.unit.kind)
    rules = Rules(round.infos, checks, when.ledger.fiscal_start)
    lines = make_lines(asked, sent.cells, {}, then.own, rules)
    return tuple(_answered(line, sent.answers) for line in lines)


def _answered(line: Line, answers: Mapping[tuple[str, str], str]) -> Line:
    """The line with the answers that were sent: what was not asked then is not asked of what is past."""
    given = [(each, answers.get(each.doubt.key, "")) for each in line.questions]
    questions = tuple(replace(each, answer=text, wanting=None) for each, text in given if text)
    return replace(line, faults=(), questions=questions)


def _shown(row: SubmissionEvent) -> Event:
    file = row.file
    name, sha256 = (file.name, file.sha256) if file else ("", "")
    return Event(row.at, row.by, row.action, row.reason, name, sha256, row.file_id)


def _locked(place: Place, until: datetime) -> bool:
    """Whether a lock lay on the unit or on one above it."""
    round = place.round
    locks = Lock.objects.filter(
        form_id=round.form.id,
        period=round.period.code,
        version_id=round.version_id,
        unit_id__in=[node.id for node in place.path],
    )
    rows = list(locks.values_list("seq_from", "seq_to"))
    seqs = {seq for row in rows for seq in row if seq is not None}
    known = (
        set(Posting.objects.filter(seq__in=seqs, known_at__lt=until).values_list("seq", flat=True)) if seqs else set()
    )
    return any(first in known and last not in known for first, last in rows)
