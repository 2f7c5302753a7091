"""What conclusions hang on: parameters that matter are found and chance is not, and switches take mechanisms away."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.calibration.priors import behaviour_at
from sim.calibration.runs import Job
from sim.history import Origin
from sim.parameters import Behaviour, behaviour, parameter_table, uncertain
from sim.recording import STOCKS
from sim.validity import sensitivity, sensitivity_page, sensitivity_ranks, switches, switches_page
from sim.validity.report import Grid, as_html, as_markdown
from sim.validity.sensitivity import (
    CONCLUSIONS,
    FUTURES,
    LUCKS,
    OUTCOMES,
    both_futures,
    concluded,
    outcomes_of,
    policy,
    run_twice,
)
from sim.validity.sensitivity_ranks import companions, luck_share, ranking
from sim.validity.visits import alone
from tests.small import SCALE

DRAWS, PARAMETERS = 150, 40


@pytest.fixture(autouse=True)
def few_shuffles(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as tell a chance of 5% apart, so that tests are quick."""
    monkeypatch.setattr(sensitivity_ranks, "SHUFFLES", 200)
    monkeypatch.setattr(sensitivity_ranks, "HALVES", 40)


def quantiles(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random((DRAWS, PARAMETERS))


def runs_of(mean: np.ndarray, luck: float, seed: int = 2) -> np.ndarray:
    return mean[:, None] + luck * np.random.default_rng(seed).standard_normal((len(mean), LUCKS))


def test_parameters_that_matter_are_named_in_order_with_their_signs_and_sizes() -> None:
    drawn = quantiles()
    found = ranking(drawn, runs_of(4.0 * drawn[:, 7] - 2.0 * drawn[:, 3] + 1.0 * drawn[:, 30], luck=0.3))
    first, second, third = found.clear[:3]
    assert (first.place, second.place, third.place) == (7, 3, 30)
    # From the low to the high end of 90% of evenly spread draws is 0.9 of the range.
    assert [one.moves for one in (first, second, third)] == pytest.approx([3.6, -1.8, 0.9], abs=0.15)
    assert first.partial > 0.9
    assert second.partial < -0.8
    assert first.firm == 1.0
    assert 0.9 < found.explained < 1.0
    assert len(found.clear) <= 4


def test_nothing_stands_out_of_noise() -> None:
    clear = [len(ranking(quantiles(), runs_of(np.zeros(DRAWS), 1.0, seed)).clear) for seed in range(3, 9)]
    assert sum(clear) <= 1
    found = ranking(quantiles(), runs_of(np.zeros(DRAWS), 1.0))
    assert len(found.named) == 10
    assert found.explained < 0.1
    assert found.luck == pytest.approx(1.0, abs=0.25)


def test_a_parameter_is_not_named_for_what_its_companion_does() -> None:
    drawn = quantiles()
    drawn[:, 5] = drawn[:, 7] + 0.1 * drawn[:, 5]
    found = ranking(drawn, runs_of(4.0 * drawn[:, 7], luck=0.2))
    assert [one.place for one in found.clear] == [7]
    assert companions(drawn)[7][0] == 5
    assert companions(drawn)[5][0] == 7
    assert set(companions(drawn)) == {5, 7}
    both = ranking(drawn, runs_of(4.0 * drawn[:, 7] + 20.0 * (drawn[:, 5] - drawn[:, 7]), luck=0.05))
    assert {one.place for one in both.clear[:2]} == {5, 7}


def test_luck_is_told_from_parameters() -> None:
    rng = np.random.default_rng(1)
    parts = rng.standard_normal(4000)
    assert luck_share(np.column_stack([parts, parts])) == 0.0
    # The mean of two runs keeps half the variance of luck.
    shown = parts[:, None] + rng.standard_normal((4000, LUCKS))
    assert luck_share(shown) == pytest.approx(1.0 / 3.0, abs=0.02)


def test_levels_and_effects_are_told_apart() -> None:
    futures = np.zeros((2, FUTURES, len(OUTCOMES)))
    futures[:, 0], futures[:, 1] = 0.10, 0.08
    found = concluded(futures)
    level = [one.effect for one in CONCLUSIONS].index(False)
    effect = [one.effect for one in CONCLUSIONS].index(True)
    assert found.shape == (2, len(CONCLUSIONS))
    assert found[0, level] == pytest.approx(0.10)
    assert found[0, effect] == pytest.approx(-0.02)


def test_futures_share_their_history_and_part_with_the_policy() -> None:
    start = min(lever.start for lever in policy())
    without, with_policy = both_futures(Origin(SCALE, 1, behaviour()))
    assert [int(one.month) for one in without] == [int(one.month) for one in with_policy]
    assert int(without[-1].month) == sensitivity.MARCH_2030
    same = [
        all(np.array_equal(*pair) for pair in zip(one, other, strict=True))
        for one, other in zip(without, with_policy, strict=True)
    ]
    first = next(place for place, equal in enumerate(same) if not equal)
    assert int(without[first].month) == start
    paid = [float(one.people[..., STOCKS.index("pay")].sum()) for one in (without[-1], with_policy[-1])]
    assert paid[1] > paid[0]


def test_a_draw_is_run_with_two_lots_of_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Origin] = []

    def noted(origin: Origin) -> np.ndarray:
        seen.append(origin)
        return np.full((FUTURES, len(OUTCOMES)), float(origin.seed))

    job = Job(("wage_weight",), (0.9,), SCALE, 3)
    first = outcomes_of(Origin(SCALE, job.seed, job.behaviour))
    monkeypatch.setattr(sensitivity, "outcomes_of", noted)
    shows = alone(run_twice, job)
    assert shows.size == sensitivity_page.study().values
    own, other = shows.reshape(LUCKS, FUTURES, len(OUTCOMES))
    assert np.array_equal(own, first)
    assert seen[0].seed != job.seed
    assert np.all(other == seen[0].seed)
    assert seen[0].behaviour == job.behaviour
    assert seen[0].behaviour.wage_weight > behaviour().wage_weight


