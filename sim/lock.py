"""A lock on a folder: held while a process works in it, and let go of by the system however that process ends."""

from __future__ import annotations

import errno
import os
import platform
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from sim.problems import COMMAND_LINE, Problem, ScenarioError

NAME = "lock"
FILES = (NAME, f"{NAME}.holder")
"""What a lock leaves in its folder."""
WHO = "process"


class FolderLock:
    """The right to write into a folder. The file stays behind; what counts is whether a living process holds it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: IO[str] | None = None

    def take(self) -> Self:
        """Hold the lock; ScenarioError if another process does."""
        path = self.folder / NAME
        if other := foreign(self.folder):
            expected = "another folder, or that it is moved away: a lock of that name is put there"
            raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", f"{other} is no file of this program", expected)])
        file = path.open("a+", encoding="utf-8")
        if not _locked(file):
            file.close()
            # The file itself can't be read by others on all systems while it is locked.
            holder = path.with_suffix(".holder")
            who = holder.read_text(encoding="utf-8").strip() if holder.is_file() else ""
            who = who or "another process"
            found = f"{who} is at work in {self.folder}"
            raise ScenarioError([Problem(COMMAND_LINE, 0, "--output", found, "that it ends first, or another folder")])
        self._file = file
        path.with_suffix(".holder").write_text(f"{WHO} {os.getpid()} on {platform.node()}\n", encoding="utf-8")
        return self

    @property
    def is_there(self) -> bool:
        """Whether the file that is locked is still that of the folder: whoever held it before may have removed it."""
        path = self.folder / NAME
        if self._file is None or not path.exists():
            return False
        return os.path.samestat(os.fstat(self._file.fileno()), path.stat())

    def let_go(self) -> None:
        """Leave the folder to others."""
        if self._file is not None:
            (self.folder / NAME).with_suffix(".holder").unlink(missing_ok=True)
            self._file.close()
            self._file = None


def foreign(folder: Path) -> Path | None:
    """What stands in the place of a lock's files and is not of one: a link, a folder, or a file with other content.

    A lock is an empty file; who holds it is told in a line that begins with `WHO`, or not yet written.
    """
    for name, begins in zip(FILES, (b"", WHO.encode()), strict=True):
        path = folder / name
        with suppress(FileNotFoundError):  # whoever held the lock may take its files away meanwhile
            found = path.lstat()
            if not stat.S_ISREG(found.st_mode):
                return path
            if found.st_size > 0 and not (begins and path.read_bytes().startswith(begins)):
                return path
    return None


def _locked(file: IO[str]) -> bool:
    """Lock an open file for this process; False where another has locked it. It is unlocked when it is closed."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as problem:
        if problem.errno not in (errno.ENOLCK, errno.ENOTSUP):
            raise
        return True  # a file system without locks: nobody can be kept out
    return True
