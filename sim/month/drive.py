"""Drivers: each verb of the month hands its kernel the arrays it needs and shares the rows among threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.crew import Piece
from sim.month import advertise as advertise_kernels
from sim.month import agency as agency_kernels
from sim.month import circumstances as circumstance_kernels
from sim.month import commission as commission_kernels
from sim.month import contract_law as contract_kernels
from sim.month import count_groups as group_kernels
from sim.month import deliver as deliver_kernels
from sim.month import fees as fee_kernels
from sim.month import hire as hire_kernels
from sim.month import leave as leave_kernels
from sim.month import look as look_kernels
from sim.month import lookers as looker_kernels
from sim.month import offers as offer_kernels
from sim.month import plan as plan_kernels
from sim.month import prices as price_kernels
from sim.month import set_pay as pay_kernels
from sim.month import settle as settle_kernels
from sim.month import sponsor as sponsor_kernels
from sim.month import start_jobs as start_kernels
from sim.month import stock as stock_kernels
from sim.month import train as training_kernels
from sim.month.drive_pools import people_of_pools
from sim.rules.leaving import outside_job_chance
from sim.rules.migration import arrivals_possible
from sim.rules.search import outside_offer_chance
from sim.units import PayCost, Payer, Service

if TYPE_CHECKING:
    from sim.model import CareLabourModel

Rows = NDArray[np.uint64]
ROOM_FOR_NEWCOMERS = 0.12
"""Empty rows kept ready, as a share of all rows: as many as ten years of recruits from overseas take, so that a table
is copied once in these."""


def prepare(model: CareLabourModel) -> None:
    """Work out what a month takes over from the one before, where a run begins."""
    world = model.world
    if not world.peers.any():
        councils, going, unaided = world.councils.capacity, world.peers, world.unaided_peers
        pay_kernels.peer_pay(0, councils, world.providers.columns, world.reach, going, unaided)
        for rates in (going, unaided):
            np.maximum(rates, model.law.adult_rate, out=rates)
        world.floor_before[...] = model.law.pay_floor
        set_prices_of_month(model)


def start_jobs(model: CareLabourModel) -> None:
    """Recruits start work: who does, then the posts, then the terms of each new job."""
    w, s = model.world, model.world.scratch
    workers, providers, rows = w.workers.columns, w.providers.columns, w.workers.capacity
    seed, month, law, p = model.draw_seed, model.month, model.law, model.p
    due, listed = s.marks, s.listed

    def judge(lo: np.uint64, hi: np.uint64) -> Rows:
        return listed[lo : start_kernels.judge_starts(lo, hi, seed, month, workers, providers, law, p, due, listed)]

    def start(starting: Rows) -> None:
        start_kernels.start_jobs(
            seed, month, workers, providers, w.nhs.columns, w.councils.columns, law, p, model.ledger, due, starting
        )

    def settle(starting: Rows) -> None:
        start_kernels.settle_terms(seed, month, workers, providers, w.reach, law, p, due, starting)

    model.crew.relay(rows, judge, start, settle)


def set_pay(model: CareLabourModel) -> None:
    """Employers set the pay they post, staff follow, and the going rates are worked out."""
    w, s = model.world, model.world.scratch
    policy_on = int(bool(model.levers))
    model.crew.over(
        w.providers.capacity, pay_kernels.set_pay, model.draw_seed, model.month, w.providers.columns, model.law,
        model.p, s.before, w.floor_before, policy_on, s.changed,
    )  # fmt: skip
    model.crew.over(
        w.workers.capacity, pay_kernels.uprate_staff, model.month, w.workers.columns, w.providers.columns,
        w.councils.columns, w.peers, model.law, model.p, s.before, s.changed,
    )  # fmt: skip
    model.crew.over_councils(
        w.councils.capacity, pay_kernels.peer_pay, w.providers.columns, w.reach, w.peers, w.unaided_peers
    )


def set_prices(model: CareLabourModel) -> None:
    """Fees are uprated in April; what each payer pays this month."""
    w = model.world
    if model.law.april == 1:
        model.crew.over_councils(
            w.councils.capacity, fee_kernels.uprate_fees, w.councils.columns, w.providers.columns, w.reach,
            model.law, model.p,
        )  # fmt: skip
    set_prices_of_month(model)


def set_prices_of_month(model: CareLabourModel) -> None:
    """What each payer pays this month, once it is known what policies typically cost in each council."""
    w = model.world
    model.crew.over(
        w.providers.capacity, price_kernels.set_prices, w.providers.columns, model.law, model.p, typical_costs(model)
    )


def typical_costs(model: CareLabourModel) -> NDArray[np.float64]:
    """[L, S, Y, K, cost] what policies on pay add to an hour of care where cover is one rate for all, pence."""
    w, law = model.world, model.law
    shape = (w.councils.capacity, len(Service), len(Payer), len(law.policy_cover), len(PayCost))
    if law.policy_ring_fenced.all():  # nobody is paid one rate
        return np.zeros(shape)
    paid, bought = np.zeros((2, *shape), dtype=np.int64)
    model.crew.over_councils(
        w.councils.capacity, price_kernels.typical_costs, w.providers.columns, w.reach, law, model.p, paid, bought
    )
    return paid / np.maximum(bought, 1)


def commission(model: CareLabourModel) -> None:
    """Need grows, money is rationed at the month's prices, care is bought."""
    w = model.world
    model.crew.over_councils(
        w.councils.capacity, commission_kernels.commission, w.councils.columns, w.providers.columns, w.reach,
        model.law, model.p,
    )  # fmt: skip


