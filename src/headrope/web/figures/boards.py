"""How all forms of a round stand under a unit: shown, accepted together, locked, unlocked, and who is late is reminded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from headrope.core.problems import Problem
from headrope.followup.owing import owed_by
from headrope.followup.reminders.once import remind
from headrope.journal import clock
from headrope.ledger.said import gettext as _
from headrope.ledger.submissions import actions, locking
from headrope.ledger.submissions.actions import Done, Moved, NotAllowed, NotOpen
from headrope.ledger.submissions.place import NoSuchForm, Place, place_of
from headrope.ledger.submissions.queries import board
from headrope.org.queries import NoSuchUnit
from headrope.web.figures.asked import Asked, number_of, once_begun, read, reason_of
from headrope.web.figures.rounds import board_page

MOST_ACCEPTED = 500


@require_safe
@once_begun
def units(request: HttpRequest, unit: str, form: str, period: str) -> HttpResponse:
    """How all forms of the round stand under the unit."""
    return _board(request, read(request, unit, form, period))


@require_POST
@once_begun
def decide(request: HttpRequest, unit: str, form: str, period: str, decision: str) -> HttpResponse:
    """Accept several, lock, unlock or remind; the board again with what was done or why not."""
    asked = read(request, unit, form, period)
    made = DECISIONS.get(decision)
    if made is None:
        raise Http404
    try:
        problems, done = made(request, asked)
    except NotAllowed as error:
        back = asked.of(asked.place.unit.code, asked.place.round.period, more="units/")
        return render(request, "figures/not_allowed.html", {"who": str(error), "back": back}, status=403)
    fresh = read(request, unit, form, period)
    return _board(request, fresh, problems, done)


def _board(request: HttpRequest, asked: Asked, problems: Sequence[Problem] = (), done: str = "") -> HttpResponse:
    found = board(asked.actor.sight, asked.place)
    page = board_page(asked, found, request.GET.get("show", "all"), request.GET.get("from", ""), problems, done)
    return render(request, "figures/units.html", {"page": page}, status=422 if problems and not done else 200)


def _accept_all(request: HttpRequest, asked: Asked) -> tuple[list[Problem], str]:
    """Each by itself, as the page has shown it: what cannot be accepted is told and keeps no other back."""
    problems, count = list[Problem](), 0
    for chosen in request.POST.getlist("unit")[:MOST_ACCEPTED]:
        version, _blank, code = chosen.partition(" ")
        try:
            place = place_of(asked.actor.sight, code, asked.place.round)
        except (NoSuchUnit, NoSuchForm):
            problems.append(Problem(code[:40], "It cannot be accepted as it is now.", "Open it and look."))
            continue
        found = _accept_one(asked, place, number_of(version))
        problems += found if isinstance(found, list) else found.problems
        count += isinstance(found, Done) and found.seq is not None
    return problems, ngettext("%(n)s form accepted.", "%(n)s forms accepted.", count) % {"n": count} if count else ""


def _accept_one(asked: Asked, place: Place, version: int) -> Done | list[Problem]:
    """What the acceptance gives, or why it is not made; problems name the unit."""
    name = place.unit.shown_name(asked.visit.language)
    try:
        return actions.accept(asked.actor, place, version)
    except Moved as late:
        message = "%(person)s has changed it since this page was shown."
        who = late.sheet.changed_by
        values = {"person": who.shown_name(asked.visit.language) if who else "\N{EN DASH}"}
        return [Problem(name, message, "Open it, look at what has changed, and accept it then.", values)]
    except NotOpen:
        return [Problem(name, "It cannot be accepted as it is now.", "Open it and look.")]
    except NotAllowed:
        return [Problem(name, "You sent it yourself, or may not accept it.", "Somebody else accepts it.")]


def _lock(request: HttpRequest, asked: Asked) -> tuple[list[Problem], str]:
    problems = locking.lock(asked.actor, asked.place, reason_of(request.POST))
    return problems, "" if problems else _("The period is locked.")


def _unlock(request: HttpRequest, asked: Asked) -> tuple[list[Problem], str]:
    problems = locking.unlock(asked.actor, asked.place, reason_of(request.POST))
    return problems, "" if problems else _("The period is open again.")


def _remind(request: HttpRequest, asked: Asked) -> tuple[list[Problem], str]:
    """Remind whoever has to report for the units under this one that are late."""
    actions.ask(asked.actor.sight.may("remind", asked.place.unit.id), "who reminds: heads, group office, supervision")
    late = [node.id for node in board(asked.actor.sight, asked.place).chosen("late")]
    found = remind(by=asked.actor.user, owed=owed_by(asked.place.round, late, asked.visit.today), now=clock.now())
    people = len(found.people)
    done = ngettext("%(n)s person is reminded.", "%(n)s people are reminded.", people) % {"n": people} if people else ""
    return list(found.problems), done or ("" if found.problems else _("Nobody is late."))


DECISIONS: Mapping[str, Callable[[HttpRequest, Asked], tuple[list[Problem], str]]] = {
    "accept-all": _accept_all,
    "lock": _lock,
    "unlock": _unlock,
    "remind": _remind,
}
