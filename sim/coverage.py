"""Whom a lever covers: the ``applies_to`` block."""

from __future__ import annotations

import csv
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from sim.fields import Block, Names, names_of, refuse
from sim.shipped import PACKAGE
from sim.units import Role, Sector, Service

SIZES = {"micro": (1, 9), "small": (10, 49), "medium": (50, 249), "large": (250, None)}
"""Posts of an establishment, smallest and largest: the usual size classes of business statistics (micro below 10, small
below 50, medium below 250)."""
RURAL_SHARE = 0.35
"""Share of residents in rural areas from which the 2021 Rural-Urban Classification calls a council intermediate or
majority rural (Office for National Statistics)."""
OPEN_COAST = "open"
LONDON = "London"


@lru_cache(maxsize=1)
def places() -> tuple[dict[str, str], ...]:
    """Rows of the list of councils: code, name, short_name, region, ics, rural_share, coastal and more."""
    with (PACKAGE / "data" / "councils.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def _all(column: str) -> dict[str, str]:
    return {name: name for name in sorted({row[column] for row in places()})}


_SHORT_NAMES = {row["short_name"]: row["name"] for row in places()}
_AREAS = {"rural": "rural", "coastal": "coastal"}


class AppliesTo(Block):
    """Whom the lever covers. Each line narrows it further; a line left out does not narrow it at all."""

    region: Annotated[tuple[str, ...], Names("regions", _all("region"))] = Field(
        default=(), description="English region or regions"
    )
    council: Annotated[tuple[str, ...], Names("councils", _all("name"), also=_SHORT_NAMES)] = Field(
        default=(), description="council or councils, by official or short name"
    )
    ics: Annotated[tuple[str, ...], Names("integrated care systems", _all("ics"))] = Field(
        default=(), description="integrated care system or systems"
    )
    area: Annotated[tuple[str, ...], Names("areas", _AREAS)] = Field(
        default=(),
        description="rural: councils that are intermediate or majority rural; coastal: councils on the open coast",
    )
    service: Annotated[tuple[Service, ...], Names("services", names_of(Service))] = Field(
        default=(), description="main service"
    )
    sector: Annotated[tuple[Sector, ...], Names("sectors", names_of(Sector))] = Field(
        default=(), description="who employs"
    )
    size: Annotated[tuple[str, ...], Names("sizes", {name: name for name in SIZES})] = Field(
        default=(), description="posts of the establishment: micro 1-9, small 10-49, medium 50-249, large 250 and more"
    )
    role: Annotated[tuple[Role, ...], Names("roles", names_of(Role))] = Field(
        default=(), description="job role or roles"
    )

    @model_validator(mode="after")
    def _covers_somebody(self) -> AppliesTo:
        places_named = [name for name in ("region", "council", "ics", "area") if getattr(self, name)]
        if places_named and not self.council_codes():
            refuse(f"places that {' and '.join(places_named)} have in common: no council lies in all of them")
        return self

    @model_serializer(mode="wrap")
    def _only_what_narrows(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in write(self).items() if value}

    def used(self) -> list[str]:
        """The lines that narrow the coverage."""
        return [name for name in type(self).model_fields if getattr(self, name)]

    def council_codes(self) -> frozenset[str]:
        """ONS codes of the councils covered."""
        return _codes_of(self)

    def within_region(self, region: str) -> AppliesTo | None:
        """The part of the coverage that lies in one region; None if there is none."""
        if self.region and region not in self.region:
            return None
        return self.model_copy(update={"region": (region,)})

    def overlaps(self, other: AppliesTo) -> bool:
        """Whether anybody is covered by both."""
        if not self.council_codes() & other.council_codes():
            return False
        return not any(
            getattr(self, name) and getattr(other, name) and not set(getattr(self, name)) & set(getattr(other, name))
            for name in ("service", "sector", "size", "role")
        )

    def covers_council(self, place: dict[str, str]) -> bool:
        """Whether a row of the list of councils is covered."""
        area: list[str] = []
        if float(place["rural_share"]) >= RURAL_SHARE:
            area.append("rural")
        if place["coastal"] == OPEN_COAST:
            area.append("coastal")
        chosen: list[tuple[tuple[str, ...], Any]] = [
            (self.region, {place["region"]}),
            (self.council, {place["name"]}),
            (self.ics, {place["ics"]}),
            (self.area, set(area)),
        ]
        return all(not wanted or set(wanted) & here for wanted, here in chosen)


@lru_cache(maxsize=1024)
def _codes_of(applies_to: AppliesTo) -> frozenset[str]:
    return frozenset(row["code"] for row in places() if applies_to.covers_council(row))
