"""The report: sentences no stronger than the numbers, companions, blocks, maps, and a workbook that agrees."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from small import SCALE, private_store

from sim import compare
from sim.companions import ALONE, UNFUNDED, companions_of
from sim.comparison import END, FIRST, YEAR, Comparison
from sim.comparison_tables import print_comparison
from sim.documentation.screens import browser_there
from sim.headline import number, print_headline
from sim.intervals import Interval, interval
from sim.manifest import scenarios_of
from sim.money_report import yearly
from sim.report import findings, tradeoffs
from sim.report.contents import contents_of
from sim.report.findings import sentence, weakest
from sim.report.gains import all_blocks, cuts
from sim.report.grounds import grounds, standing_out, validated
from sim.report.ledger import payers
from sim.report.maps import MAPS, draw_map
from sim.report.outcomes import FILLED, TURNOVER, UNMET, VACANCY, duels, tally, values
from sim.report.page import command
from sim.report.pairing import errors, sharpness
from sim.report.spillovers import spillovers
from sim.running import run_all
from sim.scenario import load_scenario

BASE: dict[str, Any] = {
    "name": "As it [x] was",
    "scale": SCALE,
    "replicates": 3,
    "window": {"from": "2016-04", "to": "2019-03"},
}
GRANT = {"cover": 1.0, "from": "new_grant"}
FLOOR = {
    "real_living_wage": {
        "from": "2017-04",
        "applies_to": {"sector": "independent"},
        "funding": {"council": GRANT, "nhs": GRANT, "include": ["on_costs"], "ring_fenced": True},
    }
}
BAN = {"zero_hours_ban": {"from": "2017-04", "minimum_hours": 16}}
FUNDED: dict[str, Any] = {**BASE, "name": "Floor, paid for", "levers": [FLOOR]}
BOTH: dict[str, Any] = {**BASE, "name": "=Floor [/b] :100: & <ban>", "levers": [FLOOR, BAN]}
IDLE: dict[str, Any] = {
    **BASE,
    "name": "Nothing new",
    "levers": [{"fee_uplift": {"from": "2017-04", "percent": 0.0}}],
}


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory):
    with private_store(tmp_path_factory.mktemp("store")):
        yield compare(BASE, [FUNDED, BOTH, IDLE], parts=True, output=tmp_path_factory.mktemp("out") / "report")


def page_of(comparison: Comparison) -> str:
    assert comparison.results.folder is not None
    return (comparison.results.folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.skipif(not browser_there(), reason="no Chromium is installed")
@pytest.mark.parametrize("width", [1280, 390])
def test_a_report_does_not_scroll_sideways(comparison: Comparison, width: int) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    assert comparison.results.folder is not None
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_there(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 844})
        page.goto((comparison.results.folder / "report.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()


def test_companions_go_along_and_stand_in_no_table_of_scenarios(comparison: Comparison) -> None:
    assert comparison.others == (FUNDED["name"], BOTH["name"], IDLE["name"])
    kinds = [(one.kind, one.of, one.part) for one in comparison.companions]
    assert kinds == [
        (UNFUNDED, FUNDED["name"], ""),
        (UNFUNDED, BOTH["name"], ""),
        (ALONE, BOTH["name"], "real_living_wage"),
        (ALONE, BOTH["name"], "zero_hours_ban"),
    ]
    assert all(one.name in comparison.results.scenarios for one in comparison.companions)


def test_a_twin_is_the_scenario_without_public_money() -> None:
    scenarios = [load_scenario("real_living_wage"), load_scenario("zero_hours_ban"), load_scenario("pay_and_security")]
    found, told = companions_of(scenarios, unfunded=True, parts=False)
    assert [one["of"] for one in told] == [scenarios[0].name, scenarios[2].name]
    funding: Any = found[0].levers[0].funding  # type: ignore[attr-defined]
    assert (funding.council.cover, funding.nhs.cover, funding.ring_fenced) == (0.0, 0.0, False)
    assert funding.self_funder.pass_to_fees == 1.0
    assert funding.include == scenarios[0].levers[0].funding.include  # type: ignore[attr-defined]
    before = scenarios[0].levers[0]
    assert found[0].levers[0].model_copy(update={"funding": before.funding}) == before  # type: ignore[attr-defined]
    assert companions_of(scenarios, unfunded=False, parts=False) == ([], [])
    long = scenarios[0].model_copy(update={"name": "x" * 100})
    assert len(companions_of([long], unfunded=True, parts=False)[0][0].name) == 100


def test_parts_of_a_package_alone_are_the_scenarios_they_would_be(comparison: Comparison) -> None:
    alone = next(one.name for one in comparison.companions if one.part == "real_living_wage")
    funded = comparison.results.values(FUNDED["name"], "filled_posts")
    assert np.array_equal(comparison.results.values(alone, "filled_posts"), funded)
    block = contents_of(comparison).parts[0]
    assert block.columns == ("together", "real living wage", "zero hours ban", "sum of parts", "beyond the sum")
    for line in block.lines:
        together, one, other, total, beyond = (change.mean for change in line.changes if change is not None)
        assert total == pytest.approx(one + other)
        assert beyond == pytest.approx(together - total, rel=1e-6, abs=1e-9)


def test_a_manifest_makes_the_companions_again(comparison: Comparison) -> None:
    manifest = comparison.results.manifest
    asked = manifest["asked_for"]
    again = Comparison(run_all(scenarios_of(manifest), **asked))
    assert again.companions == comparison.companions
    assert again.others == comparison.others


def test_without_funding_margins_pay(comparison: Comparison) -> None:
    funded, unfunded = (block.lines for block in contents_of(comparison).unfunded[:1] for _ in range(2))
    margin = next(line for line in funded if line.label.startswith("Providers' margin"))
    with_funding, without = margin.changes
    assert with_funding is not None
    assert without is not None
    assert without.mean < with_funding.mean - 0.003
    assert unfunded is funded


def test_the_first_full_year_is_that_of_the_policy(comparison: Comparison) -> None:
    assert comparison.moments() == [(END, "2019-03"), (FIRST, "2017/18"), (YEAR, "2018/19")]
    first = comparison.values(FUNDED["name"], FILLED.line, FIRST)
    assert first == pytest.approx(comparison.results.values(FUNDED["name"], "filled_posts")[:, 23])


def test_a_sentence_says_what_its_interval_allows(comparison: Comparison) -> None:
    said = sentence(comparison, FUNDED["name"], YEAR, "2018/19")
    assert said.startswith(f"Under \u201c{FUNDED['name']}\u201d, in 2018/19, ")
    seen = []
    for scenario in comparison.all_others:
        told = sentence(comparison, scenario, YEAR, "2018/19")
        for outcome in (UNMET, TURNOVER, VACANCY):
            now, before = (values(comparison, name, outcome, YEAR) for name in (scenario, BASE["name"]))
            assert now is not None
            change = interval(now - before)
            assert change is not None
            moved = f"{outcome.label} {'rises' if change.mean > 0 else 'falls'} by"
            shows = number(change.mean, outcome.line.kind, change=True) not in ("0", "0.0", "0.00")
            assert (moved in told) == (change.clear and shows)
            seen.append(change.clear)
    assert True in seen
    assert False in seen
    assert "pay £" in said
    assert "England as a whole" not in said
    assert sentence(comparison, IDLE["name"], YEAR, "2018/19") == (
        f"Under \u201c{IDLE['name']}\u201d, in 2018/19, nothing changes of care not met, filled posts, "
        "turnover and the vacancy rate."
    )
    assert weakest(["fee_uplift", "staff_benefits", "employer_tax"]) == "assumption"
    assert weakest([]) == ""


def test_a_change_too_small_to_show_is_told_as_hardly_one(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = Interval(-0.00001, -0.00002, -0.000005, 9)
    monkeypatch.setattr(findings, "_change", lambda *asked: tiny)
    told = sentence(comparison, FUNDED["name"], YEAR, "2018/19")
    assert "care not met, filled posts, turnover and the vacancy rate hardly change" in told
    assert "0.00" not in told


def test_names_with_brackets_are_printed_as_they_are(
    comparison: Comparison, capsys: pytest.CaptureFixture[str]
) -> None:
    """Square brackets are no markup of the terminal's, and words between colons no pictures."""
    print_comparison(comparison)
    said = capsys.readouterr().out
    assert "[/b]" in said
    assert ":100:" in said
    print_headline(comparison.results)
    assert "[x]" in capsys.readouterr().out


