"""Validation on the years that were not fitted: figures, rivals, scores and the page."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.calibration.discrepancy import DISCREPANCY, Discrepancy
from sim.calibration.draws import draws
from sim.calibration.folder import own_folder, write_table
from sim.calibration.priors import behaviour_at
from sim.calibration.runs import Job
from sim.calibration.targets import LAST_FITTED, targets
from sim.cli import app
from sim.drawn import FILE
from sim.history import Origin, spin_up
from sim.parameters import behaviour, parameter_table, uncertain
from sim.problems import ScenarioError
from sim.units import MONTHS_PER_YEAR
from sim.validity import command, later_page, rivals
from sim.validity.later import (
    DRAWN,
    LAST,
    MODES,
    PENALTY,
    Later,
    compared,
    errors,
    later,
    later_figures,
    no_number_given,
    run_on,
    values_shown,
)
from sim.validity.later_page import verdict
from sim.validity.report import as_html, as_markdown
from sim.validity.rivals import last_value, mean_reversion, past_of, stock_flow, trend
from sim.validity.visits import Looking, alone

YEARS = np.arange(0.0, 6.0) * MONTHS_PER_YEAR


def found_with(apart: float, spread: float = 0.0) -> Later:
    """Draws that lie so far from what was published, as a share of it."""
    told = np.array([figure.value for figure in later_figures()])
    luck = np.random.default_rng(1).standard_normal((50, told.size))
    monthly = {name: np.full((50, LAST + 1), 0.1) for name in DRAWN}
    return Later(later_figures(), told * (1.0 + apart + spread * luck), monthly, np.zeros(told.size))


def shows_with(apart: float, draws: int = 20) -> np.ndarray:
    """Runs with and without the recruits given, both so far from what was published."""
    told = np.array([figure.value for figure in later_figures()]) * (1.0 + apart)
    one = np.concatenate([told, np.full(len(DRAWN) * (LAST + 1), 0.1)])
    return np.tile(np.concatenate([one, one]), (draws, 1))


def test_figures_of_later_years_are_not_among_the_targets() -> None:
    assert min(figure.month for figure in later_figures()) > LAST_FITTED
    assert {(one.series, one.month) for one in later_figures()}.isdisjoint((one.series, one.month) for one in targets())
    assert len(later_figures()) > 35
    for figure in later_figures():
        assert figure.source
        assert figure.status in ("published", "derived")


def test_rivals_say_what_their_names_say(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = next(one for one in later_figures() if one.indicator == "vacancy_rate" and one.group == "all")
    line = 1.0 + 0.5 * YEARS
    monkeypatch.setattr(rivals, "past_of", lambda figure: (YEARS, line))
    assert last_value(figure) == line[-1]
    assert trend(figure._replace(month=100)) == pytest.approx(51.0)
    back = np.array([1.0, 0.5, 0.25, 0.125, 0.0625, 1.0])
    monkeypatch.setattr(rivals, "past_of", lambda figure: (YEARS, back))
    said = [mean_reversion(figure._replace(month=int(YEARS[-1]) + ahead)) for ahead in (0, 12, 240)]
    assert said[0] == pytest.approx(1.0)
    assert back.mean() < said[1] < 1.0
    assert said[2] == pytest.approx(back.mean(), abs=1e-3)


def test_stocks_and_flows_follow_recruits_and_unemployment(monkeypatch: pytest.MonkeyPatch) -> None:
    vacancy = next(one for one in later_figures() if one.indicator == "vacancy_rate" and one.group == "all")
    turnover = next(one for one in later_figures() if one.indicator == "turnover_all" and one.group == "all")
    assert stock_flow(turnover) == pytest.approx(past_of(turnover)[1].mean())
    monkeypatch.setattr(rivals, "_rates", lambda: (0.1, 0.02, 0.01))
    monkeypatch.setattr(rivals, "_posts_of_2022", lambda: 1e6)
    monkeypatch.setattr(rivals, "_conditions", lambda april: (4.0, 30_000.0))
    filled = (1.0 - 0.106) * (1.0 - 0.1 + 0.08) + 0.03
    assert stock_flow(vacancy) == pytest.approx(1.0 - filled / 1.01)
    monkeypatch.setattr(rivals, "_conditions", lambda april: (4.0, 0.0))
    assert stock_flow(vacancy) == pytest.approx(1.0 - (filled - 0.03) / 1.01)


def test_rivals_know_no_later_year() -> None:
    for place in compared(found_with(0.0)):
        months, values = past_of(later_figures()[place])
        assert months.max() <= LAST_FITTED
        assert months.size == values.size >= 4


def test_a_model_that_is_right_beats_rivals_and_one_that_is_not_says_so() -> None:
    right, wrong = found_with(0.01), found_with(0.9)
    assert verdict(right, wrong).startswith("The model beats all four simple rivals")
    assert "beat all four in 100% of cases" in verdict(right, wrong)
    assert verdict(wrong, right).startswith("The model does not beat all simple rivals")
    assert "It beats none of them on both" in verdict(wrong, right)
    assert errors(right, "vacancy_rate")["model"] == pytest.approx(
        0.01 * np.sqrt(np.mean([0.099**2, 0.083**2, 0.07**2]))
    )
    alone = 100.0 * errors(wrong, "turnover_all")["model"]
    assert f"by the rules alone {alone:.1f}" in verdict(right, wrong)


def test_a_model_about_as_far_off_as_the_best_rival_is_not_said_to_beat_it() -> None:
    told = np.array([figure.value for figure in later_figures()])
    apart = errors(found_with(0.0), "turnover_all")["last value"]
    off = np.array([apart if figure.indicator == "turnover_all" else 0.0 for figure in later_figures()])
    luck = 0.05 * np.random.default_rng(1).standard_normal((50, 1))
    close = found_with(0.0)._replace(shown=told + off + luck - luck.mean())
    assert verdict(close, close).startswith("The model can't be told from the best simple rivals")


def test_with_the_last_miss_taken_off_only_what_moved_since_counts() -> None:
    found = found_with(0.0)
    places = found.drawn_places()
    assert [found.figures[place].indicator for place in places] == [*DRAWN[:1]] * 3 + [*DRAWN[1:]] * 3
    for place in places:
        figure = found.figures[place]
        last, too_high = past_of(figure)[1][-1], np.linspace(0.01, 0.05, 50)
        found.monthly[figure.indicator][:, LAST_FITTED] = last + too_high
        found.shown[:, place] = figure.value + too_high
    corrected = found.carried()
    told = np.array([one.value for one in found.figures])
    assert corrected.shown[:, places] == pytest.approx(np.tile(told[places], (50, 1)))
    others = np.delete(np.arange(told.size), places)
    assert np.array_equal(corrected.shown[:, others], found.shown[:, others])
    assert errors(corrected, "turnover_all")["model"] == pytest.approx(0.0, abs=1e-9)
    assert errors(found, "turnover_all")["model"] == pytest.approx(0.03)


def test_intervals_hold_the_errors_of_published_figures_and_misses_cost() -> None:
    close = found_with(0.0)
    low, high = close.interval()
    error = np.array([np.hypot(one.tolerance, one.shared) for one in later_figures()])
    assert (high - low) / error == pytest.approx(np.full(error.size, 3.29), abs=1.0)
    assert pytest.approx(20.0) == PENALTY
    far = found_with(5.0)
    told = np.array([one.value for one in later_figures()])
    low, high = far.interval()
    expected = high - low + 20.0 * (low - told)
    upward = told > 0.0
    assert far.interval_score()[upward] == pytest.approx(expected[upward])


def test_what_the_model_could_not_meet_before_widens_intervals() -> None:
    close = found_with(0.0)
    low, high = close.interval()
    wide_low, wide_high = close._replace(own_error=np.full(low.size, 1.0)).interval()
    assert (wide_high - wide_low > high - low).all()


def test_the_section_lists_every_miss(tmp_path: Path) -> None:
    found = later_page.told(shows_with(5.0), {}, tmp_path)
    text = as_markdown([], [found], "Page")
    assert f"{len(later_figures())} published" in " ".join(text.split())
    assert text.count("**no**") == text.count(" published\n") > 30
    assert "does not beat all simple rivals" in text
    assert len(found.rows) == MODES * len(later_figures())
    assert "<td><strong>no</strong></td>" in as_html([], [found], "Page")
    assert (tmp_path / "validation_later.png").stat().st_size > 10_000


def test_a_run_goes_on_to_the_last_figure() -> None:
    shown = alone(run_on, Job((), (), 0.002, 1))
    assert shown.shape == (values_shown(),)
    given, by_rules = later(shown[None, :], {})
    place = next(at for at, one in enumerate(later_figures()) if one.indicator == "vacancy_rate" and one.month == LAST)
    for parts in (given, by_rules):
        assert parts.shown[0, place] == parts.monthly["vacancy_rate"][0, LAST] > 0.0
    fitted = slice(0, LAST_FITTED + 1)
    assert np.array_equal(given.monthly["turnover_all"][0, fitted], by_rules.monthly["turnover_all"][0, fitted])


def test_by_the_rules_alone_sponsors_get_all_they_want() -> None:
    walk = spin_up(Origin(0.002, 1, behaviour()))
    walk.model.levers = (no_number_given(),)
    before, after = walk.model.law_of(LAST_FITTED), walk.model.law_of(LAST_FITTED + 1)
    assert before.visa_cap[0] < 1_000
    assert after.visa_cap[0] > 10_000
    assert (after.visa_open == 1).any()


# -- draws and the command


def write_draws(path: Path, changes: dict[str, str] | None = None, rows: int = 6) -> Path:
    values = {name: f"{parameter_table()[name].high:.6g}" for name in uncertain()}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        changed = {**values, **(changes or {})}
        writer.writerow(["draw", *changed])
        for number in range(rows):
            writer.writerow([number + 1, *(changed if number == rows - 1 else values | (changes or {})).values()])
    write_table(path.parent / DISCREPANCY, Discrepancy(targets(), np.zeros(len(targets()))).rows())
    return path


def test_draws_are_read_back(tmp_path: Path) -> None:
    jobs = draws(write_draws(tmp_path / "draws.csv"))
    assert len(jobs) == 6
    assert jobs[0].names == uncertain()
    found = behaviour_at(jobs[0].names, np.array(jobs[0].quantiles))._asdict()
    assert all(found[name] == pytest.approx(parameter_table()[name].high, rel=1e-5) for name in uncertain())


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"search_bse": "0.1"}, "no parameter with a range; expected such as search_base"),
        ({"search_base": "many"}, "a number from 0.08 to 1"),
        ({"search_base": "7"}, "a number from 0.08 to 1"),
        ({"search_base": ""}, "a number from"),
        ({"search_base": "nan"}, "a number from"),
    ],
)
def test_a_file_that_holds_no_draws_is_refused(tmp_path: Path, changes: dict[str, str], told: str) -> None:
    file = write_draws(tmp_path / "draws.csv", changes)
    result = CliRunner().invoke(app, ["validate", "--posterior", str(file), "--output", str(tmp_path / "new")])
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "first column: ''; expected draw"),
        (b"\x00\xff\xfe binary", "a table of draws in CSV"),
        ("draw,search_base\n1,0.4".encode("utf-16"), "a table of draws in CSV"),
        (b"draw,search_base\n1,0.4\n", "0 columns; expected one for every parameter with a range"),
        (b"draw;search_base\n1;0.4\n", "first column: 'draw;search_base'; expected draw"),
        (b"draw," + b"x" * 300_000, "a table of draws in CSV"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "other.csv").write_bytes(content)
    result = CliRunner().invoke(
        app, ["validate", "--posterior", str(tmp_path / "other.csv"), "--output", str(tmp_path / "new")]
    )
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())
    assert len(result.stderr) < 500
    assert not (tmp_path / "new").exists()


def test_lines_that_are_short_or_missing_are_refused(tmp_path: Path) -> None:
    whole = write_draws(tmp_path / "draws.csv").read_text(encoding="utf-8").splitlines()
    for lines, told in (
        (whole[:1], "no draws below its first line"),
        ([*whole[:2], whole[2].rpartition(",")[0]], f"{len(uncertain())} values; expected {len(uncertain()) + 1}"),
        ([whole[0] + ",search_base", *(line + ",0.4" for line in whole[1:])], "search_base: 2 columns"),
    ):
        (tmp_path / "some.csv").write_text("\n".join(lines), encoding="utf-8")
        with pytest.raises(ScenarioError, match=told):
            draws(tmp_path / "some.csv")


def test_draws_saved_by_a_spreadsheet_are_read(tmp_path: Path) -> None:
    file = write_draws(tmp_path / "draws.csv")
    file.write_text(file.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert len(draws(file)) == 6


def test_more_draws_than_there_are_is_said(tmp_path: Path) -> None:
    arguments = ["validate", "--posterior", str(write_draws(tmp_path / "draws.csv")), "--draws", "7"]
    result = CliRunner().invoke(app, [*arguments, "--output", str(tmp_path / "new")])
    assert result.exit_code == 2
    assert "--draws: 7; expected at most 6" in result.stderr


def test_folders_of_other_people_and_things_in_the_way_are_left_alone(tmp_path: Path) -> None:
    file = write_draws(tmp_path / "draws.csv")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "validation.md").write_text("my own notes")
    (tmp_path / "blocked" / "validation.csv").mkdir(parents=True)
    (tmp_path / "blocked" / "later_years.jsonl").touch()
    for folder, told in (("mine", "no work of this command"), ("blocked", "validation.csv is in the way")):
        result = CliRunner().invoke(app, ["validate", "--posterior", str(file), "--output", str(tmp_path / folder)])
        assert result.exit_code == 2
        assert told in result.stderr
    assert (tmp_path / "mine" / "validation.md").read_text() == "my own notes"
    assert {path.name for path in (tmp_path / "blocked").iterdir()} == {"validation.csv", "later_years.jsonl"}


def test_two_at_once_in_one_folder_make_no_run_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second is told who is at work; once that has ended the folder is free."""
    for makes_runs in ("sim.calibration.study.calibrate", "sim.validity.command._sections"):
        monkeypatch.setattr(makes_runs, lambda *args: pytest.fail("runs were begun"))
    file, folder = write_draws(tmp_path / "draws.csv"), tmp_path / "new"
    validate = ["validate", "--posterior", str(file), "--study", "later_years", "--draws", "5", "--scale", "0.002"]
    for words in (validate, ["calibrate"]):
        with own_folder(folder, ("runs",), ()):
            result = CliRunner().invoke(app, [*words, "--output", str(folder)])
        assert result.exit_code == 2
        assert f"process {os.getpid()}" in " ".join(result.stderr.split())
        assert "is at work in" in " ".join(result.stderr.split())
        assert {path.name for path in folder.iterdir()} == {"lock"}, "nothing else was written"
    with own_folder(folder, ("runs",), ()):
        pass


