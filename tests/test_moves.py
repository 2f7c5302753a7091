"""Origins and destinations: they are what people's columns show, and the books of every place close."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small import SCALE, private_store

from sim.audit import Audit
from sim.levers.base import all_levers
from sim.month.moves import (
    GONE,
    OUT_OF_CARE,
    OVERSEAS_OTHER,
    OVERSEAS_SPONSORED,
    PLACES,
    POOL,
    RECRUIT,
    RECRUIT_FROM_ABROAD,
)
from sim.moves import people_by_place, places, places_of
from sim.results import Results
from sim.running import run
from sim.units import MONTHS_PER_YEAR, Sector, Service, Visa, month_index
from sim.virtual_market import virtual_market
from sim.watching import MOVING

VALUES: dict[str, Any] = {
    "name": "Enacted law",
    "scale": SCALE,
    "replicates": 2,
    "window": {"from": "2022-02", "to": "2023-05"},
}
PLACE = ["place", "role"]


class Onlooker:
    """Derives moves from nothing but people's columns before and after each verb."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.moves = np.zeros((PLACES, PLACES), dtype=np.int64)
        self.role_changes = self.transferred = 0

    def before(self, verb: str, model: Any) -> None:
        self.uid, self.employer = model.workers.uid.copy(), model.workers.employer.copy()
        self.place = places_of(model, np.arange(self.uid.size))

    def after(self, verb: str, model: Any) -> None:
        workers = model.workers
        now = places_of(model, np.arange(workers.capacity))
        known = workers.uid[: self.uid.size] == self.uid
        for row in np.flatnonzero(
            (now[: self.uid.size] != self.place) | (workers.employer[: self.uid.size] != self.employer)
        ):
            if self.uid[row] == 0:
                continue
            in_care = self.place[row] < OUT_OF_CARE and now[row] < OUT_OF_CARE
            stayed_with = in_care and workers.employer[row] == self.employer[row]
            if verb == "let_contracts":  # who goes over with a contract neither leaves nor starts
                self.transferred += 1
            elif known[row] and stayed_with:
                self.role_changes += 1
            else:
                self.moves[self.place[row], now[row]] += 1
        came = np.flatnonzero(workers.uid != np.pad(self.uid, (0, workers.capacity - self.uid.size)))
        for row in came[workers.uid[came] != 0]:
            abroad = {Visa.OTHER_ROUTE: OVERSEAS_OTHER, Visa.SPONSORED: OVERSEAS_SPONSORED}
            self.moves[abroad.get(Visa(workers.visa[row]), POOL), now[row]] += 1
        assert verb in MOVING or not (came.size or (now[: self.uid.size] != self.place).any())

    def month_over(self, model: Any) -> None:
        """The month's books are those of the columns."""
        np.testing.assert_array_equal(model.ledger.moves, self.moves)
        assert model.ledger.promoted.sum() == self.role_changes
        assert model.ledger.transferred.sum() == self.transferred
        self.begin()


def test_books_of_moves_are_what_peoples_columns_show() -> None:
    model = virtual_market(
        providers=24,
        service=[Service.HOME_CARE, Service.RESIDENTIAL, Service.NURSING, Service.COMMUNITY],
        sector=[Sector.INDEPENDENT, Sector.INDEPENDENT, Sector.INDEPENDENT, Sector.COUNCIL],
        vacancies=0.2,
        sponsored=0.3,
        month=month_index(2021, 9),
        levers=[all_levers()["zero_hours_ban"].model_validate({"from": "2022-01", "minimum_hours": 16.0})],
    )
    seen = np.zeros((PLACES, PLACES), dtype=np.int64)
    model.watchers.append(Onlooker())
    for _ in range(24):
        model.step()
        seen += model.ledger.moves
    for origin, destination in (
        (POOL, RECRUIT),
        (RECRUIT, 0),
        (OVERSEAS_SPONSORED, RECRUIT_FROM_ABROAD),
        (0, OUT_OF_CARE),
    ):
        work = slice(0, OUT_OF_CARE)
        rows = work if origin == 0 else origin
        assert seen[rows, work if destination == 0 else destination].sum() > 0, (origin, destination)
    assert seen[:OUT_OF_CARE, GONE:].sum() > 0
    assert people_by_place(model).sum() == len(model.workers)


