"""Settings from the environment: each with its default and its help; a wrong one stops the start with its remedy."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
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
    Setting(
        "HEADROPE_CLOCK_SHIFT",
        "0",
        "Seconds by which the clock of the books is put forward (or back, with -): for trials of another month only.",
    ),
    Setting("HEADROPE_HOSTS", "127.0.0.1,localhost", "Names under which pages are served, comma between."),
    Setting("HEADROPE_HTTPS", "0", "1 when pages are served over HTTPS: cookies then travel over HTTPS only."),
    Setting(
        "HEADROPE_TRUSTED_ORIGINS",
        "",
        "Addresses such as https://figures.example.org from which forms are accepted behind a proxy.",
    ),
    Setting(
        "HEADROPE_MFA",
        "optional",
        "required: administrators and group offices set up a second factor before they see anything else.",
    ),
    Setting(
        "HEADROPE_OIDC_URL",
        "",
        "The address of an OpenID Connect provider, such as https://login.example.org/realms/group: people can then "
        "also sign in there. Empty: by password only.",
    ),
    Setting("HEADROPE_OIDC_ID", "", "The client id that the provider gave."),
    Setting("HEADROPE_OIDC_SECRET", "", "The client secret that the provider gave."),
    Setting("HEADROPE_OIDC_NAME", "OpenID Connect", "What the sign-in page calls the provider."),
    Setting(
        "HEADROPE_OIDC_MATCH",
        "mail",
        "How an account is found at the first sign-in there: mail (the verified address) or name (preferred_username, "
        "for a provider where people cannot choose it).",
    ),
    Setting(
        "HEADROPE_ADDRESS",
        "http://127.0.0.1:8000",
        "Where people find the pages, such as https://figures.example.org: links in mails begin with it.",
    ),
    Setting(
        "HEADROPE_SEAL_KEY",
        "made once and kept in HEADROPE_HOME/seal.key",
        "Seals the audit trail; at least 32 characters, and nobody who can write to the database should know it.",
    ),
    Setting("HEADROPE_MAIL_HOST", "", "The mail server (SMTP). Without one, mails wait in the outbox."),
    Setting("HEADROPE_MAIL_PORT", "587 for starttls, 465 for tls, 25 for none", "Its port."),
    Setting("HEADROPE_MAIL_USER", "", "Signs in at the mail server, with HEADROPE_MAIL_PASSWORD."),
    Setting("HEADROPE_MAIL_PASSWORD", "", "The password of HEADROPE_MAIL_USER."),
    Setting("HEADROPE_MAIL_TLS", "starttls", "starttls, tls or none: how the way to the mail server is kept secret."),
    Setting("HEADROPE_MAIL_FROM", "", "The address that mails come from, such as figures@example.org."),
    Setting(
        "HEADROPE_NOTIFY_URLS",
        "",
        "Addresses as apprise writes them, blank between, to which reminders go beside mail; {username} and {email} "
        "stand for the person's. Needs `pip install headrope[notify]`.",
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


def seconds(name: str) -> timedelta:
    """A setting that is a whole number of seconds, with a minus before it for earlier ones."""
    value = os.environ.get(name, "0")
    try:
        return timedelta(seconds=int(value))
    except (ValueError, OverflowError):
        raise SettingError(name, f"'{value}' is no whole number of seconds.") from None


def names(name: str, default: str) -> list[str]:
    """A setting that is a list with commas between."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def address() -> str:
    """HEADROPE_ADDRESS without a slash at its end."""
    value = os.environ.get("HEADROPE_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
        _ = parts.port
    except ValueError:
        sound = False
    if not sound or any(mark.isspace() for mark in value):
        raise SettingError("HEADROPE_ADDRESS", f"'{value}' is not an address such as https://figures.example.org.")
    return value


def seal_key() -> str | None:
    """HEADROPE_SEAL_KEY, or None when a key is to be kept in the home."""
    given = os.environ.get("HEADROPE_SEAL_KEY")
    if given is not None and len(given) < 32:
        raise SettingError("HEADROPE_SEAL_KEY", "is shorter than 32 characters. Use a long random text.")
    return given


@dataclass(frozen=True)
class Mail:
    """The mail server and how it is spoken to; no host: there is none."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    sender: str


_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def mail() -> Mail:
    """The settings of the mail server; with one, links and sender have to be said."""
    host = os.environ.get("HEADROPE_MAIL_HOST", "").strip()
    tls = os.environ.get("HEADROPE_MAIL_TLS", "starttls")
    if tls not in _PORTS:
        raise SettingError("HEADROPE_MAIL_TLS", f"'{tls}' is none of starttls, tls, none.")
    port = os.environ.get("HEADROPE_MAIL_PORT", "") or str(_PORTS[tls])
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise SettingError("HEADROPE_MAIL_PORT", f"'{port}' is not a port from 1 to 65535.")
    user, password = os.environ.get("HEADROPE_MAIL_USER", ""), os.environ.get("HEADROPE_MAIL_PASSWORD", "")
    if bool(user) != bool(password):
        raise SettingError("HEADROPE_MAIL_PASSWORD", "goes with HEADROPE_MAIL_USER: set both or neither.")
    sender = os.environ.get("HEADROPE_MAIL_FROM", "").strip()
    if host and not ("@" in sender[1:-1] and sender.isprintable()):
        raise SettingError("HEADROPE_MAIL_FROM", "is no address. Write the one that mails come from.")
    if host and "HEADROPE_ADDRESS" not in os.environ:
        raise SettingError("HEADROPE_ADDRESS", "is not set. Links in mails need it: write where people find the pages.")
    return Mail(host, int(port), user, password, tls, sender)


def words(name: str) -> list[str]:
    """A setting that is a list with blanks between."""
    return os.environ.get(name, "").split()


def choice(name: str, *known: str) -> str:
    """A setting that is one of some words; the first is the default."""
    value = os.environ.get(name) or known[0]
    if value not in known:
        raise SettingError(name, f"'{value}' is none of {', '.join(known)}.")
    return value


@dataclass(frozen=True)
class Provider:
    """An OpenID Connect provider; `match` says how accounts are found: mail or name."""

    url: str
    client_id: str
    secret: str
    name: str
    match: str


def provider() -> Provider | None:
    """The OpenID Connect provider, if one is named."""
    url = os.environ.get("HEADROPE_OIDC_URL", "").strip().rstrip("/")
    match = choice("HEADROPE_OIDC_MATCH", "mail", "name")
    if not url:
        return None
    parts = urlsplit(url)
    # What the provider says is believed because the way to it is secure.
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1")):
        raise SettingError("HEADROPE_OIDC_URL", f"'{url}' is not an address that begins with https://.")
    for name in ("HEADROPE_OIDC_ID", "HEADROPE_OIDC_SECRET"):
        if not os.environ.get(name):
            raise SettingError(
                name, "is not set. HEADROPE_OIDC_URL needs the id and the secret that the provider gave."
            )
    client_id, secret = os.environ["HEADROPE_OIDC_ID"], os.environ["HEADROPE_OIDC_SECRET"]
    return Provider(url, client_id, secret, os.environ.get("HEADROPE_OIDC_NAME") or "OpenID Connect", match)
