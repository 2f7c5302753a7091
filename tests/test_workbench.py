"""A study in the EMA Workbench: the same axes, and what its runs show."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest
from small import private_store

pytest.importorskip("ema_workbench", reason="needs the extra `workbench`")

from sim.experiments.files import study_from
from sim.experiments.workbench import as_model
from sim.replicate import Plan, simulate
from sim.results import year_value
from sim.scenario import scenario_from

STUDY = {
    "name": "Small", "scale": 0.002, "window": {"from": "2027-04", "to": "2028-03"}, "replicates": 2,
    "uncertainties": {"parameters": {"switching_cost": "range"}},
    "levers": [
        {"zero_hours_ban": {"from": "2027-04", "minimum_hours": {"vary": [8, 16]}}},
        {"fee_uplift": {"from": "2027-04", "percent": {"vary": {"from": 1, "to": 5}}}},
    ],
    "outcomes": ["vacancy_rate", "cost"],
    "design": {"kind": "latin_hypercube", "points": 4},
}  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    with private_store(tmp_path_factory.mktemp("store")):
        yield as_model(study_from(STUDY))


def test_axes_are_uncertainties_and_levers_with_their_bounds(model):
    assert [one.name for one in model.uncertainties] == ["switching_cost"]
    assert [one.name for one in model.levers] == ["zero_hours_ban__minimum_hours", "fee_uplift__percent"]
    assert (model.levers["fee_uplift__percent"].lower_bound, model.levers["fee_uplift__percent"].upper_bound) == (1, 5)
    names = [one.name for one in model.outcomes]
    assert names == ["vacancy_rate", "cost", "change_of_vacancy_rate", "change_of_cost"]


def test_a_point_shows_what_the_simulation_of_its_scenario_shows(model):
    shown = model.function(switching_cost=0.05, zero_hours_ban__minimum_hours=16, fee_uplift__percent=3.0)
    levers = [
        {"zero_hours_ban": {"from": "2027-04", "minimum_hours": 16}},
        {"fee_uplift": {"from": "2027-04", "percent": 3.0}},
    ]
    from sim.parameters import behaviour

    common = {"scale": 0.002, "window": STUDY["window"]}
    rates = []
    for seed in (1, 2):
        scenario = scenario_from({"name": "Both", "levers": levers, "seed": seed, **common})
        (run,) = simulate(Plan((scenario,), behaviour=behaviour({"switching_cost": 0.05})), 1, 1)
        rates.append(float(year_value("vacancy_rate", run.of("vacancy_rate"), 0)))
    assert shown["vacancy_rate"] == pytest.approx(sum(rates) / 2, rel=1e-12)
    assert shown["change_of_cost"] > 0


def test_experiments_are_performed_on_the_workbench_itself(model):
    from ema_workbench import SequentialEvaluator

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with SequentialEvaluator(model) as evaluator:
            experiments, outcomes = evaluator.perform_experiments(scenarios=1, policies=2)
    assert len(experiments) == 2
    assert set(outcomes) == {"vacancy_rate", "cost", "change_of_vacancy_rate", "change_of_cost"}
    assert (outcomes["change_of_cost"] != 0).all()


def test_the_example_of_the_page_asks_for_what_its_study_has():
    text = (Path(__file__).parents[1] / "docs" / "analysis.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    named = as_model(re.search(r'as_model\("(\w+)"\)', example)[1])
    assert ("scenarios=" in example) == bool(named.uncertainties)
    assert ("policies=" in example) == bool(named.levers)
