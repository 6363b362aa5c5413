"""`headrope paper` as people run it: both papers, many files, and Ctrl-C in the middle of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from headrope.reports.opening import opened
from tests.conftest import Place, Says


@pytest.fixture(scope="module")
def example_copy(copy_of_example: Callable[[], Place]) -> Place:
    return copy_of_example()


@pytest.fixture
def group(example_copy: Place) -> Place:
    """The example group, entered; it is only read."""
    example_copy.enter()
    return example_copy


def test_situation_is_made_and_still_holds(group: Place, says: Says, tmp_path: Path) -> None:
    target = tmp_path / "group.docx"

    made = says("paper", "T", "2023-H1", "--of", "situation", "--output", target, "--language", "zh")
    checked = says("check-pack", target)

    assert made == (0, f"{target}\n", "")
    assert opened(target).manifest.question.kind == "situation"
    assert checked[0] == 0
    assert "group.docx" in checked[1]


def test_situation_asks_what_the_command_asks(group: Place, says: Says, tmp_path: Path) -> None:
    target = tmp_path / "group.pdf"
    asked = [
        "--measure",
        "PROFIT",
        "--tier",
        "3",
        "--order",
        "value",
        "--where",
        "REVENUE>200000000",
        "--where",
        "PROFIT!=0",
    ]
    told = ["--threshold", "PROFIT>=0", "--all-measures", "--since", "2023-05-20", "--scale", "k", "--as-was"]

    made = says("paper", "T", "2023-H1", "--of", "situation", "--output", target, *asked, *told)

    question = opened(target).manifest.question
    assert made[0] == 0
    assert (question.measure, question.tier, question.order, question.every) == ("PROFIT", 3, "value", True)
    assert (question.where, question.threshold) == ("REVENUE>200000000; PROFIT!=0", "PROFIT>=0")
    assert (question.since, question.scale, question.as_was) == ("2023-05-20", "k", True)
    assert says("check-pack", target)[0] == 0


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (["--measure", "NONE"], "There is no measure 'NONE'.\n"),
        (["--where", "NONE>1"], "There is no measure 'NONE'.\n"),
        (["--order", "name"], "'name' is not an order; write gap, value or change.\n"),
        (["--scale", "dozens"], "'dozens' is not a scale; write 1, k, m or bn.\n"),
        (["--where", "PROFIT"], "'PROFIT' is not a condition; write MEASURE>VALUE, such as ATT1>0 or PCT4H=78%.\n"),
    ],
)
def test_question_of_a_situation_that_cannot_be_read_is_refused(
    group: Place, says: Says, tmp_path: Path, asked: list[str], error: str
) -> None:
    made = says("paper", "T", "2023-H1", "--of", "situation", "--output", tmp_path / "a.pdf", *asked)

    assert (made[0], made[2], list(tmp_path.iterdir())) == (2, error, [])


def test_paper_of_another_kind_is_refused(group: Place, says: Says, tmp_path: Path) -> None:
    status, _out, error = says("paper", "T", "2023-H1", "--of", "letter", "--output", tmp_path / "a.pdf")

    assert (status, error) == (2, "There is no paper 'letter'; known: sheet, situation.\n")


@pytest.fixture
def _hears_ctrl_c() -> Iterator[None]:
    """What runs in the background of a shell does not, and neither would its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_hears_ctrl_c")
def test_ctrl_c_leaves_whole_files_and_nobody_behind(group: Place, tmp_path: Path) -> None:
    """As a terminal does it: the signal goes to the command and to its children."""
    connection.close()
    command = [sys.executable, "-m", "headrope", "paper", "T", "2023-H1", "--below", "pdf", "--output", str(tmp_path)]
    running = subprocess.Popen(command, env=group.environment, stderr=subprocess.PIPE, start_new_session=True)
    # On busy cores one child may have made a file before the other has begun.
    while not list(tmp_path.glob("*.pdf")) or len(deaf(running.pid)) < 2:
        assert running.poll() is None, running.stderr.read()  # type: ignore[union-attr]
        time.sleep(0.02)

    held_back = deaf(running.pid)
    os.killpg(running.pid, signal.SIGINT)
    _out, error = running.communicate()

    assert held_back == [True, True]  # both children end what they have begun
    assert running.returncode == 130, error
    assert b"Traceback" not in error
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in tmp_path.glob("T*.pdf"))
    assert [opened(tmp_path / name).manifest.question.period for name in made] == ["2023-H1"] * len(made)
    deadline = time.monotonic() + 60
    while living(running.pid):
        assert time.monotonic() < deadline, living(running.pid)
        time.sleep(0.02)


def deaf(parent: int) -> list[bool]:
    """Whether each of the processes that make papers holds Ctrl-C back."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"spawn_main" not in command.read_bytes():
                continue
            status = dict(line.split(":\t", 1) for line in (command.parent / "status").read_text().splitlines())
        except OSError:
            continue  # it has ended meanwhile
        if int(status["PPid"]) == parent:
            found.append(bool(int(status["SigBlk"], 16) & 1 << (signal.SIGINT - 1)))
    return found


def living(group: int) -> list[str]:
    """The processes of the group that have not ended; whoever ended and was not asked for his status does not count."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _name, _closed, fields = stat.read_text().rpartition(")")
        except OSError:
            continue  # it has ended meanwhile
        state, _parent, its_group = fields.split()[:3]
        if int(its_group) == group and state != "Z":
            found.append(stat.read_text().partition("(")[2].partition(")")[0])
    return found
