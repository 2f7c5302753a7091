"""The workshop page's other screens: maps, lives, books and the comparison."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from small import private_store

from sim.app import comparing, mapping
from sim.app.branches import Branch, Cancelled, Look
from sim.app.span import END, HISTORY, SHOWN, START
from sim.app.worker import Job, Kind, Looked, _Worker
from sim.app.yearly import by_year
from sim.doses.study import PAYERS
from sim.measures import COUNCIL, REGION, Floats, areas
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


@pytest.mark.parametrize("draws", [10, 20, 30, 60])
def test_just_nine_of_ten_draws_are_nearly_all(draws):
    """Whatever the last bits of their shares add up to."""
    changes = [0.001 * (1 + 30 * (draw % 3)) for draw in range(draws)]
    for one in range(draws // 10):
        changes[7 * one] = -0.001
    shown = mapping.frames(made(changes), equal(draws))
    assert set(np.array(shown["maps"]["unmet_share"]["council"]["told"])[-1]) <= {mapping.LIKELY, mapping.CLEAR}


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
