"""What comes with people who are new to care: a friend's word, and what is paid for finding and receiving them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Purpose
from sim.month.ledger import COST_KINDS
from sim.rules.entry import blur_after_talk
from sim.units import NEVER, Visa

if TYPE_CHECKING:
    from sim.reference.people import Worker
    from sim.reference.providers import Provider


def came_by_friend(uid: int, provider: Provider) -> bool:
    """Whether a newcomer to care hears of a provider from a friend who works there."""
    share = provider.model.law.referred_share[provider.row]
    return bool(share > 0.0 and provider.model.luck.of_pair(uid, provider.uid, Purpose.REFERRED) < share)


def blur_met(uid: int, newcomer: bool, provider: Provider) -> float:
    """How unclear it is to a person before the first day what a job with a provider is like, against today."""
    law, row = provider.model.law, provider.row
    blur: float = law.preview_blur[row]
    if newcomer and came_by_friend(uid, provider):
        return blur_after_talk(blur, law.referral_clarity[row])
    return blur


def pay_for_newcomer(worker: Worker, provider: Provider) -> None:
    """What the start of somebody new to care costs where such people are brought or received by policy."""
    if worker.sector_start > NEVER:
        return
    law, ledger = worker.model.law, worker.model.ledger
    council, service, row = provider.council.row, provider.service, provider.row
    if not worker.tied and came_by_friend(worker.uid, provider):
        charge(provider, "on_costs", law.referral_bonus[row])
        ledger.bonuses[council, service] += law.referral_bonus[row]
    if worker.visa != Visa.UNRESTRICTED:
        charge(provider, "other", law.reception_cost[row])
        ledger.programmes[council] += law.reception_grant[row]


def charge(provider: Provider, kind: str, cost: int) -> None:
    """A provider pays something beside the bills of the month, pence."""
    provider.reserves -= cost
    provider.model.ledger.costs[provider.council.row, provider.service, COST_KINDS.index(kind)] += cost
