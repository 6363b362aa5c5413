"""What a change to persons, posts, bodies, members or parties would do, shown before anything is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from headrope.core.problems import Problem, ProblemsFound
from headrope.web.bearing import day_text
from headrope.web.people.forms import Field

Shown = Mapping[str, str]
NOT_SENT = ("csrfmiddlewaretoken", "step", "seen")


@dataclass(frozen=True)
class Change:
    """A change as a form asks for it.

    `finding` says it in a sentence, `fact` what stays beside it. `before` and `after` are texts by label; one of them is
    empty where something is new or withdrawn. `save` gives the number of the posting, or None where there is none;
    `to` is the page afterwards. `do` is what the form's second button asked for: withdraw, or nothing.
    """

    finding: str
    fact: str
    before: Shown
    after: Shown
    problems: Sequence[Problem]
    save: Callable[[], int | None]
    to: str
    do: str = ""


@dataclass(frozen=True)
class Preview:
    """The page before saving: (what, now, then) for each text that changes; `hidden` are the fields that its buttons send."""

    finding: str
    facts: list[str]
    rows: list[tuple[str, str, str]]
    heads: tuple[str, str]
    path: Sequence[tuple[str, str]]
    hidden: list[tuple[str, str]]
    notes: list[str]


def texts(fields: Sequence[Field]) -> dict[str, str]:
    """The answers of a form by their labels, as a reader sees them; without those that are empty."""
    return {each.label: _text(each) for each in fields if each.value}


def _text(field: Field) -> str:
    if field.kind == "choice":
        return field.options.get(field.value, field.value)
    if field.kind == "day":
        try:
            return day_text(date.fromisoformat(field.value))
        except ValueError:  # the form tells it
            return field.value
    return field.value


def go_on(request: HttpRequest, change: Change, path: Sequence[tuple[str, str]]) -> HttpResponse:
    """Save what has been shown, or show it; ProblemsFound for the form to tell."""
    if change.problems:
        raise ProblemsFound(list(change.problems))
    shown = _preview(request, change, path)
    if request.POST.get("step") == "save":
        if request.POST.get("seen") == _seen(shown):
            seq = change.save()
            return redirect(f"{change.to}?{'done=1' if seq is None else f'posting={seq}'}")
        message = _("Somebody has changed this since you looked. This is what it would change now; nothing was saved.")
        shown = replace(shown, notes=[message])
    return render(request, "posts/preview.html", {"preview": shown})


def _preview(request: HttpRequest, change: Change, path: Sequence[tuple[str, str]]) -> Preview:
    before, after = change.before, change.after
    labels = [label for label in {**before, **after} if before.get(label) != after.get(label)]
    sent = {key: str(text) for key, text in request.POST.items() if key not in (*NOT_SENT, "do")}
    found = Preview(
        change.finding,
        [_("Nothing is saved yet."), *([change.fact] if change.fact else [])],
        [(label, before.get(label, ""), after.get(label, "")) for label in labels],
        (_("Now") if before else "", _("Then") if after else ""),
        path,
        [*sent.items(), ("do", change.do)],
        [],
    )
    return replace(found, hidden=[*found.hidden, ("seen", _seen(found))])


def _seen(shown: Preview) -> str:
    """What somebody has looked at, so that nothing else is saved."""
    return sha256(repr((shown.finding, shown.rows)).encode()).hexdigest()[:16]
