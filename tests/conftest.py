"""Fixtures: a fresh ledger for each test, on SQLite or PostgreSQL, and the trial data where they are."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

# A home of its own for the whole run, before any setting is read.
os.environ["HEADROPE_HOME"] = tempfile.mkdtemp(prefix="headrope-test-")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser driver keeps an event loop in this thread

import psycopg
import pytest
import typer
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import translation
from hypothesis import settings as examples
from psycopg import sql
from typer.testing import CliRunner

from headrope.cli import commands
from headrope.core.problems import ProblemsFound
from headrope.demo.actions import DEMO_NOW, build_demo, furnish_demo
from headrope.journal.models import Head
from headrope.ledger.actions import load_folder, refresh_cube
from headrope.ledger.load import LoadResult
from headrope.org.actions import console_user

# Random examples are the same in every run and on both databases, so that what fails is what was changed.
# HEADROPE_TEST_SEARCH=1 looks for new ones, and for more of them where a test does not say how many.
examples.register_profile("steady", deadline=None, derandomize=True, database=None, max_examples=100)
examples.register_profile("search", deadline=None, derandomize=False, database=None, max_examples=1500)
examples.load_profile("search" if os.environ.get("HEADROPE_TEST_SEARCH") == "1" else "steady")

TRIAL = os.environ.get("HEADROPE_TRIAL_DATA")
django_settings.PASSWORD_HASHERS = ["tests.quick_passwords.Quick"]


@dataclass(frozen=True)
class Place:
    """A database with a home of its own."""

    name: str
    home: Path

    def enter(self) -> None:
        """Point Django's connection and the folders here."""
        connection.close()
        connection.settings_dict["NAME"] = self.name
        django_settings.HOME = self.home
        django_settings.CUBE_FOLDER = self.home / "cube"
        django_settings.STAGING_FOLDER = self.home / "staging"

    @property
    def url(self) -> str:
        """The address for HEADROPE_DATABASE_URL in a process of its own."""
        if connection.vendor == "sqlite":
            return f"sqlite:///{self.name}"
        held = connection.settings_dict
        host = str(held["HOST"]).replace("/", "%2F")
        return f"postgresql://{held['USER']}:{held['PASSWORD']}@{host}{':' + held['PORT'] if held['PORT'] else ''}/{self.name}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that works here."""
        return {**os.environ, "HEADROPE_HOME": str(self.home), "HEADROPE_DATABASE_URL": self.url}


class Databases:
    """Makes databases by copying one that has been migrated once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.maintenance = dict(connection.settings_dict)
        self.made: list[str] = []
        self.template = self._empty("template")
        self.template.enter()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        connection.close()

    def _admin(self, statement: str, *names: str) -> None:
        held = self.maintenance
        with psycopg.connect(
            dbname=held["NAME"],
            user=held["USER"],
            password=held["PASSWORD"],
            host=held["HOST"],
            port=held["PORT"] or None,
            autocommit=True,
        ) as admin:
            admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _empty(self, label: str) -> Place:
        home = self.folder / label
        home.mkdir()
        if connection.vendor == "sqlite":
            return Place(str(home / "headrope.sqlite3"), home)
        name = f"headrope_{label}_{uuid.uuid4().hex[:8]}"
        self._admin("CREATE DATABASE {}", name)
        self.made.append(name)
        return Place(name, home)

    def copy(self, of: Place | None = None) -> Place:
        """A database of its own with what the other (the empty one) holds; entered."""
        source = of or self.template
        label = uuid.uuid4().hex[:8]
        home = self.folder / label
        home.mkdir()
        connection.close()
        if connection.vendor == "sqlite":
            place = Place(str(home / "headrope.sqlite3"), home)
            # Not as a file: what was written last may still stand in the log beside it.
            with closing(sqlite3.connect(source.name)) as old, closing(sqlite3.connect(place.name)) as new:
                old.backup(new)
        else:
            place = Place(f"headrope_{label}", home)
            # As files: half the time of the usual way, which writes each page to the log.
            self._admin("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", place.name, source.name)
            self.made.append(place.name)
        place.enter()
        # Books of their own: what a process remembers by their key must not be taken for another's.
        Head.objects.update(key=uuid.uuid4())
        return place

    def discard(self, place: Place) -> None:
        """Remove one that nobody needs any more, so that thousands of them never lie on the disk together."""
        connection.close()
        if connection.vendor == "postgresql":
            self._admin("DROP DATABASE IF EXISTS {} WITH (FORCE)", place.name)
            self.made.remove(place.name)
        shutil.rmtree(place.home, ignore_errors=True)

    def drop(self) -> None:
        """Remove all of them."""
        connection.close()
        for name in self.made:
            self._admin("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture(scope="session")
def databases(django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The maker of databases; open to the whole run."""
    django_db_blocker.unblock()  # type: ignore[attr-defined]
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.drop()


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """What a test says in Chinese is forgotten after it."""
    yield
    translation.deactivate()


