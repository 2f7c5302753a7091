"""The NHS in one integrated care system, as an employer of people who could work in care."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from sim.draws import Purpose
from sim.rules.nhs import nhs_hires, nhs_leavers, nhs_local_pay, nhs_posts_now, nhs_success_chance
from sim.units import Role

if TYPE_CHECKING:
    from sim.reference.model import ReferenceModel

FROM_CARE, FROM_ELSEWHERE = 0, 1
"""Where people the NHS hires come from, in the ledger; who leave it for elsewhere stand under the same code."""


class NHS(mesa.Agent):
    """An NHS employer. Attributes are those of `NHSEmployer`; by role they are lists."""

    model: ReferenceModel
    uid: int
    posts: list[int]
    filled: list[int]
    from_care: list[int]
    pay: list[int]
    pay_ratio: list[float]
    benefits: float

    LINKS = ()

    def __init__(self, model: ReferenceModel, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.applicants = [0] * len(Role)
        """People from care who applied this month, by role."""
        self.to_hire = [0] * len(Role)
        self.chance = [0.0] * len(Role)
        """Chance that an applicant from care is taken this month, by role."""

    def plan_hiring(self) -> None:
        """Staff leave and posts open; the chance of each applicant from care follows from those who compete."""
        law, luck, p = self.model.law, self.model.luck, self.model.p
        for role in Role:
            if self.posts[role] == 0:
                continue
            self.pay[role] = nhs_local_pay(law.nhs_pay[role], self.pay_ratio[role])
            if law.april:
                self.posts[role] = nhs_posts_now(self.posts[role], law.nhs_posts_growth[role])
            own_staff = self.filled[role] - self.from_care[role]
            gone = nhs_leavers(own_staff, luck.this_month(self.uid, Purpose.NHS_FLOW, repeat=role), p)
            self.filled[role] -= gone
            self.model.ledger.nhs_out[FROM_ELSEWHERE] += gone
            u = luck.this_month(self.uid, Purpose.POOL, repeat=role)
            self.to_hire[role] = nhs_hires(self.posts[role], self.filled[role], law.tightness, u, p)
            self.chance[role] = nhs_success_chance(self.to_hire[role], self.applicants[role], p)

    def hire_from_elsewhere(self) -> None:
        """Fill what is left of this month's hiring with people from elsewhere."""
        for role in Role:
            if self.to_hire[role] > 0:
                self.filled[role] += self.to_hire[role]
                self.model.ledger.nhs_in[FROM_ELSEWHERE] += self.to_hire[role]
            self.to_hire[role] = 0