def plan_posts(model: CareLabourModel) -> None:
    """Posts providers want filled, and how many people a central plan brings to fill them."""
    w = model.world
    model.crew.over(
        w.providers.capacity, plan_kernels.plan_posts, model.draw_seed, w.providers.columns, model.law, model.p
    )
    model.crew.over_councils(
        w.councils.capacity, plan_kernels.plan_recruitment, model.month, w.councils.columns, w.providers.columns,
        w.reach, model.law,
    )  # fmt: skip


def contract_law(model: CareLabourModel) -> None:
    """Contracts of staff are brought into line with the law, when there is any law on them."""
    law, w = model.law, model.world
    any_law = law.minimum_contract_minutes.any() or (law.offer_threshold_minutes >= 0).any()
    any_law |= law.full_time_minutes.any()
    if not any_law and not w.workers.self_employed.any():
        return
    seed, month, p = model.draw_seed, model.month, model.p
    workers, providers, councils = w.workers.columns, w.providers.columns, w.councils.columns
    going = model.crew.listing(
        w.workers.capacity, contract_kernels.contract_law, w.scratch.listed, seed, month, workers, providers, councils,
        w.peers, law, p, contract_kernels.strictest_law(law), w.scratch.marks,
    )  # fmt: skip
    contract_kernels.go_to_agencies(seed, month, workers, providers, councils, w.peers, p, model.ledger, going)


def licences(model: CareLabourModel) -> None:
    """Sponsor licences are won and lost."""
    w = model.world
    if model.law.visa_open.any() or model.law.enforcement > 0.0 or model.law.hub_joining.any():
        model.crew.over(
            w.providers.capacity, sponsor_kernels.licences, model.draw_seed, model.month, w.providers.columns,
            model.law, model.p,
        )  # fmt: skip


def describe_jobs(model: CareLabourModel) -> None:
    """What is common to all jobs at each provider this month."""
    w = model.world
    model.crew.over(w.providers.capacity, advertise_kernels.describe_jobs, w.providers.columns, model.law, model.p)
    advertise_kernels.describe_places(0, w.councils.capacity, w.peers, model.law, model.p, w.usual)


def circumstances(model: CareLabourModel) -> None:
    """Life changes for some."""
    w = model.world
    model.crew.over(
        w.workers.capacity, circumstance_kernels.circumstances, model.draw_seed, model.month, w.workers.columns,
        model.p, w.scratch.marks, w.scratch.listed,
    )  # fmt: skip


def train(model: CareLabourModel) -> None:
    """Staff in training qualify, where a policy pays for their time."""
    if model.law.qualifying_chance.any():
        w = model.world
        model.crew.over(
            w.workers.capacity, training_kernels.train, model.draw_seed, model.month, w.workers.columns, model.law,
            float(model.law.qualifying_chance.max()), w.scratch.marks, w.scratch.listed,
        )  # fmt: skip


def leave(model: CareLabourModel) -> None:
    """People leave without a job to go to."""
    w, s, providers = model.world, model.world.scratch, model.world.providers
    model.crew.over(
        providers.capacity, leave_kernels.find_unsettled, model.month, providers.columns, model.law, s.unsettled
    )
    workers, councils, law, p = w.workers.columns, w.councils.columns, model.law, model.p
    decision, listed = s.marks, s.listed

    def decide(lo: np.uint64, hi: np.uint64) -> Rows:
        end = leave_kernels.decide_to_leave(
            lo, hi, model.draw_seed, model.month, workers, providers.columns, councils, w.peers, w.usual, law, p,
            s.unsettled, decision, listed,
        )  # fmt: skip
        return listed[lo:end]

    def leave(leaving: Rows) -> None:
        leave_kernels.leave(
            model.month, workers, providers.columns, w.nhs.columns, councils, law, p, model.ledger, decision, leaving
        )

    model.crew.relay(w.workers.capacity, decide, leave)


