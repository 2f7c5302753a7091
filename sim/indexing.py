"""Places in arrays counted from the start, as all of this program's compiled code counts them.

numba asks of every signed number that is used as a place whether it is negative, and then counts from the end. Rows of
employers, councils and roles are signed, and a kernel reads some forty columns at them: the question took a tenth of a
month. So it is not asked in functions of this program. A negative place would be read outside the array: the tests run
all kernels with numba's check of bounds, which refuses it.
"""

from __future__ import annotations

from typing import Any

from numba.core import types
from numba.np import arrayobj

from sim.fingerprints import PROJECT

OURS = f"_ZN{len(PROJECT)}{PROJECT}"
"""How the names of our functions begin in compiled code."""


def count_from_the_start() -> None:
    """Have numba take places in arrays as they are in functions of this program, and in all others as ever."""
    usual = arrayobj.fix_integer_index

    def place_in(context: Any, builder: Any, kind: Any, place: Any, size: Any) -> Any:
        if builder.function.name.startswith(OURS):
            return context.cast(builder, place, kind, types.intp)
        return usual(context, builder, kind, place, size)

    arrayobj.fix_integer_index = place_in
