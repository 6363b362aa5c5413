"""Settings from the environment: each with its default and its help; a wrong one stops the start with its remedy."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class SettingError(SystemExit):
    """A setting is wrong; the process ends with the sentence and exit status 1."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


@dataclass(frozen=True)
class Setting:
    """An environment variable, its default in words and what it does."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting(
        "HEADROPE_HOME",
        "var/ of a source checkout, else ~/.headrope",
        "Folder for the database, the cube, uploads and caches.",
    ),
    Setting(
        "HEADROPE_DATABASE_URL",
        "sqlite:///HEADROPE_HOME/headrope.sqlite3",
        "sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME.",
    ),
    Setting(
        "HEADROPE_SECRET_KEY", "made once and kept in HEADROPE_HOME/secret", "Signs sessions; at least 32 characters."
    ),
    Setting("HEADROPE_HOSTS", "127.0.0.1,localhost", "Names under which pages are served, comma between."),
    Setting("HEADROPE_HTTPS", "0", "1 when pages are served over HTTPS: cookies then travel over HTTPS only."),
    Setting(
        "HEADROPE_TRUSTED_ORIGINS",
        "",
        "Addresses such as https://figures.example.org from which forms are accepted behind a proxy.",
    ),
)


ADDRESSES = "Write sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME."


def home() -> Path:
    """HEADROPE_HOME, created when it is not there."""
    given = os.environ.get("HEADROPE_HOME")
    path = Path(given).expanduser() if given else _default_home()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            "HEADROPE_HOME", f"{path} cannot be made ({error.strerror}). Name a folder you may write to."
        ) from error
    if not os.access(path, os.W_OK):
        raise SettingError("HEADROPE_HOME", f"{path} cannot be written to. Name a folder you may write to.")
    return path.resolve()


def _default_home() -> Path:
    checkout = Path(__file__).parents[3]
    return checkout / "var" if (checkout / "pyproject.toml").is_file() else Path.home() / ".headrope"


def database(home: Path) -> dict[str, object]:
    """Django's database entry for HEADROPE_DATABASE_URL."""
    url = os.environ.get("HEADROPE_DATABASE_URL")
    if not url:
        return _sqlite(str(home / "headrope.sqlite3"))
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here, because only reading it finds a wrong one
    except ValueError as error:
        raise SettingError("HEADROPE_DATABASE_URL", f"is not an address: {error}. {ADDRESSES}") from error
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path.removeprefix("/") if parts.path.startswith("//") else parts.path))
    if parts.scheme in ("postgresql", "postgres"):
        return _postgresql(url)
    raise SettingError("HEADROPE_DATABASE_URL", f"'{parts.scheme}' is not a database we know. {ADDRESSES}")


def _sqlite(name: str) -> dict[str, object]:
    if not name or name.endswith("/"):
        raise SettingError("HEADROPE_DATABASE_URL", "names no file. Write sqlite:////absolute/path/headrope.sqlite3.")
    if not Path(name).parent.is_dir():
        raise SettingError("HEADROPE_DATABASE_URL", f"the folder {Path(name).parent} does not exist. Make it first.")
    pragmas = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON; PRAGMA cache_size=-64000;"
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": pragmas},
        "TEST": {"NAME": f"{name}.test"},
    }


def _postgresql(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if not parts.path.strip("/"):
        raise SettingError(
            "HEADROPE_DATABASE_URL", "names no database. Write postgresql://USER:PASSWORD@HOST:PORT/NAME."
        )
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", "") or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "OPTIONS": query,
    }


def secret_key(home: Path) -> str:
    """HEADROPE_SECRET_KEY, or a key made once and kept in the home for its owner alone."""
    given = os.environ.get("HEADROPE_SECRET_KEY")
    if given is not None:
        if len(given) < 32:
            raise SettingError("HEADROPE_SECRET_KEY", "is shorter than 32 characters. Use a long random text.")
        return given
    path = home / "secret"
    if not path.exists():
        made = path.with_name(f"secret.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48), encoding="ascii")
        with suppress(FileExistsError):  # two processes may start at once: the first key stays
            os.link(made, path)
        made.unlink()
    return path.read_text(encoding="ascii")


def switch(name: str) -> bool:
    """A setting that is 0 or 1."""
    value = os.environ.get(name, "0")
    if value not in ("0", "1"):
        raise SettingError(name, f"'{value}' is neither 0 nor 1.")
    return value == "1"


def names(name: str, default: str) -> list[str]:
    """A setting that is a list with commas between."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]
