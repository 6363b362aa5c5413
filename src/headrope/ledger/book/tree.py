"""The files about the group as a whole and its tree, told to people."""

from __future__ import annotations

from headrope.ledger.book import words
from headrope.ledger.book.columns import Column, File
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext

LANGUAGES = {"en": "English", "zh": "中文"}


def ledger() -> File:
    """The settings of the ledger."""
    keys = {
        "name": pgettext("setting", "name of the group"),
        "currency": pgettext("setting", "currency, such as CNY"),
        "fiscal_start": pgettext("setting", "month in which the fiscal year starts, 1 to 12"),
        "time_zone": pgettext("setting", "time zone, such as Asia/Shanghai"),
        "language": pgettext("setting", "language of letters, en or zh"),
        "calendar": pgettext("setting", "calendar of all units without one of their own"),
    }
    return File(
        "ledger",
        pgettext("file", "Group"),
        _("The group as a whole: a setting in each row."),
        ("key",),
        (
            words.choice("key", pgettext("column", "Setting"), _("Which setting it is."), keys, needed=True),
            Column("value", pgettext("column", "Value"), _("What it is set to."), needed=True),
        ),
        examples=(
            ("name", "Harbour Group"),
            ("currency", "CNY"),
            ("fiscal_start", "1"),
            ("time_zone", "Asia/Shanghai"),
            ("language", "zh"),
        ),
    )


def units() -> File:
    """The tree."""
    parent = _("The code of the unit above; empty at the top.")
    heir = _("The code of the unit that carries on a closed one, in its last row.")
    return File(
        "units",
        pgettext("file", "Units"),
        _("One row for each unit; several rows with the same code where something about it changed on a day."),
        ("code",),
        (
            words.code(_("Up to 40 letters, digits, dots and dashes; it stays for ever.")),
            *words.names(),
            words.unit("parent", pgettext("column", "Unit above"), parent, needed=False),
            words.choice("kind", pgettext("column", "Kind"), _("What kind of unit it is."), words.unit_kinds()),
            *words.days(),
            words.unit("successor", pgettext("column", "Carried on by"), heir, needed=False),
            words.choice(
                "method", pgettext("column", "Goes up"), _("What goes up of its total; empty: all."), words.methods()
            ),
        ),
        ("tier", "vintage", "state"),
        (
            ("G", "Harbour Group", "港湾集团", "", "group", "", "", "", ""),
            ("A", "East Works", "东方厂", "G", "company", "", "", "", ""),
            ("A1", "East Pumps", "东方泵业", "A", "branch", "", "", "", ""),
            ("A2", "East Valves", "东方阀门", "A", "branch", "2023-01-01", "", "", ""),
            ("C", "Coast Lines", "海岸航运", "G", "company", "", "", "", ""),
        ),
    )


def holdings() -> File:
    """Who holds whom."""
    return File(
        "holdings",
        pgettext("file", "Holdings"),
        _("Which share of a unit another unit holds. All rows of one held unit belong together."),
        ("held",),
        (
            words.unit("owner", pgettext("column", "Owner"), _("The code of the unit that holds.")),
            words.unit("held", pgettext("column", "Held unit"), _("The code of the unit of which a share is held.")),
            Column("share", pgettext("column", "Share"), _("Written like 51 %, 0.51 or 51/100."), needed=True),
            *words.days(),
        ),
        ("vintage", "state"),
        (("G", "A", "51 %", "", ""),),
    )


def segments() -> File:
    """Which units make up a segment."""
    return File(
        "segments",
        pgettext("file", "Segments"),
        _("Which whole units make up a segment. All rows of one segment belong together."),
        ("segment",),
        (
            words.unit("segment", pgettext("column", "Segment"), _("The code of a unit of the kind segment.")),
            words.unit("unit", pgettext("column", "Unit"), _("The code of a unit that belongs to it.")),
            *words.days(),
        ),
        ("vintage", "state"),
    )
