"""LocalAuthority: a council that commissions care."""

from __future__ import annotations

import numpy as np

from sim.agents.columns import Column, ColumnarAgent, ColumnarAgentSet
from sim.units import ASSESSOR_ROLES, PLAN_MEMORY, ClientGroup, MoneySource, Payer, Service

SERVICES = (len(Service),)
BY_PAYER = (len(Service), len(Payer))
GROUPS = (len(ClientGroup),)
BY_GROUP = (len(Service), len(ClientGroup))
TEAM = (len(ASSESSOR_ROLES),)
REMEMBERED = (PLAN_MEMORY,)


class LocalAuthority(ColumnarAgent):
    """One of the 153 councils with adult social services responsibilities.

    Columns by service have one entry each; those by payer have a further one for the council, the NHS and self-funders.
    """

    uid = Column(np.uint64, "identity; 0 means an empty row")
    region = Column(np.int8, "row of the region")
    ics = Column(np.int16, "row of the integrated care system")
    rural = Column(np.float64, "share of residents in rural areas")
    coastal = Column(np.int8, "1 on the open coast, 0 otherwise")
    pool = Column(np.int64, "people aged 16-64 in or near low-paid work", unit="people")
    looking = Column(np.int64, "people of the pool who looked at care jobs this month", unit="people")
    need_minutes = Column(
        np.int64,
        "direct care time needed, by service and by who would pay; the council's part as far as it is assessed",
        unit="minutes/week",
        shape=BY_PAYER,
    )
    bought_minutes = Column(
        np.int64, "direct care time bought, by service and payer", unit="minutes/week", shape=BY_PAYER
    )
    catchment_minutes = Column(
        np.int64,
        "direct care time of those who turn to its providers, by service and payer",
        unit="minutes/week",
        shape=BY_PAYER,
    )
    waiting_minutes = Column(
        np.int64, "direct care time waited for: needed and not bought", unit="minutes/week", shape=BY_PAYER
    )
    micro_minutes = Column(
        np.int64, "care at home given by local micro-enterprises, by who would pay otherwise", unit="minutes/week",
        shape=(len(Payer),),
    )  # fmt: skip
    budget = Column(np.int64, "money for care this month", unit="pence")
    spent = Column(np.int64, "money spent on care this month", unit="pence")
    trimmed_minutes = Column(
        np.int64, "direct care time by which packages are smaller than need, for want of money", unit="minutes/week",
        shape=BY_PAYER,
    )  # fmt: skip
    budget_parts = Column(
        np.int64, "money a month by source under actual law and budgets, before policies", unit="pence",
        shape=(len(MoneySource),),
    )  # fmt: skip
    balance = Column(np.int64, "reserve for care; below nothing, an overspend not yet paid off", unit="pence")
    repayment = Column(np.int64, "held back each month of this year to pay off an overspend", unit="pence")
    planned_share = Column(np.float64, "share of assessed need that the council sets out to buy", default=1)

    clients = Column(np.float64, "people assessed as in need of long-term care", unit="people", shape=GROUPS)
    awaiting = Column(
        np.float64, "people in need of long-term care who wait for assessment", unit="people", shape=GROUPS
    )
    assessed = Column(np.float64, "people assessed this month", unit="people", shape=GROUPS)
    spared = Column(
        np.float64,
        "care at home that people are spared since reablement, in people who would need all of it",
        unit="people",
        shape=GROUPS,
    )
    person_minutes = Column(
        np.float64,
        "direct care time a person of the group needs from each service, on average",
        unit="minutes/week",
        shape=BY_GROUP,
    )
    clients_start = Column(np.float64, "people assessed at the start, all groups", unit="people")
    team_start = Column(
        np.float64, "usual time of the assessment team at the start, by role", unit="full posts", shape=TEAM
    )
    team = Column(np.float64, "time of the assessment team this month, by role", unit="full posts", shape=TEAM)
    team_agency = Column(np.float64, "part of that time given by agency assessors", unit="full posts", shape=TEAM)
    agency_cost = Column(np.int64, "what agency assessors cost this month", unit="pence")
    effort = Column(np.float64, "time of the team a newly assessed person took at the start", unit="full posts")
    months_waited = Column(np.float64, "how long a person waits for assessment at this month's pace", unit="months")
    unpaid_carers = Column(np.float64, "people who care for somebody without pay", unit="people")
    carers_minutes = Column(
        np.float64, "care not met, a week for each unpaid carer: it falls on them", unit="minutes/week"
    )

    sought_before = Column(
        np.int64, "posts sought by employers here, of all sectors, by month of the last three years", unit="posts",
        shape=REMEMBERED,
    )  # fmt: skip
    filled_before = Column(np.int64, "posts filled, likewise", unit="posts", shape=REMEMBERED)
    planned_interest = Column(
        np.float64, "people whom a workforce plan brings to look at care jobs, against those who look anyway"
    )
    planned_people = Column(np.int64, "people whom it brought to look this month", unit="people")

    agency_use = Column(
        np.float64, "part of the time offered by agency staff nearby that is used, over some months", default=1.0
    )
    agency_price = Column(np.float64, "price of agency time nearby against that without caps", default=1.0)
    universal_credit = Column(np.float64, "households on Universal Credit against England's share", default=1.0)

    delayed_discharges = Column(
        np.float64, "people who wait in hospital for care that has no room, by service", unit="people", shape=SERVICES
    )

    spent_down_minutes = Column(
        np.int64, "care in homes paid by the council because more self-funders than usual ran out of means",
        unit="minutes/week", shape=SERVICES,
    )  # fmt: skip

    # What one council can tell.

    def providers(self) -> ColumnarAgentSet:
        """Establishments open in the council's area."""
        table = self.model.providers
        return ColumnarAgentSet(table).select(where=(table.council == self.row) & (table.active == 1))

    @property
    def unmet_share(self) -> float:
        """Share of care needed that nobody has bought, smaller packages included, all payers."""
        need = int(self.need_minutes.sum())
        return float((self.waiting_minutes.sum() + self.trimmed_minutes.sum()) / need) if need else 0.0

    @property
    def overspend(self) -> float:
        """Money spent this month beyond the budget, share of it; negative when some is left."""
        return float(self.spent / self.budget - 1.0) if self.budget else 0.0
