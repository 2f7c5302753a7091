"""The workshop page: it answers what the command line does, and says what is clear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from small import private_store

from sim.app import answers, choices, comparing
from sim.app.branches import Branch, Cancelled
from sim.app.span import END, HISTORY, MONTHLY, SHOWN, START
from sim.app.worker import Looked
from sim.app.yearly import by_year
from sim.doses.study import PAYERS
from sim.replicate import Plan, simulate
from sim.results import whole_years, year_value
from sim.scenario import load_scenario

SCALE = 0.003
FUTURE = END - START + 1
FIGURES = len(SHOWN)


# -- one draw


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    with private_store(tmp_path_factory.mktemp("store")):
        yield Branch(1, SCALE)


def last(branch: Branch, levers: Any) -> np.ndarray:
    *_, (months, values) = branch.future(levers)
    assert months == FUTURE
    return values


@pytest.fixture(scope="module")
def runs(branch: Branch) -> dict[str, Any]:
    """The same draw as the command line simulates it."""
    scenarios = tuple(load_scenario(name, {"scale": SCALE}) for name in ("baseline", "zero_hours_ban", "pay_parity"))
    return dict(
        zip(("baseline", "zero_hours_ban", "pay_parity"), simulate(Plan(scenarios, drawn=True), 1, 1), strict=True)
    )


@pytest.mark.parametrize("name", ["zero_hours_ban", "pay_parity"])
def test_the_page_answers_what_the_command_line_does(branch, runs, name):
    values, run = last(branch, load_scenario(name).levers), runs[name]
    for place, indicator in enumerate(MONTHLY):
        assert np.array_equal(values[place], run.of(indicator)[-FUTURE:]), indicator
    assert np.array_equal(values[-1], np.add.reduce([run.of(indicator) for indicator in PAYERS])[-FUTURE:])
    assert not np.array_equal(values, branch.baseline[:, -FUTURE:])


def test_its_history_and_baseline_are_those_of_the_command_line(branch, runs):
    for place, indicator in enumerate(MONTHLY):
        assert np.array_equal(branch.baseline[place], runs["baseline"].of(indicator), equal_nan=True), indicator


def test_without_a_lever_the_future_is_the_baseline_to_the_bit_whatever_was_tried_before(branch):
    last(branch, load_scenario("zero_hours_ban").levers)
    assert np.array_equal(last(branch, ()), branch.baseline[:, START - HISTORY :])


def test_a_policy_from_april_2026_on_is_seen_from_then_on(branch):
    ban = load_scenario("zero_hours_ban").levers[0]
    early = ban.model_copy(update={"start": START, "phase_in_months": 0})
    values = last(branch, (early,))
    assert not np.array_equal(values[:, :12], branch.baseline[:, START - HISTORY :][:, :12])


def test_a_closer_look_tells_of_groups_whatever_was_asked_before(branch):
    """A path leaves out what its figures do not need."""
    levers = load_scenario("zero_hours_ban").levers
    before = branch.look(levers, follow=False).measured
    assert list(branch.future(levers))
    after = branch.look(levers, follow=False).measured
    assert after.keys == before.keys
    assert {"age", "visa"} <= {key.group_type for key in after.keys}
    assert np.array_equal(after.values, before.values, equal_nan=True)
    paid = [key.group_type == "age" and key.indicator == "pay_of_group" for key in after.keys]
    assert np.isfinite(after.values[paid]).mean() > 0.95, "at this scale there is at times nobody under 20"


def test_what_nobody_asks_any_more_is_left_at_once(branch):
    asked = iter([True] * 5 + [False])
    with pytest.raises(Cancelled):
        list(branch.future(load_scenario("zero_hours_ban").levers, lambda: next(asked)))
    assert np.array_equal(last(branch, ()), branch.baseline[:, START - HISTORY :])


def test_years_are_summed_up_as_in_results(branch, runs):
    found, run = by_year(branch.baseline), runs["baseline"]
    for number, april in enumerate(whole_years(HISTORY, END)):
        for place, indicator in enumerate(MONTHLY):
            expected = year_value(indicator, run.of(indicator), april - HISTORY)
            assert np.array_equal(found[place, number], expected, equal_nan=True)
        costs = [year_value(indicator, run.of(indicator), april - HISTORY) for indicator in PAYERS]
        assert found[-1, number] == pytest.approx(sum(costs), rel=1e-12)


# -- what is shown


def futures(*changes: float) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
    """Baselines of ones, and futures with so much more of everything, by draw."""
    baselines = {draw: np.ones((FIGURES, END - HISTORY + 1)) for draw in range(1, len(changes) + 1)}
    return baselines, {draw: np.full((FIGURES, FUTURE), 1.0 + change) for draw, change in enumerate(changes, start=1)}


def test_no_direction_is_told_as_long_as_draws_do_not_agree():
    for changes, sign in (
        ((0.1, 0.2, 0.1, 0.3, 0.1), 1),
        ((-0.1, -0.2, -0.1, -0.1, -0.3, -0.2), -1),
        ((0.1, 0.9), 0),  # two agree by luck half of the time
        ((0.1, 0.2, 0.1, 0.3, -0.1), 0),
        ((0.1, -0.2, 0.3), 0),
        ((0.1,), 0),
        ((0.0, 0.1), 0),
    ):
        baselines, after = futures(*changes)
        told = answers.told(baselines, after, set(after), early=True)
        assert told["change"]["filled_posts"]["sign"] == sign, changes
        whole = answers.told(baselines, after, set(after))["change"]["filled_posts"]
        assert whole["sign"] == (sign if whole["clear"] else 0), "once all are in, agreement is not enough"
        assert told["change"]["filled_posts"]["mean"] * 1e3 == pytest.approx(np.mean(changes))


def test_paper_tells_a_direction_only_where_the_range_beside_it_leaves_zero_out():
    (one,) = [each for each in answers.FIGURES if each.name == "filled_posts"]
    unsure, sure = (100.0, 4000.0, 9000.0, 200.0, 7000.0), (4000.0, 4001.0, 4002.0, 4000.0, 4001.0)
    for changes, words in ((unsure, "may rise or fall"), (sure, "+4 thousand")):
        baselines, after = futures(*changes)
        change = answers.told(baselines, after, set(after), early=True)["change"][one.name]
        assert change["sign"] == 1
        assert (change["low"] > 0) == change["clear"]
        assert words in answers.finding(one, change)


def test_a_single_draw_has_no_range_and_more_draws_narrow_it():
    widths = []
    for changes in ((0.1,), (0.1, 0.3), (0.1, 0.3, 0.1, 0.3, 0.1, 0.3)):
        baselines, after = futures(*changes)
        change = answers.told(baselines, after, set(after))["change"]["vacancies"]
        widths.append(None if change["low"] is None else change["high"] - change["low"])
    assert widths[0] is None
    assert widths[2] < widths[1] / 4


def test_a_path_goes_as_far_as_all_of_its_draws():
    baselines, after = futures(0.1, 0.2)
    after[2] = after[2][:, :24]
    assert len(answers.told(baselines, after, set())["path"]["vacancies"]) == 24
    assert len(answers.told(baselines, after, {1})["path"]["vacancies"]) == FUTURE


def test_a_cut_of_councils_money_is_not_told_by_its_fewer_vacancies_alone(branch):
    """On the first screen and in the comparison: posts are no longer sought, and more care is not met."""
    levers = choices.levers_of([choices.Choice("council_budget", "council_budget", choices.FULL)])
    assert (levers[0].source, levers[0].percent) == ("savings", 10.0)
    draws, after = range(1, answers.ENOUGH + 1), last(branch, levers)
    told = answers.told(dict.fromkeys(draws, branch.baseline), dict.fromkeys(draws, after), set(draws))
    assert told["change"]["vacancies"]["sign"] == -1
    assert re.search(r"vacant posts fall by \d+\.\d thousand, with \d+\.\d thousand posts no longer", told["caution"])
    assert told["caution"].endswith("less care is bought, and more need is not met.")
    looked = Looked(1, 1, branch.look(levers, follow=False), branch.baseline_look(follow=False))
    shares = np.full(len(draws), 1.0 / len(draws))
    assert comparing.caution(dict.fromkeys(draws, looked), shares) == told["caution"]


@pytest.mark.parametrize(
    ("vacant", "sought", "unmet", "words"),
    [
        (-5.0, -9.0, 1.0, "changes by +1.0 percentage points. Fewer vacancies are no improvement here"),
        (-5.0, -9.0, -1.0, "changes by \N{MINUS SIGN}1.0 percentage points."),
        (-5.0, -9.0, 0.0, "care not met may rise or fall."),
        (-5.0, 0.0, 1.0, ""),
        (-5.0, 9.0, -1.0, ""),
        (-5.0, -2.0, 1.0, ""),
        (5.0, -9.0, 1.0, ""),
    ],
)
def test_fewer_vacancies_are_cautioned_where_fewer_posts_are_sought(vacant, sought, unmet, words):
    values = dict(zip(answers.CAUTIONED, (vacant, sought, unmet), strict=True))
    said = answers.caution({name: {"mean": value, "sign": int(np.sign(value))} for name, value in values.items()})
    assert words in said
    assert bool(said) == bool(words)
    assert ("no improvement" in said) == (bool(words) and unmet > 0)


# -- levers and packages


def test_every_lever_of_the_catalogue_is_offered_and_possible_at_every_step():
    offered = [one for levers in choices.offered().values() for one in levers]
    assert len({one.lever for one in offered}) == len(offered) > 50
    for one in offered:
        steps = [1.0] if one.fixed else np.arange(choices.STEP, one.strongest + 0.01, choices.STEP)
        for strength in steps:
            (first, *_) = choices.levers_of([choices.Choice(one.lever, one.lever, float(strength))])
            assert first.name == one.lever
            assert START <= first.start <= END


def test_a_package_saved_as_a_file_is_the_package(tmp_path):
    for name in choices.READY:
        scenario, chosen = choices.ready(name)
        assert choices.levers_of(chosen) == scenario.levers
        (tmp_path / "mine.yaml").write_text(choices.as_file("Mine", chosen))
        assert load_scenario(tmp_path / "mine.yaml").levers == scenario.levers


def test_a_case_of_the_past_is_laid_in_the_future():
    (hub,) = choices.levers_of([choices.Choice("recruitment_hub", "recruitment_hub", 1.0)])
    (case,) = load_scenario("recruitment_hub").levers
    assert case.start < START <= hub.start
    assert hub.model_copy(update={"start": case.start}) == case


def test_half_a_lever_is_half_its_dose_and_cost():
    whole, half = (choices.levers_of([choices.Choice("fee_uplift", "fee_uplift", each)])[0] for each in (1.0, 0.5))
    assert half.percent == whole.percent / 2
