"""Home-care contracts are let anew: staff go with the care on their terms, price and quality count, blocks hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from markets import Policy, surely

from sim.jit import as_record
from sim.levers.commissioning import DataIntegration
from sim.model import CareLabourModel
from sim.parameters import behaviour
from sim.rulebook import Rulebook
from sim.rules.tenders import bid_score, contract_months, contracts_due
from sim.units import Payer, Role, Status
from sim.virtual_market import virtual_market
from sim.watching import TRANSFER

MARKET: dict[str, Any] = {"councils": 2, "providers": 20, "month": 0, "audit": True}
RECORD = as_record(behaviour())
DIRECT = [Role.CARE_WORKER, Role.SENIOR_CARE_WORKER]
LOOKED_AT = ("uid", "employer", "status", "job_start", "pay", "contract_minutes", "role")


def weighing(price: float, block: float = 0.0, years: int = 1) -> Policy:
    def write(book: Rulebook) -> None:
        book.tender_price_weight.replace(price)
        book.block_share.replace(block)
        book.contract_years.replace(years)

    return Policy(write, "weighing")


def test_contracts_are_let_every_three_to_five_years() -> None:
    lengths = [contract_months(4, u) for u in (0.0, 0.5, 0.99)]
    assert lengths == [36, 48, 60]
    for length in lengths:
        for u in (0.0, 0.3, 0.97):
            due = [month for month in range(-36, 240) if contracts_due(month, length, u)]
            assert set(np.diff(due)) == {length}


class LooksAtLetting:
    """Holds what the letting of contracts does to people against what it may do."""

    def __init__(self) -> None:
        self.went = 0
        self.people: dict[str, Any] = {}
        self.flows: tuple[int, int] = (0, 0)

    def before(self, verb: str, model: CareLabourModel) -> None:
        if verb == TRANSFER:
            self.people = {name: model.workers.arrays[name].copy() for name in LOOKED_AT}
            self.flows = (model.ledger.leavers.sum(), model.ledger.starters.sum())

    def after(self, verb: str, model: CareLabourModel) -> None:
        if verb != TRANSFER:
            return
        workers, had = model.workers, self.people
        went = (had["status"] == Status.CARE) & (workers.employer != had["employer"])
        self.went += went.sum()
        assert went.sum() == model.ledger.transferred.sum()
        assert (model.ledger.leavers.sum(), model.ledger.starters.sum()) == self.flows
        for kept in ("uid", "status", "job_start", "contract_minutes", "role"):
            assert (workers.arrays[kept] == had[kept])[went].all()
        assert (workers.pay >= had["pay"])[went].all()
        market = model.world.reach.market
        assert (market[workers.employer[went]] == market[had["employer"][went]]).all()

    def month_over(self, model: CareLabourModel) -> None:
        assert self.people


def test_staff_go_with_the_contract_and_keep_their_tenure_and_terms() -> None:
    model, looks = virtual_market(**MARKET), LooksAtLetting()
    model.watchers.append(looks)  # type: ignore[arg-type]
    for _ in range(60):
        model.step()
    assert looks.went > 0


class LooksAtPosts:
    """Remembers the first letting: who lost care in it, and everybody's posts once they are planned in that month."""

    def __init__(self) -> None:
        self.lost = np.zeros(0, dtype=bool)
        self.posts: dict[int, tuple[Any, ...]] = {}
        self.month = -1
        self.bought: Any = None

    def before(self, verb: str, model: CareLabourModel) -> None:
        if verb == TRANSFER:
            self.bought = model.providers.demand_minutes[:, Payer.COUNCIL].copy()

    def after(self, verb: str, model: CareLabourModel) -> None:
        if verb == TRANSFER and self.month < 0 and model.ledger.transferred.sum() > 0:
            self.month = model.month
            self.lost = model.providers.demand_minutes[:, Payer.COUNCIL] < self.bought
        if verb == "plan_posts":
            providers = model.providers
            direct = (values[:, DIRECT].copy() for values in (providers.posts_sought, providers.posts_filled))
            self.posts[model.month] = tuple(direct)

    def month_over(self, model: CareLabourModel) -> None:
        assert self.posts


