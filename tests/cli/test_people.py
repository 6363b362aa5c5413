"""`headrope people` as a person or a script meets it: what it says, and its exit status."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from headrope.cli import commands
from headrope.org.models import Person, Post, User
from tests.conftest import Folder, Load

PEOPLE = "code,name,user\nP1,Zhou Yi,zhou.yi\nP12,Gao Wenbin,"
POSTS = "person,unit,title,rank,from\nP1,A,Head,1,2021-01-01"
MANDATES = "user,role,unit\nzhou.yi,head,A"

Says = Callable[..., tuple[int, str, str]]


@pytest.fixture
def says(load: Load) -> Says:
    """Runs the command over a unit A: exit status, output, errors."""
    load(units="code,name,parent\nA,East,\nAB,Airport,A")
    app = typer.Typer()
    commands.register(app)

    def run(*words: str | Path) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, ["people", *map(str, words)])
        return done.exit_code, done.stdout.strip(), done.stderr.strip()

    return run


def test_people_are_set_and_told(says: Says, folder: Folder) -> None:
    source = folder(people=PEOPLE, posts=POSTS, mandates=MANDATES)

    answers = [says(source, "--dry-run"), says(source), says(source)]

    sentence = "2 people, 1 post, 1 mandate. 1 new accounts have no password yet; `headrope user NAME` sets one."
    assert answers == [
        (0, f"Would set {sentence}", ""),
        (0, f"Set {sentence}", ""),
        (0, "Nothing changes: all of it was said before.", ""),
    ]
    assert (Person.objects.count(), Post.objects.count()) == (2, 1)


def test_correction_says_what_no_longer_holds(says: Says, folder: Folder) -> None:
    says(folder(people=PEOPLE, posts=POSTS))

    answer = says(folder(posts=POSTS.replace(",A,", ",AB,")))

    assert answer == (0, "Set 1 post, 1 said before no longer holds.", "")


def test_problems_are_all_listed_and_nothing_is_changed(says: Says, folder: Folder) -> None:
    answer = says(folder(people=PEOPLE, posts="person,unit,title\nP2,A,Head\nP1,B,Head"))

    assert answer == (
        1,
        "",
        "posts.csv, row 2: There is no person P2. Add a row to people.csv, or correct the code.\n"
        "posts.csv, row 3: There is no unit B. Correct the code.\n"
        "2 problems; nothing was changed.",
    )
    assert (Person.objects.count(), User.objects.filter(username="zhou.yi").count()) == (0, 0)
