"""How fast the page answers, as the command measures it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small import private_store
from typer.testing import CliRunner

from sim.app import speed
from sim.cli import app


def test_waiting_is_measured_at_the_scale_asked_for_and_at_twice_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speed, "MOVES", speed.MOVES[:2])
    with private_store(tmp_path):
        told = CliRunner().invoke(app, ["app", "--measure", "--draws", "2", "--scale", "0.002"])
    assert told.exit_code == 0
    assert re.findall(r"2 moves at scale (\S+) on", told.stdout) == ["0.002", "0.004"]
    waits = [tuple(map(float, found)) for found in re.findall(r": (\d+\.\d\d), (\d+\.\d\d)$", told.stdout, re.M)]
    assert len(waits) == 6  # first years, first draws, all draws, at either scale
    for path, answer, whole in (waits[:3], waits[3:]):
        assert path[0] <= answer[0] <= whole[0]
        assert all(median <= most for median, most in (path, answer, whole))
