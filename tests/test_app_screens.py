"""The workshop page's other screens: maps, lives, books, prices, comparison, challenges, and files that are brought."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from small import private_store

from sim.app import challenge, choices, comparing, mapping, uploads
from sim.app.answers import baseline, told
from sim.app.branches import END, HISTORY, SHOWN, START, Branch, Cancelled, Look, by_year
from sim.app.prices import PRICED, TooFew, nearest, prices
from sim.app.worker import Job, Kind, Looked, _Worker
from sim.doses.study import PAYERS
from sim.drawn import behaviour_of
from sim.intervals import effective_number, interval, weighted_interval
from sim.measures import COUNCIL, REGION, Floats, areas
from sim.problems import ScenarioError
from sim.results import year_value
from sim.scenario import load_scenario
from sim.series import Key, Keys, Measured

SCALE = 0.003
FUTURE = END - START + 1
LAST_YEAR = slice(FUTURE - 12, FUTURE)


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    with private_store(tmp_path_factory.mktemp("store")):
        yield Branch(1, SCALE)


@pytest.fixture(scope="module")
def parity(branch: Branch) -> Looked:
    levers = load_scenario("pay_parity").levers
    return Looked(1, 1, branch.look(levers, follow=True), branch.baseline_look(follow=True))


# -- a closer look


def test_a_closer_look_sees_the_same_future(branch, parity):
    *_, (_, values) = branch.future(load_scenario("pay_parity").levers)
    for name in ("filled_posts", "vacancy_rate", "unmet_share"):
        assert np.array_equal(parity.look.measured.of(name), values[SHOWN.index(name)]), name
        own = branch.baseline[SHOWN.index(name), START - HISTORY :]
        assert np.array_equal(parity.baseline.measured.of(name), own), name


def test_nobody_follows_once_a_look_is_over(branch, parity):
    assert branch._model.watchers == []
    with pytest.raises(Cancelled):
        branch.look((), follow=True, goes_on=lambda: False)
    assert branch._model.watchers == []


def test_the_same_people_and_places_live_through_both_futures(parity):
    with_policy, without = parity.look.lives, parity.baseline.lives
    assert [one.uid for one in with_policy.people] == [one.uid for one in without.people]
    assert [one.uid for one in with_policy.places] == [one.uid for one in without.places]
    assert len(with_policy.people) > 10
    # They begin alike, and a policy that pays everybody more changes what comes.
    assert all(one.lines[0] == other.lines[0] for one, other in zip(with_policy.people, without.people, strict=True))
    assert with_policy.people != without.people
    assert all(place.years[0].month == "2026-04" for place in with_policy.places)
    assert any(one.years != other.years for one, other in zip(with_policy.places, without.places, strict=True))


def test_a_line_of_the_comparison_is_what_the_year_was(branch, parity):
    (line,) = [
        row
        for row in comparing.compared({1: parity}, 1, equal(1))["Who pays, and what providers keep"]
        if "all" in row["label"]
    ]
    *_, (_, values) = branch.future(load_scenario("pay_parity").levers)
    cost = by_year(values)[SHOWN.index("cost"), -1] / 1e9
    assert line["was"] + line["mean"] == pytest.approx(cost)
    assert line["low"] is None


def test_regions_add_up_to_england(parity):
    lines = comparing.compared({1: parity}, 1, equal(1))
    england = next(one for one in lines["People who work in care"] if one["label"] == "Posts filled")
    regions = [one for one in lines["Where"] if one["label"].endswith("posts filled")]
    assert len(regions) == 9
    assert sum(one["mean"] for one in regions) == pytest.approx(england["mean"], abs=0.01)


def test_what_all_pay_is_what_each_pays(parity):
    total, *parts, _, _ = comparing.compared({1: parity}, 1, equal(1))["Who pays, and what providers keep"]
    assert len(parts) == len(PAYERS)
    assert sum(one["mean"] for one in parts) == pytest.approx(total["mean"])


def test_the_best_of_many_packages_is_told_with_more_care():
    looks = made([0.15, 0.2, 0.25, 0.2])
    alone, of_many = (comparing.compared(looks, tried, equal(4))["Where"][0] for tried in (1, 20))
    assert alone["sign"] == 1
    assert of_many["sign"] == 0
    assert of_many["high"] - of_many["low"] > 1.5 * (alone["high"] - alone["low"])


def test_many_packages_or_one_a_line_is_told_only_if_it_stands_out_of_all_lines(monkeypatch):
    looked: list[int] = []

    def nothing(samples: Any, **_: Any) -> list[bool]:
        looked.append(len(samples))
        return [False] * len(samples)

    monkeypatch.setattr(comparing, "discoveries", nothing)
    lines = comparing.compared(made([0.15, 0.2, 0.25, 0.2]), 1, equal(4))["Where"]
    assert {line["sign"] for line in lines} == {0}
    assert looked == [len(lines)]


def test_draws_that_nobody_believes_in_are_as_if_they_were_not_there():
    """Of five draws, two have no weight: all lines are those of the three others."""
    changes, shares = [0.15, 0.9, 0.25, 0.2, -0.7], np.array([1.0, 0.0, 1.0, 1.0, 0.0]) / 3.0
    weighted = comparing.compared(made(changes), 1, shares)["Where"]
    others = comparing.compared(made([0.15, 0.25, 0.2]), 1, equal(3))["Where"]
    for one, other in zip(weighted, others, strict=True):
        assert one == {
            name: pytest.approx(value) if isinstance(value, float) else value for name, value in other.items()
        }
    assert {one["sign"] for one in weighted} == {1}
    assert {one["sign"] for one in comparing.compared(made(changes), 1, equal(5))["Where"]} == {0}
    shown, alone = mapping.frames(made(changes), shares), framed(made([0.15, 0.25, 0.2]))
    for name, kinds in shown["maps"].items():
        for kind, painted in kinds.items():
            bare = alone["maps"][name][kind]
            assert np.array(painted["change"]) == pytest.approx(np.array(bare["change"]), abs=2e-3)
            assert painted["told"] == bare["told"]


def equal(draws: int) -> Floats:
    return np.full(draws, 1.0 / draws)


# -- the map


def framed(looks: dict[int, Looked]) -> dict[str, Any]:
    return mapping.frames(looks, equal(len(looks)))


def made(changes: list[float], odd: int | None = None) -> dict[int, Looked]:
    """Looks, a draw each, at futures that differ from a baseline of ones by so much everywhere.

    Of the place `odd`, every other draw shows the opposite.
    """
    names = ("filled_posts", "unmet_share", "vacancy_rate", "turnover_all", "mean_pay")
    keys = Keys.shared(
        Key(kind, area, "all", "all", name)
        for kind in ("england", REGION, COUNCIL)
        for area in (("England",) if kind == "england" else areas(kind))
        for name in names
    )
    councils = areas(COUNCIL)
    found = {}
    for draw, change in enumerate(changes, start=1):
        values = np.ones((len(keys), FUTURE))
        after = values + np.linspace(0.0, change, FUTURE)
        if odd is not None and draw % 2:
            rows = [row for row, key in enumerate(keys) if key.area == councils[odd]]
            after[rows] = 2.0 - after[rows]
        found[draw] = Looked(1, draw, _look(keys, after), _look(keys, values))
    return found


def _look(keys: Keys, values: Any) -> Look:
    return Look(Measured(keys, START, values, {}), None)


@pytest.fixture
def few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of lines that made looks have the series for."""
    sections = {"Where": comparing.PLACES}
    monkeypatch.setattr(comparing, "SECTIONS", sections)


