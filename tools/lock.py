"""Makes the lock files anew from pyproject.toml and package.json, and checks that no address got into them.

Versions stay as they are unless an argument says otherwise: `make lock ARGS=--upgrade`.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

from frontend import LOCK, npm
from steps import ONLINE, ROOT, give_up, must

UV = Path(sys.executable).parent / "uv"
COMPILE = ["pip", "compile", "--quiet", "--universal", "--python-version=3.11", "--generate-hashes"]
CLEAN = ["--no-header", "--no-emit-index-url", "--no-emit-find-links"]
FILES = {
    "requirements.txt": ["pyproject.toml"],
    "requirements-setup.txt": ["--group=pyproject.toml:setup"],
    "requirements-dev.txt": ["--extra=dev", "--constraints=requirements.txt", "pyproject.toml"],
    "requirements-notify.txt": ["--extra=notify", "--constraints=requirements.txt", "pyproject.toml"],
    "requirements-bench.txt": ["--extra=bench", "--constraints=requirements.txt", "pyproject.toml"],
    "requirements-bench-forecast.txt": ["--extra=bench-forecast", "--constraints=requirements.txt", "pyproject.toml"],
}
# An address, a local folder, a local version such as 2.13.0+cpu, or an option of pip's: each would tie the lock to the
# machine on which it was made.
TIED = re.compile(r"://|@ file|^\S+==\S+\+|^-")


def main(arguments: list[str]) -> None:
    for name, sources in FILES.items():
        command: list[str | Path] = [UV, *COMPILE, *CLEAN, *arguments, "-o", name, *sources]
        must(f"Locking {name}", command, ONLINE)
        refuse_ties(name)
    lock_npm(upgrade="--upgrade" in arguments)


def refuse_ties(name: str) -> None:
    for number, line in enumerate((ROOT / name).read_text().splitlines(), start=1):
        if TIED.search(line):
            give_up(f"Locking {name}", line, f"Line {number} holds for this machine only: look at uv's settings.")


def lock_npm(*, upgrade: bool) -> None:
    manifest, lock = LOCK
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / manifest, folder)
        if (ROOT / lock).exists() and not upgrade:
            shutil.copy(ROOT / lock, folder)
        options = ["--package-lock-only", "--omit-lockfile-registry-resolved", "--ignore-scripts", "--prefix", folder]
        must(f"Locking {lock}", [*npm(), "install", *options], ONLINE)
        found = json.loads((Path(folder) / lock).read_text())
    for package in found["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    found["name"] = "headrope"
    (ROOT / lock).write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
