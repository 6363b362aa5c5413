"""Uploads that wait until they have been looked at: in the cache, which all processes share, each for its person alone."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile

from headrope.core.problems import Problem, ProblemsFound
from headrope.ledger.book.reading import LARGEST

SECONDS = 3600


def name_of(file: UploadedFile[Any]) -> str:
    """What people call the file, without any folder."""
    return Path((file.name or "").replace("\\", "/")).name[-80:] or "workbook"


def keep(user: int, file: UploadedFile[Any]) -> str:
    """Keep the file for an hour and give the word to ask for it; ProblemsFound where it is too large."""
    name = name_of(file)
    if (file.size or 0) > LARGEST:
        message = "The file is larger than %(most)s MB."
        raise ProblemsFound([Problem(name, message, "Cut it in parts.", {"most": LARGEST // 1_000_000})])
    data = b"".join(file.chunks())
    word = hashlib.sha256(data).hexdigest()
    cache.set(_key(user, word), (name, data), SECONDS)
    return word


def take(user: int, word: str) -> tuple[str, bytes]:
    """The name and bytes of a file that this person keeps; ProblemsFound where there is none any more."""
    found = cache.get(_key(user, word)) if word.isalnum() and len(word) == 64 else None
    if found is None:
        message = "The file is not kept any longer."
        raise ProblemsFound([Problem("", message, "Upload it again.")])
    name, data = found
    return name, data


def drop(user: int, word: str) -> None:
    """Forget the file."""
    cache.delete(_key(user, word))


def _key(user: int, word: str) -> str:
    return f"upload-{user}-{word}"
