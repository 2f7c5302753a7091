"""What levers do at several doses: which doses, what is kept of an earlier study, and a title that says no more."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.doses import command
from sim.doses.pictures import finding
from sim.doses.study import SHOWN, Response, dosed, doses_of, responses
from sim.intervals import Interval
from sim.levers.base import all_levers
from sim.problems import ScenarioError

LEVERS = sorted(all_levers())


@pytest.mark.parametrize("name", LEVERS)
def test_every_lever_has_doses_that_its_scenario_may_have(name: str) -> None:
    lever = all_levers()[name]
    doses = doses_of(name)
    assert 1 <= len(doses) <= 3
    assert doses == sorted(set(doses), key=abs)
    for dose in doses:
        found = getattr(dosed(name, dose, 0.01).levers[0], lever.dose)
        assert found == pytest.approx(dose) or isinstance(found, tuple)


def test_doses_go_from_half_a_real_case_to_twice_it_within_bounds() -> None:
    assert doses_of("fee_uplift") == [2.5, 5.0, 10.0]
    assert doses_of("real_living_wage") == [0.25, 0.5, 1.0]
    assert doses_of("overseas_recruitment") == [1.0]


def test_a_dose_changes_what_it_should_and_more_of_it_more() -> None:
    found = {(one.dose, one.shown.label): one.change for one in responses("fee_uplift", 2, 0.004, 1)}
    cost = [found[dose, "cost to payers"].mean for dose in doses_of("fee_uplift")]
    assert 0 < cost[0] < cost[1] < cost[2]
    assert {label for _, label in found} == {shown.label for shown in SHOWN}


def row(label: str, mean: float, half: float, dose: float = 1.0) -> Response:
    shown = next(one for one in SHOWN if one.label == label)
    return Response("fee_uplift", dose, "2030/31", shown, Interval(mean, mean - half, mean + half, 10))


def test_a_title_says_no_more_than_the_intervals() -> None:
    both = [row("vacancy rate", -1.2, 0.5), row("care not met", -0.8, 0.3)]
    assert finding("fee_uplift", both) == (
        "fee uplift: vacancy rate -1.2 points, care not met -0.8 points at the strongest dose"
    )
    neither = [row("vacancy rate", -1.2, 2.0), row("care not met", -0.8, 1.0)]
    assert finding("fee_uplift", neither) == (
        "fee uplift: no clear change of vacancy rate or care not met at the strongest dose"
    )


def stand_in(name: str, *settings: Any) -> list[Response]:
    return [row(shown.label, 1.0, 0.5, dose)._replace(lever=name) for dose in doses_of(name) for shown in SHOWN]


def test_finished_levers_are_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def stand_in(name: str, *settings: Any) -> list[Response]:
        asked.append(name)
        return [row(shown.label, 1.0, 0.5, dose)._replace(lever=name) for dose in doses_of(name) for shown in SHOWN]

    monkeypatch.setattr(command, "responses", stand_in)
    command.measure_doses(tmp_path, ["fee_uplift"], 2, 0.01, 1)
    command.measure_doses(tmp_path, ["fee_uplift", "zero_hours_ban"], 2, 0.01, 1)
    assert asked == ["fee_uplift", "zero_hours_ban"]
    with pytest.raises(ScenarioError, match="other draws"):  # other settings are another study
        command.measure_doses(tmp_path, ["fee_uplift"], 3, 0.01, 1)
    with (tmp_path / "doses.csv").open(encoding="utf-8", newline="") as table:
        assert {one["lever"] for one in csv.DictReader(table)} == {"fee_uplift", "zero_hours_ban"}
    assert (tmp_path / "figures" / "dose_fee_uplift.png").stat().st_size > 0


def test_two_at_once_in_one_folder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would write a table without what the other has found since it read it."""
    refused: list[str] = []

    def meanwhile(name: str, *settings: Any) -> list[Response]:
        with pytest.raises(ScenarioError) as second:
            command.measure_doses(tmp_path, ["zero_hours_ban"], 2, 0.01, 1)
        refused.append(str(second.value))
        return stand_in(name)

    monkeypatch.setattr(command, "responses", meanwhile)
    command.measure_doses(tmp_path, ["fee_uplift"], 2, 0.01, 1)
    assert f"process {os.getpid()} " in refused[0]
    assert "is at work in" in refused[0]
    monkeypatch.setattr(command, "responses", stand_in)
    command.measure_doses(tmp_path, ["zero_hours_ban"], 2, 0.01, 1)
    assert set(command.read_doses(tmp_path / "doses.csv")) == {"fee_uplift", "zero_hours_ban"}


def test_an_unknown_lever_is_a_message() -> None:
    result = CliRunner().invoke(app, ["doses", "fee_uplft"])
    assert result.exit_code == 2
    assert "fee_uplift" in result.output


