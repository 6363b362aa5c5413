"""Takes the list of numbers out of a paper's file, and of a .docx what now stands in their places."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree

from headrope.core.problems import Problem
from headrope.reports import manifest
from headrope.reports.manifest import Manifest, NoManifest
from headrope.reports.word import PART, TAG

MOST_BYTES = 50_000_000
"""Of a file, and of each part of one when it is unpacked."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Opened:
    """A paper's file: its list, and by place in it the text that stands there now (.docx; of a .pdf nothing is known)."""

    manifest: Manifest
    shown: Mapping[int, str] | None


def opened(path: Path) -> Opened:
    """The file, told by its beginning; NoManifest where it is none of ours, too large or damaged."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        _refuse(path, f"The file cannot be read: {error.strerror}.", "Name a file that is there.")
    if len(data) > MOST_BYTES:
        _refuse(path, f"The file is larger than {MOST_BYTES // 1_000_000} MB.", "Name the paper itself.")
    if data.startswith(b"%PDF-"):
        return Opened(manifest.read(_attached(data, path), path.name), None)
    if data.startswith(b"PK"):
        return _word(data, path)
    _refuse(path, "The file is neither a .pdf nor a .docx.", "Name a paper that Headrope has made.")


def _attached(data: bytes, path: Path) -> bytes:
    # Brought in when first asked for: pages never need it.
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        held = PdfReader(BytesIO(data)).attachments.get(manifest.NAME)
    except (PyPdfError, ValueError, TypeError, KeyError, RecursionError) as error:
        _refuse(path, f"The .pdf cannot be read: {error}.", "Take the file as it was made.")
    if not held:
        _refuse(path, "The .pdf holds no list of numbers.", "Name a paper that Headrope has made.")
    return bytes(held[0])


def _word(data: bytes, path: Path) -> Opened:
    try:
        with zipfile.ZipFile(BytesIO(data)) as held:
            listed = _part(held, PART.lstrip("/"), path)
            text = _part(held, "word/document.xml", path)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, KeyError):
            _refuse(path, "The .docx holds no list of numbers.", "Name a paper that Headrope has made.")
        _refuse(path, "The .docx is damaged or encrypted.", "Take the file as it was made.")
    return Opened(manifest.read(listed, path.name), _shown(text, path))


def _part(held: zipfile.ZipFile, name: str, path: Path) -> bytes:
    with held.open(name) as part:
        data = part.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        _refuse(path, "A part of the .docx is too large when it is unpacked.", "Take the file as it was made.")
    return data


def _shown(text: bytes, path: Path) -> dict[int, str]:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        _refuse(path, "The .docx is damaged: its text declares entities.", "Take the file as it was made.")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        _refuse(path, "The text of the .docx is damaged.", "Take the file as it was made.")
    found: dict[int, str] = {}
    for control in root.iter(f"{_W}sdt"):
        tag = control.find(f"./{_W}sdtPr/{_W}tag")
        place = re.fullmatch(rf"{TAG}(\d{{1,9}})", tag.get(f"{_W}val", "") if tag is not None else "")
        if place:
            found[int(place[1])] = "".join(part.text or "" for part in control.iter(f"{_W}t"))
    return found


def _refuse(path: Path, message: str, remedy: str) -> NoReturn:
    raise NoManifest(Problem(path.name, message, remedy))
