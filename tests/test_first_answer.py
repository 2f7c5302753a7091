"""Of many runs the first tell a first answer while the others go on."""

from __future__ import annotations

from typing import Any

import pytest
from small import SCALE

from sim import running
from sim.comparison import compare
from sim.progress import Silent
from sim.report.findings import findings
from sim.scenario import scenario_from
from sim.settings import setting

BASE: dict[str, Any] = {"name": "Short", "scale": SCALE, "window": {"from": "2016-04", "to": "2016-09"}}
RAISED: dict[str, Any] = {
    **BASE,
    "name": "Raised",
    "levers": [{"national_living_wage": {"from": "2016-05", "percent": 10.0}}],
}
FEW = 2


class Heard(Silent):
    """What whoever watches is told."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def say(self, text: str) -> None:
        self.steps.append(text)

    def tell(self, text: str) -> None:
        self.steps.append(text)


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "setting", lambda name: FEW if name == "first_answer_after" else setting(name))


def heard_of(replicates: int) -> list[str]:
    heard = Heard()
    compare(BASE, RAISED, replicates=replicates, watch=lambda months: heard)
    return heard.steps


def test_a_first_answer_is_what_so_few_runs_alone_would_have_found() -> None:
    steps = heard_of(2 * FEW)
    told = [step for step in steps if step.startswith("First answer")]
    assert len(told) == 1
    assert steps.index(told[0]) < len(steps) - 1  # the others go on
    heading, *sentences = told[0].split("\n")
    assert heading == "First answer, from 2 of 4 replicates:"
    alone = findings(compare(BASE, RAISED, replicates=FEW), [scenario_from(BASE), scenario_from(RAISED)])
    assert sentences == [one.sentence for one in alone]


def test_no_first_answer_where_the_whole_one_is_soon_there() -> None:
    assert not any("First answer" in step for step in heard_of(2 * FEW - 1))
