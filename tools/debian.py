"""Installs Debian packages where the set-up runs as root and something of the system is missing."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from steps import attempt

if TYPE_CHECKING:
    from collections.abc import Sequence


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def can_install() -> bool:
    return is_root() and shutil.which("apt-get") is not None


def install(title: str, packages: Sequence[str]) -> bool:
    """Whether the packages are there now; ask can_install() first."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    attempt("Reading Debian's list of packages", ["apt-get", "update", "-qq"], env)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return attempt(f"{title}: {' '.join(packages)}", command, env).ok
