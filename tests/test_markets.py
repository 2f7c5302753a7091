"""Local markets: care of one place is bought from the few providers there, whatever others could give."""

from __future__ import annotations

import numpy as np
import pytest
from markets import after

from sim.history import Origin, spin_up
from sim.jit import as_record
from sim.model import CareLabourModel
from sim.parameters import Behaviour, behaviour
from sim.population.inputs import figures
from sim.reach import Reach
from sim.rules.commissioning import catchment_next, newcomers_catchment
from sim.units import Payer, Service
from sim.virtual_market import virtual_market

HOME_CARE = int(Service.HOME_CARE)
FOR_GOOD = 10_000
"""Month of a closure after which no site opens again."""


@pytest.fixture(scope="module")
def england() -> CareLabourModel:
    return CareLabourModel(scale=0.25, seed=5)


def markets_of(reach: Reach, council: int, service: int) -> list[np.ndarray]:
    """Rows of the providers of each local market."""
    cell = council * len(Service) + service
    numbers = range(reach.first_market[cell], reach.first_market[cell + 1])
    return [reach.in_market[reach.market_start[number] : reach.market_start[number + 1]] for number in numbers]


def test_every_provider_belongs_to_one_market_of_its_council_and_service(england: CareLabourModel) -> None:
    world, providers = england.world, england.providers
    seen = []
    for council in range(world.councils.capacity):
        for service in Service:
            for rows in markets_of(world.reach, council, service):
                assert (providers.council[rows] == council).all()
                assert (providers.service[rows] == service).all()
                seen.extend(rows.tolist())
    assert sorted(seen) == sorted(world.providers.rows().tolist())


def test_markets_are_of_four_providers_or_about_so_many() -> None:
    assert int(figures()["market_providers"]) == 4
    for number, markets in ((1, 1), (3, 1), (5, 1), (6, 2), (9, 2), (10, 3), (16, 4)):
        model = virtual_market(councils=1, providers=number)
        found = markets_of(model.world.reach, 0, HOME_CARE)
        open_there = [int((model.providers.active[rows] == 1).sum()) for rows in found]
        assert len(found) == markets
        assert sum(open_there) == number
        assert max(open_there) - min(open_there) <= 1


def test_empty_sites_are_dealt_out_too() -> None:
    model = virtual_market(councils=1, providers=40, behaviour=behaviour({"sites_community": 0.5}))
    found = markets_of(model.world.reach, 0, HOME_CARE)
    empty = [int((model.providers.active[rows] == 0).sum()) for rows in found]
    assert sum(empty) == 20
    assert max(empty) - min(empty) <= 1


def test_at_first_people_turn_to_those_who_give_their_care(england: CareLabourModel) -> None:
    model = virtual_market(councils=2, providers=40)
    before = model.providers.demand_minutes.copy()
    assert (model.providers.catchment_minutes == before).all()
    model.step()
    places = model.providers.council[:, None] * len(Payer) + np.arange(len(Payer))
    in_all = np.bincount(places.ravel(), weights=before.ravel()).reshape(2, -1)
    assert model.councils.catchment_minutes[:, HOME_CARE] == pytest.approx(in_all)


def test_those_who_turn_to_a_provider_follow_the_care_it_gives() -> None:
    p = as_record(behaviour({"catchment_speed": 0.05}))
    assert catchment_next(1000, 1000, p) == 1000
    assert catchment_next(1000, 0, p) == 950
    assert catchment_next(1000, 2000, p) == 1050
    held = 1000
    for _ in range(240):
        held = catchment_next(held, 0, p)
    assert held < 1 / 0.05


def test_a_newcomer_draws_those_who_wait_up_to_its_size() -> None:
    assert [newcomers_catchment(0, 900, waiting, 600) for waiting in (450, 150, 0)] == [450, 150, 0]
    assert [newcomers_catchment(0, 400, waiting, 600) for waiting in (450, 150, 0)] == [300, 100, 0]
    assert newcomers_catchment(0, 400, 0, 0) == 0


def test_a_site_that_opens_again_keeps_those_who_still_turn_to_it_where_these_are_more() -> None:
    assert [newcomers_catchment(before, 400, 450, 600) for before in (200, 300, 500)] == [300, 300, 500]
    assert newcomers_catchment(500, 400, 0, 0) == 500


def closed_in_one_market(model: CareLabourModel, month: int) -> tuple[np.ndarray, np.ndarray]:
    """Close all providers of the first home-care market of the first council; rows there, and of the others."""
    gone, *others = markets_of(model.world.reach, 0, HOME_CARE)
    providers = model.providers
    providers.active[gone], providers.demand_minutes[gone], providers.posts_sought[gone] = 0, 0, 0
    providers.closed[gone] = month
    return gone, np.concatenate(others)


NOBODY_MOVES = behaviour({"catchment_speed": 0.0})


def short_of(behaviour_: Behaviour, months: int) -> tuple[CareLabourModel, CareLabourModel, np.ndarray, np.ndarray]:
    """A market as usual, and one in which a market's providers closed for good; rows of these and of the others."""
    market = {"vacancies": 0.0, "zero_hours": 0.0, "behaviour": behaviour_}
    usual, short = after(1, **market), after(1, **market)
    gone, others = closed_in_one_market(short, FOR_GOOD)
    for model in (usual, short):
        for _ in range(months):
            model.step()
    return usual, short, gone, others