@pytest.fixture
def place(databases: Databases) -> Iterator[Place]:
    """A fresh, empty ledger."""
    made = databases.copy()
    yield made
    databases.discard(made)


@pytest.fixture(scope="session")
def example(databases: Databases) -> Place:
    """The example group, built once for the whole run: not to be changed, `copy_of_example` gives a copy."""
    made = databases.copy()
    build_demo()
    connection.close()
    return made


@pytest.fixture(scope="session")
def copy_of_example(databases: Databases, example: Place) -> Callable[[], Place]:
    """Makes a copy of the example group, added up and entered."""

    def made() -> Place:
        place = databases.copy(example)
        refresh_cube()
        return place

    return made


@pytest.fixture(scope="session")
def furnished_example(copy_of_example: Callable[[], Place]) -> Place:
    """The example group with its landing, conferences, gaps and answers, made once for the whole run: not to be changed."""
    made = copy_of_example()
    with override_settings(CLOCK_SHIFT=DEMO_NOW - datetime.now(UTC)):
        furnish_demo()
    connection.close()  # a browser's loop has a connection of its own, and what is copied may have none
    return made


@pytest.fixture(scope="session")
def copy_of_furnished(databases: Databases, furnished_example: Place) -> Callable[[], Place]:
    """Makes a copy of the example group with all of it, added up and entered."""

    def made() -> Place:
        place = databases.copy(furnished_example)
        refresh_cube()
        return place

    return made


Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Writes a folder in the form of `headrope load`: one text per file, by name without ending."""

    def write(**files: str | bytes) -> Path:
        target = tmp_path / f"folder-{uuid.uuid4().hex[:6]}"
        target.mkdir()
        for name, text in files.items():
            data = text if isinstance(text, bytes) else text.strip().encode() + b"\n"
            (target / f"{name}.csv").write_bytes(data)
        return target

    return write


Load = Callable[..., LoadResult]


@pytest.fixture
def load(place: Place, folder: Folder) -> Load:
    """Loads files given as texts, in the console's name, and adds them up."""

    def run(*, complete: bool = False, dry_run: bool = False, **files: str | bytes) -> LoadResult:
        result = load_folder(folder(**files), by=console_user(), complete=complete, dry_run=dry_run)
        refresh_cube()
        return result

    return run


Says = Callable[..., tuple[int, str, str]]


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Says:
    """Runs a command in this process: exit status, standard output, standard error."""
    monkeypatch.setenv("LANG", "C.UTF-8")
    app = typer.Typer()
    commands.register(app)

    def run(*words: str | Path) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, [str(word) for word in words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture
def problems(load: Load) -> Callable[..., list[str]]:
    """Loads files that cannot be loaded and gives the problems as text."""

    def run(**files: str | bytes) -> list[str]:
        with pytest.raises(ProblemsFound) as found:
            load(**files)
        return [str(problem) for problem in found.value.problems]

    return run


@pytest.fixture(scope="session")
def trial() -> Path:
    """The folder of public data that trials run on."""
    if not TRIAL or not Path(TRIAL).is_dir():
        pytest.skip("HEADROPE_TRIAL_DATA names no folder: the trials on public data are left out")
    return Path(TRIAL)


def _loaded(databases: Databases, source: Path, complete: bool = False) -> Place:
    made = databases.copy()
    load_folder(source, by=console_user(), complete=complete)
    refresh_cube()
    return made


@pytest.fixture(scope="session")
def nhs_place(databases: Databases, trial: Path) -> Place:
    """English A&E figures, loaded once."""
    return _loaded(databases, trial / "flat" / "nhs_ae")


@pytest.fixture(scope="session")
def canada_place(databases: Databases, trial: Path) -> Place:
    """The Government of Canada in fourteen vintages, loaded once as complete editions."""
    return _loaded(databases, trial / "flat" / "ca_infobase", complete=True)
