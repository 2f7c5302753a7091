"""Care homes short of staff close beds, hospitals wait, and self-funders become the council's to pay for."""

from __future__ import annotations

from typing import Any

import numpy as np
from markets import Policy, surely

from sim.model import CareLabourModel
from sim.parameters import behaviour
from sim.units import MONTHS_PER_YEAR, Payer, Sector, Service, Status
from sim.virtual_market import virtual_market

NURSING = Service.NURSING
SHORT: dict[str, Any] = {"service": NURSING, "vacancies": 0.4, "pool": 0.05}
STAFFED: dict[str, Any] = {"service": NURSING, "vacancies": 0.02}
NO_CLOSURES = behaviour(switched_off=("bed_closures",))
NO_SPEND_DOWN = behaviour(switched_off=("spend_down",))
HIGHER_LIMIT = Policy(lambda book: book.capital_limit.replace(10_000_000))


def step(model: CareLabourModel, months: int) -> CareLabourModel:
    for _ in range(months):
        model.step()
    return model


def same_columns(one: CareLabourModel, other: CareLabourModel) -> bool:
    tables = ("workers", "providers", "councils", "nhs")
    first, second = one.world.state(), other.world.state()
    return all((first[table][name] == second[table][name]).all() for table in tables for name in first[table])


# Beds


def test_an_understaffed_home_closes_beds_before_it_closes() -> None:
    model = virtual_market(**SHORT)
    patience = int(model.behaviour.bed_patience)
    step(model, patience)
    providers = model.providers
    assert not providers.beds_closed.any(), "a home waits for some months"
    step(model, 3)
    closed = providers.beds_closed > 0
    assert closed[:40].mean() > 0.5
    assert providers.active[closed].all()
    assert (providers.room_minutes[closed] == 0).all(), "nobody is admitted"
    residents = model.councils.bought_minutes.sum()
    step(model, MONTHS_PER_YEAR)
    assert model.councils.bought_minutes.sum() < residents


