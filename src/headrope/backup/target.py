"""A new file that gets its name when it is complete: until then it stands beside the target under another one."""

from __future__ import annotations

import fcntl
import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def completed(target: Path, replace: bool) -> Iterator[BinaryIO]:
    """A file to write and read, for its owner alone; named `target` when the block ends well, else gone.

    FileExistsError when something has that name by then, unless `replace`; OSError when it cannot be written.
    """
    _sweep(target)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    number = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(number, "w+b") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)  # says that its writer lives
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
            _publish(part, target, replace)
    finally:
        part.unlink(missing_ok=True)


def _publish(part: Path, target: Path, replace: bool) -> None:
    if replace:
        part.replace(target)
    else:
        try:
            os.link(part, target)  # unlike a renaming, this never takes another file's place
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            if target.exists():
                raise FileExistsError(target) from None
            part.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sweep(target: Path) -> None:
    """Remove what writers of the same target left behind that died."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
        with suppress(OSError), left.open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()