def test_the_audit_sees_a_move_that_nobody_made() -> None:
    model = virtual_market(providers=6)
    audit = Audit(model)
    model.step()
    model.ledger.moves[OUT_OF_CARE, OUT_OF_CARE + 1] += 1
    with pytest.raises(AssertionError, match="people by place: 2 of"):
        audit.close()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory):
    with private_store(tmp_path_factory.mktemp("store")):
        yield run(VALUES, output=tmp_path_factory.mktemp("results") / "new")


def test_books_of_every_place_close_every_month(results: Results) -> None:
    stocks, moves = results.places, results.moves
    keys = ["replicate", "month"]
    came = moves.groupby([*keys, "to", "to_role"], observed=True)["people"].sum()
    went = moves.groupby([*keys, "from", "from_role"], observed=True)["people"].sum()
    held = stocks.pivot_table(index=["replicate", *PLACE], columns="month", values="people", observed=True)
    held = held.fillna(0.0)  # a place of which a replicate has nobody all along has no row in it
    months = list(held.columns)
    assert (months[0], months[-1]) == ("2022-01", "2023-05")
    moved = 0.0
    for before, month in pairwise(months):
        for replicate, place, role in held.index:
            key = (replicate, month, place, role)
            change = came.get(key, 0.0) - went.get(key, 0.0)
            assert held.loc[key[:1] + key[2:], month] == pytest.approx(held.loc[key[:1] + key[2:], before] + change), (
                key
            )
            moved += abs(change)
    assert moved > 0


def test_the_year_that_is_written_closes(results: Results) -> None:
    assert results.folder is not None
    table = pd.read_csv(results.folder / "places.csv", keep_default_na=False, na_values={"start": "", "end": ""})
    assert set(table["financial_year"]) == {"2022/23"}
    followed = table.dropna(subset=["start"])
    assert followed["end"].to_numpy() == pytest.approx(
        (followed["start"] + followed["came"] - followed["went"]).to_numpy(), abs=1e-4
    )
    assert followed["came"].sum() > 0
    beyond = set(table[table["start"].isna()]["place"])
    assert {"local_pool", "retired", "overseas_sponsored"} <= beyond
    moves = pd.read_csv(results.folder / "moves.csv", keep_default_na=False)
    assert moves["people"].sum() == pytest.approx(table["came"].sum(), rel=1e-6)


def test_moves_into_care_are_the_starters_of_the_indicator(results: Results) -> None:
    came = between_employers(results, "to_role")
    monthly = came.groupby(["replicate", "month"], observed=True)["people"].sum().unstack("month")
    assert monthly.to_numpy() == pytest.approx(results.values("Enacted law", "starters"))


def test_moves_out_of_care_are_leavers_and_those_whose_employer_closed(results: Results) -> None:
    went, sectors = between_employers(results, "from_role"), ("council", "independent")
    went = went[went["from"].astype(str).str.endswith(sectors)]
    monthly = went.groupby(["replicate", "month"], observed=True)["people"].sum().unstack("month").to_numpy()
    year = monthly[:, -MONTHS_PER_YEAR:].sum(axis=1)
    closed = year * results.values("Enacted law", "leavers_share", group="closure")[:, -1]
    assert (closed > 0).all()
    told = sum(results.values("Enacted law", "leavers", group=sector)[:, -MONTHS_PER_YEAR:] for sector in sectors)
    assert year - closed == pytest.approx(told.sum(axis=1))


def between_employers(results: Results, side: str) -> pd.DataFrame:
    """Moves from or to care jobs, but those within one employer."""
    moves = results.moves
    return moves[(moves["same_employer"] == "no") & (moves[side].astype(str) != "")]


def test_roles_change_with_the_same_employer_only(results: Results) -> None:
    changes = results.moves.query("same_employer == 'yes'")
    assert len(changes) > 0
    assert (changes["from"].astype(str) == changes["to"].astype(str)).all()
    assert (changes["from_role"].astype(str) != changes["to_role"].astype(str)).all()


def test_every_place_that_can_be_has_a_name() -> None:
    names = [each.name for each in places()]
    assert len(names) == PLACES
    assert "home_care independent" in names
    assert {"nhs", "seeking", "local_pool", "abroad", "overseas_sponsored"} <= set(names)


def test_moves_come_back_from_the_folder(results: Results, tmp_path: Path) -> None:
    from sim.folders import load_results

    assert results.folder is not None
    back = load_results(results.folder)
    for name in ("moves", "places"):
        pd.testing.assert_frame_equal(
            back.frame(name).astype({"month": str}), results.frame(name).astype({"month": str}), check_categorical=False
        )
