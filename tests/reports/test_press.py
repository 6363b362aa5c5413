"""The press with children that do what they should not: die, dawdle, fail, or look at another ledger."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from headrope.reports import press as pressed
from headrope.reports.paper import Question
from headrope.reports.press import Order, Press, PressError, Refused

ORDER = Order(Question("sheet", "T03", "2023-H1", "", "en"), "pdf", 1, "books")
BEGIN = "import json, os, sys, time\nfrom pathlib import Path\nbegun = Path(sys.argv[1]); n = len(begun.read_text()) + 1 if begun.exists() else 1\nbegun.write_text('x' * n)\n"
ANSWER = "data = f'{os.getpid()}'.encode()\n    sys.stdout.buffer.write(json.dumps({'bytes': len(data)}).encode() + b'\\n' + data); sys.stdout.buffer.flush()"


def press(folder: Path, does: str, seconds: float = 20.0) -> Press:
    """A press whose child does that with each line; `n` counts the children, of which each is told in a file."""
    code = BEGIN + f"for line in sys.stdin:\n    {does}"
    return Press((sys.executable, "-c", code, str(folder / "begun")), seconds)


def begun(folder: Path) -> int:
    return len((folder / "begun").read_text())


def test_one_child_makes_all_papers_until_another_takes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pressed, "MOST_PAPERS", 2)
    mine = press(tmp_path, ANSWER)

    made = [mine.made(ORDER) for _ in range(4)]
    mine.end()

    assert made[0] == made[1] != made[2] == made[3]
    assert begun(tmp_path) == 2


def test_child_that_dies_is_told_and_the_next_order_gets_another(tmp_path: Path) -> None:
    mine = press(tmp_path, f"n == 1 and os._exit(3)\n    {ANSWER}")

    with pytest.raises(PressError):
        mine.made(ORDER)
    made = mine.made(ORDER)
    mine.end()

    assert made
    assert begun(tmp_path) == 2


def test_child_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    mine = press(tmp_path, "time.sleep(3600)", seconds=0.5)

    with pytest.raises(PressError):
        mine.made(ORDER)

    assert mine._child is None


def test_half_an_answer_is_none(tmp_path: Path) -> None:
    mine = press(tmp_path, "print(json.dumps({'bytes': 100}), flush=True); print('x', end='', flush=True); os._exit(0)")

    with pytest.raises(PressError, match="1 bytes of 100"):
        mine.made(ORDER)


def test_refusal_and_failure_are_told_apart_and_cost_no_child(tmp_path: Path) -> None:
    word = "'refused' if json.loads(line)['asked']['unit'] == 'T03' else 'failed'"
    mine = press(tmp_path, f"print(json.dumps({{{word}: True}}), flush=True)")

    with pytest.raises(Refused):
        mine.made(ORDER)
    with pytest.raises(PressError):
        mine.made(Order(Question("sheet", "X", "2023-H1", "", "en"), "pdf", 1, "books"))
    mine.end()

    assert begun(tmp_path) == 1


def test_child_that_looks_at_other_books_makes_room_for_one_that_does_not(tmp_path: Path) -> None:
    mine = press(
        tmp_path, f"if n == 1:\n        print(json.dumps({{'other_books': True}}), flush=True); continue\n    {ANSWER}"
    )

    made = mine.made(ORDER)
    mine.end()

    assert made
    assert begun(tmp_path) == 2
