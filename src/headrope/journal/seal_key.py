"""The key of the seals: HEADROPE_SEAL_KEY, or a file of its own in the home that nobody but its owner may read."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.conf import settings


class EmptyKey(Exception):
    """The file of the key is there and holds nothing."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is empty; remove it")


def key_file() -> Path:
    """Where the key is kept when no setting gives it."""
    return Path(settings.HOME) / "seal.key"


def read_key() -> str | None:
    """The key, or None when there is none yet (or no more)."""
    if settings.SEAL_KEY:
        return str(settings.SEAL_KEY)
    try:
        return key_file().read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def make_key() -> str:
    """The key, made when there is none; whole or not there, whenever the process ends."""
    if key := read_key():
        return key
    path = key_file()
    made = path.with_name(f"{path.name}.{os.getpid()}")
    made.unlink(missing_ok=True)  # left by a process of that number that ended too soon
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as handle:
        handle.write(secrets.token_urlsafe(48))
        handle.flush()
        os.fsync(handle.fileno())
    with suppress(FileExistsError):  # two processes may begin at once: the first key stays
        os.link(made, path)
    made.unlink()
    if key := read_key():
        return key
    raise EmptyKey(path)
