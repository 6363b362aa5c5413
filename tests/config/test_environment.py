"""Settings from the environment: a wrong one stops the start with its name, a sentence and the remedy."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from headrope.config import environment
from headrope.config.environment import (
    SETTINGS,
    SettingError,
    address,
    database,
    home,
    names,
    seal_key,
    secret_key,
    switch,
    words,
)

SOURCE = str(Path(environment.__file__).parents[2])
KEY = "k" * 32
START = "import django; django.setup(); print('started')"
MAIL = {
    "HEADROPE_MAIL_HOST": "mail.example.org",
    "HEADROPE_MAIL_FROM": "figures@example.org",
    "HEADROPE_ADDRESS": "https://figures.example.org",
}
WRITE_PG = "Write postgresql://USER:PASSWORD@HOST:PORT/NAME."


def start(program: str = START, **settings: str) -> subprocess.CompletedProcess[str]:
    """A process of its own with these settings and no others."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE, "DJANGO_SETTINGS_MODULE": "headrope.config.settings"}
    return subprocess.run([sys.executable, "-c", program], env=env | settings, capture_output=True, text=True)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)


def test_list_of_settings_names_those_that_are_read() -> None:
    text = "".join(
        (Path(environment.__file__).parent / name).read_text(encoding="utf-8")
        for name in ("settings.py", "environment.py")
    )

    read = {word for word in (part.partition('"')[0] for part in text.split('"HEADROPE_')) if word.isupper()}
    assert {setting.name.removeprefix("HEADROPE_") for setting in SETTINGS} == {w for w in read if w.isidentifier()}
    assert all(setting.help.endswith(".") for setting in SETTINGS)


