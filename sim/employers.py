"""Employers as people would name them: ``home-care provider in Leeds, 32 posts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.geography import load_places
from sim.units import Sector, Service

if TYPE_CHECKING:
    from sim.model import CareLabourModel

NO_EMPLOYER = -1
KINDS = {
    Service.RESIDENTIAL: "care home",
    Service.NURSING: "nursing home",
    Service.HOME_CARE: "home-care provider",
    Service.COMMUNITY: "community care provider",
    Service.DAY: "day service",
}
OF_COUNCILS = {
    Service.RESIDENTIAL: "council care home",
    Service.NURSING: "council nursing home",
    Service.HOME_CARE: "council home-care service",
    Service.COMMUNITY: "council care service",
    Service.DAY: "council day service",
}
DIRECT_PAYMENTS = "people with direct payments"


class EmployerNames:
    """Names of the employers of a model, worked out when asked for.

    An employer is a whole number: a provider its row, an NHS employer -2 less its row, and nobody -1.
    """

    def __init__(self, model: CareLabourModel) -> None:
        self.providers = model.providers
        self.councils = council_names(model)
        areas = load_places().ics
        ours = model.nhs_employers.capacity == len(areas)
        self.areas = areas if ours else tuple(f"area {row + 1}" for row in range(model.nhs_employers.capacity))
        self._known: dict[int, str] = {}

    def __call__(self, employer: int) -> str:
        """The name; nothing for nobody."""
        if employer not in self._known:
            self._known[employer] = self._name(employer)
        return self._known[employer]

    def _name(self, employer: int) -> str:
        if employer == NO_EMPLOYER:
            return ""
        if employer < NO_EMPLOYER:
            return f"NHS in {self.areas[-2 - employer]}"
        columns = self.providers.columns
        council = self.councils[columns.council[employer]]
        if columns.sector[employer] == Sector.DIRECT_PAYMENT:
            return f"{DIRECT_PAYMENTS} in {council}"
        kinds = OF_COUNCILS if columns.sector[employer] == Sector.COUNCIL else KINDS
        kind = kinds[Service(int(columns.service[employer]))]
        posts = int(columns.posts_start[employer].sum())
        return f"{kind} in {council}, {posts} {'post' if posts == 1 else 'posts'}"


def council_names(model: CareLabourModel) -> tuple[str, ...]:
    """Names of the councils of a model; those of a made-up market have numbers."""
    names = load_places().councils
    ours = model.councils.capacity == len(names)
    return names if ours else tuple(f"council {row + 1}" for row in range(model.councils.capacity))


def nhs_employer(row: Any) -> Any:
    """An NHS employer as a whole number, or several of them."""
    return -2 - row
