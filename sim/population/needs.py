"""Whose need councils meet in the first month: people by client group, what each needs, and who waits.

People of a group are shared among councils by the residents from whom they come: those aged 65 and over, and those of
working age, of whom people with physical needs follow the share of disabled residents. Care bought by a council from a
service is divided among the groups as in England, by people, so that what each council buys stays as it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.agents.columns import Table
from sim.agents.local_authority import LocalAuthority
from sim.agents.provider import Provider
from sim.parameters import Behaviour
from sim.population.inputs import SERVICE_NAMES, Floats, council_column, figures
from sim.units import ASSESSOR_ROLES, ClientGroup, Payer, Sector

GROUP_NAMES = tuple(group.name.lower() for group in ClientGroup)


def clients_by_council(scale: float) -> Floats:
    """[L, C] people in long-term support in England, shared among councils by the residents they come from."""
    known = figures()
    older, younger = council_column("councils.csv", "pop_65plus"), council_column("councils.csv", "pop_18_64")
    disabled = younger * council_column("councils.csv", "disabled_share_2021")
    residents = np.stack([older, younger, younger, disabled], axis=1)
    total = known["clients"] * known.each("client_share", GROUP_NAMES)
    return np.asarray(residents / residents.sum(axis=0) * total * scale)


def hours_by_group(clients: Floats) -> Floats:
    """[L, S, C] shares of the care councils buy that goes to each group, by the groups' people in the council."""
    known = figures()
    shares = np.stack([known.each(f"client_hours.{service}", GROUP_NAMES) for service in SERVICE_NAMES])
    each = shares / known.each("client_share", GROUP_NAMES)
    hours = clients[:, None, :] * each
    return np.asarray(hours / hours.sum(axis=2, keepdims=True))


def write_needs(
    table: Table[LocalAuthority], providers: Table[Provider], clients: Floats, residents: Floats, p: Behaviour
) -> None:
    """Write what councils know of people in need, once what is bought has been written.

    Args:
        table: the councils.
        providers: all establishments, of which councils' own employ the assessors.
        clients: [L, C] people assessed, at the scale of the model.
        residents: [L] residents, at the scale of the model.
        p: behavioural parameters.
    """
    table.clients, table.clients_start = clients, clients.sum(axis=1)
    bought = table.need_minutes[:, :, Payer.COUNCIL]
    table.person_minutes = bought[:, :, None] * hours_by_group(clients) / clients[:, None, :]
    older = np.array([group == ClientGroup.OLDER for group in ClientGroup])
    turnover = np.where(older, p.client_turnover_older, p.client_turnover_younger)
    arriving = clients * turnover
    table.awaiting = arriving * figures()["assessment_wait_start"]
    table.months_waited = figures()["assessment_wait_start"]
    table.team_start = _team(providers, table.capacity) * p.assessor_usual
    table.team = table.team_start
    table.effort = _time_at_start(table.team_start, p) / arriving.sum(axis=1)
    table.unpaid_carers = residents * figures()["unpaid_carer_share"]


def _team(providers: Table[Provider], councils: int) -> Floats:
    """[L, 2] posts of councils' social workers and occupational therapists."""
    own = (providers.uid != 0) & (providers.sector == Sector.COUNCIL)
    at = providers.council[own].astype(np.int64)
    posts: list[Any] = [
        np.bincount(at, weights=providers.posts_start[own, role], minlength=councils) for role in ASSESSOR_ROLES
    ]
    return np.stack(posts, axis=1).astype(np.float64)


def _time_at_start(team: Floats, p: Behaviour) -> Floats:
    """[L] time for new assessments in usual times, full posts: as the rule `time_for_assessments` has it."""
    social_workers, therapists = team.T
    kept = 1.0 - p.review_share
    return np.asarray(social_workers * (kept - p.safeguarding_share) + therapists * kept)
