"""Whoever may change no unit keeps no people: for him these pages are not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse

from headrope.org.people.lists import NoSuchThing
from headrope.web.access import Visit, visit

View = Callable[..., HttpResponse]


def keeper(request: HttpRequest) -> Visit:
    """The visit of somebody who may change some unit; a 404 for others."""
    who = visit(request)
    if not who.who.tops_with("edit"):
        raise Http404
    return who


def or_404(view: View) -> View:
    """What the person does not keep is not there."""

    @wraps(view)
    def shown(request: HttpRequest, **named: object) -> HttpResponse:
        try:
            return view(request, **named)
        except NoSuchThing as error:
            raise Http404 from error

    return shown
