"""Arrow tables: texts kept as codes, and tables as bytes for the store of finished runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def coded(names: Sequence[Any], codes: Any = None, each: int = 1) -> Any:
    """Column of texts kept as codes: ``names[code]`` for each code, each repeated; without codes the names in turn."""
    if codes is None:
        names, codes = distinct(names)
    repeated = np.repeat(np.asarray(codes, dtype=np.int32), each)
    return pa.DictionaryArray.from_arrays(pa.array(repeated), pa.array(list(names), pa.string()))


def distinct(names: Sequence[Any]) -> tuple[list[str], NDArray[np.int64]]:
    """Every text once, and for each entry the place of its text among these."""
    unique, codes = np.unique(np.asarray(names, dtype=object).astype(str), return_inverse=True)
    return [str(name) for name in unique], np.asarray(codes, dtype=np.int64)


def named(names: Sequence[Any], codes: Any) -> Any:
    """Column of texts by code, where several codes may have the same text."""
    unique, place = distinct(names)
    return coded(unique, place[np.asarray(codes, dtype=np.int64)])


def known(values: Any, where: Any) -> Any:
    """Column of numbers that are missing where they mean nothing."""
    return pa.array(np.asarray(values), mask=~np.asarray(where, dtype=bool))


def with_columns_first(table: Any, columns: dict[str, Any]) -> Any:
    """The table with further columns before its own."""
    for name in table.column_names:
        columns[name] = table.column(name)
    return pa.table(columns)


def to_bytes(table: Any) -> NDArray[np.uint8]:
    """A table as bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return np.frombuffer(sink.getvalue(), dtype=np.uint8)


def from_bytes(values: NDArray[np.uint8]) -> Any:
    """The table that `to_bytes` was given."""
    return pa.ipc.open_file(pa.py_buffer(values.tobytes())).read_all()
