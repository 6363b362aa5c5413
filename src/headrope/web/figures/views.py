"""A unit's form: shown, typed into, sent on, taken back, returned, accepted and reopened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from headrope.core.problems import Problem
from headrope.journal import clock
from headrope.ledger.submissions import actions, locking
from headrope.ledger.submissions.actions import Cell, Done, Entry, Moved, NotAllowed, NotOpen
from headrope.ledger.submissions.owed import owes
from headrope.ledger.submissions.past import sheet_on
from headrope.ledger.submissions.place import Moment
from headrope.ledger.submissions.sheet import EntrySheet
from headrope.web.access import visit
from headrope.web.figures.asked import LONGEST, Asked, once_begun, read, read_entry, reason_of, row_version
from headrope.web.figures.page import entry_page
from headrope.web.figures.rounds import first_place


@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """To the form that the person has to fill in first, else to how the forms under him stand."""
    who = visit(request)
    to = first_place(who, owes(who.who, Moment(who.at, who.ledger, clock.now())))
    return redirect(to) if to else render(request, "figures/none.html", {})


@require_safe
@once_begun
def entry(request: HttpRequest, unit: str, form: str, period: str) -> HttpResponse:
    """The form."""
    asked = read(request, unit, form, period, past=True)
    return _shown(request, asked, Done(asked.place))


@require_POST
@once_begun
def save(request: HttpRequest, unit: str, form: str, period: str) -> HttpResponse:
    """Keep what is typed; a script is answered with the page as it is now, anybody else is led back to it."""
    asked = read(request, unit, form, period)
    done = _save(request, asked)
    if isinstance(done, HttpResponse):
        return done
    if done.problems:
        return _shown(request, asked, done, status=422, kept=request.POST)
    return (
        _shown(request, asked, done) if request.headers.get("X-Requested-With") == "fetch" else redirect(asked.address)
    )


def _save(request: HttpRequest, asked: Asked) -> Done | HttpResponse:
    """Save what was typed, if anything was; or the page that says why not."""
    mine: dict[str, Cell] = {}

    def typed(sheet: EntrySheet) -> Entry:
        entry = read_entry(request.POST, sheet, asked.scale)
        mine.update(entry.cells)
        return entry

    at = row_version(request.POST)
    try:
        return actions.save(asked.actor, asked.place, at, typed)
    except (Moved, NotOpen) as late:
        late_cells = typed(late.sheet).cells or {"": Cell()}
        return _shown(request, asked.as_typed(request.POST), Done(asked.place), mine=late_cells, status=409)
    except NotAllowed as error:
        return _not_allowed(request, asked, error)


Change = Callable[[HttpRequest, Asked, int], Done]


def _submit(request: HttpRequest, asked: Asked, at: int) -> Done:
    return actions.submit(asked.actor, asked.place, at, request.POST.get("exception", "")[:LONGEST])


def _recall(request: HttpRequest, asked: Asked, at: int) -> Done:
    return actions.recall(asked.actor, asked.place, at)


def _accept(request: HttpRequest, asked: Asked, at: int) -> Done:
    return actions.accept(asked.actor, asked.place, at, request.POST.get("exception", "")[:LONGEST])


def _return(request: HttpRequest, asked: Asked, at: int) -> Done:
    remarks = {key[2:]: text for key, text in request.POST.items() if key.startswith("r-") and str(text).strip()}
    return actions.return_(asked.actor, asked.place, at, reason_of(request.POST), remarks)  # type: ignore[arg-type]


def _reopen(request: HttpRequest, asked: Asked, at: int) -> Done:
    return actions.reopen(asked.actor, asked.place, at, reason_of(request.POST))


def _extend(request: HttpRequest, asked: Asked, at: int) -> Done:
    """A later due day for this unit alone."""
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        message = "'%(text)s' is not a day."
        problem = Problem(
            "", message, "Choose the day up to which it may be sent.", {"text": request.POST.get("day", "")[:20]}
        )
        return Done(asked.place, (problem,))
    return Done(asked.place, tuple(locking.extend(asked.actor, asked.place, day, reason_of(request.POST))))


CHANGES: Mapping[str, Change] = {
    "submit": _submit,
    "recall": _recall,
    "accept": _accept,
    "return": _return,
    "reopen": _reopen,
    "extend": _extend,
}


@require_POST
@once_begun
def change(request: HttpRequest, unit: str, form: str, period: str, change: str) -> HttpResponse:
    """Bring the submission to another state; what is typed goes with it where that is still allowed."""
    asked = read(request, unit, form, period)
    made = CHANGES.get(change)
    if made is None:
        raise Http404
    at = row_version(request.POST)
    typed = any(key[:2] in ("v-", "w-", "n-", "a-") for key in request.POST)
    if change == "submit" and typed and asked.actor.sight.may("enter", asked.place.unit.id):
        saved = _save(request, asked)
        if isinstance(saved, HttpResponse):
            return saved
        if saved.problems:
            return _shown(request, asked, saved, status=422, kept=_kept(request.POST, cells=True))
        at = saved.sheet.row_version
    done = _tried(request, asked, lambda: made(request, asked, at))
    if isinstance(done, HttpResponse):
        return done
    if done.problems:
        return _shown(request, asked, done, status=422, kept=_kept(request.POST, cells=False))
    return redirect(asked.address)


def _tried(request: HttpRequest, asked: Asked, act: Callable[[], Done]) -> Done | HttpResponse:
    """What the action gives, or the page that says why it could not be done."""
    try:
        return act()
    except NotAllowed as error:
        return _not_allowed(request, asked, error)
    except (Moved, NotOpen):
        return _shown(request, asked, Done(asked.place), mine={"": Cell()}, status=409)


def _not_allowed(request: HttpRequest, asked: Asked, error: NotAllowed) -> HttpResponse:
    return render(request, "figures/not_allowed.html", {"who": str(error), "back": asked.address}, status=403)


CELLS, WORDS = ("v", "n", "a"), ("exception", "day")
"""Kinds of fields that are saved: figures, notes, answers; and fields that say why, beside reason and remarks."""


def _kept(given: QueryDict, cells: bool) -> dict[str, str]:
    """What was sent and is shown again; without `cells` those are saved already."""
    only = ("reason",) if len(given.getlist("reason")) == 1 else ()
    kinds = (*CELLS, "r") if cells else ("r",)
    return {key: str(given[key]) for key in given if key.partition("-")[0] in kinds or key in (*WORDS, *only)}


def _shown(
    request: HttpRequest,
    asked: Asked,
    done: Done,
    *,
    mine: Mapping[str, Cell] | None = None,
    kept: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; what was sent and could not be kept stands in its fields again, in the scale in which it was typed."""
    if kept:
        asked = asked.as_typed(request.POST)
    sheet = sheet_on(asked.place, asked.known) if asked.known else done.sheet
    page = entry_page(asked, sheet, mine, done.problems, kept)
    return render(
        request, "figures/entry.html", {"page": page, "marks": page.marks, "words": page.words}, status=status
    )
