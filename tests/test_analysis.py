"""Pages of analyses, from studies whose results are made by formula and not by simulation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("SALib", reason="needs the extra `experiments`")

from sim.experiments.analyse_command import analyse
from sim.experiments.designs import points_of
from sim.experiments.files import study_from
from sim.experiments.information_section import crossed
from sim.experiments.page import PAGE
from sim.experiments.prepared import prepare
from sim.experiments.schema import Study
from sim.experiments.specification import runs_of
from sim.experiments.store import Store
from sim.experiments.study_results import read_study
from sim.problems import ScenarioError

COMMON = {
    "name": "Made up", "scale": 0.01, "window": {"from": "2026-04", "to": "2030-03"},
    "outcomes": ["unmet_share", "cost"],
}  # fmt: skip
PARAMETERS = {"parameters": {"switching_cost": "range", "entry_cost": "range", "pool_look": "range"}}
LEVERS = [
    {"real_living_wage": {"include": {"vary": [False, True]}, "from": "2027-04"}},
    {"zero_hours_ban": {"from": "2027-04", "minimum_hours": {"vary": [0, 8, 16]}}},
]
GOAL = {
    "minimise": ["cost"],
    "conditions": [{"outcome": "unmet_share", "change_at_most": -0.01}],
}
Formula = Callable[[dict[str, float], float, bool], tuple[float, float]]


def made_up(folder: Path, values: dict[str, object], formula: Formula) -> Path:
    """A folder as a sweep leaves it: quantiles of the axes and luck in, care not met and cost out."""
    return made_up_runs(folder, study_from(COMMON | values), formula)


def made_up_runs(folder: Path, study: Study, formula: Formula) -> Path:
    """The same for a study that is there."""
    points = points_of(study)
    axes = {axis.name: axis for axis in study.parts.axes}
    runs = list(runs_of(study, points, range(1, study.repeats + 1)))
    with Store.open(folder, study) as store:
        store.save_points(points)
        store.save_runs([(run.point, run.replicate, run.reference, run.key, run.seed) for run in runs])
        for run in runs:
            row = points.loc[run.point].to_dict()
            quantiles = {name: axes[name].quantile(axes[name].exactly(value)) for name, value in row.items()}
            luck = float(np.random.default_rng(run.replicate).normal())
            if run.key not in store.finished():
                store.add(run.key, 1.0, {"2029/30": list(formula(quantiles, luck, run.reference))})
    return folder


def straight(quantiles: dict[str, float], luck: float, reference: bool) -> tuple[float, float]:
    return 0.05 + 0.04 * quantiles["switching_cost"] + 0.01 * quantiles["entry_cost"] + 1e-4 * luck, 1e9


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("design", "table"),
    [
        ({"kind": "sobol", "points": 64}, "sobol"),
        ({"kind": "morris", "trajectories": 8}, "morris"),
        ({"kind": "one_at_a_time"}, "one_at_a_time"),
        ({"kind": "latin_hypercube", "points": 60}, "sobol"),
    ],
)
def test_every_design_has_its_own_analysis_and_finds_the_axis_that_matters(
    tmp_path: Path, design: dict[str, object], table: str
) -> None:
    folder = made_up(tmp_path / "study", {"uncertainties": PARAMETERS, "design": design, "replicates": 2}, straight)
    page = analyse(folder)
    found = pd.read_csv(page.parent / f"{table}.csv")
    of_unmet = found[found["outcome"] == "unmet_share"]
    if "base_points" in of_unmet:
        last = of_unmet[of_unmet["base_points"] == of_unmet["base_points"].max()].set_index("axis")
        assert last.loc["switching_cost", "total"] == pytest.approx(16.0 / 17.0, abs=0.12)
        assert last.loc["pool_look", "total"] == pytest.approx(0.0, abs=0.01)
    else:
        assert of_unmet["axis"].iloc[0] == "switching_cost"
    said = text_of(page)
    assert "Care not met" in said
    assert "What this rests on" in said
    assert f"caresim sweep {folder / 'study.yaml'} --output {folder}_again" in said
    assert f"caresim analyse {folder}_again" in said
    assert ("Gaussian process, learnt from 60 points" in said) == (design["kind"] == "latin_hypercube")
    assert len(list((page.parent / "figures").glob("*_unmet_share.png"))) >= 1


def test_the_goal_is_told_with_the_conditions_under_which_it_is_missed(tmp_path: Path) -> None:
    def formula(quantiles: dict[str, float], luck: float, reference: bool) -> tuple[float, float]:
        helps = quantiles["lever"] > 0.5 and quantiles["entry_cost"] < 0.4
        return 0.08 + luck * 1e-3 - (0.0 if reference or not helps else 0.03), 1e9

    def with_lever(quantiles: dict[str, float], luck: float, reference: bool) -> tuple[float, float]:
        return formula(quantiles | {"lever": quantiles["real_living_wage"]}, luck, reference)

    values = {
        "uncertainties": PARAMETERS, "levers": LEVERS[:1], "goal": GOAL, "replicates": 2,
        "design": {"kind": "latin_hypercube", "points": 200},
    }  # fmt: skip
    page = analyse(made_up(tmp_path / "study", values, with_lever))
    boxes = pd.read_csv(page.parent / "boxes.csv")
    first = boxes[(boxes["method"] == "PRIM") & (boxes["box"] == 1)]
    assert set(first["axis"]) == {"entry_cost", "real_living_wage"}
    assert first["density"].iloc[0] > 0.95
    regional = pd.read_csv(page.parent / "regional.csv")
    assert set(regional["axis"][:2]) == {"entry_cost", "real_living_wage"}
    said = text_of(page)
    assert "care not met changes by at most -1 points" in said
    assert "Differences of what is told in % are in points" in said
    assert "<td>points</td>" in said
    assert "Meets the goal in" in said
    assert "Not told: each package has to be run under the same settings" in said


def test_points_whose_runs_failed_are_left_out_of_every_share_that_meets_the_goal(tmp_path: Path) -> None:
    """With the wage the goal is met at all points that have runs; at its highest hours, no run came back."""

    def formula(quantiles: dict[str, float], luck: float, reference: bool) -> tuple[float, float]:
        if not reference and quantiles["zero_hours_ban.minimum_hours"] > 0.7:
            return float("nan"), float("nan")
        return 0.08 - (0.02 if not reference and quantiles["real_living_wage"] > 0.5 else 0.0), 1e9

    values = {"levers": LEVERS, "goal": GOAL, "design": {"kind": "grid"}}
    page = analyse(made_up(tmp_path / "study", values, formula))
    assert "2 of 4 points meet it (50%)" in text_of(page)
    conditions = pd.read_csv(page.parent / "conditions.csv")
    assert conditions[["points", "runs"]].to_numpy().tolist() == [[0.5, 0.5]]


def test_what_knowing_more_is_worth_is_ranked_with_the_grade_of_evidence(tmp_path: Path) -> None:
    def formula(quantiles: dict[str, float], luck: float, reference: bool) -> tuple[float, float]:
        wage, hours = quantiles["real_living_wage"] > 0.5, quantiles["zero_hours_ban.minimum_hours"]
        gain = (
            0.02 * quantiles["switching_cost"] if wage else 0.02 * (1.0 - quantiles["switching_cost"]) * (hours > 0.3)
        )
        return 0.08 + luck * 1e-3 - (0.0 if reference else gain), 2e9 if wage else 1e9

    uncertainties = {
        "parameters": {
            "switching_cost": {"vary": {"from": 0.02, "to": 0.15, "steps": 6}},
            "entry_cost": {"vary": {"from": 0.0, "to": 0.15, "steps": 6}},
        }
    }
    values = {"uncertainties": uncertainties, "levers": LEVERS, "goal": GOAL, "design": {"kind": "grid"}}
    page = analyse(made_up(tmp_path / "study", values, formula))
    found = pd.read_csv(page.parent / "information.csv")
    assert list(found["parameter"]) == ["switching_cost", "entry_cost"]
    assert list(found["clear"]) == [True, False]
    assert found["value"].iloc[0] > 0.2
    assert found["grade"].notna().all()
    assert "Research priorities" in text_of(page)


@pytest.mark.parametrize("points", [23, 24])
def test_equal_points_of_a_hypercube_count_once_where_information_is_valued(tmp_path: Path, points: int) -> None:
    def formula(quantiles: dict[str, float], luck: float, reference: bool) -> tuple[float, float]:
        wage, low = quantiles["real_living_wage"] > 0.5, quantiles["unemployment"] < 0.3
        return 0.08 - (0.02 if wage and low and not reference else 0.0), 1e9

    values = {
        "uncertainties": {"unemployment": {"vary": ["low", "central", "high"]}}, "levers": LEVERS[:1], "goal": GOAL,
        "replicates": 2, "design": {"kind": "latin_hypercube", "points": points, "seed": 3},
    }  # fmt: skip
    folder = made_up(tmp_path / "study", values, formula)
    found = crossed(prepare(read_study(folder)))
    assert found is not None
    assert len(found.packages) == 2
    by_state = {
        round(float(quantile), 2): sorted(np.round(row, 6))
        for quantile, row in zip(found.parameters[:, 0], found.benefits, strict=True)
    }
    assert by_state == {0.17: [0.0, 1.0], 0.5: [0.0, 0.0], 0.83: [0.0, 0.0]}
    analyse(folder)


def test_levels_are_in_percent_and_what_an_axis_alone_changes_in_points(tmp_path: Path) -> None:
    values = {"uncertainties": PARAMETERS, "design": {"kind": "one_at_a_time"}, "replicates": 2}
    said = text_of(analyse(made_up(tmp_path / "study", values, straight)))
    assert "<td>% of assessed need</td>" in said
    (finding,) = [line for line in said.splitlines() if "is moved most by" in line and "<li>" in line]
    assert "points" in finding
    assert "%" not in finding


def test_no_axis_is_sure_to_move_an_outcome_that_was_run_once(tmp_path: Path) -> None:
    values = {"uncertainties": PARAMETERS, "design": {"kind": "one_at_a_time"}}
    said = text_of(analyse(made_up(tmp_path / "study", values, straight)))
    assert "in a single run each, which luck may have decided" in said
    assert "is moved most by" not in said


def test_luck_alone_makes_no_axis_the_one_that_an_outcome_depends_on(tmp_path: Path) -> None:
    def formula(quantiles: dict[str, float], luck: float, reference: bool) -> tuple[float, float]:
        own = np.random.default_rng(int(1e12 * sum(quantiles.values())) + int(1e6 * abs(luck))).normal()
        return 0.05 + 0.01 * float(own), 1e9

    design = {"kind": "sobol", "points": 32}
    for replicates in (1, 2):
        values = {"uncertainties": PARAMETERS, "design": design, "replicates": replicates}
        said = text_of(analyse(made_up(tmp_path / f"study{replicates}", values, formula)))
        assert "No axis is clearly behind care not met" in said


def test_a_study_in_which_nothing_varies_is_not_analysed(tmp_path: Path) -> None:
    folder = made_up_runs(tmp_path / "study", study_from(COMMON), lambda *_: (0.1, 1e9))
    with pytest.raises(ScenarioError, match="nothing varies"):
        analyse(folder)


def test_files_of_others_are_not_overwritten(tmp_path: Path) -> None:
    folder = made_up(tmp_path / "study", {"uncertainties": PARAMETERS, "design": {"kind": "one_at_a_time"}}, straight)
    theirs = tmp_path / "thesis" / "one_at_a_time.csv"
    theirs.parent.mkdir()
    theirs.write_text("years of work", encoding="utf-8")
    with pytest.raises(ScenarioError, match="no analysis"):
        analyse(folder, output=theirs.parent)
    assert [path.name for path in theirs.parent.iterdir()] == [theirs.name]
    assert theirs.read_text(encoding="utf-8") == "years of work"
    theirs.rename(theirs.with_name(PAGE))
    with pytest.raises(ScenarioError, match="no analysis"):  # whatever the name of what is there
        analyse(folder, output=theirs.parent)
    assert theirs.with_name(PAGE).read_text(encoding="utf-8") == "years of work"


def test_an_analysis_replaces_an_earlier_one_and_keeps_what_was_changed_in_it(tmp_path: Path) -> None:
    folder = made_up(tmp_path / "study", {"uncertainties": PARAMETERS, "design": {"kind": "one_at_a_time"}}, straight)
    for output in (None, tmp_path / "new"):
        page = analyse(folder, output=output)
        as_written = page.read_text(encoding="utf-8")
        page.write_text("my remarks", encoding="utf-8")
        assert analyse(folder, output=output) == page
        assert page.read_text(encoding="utf-8") == as_written
        assert page.with_name("analysis.kept.html").read_text(encoding="utf-8") == "my remarks"


def test_another_year_than_there_is_is_refused(tmp_path: Path) -> None:
    folder = made_up(tmp_path / "study", {"uncertainties": PARAMETERS, "design": {"kind": "one_at_a_time"}}, straight)
    with pytest.raises(ScenarioError, match="2029/30"):
        analyse(folder, "2035/36")
