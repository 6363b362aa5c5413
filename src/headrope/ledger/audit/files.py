"""Whether the files of a generation are those that its building wrote."""

from __future__ import annotations

import hashlib

from headrope.core.problems import Problem
from headrope.ledger.audit.result import Check
from headrope.ledger.cube.view import Cube


def check_files(cube: Cube) -> Check:
    """The SHA-256 of each file against the manifest."""
    problems = []
    digests = cube.manifest.digests
    remedy = "Run `headrope cube --force` to build it anew; look after the disk."
    for name, wanted in sorted(digests.items()):
        where = f"{cube.folder.name}/{name}"
        try:
            with (cube.folder / name).open("rb") as handle:
                found = hashlib.file_digest(handle, "sha256").hexdigest()
        except OSError as error:
            message = "The file cannot be read: %(error)s."
            problems.append(Problem(where, message, remedy, {"error": error.strerror or str(error)}))
            continue
        if found != wanted:
            problems.append(Problem(where, "The file is not as it was written.", remedy))
    return Check("files", f"{len(digests):,} files of the generation {cube.folder.name}", tuple(problems))
