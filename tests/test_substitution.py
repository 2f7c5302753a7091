"""What becomes of work on zero hours where it is banned: lawful contracts, self-employment, agency hours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from markets import Policy, surely

from sim.jit import as_record
from sim.model import CareLabourModel
from sim.month.groups import GroupKind
from sim.month.stock import Measure
from sim.parameters import behaviour
from sim.rules.substitution import cost_of_guarantee, form_of_work
from sim.units import LeaveReason, Status
from sim.virtual_market import virtual_market

SIXTEEN_HOURS, BEFORE, AFTER = 960, 6, 12
SHORT_WEEKS: dict[str, Any] = {"hours": (5.0, 30.0), "zero_hours": 0.5}
LAWFUL, SELF_EMPLOYED, AGENCY_HOURS = 0, 1, 2


def ban(enforcement: float = 0.0) -> Policy:
    """Sixteen hours guaranteed, and scrutiny of self-employment."""

    def write(book: Any) -> None:
        book.minimum_contract_minutes.floor(SIXTEEN_HOURS)
        book.status_enforcement.replace(enforcement)

    return Policy(write)


def banned(policy: Policy | None, seed: int = 1, **changes: float) -> tuple[CareLabourModel, int]:
    """A market a year after a ban, and how many people went to agencies in its first month."""
    model = virtual_market(behaviour=behaviour(changes), seed=seed, audit=True, **SHORT_WEEKS)
    for _ in range(BEFORE):
        model.step()
    model.levers = () if policy is None else (policy,)
    model.step()
    to_agencies = int(model.ledger.leavers[..., LeaveReason.AGENCY_WORK].sum())
    for _ in range(AFTER - 1):
        model.step()
    return model, to_agencies


def self_employed(model: CareLabourModel) -> int:
    return int(model.stock.cells[..., Measure.SELF_EMPLOYED].sum())


def test_a_ban_moves_work_to_short_contracts_agencies_and_self_employment() -> None:
    found = []
    for seed in range(12):
        (free, left), (under_ban, left_more) = banned(None, seed), banned(ban(enforcement=0.5), seed)
        assert self_employed(free) == 0
        assert under_ban.stock.groups[GroupKind.CONTRACT, 0] == 0
        # 16 hours is in the band from 8 to 20.
        short = [model.stock.groups[GroupKind.CONTRACT, 2] for model in (free, under_ban)]
        found.append((short[1] - short[0], left_more - left, self_employed(under_ban)))
    for gain in np.array(found).T:
        assert surely(gain) > 0


def test_scrutiny_of_self_employment_and_employers_who_do_not_try_leave_lawful_contracts_only() -> None:
    assert self_employed(banned(ban(enforcement=1.0))[0]) == 0
    assert self_employed(banned(ban(), substitution_share=0.0)[0]) == 0


def test_self_employment_ends_with_the_ban_and_with_scrutiny() -> None:
    for after in ((), (ban(enforcement=1.0),)):
        model, _ = banned(ban())
        assert self_employed(model) > 20
        model.levers = after
        model.step()
        assert self_employed(model) == 0


def test_the_self_employed_give_care_outside_filled_posts_and_have_no_contract() -> None:
    model, _ = banned(ban())
    workers = model.workers
    alone = workers.self_employed == 1
    assert (workers.status[alone] == Status.CARE).all()
    assert not workers.contract_minutes[alone].any()
    assert model.stock.heads.sum() == (workers.status == Status.CARE).sum() - alone.sum()
    # The audit, which is on, has closed the books of wages and on-costs with these people among them.
    assert 0 < model.stock.cells[..., Measure.SELF_EMPLOYED_MINUTES].sum() == workers.worked_minutes[alone].sum()


@pytest.mark.parametrize(
    ("self_employed_cost", "agency", "form"),
    [(900.0, 2000.0, SELF_EMPLOYED), (2000.0, 1100.0, AGENCY_HOURS), (-1.0, 2000.0, LAWFUL)],
)
def test_employers_take_the_cheapest_form(self_employed_cost: float, agency: float, form: int) -> None:
    p = as_record(behaviour())
    assert form_of_work(0.0, 1200.0, self_employed_cost, agency, 0.0, 0.0, p) == form
    assert form_of_work(0.99, 1200.0, self_employed_cost, agency, 0.0, 0.0, p) == LAWFUL


def test_guaranteed_hours_beyond_the_work_there_is_make_a_lawful_contract_dear() -> None:
    p = as_record(behaviour())
    enough, little = (cost_of_guarantee(1000, SIXTEEN_HOURS, need, 0.0, 0.138, 0.03, p) for need in (1200, 480))
    assert little > 1.9 * enough
    assert cost_of_guarantee(1000, SIXTEEN_HOURS, 1200, 0.1, 0.138, 0.03, p) > enough
