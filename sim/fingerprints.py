"""What a compiled function depends on, boiled down to a hash.

numba compiles a function's bytecode, takes global names as constants and sets what it calls in line. So does the
fingerprint: it covers the bytecode, the value of every global the function names and, one inside the other, the
fingerprints of all functions it calls. Comments, docstrings and everything the function does not reach leave it alone.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from sim.shipped import PACKAGE

PROJECT = __name__.partition(".")[0]
DECLARED = "compiled_as"
"""Attribute of a function that holds how it is compiled: signature and options, as text."""
PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic)

_known: dict[FunctionType, str] = {}


def fingerprint(function: FunctionType) -> str:
    """Hash of everything of this program that the compiled function depends on, apart from the types it is given."""
    if function not in _known:
        # A function that calls itself meets this.
        _known[function] = f"{function.__module__}.{function.__qualname__}"
        _known[function] = hash_of(_reached(function))
    return _known[function]


def hash_of(texts: Iterator[str] | list[str]) -> str:
    """One hash of several texts."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(f"{len(text)}:{text}".encode())
    return digest.hexdigest()[:16]


@cache
def hash_of_package() -> str:
    """Hash of all source files of the package."""
    return hash_of([path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))])


def _reached(function: FunctionType) -> Iterator[str]:
    yield f"{function.__module__}.{function.__qualname__}"
    yield str(getattr(function, DECLARED, ""))
    yield from _bytecode(function.__code__, function.__doc__)
    names = sorted(_names(function.__code__))
    for name in names:
        if name in function.__globals__:
            yield name
            yield _told(function.__globals__[name], names)
    for value in (*(function.__defaults__ or ()), *(cell.cell_contents for cell in function.__closure__ or ())):
        yield _told(value, names)


def _bytecode(code: CodeType, doc: str | None = None) -> Iterator[str]:
    yield code.co_code.hex()
    yield repr((code.co_names, code.co_varnames, code.co_cellvars, code.co_freevars, code.co_argcount, code.co_flags))
    # Both are bytecode of a kind: where exceptions are caught. Line numbers are not in it.
    yield code.co_exceptiontable.hex()
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield from _bytecode(value)
        elif isinstance(value, frozenset):
            yield repr(sorted(map(repr, value)))
        elif value != doc or doc is None:
            yield repr(value)


def _names(code: CodeType) -> set[str]:
    nested = [_names(value) for value in code.co_consts if isinstance(value, CodeType)]
    return set(code.co_names).union(*nested)


def _told(value: Any, names: list[str]) -> str:
    """What compiled code can take from a value: for a module, what stands in it under one of the `names`."""
    if hasattr(value, "py_func"):
        return fingerprint(value.py_func)
    if hasattr(value, "_defn"):  # an intrinsic of numba's
        return fingerprint(value._defn)
    if isinstance(value, FunctionType) and _ours(value):
        return fingerprint(value)
    if isinstance(value, PLAIN):
        return f"{type(value).__name__} {value!r}"
    if isinstance(value, tuple):
        return f"{type(value).__qualname__} {[_told(item, names) for item in value]}"
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape} {value.tobytes().hex()}"
    if isinstance(value, type):
        return _told_of_class(value)
    if isinstance(value, ModuleType) and _ours(value):
        return repr([(name, _told(getattr(value, name), names)) for name in names if hasattr(value, name)])
    if isinstance(value, ModuleType | BuiltinFunctionType | np.ufunc) or (callable(value) and not _ours(value)):
        return f"{type(value).__qualname__} {getattr(value, '__name__', value)}"
    return hash_of_package()


def _told_of_class(kind: type) -> str:
    name = f"{kind.__module__}.{kind.__qualname__}"
    if issubclass(kind, enum.Enum):
        return f"{name} {[(member.name, repr(member.value)) for member in kind]}"
    if hasattr(kind, "_fields"):
        return f"{name} {kind._fields}"
    return hash_of_package() if _ours(kind) else name


def _ours(value: FunctionType | ModuleType | type | Callable[..., Any]) -> bool:
    """Whether something belongs to this program."""
    home = value.__name__ if isinstance(value, ModuleType) else str(getattr(value, "__module__", ""))
    return home.partition(".")[0] == PROJECT
