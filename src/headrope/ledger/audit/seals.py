"""Whether the audit trail is the one that was sealed: its seals in the database and in the file outside of it.

The rules are in docs/spec/seal.md, section 3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from headrope.core.problems import Problem
from headrope.journal.models import Audit
from headrope.journal.sealing import LOST
from headrope.journal.seals import Seal
from headrope.ledger.audit.result import Check
from headrope.ledger.audit.sealed import SealedTrail, moment, sealed_trail

_COMPARE = (
    "The database or the file was changed past Headrope: compare both with a backup and with copies of seals.jsonl."
)


def check_seals(copy: Path | None = None) -> Check:
    """Every seal against its key, the trail and the file (or a copy of it); what a recorded restore explains is only told."""
    trail = sealed_trail(copy)
    problems = [*_strange(trail), *_changed(trail), *_rewritten(trail)]
    told = [_counted(trail)]
    for each in _odd(trail):
        breaks = {number: trail.breaks_for(number) for number in each.numbers}
        explained = [n for n in each.numbers if any(one.sealed for one in breaks[n])]
        unsealed = [n for n in each.numbers if breaks[n] and n not in explained]
        if unexplained := [n for n in each.numbers if not breaks[n]]:
            problems.append(_problem(each.where, each.told(unexplained) + each.more, each.remedy))
        if unsealed:
            remedy = "If that was meant, run `headrope tick`: it seals the books as they are now. If not, find out who did it."
            problems.append(_problem("seals", f"{each.told(unsealed)} since {breaks[unsealed[0]][0]}.", remedy))
        if explained:
            told.append(f"{each.told(explained)} since {breaks[explained[0]][0]}")
    return Check("seals", "; ".join(told), tuple(problems))


def _counted(trail: SealedTrail) -> str:
    if not trail.here:
        return "none yet: `headrope tick` makes them"
    last = trail.here[max(trail.here)]
    since = Audit.objects.filter(id__gt=last.audit).count()
    made = f"{len(trail.here):,} seal{'s' if len(trail.here) > 1 else ''}"
    return f"{made}, the last of {moment(last.at)}, {since:,} line{'s' if since != 1 else ''} since"


def _problem(where: str, sentence: str, remedy: str = _COMPARE) -> Problem:
    return Problem(where, "%(sentence)s", remedy, {"sentence": sentence})


# What no restore explains


def _strange(trail: SealedTrail) -> Iterator[Problem]:
    """Lines of the file that are no seals, and numbers that it has twice."""
    if lines := trail.file.strange:
        yield _problem("seals.jsonl", f"What stands in {ranges(lines, 'line')} of the file is no seal: it was changed.")
    if double := trail.file.double:
        yield _problem("seals.jsonl", f"The file has two different seals of one number: {ranges(double)}.")


def _changed(trail: SealedTrail) -> Iterator[Problem]:
    """Seals that do not fit the key they name, and numbers that stand in both places with different seals."""
    for where, held in (("database", trail.here), ("seals.jsonl", trail.filed)):
        if wrong := [n for n, seal in held.items() if trail.is_of_key(seal) and not trail.is_as_made(seal)]:
            sentence = f"Not as made: {ranges(wrong)}. What it says was changed, or it was made without the key."
            yield _problem(where, sentence)
    both = trail.here.keys() & trail.filed.keys()
    if differing := [number for number in both if trail.here[number] != trail.filed[number]]:
        yield _problem("seals", f"The database and seals.jsonl say different things: {ranges(differing)}.")


def _rewritten(trail: SealedTrail) -> Iterator[Problem]:
    """The first seal whose line is gone or another; those after it cannot hold either."""
    for number in sorted(trail.here):
        seal = trail.here[number]
        if trail.holds(seal):
            continue
        if seal.audit in trail.lines:
            sentence = (
                f"Up to line {seal.audit} the audit trail is not the one that was sealed on {moment(seal.at)}: "
                "it was rewritten."
            )
        else:
            sentence = (
                f"Line {seal.audit} of the audit trail, which was sealed on {moment(seal.at)}, is not there: "
                "the trail was cut off."
            )
        yield _problem(f"seal {number}", sentence)
        return


# What a restore, or seals begun anew, can explain


@dataclass(frozen=True)
class _Odd:
    """Seals with something odd about them: what it is, of one and of many; and what else is said when nothing explains it."""

    where: str
    numbers: list[int]
    one: str
    many: str
    more: str = "."
    remedy: str = _COMPARE

    def told(self, numbers: list[int]) -> str:
        """Seals 1 to 3 stand in the database alone."""
        return f"{ranges(numbers)} {self.one if len(numbers) == 1 else self.many}"


def _odd(trail: SealedTrail) -> list[_Odd]:
    """All of it; kinds without seals, too."""
    gone = [number for number in trail.numbers if number not in trail.here]
    on_file = [number for number in gone if number in trail.filed]
    proven = [number for number in on_file if trail.holds(trail.filed[number])]
    lost = [number for number in on_file if number not in proven]
    removed = ": removed from the database, though the audit trail is still the one that was sealed."
    alone = ("stands in seals.jsonl alone", "stand in seals.jsonl alone")
    return [
        _Odd("database", lost, *alone, _cut_off(trail.filed, lost)),
        _Odd("database", proven, *alone, removed),
        _Odd("database", [n for n in gone if n not in trail.filed], "is missing", "are missing", _NOWHERE),
        _not_on_file(trail),
        _of_another_key(trail),
    ]


_NOWHERE = ", in the database and in seals.jsonl."


def _cut_off(filed: dict[int, Seal], lost: list[int]) -> str:
    if not lost:
        return ""
    last = filed[lost[-1]]
    subject = "It" if len(lost) == 1 else "The last one"
    return (
        f". {subject} was made on {moment(last.at)}, when the audit trail went up to line {last.audit}: the trail was cut "
        "off or rewritten after that, or the database is an older copy."
    )


def _not_on_file(trail: SealedTrail) -> _Odd:
    gone = [number for number in trail.here if number not in trail.filed]
    if trail.copied and trail.filed:
        gone = [number for number in gone if number < max(trail.filed)]
    more = f", the last one of {moment(trail.here[gone[-1]].at)}." if gone else ""
    remedy = "Put the file seals.jsonl back; if it is lost, run `headrope tick --renew-seals`."
    one, many = "stands in the database alone", "stand in the database alone"
    return _Odd("seals.jsonl", gone, one, many, more, remedy)


def _of_another_key(trail: SealedTrail) -> _Odd:
    other = [number for number, seal in trail.here.items() if not trail.is_of_key(seal)]
    was, were = "was made with another key and is not proven", "were made with another key and are not proven"
    if trail.key is None:
        return _Odd("seal.key", other, "cannot be proven", "cannot be proven", ": the key is not there.", LOST)
    named = ", ".join(sorted({trail.here[number].key_print for number in other}))
    return _Odd("seal.key", other, was, were, f": the key was replaced; theirs was {named}.", LOST)


def ranges(numbers: Collection[int], word: str = "seal") -> str:
    """Numbers with the word before them.

    >>> ranges([3]), ranges([5, 1, 2, 3]), ranges([2, 4], "line")
    ('seal 3', 'seals 1 to 3, 5', 'lines 2, 4')
    """
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    said = [f"{first}" if first == last else f"{first} to {last}" for first, last in runs]
    return f"{word}{'s' if len(numbers) > 1 else ''} {', '.join(said)}"
