"""The generated pages are up to date, and every figure of the program is used and has a source."""

import csv
import math
import re
import sys

import pytest

from sim.conditions import dated_rows
from sim.documentation.data import meaning, sourced_rows
from sim.documentation.markdown import prose
from sim.documentation.pages import ROOT, out_of_date, pages
from sim.documentation.source import month_verbs, parameter_uses, rule_callers, rule_modules
from sim.model import VERBS
from sim.parameters import parameter_table
from sim.report import grounds
from sim.scenario import load_scenario
from sim.shipped import PACKAGE
from sim.validity import for_reports

STATUSES = {"published", "derived", "judgement", "assumption", "recalled", "gap"}
GRADES = {"strong", "moderate", "weak", "assumption"}


def test_pages_are_what_would_be_written_now():
    assert [path.name for path in out_of_date()] == [], "run: python -m sim.documentation"


def test_every_parameter_is_read_somewhere_in_the_model():
    assert set(parameter_table()) - set(parameter_uses()) == set()


def test_every_parameter_read_has_a_row():
    assert set(parameter_uses()) - set(parameter_table()) == set()


def test_parameters_have_bounds_around_their_value_a_source_and_a_grade():
    for row in parameter_table().values():
        assert row.low <= row.central <= row.high, row.parameter
        assert row.meaning, row.parameter
        assert row.unit, row.parameter
        assert row.source, row.parameter
        assert row.status in STATUSES, row.parameter
        assert row.grade in GRADES, row.parameter


def test_every_figure_has_a_source_and_a_status():
    bare = [
        (file, row)
        for file, row in sourced_rows()
        if row["status"] not in STATUSES or not (row.get("source") or row["status"] == "assumption")
    ]
    assert bare == []


def test_every_data_file_has_a_status_or_says_so_by_column():
    files = {file.name for file in (ROOT / "sim" / "data").glob("*.csv")}
    # councils.csv has sources column by column, in the README of the folder; challenges.csv holds words and no figures;
    # the others are made by this program.
    made_here = {"posterior_2022.csv", "posterior_use.csv", "discrepancy_2022.csv", "standing_out.csv", "validated.csv"}
    assert files - {file for file, _ in sourced_rows()} == {"councils.csv", "challenges.csv"} | made_here


def test_what_reports_tell_of_validation_is_what_its_page_found(tmp_path, monkeypatch):
    """The two tables that reports read are those of the committed table, and say what the page says in words."""
    monkeypatch.setattr(sys, "argv", ["for_reports", str(ROOT / "docs" / "validation.csv"), str(tmp_path)])
    for_reports.main()
    for name in (for_reports.STANDING_OUT, for_reports.VALIDATED):
        assert (tmp_path / name).read_text() == (ROOT / "sim" / "data" / name).read_text(), name
    found, page = grounds.validated(), " ".join((ROOT / "docs" / "validation.md").read_text().split())
    assert f"figures lie in theirs ({found.in_intervals:.0%}; 90% should)" in page
    biases = re.findall(r"\| Care not met \|[^|]+\|[^|]+\|" + r" \**([+-][\d.]+)%\**[^|]*\|" * 3, page)
    assert [f"{100.0 * one:+.1f}" for one in (found.in_a_twentieth, found.in_a_tenth)] == list(biases[0][1:])


def test_every_dated_series_is_explained_by_the_code_that_reads_it():
    for series in {row.series for row in dated_rows()}:
        assert meaning(series)


