"""A council's own figures: the strict file, what it re-scales, what it is set beside, and where it came from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small import SCALE, origin, private_store
from typer.testing import CliRunner

from sim.agents.columns import Table
from sim.cli import app
from sim.comparison import compare
from sim.conditions import in_force
from sim.geography import load_places, read_rows
from sim.loader import LARGEST_FILE
from sim.local_check import shown
from sim.local_data import COLUMNS, MOST_ROWS, LocalData
from sim.manifest import scenarios_of
from sim.population import Population, build_population
from sim.population.local import at_start, england, england_fee
from sim.problems import ScenarioError
from sim.replicate import Plan, finished_key
from sim.results import Results
from sim.running import run_all
from sim.scenario import load_scenario, scenario_from
from sim.units import Payer, Sector, Service, Status, month_index

HEADINGS = ",".join(COLUMNS)
FIGURES = f"""{HEADINGS}
council,Leeds,filled_posts,home_care,,2024/25,9000,own count
council,Leeds,filled_posts,residential,independent,2024/25,2500,own count
council,Leeds,home_care_fee,,,2024/25,20.00,own accounts
council,Leeds,care_home_fee,,,2024/25,1300,own accounts
ics,West Yorkshire,zero_hours_share,home_care,,2023/24,20,survey
council,Leeds,turnover,,,2016/17,25,Skills for Care
council,Leeds,vacancy_rate,,,2016/17,6.6,Skills for Care
"""
LEEDS = load_places().short_names.index("Leeds")
WINDOW = {"from": "2016-04", "to": "2017-03"}


def write(folder: Path, text: str | bytes, scenario: str = "") -> Path:
    (folder / "own.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    path = folder / "mine.yaml"
    path.write_text(scenario or "name: Mine\nlocal_data: own.csv\n", encoding="utf-8")
    return path


def data_of(folder: Path, text: str = FIGURES) -> LocalData:
    found = load_scenario(write(folder, text)).local_data
    assert found is not None
    return found


@dataclass(frozen=True)
class Broken:
    """A broken file and what its message must say."""

    case: str
    text: str | bytes
    line: int
    column: str
    expected: str
    nearest: str = ""


def row(**cells: str) -> str:
    """A file with one row, right but for the cells given."""
    right = {
        "area": "council", "name": "Leeds", "quantity": "filled_posts", "period": "2024/25", "value": "7000",
        "source": "own count",
    }  # fmt: skip
    return HEADINGS + "\n" + ",".join({**dict.fromkeys(COLUMNS, ""), **right, **cells}[name] for name in COLUMNS) + "\n"


BROKEN = [
    Broken("unknown area", row(area="counsil"), 2, "area", "'council' or 'ics'", "council"),
    Broken("unknown council", row(name="Leds"), 2, "name", "one of the 153 councils", "Leeds"),
    Broken("care system for a council", row(name="West Yorkshire"), 2, "name", "one of the 153 councils"),
    Broken("unknown care system", row(area="ics", name="West Yorkshre"), 2, "name", "42 integrated", "West Yorkshire"),
    Broken("unknown quantity", row(quantity="filled_post"), 2, "quantity", "'filled_posts'", "filled_posts"),
    Broken("unknown service", row(service="homecare"), 2, "service", "'home_care'", "home_care"),
    Broken("unknown sector", row(sector="private"), 2, "sector", "'independent'"),
    Broken("fee by service", row(quantity="home_care_fee", service="home_care", value="22"), 2, "service", "a blank"),
    Broken("turnover by sector", row(quantity="turnover", sector="council", value="22"), 2, "sector", "a blank"),
    Broken("year with a dash", row(period="2024-25"), 2, "period", "a financial year", "2024/25"),
    Broken("calendar year", row(period="2024"), 2, "period", "a financial year from 2016/17 to 2025/26"),
    Broken("years that do not follow", row(period="2024/26"), 2, "period", "a financial year"),
    Broken("year to come", row(period="2030/31"), 2, "period", "a financial year from 2016/17 to 2025/26"),
    Broken("thousands separated", row(value='"7,000"'), 2, "value", "a number"),
    Broken("pounds", row(quantity="home_care_fee", value="£22"), 2, "value", "a number"),
    Broken("pence for pounds", row(quantity="home_care_fee", value="2200"), 2, "value", "pounds an hour, 5 to 100"),
    Broken("share for percent", row(quantity="vacancy_rate", value="0.08"), 2, "value", "percent, 0.5 to 60"),
    Broken("no value", row(value=""), 2, "value", "the figure"),
    Broken("no source", row(source=""), 2, "source", "who published it"),
    Broken("cell too many", row() + "council,Leeds,turnover,,,2024/25,30,x,y\n", 3, "row", "8, as in line 1"),
    Broken("unknown column", row().replace("quantity", "quantitiy", 1), 1, "quantitiy", "the headings", "quantity"),
    Broken("column left out", row().replace(",source", "", 1).replace(",own count", ""), 1, "source", "the headings"),
    Broken("no headings", "council,Leeds,turnover,,,2024/25,30,x\n", 1, "area", "the headings area,name"),
    Broken("empty", "", 1, "file", "headings and a row"),
    Broken("blank lines", "\n\n", 1, "file", "headings and a row"),
    Broken("semicolons", row().replace(",", ";"), 1, "file", "commas between cells"),
    Broken("headings only", HEADINGS + "\n", 1, "file", "a row for each figure"),
    Broken("the same twice", row() + row().split("\n")[1] + "\n", 3, "row", "the whole or its parts"),
    Broken(
        "the whole and a part",
        row() + "council,Leeds,filled_posts,home_care,,2024/25,5000,x\n",
        3,
        "row",
        "the whole or its parts",
    ),
    Broken(
        "council and its care system",
        row() + "ics,West Yorkshire,filled_posts,,,2023/24,40000,x\n",
        3,
        "row",
        "the whole or its parts",
    ),
    Broken("open quote", row(source='"own'), 2, "file", "cells with commas between them"),
    Broken("Latin-1", row(source="caf\xe9").encode("latin-1"), 2, "file", "UTF-8 text"),
    Broken("workbook", b"PK\x03\x04\x00" + b"x" * 10, 1, "file", "UTF-8 text"),
    Broken("giant", row() + " " * LARGEST_FILE, 0, "file", "a CSV file of at most that size"),
    Broken("many rows", HEADINGS + "\n" + (row().split("\n")[1] + "\n") * (MOST_ROWS + 1), 2002, "file", "more"),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.case)
def test_broken_file_is_refused_with_line_and_column(broken: Broken, tmp_path: Path) -> None:
    path = write(tmp_path, broken.text)
    before = sorted(tmp_path.rglob("*"))
    result = CliRunner().invoke(app, ["run", str(path), "--output", str(tmp_path / "results")])
    assert result.exit_code == 2, result.output
    place = f"own.csv:{broken.line}: {broken.column}: " if broken.line else f"own.csv: {broken.column}: "
    fitting = [line for line in result.stderr.splitlines() if place in line and broken.expected in line]
    assert fitting, result.stderr
    if broken.nearest:
        assert any(f"did you mean {broken.nearest!r}?" in line for line in fitting), result.stderr
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("owm.csv", "did you mean 'own.csv'?"),
        ("../own.csv", "without a path"),
        ("/etc/passwd", "without a path"),
        ("own.xlsx", "the name of a CSV file"),
        ("5", "the name of a CSV file"),
        ("{file: own.csv}", "the name of a CSV file"),
        ("link.csv", "a link out of its folder"),
    ],
)
def test_file_must_lie_beside_the_scenario(named: str, expected: str, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret.csv").write_text(FIGURES, encoding="utf-8")
    path = write(inner, FIGURES, f"name: Mine\nlocal_data: {named}\n")
    (inner / "link.csv").symlink_to(tmp_path / "secret.csv")
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 2
    assert "mine.yaml:2: local_data: " in result.stderr
    assert expected in result.stderr


def test_all_that_is_wrong_comes_at_once_with_the_scenarios_own_errors(tmp_path: Path) -> None:
    text = row(name="Leds", value="x") + "council,Leeds,turnovr,,,2024/25,30,x\n"
    path = write(tmp_path, text, "name: Mine\nscale: 7\nlocal_data: own.csv\n")
    result = CliRunner().invoke(app, ["check", str(path)])
    places = [line.split(": ")[:2] for line in result.stderr.splitlines()]
    assert [(Path(place.rsplit(":", 1)[0]).name, place.rsplit(":", 1)[1], field) for place, field in places] == [
        ("mine.yaml", "2", "scale"), ("own.csv", "2", "name"), ("own.csv", "2", "value"), ("own.csv", "3", "quantity"),
    ]  # fmt: skip


def test_a_child_takes_the_file_from_beside_its_parent(tmp_path: Path) -> None:
    write(tmp_path, FIGURES)
    child = tmp_path / "child.yaml"
    child.write_text("name: Child\nextends: mine\n", encoding="utf-8")
    scenario = load_scenario(child)
    assert scenario.local_data == data_of(tmp_path)
    assert scenario.resolved()["files"] == ["child.yaml", "mine.yaml", "own.csv"]
    assert scenario.resolved()["origins"]["local_data.rows[0].value"] == "local data own.csv"


def test_values_given_in_python_cannot_name_a_file() -> None:
    with pytest.raises(ScenarioError, match="local_data"):
        load_scenario("baseline", {"local_data": "own.csv"})
    with pytest.raises(ScenarioError, match="local_data"):
        scenario_from({"name": "x", "local_data": "own.csv"})


def test_england_of_a_year_is_the_published_one_moved_by_uplifts() -> None:
    known = {(one["series"], one["period"]): float(one["value"]) for one in read_rows("local_reference.csv")}
    assert england("filled_posts", month_index(2024, 4)) == known["filled_posts", "2024/25"]
    assert england("filled_posts", month_index(2017, 4)) == pytest.approx(
        (known["filled_posts", "2016/17"] + known["filled_posts", "2018/19"]) / 2
    )
    fee = known["home_care_fee", "2024/25"]
    assert england_fee("home_care_fee", month_index(2024, 4)) == fee
    assert england_fee("home_care_fee", month_index(2025, 4)) == pytest.approx(
        fee * (1 + in_force("fee_uplift", month_index(2025, 4), "home_care"))
    )
    assert england_fee("home_care_fee", month_index(2022, 4)) == pytest.approx(
        fee
        / (1 + in_force("fee_uplift", month_index(2024, 4), "home_care"))
        / (1 + in_force("fee_uplift", month_index(2023, 4), "home_care"))
    )


def test_reference_figures_are_those_that_are_published() -> None:
    published = {(one["indicator"], one["period"], float(one["value"])) for one in read_rows("published.csv")}
    for one in read_rows("local_reference.csv"):
        if one["series"] in ("filled_posts", "zero_hours_share"):
            factor = 0.01 if one["unit"] == "percent" else 1.0
            assert any(
                name == one["series"]
                and period == one["period"]
                and value == pytest.approx(float(one["value"]) * factor)
                for name, period, value in published
            ), one


@cache
def populations(folder: str) -> tuple[Population, Population, LocalData]:
    data = data_of(Path(folder))
    return build_population(0.02, 1), build_population(0.02, 1, local_data=data), data


@pytest.fixture
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Population, Population, LocalData]:
    return populations(str(tmp_path_factory.getbasetemp()))


def posts(providers: Table[Any], mask: np.ndarray) -> float:
    return float(providers.posts_filled[mask].sum() / 0.02)


def test_posts_of_the_place_are_scaled_and_others_stay(built: tuple[Population, Population, LocalData]) -> None:
    before, after, data = built
    for figure in data.rows[:2]:
        providers = after.providers
        inside = (providers.council == LEEDS) & (providers.service == Service[figure.service.upper()])  # type: ignore[union-attr]
        if figure.sector:
            inside &= providers.sector == Sector.INDEPENDENT
        assert posts(providers, inside) == pytest.approx(at_start(figure).value, abs=100)  # two posts of the sample
    for service in Service:
        elsewhere = [
            posts(each.providers, (each.providers.council != LEEDS) & (each.providers.service == service))
            for each in (before, after)
        ]
        assert elsewhere[1] == pytest.approx(elsewhere[0], rel=0.002)
    nursing = [
        posts(each.providers, (each.providers.council == LEEDS) & (each.providers.service == Service.NURSING))
        for each in (before, after)
    ]
    assert nursing[0] == pytest.approx(nursing[1], abs=60)


def test_posts_that_grew_faster_than_the_sector_were_fewer_at_the_start(tmp_path: Path) -> None:
    text = "\n".join(
        [HEADINGS, *(f"council,Leeds,filled_posts,{one},,2024/25,1000,x" for one in ("home_care", "residential"))]
    )
    at_home, in_homes = (at_start(figure).value for figure in data_of(tmp_path, text).rows)
    assert at_home < 1000 * 1_340_000 / 1_475_000 < in_homes


def test_fees_of_the_place_stand_to_englands_as_they_do_in_its_own_year(
    built: tuple[Population, Population, LocalData],
) -> None:
    _, after, data = built
    providers = after.providers
    for figure, services in (
        (data.rows[2], [Service.HOME_CARE]),
        (data.rows[3], [Service.RESIDENTIAL, Service.NURSING]),
    ):
        kind = np.isin(providers.service, services) & (providers.sector == Sector.INDEPENDENT)
        bought = providers.demand_minutes[:, Payer.COUNCIL]
        mean = [
            np.average(providers.fee[mask, Payer.COUNCIL], weights=bought[mask])
            for mask in (kind & (providers.council == LEEDS), kind & (providers.council != LEEDS))
        ]
        assert mean[0] / mean[1] == pytest.approx(at_start(figure).value, rel=0.02)


def test_a_lower_fee_lowers_other_costs_before_margins(built: tuple[Population, Population, LocalData]) -> None:
    before, after, _ = built
    homes = [
        (each.providers.council == LEEDS) & (each.providers.service == Service.NURSING) for each in (before, after)
    ]
    other = [each.providers.other_cost[mask].mean() for each, mask in zip((before, after), homes, strict=True)]
    assert other[1] > other[0], "a higher fee for homes is spent on what is not staff"
    cheap = after.providers
    at_home = (cheap.council == LEEDS) & (cheap.service == Service.HOME_CARE) & (cheap.sector == Sector.INDEPENDENT)
    usual = before.providers
    same = (usual.council == LEEDS) & (usual.service == Service.HOME_CARE) & (usual.sector == Sector.INDEPENDENT)
    assert cheap.other_cost[at_home].min() >= 0
    assert cheap.other_cost[at_home].mean() < usual.other_cost[same].mean()


def test_contracts_of_the_care_system_are_those_of_its_figure(built: tuple[Population, Population, LocalData]) -> None:
    before, after, data = built
    codes = data.rows[4].council_codes()
    inside = np.array([code in codes for code in load_places().council_codes])

    def share(population: Population) -> float:
        workers, providers = population.workers, population.providers
        people = workers.status == Status.CARE
        employer = workers.employer[people]
        there = inside[providers.council[employer]] & (providers.service[employer] == Service.HOME_CARE)
        return float(np.mean(workers.contract_minutes[people][there] == 0))

    target = at_start(data.rows[4]).value / 100.0
    assert target == pytest.approx(0.232, abs=0.01)
    assert share(before) > target + 0.1
    assert share(after) == pytest.approx(target, abs=0.06)


def test_of_several_years_the_latest_re_scales(tmp_path: Path) -> None:
    text = row(period="2023/24", value="6000") + "".join(row(period="2024/25", value="7000").splitlines(True)[1:])
    data = data_of(tmp_path, text)
    assert [figure.value for figure in data.that_rescale()] == [7000]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("own")
    usual = load_scenario(write(folder, FIGURES), {"scale": SCALE, "replicates": 1, "window": WINDOW})
    raised = load_scenario(
        folder / "mine.yaml",
        {
            "name": "Raised",
            "scale": SCALE,
            "replicates": 1,
            "window": WINDOW,
            "levers": [{"national_living_wage": {"from": "2016-10", "percent": 10}}],
        },
    )
    with private_store(tmp_path_factory.mktemp("store")):
        yield compare(usual, [raised], output=folder / "out").results


def test_manifest_holds_file_hash_rows_and_what_they_were_used_for(results: Results) -> None:
    told = results.manifest["local_data"]
    assert told["file"] == "own.csv"
    assert len(told["sha256"]) == 64
    used = [each["used"] for each in told["rows"]]
    assert used[0].startswith("re-scales the start: ")
    assert "times England's fee" in used[2]
    assert used[-2:] == ["check only", "check only"]
    assert all(each["source"] for each in told["rows"])
    models = {each["quantity"]: each["model"] for each in told["rows"]}
    assert models["home_care_fee"] is None
    assert models["filled_posts"] is None, "2024/25 lies outside the window"
    place = results.months.index(month_index(2017, 3))
    turnover = results.values("Mine", "turnover_all", area="Leeds")[:, place].mean()
    assert models["turnover"] == pytest.approx(100.0 * turnover, abs=1e-3)
    page = (results.folder / "report.html").read_text(encoding="utf-8")  # type: ignore[operator]
    assert told["sha256"] in page
    assert shown(models["turnover"]) in page


def test_a_run_comes_back_from_its_manifest_alone(results: Results, tmp_path: Path) -> None:
    again = scenarios_of(json.loads(json.dumps(results.manifest)))
    with private_store(tmp_path / "store"):
        repeated = run_all(again)
    for one, other in zip(results.runs, repeated.runs, strict=True):
        assert np.array_equal(one.measured.values, other.measured.values, equal_nan=True)
    assert repeated.manifest["local_data"] == results.manifest["local_data"]


def test_figures_of_its_own_make_another_history(results: Results, tmp_path: Path) -> None:
    with private_store(tmp_path / "store"):
        without = run_all([{"name": "Mine", "scale": SCALE, "replicates": 1, "window": WINDOW}])
    assert without.manifest["local_data"] == {}
    assert not np.array_equal(without.values("Mine", "filled_posts"), results.values("Mine", "filled_posts"))


def test_a_stored_history_belongs_to_the_figures_that_made_it(tmp_path: Path) -> None:
    def keys(text: str) -> tuple[str, str]:
        scenario = load_scenario(write(tmp_path, text), {"window": WINDOW})
        plan = Plan((scenario,))
        return plan.origin(1).key(0), finished_key(plan, scenario, 1)

    own, changed = keys(FIGURES), keys(FIGURES.replace("20.00", "20.50"))
    assert own[0] != origin(scale=load_scenario("baseline").scale).key(0)
    assert own[0] != changed[0]
    assert own[1] != changed[1]
    assert own == keys(FIGURES.replace("own accounts", "accounts"))
    assert own == keys(FIGURES.replace("2016/17,25,", "2016/17,26,")), "what is only checked makes no history"


def test_scenarios_compared_bring_the_same_figures(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="local_data"):
        compare(load_scenario(write(tmp_path, FIGURES)), ["baseline"])


def test_the_example_says_that_it_is_made_up() -> None:
    example = load_scenario("example_own_figures")
    assert example.local_data is not None
    assert "MADE UP" in example.description
    assert all("made up" in figure.source for figure in example.local_data.rows)
    assert {figure.quantity for figure in example.local_data.rows} >= {"filled_posts", "home_care_fee", "turnover"}