def test_every_switch_takes_its_mechanism_away_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Behaviour] = []

    def noted(origin: Origin) -> np.ndarray:
        seen.append(origin.behaviour)
        return np.zeros((FUTURES, len(OUTCOMES)))

    job = Job(uncertain(), (0.6,) * len(uncertain()), SCALE, 1)
    all_on = behaviour_at(job.names, np.array(job.quantiles))
    first = outcomes_of(Origin(SCALE, job.seed, all_on))
    monkeypatch.setattr(switches, "outcomes_of", noted)
    shows = alone(switches.run_switches, job)
    assert shows.size == switches_page.study().values
    assert np.array_equal(shows[: first.size], first.ravel())
    for switch, off in zip(switches.SWITCHES[1:], seen, strict=True):
        changed = {name for name, value in off._asdict().items() if value != getattr(all_on, name)}
        assert changed == set(switch.parameters)
        assert all(getattr(off, name) == 0.0 for name in changed)
    assert seen[0].strain_on_leaving < parameter_table()["strain_on_leaving"].low


def futures_of(vacancy: np.ndarray, effect: np.ndarray) -> np.ndarray:
    """[..., future, outcome] with a vacancy rate and an effect on it, everything else ten times as large."""
    level = np.repeat((10.0 * vacancy)[..., None], len(OUTCOMES), axis=-1)
    level[..., 0] = vacancy
    changed = level + 0.5 * effect[..., None]
    changed[..., 0] = vacancy + effect
    return np.stack([level, changed], axis=-2)


def test_section_on_sensitivity_says_what_leads(tmp_path: Path) -> None:
    names = uncertain()
    drawn = np.random.default_rng(1).random((DRAWS, len(names)))
    lead, other = names.index("search_slope"), names.index("pool_look")
    luck = 0.002 * np.random.default_rng(2).standard_normal((DRAWS, LUCKS))
    vacancy = 0.05 + 0.04 * drawn[:, lead][:, None] + luck
    effect = -0.02 + 0.01 * drawn[:, other][:, None] + 0.1 * luck
    jobs = [Job(names, tuple(map(float, row)), 0.05, seed) for seed, row in enumerate(drawn)]
    found = sensitivity_page.section(jobs, futures_of(vacancy, effect).reshape(DRAWS, -1), tmp_path)
    assert "the vacancy rate on `search_slope`" in found.verdict
    assert "effect of a real living wage on the vacancy rate on `pool_look`" in found.verdict
    assert "lowers the vacancy rate in 100% of the draws" in found.verdict
    overview, ten = [piece for piece in found.pieces if isinstance(piece, Grid)][:2]
    assert overview.rows[0][1] == f"{vacancy.mean():.1%}"
    assert ten.rows[0][1] == "`search_slope`"
    assert float(ten.rows[0][4].split()[0]) == pytest.approx(3.6, abs=0.15)
    rows = {row.item: row for row in found.rows}
    assert rows["the vacancy rate: moved by 1. search_slope (stands out)"].model == pytest.approx(0.036, abs=0.002)
    assert len(list(tmp_path.glob("*.png"))) == 4
    assert "search_slope" in as_markdown([], [found], "t")
    assert "search_slope" in str(as_html([], [found], "t"))


def test_section_on_switches_says_which_matters_and_whether_the_sign_holds(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    number = len(switches.SWITCHES)
    vacancy = 0.08 + 0.001 * rng.standard_normal((20, 1)) + 0.0001 * rng.standard_normal((20, number))
    effect = np.full((20, number), -0.01) + 0.0001 * rng.standard_normal((20, number))
    vacancy[:, 2] += 0.02
    jobs = [Job((), (), 0.05, seed) for seed in range(20)]
    kept = switches_page.section(jobs, futures_of(vacancy, effect).reshape(20, -1), tmp_path)
    assert "keeps its sign with each mechanism off" in kept.verdict
    assert "the absence of peer comparison changes most (+2.00 points)" in kept.verdict
    assert "Contagion of leaving is not in the model" in kept.verdict
    level = next(piece for piece in kept.pieces if isinstance(piece, Grid))
    assert level.rows[2][1].startswith("**+2.00 points**")
    assert not level.rows[1][1].startswith("**+2")
    effect[:, 1] = 0.005
    turned = switches_page.section(jobs, futures_of(vacancy, effect).reshape(20, -1), tmp_path)
    assert "turns without strain feedback" in turned.verdict
    assert (tmp_path / "validation_switches.png").exists()
