"""What emerges from floors of pay and from bans of contracts, on small markets: pairs with and without them."""

from __future__ import annotations

import numpy as np
from markets import PROVIDERS, TWO_YEARS, YEAR, Policy, paired, simulated, surely

from sim.coverage import AppliesTo
from sim.levers.funding import Funding
from sim.model import CareLabourModel
from sim.rulebook import Rulebook
from sim.units import Role, Status
from sim.virtual_market import virtual_market

# Pay floors

HIGH_FLOOR = 850


def test_a_higher_floor_squeezes_differentials() -> None:
    def measure(model: CareLabourModel) -> tuple[float, float, float]:
        simulated(model, YEAR)
        workers, posted = model.workers, model.providers.posted_pay[:PROVIDERS].astype(float)
        care = (workers.status == Status.CARE) & (workers.role == Role.CARE_WORKER)
        years = (model.month - workers.sector_start) / YEAR
        experience = workers.pay[care & (years >= 5)].mean() - workers.pay[care & (years < 1)].mean()
        senior = (posted[:, Role.SENIOR_CARE_WORKER] / posted[:, Role.CARE_WORKER]).mean()
        return experience, senior, workers.pay[care].mean()

    floor = Policy(lambda book: book.pay_floor.floor(HIGH_FLOOR))
    without, with_floor = paired(measure, {}, {"levers": [floor]})
    experience, senior, pay = (with_floor - without).T
    assert surely(pay) > 0
    assert surely(-experience) > 0
    assert surely(-senior) > 0


PAID = {"cover": 1.0, "from": "new_grant"}


def unfunded(book: Rulebook) -> None:
    book.pay_floor.floor(HIGH_FLOOR)


def funded(book: Rulebook) -> None:
    terms = {"council": PAID, "nhs": PAID, "include": ["on_costs", "differentials"], "ring_fenced": True}
    everybody = book.scope(AppliesTo(), "", 1.0)
    Funding.model_validate(terms).cover_floor(book, everybody, book.pay_floor.floor(HIGH_FLOOR, where=everybody))


def test_with_fees_held_down_a_funded_and_an_unfunded_floor_part_ways() -> None:
    def measure(model: CareLabourModel) -> tuple[float, ...]:
        agency = missed = returned = 0
        for _ in range(TWO_YEARS):
            model.step()
            agency += model.providers.agency_minutes.sum()
            missed += model.providers.missed_minutes.sum()
            returned += model.ledger.returned.sum()
        margin = model.providers.margin[model.providers.active == 1].mean()
        return margin, agency, missed, returned, model.councils.bought_minutes.sum(), model.ledger.grants.sum()

    with_money, without = paired(measure, {"levers": [Policy(funded)]}, {"levers": [Policy(unfunded)]})
    margin, agency, missed, returned, bought, grants = (with_money - without).T
    assert surely(margin) > 0
    # Employers without money buy less agency time, so that more visits are missed and more care is handed back.
    assert surely(agency) > 0
    assert surely(-missed) > 0
    assert surely(-returned) > 0
    assert surely(bought) > 0
    assert (grants > 0).all()


# Contracts


def test_a_zero_hours_ban_harms_those_who_prefer_zero_hours_and_helps_most() -> None:
    ban = Policy(lambda book: book.minimum_contract_minutes.floor(16 * 60))
    keep = Policy(lambda book: book.keep_zero_hours_if_preferred.switch(True), name="keep")
    for seed in range(4):
        free, banned, kept = (
            simulated(virtual_market(seed=seed, zero_hours=0.6, levers=levers), 1)
            for levers in ([], [ban], [ban, keep])
        )
        on_zero_hours = (free.workers.status == Status.CARE) & (free.workers.contract_minutes == 0)
        for other in (banned, kept):
            on_zero_hours &= other.workers.employer == free.workers.employer
        rows = np.flatnonzero(on_zero_hours)
        prefer = free.workers.value_of_guarantee[rows] < 0
        gain = banned.value_of_jobs(rows) - free.value_of_jobs(rows)
        assert 0.1 < prefer.mean() < 0.5
        # A short week made longer by the ban can be worth more than the guarantee costs; so can self-employment.
        same_hours = free.workers.worked_minutes[rows] == banned.workers.worked_minutes[rows]
        guaranteed = banned.workers.self_employed[rows] == 0
        assert (gain[prefer & guaranteed & same_hours] < 0).all()
        assert gain[prefer & guaranteed].mean() < 0
        assert (gain[~prefer] > 0).all()
        assert (gain > 0).mean() > 0.5
        spared = kept.value_of_jobs(rows) - free.value_of_jobs(rows)
        assert (spared[prefer] == 0).all()
        assert (spared[~prefer] > 0).all()


def test_a_ban_makes_nobody_work_more_hours_than_wanted() -> None:
    ban = Policy(lambda book: book.minimum_contract_minutes.floor(35 * 60))
    model = simulated(virtual_market(zero_hours=0.6, levers=[ban]), 6)
    workers = model.workers
    in_care = (workers.status == Status.CARE) & (workers.self_employed == 0)
    short = in_care & (workers.wanted_minutes < 35 * 60)
    assert short.sum() > 100
    assert (workers.contract_minutes[short] <= workers.wanted_minutes[short]).all()
    assert (workers.worked_minutes[short] <= workers.wanted_minutes[short]).mean() > 0.95
