"""ColumnarAgentSet against Mesa's own AgentSet: the same verbs, the same answers."""

from __future__ import annotations

import operator
import pickle
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mesa.agent import AgentSet

from sim.agents.agent_set import ColumnarGroupBy
from sim.agents.columns import ColumnarAgentSet
from sim.agents.members import MembersSet
from tests.toys import PAY, ROWS, UIDS, Colour, Person, PlainModel, Shop, ToyModel, person_table


def people(seed: int = 3) -> ColumnarAgentSet:
    """The five people as a set of rows."""
    return ToyModel(seed=seed).agents_by_type[Person]


def objects(seed: int = 3) -> AgentSet:
    """The five people as Mesa's objects; the model is kept alive by the caller through the agents."""
    model = PlainModel(seed=seed)
    model.agents.model_kept = model
    return model.agents


VERBS: dict[str, Callable[[Any], Any]] = {
    "len": len,
    "iterate": lambda s: [a.unique_id for a in s],
    "item": lambda s: (s[0].unique_id, s[-1].unique_id, s[np.int64(2)].unique_id),
    "slice": lambda s: [a.unique_id for a in s[1:4:2]],
    "select filter": lambda s: s.select(lambda a: a.pay > 1150).get("unique_id"),
    "select number": lambda s: s.select(lambda a: a.pay > 1150, at_most=2).get("unique_id"),
    "select share": lambda s: s.select(at_most=0.5).get("unique_id"),
    "select fraction of one": lambda s: s.select(at_most=2.5).get("unique_id"),
    "select one as float": lambda s: s.select(at_most=1.0).get("unique_id"),
    "select none": lambda s: s.select(at_most=0).get("unique_id"),
    "select foreign type": lambda s: s.select(agent_type=Shop).get("unique_id"),
    "select nothing asked": lambda s: s.select().get("unique_id"),
    "select in place": lambda s: (s.select(lambda a: a.pay < 1250, inplace=True) is s, s.get("unique_id")),
    "shuffle": lambda s: s.shuffle().get("unique_id"),
    "shuffle in place": lambda s: (s.shuffle(inplace=True) is s, s.get("unique_id")),
    "shuffle leaves the old": lambda s: (s.shuffle(), s.get("unique_id"))[1],
    "sort descending": lambda s: s.sort("pay").get("unique_id"),
    "sort ascending": lambda s: s.sort("pay", ascending=True).get("unique_id"),
    "sort by property": lambda s: s.sort("pounds", ascending=True).get("unique_id"),
    "sort by function": lambda s: s.sort(lambda a: (a.mood, a.pay)).get("unique_id"),
    "sort in place": lambda s: (s.sort("mood", inplace=True) is s, s.get("unique_id")),
    "do method": lambda s: (s.do("raise_pay", 7) is s, s.get("pay")),
    "do function": lambda s: s.do(lambda a, pence: a.raise_pay(pence), pence=3).get("pay"),
    "shuffle_do": lambda s: (order := [], s.shuffle_do(lambda a: order.append(a.unique_id)) is s, s.get("unique_id")),
    "map method": lambda s: s.map("raise_pay", pence=2),
    "map function": lambda s: s.map(lambda a: a.colour.name),
    "get": lambda s: s.get("pay"),
    "get codes": lambda s: s.get("colour"),
    "get property": lambda s: s.get("pounds"),
    "get several": lambda s: s.get(["pay", "pounds", "unique_id"]),
    "get no names": lambda s: s.get([]),
    "get default": lambda s: s.get("absent", handle_missing="default", default_value=-1),
    "get several default": lambda s: s.get(["pay", "absent"], handle_missing="default"),
    "set": lambda s: (s.set("pay", 900) is s, s.get("pay")),
    "agg numpy": lambda s: s.agg("pay", np.mean),
    "agg builtin": lambda s: s.agg("pay", max),
    "agg of a list": lambda s: s.agg("pay", lambda values: values.count(1100)),
    "agg standard library": lambda s: s.agg("mood", statistics.median),
    "agg several": lambda s: s.agg("pay", [min, np.max, sum]),
    "agg property": lambda s: s.agg("pounds", sum),
    "groupby count": lambda s: list(s.groupby("colour").count().items()),
    "groupby function": lambda s: s.groupby(lambda a: a.pay > 1150).count(),
    "groupby agg": lambda s: s.groupby("colour").agg("pay", sum),
    "groupby agg property": lambda s: s.groupby("colour").agg("pounds", max),
    "groupby map": lambda s: s.groupby("colour").map(lambda group: group.get("unique_id")),
    "groupby map method": lambda s: s.groupby("colour").map("get", "pay"),
    "groupby do": lambda s: (s.groupby("colour").do("do", "raise_pay", 4), s.get("pay"))[1],
    "groupby iterate": lambda s: [(key, len(group)) for key, group in s.groupby("pay")],
    "groupby lists": lambda s: {k: [a.pay for a in g] for k, g in s.groupby("colour", result_type="list")},
    "groupby lists agg": lambda s: s.groupby("colour", result_type="list").agg("pay", sum),
    "groupby len": lambda s: len(s.groupby("mood")),
    "to list": lambda s: [a.unique_id for a in list(s)],
    "reversed": lambda s: [a.unique_id for a in reversed(s)],
    "contains": lambda s: (s[1] in s, s[1] in s.select(at_most=1), 5 in s),
    "index": lambda s: (s.index(s[3]), s.index(s[3], 2), s.index(s[3], -2)),
    "count": lambda s: (s.count(s[3]), s.select(at_most=1).count(s[3])),
}