def test_start_with_nothing_but_a_home_keeps_everything_there(tmp_path: Path) -> None:
    program = START + "; from django.conf import settings as s; print(s.DATABASES['default']['NAME'], s.ALLOWED_HOSTS)"

    found = start(program, HEADROPE_HOME=str(tmp_path / "new" / "home"))

    folder = tmp_path / "new" / "home"
    assert (found.stdout, found.returncode) == (
        f"started\n{folder / 'headrope.sqlite3'} ['127.0.0.1', 'localhost']\n",
        0,
    )
    assert [path.name for path in folder.iterdir()] == ["secret"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"HEADROPE_HOME": "/dev/null/home"},
            "HEADROPE_HOME: /dev/null/home cannot be made (Not a directory). Name a folder you may write to.",
        ),
        (
            {"HEADROPE_HOME": "/dev/null"},
            "HEADROPE_HOME: /dev/null cannot be made (File exists). Name a folder you may write to.",
        ),
        (
            {"HEADROPE_DATABASE_URL": "mysql://u:p@host/name"},
            "HEADROPE_DATABASE_URL: 'mysql' is not a database we know. "
            "Write sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME.",
        ),
        (
            {"HEADROPE_DATABASE_URL": "/srv/headrope.sqlite3"},
            "HEADROPE_DATABASE_URL: '' is not a database we know. "
            "Write sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME.",
        ),
        (
            {"HEADROPE_DATABASE_URL": "sqlite://"},
            "HEADROPE_DATABASE_URL: names no file. Write sqlite:////absolute/path/headrope.sqlite3.",
        ),
        (
            {"HEADROPE_DATABASE_URL": "sqlite:////tmp/"},
            "HEADROPE_DATABASE_URL: names no file. Write sqlite:////absolute/path/headrope.sqlite3.",
        ),
        (
            {"HEADROPE_DATABASE_URL": "sqlite:////absent/headrope.sqlite3"},
            "HEADROPE_DATABASE_URL: the folder /absent does not exist. Make it first.",
        ),
        ({"HEADROPE_DATABASE_URL": "postgresql://u:p@host"}, f"HEADROPE_DATABASE_URL: names no database. {WRITE_PG}"),
        (
            {"HEADROPE_DATABASE_URL": "postgres://u:p@host:5432/"},
            f"HEADROPE_DATABASE_URL: names no database. {WRITE_PG}",
        ),
        (
            {"HEADROPE_SECRET_KEY": "k" * 31},
            "HEADROPE_SECRET_KEY: is shorter than 32 characters. Use a long random text.",
        ),
        ({"HEADROPE_SECRET_KEY": ""}, "HEADROPE_SECRET_KEY: is shorter than 32 characters. Use a long random text."),
        ({"HEADROPE_HTTPS": "yes"}, "HEADROPE_HTTPS: 'yes' is neither 0 nor 1."),
        ({"HEADROPE_HTTPS": ""}, "HEADROPE_HTTPS: '' is neither 0 nor 1."),
        (
            {"HEADROPE_SEAL_KEY": "k" * 31},
            "HEADROPE_SEAL_KEY: is shorter than 32 characters. Use a long random text.",
        ),
        (
            {"HEADROPE_ADDRESS": "figures.example.org"},
            "HEADROPE_ADDRESS: 'figures.example.org' is not an address such as https://figures.example.org.",
        ),
        (
            {"HEADROPE_ADDRESS": "https://figures.example.org:99999"},
            "HEADROPE_ADDRESS: 'https://figures.example.org:99999' is not an address such as https://figures.example.org.",
        ),
        (
            {"HEADROPE_ADDRESS": "https://figures.example.org/?next="},
            "HEADROPE_ADDRESS: 'https://figures.example.org/?next=' is not an address such as https://figures.example.org.",
        ),
        (
            MAIL | {"HEADROPE_MAIL_FROM": ""},
            "HEADROPE_MAIL_FROM: is no address. Write the one that mails come from.",
        ),
        (
            {"HEADROPE_MAIL_HOST": "mail.example.org", "HEADROPE_MAIL_FROM": "figures@example.org"},
            "HEADROPE_ADDRESS: is not set. Links in mails need it: write where people find the pages.",
        ),
        (MAIL | {"HEADROPE_MAIL_TLS": "ssl"}, "HEADROPE_MAIL_TLS: 'ssl' is none of starttls, tls, none."),
        (MAIL | {"HEADROPE_MAIL_PORT": "0"}, "HEADROPE_MAIL_PORT: '0' is not a port from 1 to 65535."),
        (MAIL | {"HEADROPE_MAIL_PORT": "smtp"}, "HEADROPE_MAIL_PORT: 'smtp' is not a port from 1 to 65535."),
        (
            MAIL | {"HEADROPE_MAIL_USER": "figures"},
            "HEADROPE_MAIL_PASSWORD: goes with HEADROPE_MAIL_USER: set both or neither.",
        ),
    ],
)
def test_wrong_setting_stops_the_start_with_its_remedy(tmp_path: Path, settings: dict[str, str], message: str) -> None:
    found = start(**({"HEADROPE_HOME": str(tmp_path)} | settings))

    assert (found.stdout, found.stderr) == ("", f"{message}\n")
    assert found.returncode == 1


@pytest.mark.parametrize(
    "url", ["postgresql://u:p@host:port/name", "postgresql://u:p@host:99999/name", "postgresql://u:p@[::1/name"]
)
def test_database_address_with_a_bad_port_or_host_is_a_setting_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("HEADROPE_DATABASE_URL", url)

    with pytest.raises(SettingError, match=r"^HEADROPE_DATABASE_URL: "):
        database(tmp_path)


def test_origin_without_scheme_is_named_by_a_system_check(tmp_path: Path) -> None:
    program = (
        "import django; django.setup(); from django.core.checks import run_checks; print([c.id for c in run_checks()])"
    )

    found = start(program, HEADROPE_HOME=str(tmp_path), HEADROPE_TRUSTED_ORIGINS="figures.example.org")

    assert (found.stdout, found.returncode) == ("['4_0.E001']\n", 0)


