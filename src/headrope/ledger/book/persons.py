"""The files about people, told to people."""

from __future__ import annotations

from headrope.ledger.book import words
from headrope.ledger.book.columns import Column, File
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext


def people() -> File:
    """Who acts or is named."""
    return File(
        "people",
        pgettext("file", "People"),
        _("Who acts or is named. Whoever signs in has a name for it; accounts are made for new names."),
        ("code",),
        (
            words.code(_("Up to 40 letters, digits, dots and dashes.")),
            *words.names(),
            words.plain("user", pgettext("column", "Signs in as"), _("Letters, digits and . + - _ @; empty: does not sign in.")),
        ),
        examples=(("li.na", "Li Na", "李娜", "li.na"), ("wang.wei", "Wang Wei", "王伟", "")),
    )  # fmt: skip


def posts() -> File:
    """Positions in units."""
    return File(
        "posts",
        pgettext("file", "Posts"),
        _("Which position a person has in a unit. All rows of one person belong together."),
        (),
        (
            Column("person", pgettext("column", "Person"), _("The code of the person."), "person", needed=True),
            words.unit("unit", pgettext("column", "Unit"), _("The code of the unit.")),
            Column("title", pgettext("column", "Title"), _("The position in English."), needed=True),
            words.plain("title_zh", pgettext("column", "Title in Chinese"), _("The position in Chinese.")),
            words.plain("rank", pgettext("column", "Rank"), _("1 is the highest; empty: none."), "number"),
            *words.days(),
        ),
        examples=(("wang.wei", "A", "Head", "负责人", "1", "2023-01-01", ""),),
    )


def mandates() -> File:
    """What accounts may do."""
    return File(
        "mandates",
        pgettext("file", "Mandates"),
        _("What somebody who signs in may do on a unit and all below it."),
        (),
        (
            Column("user", pgettext("column", "Signs in as"), _("The name that he signs in with."), needed=True),
            words.choice("role", pgettext("column", "Role"), _("What he may do."), words.roles(), needed=True),
            words.unit("unit", pgettext("column", "Unit"), _("The code of the unit.")),
            *words.days(),
        ),
        examples=(("li.na", "clerk", "A1", "", ""),),
    )


def bodies() -> File:
    """Circles that meet."""
    return File(
        "bodies",
        pgettext("file", "Bodies"),
        _("Circles of a unit that meet: a board, a committee."),
        ("code",),
        (
            words.code(_("Up to 40 letters, digits, dots and dashes.")),
            *words.names(),
            words.unit("unit", pgettext("column", "Unit"), _("The code of the unit.")),
        ),
    )


def members() -> File:
    """Who sits in a body."""
    return File(
        "members",
        pgettext("file", "Members"),
        _("Who sits in a body. All rows of one body belong together."),
        (),
        (
            Column("body", pgettext("column", "Body"), _("The code of the body."), "body", needed=True),
            Column("person", pgettext("column", "Person"), _("The code of the person."), "person", needed=True),
            words.plain("role", pgettext("column", "Role"), _("The role in English.")),
            words.plain("role_zh", pgettext("column", "Role in Chinese"), _("The role in Chinese.")),
            *words.days(),
        ),
    )


def parties() -> File:
    """Outside parties."""
    return File(
        "parties",
        pgettext("file", "Outside parties"),
        _("Who stands outside the tree and is named: a regulator, a customer, a bank."),
        ("code",),
        (
            words.code(_("Up to 40 letters, digits, dots and dashes.")),
            *words.names(),
            words.choice("kind", pgettext("column", "Kind"), _("What he is to the group."), words.party_kinds(), True),
        ),
    )
