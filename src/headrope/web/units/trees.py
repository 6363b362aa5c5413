"""All units that a person sees, in the order of the tree: rows of the grid, and the sheet to download."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256

from django.utils.translation import gettext as _

from headrope.org.queries import Node
from headrope.web.access import Visit
from headrope.web.bearing import day_text
from headrope.web.organisation import words
from headrope.web.tables import Sheet

Row = tuple[str, str, str, int, str, int]
"""Code, name, name in the other language, place of the unit above (-1 for none), kind, 1 where it may be changed."""


def mark(who: Visit) -> str:
    """What all rows depend on, as an entity tag: the books, the day, the language and the mandates."""
    mandates = [sorted(who.who.tops_with(right)) for right in ("see", "edit")]
    text = repr((str(who.at.key), who.at.seq, who.today, who.language, mandates))
    return f'"{sha256(text.encode()).hexdigest()[:20]}"'


_kept: dict[str, bytes] = {}
MOST = 8


def body(who: Visit, mark: str) -> bytes:
    """All rows as the grid takes them, UTF-8 JSON; kept in the process for whoever has the same mark, so sees the same."""
    found = _kept.get(mark)
    if found is None:
        made = {"rows": rows(who), "at": who.who.starts[0].code if len(who.who.starts) == 1 else ""}
        found = json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[mark] = found
    return found


def rows(who: Visit) -> list[Row]:
    """The rows, each after the one it stands under."""
    kinds, edits = words.kinds(), who.who.editable
    chinese = who.language.startswith("zh")
    places: dict[int, int] = {}
    made: list[Row] = []
    for node, above, _tier in _walk(who):
        places[node.id] = len(made)
        names = (node.name_zh, node.name) if chinese else (node.name, node.name_zh)
        place = places.get(above.id, -1) if above else -1
        name, other = (names[0] or names[1]), names[1]
        made.append((node.code, name, other, place, kinds.get(node.kind, node.kind), int(node.id in edits)))
    return made


def sheet(who: Visit) -> Sheet:
    """The list of units."""
    below = who.who.now.tree.children
    heads = [_("Code"), _("Unit"), _("Kind"), _("Tier"), _("Code of the unit above"), _("Unit above"), _("Units below")]
    lines = [
        [
            node.code,
            node.shown_name(who.language),
            words.kind(node.kind),
            tier,
            above.code if above else "",
            above.shown_name(who.language) if above else "",
            len(below.get(node.id, ())) or None,
        ]
        for node, above, tier in _walk(who)
    ]
    return Sheet(_("Units"), foot(who), heads, lines, foot(who))


def foot(who: Visit) -> str:
    """The bearing of the tree as a line."""
    return _("%(ledger)s · the tree on %(day)s") % {"ledger": who.ledger.name, "day": day_text(who.today)}


def _walk(who: Visit) -> Iterator[tuple[Node, Node | None, int]]:
    """Each unit with the visible one above it and its tier in the whole tree, from the top down."""
    tree = who.who.now.tree
    waiting: list[tuple[Node, Node | None]] = [(node, None) for node in reversed(who.who.starts)]
    while waiting:
        node, above = waiting.pop()
        yield node, above, tree.tier[node.id]
        waiting += [(child, node) for child in reversed(tree.children.get(node.id, ()))]