@pytest.fixture(autouse=True)
def _made_looks_know_places_only(request: pytest.FixtureRequest) -> None:
    if "many_packages" in request.node.name or "nobody_believes" in request.node.name:
        request.getfixturevalue("few_lines")


def test_a_council_is_coloured_only_where_draws_agree():
    shown = framed(made([0.1, 0.11, 0.12, 0.1, 0.11, 0.12, 0.1, 0.11, 0.12], odd=7))
    told_of = np.array(shown["maps"]["unmet_share"]["council"]["told"])
    assert told_of.shape == (FUTURE, 153)
    assert not told_of[:, 7].any()
    assert (told_of[-1] == mapping.CLEAR).sum() == 152
    assert not told_of[0].any(), "nothing has changed in the first month"
    change = np.array(shown["maps"]["unmet_share"]["council"]["change"])
    last = np.linspace(0.0, 1.0, FUTURE)[LAST_YEAR].mean()
    assert change[-1, 0] == pytest.approx(100 * last * 0.11, abs=0.1), "mean of twelve months, in points"
    assert np.array(shown["maps"]["filled_posts"][REGION]["told"])[-1].min() == mapping.CLEAR


def test_where_nearly_all_draws_go_one_way_it_is_said_to_be_likely():
    shown = framed(made([0.001, 0.5, 0.01, 0.02, 0.003, 0.004, 0.4, 0.1, 0.02, -0.001]))
    assert set(np.array(shown["maps"]["unmet_share"]["council"]["told"])[-1]) == {mapping.LIKELY}


