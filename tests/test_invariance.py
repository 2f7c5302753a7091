"""Results depend on the scenario and the seed alone: not on threads, on processes, or on the rows agents stand in."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.agents.columns import Table
from sim.crew import Crew, even_pieces
from sim.model import CareLabourModel
from sim.parameters import behaviour
from sim.population import build_population
from sim.reach import build_reach
from sim.recording import Record, record
from sim.scenario import load_scenario
from sim.units import NOBODY, Status
from sim.world import World, build_world

SCALE = 0.006
IN_MARKET = 1
"""Providers of a local market, so few that councils have several at this scale."""
START, END = -3, 112
"""From the spin-up through the pandemic, the vaccination condition and the years of visas."""
POLICY_FROM = 60


def policies() -> tuple[Any, ...]:
    """Both packages, so that every kernel has something to do."""
    names = ("pay_and_security", "low_cost_retention")
    found = {lever.name: lever for name in names for lever in load_scenario(name).levers}
    return tuple(lever.model_copy(update={"start": POLICY_FROM}) for lever in found.values())


def start(key: int | None = None, threads: int = 1) -> CareLabourModel:
    """England at a small scale; with a key, the same people and providers in other rows."""
    p = behaviour()
    population = build_population(SCALE, 1, p)
    world = build_world(population, p, SCALE)
    world.reach = build_reach(world.providers, population.geography, p.distance_decay, IN_MARKET)
    if key is not None:
        world = in_other_rows(world, population.geography, p.distance_decay, key, IN_MARKET)
    return CareLabourModel(world, seed=1, month=START, levers=policies(), behaviour=p, threads=threads)


def in_other_rows(world: World, geography: Any, distance_decay: float, key: int, in_market: int | None = None) -> World:
    """The same world with the rows of people, empty ones included, and of providers shuffled, and pointers mended."""
    shuffle = np.random.default_rng(key)
    rows_of_people = shuffle.permutation(world.workers.capacity)
    order = shuffle.permutation(world.providers.capacity)
    new_row = np.argsort(order)
    workers, providers = world.workers.permute(rows_of_people), world.providers.permute(order)
    for column, there in (
        ("employer", workers.status == Status.CARE),
        ("next_employer", workers.next_employer != NOBODY),
        ("sponsor", workers.sponsor != NOBODY),
    ):
        pointers = workers.arrays[column]
        pointers[there] = new_row[pointers[there]]
    by_provider = {
        field.name: getattr(world.statics, field.name)[order]
        for field in fields(world.statics)
        if getattr(world.statics, field.name).size == order.size
    }
    return World(
        workers=workers,
        providers=providers,
        nhs=world.nhs,
        councils=world.councils,
        reach=build_reach(providers, geography, distance_decay, in_market),
        statics=replace(world.statics, **by_provider),
        mix=world.mix,
        arrivals_share=world.arrivals_share,
        scale=world.scale,
        regions=world.regions,
    )


def month_by_month(model: CareLabourModel) -> list[tuple[Record, Any, Any]]:
    """Everything that results are made from, each month."""
    kept = []
    while model.month < END:
        model.step()
        stock = model.stock._replace(teams=model.stock.teams[model.providers.rows()])
        copies = (type(part)(*(array.copy() for array in part)) for part in (model.ledger, stock))
        kept.append((record(model), *copies))
    return kept


def by_identity(table: Table[Any], pointers: dict[str, Any]) -> dict[str, Any]:
    """Columns in the order of uid, with the row of an employer replaced by its identity."""
    rows = table.rows()
    found = {name: array[rows] for name, array in table.arrays.items()}
    for name, identities in pointers.items():
        found[name] = np.where(found[name] >= 0, identities[found[name]], 0)
    return found


def identified(model: CareLabourModel) -> dict[str, dict[str, Any]]:
    """All agents by identity. NHS employers keep their rows, so that a person's employer there is a row."""
    uids = model.providers.uid
    people = by_identity(model.workers, {"next_employer": uids, "sponsor": uids})
    in_care = people["status"] == Status.CARE
    people["employer"] = np.where(in_care, uids[np.where(in_care, people["employer"], 0)], people["employer"])
    others = {name: by_identity(getattr(model, name), {}) for name in ("providers", "nhs_employers", "councils")}
    return {"workers": people, **others}


