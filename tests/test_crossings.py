"""Crossings: what is counted on request is what the usual results count, and names that mean nothing are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small import SCALE, private_store
from typer.testing import CliRunner

from sim import running
from sim.cli import app
from sim.crossings import Shape, bands
from sim.detail import DIMENSIONS, PERSON_DIMENSIONS, Detail, parse_detail
from sim.folders import load_results
from sim.measures import areas
from sim.problems import ScenarioError
from sim.results import Results
from sim.running import run
from sim.units import Role

NAME = "Enacted law"
VALUES: dict[str, Any] = {
    "name": NAME,
    "scale": SCALE,
    "replicates": 2,
    "window": {"from": "2017-03", "to": "2018-05"},
}
ASKED = ("groups", "region,role", "service,contract", "role,service,size", *PERSON_DIMENSIONS)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory):
    with private_store(tmp_path_factory.mktemp("store")):
        run(VALUES)
        yield run(VALUES, detail=ASKED, output=tmp_path_factory.mktemp("results") / "new")


def cell(results: Results, crossing: str, indicator: str, **bands: str) -> Any:
    """[replicate, month] values of one cell; missing where it is not listed."""
    frame = results.crossings
    here = (frame["crossing"] == crossing) & (frame["indicator"] == indicator)
    for dimension, band in bands.items():
        here &= frame[dimension] == band
    table = frame[here].pivot_table(index="replicate", columns="month", values="value", observed=True)
    months = sorted(frame["month"].astype(str).unique())
    return table.reindex(index=[1, 2], columns=months).to_numpy()


@pytest.mark.parametrize("dimension", PERSON_DIMENSIONS)
def test_one_group_by_itself_is_what_the_books_count(results: Results, dimension: str) -> None:
    """Leavers are counted in the group they left from, here by comparing columns and there by the kernels."""
    for band in bands(dimension):
        for indicator in ("people", "turnover"):
            expected = np.stack(
                [run.measured.of(indicator, group=band, group_type=dimension) for run in results.of(NAME)]
            )
            found = cell(results, dimension, indicator, **{dimension: band})
            np.testing.assert_allclose(np.nan_to_num(found), np.nan_to_num(expected), err_msg=f"{band} {indicator}")
    assert np.nansum(cell(results, dimension, "turnover", **{dimension: bands(dimension)[0]})) > 0


@pytest.mark.parametrize("indicator", ["vacancy_rate", "vacancies", "zero_hours_share", "mean_pay", "leavers"])
def test_regions_by_role_are_those_of_the_regions(results: Results, indicator: str) -> None:
    for region in areas("region"):
        for role in Role:
            expected = results.values(NAME, indicator, region, role.name.lower())
            found = cell(results, "region,role", indicator, region=region, role=role.name.lower())
            np.testing.assert_allclose(np.nan_to_num(found), np.nan_to_num(expected), err_msg=f"{region} {role}")


def test_a_crossing_adds_up_to_what_it_divides(results: Results) -> None:
    frame = results.crossings
    for crossing in ("region,role", "service,contract", "role,service,size", "tenure"):
        for indicator, whole in (("people", "filled_posts_all"), ("leavers", "leavers")):
            own = frame[(frame["crossing"] == crossing) & (frame["indicator"] == indicator)]
            sums = own.groupby(["replicate", "month"], observed=True)["value"].sum().unstack("month")
            assert sums.to_numpy() == pytest.approx(results.values(NAME, whole)), (crossing, indicator)
    zero = cell(results, "service,contract", "zero_hours_share", service="home_care", contract="zero hours")
    assert (zero == 1.0).all()


def test_turnover_is_known_from_the_first_month_of_a_window_that_begins_late(results: Results) -> None:
    late = cell(results, "region,role", "turnover", region="London", role="care_worker")
    assert not np.isnan(late).any()
    assert late.shape == (2, 15)


def test_vacancies_are_crossed_by_places_alone(results: Results) -> None:
    frame = results.crossings
    with_vacancies = set(frame[frame["indicator"] == "vacancy_rate"]["crossing"].astype(str))
    assert with_vacancies == {"region,role", "role,service,size"}
    assistants = frame[(frame["service"] == "personal_assistants") & (frame["crossing"] == "role,service,size")]
    assert set(assistants["indicator"].astype(str)) == {"people", "leavers", "turnover", "mean_pay", "zero_hours_share"}


def test_files_of_crossings_by_month_and_by_year(results: Results) -> None:
    assert results.folder is not None
    yearly = pd.read_csv(results.folder / "crossings.csv")
    assert set(yearly["financial_year"]) == {"2017/18"}
    one = yearly.query("crossing == 'region,role' and region == 'London' and role == 'care_worker'").set_index(
        "indicator"
    )
    values = cell(results, "region,role", "leavers", region="London", role="care_worker")
    assert one.loc["leavers", "mean"] == pytest.approx(values[:, 1:13].sum(axis=1).mean())
    rate = cell(results, "region,role", "vacancy_rate", region="London", role="care_worker")[:, 12]
    assert one.loc["vacancy_rate", "mean"] == pytest.approx(rate.mean(), abs=1e-6)
    assert one.loc["vacancy_rate", "low"] < rate.mean() < one.loc["vacancy_rate", "high"]
    assert one.loc["vacancy_rate", "unit"] == "share"
    assert (one["replicates"] == 2).all()
    asked = {name for text in ASKED if text != "groups" for name in text.split(",")}
    assert [name for name in yearly.columns if name in DIMENSIONS] == [name for name in DIMENSIONS if name in asked]
    back = load_results(results.folder)
    pd.testing.assert_frame_equal(back.crossings, results.crossings, check_categorical=False)


def test_grammar() -> None:
    assert parse_detail(()) == Detail()
    assert parse_detail("groups") == Detail(groups=True)
    assert parse_detail(["role,service", "groups", " age , visa "]) == Detail(
        groups=True, crossings=(("role", "service"), ("age", "visa"))
    )
    assert parse_detail(["councils", " months "]) == Detail(councils=True, months=True)
    assert parse_detail(["role", "role"]) == Detail(crossings=(("role",),))
    assert Shape.of(("role", "service")).cells == 42


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("rol,service", "did you mean 'role'?"),
        ("role,regoin", "did you mean 'region'?"),
        ("group", "did you mean 'groups'?"),
        ("role,service,role", "names a dimension twice"),
        ("age,visa,gender,role,service", "crosses 5 dimensions"),
        ("groups,councils", "each by itself: --detail groups --detail councils"),
        ("role,groups,service", "each by itself: --detail groups --detail role,service"),
        ("groups,servce", "did you mean 'service'?"),
        ("role,", "'' is no dimension"),
    ],
)
def test_names_that_mean_nothing_are_refused_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, said: str
) -> None:
    monkeypatch.setattr(running, "_simulate", lambda *given: pytest.fail("ran"))
    output = tmp_path / "out"
    done = CliRunner().invoke(app, ["run", "baseline", "--detail", asked, "--output", str(output)])
    assert done.exit_code == 2
    assert "command line: --detail" in done.stderr
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_all_problems_are_said_at_once() -> None:
    with pytest.raises(ScenarioError) as error:
        parse_detail(["rol,service", "reigon"])
    assert len(error.value.problems) == 2


def test_a_crossing_of_too_many_cells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_simulate", lambda *given: pytest.fail("ran"))
    with pytest.raises(ScenarioError, match=r"'council,role,age,tenure' has 38,556 cells; expected .* 10,000"):
        run(VALUES, detail="council,role,age,tenure", output=tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ScenarioError, match="--people: -1"):
        run(VALUES, people=-1)
