"""Stands in for the rulebook: what a lever writes into it, for the tests of levers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sim.coverage import AppliesTo
from sim.levers.base import Lever, all_levers
from sim.scenario import load_scenario
from sim.units import Role, month_index

LEVERS = all_levers()
START = month_index(2027, 4)


class Terms(NamedTuple):
    """What a lever on pay says of who meets its cost."""

    cover: tuple[tuple[float, ...], ...]
    new_money: tuple[bool, ...]
    ring_fenced: bool
    floors: list[tuple[str, Any]]
    where: Any = None


class Recorder:
    """Stands in for the rulebook and writes down everything that is done to it."""

    def __init__(self) -> None:
        self.rates = {"real_living_wage_uk": 1400, "real_living_wage_london": 1500}
        self.calls: list[tuple[str, ...]] = []
        self.written: dict[str, list[tuple[str, Any, Any]]] = {}
        self.pay_policies: list[Terms] = []

    def scope(self, applies_to: AppliesTo, key: str, strength: float) -> tuple[AppliesTo, str, float]:
        self.calls.append(("scope", key))
        return applies_to, key, strength

    def published(self, series: str, month: int) -> int:
        self.calls.append(("published", series))
        return self.rates[series]

    def by_population(self, people: float, where: Any) -> float:
        self.calls.append(("by_population", str(people)))
        return people

    def nhs_rates(self, month: int) -> tuple[int, ...]:
        self.calls.append(("nhs_rates", str(month)))
        return (1300,) * len(Role)

    def pay_policy(self, where: Any, cover: Any, new_money: Any, ring_fenced: bool, floors: Any = ()) -> None:
        self.calls.append(("pay_policy", str(cover)))
        self.pay_policies.append(Terms(cover, new_money, ring_fenced, [floor[:2] for floor in floors], where))

    def __getattr__(self, field: str) -> Any:
        if field.startswith("_"):
            raise AttributeError(field)
        self.calls.append(("field", field))
        return Verbs(self.written.setdefault(field, []))


class Verbs:
    """The verbs of one field."""

    def __init__(self, written: list[tuple[str, Any, Any]]) -> None:
        self._written = written

    def __getattr__(self, verb: str) -> Any:
        if verb not in ("replace", "add", "multiply", "floor", "cap", "switch"):
            raise AttributeError(verb)

        def write(value: Any, where: Any = None) -> tuple[str, Any, Any]:
            self._written.append((verb, value, where))
            return self._written[-1]

        return write


def example(name: str, changes: Mapping[str, Any] | None = None) -> Lever:
    """The lever of the shipped scenario of that name, with some keys changed."""
    bodies = [entry[name] for entry in load_scenario(name).resolved()["scenario"]["levers"] if name in entry]
    return LEVERS[name].model_validate({**bodies[0], **(changes or {})})


def make(name: str, **keys: Any) -> Lever:
    start = {"from": keys.pop("start", "2027-04")}
    return LEVERS[name].model_validate(start | keys)


def edited(lever: Lever, month: int = START) -> dict[str, list[tuple[str, Any, Any]]]:
    book = Recorder()
    lever.edit(book, month)  # type: ignore[arg-type]
    return book.written


def pay_policies(lever: Lever, month: int = START) -> list[Terms]:
    book = Recorder()
    lever.edit(book, month)  # type: ignore[arg-type]
    return book.pay_policies