def test_beds_reopen_once_a_home_is_staffed() -> None:
    model = virtual_market(**STAFFED)
    model.providers.beds_closed[:40] = 0.3
    shares = [step(model, 1).providers.beds_closed[:40].mean() for _ in range(18)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.2
    assert shares[-1] < 0.02


def test_residents_are_not_moved_out_faster_than_they_come_and_go() -> None:
    model = virtual_market(**STAFFED)
    model.providers.beds_closed[:40] = 0.4
    model.providers.months_short[:40] = 9
    model.providers.missed_minutes[:40] = model.providers.demand_minutes[:40].sum(axis=1) // 2
    before = model.providers.demand_minutes.sum()
    model.step()
    lost = 1.0 - model.providers.demand_minutes.sum() / before
    assert 0.0 < lost <= model.behaviour.home_turnover + 0.001


def test_a_home_that_loses_money_on_councils_takes_nobody_in_but_moves_nobody_out() -> None:
    def handed_back(service: Service) -> tuple[float, float]:
        model = virtual_market(service=service, council_share=0.5, margin=0.02)
        providers = model.providers
        providers.fee[:, Payer.COUNCIL] = providers.fee[:, Payer.COUNCIL] * 0.6
        providers.reserves[:] = 0
        model.step()
        before = providers.demand_minutes[:, Payer.COUNCIL].sum()
        model.step()
        return 1.0 - providers.demand_minutes[:, Payer.COUNCIL].sum() / before, model.behaviour.home_turnover

    lost, turnover = handed_back(NURSING)
    assert 0.0 < lost <= turnover + 0.001
    assert handed_back(Service.HOME_CARE)[0] > 1.5 * lost, "home care is handed back as fast as it loses money"


def test_a_home_short_of_money_and_of_staff_moves_nobody_out_either() -> None:
    model = virtual_market(service=NURSING, council_share=1.0, margin=0.02)
    providers = model.providers
    providers.fee[:, Payer.COUNCIL] = providers.fee[:, Payer.COUNCIL] * 0.6
    providers.reserves[:] = 0
    model.step()
    providers.beds_closed[:] = 0.3
    providers.months_short[:] = 9
    providers.missed_minutes[:] = providers.demand_minutes.sum(axis=1) // 2
    before = providers.demand_minutes[:, Payer.COUNCIL].copy()
    model.step()
    homes = (providers.active == 1) & (before > 0)
    lost = 1.0 - providers.demand_minutes[homes, Payer.COUNCIL] / before[homes]
    assert 0.0 < lost.max() <= model.behaviour.home_turnover + 0.001


def test_closed_beds_delay_discharges_and_no_bed_closes_where_the_mechanism_is_off() -> None:
    more = []
    for seed in range(6):
        closing, off = virtual_market(seed=seed, **SHORT), virtual_market(seed=seed, behaviour=NO_CLOSURES, **SHORT)
        step(closing, MONTHS_PER_YEAR), step(off, MONTHS_PER_YEAR)
        assert not off.providers.beds_closed.any()
        more.append(closing.councils.delayed_discharges.sum() - off.councils.delayed_discharges.sum())
    assert surely(more) > 0
    staffed = step(virtual_market(**STAFFED), MONTHS_PER_YEAR)
    assert staffed.councils.delayed_discharges.sum() < min(more)


# Self-funders


def test_spend_down_moves_hours_and_cost_to_the_council_one_for_one() -> None:
    usual, limit = (virtual_market(levers=levers, **STAFFED) for levers in ([], [HIGHER_LIMIT]))
    moved = 0
    for _ in range(MONTHS_PER_YEAR):
        usual.step(), limit.step()
        assert not usual.ledger.spent_down.any(), "the usual flow is in the growth of need"
        moved += limit.ledger.spent_down.sum()
    need = limit.councils.need_minutes - usual.councils.need_minutes
    assert moved > 0
    assert need[:, NURSING, Payer.COUNCIL].sum() == moved
    assert need[:, NURSING, Payer.SELF_FUNDER].sum() == -moved
    assert limit.councils.spent_down_minutes.sum() == moved
    paid = (limit.ledger.payments - usual.ledger.payments).sum(axis=(0, 1))
    assert paid[Payer.COUNCIL] > 0 > paid[Payer.SELF_FUNDER]


def test_dearer_places_use_up_means_sooner() -> None:
    model = step(virtual_market(**STAFFED), 1)
    model.providers.fee[:, Payer.SELF_FUNDER] = model.providers.fee[:, Payer.SELF_FUNDER] * 1.3
    model.step()
    assert model.ledger.spent_down.sum() > 0
    cheaper = step(virtual_market(**STAFFED), 1)
    cheaper.providers.fee[:, Payer.SELF_FUNDER] = cheaper.providers.fee[:, Payer.SELF_FUNDER] * 0.7
    cheaper.step()
    assert cheaper.ledger.spent_down.sum() < 0


def test_those_who_ran_out_of_means_are_replaced_in_time() -> None:
    """A higher limit shifts who pays to a new level, and not for ever."""
    model = virtual_market(levers=[HIGHER_LIMIT], **STAFFED)
    flows = [step(model, 1).ledger.spent_down.sum() for _ in range(8 * MONTHS_PER_YEAR)]
    assert flows[-1] < 0.25 * flows[0]
    assert model.providers.demand_minutes[:, Payer.SELF_FUNDER].sum() > 0


def test_without_the_mechanism_the_limit_changes_nothing_to_the_bit() -> None:
    one, other = (
        virtual_market(levers=levers, behaviour=NO_SPEND_DOWN, **SHORT)
        for levers in ([Policy(lambda book: None)], [HIGHER_LIMIT])
    )
    step(one, MONTHS_PER_YEAR), step(other, MONTHS_PER_YEAR)
    assert same_columns(one, other)
    assert not same_columns(one, step(virtual_market(levers=[HIGHER_LIMIT], **SHORT), MONTHS_PER_YEAR))


# Quality


def test_work_in_induction_is_that_of_people_in_their_first_months() -> None:
    model = step(virtual_market(service=[NURSING, Service.HOME_CARE], vacancies=0.2), 6)
    workers, months = model.workers, int(model.behaviour.induction_months)
    new = (workers.status == Status.CARE) & (model.month - 1 - workers.job_start < months)
    assert model.stock.untrained.sum() == workers.worked_minutes[new].sum() > 0
    by_service = model.stock.untrained[:, :, Sector.INDEPENDENT].sum(axis=(0, 2))
    assert np.flatnonzero(by_service).tolist() == [NURSING, Service.HOME_CARE]
