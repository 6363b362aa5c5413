"""How far a unit's form has come: its steps from draft to lock, what was done, what may be done next, what is below it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import ngettext

from headrope.core.due import sentence
from headrope.ledger.said import gettext as _
from headrope.ledger.said import pgettext
from headrope.ledger.submissions.sheet import EntrySheet, Event
from headrope.web.bearing import day_text
from headrope.web.figures.words import FormWords, action_words, state_words


@dataclass(slots=True)
class Step:
    """One stage on the way from draft to lock."""

    title: str
    text: str
    now: bool = False
    done: bool = False


def steps(sheet: EntrySheet, words: FormWords) -> list[Step]:
    """Where it stands: draft, submitted, accepted by the unit above, locked."""
    above = sheet.path[min(1, len(sheet.path) - 1)].shown_name(words.language)
    place = ("draft", "submitted", "accepted").index(
        {"returned": "draft", "reopened": "draft"}.get(sheet.state, sheet.state)
    )
    first = {"returned": _("Returned"), "reopened": _("Reopened")}.get(sheet.state, _("Draft"))
    last = {{"restate": "accept"}.get(event.action, event.action): event for event in sheet.events}
    entered = [line for line in sheet.lines if line.typed is not None]
    right = sum(not line.mend and not line.typed.empty for line in entered if line.typed)
    texts = (
        (first, _("%(right)s of %(all)s cells filled") % {"right": right, "all": len(entered)} if entered else ""),
        (_("Submitted"), _by(last.get("submit"), words) if place >= 1 else due_text(sheet, words)),
        (_("Accepted by %(unit)s") % {"unit": above}, _by(last.get("accept"), words) if place >= 2 else ""),
        (_("Locked"), _("restating needs a reason and is told to all above") if sheet.locked else ""),
    )
    now = 3 if sheet.locked and place >= 2 else place
    return [Step(title, text, number == now, number < now) for number, (title, text) in enumerate(texts)]


def _by(event: Event | None, words: FormWords) -> str:
    return f"{words.person(event.by)}, {words.moment(event.at)}" if event else ""


def due_text(sheet: EntrySheet, words: FormWords) -> str:
    """When it is due and how it stands; the time is told where it is not the end of the day."""
    if sheet.due is None or sheet.standing is None:
        return ""
    said, day = sentence(sheet.standing, sheet.due), day_text(sheet.due.day)
    local = sheet.due.moment.astimezone(words.zone)
    if (local.hour, local.minute) != (0, 0):
        day = f"{day} {local:%H:%M}"
    return ngettext(said.one, said.many, said.number) % {**said.values, "day": day}


@dataclass(slots=True)
class Happened:
    """What somebody did: when, who, what, why, and from which file, with its address and its print."""

    at: str
    who: str
    what: str
    why: str
    file: str
    href: str
    sha256: str


def events(sheet: EntrySheet, words: FormWords) -> list[Happened]:
    """What was done, the last first. Files are for who fills the form in and who accepts it."""
    said, actor, unit = action_words(), words.asked.actor, sheet.unit
    opens = actor.sight.may("enter", unit.id) or actor.sight.accepts(unit.id)
    return [
        Happened(
            words.moment(each.at),
            words.person(each.by),
            said.get(each.action, each.action),
            each.reason,
            each.file,
            words.asked.of(unit.code, sheet.period, more=f"files/{each.file_id}/") if opens and each.file_id else "",
            each.sha256[:12],
        )
        for each in reversed(sheet.events)
    ]


def below(sheet: EntrySheet, words: FormWords) -> list[tuple[str, str, str, str]]:
    """The units right below: name, address, state in words, state."""
    said = state_words()
    return [
        (
            each.unit.shown_name(words.language),
            words.asked.of(each.unit.code, sheet.period),
            said[each.state],
            each.state,
        )
        for each in sheet.below
    ]


def may(sheet: EntrySheet, words: FormWords) -> dict[str, bool]:
    """What the person may do with it as it stands; nothing with the form of a day that is gone."""
    actor, unit = words.asked.actor, words.asked.place.unit
    who = actor.sight
    if words.asked.known:
        return {}
    over, sent, own = who.accepts(unit.id), sheet.state == "submitted", sheet.submitted_by == actor.user.pk
    return {
        "enter": sheet.open and who.may("enter", unit.id),
        "submit": sheet.open and who.may("submit", unit.id),
        "recall": sent and who.may("submit", unit.id),
        "accept": sheet.acceptable and over and not own,
        "return": sent and over,
        "reopen": sheet.state == "accepted" and (who.may("restate", unit.id) if sheet.locked else over),
        "extend": over and sheet.due is not None and sheet.state not in ("submitted", "accepted"),
        "own": sent and over and own,
    }


def closed(sheet: EntrySheet, words: FormWords) -> str:
    """Why nothing can be typed."""
    if words.asked.known:
        return _("as known on %(day)s") % {"day": day_text(words.asked.known)}
    if not sheet.open:
        said = {
            "submitted": _("submitted; it waits for the unit above") if sheet.acceptable else _("locked"),
            "accepted": _("accepted; in every total"),
        }
        return said.get(sheet.state, _("locked"))
    return _("you may look and not type")


def wanting(sheet: EntrySheet, mend: int, answer: int) -> str:
    """What the button says that is missing before the form can be sent; nothing where all is ready."""
    parts = []
    if mend:
        parts.append(ngettext("%(n)s to mend", "%(n)s to mend", mend) % {"n": mend})
    if answer:
        parts.append(ngettext("%(n)s to answer", "%(n)s to answer", answer) % {"n": answer})
    if sheet.waiting:
        waiting = len(sheet.waiting)
        parts.append(ngettext("%(n)s below to wait for", "%(n)s below to wait for", waiting) % {"n": waiting})
    return _("Submit: %(what)s") % {"what": pgettext("list", ", ").join(parts)} if parts else ""