def test_runs_are_counted_by_the_better_outcome(comparison: Comparison) -> None:
    for outcome in (UNMET, FILLED):
        counted = tally(comparison, outcome, FUNDED["name"], BASE["name"], YEAR)
        now, before = (values(comparison, name, outcome, YEAR) for name in (FUNDED["name"], BASE["name"]))
        assert now is not None
        assert before is not None
        assert counted is not None
        higher = int((now > before).sum())
        assert counted.better == (higher if outcome is FILLED else int((now < before).sum()))
        assert counted.runs == 3
    idle = tally(comparison, FILLED, IDLE["name"], BASE["name"], YEAR)
    assert idle is not None
    assert idle.text == "no difference"
    duel = duels(comparison, YEAR)[0]
    (_, (_, second, _)), (_, (first, _, _)) = duel.rows[0], duel.rows[1]
    assert first is not None
    assert second is not None
    assert (first.better, first.worse) == (second.worse, second.better)


def test_pairs_are_sharper_than_runs_that_share_nothing(comparison: Comparison) -> None:
    now, before = np.array([1.0, 2.0, 3.5]), np.array([0.5, 1.5, 2.5])
    paired, unpaired = errors(now, before)
    assert paired == pytest.approx(np.std([0.5, 0.5, 1.0], ddof=1) / np.sqrt(3))
    assert unpaired == pytest.approx(np.sqrt((np.var(now, ddof=1) + np.var(before, ddof=1)) / 3))
    told = [one for one in sharpness(comparison) if one.scenario == FUNDED["name"]]
    assert {one.period for one in told} == {"2017/18", "2018/19"}
    assert np.nanmean([one.factor for one in told]) > 1.5
    idle = [one for one in sharpness(comparison) if one.scenario == IDLE["name"]]
    assert all(one.paired == 0 and np.isnan(one.factor) for one in idle)


