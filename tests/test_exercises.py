"""Figures of the workshop guide: told as the page tells them, each in its place."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from small import private_store

from sim.app.pool import Pool
from sim.app.span import SHOWN
from sim.app.yearly import by_year
from sim.documentation.exercises import EXERCISES, GUIDE, PACKAGES, as_table, cell, rewritten, told

CLEAR = {"mean": -17.2, "low": -34.0, "high": -1.0, "sign": -1, "decimals": 0, "unit": "thousand"}
OPEN = {"mean": 0.2, "low": -1.2, "high": 0.44, "sign": 0, "decimals": 1, "unit": "% of need"}


def test_a_change_is_told_with_its_range_and_without_a_direction_where_it_has_none():
    assert cell(CLEAR) == "\N{MINUS SIGN}17 (\N{MINUS SIGN}34 to \N{MINUS SIGN}1)"
    assert cell(OPEN) == "may rise or fall (\N{MINUS SIGN}1.2 to +0.4)"


def test_every_exercise_shows_packages_that_there_are_and_has_its_place_in_the_guide():
    guide = GUIDE.read_text(encoding="utf-8")
    for exercise in EXERCISES.values():
        assert set(exercise.packages) <= set(PACKAGES)
    changed = rewritten(guide, dict.fromkeys(EXERCISES, "| new |"))
    assert changed.count("| new |") == len(EXERCISES)
    assert rewritten(changed, dict.fromkeys(EXERCISES, "| new |")) == changed
    with pytest.raises(ValueError, match="pay_or_fees"):
        rewritten(guide, {"another": ""})


def test_tables_show_what_the_page_shows(tmp_path):
    async def asked() -> tuple[dict[str, Any], dict[int, Any]]:
        pool = Pool(2, 0.002, 1)
        pool.start()
        try:
            async for _ in pool.grow():
                pass
            return await told(pool, PACKAGES["Zero hours ban"]), dict(pool.baselines)
        finally:
            pool.stop()

    with private_store(tmp_path):
        lines, baselines = asyncio.run(asked())
    known = dict.fromkeys(PACKAGES, lines)
    tables = {name: as_table(exercise, known) for name, exercise in EXERCISES.items()}
    for name, exercise in EXERCISES.items():
        assert len(tables[name].splitlines()) == 2 + len(exercise.lines)
    assert "| Jobs on zero-hours contracts, points | " in tables["security_or_choice"]
    assert lines["Jobs on zero-hours contracts"]["mean"] < 0
    before = by_year(np.stack([baselines[draw] for draw in sorted(baselines)]))[..., -1].mean(axis=0)
    assert lines["Posts filled"]["was"] == pytest.approx(before[SHOWN.index("filled_posts")] / 1e3)
    assert lines["Care by staff a year or more in post"]["unit"] == "% of hours"
