"""Columns, views and tables."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import mesa
import numpy as np
import pytest
from numba import njit

from sim.agents.columns import AgentGone, Column, ColumnarAgent, ColumnarAgentSet, Table
from tests.toys import PAY, ROWS, UIDS, Colour, Manager, Person, ToyModel, person_table


@njit
def _total_pay(columns: Any) -> int:
    total = 0
    for row in range(len(columns.uid)):
        if columns.uid[row] != 0:
            total += columns.pay[row] + columns.hours[row, 1]
    return total


def test_column_on_the_class_is_its_declaration() -> None:
    assert isinstance(Person.pay, Column)
    assert (Person.pay.name, Person.pay.unit, Person.pay.dtype) == ("pay", "pence/hour", np.int32)
    assert list(Manager.columns()) == ["uid", "colour", "pay", "mood", "hours", "staff"]


def test_view_reads_python_values() -> None:
    view = person_table()[4]
    assert type(view.pay) is int
    assert type(view.mood) is float
    assert view.colour is Colour.RED
    assert (view.pay, view.mood, view.unique_id) == (1200, 0.25, 11)
    assert isinstance(view, mesa.Agent)
    assert view.pos is None


def test_view_writes_through_to_the_table() -> None:
    table = person_table()
    view = table[4]
    view.pay = 1500
    view.colour = Colour.BLUE
    view.hours = (60, 120)
    view.hours[1] += 1
    assert table.pay[4] == 1500
    assert table.colour[4] == Colour.BLUE
    assert table.hours[4].tolist() == [60, 121]
    assert table.pay[0] == 1100


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("pay", 12.5, TypeError),
        ("pay", 2**31, OverflowError),
        ("colour", 9, ValueError),
        ("hours", (1.5, 2.0), TypeError),
        ("hours", (1, 2**31), OverflowError),
        ("uid", 99, AttributeError),
        ("salary", 1, AttributeError),
        ("unique_id", 1, AttributeError),
    ],
)
def test_view_refuses_what_a_column_cannot_hold(name: str, value: Any, error: type[Exception]) -> None:
    table = person_table()
    with pytest.raises(error):
        setattr(table[4], name, value)
    assert all(np.array_equal(table.arrays[key], array) for key, array in person_table().arrays.items())


def test_view_of_someone_who_left_raises() -> None:
    table = person_table()
    view = table[4]
    table.uid[4] = 77
    with pytest.raises(AgentGone, match="Person 11 has left"):
        _ = view.pay
    with pytest.raises(AgentGone):
        view.pay = 1
    assert table.pay[4] == 1200
    assert issubclass(AgentGone, LookupError)
    assert view.unique_id == 11
    assert not view.present
    assert table[4].unique_id == 77


def test_views_are_equal_by_table_and_uid() -> None:
    table = person_table()
    assert table[4] == table[4]
    assert len({table[4], table[4], table[0]}) == 2
    assert table[4] != table[0]
    assert table[4] != person_table()[4]
    assert table[4] != 11


def test_view_keeps_its_identity_when_the_row_changes_hands() -> None:
    table = person_table()
    before = table[4]
    table.uid[4] = 77
    assert before != table[4]


def test_agents_are_neither_made_nor_removed_one_by_one() -> None:
    model = ToyModel(seed=1)
    with pytest.raises(TypeError, match="model's rules"):
        model.tables[Person][4].remove()
    with pytest.raises(TypeError, match="model's rules"):
        Person.create_agents(model, 3)
    assert len(model.tables[Person]) == 5


def test_view_delegates_randomness_to_the_model() -> None:
    model = ToyModel(seed=1)
    view = model.tables[Person][4]
    assert view.model is model
    assert view.random is model.random
    assert view.rng is model.rng


def test_view_survives_copy_and_pickle_with_its_table() -> None:
    table = person_table()
    view = table[4]
    assert copy.copy(view) == view
    view_again, table_again = pickle.loads(pickle.dumps((view, table)))
    assert view_again == table_again[4]
    assert view_again.pay == 1200


def test_names_that_would_hide_something_are_refused() -> None:
    with pytest.raises(TypeError, match="model"):
        type("Bad", (ColumnarAgent,), {"model": Column(np.int8, "hides Mesa's attribute")})
    uid = Column(np.uint64, "identity")
    for name in ("capacity", "arrays", "count"):
        bad = type("Bad", (ColumnarAgent,), {"uid": uid, name: Column(np.int8, "hides a table's attribute")})
        with pytest.raises(TypeError, match=name):
            Table(bad, 1)
    with pytest.raises(TypeError, match="uid"):
        Table(type("Bad", (ColumnarAgent,), {"uid": Column(np.int64, "signed")}), 1)


@pytest.mark.parametrize("options", [{"dtype": np.bool_}, {"codes": Colour, "dtype": np.float64}, {"default": 300}])
def test_declarations_that_cannot_hold_their_default_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises((TypeError, OverflowError)):
        Column(**{"dtype": np.int8, "doc": "bad", **options})


def test_table_starts_empty_at_defaults() -> None:
    table = Table(Manager, 3)
    assert len(table) == 0
    assert list(table) == []
    assert table.mood.tolist() == [0.5, 0.5, 0.5]
    assert table.hours.shape == (3, 2)
    assert table.staff.dtype == np.int16


def test_table_counts_and_iterates_live_rows_in_uid_order() -> None:
    table = person_table()
    assert (len(table), table.capacity) == (5, 8)
    assert table.rows().tolist() == list(ROWS)
    assert [view.unique_id for view in table] == list(UIDS)


@pytest.mark.parametrize("row", [1, 8, -1])
def test_table_has_no_view_of_an_empty_or_absent_row(row: int) -> None:
    with pytest.raises(IndexError):
        person_table()[row]


def test_table_assignment_writes_into_the_array() -> None:
    table = person_table()
    pay = table.pay
    table.pay += 5
    table.mood = 1.0
    assert table.pay is pay
    assert pay[4] == 1205
    assert table.columns.mood.tolist() == [1.0] * 8
    with pytest.raises(AttributeError, match="salary"):
        table.salary = 1
    with pytest.raises(AttributeError, match="salary"):
        _ = table.salary


def test_growing_keeps_people_in_their_rows_and_renews_the_columns() -> None:
    table = person_table()
    view = table[4]
    table.grow(20)
    assert table.capacity == 20
    assert view.pay == 1200
    assert table.mood[19] == 0.5
    assert table.uid[8:].sum() == 0
    assert table.columns.pay is table.pay
    view.pay = 1
    assert table.columns.pay[4] == 1
    with pytest.raises(ValueError, match="cannot grow"):
        table.grow(19)


def test_permuting_moves_rows_and_changes_no_one() -> None:
    table = person_table()
    order = np.array([7, 6, 5, 4, 3, 2, 1, 0])
    turned = table.permute(order)
    assert turned.uid.tolist() == table.uid[::-1].tolist()
    assert [view.pay for view in turned] == list(PAY)
    assert turned[3].unique_id == table[4].unique_id
    turned.pay[:] = 0
    assert table.pay[4] == 1200
    with pytest.raises(ValueError, match="once"):
        table.permute(np.zeros(8, dtype=np.int64))


def test_copy_and_state_are_independent() -> None:
    table = person_table()
    state = table.state()
    twin = table.copy()
    table.pay[:] = 0
    again = Table.from_state(Person, state)
    state["mood"][:] = 0
    assert again[4].pay == twin[4].pay == 1200
    assert again[4].mood == 0.25


def test_state_of_other_columns_is_refused() -> None:
    state = person_table().state()
    with pytest.raises(ValueError, match="staff"):
        Table.from_state(Manager, state)
    with pytest.raises(ValueError, match="pay"):
        Table.from_state(Person, {**state, "pay": state["pay"].astype(np.int64)})
    with pytest.raises(ValueError, match="hours"):
        Table.from_state(Person, {**state, "hours": state["hours"][:, :1]})


def test_table_as_data_frame() -> None:
    frame = person_table().to_frame()
    assert frame.index.tolist() == list(UIDS)
    assert frame["pay"].tolist() == list(PAY)
    assert frame["colour"].tolist() == ["red", "green", "red", "blue", "green"]
    assert frame["colour"].cat.categories.tolist() == ["red", "blue", "green"]
    assert {"hours_0", "hours_1"} < set(frame.columns)


def test_columns_tuple_pickles_by_name() -> None:
    table = person_table()
    again = pickle.loads(pickle.dumps(table.columns))
    assert type(again) is Person.Columns is type(table.columns)
    assert again.pay.tolist() == table.pay.tolist()
    assert Manager.Columns is not Person.Columns


def test_table_pickles_with_its_columns_still_shared() -> None:
    again = pickle.loads(pickle.dumps(person_table()))
    again.pay[4] = 5
    assert again.columns.pay[4] == again[4].pay == 5


def test_compiled_kernel_takes_the_columns() -> None:
    table = person_table()
    table.hours[4] = (1, 10)
    assert _total_pay(table.columns) == sum(PAY) + 10


def test_set_of_rows_refuses_an_empty_row() -> None:
    with pytest.raises(IndexError, match="row 1"):
        ColumnarAgentSet(person_table(), np.array([4, 1]))