def test_payers_pay_what_is_received(comparison: Comparison) -> None:
    block = payers(comparison, FUNDED["name"], real=False)
    assert block is not None
    assert block.columns == ("2017/18", "2018/19")
    by_label = {line.label: [change.mean for change in line.changes if change is not None] for line in block.lines}
    paid = np.add.reduce(
        [by_label[name] for name in ("Councils' own money", "Government and the NHS", "People who draw on care")]
    )
    received = np.add.reduce(
        [
            by_label[name]
            for name in (
                "Received by staff, after tax",
                "Received by HMRC",
                "Received by agencies and suppliers",
                "Providers' profit and reserves",
            )
        ]
    )
    assert paid == pytest.approx(by_label["All that is paid"])
    assert received == pytest.approx(by_label["All that is paid"])
    balance = np.subtract(
        np.add(by_label["Councils' own money"], by_label["Government and the NHS"]), by_label["Back to the Exchequer"]
    )
    assert by_label["Public cost on balance"] == pytest.approx(balance)
    assert min(by_label["of which new money"]) > 0
    real = payers(comparison, FUNDED["name"], real=True)
    assert real is not None
    now = real.lines[0].changes[0]
    assert now is not None
    assert abs(now.mean) > abs(by_label["Councils' own money"][0])  # prices of 2026/27 are higher


def test_benefits_fall_as_pay_rises(comparison: Comparison) -> None:
    items = {name: yearly(comparison.results, name) for name in (BASE["name"], FUNDED["name"])}
    on_credit = items[BASE["name"]]["pay_rates_universal_credit"] / items[BASE["name"]]["pay_rates"]
    assert 0.02 < on_credit.mean() < 0.4
    rows = comparison.money()
    line = rows[(rows["item"] == "benefits_on_raises") & (rows["scenario"] == FUNDED["name"])]
    raised = rows[(rows["item"] == "staff_after_tax") & (rows["scenario"] == FUNDED["name"])]
    assert (line["change"].iloc[-2:] > 0).all()
    assert (line["change"].iloc[-2:].to_numpy() < 0.3 * raised["change"].iloc[-2:].to_numpy()).all()


