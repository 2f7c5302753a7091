"""What emerges: mechanisms shown on small markets, with fixed seeds and a margin of four standard errors.

Replicates are pairs: the same seed with and without a change, so that the difference is the change's doing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from markets import (
    APRIL_2016,
    PROVIDERS,
    SEEDS,
    THREE_YEARS,
    TWO_YEARS,
    YEAR,
    Market,
    People,
    Policy,
    leaving_rate,
    months,
    paired,
    simulated,
    surely,
)

from sim.jit import as_record
from sim.model import CareLabourModel
from sim.month.lookers import TO_CARE
from sim.parameters import behaviour
from sim.rules.search import looking_probability
from sim.units import LeaveReason, Sector, Source, Status, Visa
from sim.virtual_market import virtual_market

PAY, TENTH_MORE = 740, 814
TIGHT = {"vacancies": 0.15, "pool": 0.4}
"""Posts open everywhere and few people outside to fill them: one employer's gain has to be another's loss."""
LITTLE = 1.0 / 3.0
"""Share of an effect that counts as little beside it: an assumption."""


# One employer's pay and everybody's

ONE_IN_TEN = np.arange(PROVIDERS) % 10 == 9
ONE_PAYS_MORE: Market = {"pay": [PAY] * 9 + [TENTH_MORE]}
ALL_PAY_MORE: Market = {"pay": TENTH_MORE}
NOBODY_PAYS_MORE: Market = {"pay": PAY}


def at(model: CareLabourModel, providers: Any) -> Callable[[Any], Any]:
    """Whether an employer is one of these; sites that open beside them are not."""
    mask = np.zeros(model.providers.capacity + 1, dtype=bool)
    mask[: providers.size] = providers
    return lambda employer: mask[employer]


def test_one_employers_raise_wins_staff_from_its_neighbours() -> None:
    def measure(model: CareLabourModel) -> tuple[float, ...]:
        raised = at(model, ONE_IN_TEN)
        won = lost = 0
        for moves in months(model, TWO_YEARS):
            before, now = raised(moves.employer_before), raised(moves.employer_now)
            won += (moves.moved & now & ~before).sum()
            lost += (moves.moved & before & ~now).sum()
        filled = model.providers.posts_filled[:PROVIDERS].sum(axis=1)
        return won, lost, filled[ONE_IN_TEN].sum(), filled[~ONE_IN_TEN].sum()

    without, with_raise = paired(measure, NOBODY_PAYS_MORE | TIGHT, ONE_PAYS_MORE | TIGHT)
    won, lost, own_staff, neighbours_staff = (with_raise - without).T
    assert surely(won) > 0
    assert surely(-lost) > 0
    assert surely(own_staff) > 0
    assert surely(-neighbours_staff) > 0


@pytest.mark.parametrize(("market", "seeds", "most"), [({}, 100, 0.8), (TIGHT, 40, 0.6)])
def test_one_employers_raise_keeps_more_staff_than_the_same_raise_for_all(
    market: Market, seeds: int, most: float
) -> None:
    """Far more where posts are open everywhere: a tenth more for all leaves nobody a better offer within care."""

    def measure(model: CareLabourModel) -> float:
        raised = at(model, ONE_IN_TEN)
        return leaving_rate(model, TWO_YEARS, of=lambda moves: raised(moves.employer_before))

    markets = [pay | market for pay in (NOBODY_PAYS_MORE, ONE_PAYS_MORE, ALL_PAY_MORE)]
    nobody, one, everybody = paired(measure, *markets, seeds=seeds)
    kept_by_one, kept_by_all = nobody - one, nobody - everybody
    assert surely(kept_by_one) > 0
    assert surely(kept_by_one - kept_by_all) > 0
    assert kept_by_all.mean() < most * kept_by_one.mean()


# The ladder: private employers, councils, the NHS

PRIVATE, COUNCIL, NHS = 0, 1, 2


def flows(model: CareLabourModel, number: int) -> Any:
    """[from, to] people who moved between private employers, councils and the NHS."""
    sector = model.providers.sector

    def place(status: Any, employer: Any) -> Any:
        found = np.full(status.size, -1)
        found[status == Status.NHS] = NHS
        in_care = status == Status.CARE
        found[in_care] = np.where(sector[employer[in_care]] == Sector.DIRECT_PAYMENT, -1, sector[employer[in_care]])
        return found

    counts = np.zeros((3, 3))
    for moves in months(model, number):
        before = place(moves.status_before, moves.employer_before)
        now = place(moves.status_now, moves.employer_now)
        known = (before >= 0) & (now >= 0)
        np.add.at(counts, (before[known], now[known]), 1)
    return counts


def upward(counts: Any) -> tuple[Any, Any, Any]:
    """Net moves up each rung: private to council, council to NHS, private to NHS."""
    rungs = ((PRIVATE, COUNCIL), (COUNCIL, NHS), (PRIVATE, NHS))
    return tuple(counts[..., lower, higher] - counts[..., higher, lower] for lower, higher in rungs)


def test_people_climb_from_private_employers_to_councils_to_the_nhs_for_pay_and_terms_alone() -> None:
    sectors: Market = {"sector": [Sector.INDEPENDENT] * 3 + [Sector.COUNCIL]}
    terms: Market = {"pay": [PAY] * 3 + [860], "benefits": [0.0] * 3 + [0.1]}
    with_terms, without = paired(lambda model: flows(model, THREE_YEARS), sectors | terms, sectors)
    for net in upward(with_terms):
        assert surely(net) > 0
    # Without better terms little draws people to councils (their own services close and cut posts less, as nobody
    # bargains over their price): no coefficient stands behind the ladder.
    to_council, with_better = upward(without)[0], upward(with_terms)[0]
    assert surely(LITTLE * with_better - to_council) > 0
    assert surely(LITTLE * with_better + to_council) > 0


def test_people_climb_in_england_too() -> None:
    counts = np.array([flows(CareLabourModel(scale=0.03, seed=seed), THREE_YEARS) for seed in range(1, 5)])
    for net in upward(counts):
        assert surely(net) > 0


# Who looks, and who is taken


def test_the_old_look_less_however_bad_their_job_is() -> None:
    p = behaviour()
    young, old = (looking_probability(-5.0, age, as_record(p)) for age in (20.0, 60.0))
    assert young == p.search_most
    assert old / young == pytest.approx(np.exp(-4.0 * p.search_age))


def test_applicants_found_unfit_are_not_hired_though_posts_are_open() -> None:
    nobody_fits = behaviour({"suitable_share": 0.0})
    model = virtual_market(vacancies=0.2, seniors=0.2, behaviour=nobody_fits)
    started, promoted = np.zeros(len(Source)), 0
    for _ in range(YEAR):
        model.step()
        started += model.ledger.starters.sum(axis=tuple(range(model.ledger.starters.ndim - 1)))
        promoted += model.ledger.promoted.sum()
    assert model.providers.posts_open.sum() > 0
    assert started[Source.CARE] == started[Source.LOCAL_POOL] == 0
    assert promoted > 0  # an employer's own staff are known


def choices(model: CareLabourModel, number: int) -> tuple[int, int, bool]:
    """Applications elsewhere by people in care, and by people outside it; whether the former are for new posts only."""
    from_care = from_outside = 0
    all_new = True
    for _ in range(number):
        model.step()
        lookers, new = model.world.scratch.lookers.columns, model.providers.posts_new
        applied = (lookers.kind == TO_CARE) & (lookers.provider != lookers.employer)
        in_care = applied & (lookers.employer >= 0)
        from_care, from_outside = from_care + in_care.sum(), from_outside + (applied & (lookers.employer < 0)).sum()
        all_new &= bool((new[lookers.provider[in_care], lookers.post[in_care]] > 0).all())
    return from_care, from_outside, all_new


def test_people_in_care_pass_over_posts_that_have_long_been_open_and_others_do_not() -> None:
    never, always = (behaviour({"second_look": chance}) for chance in (0.0, 1.0))
    one_year = partial(choices, number=YEAR)
    without, with_second = paired(one_year, TIGHT | {"behaviour": never}, TIGHT | {"behaviour": always}, seeds=12)
    assert without[:, 2].all()
    assert not with_second[:, 2].any()
    assert surely(with_second[:, 0] - without[:, 0]) > 0
    assert (without[:, 1] > 0).all()


# The world outside care


def test_better_pay_outside_care_makes_people_leave() -> None:
    def measure(model: CareLabourModel) -> tuple[float, ...]:
        by_route = np.zeros(len(LeaveReason))
        for _ in range(TWO_YEARS):
            model.step()
            by_route += model.ledger.leavers.sum(axis=(0, 1, 2, 3))
        return by_route[LeaveReason.OTHER_JOB], by_route.sum(), model.stock.heads.sum()

    without, with_pay = paired(measure, {}, {"outside_pay": 1.1}, seeds=48)
    other_jobs, leavers, heads = (with_pay - without).T
    assert surely(other_jobs) > 0
    assert surely(leavers) > 0
    assert surely(-heads) > 0


def test_unemployment_brings_applicants() -> None:
    def measure(model: CareLabourModel) -> tuple[float, ...]:
        looking = applied = started = 0
        for _ in range(YEAR):
            model.step()
            looking += model.councils.looking.sum()
            lookers = model.world.scratch.lookers
            applied += (lookers.columns.kind[lookers.agents :] > 0).sum()
            started += model.ledger.starters[..., Source.LOCAL_POOL].sum()
        return looking, applied, started

    without, with_unemployment = paired(measure, {}, {"unemployment": 1.5})
    for more in (with_unemployment - without).T:
        assert surely(more) > 0


# Sponsored workers

HALF_LICENSED: Market = {"licensed": [True, False]}
SOME_SPONSORED: Market = HALF_LICENSED | {"sponsored": [0.2, 0.0]}
PORTABLE = Policy(lambda book: book.portability_months.replace(60))
MAY_SWITCH = Policy(lambda book: book.in_country_switching.switch(True), name="may_switch")


def test_sponsored_workers_leave_less_because_they_have_less_to_choose_from() -> None:
    """The same people, with or without a visa that ties them: nothing else differs between the two markets."""
    leaving, moving = [], []
    for seed in range(24):
        tied = virtual_market(seed=seed, levers=[MAY_SWITCH], **SOME_SPONSORED)
        people = tied.workers.uid[tied.workers.visa == Visa.SPONSORED].copy()
        free = virtual_market(seed=seed, levers=[MAY_SWITCH], **HALF_LICENSED)
        portable = virtual_market(seed=seed, levers=[MAY_SWITCH, PORTABLE], **SOME_SPONSORED)
        rates = np.array([rates_of(model, people) for model in (free, tied, portable)])
        leaving.append(rates[:, 0])
        moving.append(rates[:, 1])
    free_rate, tied_rate, portable_rate = np.array(leaving).T
    assert surely(free_rate - tied_rate) > 0
    assert surely(portable_rate - tied_rate) > 0
    assert (portable_rate - tied_rate).mean() > 0.5 * (free_rate - tied_rate).mean()
    free_moves, tied_moves, portable_moves = np.array(moving).T
    assert surely(free_moves - tied_moves) > 0
    assert surely(portable_moves - tied_moves) > 0


def rates_of(model: CareLabourModel, people: Any) -> tuple[float, float]:
    """Leavers, and moves between care jobs, for each month that these people were in post."""
    left = moved = there = 0
    for moves in months(model, TWO_YEARS):
        theirs = np.isin(moves.uid, people) & moves.employed
        there += theirs.sum()
        left += (theirs & moves.left).sum()
        moved += (theirs & moves.moved).sum()
    return left / there, moved / there


def test_people_who_need_a_new_sponsor_are_taken_only_where_an_employer_would_sponsor_anybody() -> None:
    def taken(sponsor_share: float, *levers: Policy) -> int:
        willing = behaviour({"sponsor_share": sponsor_share})
        market = virtual_market(licensed=True, sponsored=0.3, levers=[MAY_SWITCH, *levers], behaviour=willing)
        found = 0
        for _ in range(YEAR):
            market.step()
            lookers = market.world.scratch.lookers.columns
            elsewhere = (lookers.chosen == 1) & (lookers.provider != lookers.employer)
            found += (elsewhere & (lookers.tied == 1)).sum()
        return found

    assert taken(sponsor_share=0.0) == 0
    assert 0 < taken(sponsor_share=0.2) < taken(sponsor_share=0.8)
    assert taken(0.0, PORTABLE) > 0  # who needs no new sponsor is judged like anybody


# Teams that are too small

UNDERSTAFFED: Market = {"vacancies": 0.3, "pool": 0.3}
STAFFED: Market = {"vacancies": 0.04, "pool": 0.3}


def test_understaffing_is_felt_in_missed_care_before_people_and_providers_go() -> None:
    def measure(model: CareLabourModel) -> Any:
        table = []
        for moves in months(model, YEAR):
            missed = model.providers.missed_minutes.sum() / model.councils.bought_minutes.sum()
            table.append((missed, moves.left.sum() / moves.employed.sum(), model.ledger.closures.sum()))
        return np.array(table)

    staffed, understaffed = paired(measure, STAFFED, UNDERSTAFFED)
    missed, leaving, closures = np.moveaxis(understaffed - staffed, -1, 0)
    assert surely(missed[:, 0]) > 0.1
    assert leaving[:, 0].mean() <= 0
    assert closures[:, 0].mean() <= 0
    assert surely(leaving[:, 1:].mean(axis=1)) > 0


def test_strain_makes_people_leave_and_can_be_switched_off() -> None:
    def measure(model: CareLabourModel) -> tuple[float, float]:
        unforced = 0
        left = there = 0
        for moves in months(model, TWO_YEARS):
            unforced += model.ledger.leavers[..., [LeaveReason.NO_WORK, LeaveReason.ILL_HEALTH]].sum()
            left, there = left + moves.left.sum(), there + moves.employed.sum()
        return unforced / there, left / there

    off = behaviour(switched_off=("strain_feedback",))
    with_strain, without = paired(measure, UNDERSTAFFED, UNDERSTAFFED | {"behaviour": off})
    unforced, all_routes = (with_strain - without).T
    assert surely(unforced) > 0
    assert surely(all_routes) > 0


def test_replicates_are_pairs() -> None:
    """Without a change, a pair is the same to the last person; another seed is another market."""

    def measure(model: CareLabourModel) -> Any:
        simulated(model, YEAR)
        return model.stock.heads.sum(), model.ledger.payments.sum(), model.workers.pay.sum()

    first, second = paired(measure, {}, {"levers": [Policy(lambda book: None)]}, seeds=3)
    assert (first == second).all()
    assert len(np.unique(first[:, 1])) == 3


def test_leavers_counted_from_moves_are_those_of_the_books() -> None:
    model = virtual_market(**UNDERSTAFFED)
    for moves in months(model, YEAR):
        # Somebody who starts and leaves within the month is in the books and not among those there before it.
        # Whoever goes over with a contract has another employer and is no leaver.
        came_and_went = model.ledger.leavers.sum() + model.ledger.transferred.sum() - moves.left.sum()
        assert 0 <= came_and_went <= model.ledger.starters.sum()


def test_people_stay_where_a_workplace_has_other_merits_at_the_same_pay() -> None:
    """Half of the employers have merits worth a tenth of pay, the others lack as much."""

    def left(seed: int) -> float:
        model = virtual_market(seed=seed, month=APRIL_2016)
        better = np.arange(len(model.providers)) % 2 == 0
        model.providers.amenities[: better.size] = np.where(better, 0.1, -0.1)
        gone = np.zeros(2)
        people = People(model)
        for _ in range(12):
            moves = people.step()
            stopped = (moves.employer_before >= 0) & (moves.employer_now != moves.employer_before)
            gone += [stopped[moves.employer_before % 2 == side].sum() for side in (0, 1)]
        return float(gone[1] - gone[0])

    assert surely([left(seed) for seed in SEEDS]) > 0