def test_home_that_may_not_be_written_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROPE_HOME", str(tmp_path))
    monkeypatch.setattr(environment.os, "access", lambda path, mode: False)

    with pytest.raises(SettingError) as found:
        home()

    assert str(found.value) == f"HEADROPE_HOME: {tmp_path} cannot be written to. Name a folder you may write to."


def test_home_may_begin_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HEADROPE_HOME", "~/figures")

    assert home() == tmp_path.resolve() / "figures"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("sqlite:////{folder}/figures.sqlite3", "figures.sqlite3"),
        ("sqlite:///{folder}/figures.sqlite3", "figures.sqlite3"),
        ("sqlite:////{folder}/my%20figures%23.sqlite3", "my figures#.sqlite3"),
    ],
)
def test_sqlite_address_names_an_absolute_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, name: str
) -> None:
    monkeypatch.setenv("HEADROPE_DATABASE_URL", written.format(folder=str(tmp_path).lstrip("/")))

    found = database(tmp_path / "home")

    options = found.pop("OPTIONS")
    assert found == {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / name),
        "TEST": {"NAME": f"{tmp_path / name}.test"},
    }
    assert options == {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON; "
        "PRAGMA cache_size=-64000;",
    }


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://clerk:secret@db.example.org:5433/figures",
            ("figures", "clerk", "secret", "db.example.org", "5433", {}),
        ),
        ("postgres://clerk@db.example.org/figures", ("figures", "clerk", "", "db.example.org", "", {})),
        ("postgresql://a%40b:p%2Fw%3A%23%25@h/f%20g", ("f g", "a@b", "p/w:#%", "h", "", {})),
        ("postgresql://u:p@%2Ftmp%2FPg-Socket/figures", ("figures", "u", "p", "/tmp/Pg-Socket", "", {})),
        (
            "postgresql:///figures?host=/tmp/Pg&sslmode=require",
            ("figures", "", "", "/tmp/Pg", "", {"sslmode": "require"}),
        ),
        ("postgresql://u@[::1]:5432/figures", ("figures", "u", "", "::1", "5432", {})),
    ],
)
def test_postgresql_address_is_taken_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, expected: tuple[object, ...]
) -> None:
    monkeypatch.setenv("HEADROPE_DATABASE_URL", url)

    found = database(tmp_path)

    assert (found["ENGINE"], found["CONN_MAX_AGE"]) == ("django.db.backends.postgresql", 60)
    assert tuple(found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")) == expected


@pytest.mark.parametrize("name", ["plain", "two words", "年度"])
def test_database_without_address_stands_in_the_home(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()

    assert database(folder)["NAME"] == str(folder / "headrope.sqlite3")


@pytest.mark.parametrize("name", ["100%25", "no#1", "what?"])
def test_database_of_a_home_with_signs_of_an_address_stands_in_the_home(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()

    assert database(folder)["NAME"] == str(folder / "headrope.sqlite3")


def test_address_that_is_quoted_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "100% #1?.sqlite3"
    monkeypatch.setenv("HEADROPE_DATABASE_URL", f"sqlite:///{quote(str(path))}")

    assert database(tmp_path)["NAME"] == str(path)


def test_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keys = [secret_key(tmp_path) for _ in range(3)]
    finally:
        os.umask(before)

    path = tmp_path / "secret"
    assert keys == [path.read_text(encoding="ascii")] * 3
    assert (stat.S_IMODE(path.stat().st_mode), len(keys[0]) >= 32) == (0o600, True)
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


def test_secrets_of_two_homes_differ(tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("A", "AB")]
    for folder in homes:
        folder.mkdir()

    assert len({secret_key(folder) for folder in homes}) == 2


def test_secret_that_is_given_is_used_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROPE_SECRET_KEY", KEY)

    assert (secret_key(tmp_path), list(tmp_path.iterdir())) == (KEY, [])


def test_processes_that_start_at_once_have_one_secret(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from headrope.config.environment import secret_key; "
        "input(); print(secret_key(Path(sys.argv[1])))"
    )
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE}
    command = [sys.executable, "-c", program, str(tmp_path)]
    processes = [
        subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]

    printed = [process.communicate("\n")[0] for process in processes]

    assert printed == [secret_key(tmp_path) + "\n"] * 4


@pytest.mark.parametrize(("value", "expected"), [("0", False), ("1", True), (None, False)])
def test_switch_is_0_or_1_and_off_when_not_set(
    monkeypatch: pytest.MonkeyPatch, value: str | None, expected: bool
) -> None:
    if value is not None:
        monkeypatch.setenv("HEADROPE_HTTPS", value)

    assert switch("HEADROPE_HTTPS") is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ["127.0.0.1", "localhost"]),
        ("", []),
        ("a.example.org", ["a.example.org"]),
        (" a.example.org , b.example.org,,", ["a.example.org", "b.example.org"]),
    ],
)
def test_names_stand_with_commas_between(
    monkeypatch: pytest.MonkeyPatch, value: str | None, expected: list[str]
) -> None:
    if value is not None:
        monkeypatch.setenv("HEADROPE_HOSTS", value)

    assert names("HEADROPE_HOSTS", "127.0.0.1,localhost") == expected