def test_everybody_stands_in_the_tables_of_groups(comparison: Comparison) -> None:
    blocks = {block.title: block for of_heading in all_blocks(comparison, YEAR).values() for block in of_heading}
    assert len(blocks) == sum(len(of_heading) for of_heading in cuts().values())
    everybody = comparison.results.values(BASE["name"], "filled_posts_all")[:, -1].mean()
    for name in ("Age", "Gender", "Ethnicity", "Nationality", "Right to work", "Benefits of the household"):
        people = [line.base for line in blocks[name].lines if "people in post" in line.label]
        assert sum(people) == pytest.approx(everybody), name
    assert len(blocks["Regions"].lines) == 9 * 5
    pay = next(line for line in blocks["Gender"].lines if line.label == "Female: mean pay, £ an hour")
    assert pay.changes[0] is not None
    assert pay.changes[0].mean > 0.05


def test_a_map_shows_every_council_and_greys_what_it_cannot_tell(comparison: Comparison) -> None:
    drawn = draw_map(comparison, FUNDED["name"], MAPS[0], YEAR, "2018/19")
    assert drawn.svg.count("<polygon") == 153
    told = re.search(r"better in (\d+) councils, worse in (\d+), and in (\d+) it", drawn.text)
    assert told is not None
    better, worse, untold = map(int, told.groups())
    assert better + worse + untold == 153
    assert drawn.svg.count('fill="#D0D0D0"') == untold
    assert drawn.svg.count(">+<") == better
    idle = draw_map(comparison, IDLE["name"], MAPS[1], YEAR, "2018/19")
    assert idle.svg.count('fill="#D0D0D0"') == 153


def test_the_three_kinds_of_places_make_up_england(tmp_path: Path) -> None:
    local = {**BAN["zero_hours_ban"], "applies_to": {"region": "London"}}
    scenario = {**BASE, "replicates": 1, "name": "London alone", "levers": [{"zero_hours_ban": local}]}
    with private_store(tmp_path / "store"):
        compared = compare({**BASE, "replicates": 1}, scenario)
    (one,) = spillovers(compared, scenarios_of(compared.results.manifest), YEAR)
    assert one.councils == 33
    (found,) = findings.findings(compared, scenarios_of(compared.results.manifest))
    assert "in 2018/19, in England as a whole, " in found.sentence
    assert "In the places covered (London), " in found.sentence
    lines = {line.label: line for line in one.block.lines}
    for label, indicator in (("turnover, %", "turnover_all"), ("mean pay, £ an hour", "mean_pay")):
        region = [compared.results.values(name, indicator, area="London")[0, -1] for name in compared.results.scenarios]
        line = lines[f"Covered: {label}"]
        assert line.base == pytest.approx(region[0])  # councils, put together, are the region
        assert line.changes[0] is not None
        assert line.changes[0].mean == pytest.approx(region[1] - region[0])
    posts = {line.label: line for line in one.block.lines if "filled posts" in line.label}
    england = compared.values("London alone", FILLED.line, YEAR) - compared.values(BASE["name"], FILLED.line, YEAR)
    assert sum(line.changes[0].mean for line in posts.values() if line.changes[0]) == pytest.approx(england[0])
    assert sum(line.base for line in posts.values()) == pytest.approx(
        compared.values(BASE["name"], FILLED.line, YEAR)[0]
    )


def test_the_page_tells_funded_levers_from_unfunded_ones(comparison: Comparison) -> None:
    page = html.unescape(page_of(comparison))
    assert "Whom it covers: all of England; the independent sector; every service, size and role." in page
    assert (
        "councils and the NHS meet all of it from new money for the care they buy; self-funders' fees carry all" in page
    )
    costed = [one.scenario for one in contents_of(comparison).modelled]
    assert costed == [FUNDED["name"], BOTH["name"]]
    assert f"No published costing was found of a policy like: {IDLE['name']}." in page


def test_the_page_tells_how_far_care_not_met_is_off_in_small_shares_of_england(comparison: Comparison) -> None:
    found = validated()
    told = f"too high, by {found.in_a_tenth:.0%} in a tenth and {found.in_a_twentieth:.0%} in a twentieth with the"
    assert told in " ".join(html.unescape(page_of(comparison)).split())


