"""How the cells of the workbook look; colours as on the page of the form."""

from __future__ import annotations

from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

ENTRY, ENTRY_EDGE, COMPUTED, RULE, INK, QUIET, BAD = (
    "#FFFDF2", "#B79F4A", "#F4F4F1", "#D9DBDF", "#1B1E24", "#6A6F79", "#B3261E",
)  # fmt: skip
WIDTHS = (38, 16, 18, 26, 26, 15, 15, 15, 15, 15, 46, 14)
"""Of the columns, in characters; Chinese ones are twice as wide as Latin ones."""

PARTS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "font_color": INK},
    "other": {"font_size": 9, "font_color": QUIET},
    "label": {"font_color": QUIET},
    "fact": {"font_color": INK},
    "heading": {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "font_color": INK},
    "heading-in": {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "font_color": INK, "indent": 1},
    "number-heading": {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "align": "right"},
    "name": {"bottom": 1, "bottom_color": RULE, "text_wrap": True, "valign": "vcenter", "font_color": INK},
    "account": {"bottom": 1, "bottom_color": RULE, "valign": "vcenter", "font_color": QUIET},
    "check": {
        "bottom": 1, "bottom_color": RULE, "text_wrap": True, "valign": "vcenter", "font_color": BAD, "indent": 1,
    },
    "figure": {"bottom": 1, "bottom_color": RULE, "valign": "vcenter", "align": "right", "font_color": QUIET},
    "computed": {
        "bottom": 1, "bottom_color": RULE, "valign": "vcenter", "align": "right", "bg_color": COMPUTED, "left": 1, "right": 1,
        "left_color": ENTRY_EDGE, "right_color": ENTRY_EDGE,
    },
    "entry": {
        "border": 1, "border_color": ENTRY_EDGE, "bg_color": ENTRY, "locked": False, "bold": True, "valign": "vcenter",
        "align": "right",
    },
    "entry-text": {
        "border": 1, "border_color": ENTRY_EDGE, "bg_color": ENTRY, "locked": False, "valign": "vcenter", "text_wrap": True,
        "num_format": "@",
    },
    "text": {
        "border": 1, "border_color": RULE, "locked": False, "text_wrap": True, "valign": "vcenter", "num_format": "@",
        "indent": 1,
    },
}  # fmt: skip


class Looks:
    """The formats of one workbook, made when they are asked for."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Any] = {}

    def __call__(self, part: str, number_format: str = "") -> Any:
        """The format of a part, with a number format."""
        key = part, number_format
        if key not in self._made:
            more = {"num_format": number_format} if number_format else {}
            self._made[key] = self._book.add_format(PARTS[part] | more)
        return self._made[key]
