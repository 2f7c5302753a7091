"""LocalAuthority: a council that commissions care."""

from __future__ import annotations

import numpy as np

from sim.agents.columns import Column, ColumnarAgent, ColumnarAgentSet
from sim.units import Payer, Service

SERVICES = (len(Service),)
BY_PAYER = (len(Service), len(Payer))


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
        np.int64, "direct care time needed, by service and by who would pay", unit="minutes/week", shape=BY_PAYER
    )
    bought_minutes = Column(
        np.int64, "direct care time bought, by service and payer", unit="minutes/week", shape=BY_PAYER
    )
    waiting_minutes = Column(np.int64, "direct care time needed and not bought", unit="minutes/week", shape=BY_PAYER)
    budget = Column(np.int64, "money for long-term care this month", unit="pence")
    spent = Column(np.int64, "money spent on long-term care this month", unit="pence")
    fee_index = Column(np.float64, "fees of this council against April 2016, by service", shape=SERVICES)

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
        """Share of care needed that nobody has bought, all payers."""
        need = int(self.need_minutes.sum())
        return float(self.waiting_minutes.sum() / need) if need else 0.0

    @property
    def overspend(self) -> float:
        """Money spent this month beyond the budget, share of it; negative when some is left."""
        return float(self.spent / self.budget - 1.0) if self.budget else 0.0