def test_a_place_is_not_coloured_one_way_where_nearly_all_draws_go_the_other():
    """The mean, which has the colour, is that of one draw far out."""
    shown = framed(made([0.01] * 9 + [-0.9]))
    assert np.array(shown["maps"]["unmet_share"]["council"]["change"])[-1].max() < 0
    assert set(np.array(shown["maps"]["unmet_share"]["council"]["told"])[-1]) == {mapping.UNTOLD}


def test_a_change_too_small_to_be_shown_has_no_colour():
    """Neither better nor worse is said of nothing."""
    shown = framed(made([1e-7 + 1e-9 * draw for draw in range(10)]))
    assert not np.array(shown["maps"]["unmet_share"]["council"]["told"]).any()


def test_a_few_draws_that_go_the_same_way_by_luck_colour_nothing():
    shown = framed(made([0.001, 0.3, 0.02]))
    assert not np.array(shown["maps"]["vacancy_rate"]["council"]["told"]).any()


def test_every_council_has_a_tile_of_its_own():
    tiles = mapping.tiles()
    assert len({(one["column"], one["row"]) for one in tiles}) == len(tiles) == 153
    assert {one["region"] for one in tiles} == set(areas(REGION))


# -- assumptions


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


# -- files that are brought


def test_a_file_that_is_brought_is_the_package_of_the_file():
    text = "name: Ours\nextends: real_living_wage\nlevers:\n  - fee_uplift: {from: 2028-04, percent: 7.5}\n"
    found = uploads.upload(text)
    chosen = [choices.Choice(found.source, name, 1.0) for entry in found.entries for name in entry]
    levers = choices.levers_of(chosen)
    assert {lever.name for lever in levers} == {"real_living_wage", "fee_uplift"}
    assert next(lever for lever in levers if lever.name == "fee_uplift").percent == 7.5
    half = choices.levers_of([choices.Choice(found.source, "fee_uplift", 0.5)])
    assert half[0].percent == 3.75
    assert found.notes == ()


def test_a_file_with_half_a_letter_is_refused_like_any_other():
    with pytest.raises(ScenarioError):
        uploads.upload("name: '\ud800'\n")


def test_what_the_page_leaves_out_of_a_file_is_said():
    found = uploads.upload("name: Ours\nextends: fee_uplift\nbaseline: announced\n")
    assert any("baseline" in note for note in found.notes)


