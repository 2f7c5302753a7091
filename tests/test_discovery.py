"""Boxes of scenario discovery, held to boxes known beforehand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn", reason="needs the extra `experiments`")

from sim.experiments.discovery import Box, cart, in_words, prim
from sim.experiments.prim import Limit, chance_of, inside, orders
from sim.experiments.trees import same_leaf

LABELS = {"unemployment": "unemployment", "pay": "the pay floor", "law": "the baseline", "noise": "noise"}


def futures(number: int = 600, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({
        "unemployment": rng.uniform(0.03, 0.08, number),
        "pay": rng.uniform(10.0, 16.0, number),
        "law": rng.choice(["enacted", "announced", "other"], number),
        "noise": rng.random(number),
    })  # fmt: skip


def failing(runs: pd.DataFrame, share: float = 0.9, otherwise: float = 0.02) -> np.ndarray:
    known = (runs["unemployment"] < 0.045) & (runs["law"] == "enacted")
    return np.random.default_rng(2).random(len(runs)) < np.where(known, share, otherwise)


def limits_of(box: Box) -> dict[str, Limit]:
    return {one.axis: one.limit for one in box.restrictions}


@pytest.mark.parametrize("find", [prim, cart])
def test_a_known_box_is_found(find) -> None:
    runs = futures()
    interest = failing(runs)
    box = find(runs, interest)[0]
    limits = limits_of(box)
    assert set(limits) == {"unemployment", "law"}
    assert limits["unemployment"].high == pytest.approx(0.045, abs=0.001)
    assert np.isinf(limits["unemployment"].low)
    assert limits["law"].among == {"enacted"}
    assert box.density > 0.8
    assert box.coverage > 0.8
    assert box.density_left_out == pytest.approx(box.density, abs=0.15)
    assert min(one.again for one in box.restrictions) > 0.9


def test_two_known_boxes_are_found_one_after_the_other() -> None:
    runs = futures(1200)[["unemployment", "pay", "noise"]]
    interest = ((runs["unemployment"] < 0.04) & (runs["pay"] > 13.0) | (runs["noise"] > 0.8)).to_numpy()
    boxes = prim(runs, interest)
    assert [set(limits_of(box)) for box in boxes] == [{"noise"}, {"unemployment", "pay"}]
    assert sum(box.coverage for box in boxes) > 0.9


@pytest.mark.parametrize("seed", range(5))
def test_where_nothing_matters_there_is_no_box(seed: int) -> None:
    runs = futures(300, seed)
    assert prim(runs, np.random.default_rng(100 + seed).random(300) < 0.3) == []


def test_leaves_that_do_not_hold_up_among_runs_left_out_are_not_told() -> None:
    told = 0
    for seed in range(5):
        rng = np.random.default_rng(seed)
        told += bool(cart(pd.DataFrame(rng.random((120, 8)), columns=list("abcdefgh")), rng.random(120) < 0.4))
    assert told <= 1


def test_every_leaf_has_figures_of_its_own_from_resamples() -> None:
    """One corner fails always and another in two runs of three: neither is told by what the other shows."""
    runs = futures(900)[["pay", "noise"]]
    surely, often = (runs["pay"] > 14.5).to_numpy(), ((runs["pay"] < 12.0) & (runs["noise"] > 0.6)).to_numpy()
    chance = np.where(surely, 1.0, np.where(often, 2.0 / 3.0, 0.05))
    boxes = cart(runs, np.random.default_rng(3).random(len(runs)) < chance)
    by_axes = {frozenset(limits_of(box)): box for box in boxes}
    sure, likely = by_axes[frozenset({"pay"})], by_axes[frozenset({"pay", "noise"})]
    assert sure.density_left_out == pytest.approx(1.0, abs=0.05)
    assert likely.density_left_out == pytest.approx(2.0 / 3.0, abs=0.1)
    again = {one.axis: one.again for one in likely.restrictions}
    assert min(again.values()) > 0.8
    assert all(one.axis == "pay" and one.again > 0.8 for one in sure.restrictions)


def test_a_leaf_that_no_tree_grows_again_is_not_told_by_the_others() -> None:
    runs = futures()
    interest = failing(runs)
    known = {"law": Limit(among=frozenset({"enacted"})), "unemployment": Limit(high=0.045)}
    assert set(same_leaf(runs, interest, known)) == set(known)
    assert same_leaf(runs, interest, {"pay": Limit(low=15.0)}) == {}


def test_figures_of_a_later_box_are_told_to_be_of_what_lies_outside_those_before() -> None:
    runs = futures()
    box = prim(runs, failing(runs))[0]
    said = in_words(box, "misses the goal", LABELS, {}, "points", later=True)
    assert f"in {box.density:.0%} of points outside the boxes before where " in said


def test_with_too_few_runs_of_interest_there_is_no_box() -> None:
    runs = futures(100)
    assert prim(runs, np.arange(100) < 3) == []


def test_conditions_that_chance_explains_have_a_high_quasi_p_value() -> None:
    runs = futures()
    interest = failing(runs)
    limits = {"unemployment": Limit(high=0.045), "noise": Limit(low=0.02)}
    assert chance_of(runs, interest, limits, "unemployment") < 1e-6
    assert chance_of(runs, interest, limits, "noise") > 0.2
    assert inside(runs, limits).sum() < inside(runs, {"unemployment": Limit(high=0.045)}).sum()


def test_switches_are_values_and_not_numbers() -> None:
    runs = pd.DataFrame({"on": np.tile([True, False], 100), "hours": np.repeat([0, 8, 16, 24], 50)})
    assert not orders(runs["on"])
    interest = (runs["on"] & (runs["hours"] >= 16)).to_numpy()
    box = prim(runs, interest)[0]
    assert limits_of(box) == {"on": Limit(among=frozenset({True})), "hours": Limit(low=16.0)}


def test_a_box_reads_as_a_sentence() -> None:
    runs = futures()
    box = prim(runs, failing(runs))[0]
    said = in_words(box, "misses the goal", LABELS, {"unemployment": "share"}, "futures")
    assert said.startswith(f"Misses the goal in {box.density:.0%} of futures where ")
    assert "unemployment is at most 4." in said
    assert "the baseline is enacted" in said
    assert f"these are {box.coverage:.0%} of all futures that miss the goal" in said
