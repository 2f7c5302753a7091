"""Toy agents for the tests of columns: the same small world as rows of tables and as Mesa's own objects."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import mesa
import numpy as np
from mesa import DataCollector

from sim.agents.columns import Column, ColumnarAgent, Table
from sim.agents.population_mixin import ColumnarModel


class Colour(IntEnum):
    """Codes of a column."""

    RED = 0
    BLUE = 1
    GREEN = 2


class Person(ColumnarAgent):
    """A person with one column of every sort."""

    uid = Column(np.uint64, "identity")
    colour = Column(np.int8, "colour", codes=Colour)
    pay = Column(np.int32, "pay", unit="pence/hour")
    mood = Column(np.float64, "mood", default=0.5)
    hours = Column(np.int32, "hours by weekday", unit="minutes", shape=(2,))

    def raise_pay(self, pence: int = 1) -> int:
        """Add to this person's pay."""
        self.pay += pence
        return int(self.pay)

    @property
    def pounds(self) -> float:
        """Pay in pounds an hour."""
        return float(self.pay) / 100


class Manager(Person):
    """A person with one column more."""

    staff = Column(np.int16, "people managed")


class Shop(ColumnarAgent):
    """Another kind of agent, to share a model with."""

    uid = Column(np.uint64, "identity")
    size = Column(np.int32, "staff")


class PlainPerson(mesa.Agent):
    """The person as an ordinary Mesa object: what the columnar one must agree with."""

    def __init__(self, model: mesa.Model, uid: int, colour: Colour, pay: int, mood: float) -> None:
        super().__init__(model)
        self.unique_id, self.colour, self.pay, self.mood = uid, colour, pay, mood

    def raise_pay(self, pence: int = 1) -> int:
        """Add to this person's pay."""
        self.pay += pence
        return self.pay

    @property
    def pounds(self) -> float:
        """Pay in pounds an hour."""
        return self.pay / 100


ROWS = (4, 0, 6, 2, 7)
UIDS = (11, 12, 13, 14, 15)
COLOURS = (Colour.RED, Colour.GREEN, Colour.RED, Colour.BLUE, Colour.GREEN)
PAY = (1200, 1100, 1100, 1300, 1200)
MOOD = (0.25, 0.5, 0.75, 0.5, 1.0)


def person_table() -> Table[Person]:
    """Five people in eight rows, their rows in another order than their uids."""
    table = Table(Person, 8)
    rows = list(ROWS)
    table.uid[rows] = UIDS
    table.colour[rows] = COLOURS
    table.pay[rows] = PAY
    table.mood[rows] = MOOD
    return table


def shop_table() -> Table[Shop]:
    """Two shops in three rows."""
    table = Table(Shop, 3)
    table.uid[:2] = (101, 102)
    table.size[:2] = (3, 2)
    return table


class ToyModel(ColumnarModel):
    """Five people and two shops; every step raises pay by ``rise`` and shuffles people to hand out ranks."""

    def __init__(self, rise: int = 1, seed: float | None = None, rng: Any = None) -> None:
        super().__init__(person_table(), shop_table(), seed=seed, rng=rng)
        self.rise = rise
        self.datacollector = DataCollector(
            model_reporters={"mean_pay": lambda model: model.agents_by_type[Person].agg("pay", np.mean)},
            agent_reporters={"pay": "pay", "uid": "unique_id"},
            agenttype_reporters={Person: {"colour": "colour", "pounds": "pounds"}, Shop: {"size": "size"}},
        )
        self.datacollector.collect(self)

    def step(self) -> None:
        """One step of the toy world."""
        self.agents_by_type[Person].shuffle_do("raise_pay", self.rise)
        self.running = self.steps < 3
        self.datacollector.collect(self)


class PlainModel(mesa.Model):
    """The five people as objects."""

    def __init__(self, seed: float | None = None) -> None:
        super().__init__(seed=seed)
        for uid, colour, pay, mood in zip(UIDS, COLOURS, PAY, MOOD, strict=True):
            PlainPerson(self, uid, colour, pay, mood)