def assert_same(one: Any, other: Any) -> None:
    names = one._fields if hasattr(one, "_fields") else range(len(one))
    for name, first, second in zip(names, one, other, strict=True):
        np.testing.assert_array_equal(first, second, err_msg=str(name))


@pytest.fixture(scope="module")
def alone() -> tuple[CareLabourModel, list[tuple[Record, Any, Any]]]:
    """One thread, rows as they come."""
    model = start()
    return model, month_by_month(model)


def test_two_threads_give_the_same_to_the_bit(alone: tuple[CareLabourModel, Any]) -> None:
    model = start(threads=2)
    for ours, theirs in zip(month_by_month(model), alone[1], strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other)
    for name in ("workers", "providers", "nhs_employers", "councils"):
        ours, theirs = getattr(model, name).arrays, getattr(alone[0], name).arrays
        for column in ours:
            np.testing.assert_array_equal(ours[column], theirs[column], err_msg=f"{name}.{column}")


class OutOfStep(Crew):
    """One thread that takes steps in orders in which several might: pieces one by one, and last things first."""

    def __init__(self) -> None:
        super().__init__(1)

    def over(self, size: int, kernel: Callable[..., Any], *arguments: Any) -> None:
        for lo, hi in reversed(even_pieces(size, 7)):
            kernel(lo, hi, *arguments)

    over_councils = over

    def relay(
        self, size: int, judge: Callable[..., Any], act: Callable[..., Any], settle: Callable[..., Any] | None = None
    ) -> None:
        for piece in even_pieces(size, 11):
            super().relay(1, lambda _lo, _hi, piece=piece: judge(*piece), act, settle)

    def together(self, tasks: Iterable[Callable[[], Any]]) -> None:
        super().together(list(tasks)[::-1])


def test_steps_that_go_at_once_may_go_in_any_order(alone: tuple[CareLabourModel, Any]) -> None:
    model = start()
    model.crew = OutOfStep()
    for ours, theirs in zip(month_by_month(model), alone[1], strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other)
    assert digest(model) == digest(alone[0])


def test_nobody_changes_what_fields_of_the_law_share(alone: tuple[CareLabourModel, Any]) -> None:
    shared = alone[0].world.statics.shared
    assert len(shared) > 5
    for (value, _, _), array in shared.items():
        assert (array == value).all()


@pytest.mark.parametrize("key", [7, 8])
def test_rows_do_not_matter(alone: tuple[CareLabourModel, Any], key: int) -> None:
    model = start(key)
    assert (model.workers.uid != start().workers.uid).mean() > 0.5
    assert (np.diff(model.world.reach.first_market) > 1).sum() > 20
    for ours, theirs in zip(month_by_month(model), alone[1], strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other)
    ours, theirs = identified(model), identified(alone[0])
    for table, columns in ours.items():
        for column, values in columns.items():
            np.testing.assert_array_equal(values, theirs[table][column], err_msg=f"{table}.{column}")


def digest(model: CareLabourModel) -> str:
    """Hash of every column of every table."""
    hashed = hashlib.sha256()
    for name in ("workers", "providers", "nhs_employers", "councils"):
        for array in getattr(model, name).arrays.values():
            hashed.update(np.ascontiguousarray(array).tobytes())
    return hashed.hexdigest()


def test_another_process_gives_the_same_to_the_bit(alone: tuple[CareLabourModel, Any]) -> None:
    """The other process draws its hash seeds anew, has two threads, and knows nothing of this one."""
    script = (
        "from test_invariance import END, digest, start\n"
        "model = start(threads=2)\n"
        "while model.month < END:\n"
        "    model.step()\n"
        "print(digest(model))\n"
    )
    here = Path(__file__).resolve().parent
    environment = {**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{here.parent}", "PYTHONHASHSEED": "random"}
    told = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True, cwd=here.parent
    )
    assert told.stdout.strip() == digest(alone[0])


def test_another_seed_gives_another_history(alone: tuple[CareLabourModel, Any]) -> None:
    """The comparisons above could fail: luck does change what is compared."""
    model = start()
    model.draw_seed = 2
    other = month_by_month(model)
    assert (other[-1][1].leavers != alone[1][-1][1].leavers).any()
    assert digest(model) != digest(alone[0])