@pytest.mark.parametrize("name", ["lock", "lock.holder"])
def test_nothing_of_others_is_taken_for_a_lock(tmp_path: Path, name: str) -> None:
    file = write_draws(tmp_path / "draws.csv")
    (tmp_path / "thesis.txt").write_text("mine")
    for number, put in enumerate((
        lambda path: path.write_text("mine"), lambda path: path.symlink_to(tmp_path / "thesis.txt"), Path.mkdir,
    )):  # fmt: skip
        folder = tmp_path / f"folder_{number}"
        folder.mkdir()
        put(folder / name)
        result = CliRunner().invoke(app, ["validate", "--posterior", str(file), "--output", str(folder)])
        assert result.exit_code == 2
        assert f"{folder / name} is no file of this program" in " ".join(result.stderr.split())
        assert [path.name for path in folder.iterdir()] == [name]
        assert number == 2 or (folder / name).read_text() == "mine"
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_missing_file_of_draws_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["validate", "--posterior", str(tmp_path / "none.csv"), "--output", str(tmp_path)])
    assert result.exit_code == 2
    assert "none.csv" in result.stderr


def test_draws_come_with_what_their_calibration_could_not_meet(tmp_path: Path) -> None:
    file = write_draws(tmp_path / "draws.csv")
    for content in (None, "another,file\n1,2\n", ""):
        if content is None:
            (tmp_path / DISCREPANCY).unlink()
        else:
            (tmp_path / DISCREPANCY).write_text(content, encoding="utf-8")
        arguments = ["validate", "--posterior", str(file), "--study", "later_years", "--draws", "5", "--scale", "0.002"]
        result = CliRunner().invoke(app, [*arguments, "--output", str(tmp_path / "new")])
        assert result.exit_code == 2
        assert DISCREPANCY in " ".join(result.stderr.split())
        assert not (tmp_path / "new").exists()


