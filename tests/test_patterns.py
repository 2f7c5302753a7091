"""Where the science starts, before any calibration: levels in the right region and patterns that nobody tuned alone.

The ranges are those that a first version has to meet; how far each figure lies from the published one is told in
``docs/starting_point.md``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.geography import load_places
from sim.results import Results
from sim.running import run
from sim.scenario import load_scenario
from sim.units import month_index
from tests.small import private_store

NAME = "Enacted law"
YEARS = range(2016, 2022)
"""First halves of the financial years 2016/17 to 2021/22."""


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Results:
    window = {"from": "2016-04", "to": "2022-03"}
    scenario = load_scenario("baseline", {"scale": 0.1, "replicates": 3, "window": window})
    folder: Path = tmp_path_factory.mktemp("patterns")
    with private_store(folder):
        return run(scenario, threads=2)


def in_march(results: Results, indicator: str, area: str = "England", group: str = "all") -> np.ndarray:
    """Means over replicates of each financial year's March."""
    values = results.values(results.scenarios[0], indicator, area, group).mean(axis=0)
    return np.array([values[month_index(year + 1, 3)] for year in YEARS])


def test_levels_lie_in_the_right_region(history: Results) -> None:
    vacancy, turnover = in_march(history, "vacancy_rate"), in_march(history, "turnover_all")
    from_care = in_march(history, "staff_from_care")
    assert np.all((vacancy > 0.04) & (vacancy < 0.12)), vacancy
    assert np.all((turnover > 0.20) & (turnover < 0.40)), turnover
    assert np.all((from_care > 0.50) & (from_care < 0.75)), from_care


def test_vacancies_peak_in_2021_22(history: Results) -> None:
    vacancy = in_march(history, "vacancy_rate")
    assert vacancy.argmax() == len(YEARS) - 1, vacancy


def test_home_care_has_half_as_many_vacancies_again_as_care_homes(history: Results) -> None:
    home_care = in_march(history, "vacancy_rate", group="home_care")[-1]
    residential = in_march(history, "vacancy_rate", group="residential")[-1]
    assert home_care > 1.5 * residential, (home_care, residential)


def test_london_has_the_highest_vacancy_rate_in_2021_22(history: Results) -> None:
    rates = {region: in_march(history, "vacancy_rate", region)[-1] for region in load_places().regions}
    assert max(rates, key=lambda region: rates[region]) == "London", rates


def test_care_workers_leave_more_often_than_seniors(history: Results) -> None:
    care_workers = in_march(history, "turnover_council_independent", group="care_worker")
    seniors = in_march(history, "turnover_all", group="senior_care_worker")
    assert np.all(care_workers > seniors), (care_workers, seniors)


def test_personal_assistants_leave_far_less_often_than_other_care_workers(history: Results) -> None:
    assistants = in_march(history, "turnover_all", group="personal_assistants")
    care_workers = in_march(history, "turnover_council_independent", group="care_worker")
    assert np.all(assistants < 0.75 * care_workers), (assistants, care_workers)
