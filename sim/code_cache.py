"""Compiled code kept between runs: a file for each function and signature, named after all it depends on.

numba's own cache knows a function by its file, and so does not notice when a rule that a kernel calls has changed. Here
the name of a file holds the function's fingerprint (`sim.fingerprints`) and a hash of its signature with the fields of
the tuples in it. What a name does not fit is never read; what nothing has changed for is shared by all versions.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import platform
import re
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, ClassVar

import llvmlite
import numba
import numpy as np
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.registry import cpu_target
from numba.core.serialize import dumps

from sim.cache_root import cache_root
from sim.fingerprints import fingerprint, hash_of
from sim.settings import setting
from sim.shipped import PACKAGE

ENDING = ".nbc"
OURS = re.compile(r".+-[0-9a-f]{16}\.(nbc|\d+)")
"""How files of compiled code are named; others that lie in the folder are left alone."""
COMPILING = ("jit.py", "handover.py", "code_cache.py", "fingerprints.py", "prefetch.py", "indexing.py")
"""Modules that say how everything is compiled."""
BYTES_PER_GB = 1_000_000_000


def code_folder() -> Path:
    """Folder of compiled code."""
    return cache_root() / "compiled"


def _say(words: str) -> None:
    sys.stderr.write(f"caresim: {words}\n")
    sys.stderr.flush()


def prepare() -> Path | None:
    """Create the folder; None, after saying so, where nothing can be written."""
    folder = code_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        _say(f"cannot keep compiled code in {folder} ({problem.strerror}); compiling in memory")
        return None
    return folder


@cache
def _compiler() -> str:
    """Whatever outside a function decides its code: versions, processor, settings of numba, and how we compile."""
    how = [(PACKAGE / name).read_text(encoding="utf-8") for name in COMPILING]
    versions = [sys.version, numba.__version__, llvmlite.__version__, np.__version__, platform.machine()]
    config = numba.config
    settings = (config.OPT, config.BOUNDSCHECK, config.DEBUGINFO_DEFAULT, config.LOOP_VECTORIZE, config.SLP_VECTORIZE)
    return hash_of([*how, *versions, repr(settings), repr(cpu_target.target_context.codegen().magic_tuple())])


def stem(function: FunctionType) -> str:
    """First part of the name of every file with code of a function: changes with all the function depends on."""
    name = f"{function.__module__}.{function.__qualname__}".translate({ord("<"): None, ord(">"): None})
    return f"{name}-{hash_of([_compiler(), fingerprint(function)])}"


@cache
def _in_words(kind: Any) -> str:
    """A numba type with the names of the fields of tuples, which its own name leaves out."""
    if isinstance(kind, numba.types.BaseNamedTuple):
        home = kind.instance_class
        return f"{home.__module__}.{home.__qualname__}{kind.fields}({','.join(map(_in_words, kind.types))})"
    if isinstance(kind, numba.types.BaseTuple):
        return f"({','.join(map(_in_words, kind.types))})"
    return str(kind)


def _signature_in_words(signature: Any) -> str:
    """The types of the arguments, which numba gives as a tuple or as a signature."""
    return ";".join(map(_in_words, getattr(signature, "args", signature)))


class KeptCode(NullCache):
    """Takes the place of numba's cache for one function."""

    on_miss: ClassVar[Callable[[], None] | None] = None
    """Called when something was not kept and is about to be compiled."""

    def __init__(self, function: FunctionType, folder: Path) -> None:
        self.function, self.folder = function, folder

    def _file(self, signature: Any) -> Path:
        return self.folder / f"{stem(self.function)}-{hash_of([_signature_in_words(signature)])}{ENDING}"

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """Code for a signature, or None; numba's name for it."""
        target_context.refresh()
        file = self._file(signature)
        try:
            parts = pickle.loads(file.read_bytes())
            os.utime(file)
        except FileNotFoundError:
            if KeptCode.on_miss is not None:
                KeptCode.on_miss()
            return None
        except (OSError, EOFError, pickle.UnpicklingError) as problem:
            _say(f"cannot read {file} ({problem}); compiling anew")
            return None
        return CompileResult._rebuild(target_context, *parts)

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep code for a signature; numba's name for it."""
        if compiled.library.has_dynamic_globals:
            return
        _make_room(self.folder)
        file = self._file(signature)
        # Renamed when complete: another process sees all of a file or nothing.
        part = file.with_suffix(f".{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(dumps(compiled._reduce()))
            part.replace(file)
        except OSError as problem:
            _say(f"cannot keep compiled code in {self.folder} ({problem.strerror})")
        finally:
            part.unlink(missing_ok=True)


@cache
def _make_room(folder: Path) -> None:
    """Once in a process that compiles: delete what was longest unused until the folder is within its limit."""
    kept = entries(folder)
    excess = sum(size for _, size, _ in kept) - setting("compiled_limit") * BYTES_PER_GB
    for _, size, path in kept:
        if excess <= 0:
            return
        discard(path)
        excess -= size


def entries(folder: Path) -> list[tuple[float, int, Path]]:
    """Time of last use, size and path of every file of compiled code, the one longest unused first."""
    found = []
    for path in (each for each in folder.glob("*") if OURS.fullmatch(each.name)):
        # Another process may be tidying up too.
        with contextlib.suppress(FileNotFoundError):
            facts = path.stat()
            found.append((facts.st_mtime, facts.st_size, path))
    return sorted(found)


def discard(path: Path) -> None:
    """Delete a file; one that is gone, or cannot be deleted, does no harm."""
    try:
        path.unlink(missing_ok=True)
    except OSError as problem:
        _say(f"cannot delete {path} ({problem.strerror})")
