"""Comparison: differences are paired, intervals are Student's t, and what is shown says what it must."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from scipy import stats
from small import SCALE, private_store

from sim import compare
from sim.charts import CHARTS, finding
from sim.comparison import END, SPLIT, YEAR, Comparison
from sim.comparison_tables import said_of_intervals, table_rows
from sim.figures import PALETTE, apart
from sim.folders import load_results
from sim.headline import HEADLINES, Headline, at_month, number, written
from sim.indicators import INDICATORS
from sim.intervals import interval
from sim.month_axis import month_in_words
from sim.problems import ScenarioError
from sim.published import published, published_for
from sim.settings import setting
from sim.special_indicators import SPECIAL
from sim.units import month_index

BASE: dict[str, Any] = {
    "name": "As it was",
    "scale": SCALE,
    "replicates": 3,
    "window": {"from": "2016-04", "to": "2018-03"},
}
HIGHER: dict[str, Any] = {
    **BASE,
    "name": "Minimum wage a tenth higher",
    "levers": [{"national_living_wage": {"from": "2017-04", "percent": 10.0}}],
}
IDLE: dict[str, Any] = {
    **BASE,
    "name": "Fees as they are",
    "levers": [{"fee_uplift": {"from": "2017-04", "percent": 0.0}}],
}


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory):
    with private_store(tmp_path_factory.mktemp("store")):
        yield compare(BASE, [HIGHER, IDLE], output=tmp_path_factory.mktemp("out") / "compared")


def folder(comparison: Comparison) -> Path:
    assert comparison.results.folder is not None
    return comparison.results.folder


def pay() -> Headline:
    return next(line for line in HEADLINES if line.indicator == "pay_p50")


def test_differences_are_paired_by_replicate(comparison: Comparison) -> None:
    when = comparison.results.months[-1]
    pairs = at_month(comparison.results, HIGHER["name"], pay(), when) - at_month(
        comparison.results, BASE["name"], pay(), when
    )
    assert len(pairs) == 3
    line = next(
        line
        for line in comparison.lines()
        if line.when == END and line.headline == pay() and line.scenario == HIGHER["name"]
    )
    low, high = stats.t.interval(setting("interval"), 2, loc=pairs.mean(), scale=stats.sem(pairs))
    assert line.change.mean == pytest.approx(pairs.mean())
    assert (line.change.low, line.change.high) == pytest.approx((low, high))
    assert line.change.runs == 3
    assert line.change.mean > 0.3


def test_pairing_makes_differences_sharper_than_levels(comparison: Comparison) -> None:
    narrower = []
    for line in comparison.lines():
        if line.when == END and line.scenario == HIGHER["name"]:
            levels = at_month(comparison.results, BASE["name"], line.headline, comparison.results.months[-1])
            unpaired = interval(levels)
            if unpaired is not None and unpaired.high > unpaired.low:
                narrower.append(line.change.high - line.change.low < unpaired.high - unpaired.low)
    # Of three replicates a single interval may be wide by luck.
    assert len(narrower) > 8
    assert np.mean(narrower) > 0.7


def test_a_policy_that_does_nothing_differs_nowhere(comparison: Comparison) -> None:
    idle = [line for line in comparison.lines() if line.scenario == IDLE["name"]]
    assert len(idle) == 2 * len(HEADLINES)
    assert all((line.change.mean, line.change.low, line.change.high) == (0.0, 0.0, 0.0) for line in idle)
    assert not any(line.change.clear for line in idle)


def test_change_in_vacancies_is_split_into_its_parts(comparison: Comparison) -> None:
    splits = list(comparison.splits())
    assert len(splits) == 4
    for split in splits:
        assert sum(part.mean for part in split.parts.values()) == pytest.approx(split.change.mean, abs=1e-6)
    moved = next(split for split in splits if split.scenario == HIGHER["name"])
    filled = comparison.results.values(HIGHER["name"], "filled_posts") - comparison.results.values(
        BASE["name"], "filled_posts"
    )
    assert moved.parts["posts filled"].mean == pytest.approx(-filled[:, -1].mean())


def test_vacancies_never_stand_alone(comparison: Comparison) -> None:
    rows = table_rows(comparison, END)
    labels = [row.label for row in rows]
    vacant = labels.index("Vacant posts, thousand")
    assert labels[vacant + 1 : vacant + 1 + len(SPLIT)] == [f"of which from {part}" for part in SPLIT]
    assert labels[vacant + 1 + len(SPLIT)].startswith("Care not met")


def test_money_of_a_single_month_says_that_it_is_that_months(comparison: Comparison) -> None:
    for when, said in ((END, "(in that month)"), (YEAR, "(year)")):
        rows = {row.label: row.when for row in table_rows(comparison, when)}
        assert rows["Cost to councils, £ billion"] == said
        assert rows["Vacancy rate, %"] == ("" if when == END else "(March)")


def test_last_financial_year_is_compared_too(comparison: Comparison) -> None:
    assert comparison.moments() == [(END, "2018-03"), (YEAR, "2017/18")]
    cost = next(
        line
        for line in comparison.lines()
        if line.when == YEAR and line.headline.indicator == "cost_self_funder" and line.scenario == HIGHER["name"]
    )
    values = comparison.results.values(BASE["name"], "cost_self_funder")[:, -12:].sum(axis=1)
    assert cost.base.mean == pytest.approx(values.mean())


def test_one_replicate_has_no_interval() -> None:
    alone = interval([0.5])
    assert alone is not None
    assert np.isnan(alone.low)
    assert not alone.clear
    assert interval([float("nan"), 1.0]) is None


def test_table_on_disk_holds_what_the_comparison_holds(comparison: Comparison) -> None:
    with (folder(comparison) / "comparison.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(comparison.rows()) == 2 * 2 * (len(HEADLINES) + len(SPLIT))
    assert {row["replicates"] for row in rows} == {"3"}
    assert {row["interval"] for row in rows} == {str(setting("interval"))}
    assert float(rows[0]["change"]) == comparison.rows()[0]["change"]


def test_results_on_disk_can_be_compared_again(comparison: Comparison) -> None:
    again = compare(load_results(folder(comparison)))
    assert again.rows()[0] == comparison.rows()[0]
    assert str(again) == str(comparison)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_every_figure_has_its_text(comparison: Comparison, chart: Any) -> None:
    figures = folder(comparison) / "figures"
    text = (figures / f"{chart.name}.txt").read_text(encoding="utf-8")
    assert finding(comparison, chart) in text
    assert all(scenario in text for scenario in comparison.results.scenarios)
    assert (figures / f"{chart.name}.png").read_bytes().startswith(b"\x89PNG")
    drawing = (figures / f"{chart.name}.svg").read_text(encoding="utf-8")
    assert "As it was" in drawing
    assert "Source: caresim" in drawing


def test_figures_of_few_months_name_them_and_that_of_one_shows_points(tmp_path: Path) -> None:
    from matplotlib.image import imread

    drawn = {}
    with private_store(tmp_path / "store"):
        for end in ("2017-04", "2017-06"):
            few = {"window": {"from": "2017-04", "to": end}, "replicates": 2}
            compare(BASE | few, HIGHER | few, output=tmp_path / end)
            drawn[end] = (tmp_path / end / "figures" / "pay.svg").read_text(encoding="utf-8")
    assert {end: re.findall(r">(\w+ 2017)</text>", drawn[end]) for end in drawn} == {
        "2017-04": ["April 2017"],
        "2017-06": ["April 2017", "May 2017", "June 2017"],
    }
    picture = imread(tmp_path / "2017-04" / "figures" / "pay.png")[..., :3]
    middle = picture[:, int(0.4 * picture.shape[1]) : int(0.44 * picture.shape[1])]
    for colour in PALETTE[:2]:
        assert (np.abs(middle - to_rgb(colour)).max(axis=2) < 0.05).sum() > 50, "no point of this colour"
    text = (tmp_path / "2017-04" / "figures" / "pay.txt").read_text(encoding="utf-8")
    assert "Chart of points" in text
    assert "cash, in April 2017. As it was: £" in text


def test_title_states_what_luck_does_not_explain(comparison: Comparison) -> None:
    pay_chart = next(chart for chart in CHARTS if chart.name == "pay")
    assert finding(comparison, pay_chart).startswith("“Minimum wage a tenth higher” raises the median pay")
    idle = Comparison(
        comparison.results.__class__(
            tuple(run for run in comparison.results.runs if run.scenario != HIGHER["name"]), comparison.results.manifest
        )
    )
    assert finding(idle, pay_chart).startswith("With 3 replicates no policy's effect on the median pay")
    assert finding(idle, pay_chart).endswith("under \u201cAs it was\u201d")
    first = tuple(run for run in comparison.results.runs if run.replicate == 1)
    once = Comparison(comparison.results.__class__(first, comparison.results.manifest))
    assert finding(once, pay_chart).endswith("in March 2018 (one run of each)")


def test_page_stands_alone_and_says_how_far_to_trust_it(comparison: Comparison) -> None:
    page = (folder(comparison) / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=[\"'](?!data:|#)", page)
    anchors = set(re.findall(r'href="#(\w+)"', page))
    assert anchors <= set(re.findall(r'id="(\w+)"', page))
    assert len(anchors) > 5
    charts = len(CHARTS) + 1  # and the trade-off
    assert page.count('src="data:image/png;base64,') == charts
    assert page.count("alt=") == charts
    assert "evidence: strong" in page
    assert "evidence: moderate" in page
    assert said_of_intervals(comparison).split(".")[0] in page
    assert "what its change is made of" in page
    assert comparison.results.manifest["code_hash"] in page
    assert '<html lang="en-GB">' in page
    assert f"Baseline: enacted ({BASE['name']}, {HIGHER['name']}, {IDLE['name']})" in page
    assert "National Living Wage of 13.21 pounds an hour" in page
    assert page.count("<caption>Assumptions of") == 1
    assert "Figures of your own" not in page


def test_names_cannot_inject_markup(tmp_path: Path) -> None:
    with private_store(tmp_path / "store"):
        small = {**BASE, "replicates": 1, "window": {"from": "2016-04", "to": "2016-06"}}
        named = compare(small, {**small, "name": "<script>alert(1)</script> & more"}, output=tmp_path / "out")
    page = (folder(named) / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert named.moments() == [(END, "2016-06")]
    assert said_of_intervals(named).startswith("One run of each: no intervals")


def test_scenarios_that_differ_in_more_than_policy_are_refused() -> None:
    with pytest.raises(ScenarioError, match="scale"):
        compare(BASE, {**HIGHER, "scale": 0.01})
    with pytest.raises(ScenarioError, match="twice"):
        compare(BASE, BASE)


def test_labels_keep_apart_and_in_order() -> None:
    ends = {"a": 0.5, "b": 0.52, "c": 0.5, "d": 0.9}
    placed = apart(ends, dict.fromkeys(ends, 0.1))
    assert placed["d"] == pytest.approx(0.9)
    near = sorted(placed[name] for name in "abc")
    assert np.diff(near) == pytest.approx([0.1, 0.1])
    assert placed["b"] == near[-1]
    assert np.mean(near) == pytest.approx(np.mean([0.5, 0.52, 0.5]))


@pytest.mark.parametrize(
    ("value", "kind", "change", "text"),
    [
        (0.0753, "percent", False, "7.5"),
        (-0.00491, "percent", True, "-0.49"),
        (0.0000001, "percent", True, "0.00"),
        (1_564_900.0, "thousand", False, "1,565"),
        (8_240.0, "thousand", True, "+8.2"),
        (35.87e9, "billion", False, "35.87"),
        (float("nan"), "pounds", False, "not known"),
    ],
)
def test_numbers_are_written_as_people_read_them(value: float, kind: str, change: bool, text: str) -> None:
    assert number(value, kind, change=change) == text


def test_sentences_have_units() -> None:
    assert written(0.0753, "percent") == "7.5%"
    assert written(14.534, "pounds") == "£14.53"
    assert month_in_words(month_index(2031, 3)) == "March 2031"


def test_published_figures_name_indicators_of_the_model_and_their_source() -> None:
    rows = published()
    assert {row.indicator for row in rows} <= {*INDICATORS, *SPECIAL}
    assert all(row.source and row.basis and row.status in ("published", "derived") for row in rows)
    assert all(row.note for row in rows if row.status == "derived")
    assert all(row.after_2021_22 == (row.month > month_index(2022, 3)) for row in rows)
    assert all(0 < row.value < 1 for row in rows if row.unit == "share")
    vacancy = published_for("vacancy_rate", "all")
    assert [row.value for row in vacancy] == [0.066, 0.072, 0.076, 0.073, 0.07, 0.106, 0.099, 0.083, 0.07]
    assert len({(row.indicator, row.group, row.period, row.basis) for row in rows}) == len(rows)