def test_parameters_are_named_only_where_draws_can_tell(comparison: Comparison) -> None:
    assert grounds(comparison, FUNDED["name"], YEAR) == []
    assert {"vacancy_pay_response", "closure_base"} <= {one.parameter for one in standing_out()}


def test_the_workbook_holds_what_the_page_tells(comparison: Comparison) -> None:
    assert comparison.results.folder is not None
    book = load_workbook(comparison.results.folder / "report.xlsx")
    heads = {name: [cell.value for cell in book[name][2]] for name in book.sheetnames}
    assert heads["Headlines"][:4] == ["when", "period", "scenario", "base"]
    rows = list(book["Headlines"].iter_rows(min_row=3, values_only=True))
    place = {name: heads["Headlines"].index(name) for name in ("indicator", "change", "scenario", "when")}
    found = next(
        row
        for row in rows
        if row[place["indicator"]] == "pay_p50"
        and row[place["scenario"]] == FUNDED["name"]
        and row[place["when"]] == YEAR
    )
    change = float(str(found[place["change"]]))
    assert f">{number(change, 'pounds', change=True)}<" in page_of(comparison)
    for name in ("Findings", "Runs", "Without funding", "Packages", "Payers in cash", "Account", "Scenarios"):
        assert book[name].max_row > 2, name
    # A scenario may be called like a formula, and is none.
    cells = [cell for row in book["Findings"].iter_rows() for cell in row if cell.value == BOTH["name"]]
    assert [cell.data_type for cell in cells] == ["s"]


def test_the_page_escapes_names_and_is_small(comparison: Comparison) -> None:
    page = page_of(comparison)
    assert "<ban>" not in page
    assert "=Floor [/b] :100: &amp; &lt;ban&gt;" in page
    assert len(page) < 5_000_000
    # Maps on which no council can be told apart make way for a sentence.
    assert page.count("<svg") / len(MAPS) + page.count("Of no council can it be told") == 3


def test_the_command_makes_the_report_again() -> None:
    import shlex

    from typer.testing import CliRunner

    from sim.cli import app

    with pytest.MonkeyPatch.context() as patch:
        asked: list[Any] = []
        patch.setattr(
            "sim.comparison_command.compare_scenarios", lambda *named, **options: asked.append((named, options))
        )
        text = "compare baseline real_living_wage --scale 0.05 --seed 3 --from 2024-04 --to 2030-03 --draws 7 --parts"
        result = CliRunner().invoke(app, shlex.split(text))
        assert result.exit_code == 0, result.output
    (base, others), options = asked[0]
    assert options["parts"]
    assert options["report"]
    assert (base.scale, base.seed, others[0].name) == (0.05, 3, load_scenario("real_living_wage").name)
    assert Path(options["output"]).name


def test_the_command_names_what_was_compared(comparison: Comparison) -> None:
    text = command(comparison)
    assert text.startswith("caresim compare 'As it [x] was.yaml' 'Floor, paid for.yaml'")
    assert f"--scale {SCALE:g} --seed 1 --from 2016-04 --to 2019-03 --replicates 3 --parts" in text


def test_that_nothing_can_be_told_of_trade_offs_stands_whole_in_picture_and_words(
    comparison: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [comparison.base, *comparison.others]
    cost, unmet = Interval(1.0, -1.0, 3.0, 2), Interval(-1.0, -4.0, 1.0, 2)
    found = [tradeoffs.Point(name, cost, unmet) for name in names]
    monkeypatch.setattr(tradeoffs, "points", lambda _: found)
    drawn = tradeoffs.draw_tradeoff(comparison, tmp_path)
    assert drawn is not None
    caveat = "No difference in care not met is clear of zero"
    lines = re.findall(r"<text[^>]*>([^<]*)</text>", drawn.svg.read_text(encoding="utf-8"))
    assert caveat in " ".join(line.strip() for line in lines)
    assert max(map(len, lines)) <= tradeoffs.LETTERS_OF_SUBTITLE
    assert caveat in drawn.text
