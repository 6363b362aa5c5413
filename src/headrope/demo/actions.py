"""Builds the example group in an empty ledger, through the actions that everybody uses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from django.db import transaction

from headrope.demo.conference import HELD, make_conferences
from headrope.demo.gaps import seed_gaps
from headrope.demo.group import write_folder
from headrope.demo.people import PEOPLE
from headrope.journal.queries import books
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.cube.store import fresh
from headrope.ledger.folder.people import load_people
from headrope.ledger.queries import ledger_settings
from headrope.meetings.models import Meeting
from headrope.org.actions import console_user, give_mandate, make_user
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much is done and of how much."""
DEMO_PASSWORD = "headrope-demo"
FROM = date(2020, 1, 1)
DEMO_NOW = datetime(2023, 7, 13, 9, 42, tzinfo=ZoneInfo("Asia/Shanghai"))
"""What time it is in the example group: the figures of June are in but for one company, and the half-year conference is near."""


class NotEmpty(Exception):
    """The ledger holds something else than the example group."""


def build_demo(language: str = "en", progress: Progress | None = None) -> None:
    """Load the example group and its people; does nothing more where it is loaded already.

    What its people write is in `en` or `zh`; a group that is there keeps its language.
    """
    tell = progress or (lambda doing, done, of: None)
    if books().seq:
        if ledger_settings().name != "Hengchuan Group":
            raise NotEmpty
        language = ledger_settings().language
    console = console_user()
    with TemporaryDirectory() as folder:
        place = Path(folder) / "hengchuan"
        tell("writing the example group", 0, 0)
        write_folder(place, language)
        load_folder(place, by=console, progress=progress)
        make_users(console)
        load_people(place, by=console)
    tell("adding up", 0, 0)
    refresh_cube()


def furnish_demo(progress: Progress | None = None) -> None:
    """What comes after the figures of June: its landing, the two conferences, gaps and answers; once, at `DEMO_NOW`."""
    if Meeting.objects.exists():
        return
    from headrope.landing.runs.actions import run  # noqa: PLC0415  slow import

    tell = progress or (lambda doing, done, of: None)
    office, language = User.objects.get(username="zhou.yi"), ledger_settings().language
    run(None, office, progress)
    tell("adding up", 0, 0)
    refresh_cube()
    tell("preparing the conference", 0, 0)
    seed_gaps(language)
    with transaction.atomic():  # the meetings come last and whole: where they are, all of it is
        make_conferences(office, language)
    refresh_cube()
    fresh(HELD[0])  # with January's conference the first page compares


def make_users(console: User) -> None:
    """Those who can sign in, with their mandates."""
    ids = unit_ids()
    for person in PEOPLE:
        with transaction.atomic():
            user = User.objects.filter(username=person.username).first() or make_user(
                by=console,
                username=person.username,
                password=DEMO_PASSWORD,
                name=person.name,
                name_zh=person.name_zh,
            )
            if person.role and person.unit:
                give_mandate(by=console, user=user, role=Role(person.role), unit=ids[person.unit], valid_from=FROM)
