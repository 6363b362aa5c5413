"""Completion in a shell, and what all commands have in common: --json where data are printed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from headrope.cli import commands

BASH = shutil.which("bash")
WITHOUT_JSON = {
    "migrate", "workbook", "paper", "cube", "user", "mandate give", "mandate end", "token make", "token revoke", "serve", "demo",
}  # fmt: skip
"""They say in a sentence, or with one name, that something is done."""


def test_every_command_that_prints_data_prints_json() -> None:
    app = typer.Typer()
    commands.register(app)
    found = set()
    for word, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", {})
        each = {f"{word} {name}": held for name, held in inner.items()}
        if not inner or getattr(command, "invoke_without_command", False):
            each[word] = command
        found |= {name for name, held in each.items() if not any("--json" in part.opts for part in held.params)}

    assert found == WITHOUT_JSON


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home of its own, and the command where the shell finds it; the kind of shell is not guessed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {"HOME": str(tmp_path), "HEADROPE_HOME": str(tmp_path / "headrope"), "PATH": path}
    return {**os.environ, **own, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}


def run(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.skipif(BASH is None, reason="there is no bash here")
def test_bash_completes_words_and_options(environment: dict[str, str]) -> None:
    script = """
eval "$(headrope --show-completion bash)"
COMP_WORDS=(headrope re); COMP_CWORD=1; _headrope_completion headrope; echo "${COMPREPLY[@]}"
COMP_WORDS=(headrope mandate ''); COMP_CWORD=2; _headrope_completion headrope; echo "${COMPREPLY[@]}"
COMP_WORDS=(headrope review --as); COMP_CWORD=2; _headrope_completion headrope; echo "${COMPREPLY[@]}"
"""

    out = run([str(BASH), "--norc", "-c", script], environment)

    assert out.splitlines() == ["review restore", "list give end", "--as-of --as-was"]


def test_completion_is_installed_for_the_shell(environment: dict[str, str], tmp_path: Path) -> None:
    said = run(["headrope", "--install-completion", "bash"], environment)

    assert said.startswith("bash completion installed in ")
    assert "_headrope_completion" in (tmp_path / ".bash_completions" / "headrope.sh").read_text(encoding="utf-8")
    assert "headrope.sh" in (tmp_path / ".bashrc").read_text(encoding="utf-8")
