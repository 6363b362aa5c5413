"""Prepares a machine for Headrope: the virtual environment and the pinned packages in it.

Runs on a bare Python, with or without pip in it, root or not. Used by the Makefile:

    python3 tools/setup.py venv       make .venv
    python3 tools/setup.py packages   what Headrope needs, and Headrope itself (editable)
    python3 tools/setup.py dev        what its tests and checks need besides
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import debian
from steps import ONLINE, ROOT, attempt, must

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
PIP_OPTIONS = ["--disable-pip-version-check", "--no-input", "--quiet"]


def works(command: Sequence[str | Path]) -> bool:
    try:
        return subprocess.run([str(part) for part in command], capture_output=True).returncode == 0
    except OSError:
        return False


def pip() -> list[str | Path]:
    """The pip of the environment, or that of the machine working on the environment."""
    own: list[str | Path] = [PYTHON, "-m", "pip"]
    foreign: list[str | Path] = [sys.executable, "-m", "pip", "--python", PYTHON]
    return next((command for command in (own, foreign) if works([*command, "--version"])), [])


def venv() -> None:
    """Make .venv. Debian's Python comes without ensurepip: then the pip of the machine serves, else apt brings it."""
    if sys.version_info < (3, 11):  # noqa: UP036 - older Pythons do start this file
        mine = ".".join(str(part) for part in sys.version_info[:2])
        sys.exit(f"Headrope needs Python 3.11 or newer; this is {mine}. Name a newer one: make setup PY=python3.12")
    if made("Making the virtual environment .venv") or made("Making .venv without ensurepip", "--without-pip"):
        return
    if debian.can_install():
        debian.install("Installing the missing part of Python", [f"python3.{sys.version_info.minor}-venv"])
        if made("Making the virtual environment .venv"):
            return
    sys.exit("No .venv: Python lacks venv and pip here. Install python3-venv or python3-pip, then run make again.")


def made(title: str, *options: str) -> bool:
    """Whether .venv is there now, with a pip that can fill it."""
    outcome = attempt(title, [sys.executable, "-m", "venv", "--clear", *options, VENV])
    if outcome.ok and pip():
        return True
    shutil.rmtree(VENV, ignore_errors=True)  # half an environment would look whole to make
    return False


def uv_env() -> dict[str, str]:
    """Tell uv the package index that pip is set to; uv does not read pip's settings."""
    env = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    env.setdefault("UV_SYSTEM_CERTS", "1")  # a company's proxy may have a certificate that only the machine knows
    settings = subprocess.run([*map(str, pip()), "config", "list"], capture_output=True, text=True).stdout
    if found := re.search(r"\.index-url='([^']+)'", settings):
        env.setdefault("UV_DEFAULT_INDEX", found[1])
    return env


def install(title: str, arguments: Sequence[str]) -> None:
    """Install with uv, which is faster; with pip where uv cannot."""
    if UV.exists() and attempt(title, [UV, "pip", "install", *arguments], uv_env()).ok:
        return
    must(f"{title}, with pip", [*pip(), "install", *PIP_OPTIONS, *arguments], ONLINE)


def pinned(name: str) -> list[str]:
    return ["--require-hashes", "--no-deps", "-r", name]


def packages() -> None:
    tools = [*pip(), "install", *PIP_OPTIONS, *pinned("requirements-setup.txt")]
    must("Installing the set-up tools: uv, Node.js, setuptools", tools, ONLINE)
    install("Installing the pinned packages of requirements.txt", pinned("requirements.txt"))
    install("Installing Headrope itself", ["--no-deps", "--no-build-isolation", "-e", "."])


def dev() -> None:
    install("Installing the test tools of requirements-dev.txt", pinned("requirements-dev.txt"))


if __name__ == "__main__":
    jobs = {"venv": venv, "packages": packages, "dev": dev}
    if len(sys.argv) != 2 or sys.argv[1] not in jobs:
        sys.exit(f"Usage: python3 tools/setup.py {' | '.join(jobs)}")
    jobs[sys.argv[1]]()
