"""Memory asked for ahead of its use.

People to whom something happens in a month lie far apart, and a processor waits longer for a place that is not in its
caches than it takes to work out what a person does. A kernel that goes through a list of them asks for the columns of
one of the next people while it works on the present one. That changes no result: only when memory is read.
"""

from __future__ import annotations

from typing import Any

import llvmlite.ir as ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from sim.jit import COMPILED

ADDRESS = ir.IntType(8).as_pointer()
FLAG = ir.IntType(32)
FOR_READING, KEEP_IN_ALL_CACHES, DATA = 0, 3, 1
"""Arguments of LLVM's `llvm.prefetch`."""


@intrinsic
def _prefetch(_typing: Any, array: types.Array, row: types.Integer) -> Any:
    """Code that asks for the memory of ``array[row]``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind, whole = signature.args
        laid_out = make_array(kind)(context, builder, arguments[0])
        index = context.cast(builder, arguments[1], whole, types.uintp)
        bytes_a_row = cgutils.unpack_tuple(builder, laid_out.strides, kind.ndim)[0]
        start = builder.bitcast(laid_out.data, ADDRESS)
        place = builder.gep(start, [builder.mul(index, bytes_a_row)])
        how = [ir.Constant(FLAG, value) for value in (FOR_READING, KEEP_IN_ALL_CACHES, DATA)]
        kind_of_call = ir.FunctionType(ir.VoidType(), [ADDRESS, FLAG, FLAG, FLAG])
        builder.call(cgutils.get_or_insert_function(builder.module, kind_of_call, "llvm.prefetch.p0"), [place, *how])
        return context.get_dummy_value()

    return types.void(array, row), generate


def _nothing(array: Any, row: int) -> None:
    """Plain Python has no use for it."""


fetch = _prefetch if COMPILED else _nothing
"""``fetch(array, row)``: bring a row of an array into the processor's caches, without waiting for it."""