@pytest.mark.parametrize("name", VERBS)
def test_verb_gives_what_mesa_gives(name: str) -> None:
    plain = objects()
    expected = VERBS[name](plain)
    assert VERBS[name](people()) == expected


@pytest.mark.parametrize(
    ("verb", "error"),
    [
        (lambda s: s.get("absent"), AttributeError),
        (lambda s: s.get("pay", handle_missing="wrong"), ValueError),
        (lambda s: s[5], IndexError),
        (lambda s: s.index(7), ValueError),
        (lambda s: s.do("absent"), AttributeError),
    ],
)
def test_verb_fails_as_mesa_fails(verb: Callable[[Any], Any], error: type[Exception]) -> None:
    plain = objects()
    with pytest.raises(error):
        verb(plain)
    with pytest.raises(error):
        verb(people())


def test_successive_shuffles_follow_mesas_stream() -> None:
    plain, columnar = objects(seed=8), people(seed=8)
    for _ in range(4):
        assert columnar.shuffle(inplace=True).get("unique_id") == plain.shuffle(inplace=True).get("unique_id")


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "__and__": operator.and_,
    "__or__": operator.or_,
    "__sub__": operator.sub,
    "__xor__": operator.xor,
    "__rand__": lambda a, b: b.to_list() & a,
    "__ror__": lambda a, b: b.to_list() | a,
    "__rsub__": lambda a, b: b.to_list() - a,
    "__rxor__": lambda a, b: b.to_list() ^ a,
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "__eq__": operator.eq,
    "__le__": operator.le,
    "__lt__": operator.lt,
    "__ge__": operator.ge,
    "__gt__": operator.gt,
    "isdisjoint": lambda a, b: a.isdisjoint(b),
}
IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "__iand__": operator.iand,
    "__ior__": operator.ior,
    "__isub__": operator.isub,
    "__ixor__": operator.ixor,
}


@pytest.mark.parametrize("name", OPERATORS)
def test_inherited_operator_works_as_on_python_sets(name: str) -> None:
    everyone = people()
    one, other = everyone.select(at_most=3), everyone.sort("uid").select(at_most=3)
    result = OPERATORS[name](one, other)
    expected = getattr(frozenset(one), name)(frozenset(other))
    assert frozenset(result) == expected
    assert isinstance(result, ColumnarAgentSet)
    assert len(result) == len(expected)


@pytest.mark.parametrize("name", COMPARISONS)
def test_inherited_comparison_works_as_on_python_sets(name: str) -> None:
    everyone = people()
    sets = [everyone, everyone.select(at_most=2), everyone.sort("uid").select(at_most=2), everyone.shuffle()]
    for one in sets:
        for other in sets:
            expected = COMPARISONS[name](frozenset(one), frozenset(other))
            assert COMPARISONS[name](one, other) == expected


@pytest.mark.parametrize("name", IN_PLACE)
def test_inherited_change_of_members_is_refused(name: str) -> None:
    everyone = people()
    other = everyone.select(at_most=2).to_list() if name != "__ior__" else everyone
    with pytest.raises(TypeError, match="model's rules"):
        IN_PLACE[name](everyone, ColumnarAgentSet(everyone.table, np.array(ROWS[:2])) if name != "__ior__" else other)
    assert len(everyone) == 5


@pytest.mark.parametrize("verb", ["add", "discard", "remove", "pop", "clear"])
def test_members_come_and_go_by_the_models_rules(verb: str) -> None:
    everyone = people()
    arguments = [everyone[0]] if verb in ("add", "discard", "remove") else []
    with pytest.raises(TypeError, match="model's rules"):
        getattr(everyone, verb)(*arguments)
    assert len(everyone) == 5


def test_every_member_of_mesas_agent_set_is_overridden_or_proven() -> None:
    own = {name for kind in (ColumnarAgentSet, MembersSet) for name in vars(kind)}
    proven = {*OPERATORS, *COMPARISONS, *IN_PLACE}
    machinery = {"__slots__", "__dict__", "__weakref__", "__class_getitem__", "__subclasshook__", "__hash__", "_hash"}
    unused = {"_update"}  # called only by verbs that are overridden
    inherited = {name for kind in AgentSet.__mro__[:-1] for name in vars(kind)}
    assert {"select", "groupby", "__contains__", "__le__"} <= inherited
    assert inherited - own - proven - machinery - unused == set()


def test_mesas_dictionary_of_agents_is_never_made() -> None:
    everyone = people()
    for verb in VERBS.values():
        verb(everyone)
        assert "_agents" not in vars(everyone)