def look(model: CareLabourModel) -> None:
    """Open posts are advertised; people in care, those who left, and the pools look at them and apply."""
    w = model.world
    model.crew.over(
        w.providers.capacity, advertise_kernels.advertise, model.draw_seed, w.providers.columns, w.peers, model.law,
        model.p,
    )  # fmt: skip
    chances = look_kernels.Chances(
        outside_offer_chance(model.law.tightness, model.p), outside_job_chance(model.law.tightness, model.p)
    )
    seed, month, law, p = model.draw_seed, model.month, model.law, model.p
    workers, providers = w.workers.columns, w.providers.columns
    look_kernels.most_by_age(w.scratch.most_looking, p)
    rows = model.crew.listing(
        w.workers.capacity, look_kernels.decide_to_look, w.scratch.listed, seed, month, workers, providers,
        w.nhs.columns, w.councils.columns, w.peers, w.usual, law, p, w.scratch.most_looking, w.scratch.needed,
        w.scratch.marks,
    )  # fmt: skip
    pool = people_of_pools(model)
    usual = max(model.behaviour.looks_employed, model.behaviour.looks_out_of_work)
    looks = int(usual) + int(law.hub_matches.max())
    lookers = w.scratch.lookers.open_for(rows.size, pool.home.size, 1 + looks)
    model.crew.over(
        rows.size, looker_kernels.gather_agents, month, rows, workers, providers, w.scratch.needed, law, p, lookers
    )
    model.crew.over(pool.home.size, looker_kernels.draw_from_pool, seed, month, pool, w.mix, law, p, rows.size, lookers)
    everybody = lookers.row.size
    model.crew.over(everybody, offer_kernels.come_across, seed, month, lookers, w.reach)
    model.crew.over(everybody, offer_kernels.look_over, seed, month, lookers, providers, w.peers, law, p)
    model.crew.over(
        everybody, look_kernels.apply, seed, month, lookers, workers, providers, w.nhs.columns, w.councils.columns,
        w.peers, w.reach, chances, law, p,
    )  # fmt: skip


def hire(model: CareLabourModel) -> None:
    """The NHS and employers outside take whom they take; care employers choose among the rest."""
    w, s = model.world, model.world.scratch
    lookers, members, places = s.lookers.columns, s.lookers.members, s.lookers.places
    model.crew.together(
        [
            lambda: _leave_for_elsewhere(model, places),
            lambda: hire_kernels.group_by_post(lookers, s.group_start, s.group_filled, members),
        ]
    )
    model.crew.over(w.providers.capacity, hire_kernels.choose, w.providers.columns, s.group_start, members, lookers)
    first = s.lookers.agents
    _make_room(model, int(lookers.chosen[first:].sum()))
    workers, councils, free = w.workers.columns, w.councils.columns, w.free_rows()

    def seat(places: Piece) -> None:
        hire_kernels.seat_newcomers(*places, lookers, workers, councils, model.ledger, free)

    def accept(places: Piece) -> None:
        hire_kernels.accept(
            *places, model.draw_seed, model.month, lookers, workers, councils, w.mix, model.law, model.p
        )

    model.crew.relay(lookers.row.size, lambda lo, hi: (lo, hi), seat, accept)


def _make_room(model: CareLabourModel, needed: int) -> None:
    """Grow the workers' table when rows that anybody may have run short."""
    workers = model.workers
    if np.count_nonzero(workers.uid[model.world.row_blocks[-1] :] == 0) < needed:
        workers.grow(workers.capacity + needed + int(ROOM_FOR_NEWCOMERS * workers.capacity))
        model.world.scratch.fit(model.world)


def _leave_for_elsewhere(model: CareLabourModel, room: np.ndarray) -> None:
    """Moves to the NHS, to agencies and outside; `room` is working room for a list of people."""
    w, s = model.world, model.world.scratch
    lookers = s.lookers.columns
    hire_kernels.count_nhs_applicants(lookers, s.nhs_applicants)
    hire_kernels.nhs_month(
        model.draw_seed, model.month, w.nhs.columns, model.law, model.p, model.ledger, s.nhs_applicants, s.nhs_quota,
        s.nhs_chance,
    )  # fmt: skip
    places = room[: hire_kernels.list_applicants_elsewhere(lookers, room)]
    hire_kernels.leave_for_work_elsewhere(
        model.draw_seed, model.month, places, lookers, s.nhs_chance, s.nhs_quota, w.workers.columns,
        w.providers.columns, w.nhs.columns, w.councils.columns, w.peers, model.law, model.p, model.ledger,
    )  # fmt: skip
    hire_kernels.fill_rest_of_nhs(w.nhs.columns, s.nhs_quota, model.ledger)


