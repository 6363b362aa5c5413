"""The marks of states, drawn as SVG; the other pictures of a row are those of `review.pictures`."""

from __future__ import annotations

from markupsafe import Markup

_SHAPES = {
    "behind": '<path d="M1.2 1.8H8.8L5 8.6Z"/>',
    "watch": '<path d="M5 .8L9.2 5L5 9.2L.8 5Z"/>',
    "ahead": '<path d="M1.2 8.2H8.8L5 1.4Z"/>',
    "stale": '<path d="M1.2 1.2H8.8V8.8H1.2ZM1.2 5L5 1.2M1.2 8.8L8.8 1.2M5 8.8L8.8 5"/>',
    "on": '<circle cx="5" cy="5" r="3.2"/>',
}
_MARKS = {
    state: Markup(
        f'<svg class="hr-mark hr-mark-{state}{"" if state in ("on", "stale") else " is-full"}" viewBox="0 0 10 10" aria-hidden="true">{shape}</svg>'
    )
    for state, shape in _SHAPES.items()
}


_HOLLOW = Markup(str(_MARKS["behind"]).replace(" is-full", ""))


def mark(state: str | None, answered: bool = False) -> Markup:
    """The shape of a state; nothing for none; hollow where it is behind and answered. The word stands beside it."""
    return _HOLLOW if answered and state == "behind" else _MARKS.get(state or "", Markup(""))
