"""Compilation of rules and kernels, and the cache that keeps them.

A *rule* is a scalar function over one agent's state; a *kernel* is a loop over agents that calls rules. Both are
compiled by numba, without fast-math, so that compiled and plain Python agree to the bit. numba invalidates its cache
by the kernel's own file only: a changed rule would leave a stale kernel. The cache folder is therefore named after a
hash of every source file of the package.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast, get_type_hints

import numpy as np

PACKAGE = Path(__file__).resolve().parent
COMPILED_PARTS = ("units.py", "draws.py", "jit.py", "parameters.py", "law.py", "agents", "rules", "month")

F = TypeVar("F", bound=Callable[..., Any])


def source_hash() -> str:
    """Hash of every source file that is compiled or decides what is compiled."""
    digest = hashlib.sha256(f"{sys.version}{platform.machine()}{platform.processor()}".encode())
    for part in COMPILED_PARTS:
        path = PACKAGE / part
        files = sorted(path.glob("*.py")) if path.is_dir() else [path]
        for file in files:
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def cache_root() -> Path:
    """Folder for everything the program may keep between runs and can make anew."""
    named = os.environ.get("CARESIM_CACHE")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "caresim"


def _prepare_cache() -> Path | None:
    """Choose and create this version's cache folder; None, after saying so, where nothing can be written."""
    folder = cache_root() / source_hash()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        sys.stderr.write(f"caresim: cannot keep compiled code in {folder} ({problem.strerror}); compiling in memory\n")
        return None
    return folder


os.environ["NUMBA_DISABLE_INTEL_SVML"] = "1"
CACHE_FOLDER = _prepare_cache()
if CACHE_FOLDER is not None:
    os.environ["NUMBA_CACHE_DIR"] = str(CACHE_FOLDER)

import numba as numba  # noqa: E402  the cache folder must be named before numba is imported
from numba import types as types  # noqa: E402

COMPILED = not numba.config.DISABLE_JIT
"""False when the environment variable NUMBA_DISABLE_JIT=1 asks for plain Python."""

RULES: dict[str, Callable[..., Any]] = {}
"""Every rule by name, for the tests that ask whether the reference market reaches each of them."""

TRACED = not COMPILED and os.environ.get("CARESIM_TRACE_RULES") == "1"
"""True when plain Python also notes which rules are called, and refuses numbers that compiled rules would cut off."""
CALLED: set[str] = set()
"""Names of the rules called so far, when they are traced."""

SCALARS = {"int": types.int64, "float": types.float64, "bool": types.boolean}


def _numba_type(annotation: Any) -> Any:
    """Numba type of one annotation of a rule.

    int, float, bool, or a NamedTuple of floats, which is passed as a record.
    """
    name = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    if name in SCALARS:
        return SCALARS[name]
    if hasattr(annotation, "_fields"):
        return numba.from_dtype(record_type(annotation))
    message = f"a rule takes int, float, bool or a NamedTuple of floats, not {annotation!r}"
    raise TypeError(message)


def record_type(named_tuple: Any) -> np.dtype[Any]:
    """The NamedTuple of floats as a numpy record: compiled code gets it by reference, not field by field."""
    return np.dtype([(name, np.float64) for name in named_tuple._fields], align=True)


def as_record(values: Any) -> Any:
    """Parameters as compiled code takes them; the NamedTuple itself where nothing is compiled."""
    if not COMPILED:
        return values
    return np.array([tuple(values)], dtype=record_type(type(values)))[0]


def _traced(name: str, function: F, hints: dict[str, Any]) -> F:
    """The rule in plain Python, which notes that it was called and refuses a float where it takes an ``int``."""
    whole_numbers = [place for place, each in enumerate(inspect.signature(function).parameters) if hints[each] is int]

    @functools.wraps(function)
    def call(*arguments: Any) -> Any:
        CALLED.add(name)
        for place in whole_numbers:
            if isinstance(arguments[place], float):
                message = f"{name}: argument {place + 1} is {arguments[place]!r}, not a whole number"
                raise TypeError(message)
        return function(*arguments)

    return call  # type: ignore[return-value]


def _compiled(function: F, *signature: Any, **options: bool) -> F:
    """Compile without the interpreter's lock and without counting references to arrays.

    Counting the references of some hundred arrays at every call of a piece took 99% of the time of a kernel.
    """
    keep = CACHE_FOLDER is not None
    return cast("F", numba.njit(*signature, cache=keep, nogil=True, _nrt=False, **options)(function))


def rule(function: F) -> F:
    """Compile a scalar rule with the signature that its annotations state.

    The explicit signature makes numba convert arguments as stated; a float handed to an ``int`` would be cut off
    silently, which is why the reference market, in plain Python, must reach every rule.
    """
    name = f"{function.__module__}.{function.__qualname__}"
    RULES[name] = function
    hints = get_type_hints(function)
    if TRACED:
        return _traced(name, function, hints)
    result = _numba_type(hints.pop("return"))
    arguments = [_numba_type(hints[name]) for name in inspect.signature(function).parameters]
    return _compiled(function, result(*arguments), forceinline=True)


@rule
def whole(value: int) -> int:
    """The same number as a 64-bit integer: kernels read narrow columns, and tuples need one type throughout."""
    return value


def part(function: F) -> F:
    """Compile a piece of a kernel: set in line wherever a kernel calls it, and not to be called from Python.

    Agents' columns are passed as tuples of some forty arrays, which would cost more to hand over than most pieces take.
    """
    return _compiled(function, forceinline=True, no_cpython_wrapper=True)


def kernel(function: F) -> F:
    """Compile a loop over agents; it releases the interpreter lock so that several chunks can run at once."""
    return _compiled(function)