def test_care_that_nobody_is_left_to_give_in_a_market_is_not_bought_in_another() -> None:
    usual, short, gone, others = short_of(NOBODY_MOVES, 6)
    council, lost = int(usual.providers.council[gone[0]]), usual.providers.demand_minutes[gone].sum()
    more = short.councils.waiting_minutes[council].sum() - usual.councils.waiting_minutes[council].sum()
    assert more > 0.8 * lost, "people wait where their providers were"
    given = short.providers.demand_minutes[others].sum() / usual.providers.demand_minutes[others].sum()
    assert given == pytest.approx(1.0, abs=0.03)
    sought = short.providers.sought_minutes[others].sum() / usual.providers.sought_minutes[others].sum()
    assert sought == pytest.approx(1.0, abs=0.03)


def test_in_time_it_goes_elsewhere() -> None:
    usual, short, gone, others = short_of(behaviour({"catchment_speed": 0.1}), 18)
    council, lost = int(usual.providers.council[gone[0]]), usual.providers.demand_minutes[gone].sum()
    more = short.councils.waiting_minutes[council].sum() - usual.councils.waiting_minutes[council].sum()
    assert more < 0.6 * lost
    assert short.providers.demand_minutes[others].sum() > 1.1 * usual.providers.demand_minutes[others].sum()


def test_providers_recruit_for_what_waits_in_their_market() -> None:
    usual, short = after(1, behaviour=NOBODY_MOVES), after(1, behaviour=NOBODY_MOVES)
    first, *others = markets_of(short.world.reach, 0, HOME_CARE)
    half, stays = first[: first.size // 2], first[first.size // 2 :]
    short.providers.active[half], short.providers.demand_minutes[half], short.providers.posts_sought[half] = 0, 0, 0
    short.providers.closed[half] = FOR_GOOD
    for model in (usual, short):
        for _ in range(3):
            model.step()
    neighbours = np.concatenate(others)
    sought = [model.providers.sought_minutes for model in (usual, short)]
    assert sought[1][stays].sum() > 1.2 * sought[0][stays].sum()
    assert sought[1][neighbours].sum() == pytest.approx(sought[0][neighbours].sum(), rel=0.03)


def test_a_place_that_lost_all_its_providers_is_served_again_when_one_opens() -> None:
    model = after(
        0, councils=1, behaviour=behaviour({"sites_community": 1.0, "opening_base": 0.2, "opening_most": 0.3})
    )
    gone, _ = closed_in_one_market(model, model.month)
    providers = model.providers
    providers.catchment_minutes[gone] = 0  # so long ago that everybody has turned to others
    for _ in range(30):
        model.step()
    assert (providers.opened[gone] > 0).any()
    assert providers.demand_minutes[gone].sum() > 0


def test_a_site_that_opens_again_keeps_who_turned_to_it_but_not_what_its_last_owner_aimed_at() -> None:
    opens = {"sites_community": 1.0, "opening_base": 0.2, "opening_most": 0.3, "catchment_speed": 0.0}
    model = after(0, councils=1, behaviour=behaviour(opens))
    gone, _ = closed_in_one_market(model, model.month)
    providers = model.providers
    providers.catchment_minutes[gone] *= 3  # more than a newcomer draws of those who wait
    turned_to_it = providers.catchment_minutes.copy()
    for name in ("pay_last_march", "floor_last_march", "lead_from_earnings", "lead_last_march"):
        getattr(providers, name)[gone] = 1
    while not (again := gone[providers.opened[gone] > 0]).size:
        model.step()
    had = turned_to_it[again] > 0
    assert had.any()
    assert np.array_equal(providers.catchment_minutes[again][had], turned_to_it[again][had])
    for name in ("pay_last_march", "floor_last_march", "lead_from_earnings", "lead_last_march"):
        assert not getattr(providers, name)[again].any(), name


def test_where_nobody_has_turned_to_anybody_care_is_shared_out_by_size() -> None:
    model = after(0, councils=1)
    providers, reach = model.providers, model.world.reach
    service = int(providers.service[reach.in_market[0]])
    markets = [rows for rows in markets_of(reach, 0, service) if providers.active[rows].any()]
    assert len(markets) > 1
    providers.catchment_minutes[...] = 0
    providers.demand_minutes[...] = 0
    model.step()
    assert all(providers.demand_minutes[rows].sum() > 0 for rows in markets)


def waited_for(scale: float, seeds: range) -> float:
    """Share of home care that is waited for three years on, mean of the seeds."""
    shares = []
    for seed in seeds:
        councils = spin_up(Origin(scale, seed, behaviour()), threads=2).to(36).model.councils
        shares.append(councils.waiting_minutes[:, HOME_CARE].sum() / councils.need_minutes[:, HOME_CARE].sum())
    return float(np.mean(shares))


def test_home_care_that_is_waited_for_hardly_depends_on_the_share_of_england_that_is_simulated() -> None:
    assert waited_for(0.1, range(1, 5)) == pytest.approx(waited_for(0.4, range(1, 2)), rel=0.15)
