"""Builds the example group in an empty ledger, through the actions that everybody uses."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from django.db import transaction

from headrope.demo.conference import make_conferences
from headrope.demo.gaps import seed_gaps
from headrope.demo.group import write_folder
from headrope.demo.people import PEOPLE
from headrope.journal.queries import books
from headrope.landing.runs.actions import Progress, run
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.folder.people import load_people
from headrope.ledger.queries import ledger_settings
from headrope.meetings.models import Meeting
from headrope.org.actions import console_user, give_mandate, make_user
from headrope.org.models import Role, User
from headrope.org.queries import unit_ids

DEMO_PASSWORD = "headrope-demo"
FROM = date(2020, 1, 1)
DEMO_NOW = datetime(2023, 7, 13, 9, 42, tzinfo=ZoneInfo("Asia/Shanghai"))
"""What time it is in the example group: the figures of June are in but for one company, and the half-year conference is near."""


class NotEmpty(Exception):
    """The ledger holds something else than the example group."""


def build_demo() -> None:
    """Load the example group and its people; does nothing more where it is loaded already."""
    if books().seq and ledger_settings().name != "Hengchuan Group":
        raise NotEmpty
    console = console_user()
    with TemporaryDirectory() as folder:
        place = Path(folder) / "hengchuan"
        write_folder(place)
        load_folder(place, by=console)
        make_users(console)
        load_people(place, by=console)
    refresh_cube()


def furnish_demo(progress: Progress | None = None) -> None:
    """What comes after the figures of June: its landing, the two conferences, gaps and answers; once, at `DEMO_NOW`."""
    if Meeting.objects.exists():
        return
    office = User.objects.get(username="zhou.yi")
    run(None, office, progress)
    refresh_cube()
    make_conferences(office)
    seed_gaps()
    refresh_cube()


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