def test_https_makes_cookies_travel_over_https_only(tmp_path: Path) -> None:
    program = (
        "from headrope.config import settings as s; "
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_PROXY_SSL_HEADER)"
    )

    found = [start(program, HEADROPE_HOME=str(tmp_path), HEADROPE_HTTPS=value).stdout for value in "01"]

    assert found == ["False False None\n", "True True ('HTTP_X_FORWARDED_PROTO', 'https')\n"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "587 True False '' '' figures@example.org"),
        ({"HEADROPE_MAIL_TLS": "tls"}, "465 False True '' '' figures@example.org"),
        ({"HEADROPE_MAIL_TLS": "none"}, "25 False False '' '' figures@example.org"),
        (
            {"HEADROPE_MAIL_PORT": "2525", "HEADROPE_MAIL_USER": "u", "HEADROPE_MAIL_PASSWORD": "p w"},
            "2525 True False 'u' 'p w' figures@example.org",
        ),
    ],
)
def test_mail_server_is_spoken_to_as_the_settings_say(tmp_path: Path, settings: dict[str, str], expected: str) -> None:
    program = (
        "from headrope.config import settings as s; "
        "print(s.EMAIL_PORT, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL, repr(s.EMAIL_HOST_USER), repr(s.EMAIL_HOST_PASSWORD), "
        "s.DEFAULT_FROM_EMAIL)"
    )

    found = start(program, HEADROPE_HOME=str(tmp_path), **MAIL, **settings)

    assert (found.stdout, found.stderr) == (f"{expected}\n", "")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "http://127.0.0.1:8000"),
        ("https://figures.example.org/", "https://figures.example.org"),
        ("https://example.org/figures/", "https://example.org/figures"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_address_stands_without_a_slash_at_its_end(
    monkeypatch: pytest.MonkeyPatch, value: str | None, expected: str
) -> None:
    if value is not None:
        monkeypatch.setenv("HEADROPE_ADDRESS", value)

    assert address() == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(None, []), (" json://a/?b=c,d  mailto://e ", ["json://a/?b=c,d", "mailto://e"])]
)
def test_words_stand_with_blanks_between(
    monkeypatch: pytest.MonkeyPatch, value: str | None, expected: list[str]
) -> None:
    if value is not None:
        monkeypatch.setenv("HEADROPE_NOTIFY_URLS", value)

    assert words("HEADROPE_NOTIFY_URLS") == expected


@pytest.mark.parametrize("value", [None, "k" * 32])
def test_seal_key_is_given_or_kept_in_the_home(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is not None:
        monkeypatch.setenv("HEADROPE_SEAL_KEY", value)

    assert seal_key() == value
