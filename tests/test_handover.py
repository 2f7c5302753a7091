"""Tuples of arrays in compiled code."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from sim.handover import Handed
from sim.jit import COMPILED, kernel, part
from tests.toys import person_table

pytestmark = pytest.mark.skipif(not COMPILED, reason="nothing is compiled")


class Rows(NamedTuple):
    count: int
    pay: np.ndarray
    share: float
    grid: np.ndarray


class Turned(NamedTuple):
    grid: np.ndarray
    share: float
    pay: np.ndarray
    count: int


class Mixed(NamedTuple):
    pay: np.ndarray
    flag: bool


# As if they were the program's own: tuples of other programs are left to numba.
Rows.__module__ = Turned.__module__ = Mixed.__module__ = "sim.toys"


@part
def _share_of(rows: Any, i: int) -> float:
    return rows.share * rows.pay[i] + rows.grid[i, 1]


@kernel
def total(rows: Any, others: Any) -> float:
    found = 0.0
    for i in range(rows.count):
        found += _share_of(rows, i) - _share_of(others, i)
        rows.pay[i] += 1
    return found


def rows(kind: Any = Rows, step: int = 1) -> Any:
    pay = np.arange(6, dtype=np.int32)[::step]
    return kind(count=3, pay=pay, share=0.5, grid=np.arange(12.0).reshape(6, 2))


def test_fields_are_read_and_written_whatever_their_order() -> None:
    one, other = rows(), rows(Turned)
    assert total(one, rows()) == 0.0
    assert one.pay.tolist() == [1, 2, 3, 3, 4, 5]
    assert total(one, other) == 1.5
    assert total(other, one) == -3.0
    assert all(isinstance(kind, Handed) for signature in total.signatures for kind in signature)


def test_arrays_with_gaps_are_read_right() -> None:
    assert total(rows(step=2), rows()) == 1.5


def test_what_no_number_of_a_field_can_be_is_refused() -> None:
    with pytest.raises(OverflowError):
        total(rows()._replace(count=2**70), rows())


def test_unknown_fields_are_named() -> None:
    @kernel
    def wrong(rows: Any) -> int:
        return rows.wage[0]

    with pytest.raises(Exception, match="Unknown attribute 'wage' of type Rows"):
        wrong(rows())


def test_other_tuples_are_left_to_numba() -> None:
    @kernel
    def first(values: Any) -> int:
        return values[0][2]

    pay = np.arange(3)
    assert first(Mixed(pay, True)) == 2
    assert first((pay, 1)) == 2
    assert first(person_table().columns) is not None
