"""What a room believes weighs the draws, and levers have prices by the draws that share it."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

from sim.app import challenge, choices
from sim.app.answers import baseline, told
from sim.app.prices import PRICED, TooFew, nearest, prices
from sim.app.span import END, HISTORY, SHOWN, START
from sim.drawn import behaviour_of
from sim.intervals import effective_number, interval, weighted_interval

FUTURE = END - START + 1


def test_without_a_belief_all_draws_count_the_same_and_ranges_are_the_usual_ones():
    draws = range(1, 13)
    shares = challenge.weights({}, draws)
    assert shares == pytest.approx(np.full(12, 1 / 12))
    values = np.random.default_rng(1).normal(size=12)
    usual, own = interval(values, drawn=True), weighted_interval(values, shares)
    assert own == pytest.approx(usual)


def test_draws_near_to_a_belief_count_for_more():
    draws = list(range(1, 41))
    for one in challenge.assumptions():
        held = np.array([behaviour_of(draw)._asdict()[one.name] for draw in draws])
        for believed in (one.low, one.parameter.central, one.high):
            shares = challenge.weights({one.name: believed}, draws)
            order = np.argsort(np.abs(held - believed), kind="stable")
            assert np.all(np.diff(shares[order]) <= 1e-15), one.name
            assert shares.sum() == pytest.approx(1.0)
        assert effective_number(challenge.weights({one.name: one.high}, draws)) < 0.8 * len(draws)


def test_a_belief_moves_what_the_page_says_towards_draws_that_share_it():
    draws = list(range(1, 41))
    name = challenge.assumptions()[0].name
    held = {draw: behaviour_of(draw)._asdict()[name] for draw in draws}
    shape = (len(SHOWN), END - HISTORY + 1)
    baselines = {draw: np.ones(shape) for draw in draws}
    futures = {draw: np.full((len(SHOWN), FUTURE), 1.0 + held[draw]) for draw in draws}
    low, high = (
        told(baselines, futures, set(draws), {name: end})["change"]["vacancies"]["mean"] * 1e3
        for end in (challenge.assumptions()[0].low, challenge.assumptions()[0].high)
    )
    middle = told(baselines, futures, set(draws))["change"]["vacancies"]["mean"] * 1e3
    assert low < middle < high
    assert middle == pytest.approx(np.mean(list(held.values())))


def test_beliefs_that_hardly_a_draw_shares_have_no_answer():
    draws = list(range(1, 11))
    baselines = {draw: np.ones((len(SHOWN), END - HISTORY + 1)) for draw in draws}
    futures = {draw: np.ones((len(SHOWN), FUTURE)) for draw in draws}
    extreme = {one.name: one.high for one in challenge.assumptions()}
    found = told(baselines, futures, set(draws), extreme)
    assert found["amount"] < challenge.FEWEST
    assert found["change"] == found["path"] == {}


def test_every_assumption_is_put_as_a_question():
    shown = challenge.assumptions()
    assert len(shown) == challenge.SHOWN
    assert all(one.question.endswith("?") and one.low_words != one.high_words for one in shown)


def test_todays_law_beside_a_belief_is_that_of_the_draws_that_share_it():
    rng = np.random.default_rng(2)
    baselines = {draw: rng.uniform(1, 2, (len(SHOWN), END - HISTORY + 1)) for draw in range(1, 21)}
    futures = {draw: values[:, START - HISTORY :] * 1.1 for draw, values in baselines.items()}
    one = challenge.assumptions()[0]
    believed = {one.name: one.parameter.central}
    shown = told(baselines, futures, set(futures), believed)
    assert baseline(baselines, believed)["vacancies"][START - HISTORY :] == shown["base"]["vacancies"]
    assert baseline(baselines, believed) != baseline(baselines)


def test_sliders_stand_where_the_draws_are():
    usual = challenge.usual(range(1, 21))
    for one in challenge.assumptions():
        held = np.mean([behaviour_of(draw)._asdict()[one.name] for draw in range(1, 21)])
        assert usual[one.name] == pytest.approx(min(max(held, one.low), one.high))


def test_a_belief_that_no_draw_is_near_to_is_shared_by_none():
    one = challenge.assumptions()[0]
    draws = list(range(1, 21))
    held = np.array([behaviour_of(draw)._asdict()[one.name] for draw in draws])
    step = challenge.NEARNESS * (one.high - one.low)
    near, far = {one.name: float(held[3])}, {one.name: float(held.max() + 1.01 * step)}
    assert challenge.amount(near, draws) > 1.0
    assert challenge.amount(far, draws) == 0.0
    assert challenge.too_few(far, draws)
    assert challenge.amount({}, draws) == pytest.approx(20.0)
    assert not challenge.too_few({}, draws[:1])


# -- prices


FEES = [choices.Choice("fee_uplift", "fee_uplift", 1.0)]


class Answering:
    """Stands in for a pool in which each lever adds what it adds alone, and two together a tenth less."""

    draws = PRICED + 2

    def __init__(self) -> None:
        self.baselines = {draw: np.ones((len(SHOWN), END - HISTORY + 1)) for draw in range(1, self.draws + 1)}
        self.asked: list[tuple[str, ...]] = []

    async def ask(self, person: str, levers: Any, draws: Any) -> Any:
        self.asked.append(tuple(lever.name for lever in levers))
        adds = sum({"real_living_wage": 2.0, "fee_uplift": 5.0}[lever.name] for lever in levers)
        adds *= 0.9 if len(levers) > 1 else 1.0
        answers = {draw: np.full((len(SHOWN), FUTURE), 1.0 + adds + 0.01 * draw) for draw in draws}
        yield type("Question", (), {"answers": answers})()


def test_a_price_is_what_the_package_costs_less_what_it_costs_without_the_lever():
    pool: Any = Answering()
    chosen = [choices.Choice(name, name, 1.0) for name in ("real_living_wage", "fee_uplift")]

    async def all_of_them() -> list[Any]:
        return [one async for one in prices(pool, "somebody-1", chosen, {})]

    told = asyncio.run(all_of_them())
    found = {one.lever: one.changes["cost"]["mean"] * 1e9 for one in told}
    assert found == {"real_living_wage": pytest.approx(12 * 1.3), "fee_uplift": pytest.approx(12 * 4.3)}
    assert pool.asked[0] == ("real_living_wage", "fee_uplift")
    # The whole is of the same draws, not of all that there are.
    own = 12 * (0.9 * 7.0 + 0.01 * np.mean(range(1, PRICED + 1)))
    assert [one.package["cost"]["mean"] * 1e9 for one in told] == pytest.approx([own, own])
    assert {one.draws for one in told} == {PRICED}


def test_the_price_of_a_single_lever_is_against_todays_law():
    pool: Any = Answering()

    async def all_of_them() -> list[Any]:
        return [one async for one in prices(pool, "somebody-1", FEES, {})]

    (one,) = asyncio.run(all_of_them())
    assert one.changes["cost"]["mean"] * 1e9 == pytest.approx(12 * (5.0 + 0.01 * np.mean(range(1, PRICED + 1))))
    assert len(pool.asked) == 1, "the baseline is known"


def test_prices_of_a_belief_are_of_the_draws_that_share_it_most():
    pool: Any = Answering()
    pool.draws = 40
    pool.baselines = {draw: np.ones((len(SHOWN), END - HISTORY + 1)) for draw in range(1, 41)}
    name = challenge.assumptions()[0].name
    held = {draw: behaviour_of(draw)._asdict()[name] for draw in range(1, 41)}
    near = sorted(held, key=lambda draw: abs(held[draw] - held[17]))[:PRICED]
    assert nearest({name: held[17]}, 40) == sorted(near)
    assert nearest({}, 40) == list(range(1, PRICED + 1))

    async def all_of_them() -> list[Any]:
        return [one async for one in prices(pool, "somebody-1", FEES, {name: held[17]})]

    (one,) = asyncio.run(all_of_them())
    shares = challenge.weights({name: held[17]}, sorted(near))
    assert one.changes["cost"]["mean"] * 1e9 == pytest.approx(12 * (5.0 + 0.01 * float(shares @ sorted(near))))


def test_where_too_few_draws_share_a_belief_there_is_no_price():
    pool: Any = Answering()
    extremes = {one.name: one.high for one in challenge.assumptions()}

    async def first() -> Any:
        return await anext(prices(pool, "somebody-1", FEES, extremes))

    with pytest.raises(TooFew):
        asyncio.run(first())
    assert pool.asked == []
