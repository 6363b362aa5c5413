"""Who changes definitions on pages, and which of them he may change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.http import Http404, HttpRequest

from headrope.core.checks.rows import read_check
from headrope.ledger.book.columns import File
from headrope.ledger.owners import Owned, changeable, is_owned, may_change
from headrope.org.models import User
from headrope.web.access import Visit, visit
from headrope.web.definitions import kinds


@dataclass(frozen=True)
class Definer:
    """Somebody who changes rows of a kind: his visit, the file of the kind and what he may change."""

    user: User
    visit: Visit
    file: File
    owned: Owned

    @property
    def office(self) -> bool:
        """Whether he defines for the whole group."""
        return self.owned is None

    @property
    def measures(self) -> Sequence[str]:
        """The codes of the measures that he owns, where that is all that he may change checks of."""
        return sorted(self.owned or ())

    def may_change(self, row: Mapping[str, str]) -> bool:
        """Whether the row, which the books hold, is his to change."""
        if self.owned is None:
            return True
        check = read_check("", row, lambda problem: None)
        return check is not None and is_owned(check, self.owned)


def definer(request: HttpRequest, kind: str) -> Definer:
    """Who may change something of the kind; a 404 for others, and where there is no such kind."""
    who = visit(request)
    owned = changeable(who.who, who.at)
    if not may_change(owned, kind):
        raise Http404
    return Definer(cast(User, request.user), who, kinds.kind_of(kind), owned)


def office(request: HttpRequest) -> Visit:
    """The visit of somebody who may define what holds for the whole group; a 404 for others."""
    who = visit(request)
    if not who.who.everywhere("define"):
        raise Http404
    return who
