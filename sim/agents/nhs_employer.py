"""NHSEmployer: the NHS in one integrated care system, as an employer of people who could work in care."""

from __future__ import annotations

import numpy as np

from sim.agents.columns import Column, ColumnarAgent
from sim.rules.staffing import vacancy_share
from sim.units import Role

ROLES = (len(Role),)


class NHSEmployer(ColumnarAgent):
    """Posts are counted by the care role that could fill them: support workers stand under CARE_WORKER."""

    uid = Column(np.uint64, "identity; 0 means an empty row")
    ics = Column(np.int16, "row of the integrated care system")
    posts = Column(np.int32, "established posts, by role", shape=ROLES)
    filled = Column(np.int32, "people in post, by role", shape=ROLES)
    from_care = Column(np.int32, "of whom people followed since they left care, by role", shape=ROLES)
    pay = Column(
        np.int32, "Agenda for Change pay, with high-cost-area supplement, by role", unit="pence/hour", shape=ROLES
    )
    pay_ratio = Column(
        np.float64, "local pay over the national scale (high-cost-area supplement), by role", shape=ROLES
    )
    benefits = Column(np.float64, "pension, sick pay and leave above the statutory minimum", unit="share of pay")

    def vacancy_rate(self, role: Role = Role.CARE_WORKER) -> float:
        """Vacant posts as a share of established ones, for the people who could work in this care role."""
        return float(vacancy_share(self.posts[role], self.filled[role]))
