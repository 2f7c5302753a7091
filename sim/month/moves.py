"""Where people stand, and how one is told: the origins and destinations of the month's moves.

Places of work are service, sector and role. Those who left care stand in five more, and people who were hired and wait
for their first day in care in two. Beyond these lie the places that people come from and go to when they become agents
or cease to be: the pool of low-paid labour (both), retirement and the like, and the two routes from overseas.
"""

from __future__ import annotations

from sim.jit import part
from sim.units import NEVER, LeaveReason, Role, Sector, Service, Status, Visa

SECTORS, ROLES = len(Sector), len(Role)
OUT_OF_CARE = len(Service) * SECTORS * ROLES
"""First place of those who left care: NHS, other work, seeking, not working, agency work."""
RECRUIT = OUT_OF_CARE + 5
"""Hired from the local pool, waiting for the first day in care."""
RECRUIT_FROM_ABROAD = RECRUIT + 1
"""The same for people from overseas: already here by another route, or granted a visa to come to a sponsor."""
GONE = RECRUIT + 2
"""First of the places of people who ceased to be agents, in the order of `LeaveReason`; that of NONE is the pool."""
POOL = GONE + int(LeaveReason.NONE)
OVERSEAS_OTHER = GONE + len(LeaveReason)
OVERSEAS_SPONSORED = OVERSEAS_OTHER + 1
PLACES = OVERSEAS_SPONSORED + 1
CARE, EMPTY, SEEKING, NHS = int(Status.CARE), int(Status.EMPTY), int(Status.SEEKING), int(Status.NHS)
UNRESTRICTED = int(Visa.UNRESTRICTED)


@part
def place_of(workers, providers, i):
    """Place of the person in row `i`; of a row that has just been emptied, where its last person went."""
    status = int(workers.status[i])
    if status == CARE:
        j = workers.employer[i]
        return (int(providers.service[j]) * SECTORS + int(providers.sector[j])) * ROLES + int(workers.role[i])
    if status == EMPTY:
        return GONE + int(workers.leave_reason[i])
    if status == SEEKING and workers.sector_start[i] <= NEVER:
        return RECRUIT_FROM_ABROAD if workers.visa[i] != UNRESTRICTED else RECRUIT
    return OUT_OF_CARE + status - NHS
