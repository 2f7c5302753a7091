"""Local markets: the providers of a service among whom care of one place is bought."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.units import Service

if TYPE_CHECKING:
    from sim.reach import Reach
    from sim.reference.providers import Provider


class Market(NamedTuple):
    """Providers of one service in one part of a council."""

    sites: list[Provider]
    """Establishments and empty sites, in the order of their identities at the start."""

    def open_sites(self) -> list[Provider]:
        """Establishments that are open."""
        return [site for site in self.sites if site.active]

    def catchment(self, payer: int) -> int:
        """Care of those who turn to providers here, minutes/week."""
        return sum(site.catchment_minutes[payer] for site in self.sites)

    def capacity(self) -> int:
        """Care that establishments and sites here could give, minutes/week."""
        return sum(site.capacity_minutes for site in self.sites)


def markets_of(council: int, providers: list[Provider], reach: Reach) -> list[list[Market]]:
    """By service, the local markets of a council."""
    found: list[list[Market]] = []
    for service in Service:
        cell = council * len(Service) + service
        found.append([])
        for number in range(reach.first_market[cell], reach.first_market[cell + 1]):
            rows = reach.in_market[reach.market_start[number] : reach.market_start[number + 1]].tolist()
            found[-1].append(Market([providers[row] for row in rows]))
    return found