def arrive(model: CareLabourModel) -> None:
    """Visas are granted to recruits from overseas, who come some months later."""
    w, s, law = model.world, model.world.scratch, model.law
    caps = np.where(law.visa_open == 1, law.visa_cap[law.visa_cap_of], 0)
    if not caps.any():
        return
    model.crew.over(
        w.providers.capacity, sponsor_kernels.sponsor_wishes, model.draw_seed, w.providers.columns, law, model.p,
        s.wishes,
    )  # fmt: skip
    wanted = s.wishes.sum(axis=0)
    if not wanted[caps > 0].any():
        return
    _make_room(model, int(wanted.sum()))
    shares = _shares_granted(model, caps, wanted)
    sponsor_kernels.arrive(
        model.draw_seed, model.month, shares, s.wishes, w.workers.columns, w.providers.columns,
        w.councils.columns, w.reach, w.mix, law, model.p, model.ledger, w.free_rows(),
    )  # fmt: skip


def _shares_granted(model: CareLabourModel, caps: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """[R] share of the recruits wanted in each role who may come; roles that count against one cap share it."""
    law, shares = model.law, np.zeros(caps.size)
    for role in range(caps.size):
        together = int(wanted[law.visa_cap_of == law.visa_cap_of[role]].sum())
        if together > 0:
            possible = arrivals_possible(
                int(caps[role]), int(law.visa_limit[law.visa_cap_of[role]]), int(law.visa_dependants[role]),
                int(law.visa_dependants_actual[role]), model.world.scale, model.p,
            )  # fmt: skip
            shares[role] = min(1.0, possible / together)
    return shares


def take_stock(model: CareLabourModel) -> None:
    """Staff are counted, for delivery and for results. The arrays are reused: `model.stock` holds for a month."""
    w, law = model.world, model.law
    while len(w.scratch.stocks) < model.crew.threads:
        w.scratch.stocks.append(stock_kernels.empty_stock(w.councils.capacity, w.regions, w.providers.capacity))
    outs = w.scratch.stocks[: model.crew.threads]
    for array in (array for out in outs for array in out):
        array.fill(0)
    workers, providers, rows = w.workers.columns, w.providers.columns, w.workers.capacity
    model.crew.into(rows, stock_kernels.count_agency, outs, workers)
    model.crew.into(
        rows, stock_kernels.count_teams, outs, model.month, workers, providers, law, model.p, w.scratch.listed
    )
    if model.counting > stock_kernels.Counting.NEEDED:
        model.crew.into(
            rows, stock_kernels.count_people, outs, model.month, workers, providers, w.councils.columns, law, model.p,
            model.counting == stock_kernels.Counting.IN_FULL, w.scratch.listed,
        )  # fmt: skip
    for other in outs[1:]:
        for total, part in zip(outs[0], other, strict=True):
            total += part
    model.stock = outs[0]
    if model.counting == stock_kernels.Counting.IN_FULL:
        model.crew.over(rows, group_kernels.find_groups, model.month, workers, w.scratch.combination)
        combinations = [group_kernels.empty_combinations() for _ in outs]
        model.crew.into(rows, group_kernels.count_groups, combinations, workers, w.scratch.combination)
        people, pay = np.sum(combinations, axis=0)
        group_kernels.count_kinds(people, model.stock.groups)
        group_kernels.count_kinds(pay, model.stock.group_pay)


def deliver(model: CareLabourModel) -> None:
    """Care is delivered by staff, overtime and agency; the rest is missed or handed back."""
    w, s = model.world, model.world.scratch
    model.crew.over(
        w.providers.capacity, deliver_kernels.staff_and_agency, w.providers.columns, model.law, model.p,
        model.stock.teams, s.agency_wanted,
    )  # fmt: skip
    deliver_kernels.area_totals(
        w.providers.columns, w.councils.columns, model.law, model.p, s.agency_wanted, model.stock.agency,
        s.wanted_in_area, s.offered_in_area, s.agency_paid, s.agency_usual,
    )  # fmt: skip
    model.crew.over(
        w.providers.capacity, deliver_kernels.deliver, w.providers.columns, w.councils.columns, model.p,
        s.agency_wanted, s.wanted_in_area, s.offered_in_area,
    )  # fmt: skip
    agency_kernels.agency_conditions(
        w.councils.columns, s.wanted_in_area, s.offered_in_area, s.agency_paid, s.agency_usual, model.p
    )


def settle(model: CareLabourModel) -> None:
    """Money settles; establishments close and open."""
    w = model.world
    model.crew.over_councils(
        w.councils.capacity, settle_kernels.settle, model.draw_seed, model.month, w.providers.columns,
        w.councils.columns, w.reach, model.law, model.p, model.ledger,
    )  # fmt: skip
    model.crew.over_councils(
        w.councils.capacity, settle_kernels.open_new, model.draw_seed, model.month, w.providers.columns,
        w.councils.columns, w.reach, w.peers, w.unaided_peers, model.law, model.p, model.ledger,
    )  # fmt: skip
