"""The papers that `headrope demo` has made of the example group, as files to take from the start page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headrope.demo.papers import EXAMPLES, paths
from headrope.org.queries import NoSuchUnit, unit_for
from headrope.web.access import Visit, visit


class Example(NamedTuple):
    """One that is there."""

    text: str
    href: str
    path: Path


def examples(who: Visit) -> Sequence[Example]:
    """Those that are made; none for who does not define all of the group, since they are made as the whole of it sees it."""
    if not who.who.everywhere("define"):
        return []
    titles = {"sheet": _("Sheet of %(unit)s, PDF"), "situation": _("Situation of %(unit)s, PDF")}
    found = []
    for (kind, unit), path in zip(EXAMPLES, paths(settings.HOME), strict=True):
        try:
            name = unit_for(who.who, unit).shown_name(who.language)
        except NoSuchUnit:
            continue
        if path.is_file():
            found.append(Example(titles[kind] % {"unit": name}, f"/start/papers/{path.name}", path))
    return found


@require_safe
def paper(request: HttpRequest, paper: str) -> FileResponse:
    """One of them as a file; its name is looked up among them and never made into a path."""
    for example in examples(visit(request)):
        if example.path.name == f"{paper}.pdf":
            return FileResponse(example.path.open("rb"), as_attachment=True, filename=example.path.name)
    raise Http404
