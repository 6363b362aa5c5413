"""The list of kinds of definitions as a sheet to download; each kind has a workbook of its own."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from headrope.ledger.book.columns import File
from headrope.web.access import Visit
from headrope.web.foot import foot_of
from headrope.web.tables import Sheet, Value


def sheet(who: Visit, kinds: Sequence[tuple[File, int]]) -> Sheet:
    """Kinds with how many there are of each."""
    rows: list[list[Value]] = [[file.title, count, file.about] for file, count in kinds]
    heads = [_("Kind"), _("Count"), _("What it is")]
    return Sheet(_("Definitions"), _("What is measured, asked for and checked"), heads, rows, foot_of(who))