@pytest.mark.parametrize(
    "text",
    [
        "name: X\nextends: ../../../etc/passwd\n",
        "name: X\nlocal_data: /etc/passwd\n",
        "name: X\nlevers:\n  - fee_uplfit: {from: 2028-04, percent: 7.5}\n",
        "a: &a [1]\nb: [*a, *a]\n",
        "!!python/object/apply:os.system ['true']\n",
        "\x00",
        "",
    ],
)
def test_a_broken_file_is_refused_and_says_nothing_of_this_machine(text):
    with pytest.raises(ScenarioError) as problem:
        uploads.upload(text)
    assert uploads.SHOWN in str(problem.value)
    assert "/tmp" not in str(problem.value)


def test_the_last_year_of_the_comparison_is_the_last_financial_year():
    values = np.arange(FUTURE, dtype=float)
    row = comparing.Row("", "", 1.0, 0, 0, ("cost_council",))
    measured = Measured(Keys.shared([Key("england", "England", "all", "all", "cost_council")]), START, values[None], {})
    assert row.of_year(measured) == year_value("cost_council", values, FUTURE - 12) == values[LAST_YEAR].sum()


def test_todays_law_alone_is_looked_at_once(branch):
    """A screen without a package shows what is known already, and nothing is simulated for it."""
    sent: list[Any] = []
    worker = _Worker(cast(Any, SimpleNamespace(send=sent.append, poll=lambda: False)))
    worker.branches[1] = cast(Any, SimpleNamespace(baseline_look=branch.baseline_look, look=None))
    assert worker._do(Job(1, 1, (), Kind.LOOK)).finished
    assert sent[0].look is sent[0].baseline


def test_what_series_are_is_shared_by_processes():
    keys = Keys.shared([Key("england", "England", "all", "all", "filled_posts")])
    assert pickle.loads(pickle.dumps(keys)) is keys


# -- what is chosen, believed and brought


def test_a_lever_says_what_it_does_in_full_whatever_the_real_case_was():
    of = {one.lever: one for family in choices.offered().values() for one in family}
    assert of["employer_tax"].example == "Employers' National Insurance as before April 2025"
    assert of["nhs_recruitment_drive"].title == "NHS recruitment drive"
    assert choices.in_words(choices.Choice("fee_uplift", "fee_uplift", 0.5)).startswith(
        "50% of \u201cCouncil fees 5% higher"
    )
    assert "Low-cost retention" in choices.in_words(choices.Choice("low_cost_retention", "staff_benefits", 1.0))
    assert all(one.example and one.told for one in of.values())
    assert {name for name in choices.TITLES if name not in of} == set()


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


def test_levers_of_a_file_act_in_the_months_of_the_page_and_it_says_so():
    first = "fee_uplift: {from: 2024-04, to: 2027-03, percent: 5}"
    found = uploads.upload(f"name: Two rises\nlevers:\n  - {first}\n  - fee_uplift: {{from: 2027-04, percent: 3}}\n")
    assert [body["fee_uplift"]["from"] for body in found.entries] == ["2026-04", "2027-04"]
    assert found.notes == ("fee_uplift acts from 2026-04 on here, not from 2024-04: the past stays as it was.",)
    chosen = [choices.Choice(found.source, "fee_uplift", 1.0)]
    assert [lever.start for lever in choices.levers_of(chosen)] == [START, START + 12]
    late = uploads.upload("name: Late\nlevers:\n  - zero_hours_ban: {from: 2033-04, minimum_hours: 16}\n"
                          "  - paid_travel_time: {from: 2027-04, share: 1.0}\n")  # fmt: skip
    assert [list(entry) for entry in late.entries] == [["paid_travel_time"]]
    assert "zero_hours_ban from 2033-04 is left out" in late.notes[0]


@pytest.mark.parametrize(
    "text", ["name: Nothing\n", "name: Past\nlevers:\n  - paid_travel_time: {from: 2020-04, to: 2023-03, share: 1.0}\n"]
)
def test_a_file_without_levers_for_the_page_is_refused(text):
    with pytest.raises(ScenarioError, match="none that the page could show"):
        uploads.upload(text)