def test_somebody_elses_table_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "doses.csv").write_text("patient,dose\n1,2\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["doses", "fee_uplift", "--output", str(tmp_path)])
    assert result.exit_code == 2
    assert (tmp_path / "doses.csv").read_text(encoding="utf-8") == "patient,dose\n1,2\n"


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "figures").mkdir()
    mine = tmp_path / "figures" / "dose_fee_uplift.png"
    mine.write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ["doses", "fee_uplift", "--output", str(tmp_path)])
    assert result.exit_code == 2
    assert "no work of this command" in result.output
    assert mine.read_text(encoding="utf-8") == "mine"


def test_a_table_on_its_way_takes_the_name_of_nobodys_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stand_in(name: str, *settings: Any) -> list[Response]:
        (tmp_path / "doses.part").write_text("mine", encoding="utf-8")
        return [row(shown.label, 1.0, 0.5, dose)._replace(lever=name) for dose in doses_of(name) for shown in SHOWN]

    monkeypatch.setattr(command, "responses", stand_in)
    (tmp_path / ".doses.csv.1.part").write_text("cut short", encoding="utf-8")
    command.measure_doses(tmp_path, ["fee_uplift"], 2, 0.01, 1)
    assert (tmp_path / "doses.part").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "doses.csv").is_file()


def test_a_damaged_line_leaves_its_lever_to_be_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stand_in(name: str, *settings: Any) -> list[Response]:
        asked.append(name)
        return [row(shown.label, 1.0, 0.5, dose)._replace(lever=name) for dose in doses_of(name) for shown in SHOWN]

    asked: list[str] = []
    monkeypatch.setattr(command, "responses", stand_in)
    both = ["fee_uplift", "zero_hours_ban"]
    command.measure_doses(tmp_path, both, 2, 0.01, 1)
    table = tmp_path / "doses.csv"
    whole = table.read_text(encoding="utf-8")
    assert set(command.read_doses(table)) == set(both)
    for damaged in (
        whole[: len(whole) - 200],
        whole.replace("zero_hours_ban,8.0", "zero_hours_ban,eight", 1),
        whole.replace(
            "zero_hours_ban,8.0,2030/31,vacancy rate,points,1.0",
            "zero_hours_ban,8.0,2030/31,vacancy rate,points,nan",
            1,
        ),
    ):
        table.write_text(damaged, encoding="utf-8")
        assert set(command.read_doses(table)) == {"fee_uplift"}
        asked.clear()
        command.measure_doses(tmp_path, both, 2, 0.01, 1)
        assert asked == ["zero_hours_ban"]


def test_what_costs_with_the_dose_costs_in_proportion() -> None:
    costs = [dosed("returners_programme", dose, 0.01).levers[0].cost_per_year for dose in (25.0, 50.0, 100.0)]
    assert costs == [2.5, 5.0, 10.0]


def test_a_folder_that_can_not_be_written_is_refused_before_any_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "responses", lambda *settings: pytest.fail("ran"))
    figures = tmp_path / "figures"
    figures.write_text("", encoding="utf-8")
    with pytest.raises(ScenarioError, match="in the way"):
        command.measure_doses(tmp_path, ["fee_uplift"], 2, 0.01, 1)
    figures.unlink()
    (figures / "dose_fee_uplift.png").mkdir(parents=True)
    with pytest.raises(ScenarioError, match=r"dose_fee_uplift\.png is in the way"):
        command.measure_doses(tmp_path, ["fee_uplift"], 2, 0.01, 1)


def test_a_figure_that_is_there_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "responses", stand_in)
    both = ["fee_uplift", "zero_hours_ban"]
    command.measure_doses(tmp_path, both[:1], 2, 0.01, 1)
    mine = [tmp_path / "figures" / f"dose_{name}.png" for name in both]
    for figure in mine:
        figure.write_text("mine", encoding="utf-8")
    command.measure_doses(tmp_path, both, 2, 0.01, 1)
    assert [figure.read_text(encoding="utf-8") for figure in mine] == ["mine", "mine"]
    assert "dose_zero_hours_ban.png was there before and stays as it is" in capsys.readouterr().out
    mine[0].unlink()
    command.measure_doses(tmp_path, both, 2, 0.01, 1)
    assert mine[0].read_bytes().startswith(b"\x89PNG")


def test_a_figure_that_is_cut_short_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib.figure import Figure

    def interrupted(figure: Figure, file: Any, **options: Any) -> None:
        (file.write if hasattr(file, "write") else Path(file).write_bytes)(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "responses", stand_in)
    monkeypatch.setattr(Figure, "savefig", interrupted)
    with pytest.raises(KeyboardInterrupt):
        command.measure_doses(tmp_path, ["fee_uplift"], 2, 0.01, 1)
    assert not list((tmp_path / "figures").iterdir())