def section(page: str, heading: str) -> str:
    """Text beneath a heading of a page, up to the next heading of its kind."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return text.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_every_assumed_value_of_law_and_conditions_stands_in_one_table():
    listed = section("data.md", "Assumptions in law and conditions")
    assumed = {(row.series, row.key) for row in dated_rows() if row.status == "assumption"}
    assert len(assumed) > 30
    for series, key in assumed:
        assert f"| [{series}](#{series}){f' of {key}' if key else ''} |" in listed
    told = set(re.findall(r"^\| \[(\w+)\]", listed, re.MULTILINE))
    assert told == {series for series, _ in assumed}
    assert "data.md#assumptions-in-law-and-conditions" in (ROOT / "docs" / "quality_assurance.md").read_text("utf-8")


@pytest.mark.parametrize("heading", ["Baselines", "Assumptions about the future", "Settings of the program"])
def test_rows_without_a_grade_show_their_status_and_that_it_is_the_grade(heading):
    opening, table = section("data.md", heading).strip().split("\n\n")[:2]
    assert "grade of" in opening
    headings, _, *rows = ([cell.strip(" |") for cell in line.split(" | ")] for line in table.splitlines())
    place = headings.index("status")
    assert len(rows) > 5
    assert {row[place] for row in rows} <= STATUSES


def test_figures_whose_source_is_an_assumption_are_not_called_published_or_derived():
    for _, row in sourced_rows():
        if row.get("grade") and "assum" in row["source"].lower():
            assert row["status"] in {"assumption", "judgement"}, row
            assert row["grade"] in {"assumption", "weak"}, row


def test_every_rule_has_a_docstring_and_somebody_calls_it():
    for module in rule_modules():
        text = (ROOT / "sim" / "rules" / f"{module.name}.py").read_text(encoding="utf-8")
        for rule in module.rules:
            assert rule.docstring, rule.name
            called_here = text.count(f"{rule.name}(") > 1
            assert called_here or rule_callers().get((module.name, rule.name)), rule.name


def test_the_month_in_the_documentation_is_the_models():
    assert [name for name, _, _ in month_verbs()] == [verb.__name__ for verb in VERBS]
    for _, does, files in month_verbs():
        assert does
        assert all((ROOT / file).is_file() for file in files)


@pytest.mark.parametrize("page", sorted(path.name for path in pages()))
def test_pages_name_no_path_of_this_machine(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert str(ROOT) not in text


def test_formulas_become_blocks_of_mathematics():
    assert prose("One.\n\n.. math:: a = b\n\nTwo ``x``.") == "One.\n\n```math\na = b\n```\n\nTwo `x`."


def test_links_between_pages_lead_somewhere():
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        text = path.read_text(encoding="utf-8")
        for part in text.split("](")[1:]:
            target = part.split(")")[0].split("#")[0]
            if target and "://" not in target and not target.startswith("mailto:"):
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_levers_and_scenarios_are_all_in_the_catalogue():
    text = (ROOT / "docs" / "levers.md").read_text(encoding="utf-8")
    for path in (ROOT / "scenarios").glob("*.yaml"):
        if load_scenario(path).levers:
            assert path.name in text


def test_settings_say_why():
    with (ROOT / "sim" / "data" / "settings.csv").open(encoding="utf-8", newline="") as stream:
        assert all(row["note"] for row in csv.DictReader(stream))


def test_the_page_on_data_counts_the_rows_of_every_file() -> None:
    told = dict(
        re.findall(r"\| `([a-z_0-9]+\.csv)` \| ([\d,]+) \|", (PACKAGE / "data" / "README.md").read_text("utf-8"))
    )
    counted = {}
    for path in sorted((PACKAGE / "data").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            counted[path.name] = f"{sum(1 for _ in csv.reader(file)) - 1:,}"
    assert told == counted


def validated() -> dict[tuple[str, str, str], dict[str, str]]:
    """Figures of the page on validation by section, item and time."""
    with (ROOT / "docs" / "validation.csv").open(encoding="utf-8", newline="") as file:
        return {(row["section"], row["item"], row["when"]): row for row in csv.DictReader(file)}


def too_high(figure: str, share: str) -> float:
    """How much higher a figure of 2024/25 is in a share of England than in the whole."""
    row = validated()["scale", f"{figure}: mean and one standard deviation of a run at {share} of England", "2024/25"]
    return float(row["model"]) / float(row["published"]) - 1.0


def test_what_texts_say_of_the_share_simulated_is_what_the_study_of_scale_found() -> None:
    tenth, twentieth, fiftieth = (f"{too_high('Care not met', share):.0%}" for share in ("10%", "5%", "2%"))
    vacancies = [f"{too_high('Vacancy rate', share):.0%}" for share in ("10%", "5%", "2%")]
    furthest = max(abs(too_high("Vacancy rate", share)) for share in ("10%", "5%"))
    told = {path: (ROOT / path).read_text(encoding="utf-8") for path in (
        "README.md", "docs/model_card.md", "docs/quality_assurance.md",
    )}  # fmt: skip
    told = {path: " ".join(text.split()) for path, text in told.items()}
    assert f"{tenth} in a tenth of it" in told["README.md"]
    assert f"{twentieth} in a twentieth and {fiftieth} in the fiftieth" in told["README.md"]
    assert (
        f"vacancies are within {math.ceil(100.0 * furthest)}% in the larger two and {vacancies[2]} too high"
        in told["README.md"]
    )
    assert f"{tenth} (vacancies {vacancies[0]}) in a tenth, {twentieth} ({vacancies[1]})" in told["docs/model_card.md"]
    assert f"({twentieth} and {vacancies[1]} too high in a twentieth" in told["docs/quality_assurance.md"]


def test_the_readme_tells_how_far_off_later_years_are() -> None:
    def off_by(figure: str) -> float:
        """Root mean square over the three years, percentage points."""
        rows = [validated()["later_years", f"{figure} (recruits given)", f"{year}-03"] for year in (2023, 2024, 2025)]
        gaps = [float(row["model"]) - float(row["published"]) for row in rows]
        return 100.0 * math.sqrt(sum(gap**2 for gap in gaps) / len(gaps))

    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    given = [row for (of, item, _), row in validated().items() if of == "later_years" and "recruits given" in item]
    inside = f"{sum(row['verdict'] == 'pass' for row in given) / len(given):.0%}"
    for path in ("README.md", "docs/model_card.md", "docs/quality_assurance.md"):
        told = " ".join((ROOT / path).read_text(encoding="utf-8").split())
        assert f"{inside} of the" in told or f"{inside} lay in their 90% intervals" in told, path
    assert f"it is off by {off_by('vacancy rate'):.1f} points on the vacancy rate" in text
    assert f"and by {off_by('turnover all'):.1f} on turnover" in text