# What Mesa does not have


def test_select_by_mask_or_by_function_of_the_table() -> None:
    everyone = people()
    table = everyone.table
    assert everyone.select(where=table.pay > 1150).get("unique_id") == [11, 14, 15]
    assert everyone.select(where=lambda t: t.pay > 1150, at_most=1).get("unique_id") == [11]
    assert everyone.shuffle().select(where=table.colour == Colour.RED).agg("pay", sum) == 2300
    with pytest.raises(ValueError, match="8 booleans"):
        everyone.select(where=np.ones(5, dtype=bool))
    with pytest.raises(ValueError, match="booleans"):
        everyone.select(where=table.pay)


def test_set_writes_columns_only_and_only_what_fits() -> None:
    everyone = people()
    everyone.select(at_most=2).set("hours", (30, 40))
    assert everyone.table.hours.sum() == 140
    for name in ("pounds", "nickname", "uid"):
        with pytest.raises(AttributeError, match=name):
            everyone.set(name, 1)
    with pytest.raises(TypeError):
        everyone.set("pay", 10.5)
    assert everyone.get("pay") == list(PAY)


def test_sums_of_small_integers_do_not_overflow() -> None:
    everyone = people()
    everyone.set("colour", Colour.GREEN)
    table = everyone.table
    table.grow(200)
    table.uid[:] = np.arange(1, 201)
    table.colour[:] = Colour.GREEN
    assert everyone.agg("colour", sum) == everyone.agg("colour", np.sum) == 400
    assert everyone.agg("colour", np.max) + 300 == 302


def test_whole_table_set_follows_births_and_departures() -> None:
    everyone = people()
    everyone.table.uid[5] = 16
    everyone.table.uid[4] = 0
    assert everyone.get("unique_id") == [12, 13, 14, 15, 16]
    assert len(everyone) == 5


def test_chosen_set_loses_those_who_leave_and_never_admits_their_successor() -> None:
    everyone = people()
    chosen = everyone.select(at_most=2)
    first = chosen[0]
    everyone.table.uid[4] = 99
    assert len(chosen) == 1
    assert chosen.get("unique_id") == [12]
    assert chosen.rows.tolist() == [0]
    assert first not in chosen
    assert everyone.table[4] not in chosen
    assert everyone.table[4] in everyone


def test_do_passes_over_those_who_leave_meanwhile() -> None:
    everyone = people()
    seen: list[int] = []

    def leave_next(agent: Any) -> None:
        seen.append(agent.unique_id)
        agent.table.uid[0] = 0  # row 0 holds the second in order

    everyone.do(leave_next)
    assert seen == [11, 13, 14, 15]


def test_order_does_not_depend_on_rows() -> None:
    model = ToyModel(seed=5)
    table = model.tables[Person]
    turned = ColumnarAgentSet(table.permute(np.arange(8)[::-1]))
    straight = ColumnarAgentSet(table)
    assert turned.get("unique_id") == straight.get("unique_id") == list(UIDS)
    first = straight.shuffle().get("unique_id")
    model.reset_randomizer(5)
    assert turned.shuffle().get("unique_id") == first


def test_set_over_several_kinds() -> None:
    model = ToyModel(seed=2)
    everyone = model.agents
    assert len(everyone) == 7
    assert sorted(everyone.shuffle().get("unique_id")) == [*UIDS, 101, 102]
    assert everyone.sort("unique_id").get("unique_id")[:2] == [102, 101]
    assert everyone.select(agent_type=Shop).agg("size", sum) == 5
    assert everyone.shuffle().select(agent_type=Shop).table is model.tables[Shop]
    assert everyone.select(agent_type=Person, where=lambda t: t.pay > 1150).get("pay") == [1200, 1300, 1200]
    assert everyone.get("size", handle_missing="default", default_value=0) == [0] * 5 + [3, 2]
    assert everyone.groupby(type).count() == {Person: 5, Shop: 2}
    with pytest.raises(TypeError, match="several tables"):
        _ = everyone.rows
    with pytest.raises(AttributeError, match="size"):
        everyone.set("size", 1)


def test_random_needs_a_model() -> None:
    with pytest.raises(ValueError, match="no model"):
        ColumnarAgentSet(person_table()).shuffle()


def test_groups_are_sets_that_read_columns() -> None:
    groups = people().groupby("colour")
    assert isinstance(groups, ColumnarGroupBy)
    assert groups.groups[Colour.RED].rows.tolist() == [4, 6]
    assert len(people().select(at_most=0).groupby("colour")) == 0


def test_set_pickles() -> None:
    chosen = ColumnarAgentSet(person_table()).sort("pay")
    again = pickle.loads(pickle.dumps(chosen))
    assert again.get("unique_id") == chosen.get("unique_id")
    assert again[0] in again


def test_rows_named_twice_count_once() -> None:
    assert ColumnarAgentSet(person_table(), np.array([4, 0, 4])).get("unique_id") == [11, 12]