def test_draws_of_all_years_are_no_test_of_later_ones(tmp_path: Path) -> None:
    shutil.copy(FILE, tmp_path / "renamed.csv")
    write_table(tmp_path / DISCREPANCY, Discrepancy(targets(), np.zeros(len(targets()))).rows())
    for file in (FILE, tmp_path / "renamed.csv"):
        result = CliRunner().invoke(app, ["validate", "--posterior", str(file), "--output", str(tmp_path / "new")])
        assert result.exit_code == 2
        assert "later years were fitted with" in " ".join(result.stderr.split())
    few = write_draws(tmp_path / "few.csv", rows=2)
    result = CliRunner().invoke(app, ["validate", "--posterior", str(few), "--output", str(tmp_path / "new")])
    assert result.exit_code == 2
    assert "holds 2 draws" in " ".join(result.stderr.split())
    assert not (tmp_path / "new").exists()


def test_files_of_the_same_name_that_are_no_runs_are_left_alone(tmp_path: Path) -> None:
    file = write_draws(tmp_path / "draws.csv")
    (tmp_path / "mine").mkdir()
    for name in ("costs.jsonl", "runs.jsonl"):
        (tmp_path / "mine" / name).write_text("epoch 1\nepoch 2 unterminated")
    for words in (["validate", "--posterior", str(file)], ["calibrate"]):
        result = CliRunner().invoke(app, [*words, "--output", str(tmp_path / "mine")])
        assert result.exit_code == 2
        assert "no work of this command" in " ".join(result.stderr.split())
    assert (tmp_path / "mine" / "runs.jsonl").read_text() == "epoch 1\nepoch 2 unterminated"


