"""How a process that makes papers begins: it must be importable before Django is set up."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.connection import wait
from threading import Thread


def set_up() -> None:
    """Set Django up, as the command has done in the first process, and see to it that nobody is left behind."""
    import django  # noqa: PLC0415

    django.setup()
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End when the process that asks for papers is gone, however it went."""
    wait([parent])
    os._exit(1)
