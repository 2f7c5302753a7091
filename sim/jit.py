"""Compilation of rules and kernels.

A *rule* is a scalar function over one agent's state; a *kernel* is a loop over agents that calls rules. Both are
compiled by numba, without fast-math, so that compiled and plain Python agree to the bit, and kept between runs by
`sim.code_cache`.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar, cast, get_type_hints

import numba
import numpy as np
from numba import types as types
from numba.core.registry import CPUDispatcher
from numba.extending import typeof_impl

from sim.code_cache import KeptCode, prepare
from sim.fingerprints import DECLARED
from sim.handover import hand_over_tuples
from sim.indexing import count_from_the_start
from sim.interrupts import interrupts_held

F = TypeVar("F", bound=Callable[..., Any])

COMPILED = not numba.config.DISABLE_JIT
"""False when the environment variable NUMBA_DISABLE_JIT=1 asks for plain Python."""
hand_over_tuples()
count_from_the_start()
CODE_FOLDER = prepare() if COMPILED else None
"""Where compiled code is kept; None where it is not."""

RULES: dict[str, Callable[..., Any]] = {}
"""Every rule by name, for the tests that ask whether the reference market reaches each of them."""

FUNCTIONS: list[FunctionType] = []
"""Every function that is compiled."""
KERNELS: list[Any] = []
"""Every kernel, as numba knows it."""

TRACED = not COMPILED and os.environ.get("CARESIM_TRACE_RULES") == "1"
"""True when plain Python also notes which rules are called, and refuses numbers that compiled rules would cut off."""
CALLED: set[str] = set()
"""Names of the rules called so far, when they are traced."""

SCALARS = {"int": types.int64, "float": types.float64, "bool": types.boolean}


@functools.cache
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


class Numbers:
    """A NamedTuple of floats as compiled code takes it, which finds the memory of its record under ``data``.

    The type of one of numpy's own records is worked out field by field at every call, which took as long as handing
    over all other arguments of a kernel.
    """

    def __init__(self, values: Any) -> None:
        record = record_type(type(values))
        self.kind = numba.from_dtype(record)
        self.data = np.array([tuple(values)], dtype=record).view(np.uint8)


@typeof_impl.register(Numbers)
def _kind_of(numbers: Numbers, context: Any) -> Any:
    return numbers.kind


def as_record(values: Any) -> Any:
    """Parameters as compiled code takes them; the NamedTuple itself where nothing is compiled."""
    return Numbers(values) if COMPILED else values


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


class Compiled(CPUDispatcher):
    """A function compiled when it is first called; Ctrl-C waits until that is done."""

    def compile(self, signature: Any) -> Any:
        """Compile for a signature, or read what is kept of it."""
        with interrupts_held():
            return super().compile(signature)


class Declared(Compiled):
    """A function with one signature, compiled when it is first called, from Python or by a kernel."""

    signature: Any

    def compile(self, signature: Any) -> Any:
        """Compile for the declared signature, whatever types the function is called with."""
        entry = super().compile(self.signature)
        self.disable_compile()
        return entry


def compiled(function: F, signature: Any = None, **options: bool) -> F:
    """Have a function compiled: without the interpreter's lock, and without what the program has no use for.

    Counting the references of some hundred arrays at every call of a piece took 99% of the time of a kernel; wrappers
    for callers in C took a quarter of the time of compilation.
    """
    FUNCTIONS.append(cast("FunctionType", function))
    if not COMPILED:
        return function
    setattr(function, DECLARED, f"{signature} {sorted(options.items())}")
    options |= {"nogil": True, "_nrt": False, "no_cfunc_wrapper": True}
    dispatcher: Any = (Compiled if signature is None else Declared)(
        function, targetoptions={"nopython": True, **options}
    )
    if signature is not None:
        dispatcher.signature = signature
    if CODE_FOLDER is not None:
        dispatcher._cache = KeptCode(FUNCTIONS[-1], CODE_FOLDER)
    return cast("F", dispatcher)


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
    return compiled(function, result(*arguments), forceinline=True)


@rule
def whole(value: int) -> int:
    """The same number as a 64-bit integer: kernels read narrow columns, and tuples need one type throughout."""
    return value


def part(function: F) -> F:
    """Compile a piece of a kernel: set in line wherever a kernel calls it, and not to be called from Python.

    In line, pieces take columns from where the kernel has them at hand (`sim.handover`).
    """
    return compiled(function, forceinline=True, no_cpython_wrapper=True)


def kernel(function: F) -> F:
    """Compile a loop over agents; it releases the interpreter lock so that several chunks can run at once."""
    KERNELS.append(compiled(function))
    return cast("F", KERNELS[-1])