def test_an_unknown_study_is_said(tmp_path: Path) -> None:
    arguments = ["validate", "--posterior", str(write_draws(tmp_path / "draws.csv")), "--study", "later_year"]
    result = CliRunner().invoke(app, [*arguments, "--output", str(tmp_path / "new")])
    assert result.exit_code == 2
    assert "later_years" in result.stderr
    assert not (tmp_path / "new").exists()


def test_validation_writes_page_table_and_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def toy(job: Job) -> Looking:
        yield 0
        return shows_with(0.01 * job.seed, 1)[0]

    monkeypatch.setattr("sim.validity.later_page.run_on", toy)
    file = write_draws(tmp_path / "draws.csv")
    command.validate(tmp_path / "out", file, 5, 0.05, ["later_years"], 1, None)
    assert "Page, table and pictures" in capsys.readouterr().out
    with (tmp_path / "out" / "validation.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == MODES * len(later_figures())
    assert float(rows[0]["model"]) == pytest.approx(1.03 * float(rows[0]["published"]), rel=1e-3)
    assert (tmp_path / "out" / "validation.md").is_file()
    page = (tmp_path / "out" / "validation.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in page
    assert "http" not in page.replace("https://www.w3.org", "")
    assert (tmp_path / "out" / "figures" / "validation_later.png").stat().st_size > 10_000
