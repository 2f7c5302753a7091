"""What the page says of a grid of few points, from results that are made by formula."""

from __future__ import annotations

import pandas as pd
import pytest
from test_analysis import COMMON, LEVERS, made_up, text_of

from sim.experiments.analyse_command import analyse

GRID = {"levers": LEVERS, "design": {"kind": "grid"}}
WAGE, HOURS = "real_living_wage", "zero_hours_ban.minimum_hours"


def worked_out(tmp_path, formula, **changes):
    values = {name: value for name, value in ({**GRID, "draws": 6} | changes).items() if value is not None}
    page = analyse(made_up(tmp_path / "study", values, formula))
    return text_of(page), pd.read_csv(page.parent / "grid.csv"), page.parent


def both(quantiles, luck, reference):
    """A point a lever, half of that where both are in force; the first takes off more if luck is good."""
    wage, hours = quantiles[WAGE] > 0.5, quantiles[HOURS] > 0.5
    off = 0.0 if reference else 0.01 * wage + 0.02 * hours - 0.015 * (wage and hours)
    return 0.1 - off + 0.001 * luck, 1e9 * (1 + off)


def test_every_point_stands_in_the_table_with_its_change_and_range(tmp_path):
    _, table, folder = worked_out(tmp_path, both)
    assert len(table) == 6
    strongest = table[(~table[WAGE]) & (table[HOURS] == 16)].iloc[0]
    assert strongest["unmet_share"] == pytest.approx(-0.02)
    assert strongest["unmet_share_low"] <= strongest["unmet_share"] <= strongest["unmet_share_high"]
    none = table[(~table[WAGE]) & (table[HOURS] == 0)].iloc[0]
    assert none["unmet_share"] == none["cost"] == 0.0
    assert {file.stem for file in (folder / "figures").glob("grid_*.png")} == {"grid_unmet_share", "grid_cost"}


def test_the_strongest_point_is_named_with_the_draws_that_agree(tmp_path):
    text, _, _ = worked_out(tmp_path, both)
    assert (
        "The largest change of care not met is where real living wage is not in force and zero hours ban: minimum "
        "hours is 16: -2 points on average, with this sign in 6 of 6 draws." in text
    )


def test_what_two_levers_do_together_is_told_where_it_differs_from_their_sum(tmp_path):
    text, _, _ = worked_out(tmp_path, both)
    assert "For care not met, both at their far ends do less than the sum of each alone" in text


def test_levers_that_add_up_are_not_said_to_work_together(tmp_path):
    def adds_up(quantiles, luck, reference):
        off = 0.0 if reference else 0.01 * (quantiles[WAGE] > 0.5) + 0.02 * (quantiles[HOURS] > 0.5)
        return 0.1 - off * (1.0 + 0.1 * luck), 1e9

    text, _, _ = worked_out(tmp_path, adds_up)
    assert "far ends" not in text


def test_draws_that_disagree_are_counted(tmp_path):
    def unsure(quantiles, luck, reference):
        return 0.1 if reference else 0.1 + 0.01 * (quantiles[WAGE] > 0.5) * luck, 1e9

    text, _, _ = worked_out(tmp_path, unsure)
    assert " of 6 draws." in text
    assert "in 6 of 6 draws" not in text


def test_what_luck_alone_could_do_is_not_named(tmp_path):
    def lucky(quantiles, luck, reference):
        return 0.1 if reference else 0.1 + 0.001 * luck * (1 + quantiles[HOURS]), 1e9 + (0 if reference else 1e8)

    text, _, _ = worked_out(tmp_path, lucky, draws=None, replicates=6)
    assert "No point changes care not met clearly." in text
    assert "The largest change of cost to payers is where" in text


def test_a_grid_without_levers_shows_levels(tmp_path):
    values = {
        **COMMON, "levers": [], "replicates": 3, "draws": None,
        "uncertainties": {"parameters": {"switching_cost": {"vary": {"from": 0.03, "to": 0.1, "steps": 4}}}},
    }  # fmt: skip

    def level(quantiles, luck, reference):
        return 0.05 + 0.04 * quantiles["switching_cost"], 1e9

    _, table, folder = worked_out(tmp_path, level, **values)
    assert list(table["unmet_share"]) == sorted(table["unmet_share"])
    assert (folder / "figures" / "grid_unmet_share.png").is_file()