def posts_at_first_letting(seed: int) -> tuple[int, int, int]:
    """Posts, staff and vacancies that losers of care have fewer in the month of letting than if nothing were let."""
    seen = {}
    for share in (0.0, behaviour().tender_share):
        market = {**MARKET, "audit": False, "providers": 60, "behaviour": behaviour({"tender_share": share})}
        model, seen[share] = virtual_market(**market, seed=seed, levers=[weighing(0.5)]), LooksAtPosts()
        model.watchers.append(seen[share])  # type: ignore[arg-type]
        for _ in range(24):
            model.step()
    usual, let = seen.values()
    (sought, filled), (sought_now, filled_now) = (
        [part[let.lost] for part in looks.posts[let.month]] for looks in (usual, let)
    )
    vacant, vacant_now = np.maximum(sought - filled, 0), np.maximum(sought_now - filled_now, 0)
    return (sought - sought_now).sum(), (filled - filled_now).sum(), (vacant - vacant_now).sum()


def test_staff_who_go_with_a_contract_leave_no_vacancy_behind() -> None:
    posts, staff, vacancies = np.array([posts_at_first_letting(seed) for seed in range(16)]).T
    assert staff.min() > 0
    assert surely(posts - staff) > 0, "as many posts are gone as people, and those that would be empty"
    assert vacancies.mean() > 0


def mean_after(policy: Policy, column: str, seed: int, **changes: float) -> float:
    """Mean of a column of providers, weighted by council care, after three years of yearly letting."""
    market = {**MARKET, "audit": False, "margin": [0.0, 0.05, 0.1, 0.15], "behaviour": behaviour(changes)}
    model = virtual_market(**market, levers=[policy], seed=seed)
    rng = np.random.default_rng(seed)
    model.providers.management[:] = rng.normal(0.0, 0.1, model.providers.capacity)
    for _ in range(36):
        model.step()
    providers = model.providers
    weights = providers.demand_minutes[:, Payer.COUNCIL].astype(float)
    values = providers.price[:, Payer.COUNCIL] if column == "price" else providers.management
    return float((values * weights).sum() / weights.sum())


def test_weight_on_price_gives_care_to_the_cheap_and_weight_on_quality_to_the_well_managed() -> None:
    seeds = range(6)
    cheap = [mean_after(weighing(1.0), "price", n) - mean_after(weighing(0.0), "price", n) for n in seeds]
    managed = [mean_after(weighing(0.0), "quality", n) - mean_after(weighing(1.0), "quality", n) for n in seeds]
    assert np.mean(cheap) < -10
    assert np.mean(managed) > 0.02
    assert max(cheap) < 0 < min(managed)


def test_councils_that_see_quality_without_error_give_more_care_to_the_well_managed() -> None:
    def seeing(share: float) -> Policy:
        def write(book: Rulebook) -> None:
            book.tender_price_weight.replace(0.0)
            book.contract_years.replace(1)
            DataIntegration.model_validate({"from": "2016-04", "share": share}).write(book, 0, 1.0)

        return Policy(write, "seeing")

    def quality(share: float, seed: int) -> float:
        return mean_after(seeing(share), "quality", seed, tender_error=0.5)

    gains = [quality(1.0, seed) - quality(0.0, seed) for seed in range(12)]
    assert np.mean(gains) > 0.01
    assert sorted(gains)[2] > 0, "few bid for the care of a market, and the well managed are not in all"


def test_a_good_bid_beats_a_cheap_one_only_where_quality_counts() -> None:
    def score(price: int, management: float, weight: float) -> float:
        return float(bid_score(price, 2000.0, management, 0.0, weight, 0.0, RECORD))

    assert score(1800, 0.0, 1.0) > score(2000, 0.2, 1.0)
    assert score(1800, 0.0, 0.0) < score(2000, 0.2, 0.0)
    assert score(2000, 0.0, 0.5) == pytest.approx(0.0)


def test_hours_in_a_block_hold_when_need_dips() -> None:
    def council_hours(block: float) -> tuple[float, float]:
        model = virtual_market(**MARKET, levers=[weighing(0.5, block)])
        for _ in range(24):
            model.step()
        at_first = model.providers.demand_minutes[:, Payer.COUNCIL].sum()
        model.councils.person_minutes[...] /= 2.0
        for _ in range(11):
            model.step()
        return float(at_first), float(model.providers.demand_minutes[:, Payer.COUNCIL].sum())

    free, block = council_hours(0.0), council_hours(0.9)
    assert free[1] < 0.7 * free[0]
    assert block[1] > 0.8 * block[0]
