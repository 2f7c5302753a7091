"""The month's books: who came, who went, and what was paid; counted in whole numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.month.groups import MOST_BANDS, GroupKind
from sim.month.moves import PLACES
from sim.units import LeaveReason, MoneySource, Payer, Role, Sector, Service, Source


class Ledger(NamedTuple):
    """Counts of one month, all int64. `L` councils, `S` services, `X` sectors, `R` roles."""

    leavers: np.ndarray
    """[L, S, X, R, reason] people who left a care job."""
    group_leavers: np.ndarray
    """[kind, band] leavers by group of people (see `sim.month.groups`), without those whose employer closed: nobody is
    left to tell of them."""
    starters: np.ndarray
    """[L, S, X, R, source] people who started a care job."""
    promoted: np.ndarray
    """[S, X, R, R] people who took another role with the same employer, by old and new role."""
    moves: np.ndarray
    """[place, place] people who went from one place to another, or to another care employer (`sim.month.moves`)."""
    people_in: np.ndarray
    """[L, stream] people who became agents, by council of residence and stream of identities."""
    people_out: np.ndarray
    """[L, reason] people who ceased to be agents, by council of residence and reason; NONE is a return to its pool."""
    nhs_in: np.ndarray
    """[2] people hired into NHS posts: from care, from elsewhere."""
    nhs_out: np.ndarray
    """[2] people who left NHS posts: for care, for elsewhere."""
    payments: np.ndarray
    """[L, S, payer] pence paid to providers for care this month."""
    grants: np.ndarray
    """[L, S, payer] of which new money from government."""
    costs: np.ndarray
    """[L, S, kind] pence spent by providers: in the order of `COST_KINDS`."""
    returned: np.ndarray
    """[L, S] minutes a week handed back to buyers."""
    ended: np.ndarray
    """[L, S, payer] minutes a week that ended because the establishment closed."""
    closures: np.ndarray
    """[L, S] establishments closed."""
    openings: np.ndarray
    """[L, S] establishments opened."""
    displaced: np.ndarray
    """[2] sponsored workers who lost their sponsor; of whom left the country."""
    taxes: np.ndarray
    """[L, S, kind] pence of tax on wages: income tax, National Insurance of staff, of employers."""
    transferred: np.ndarray
    """[L, R] people who went over to another provider with the care they give: neither leavers nor starters."""
    relet: np.ndarray
    """[L] minutes a week of home care that went to another provider as contracts were let anew."""
    council_money: np.ndarray
    """[L, source] pence that came in to councils for care, new money in prices apart."""
    council_returned: np.ndarray
    """[L] pence that went back to the council at large at the end of the year."""
    spent_down: np.ndarray
    """[L, S] minutes a week that passed from self-funders to councils beyond the usual flow; negative the other way."""
    bonuses: np.ndarray
    """[L, S] pence that employers paid staff beside their wages, in bonuses and for work in the NHS; in on-costs."""
    relocated: np.ndarray
    """[L] people of the pools who moved here from councils nearby by policy; negative where they moved away."""
    programmes: np.ndarray
    """[L] pence that government paid for programmes by what happened, such as people taken on."""
    visas: np.ndarray
    """[3] people already here who were sponsored for the first time; whose visa was renewed; who went as it ended."""


COST_KINDS = ("wages", "on_costs", "agency", "other", "sponsorship", "profit", "balance", "arrears", "penalties")
TAX_KINDS = ("income_tax", "employee_nic", "employer_nic")
STREAMS = 8
"""Codes of `Stream` below this are people's."""


def told_by_employers(leavers: NDArray[Any]) -> NDArray[Any]:
    """[...] leavers of all reasons [..., reason] but the closure of their employer, who then tells of nobody.

    Skills for Care counts leavers of the last 12 months in the returns of workplaces that there are. So filled posts
    grow by starters less these and less those whose employer closed.
    """
    return np.asarray(leavers.sum(axis=-1, dtype=np.int64) - leavers[..., LeaveReason.CLOSURE])


def empty_ledger(councils: int) -> Ledger:
    """A ledger of zeros."""
    cells = (councils, len(Service), len(Sector), len(Role))

    def zeros(*shape: int) -> np.ndarray:
        return np.zeros(shape, dtype=np.int64)

    return Ledger(
        leavers=zeros(*cells, len(LeaveReason)),
        group_leavers=zeros(len(GroupKind), MOST_BANDS),
        starters=zeros(*cells, len(Source)),
        promoted=zeros(*cells[1:], len(Role)),
        moves=zeros(PLACES, PLACES),
        people_in=zeros(councils, STREAMS),
        people_out=zeros(councils, len(LeaveReason)),
        nhs_in=zeros(2),
        nhs_out=zeros(2),
        payments=zeros(councils, len(Service), len(Payer)),
        grants=zeros(councils, len(Service), len(Payer)),
        costs=zeros(councils, len(Service), len(COST_KINDS)),
        returned=zeros(councils, len(Service)),
        ended=zeros(councils, len(Service), len(Payer)),
        closures=zeros(councils, len(Service)),
        openings=zeros(councils, len(Service)),
        displaced=zeros(2),
        taxes=zeros(councils, len(Service), len(TAX_KINDS)),
        transferred=zeros(councils, len(Role)),
        relet=zeros(councils),
        council_money=zeros(councils, len(MoneySource)),
        council_returned=zeros(councils),
        spent_down=zeros(councils, len(Service)),
        bonuses=zeros(councils, len(Service)),
        relocated=zeros(councils),
        programmes=zeros(councils),
        visas=zeros(3),
    )
