"""How tuples of arrays reach compiled code: as one pointer, for kernels take some hundred arrays each.

numba hands a tuple over field by field, and each array as seven numbers and pointers. Compiling that for every kernel,
and for every piece it calls, took half of the time of compilation. So a NamedTuple of this program that holds arrays
has a type of its own, `Handed`: the caller lays its fields out in memory, and compiled code gets the place. Compiled
code may read the fields of such a tuple and hand it on, no more.
"""

from __future__ import annotations

from typing import Any

import llvmlite.ir as ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)

from sim.fingerprints import PROJECT

INDEX, STATUS = ir.IntType(64), ir.IntType(32)
POINTER = ir.IntType(8).as_pointer()
NUMBERS = (types.int64, types.float64)
"""Types of the fields that are no arrays."""


class Handed(types.Type):
    """Numba type of a NamedTuple of arrays and numbers, known by its name and all its fields."""

    def __init__(self, name: str, fields: tuple[str, ...], kinds: tuple[types.Type, ...]) -> None:
        self.fields, self.kinds = fields, kinds
        told = ", ".join(f"{field}: {kind}" for field, kind in zip(fields, kinds, strict=True))
        super().__init__(name=f"{name}({told})")


def hand_over_tuples() -> None:
    """Have numba take NamedTuples of this program that hold arrays as `Handed`, and all other tuples as ever."""
    usual = typeof_impl.dispatch(tuple)

    def kind_of(value: tuple[Any, ...], context: Any) -> types.Type | None:
        kind = usual(value, context)
        ours = type(value).__module__.partition(".")[0] == PROJECT
        if not ours or not isinstance(kind, types.BaseNamedTuple):
            return kind
        arrays = [one for one in kind if isinstance(one, types.Array)]
        if not arrays or any(one not in NUMBERS for one in kind if one not in arrays):
            return kind
        return Handed(type(value).__qualname__, kind.fields, tuple(kind))

    typeof_impl.register(tuple, kind_of)


@register_model(Handed)
class HandedModel(models.OpaqueModel):
    """A pointer to the fields, one after the other."""

    def __init__(self, manager: Any, handed: Handed) -> None:
        super().__init__(manager, handed)
        self.layout = ir.LiteralStructType([manager.lookup(kind).get_data_type() for kind in handed.kinds])

    def from_argument(self, builder: Any, value: Any) -> Any:
        """A kernel copies the fields, and LLVM makes of the copy what it makes of arguments; pieces read the copy.

        Read where the caller has them, they would be fetched again after whatever a kernel writes.
        """
        if "alwaysinline" in builder.function.attributes:
            return value
        copy = builder.alloca(self.layout)
        cgutils.raw_memcpy(builder, copy, value, cgutils.sizeof(builder, copy.type), 1)
        return builder.bitcast(copy, POINTER)


@infer_getattr
class HandedAttribute(AttributeTemplate):
    """Types of the fields."""

    key = Handed

    def generic_resolve(self, handed: Handed, field: str) -> types.Type | None:
        """Type of a field; None if there is none."""
        return handed.kinds[handed.fields.index(field)] if field in handed.fields else None


@lower_getattr_generic(Handed)
def _read(context: Any, builder: Any, handed: Handed, value: Any, field: str) -> Any:
    """Code that reads a field."""
    place = handed.fields.index(field)
    fields = builder.bitcast(value, context.data_model_manager[handed].layout.as_pointer())
    model = context.data_model_manager[handed.kinds[place]]
    found = model.load_from_data_pointer(builder, cgutils.gep_inbounds(builder, fields, 0, place))
    return impl_ret_borrowed(context, builder, handed.kinds[place], found)


@unbox(Handed)
def _lay_out(handed: Handed, values: Any, c: Any) -> Any:
    """Code that lays out the fields of a Python tuple: numbers one by one, arrays in a loop."""
    layout = c.context.data_model_manager[handed].layout
    memory = cgutils.alloca_once(c.builder, layout)
    failed = cgutils.alloca_once_value(c.builder, cgutils.false_bit)
    arrays = [place for place, kind in enumerate(handed.kinds) if isinstance(kind, types.Array)]
    for place in sorted(set(range(len(handed.kinds))).difference(arrays)):
        native = c.unbox(handed.kinds[place], c.pyapi.tuple_getitem(values, place))
        c.builder.store(native.value, cgutils.gep_inbounds(c.builder, memory, 0, place))
        with c.builder.if_then(native.is_error, likely=False):
            c.builder.store(cgutils.true_bit, failed)
    offsets = [c.context.get_abi_sizeof(ir.LiteralStructType(layout.elements[:place])) for place in arrays]
    start = c.builder.bitcast(memory, POINTER)
    with cgutils.for_range(c.builder, ir.Constant(INDEX, len(arrays))) as loop:
        array = _call(c, "PyTuple_GetItem", POINTER, values, _nth(c, arrays, loop.index))
        target = c.builder.gep(start, [_nth(c, offsets, loop.index)])
        status = _call(c, "numba_adapt_ndarray", STATUS, array, target)
        with c.builder.if_then(cgutils.is_not_null(c.builder, status), likely=False):
            c.builder.store(cgutils.true_bit, failed)
    return NativeValue(start, is_error=c.builder.load(failed))


def _nth(c: Any, numbers: list[int], index: Any) -> Any:
    """Code that looks up a number in a fixed list."""
    table = cgutils.global_constant(c.builder, ".numbers", ir.Constant(ir.ArrayType(INDEX, len(numbers)), numbers))
    return c.builder.load(cgutils.gep_inbounds(c.builder, table, 0, index))


def _call(c: Any, name: str, answer: Any, *arguments: Any) -> Any:
    """Code that calls a function of Python or numba."""
    kind = ir.FunctionType(answer, [argument.type for argument in arguments])
    return c.builder.call(cgutils.get_or_insert_function(c.builder.module, kind, name), arguments)
