"""Licences to sponsor people from overseas: who gets one and who loses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.rules.migration import (
    found_out,
    joins_hub,
    licence_chance,
    revocation_chance,
    sponsored_here,
    without_work,
)
from sim.units import NEVER, Role, Sector

if TYPE_CHECKING:
    from sim.reference.model import ReferenceModel
    from sim.reference.providers import Provider


def licences(model: ReferenceModel) -> None:
    """Sponsor licences are won and lost."""
    law = model.law
    if any(law.visa_open) or law.enforcement > 0.0 or any(law.hub_joining):
        here = any(sponsored_here(law.visa_open[role], law.in_country_switching[role]) for role in Role)
        for provider in model.providers:
            if provider.active and provider.sector != Sector.DIRECT_PAYMENT:
                review_licence(provider)
                if here and law.hub_joining[provider.row] > 0.0:
                    take_into_hub(provider)


def take_into_hub(provider: Provider) -> None:
    """An employer that has no licence and never lost one may come under that of a hub."""
    model, luck, uid = provider.model, provider.model.luck, provider.uid
    if provider.licensed or provider.licence_lost > NEVER:
        return
    steady = not without_work(luck.for_life(uid, Purpose.ROGUE), model.p)
    joining = model.law.hub_joining[provider.row]
    if joins_hub(luck.this_month(uid, Purpose.HUB), joining, provider.vacancy_rate, steady):
        provider.licensed, provider.rogue = 1, 0


def review_licence(provider: Provider) -> None:
    """Lose the licence, or win one where there are vacancies that a visa could fill."""
    model, luck, uid = provider.model, provider.model.luck, provider.uid
    if provider.licensed:
        chance = revocation_chance(provider.rogue, model.law.enforcement, model.p)
        if luck.this_month(uid, Purpose.REVOCATION) < chance:
            provider.licensed, provider.licence_lost = 0, model.month
    elif any(model.law.visa_open) and provider.licence_lost <= NEVER:
        chance = licence_chance(provider.vacancy_rate, model.law.portability_months, model.p)
        u = luck.for_life(uid, Purpose.ROGUE)
        applies = luck.this_month(uid, Purpose.OVERSEAS_SPONSOR) < chance
        if applies and not found_out(u, model.law.licence_checks, model.p):
            provider.licensed, provider.rogue = 1, int(without_work(u, model.p))
