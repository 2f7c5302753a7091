"""The rulebook: law and funding in force in a month, as actual law has it and as levers have changed it.

Levers write to fields, rules read the frozen `Law`. Contributions to one field are resolved in one fixed order,
whatever the order in which levers wrote: the value of actual law, then replace, add, multiply, floor (the highest),
cap (the lowest), switch. Contributions of one kind are taken in the order of the levers' names, and those of levers of
one name in the order of their amounts, because products of decimals depend on order.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, uniforms
from sim.law import Law
from sim.lawful_month import base_values
from sim.pay_policies import Contribution, PayPolicy, in_law
from sim.units import ClientGroup, Payer, Role, Service

if TYPE_CHECKING:
    from sim.coverage import AppliesTo
    from sim.outlook import Outlook
    from sim.statics import Statics

KINDS = ("replace", "add", "multiply", "floor", "cap", "switch")
Mask = NDArray[np.bool_]


_EVERYBODY = {name: np.ones(len(kind), dtype=bool) for name, kind in (("payer", Payer), ("client", ClientGroup))}
SCOPES_KEPT = 512
"""Scopes that are kept of a world, so that they are not worked out month after month."""


class Scope(NamedTuple):
    """Whom a contribution covers, as masks over the indexes of fields."""

    providers: Mask
    roles: Mask
    councils: Mask
    services: Mask

    def along(self, index: str) -> Mask:
        """The mask over an index of a field; nothing narrows payers or clients."""
        return _EVERYBODY[index] if index in _EVERYBODY else getattr(self, f"{index}s")


class Field:
    """One quantity of the rulebook: what it is indexed by, in which unit, and where its actual value comes from."""

    def __init__(self, *index: str, unit: str, series: str = "", doc: str = "") -> None:
        self.index = index
        self.unit = unit
        self.series = series
        self.__doc__ = doc

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, book: Rulebook | None, owner: type) -> Any:
        return self if book is None else book.entry(self)


@dataclass
class Entry:
    """Contributions to one field in one month."""

    field: Field
    book: Rulebook
    written: list[Contribution] = dataclass_field(default_factory=list)

    def _write(self, kind: str, value: Any, where: Scope | None) -> Contribution:
        self.written.append(Contribution(kind, self.book.author, value, where))
        return self.written[-1]

    def replace(self, value: Any, where: Scope | None = None) -> Contribution:
        """Put a value in the place of the actual one."""
        return self._write("replace", value, where)

    def add(self, value: Any, where: Scope | None = None) -> Contribution:
        """Add an amount."""
        return self._write("add", value, where)

    def multiply(self, value: float, where: Scope | None = None) -> Contribution:
        """Multiply; several multipliers give their product."""
        return self._write("multiply", value, where)

    def floor(self, value: Any, where: Scope | None = None) -> Contribution:
        """Set a least value; of several floors the highest holds."""
        return self._write("floor", value, where)

    def cap(self, value: Any, where: Scope | None = None) -> Contribution:
        """Set a most value; of several caps the lowest holds."""
        return self._write("cap", value, where)

    def switch(self, on: Any, where: Scope | None = None) -> Contribution:
        """Switch on or off."""
        return self._write("switch", on, where)


class Rulebook:
    """The law of one month, open to levers until it is frozen."""

    nlw = Field(unit="pence/hour", series="adult_rate", doc="National Living Wage")
    nic_rate = Field(unit="share", series="nic_rate", doc="employers' National Insurance")
    nic_threshold = Field(unit="pence/week", series="nic_threshold", doc="earnings above which it is due")
    pay_floor = Field("provider", "role", unit="pence/hour", doc="lowest adult pay in care")
    terms_cover = Field("provider", "payer", unit="share of wages", doc="what the payer meets of the cost of terms")
    terms_cover_from_grant = Field("provider", "payer", unit="share of wages", doc="part of that which is new money")
    establishment_cover = Field(
        "provider", "payer", unit="pence/month", doc="what the payer meets of costs for each establishment"
    )
    establishment_cover_from_grant = Field(
        "provider", "payer", unit="pence/month", doc="part of that which is new money"
    )
    fee_ring_fenced = Field("provider", unit="share", doc="share of a policy fee rise that must go to pay")
    minimum_contract_minutes = Field("provider", unit="minutes/week", doc="least contracted hours allowed")
    keep_zero_hours_if_preferred = Field("provider", unit="switch", doc="those who prefer zero hours may keep them")
    offer_threshold_minutes = Field(
        "provider", unit="minutes/week", series="offer_threshold_minutes", doc="contracts that must be offered more"
    )
    offer_reference_months = Field(
        "provider", unit="months", series="offer_reference_months", doc="months in post before that offer"
    )
    flexibility_wait_months = Field(
        "provider", unit="months", series="flexibility_wait_months", doc="months in post before wishes count"
    )
    travel_paid_share = Field("provider", unit="share", doc="least share of travel time that must be paid")
    council_fee = Field("council", "service", unit="multiplier", doc="council fees against actual ones")
    council_fee_from_grant = Field("council", "service", unit="switch", doc="whether that rise is new money")
    client_factor = Field("council", "client", unit="multiplier", doc="people in need against the month before")
    pool_interest = Field("council", unit="share", doc="people whom campaigns bring to look at care jobs")
    pool_interest_men = Field("council", unit="share", doc="men whom campaigns for men bring to look, beside those")
    pool_interest_young = Field("council", unit="share", doc="people under 25 whom campaigns for them bring, likewise")
    pool_interest_over_50s = Field(
        "council", unit="share", doc="people over 50 whom campaigns for them bring, likewise"
    )
    asylum_arrivals = Field(
        "council", unit="people/month", doc="people granted asylum put in touch with care employers, at full scale"
    )
    reablement = Field("council", unit="share", doc="care at home that people assessed by therapists no longer need")
    relocation = Field("council", unit="share", doc="people who look nearby whom a policy has move here")
    relocation_cost = Field("council", unit="pence", doc="what government pays for each who moves")
    micro_share = Field("council", unit="share", doc="care at home waited for that micro-enterprises give")
    micro_price = Field("council", unit="pence/hour", doc="what people pay them")
    hub_matches = Field(
        "council", unit="employers/month", doc="further ones that a hub shows to people without sponsor"
    )
    carer_support = Field("council", unit="share", doc="part of care not met that support takes off unpaid carers")
    assessment_posts = Field("council", "role", unit="multiplier", doc="posts of assessment teams against the start")
    safeguarding_load = Field(unit="multiplier", series="safeguarding_load", doc="safeguarding work against 2016")
    nhs_posts_growth = Field("role", unit="share", series="nhs_posts_growth", doc="growth of NHS posts each April")
    visa_open = Field("role", unit="switch", series="visa_open", doc="role may be recruited from overseas")
    visa_floor = Field("role", unit="pence/hour", series="visa_floor", doc="salary floor of new grants")
    visa_cap = Field("role", unit="people/month", series="visa_cap", doc="sponsored recruits in England")
    visa_limit = Field("role", unit="people/month", doc="most of them whom a policy lets in")
    visa_cap_of = Field("role", unit="code of a role", doc="role whose cap and limit recruits count against")
    visa_dependants = Field("role", unit="switch", series="visa_dependants", doc="whether dependants may come")
    visa_cost = Field("role", unit="pence", series="visa_cost", doc="what a sponsor pays for a grant")
    in_country_switching = Field(
        "role", unit="switch", series="in_country_switching", doc="people already here may take a sponsor"
    )
    capital_limit = Field(unit="pence", series="capital_limit", doc="means above which people pay for their own care")
    settlement_months = Field(unit="months", series="settlement_months", doc="months until sponsored staff settle")
    enforcement = Field(unit="index", series="enforcement", doc="scrutiny of sponsors, 1 as in 2023 to 2025")
    induction_spared = Field(unit="months", doc="induction that those who come from another care job are spared")
    returners_invited = Field(unit="multiplier", doc="looking at care jobs by people who left care for other work")
    public_programmes = Field(unit="pence/month", doc="what government pays for programmes beside care, in England")
    plan_response = Field(unit="share per share", doc="people whom a workforce plan brings to look, by shortage seen")
    plan_target = Field(unit="share", doc="posts that may be vacant by a workforce plan")
    plan_lead_months = Field(unit="months", doc="from when a workforce plan sees a shortage until people come")
    plan_error = Field(unit="share", doc="error of a workforce plan's projection of posts")
    plan_place_cost = Field(unit="pence", doc="cost to government of each person whom a workforce plan brings to look")
    licence_checks = Field(unit="share", doc="sponsors without steady work who are found out before a licence")
    clock_paused = Field(unit="switch", series="clock_paused", doc="no clock for workers of revoked sponsors")
    experience_step = Field("provider", unit="share of pay", doc="step above the posted rate for years in the sector")
    qualification_step = Field("provider", unit="share of pay", doc="step above the posted rate for a qualification")
    extra_benefits = Field("provider", unit="log pay", doc="worth to staff of benefits added by policy")
    benefit_cost = Field("provider", unit="share of wages", doc="what these benefits cost employers")
    preview_blur = Field("provider", unit="multiplier", doc="how unclear it is before the first day what a job is like")
    referred_share = Field("provider", unit="share", doc="newcomers who hear of a job from a friend on the staff")
    referral_clarity = Field("provider", unit="share", doc="error in first impressions that the friend spares them")
    referral_bonus = Field("provider", unit="pence", doc="what the employer pays the friend for a recruit")
    reception_worth = Field("provider", unit="log pay", doc="worth of support for people from overseas, first year")
    reception_months = Field("provider", unit="months", doc="months sooner that it has them know the job")
    reception_cost = Field("provider", unit="pence", doc="what the employer pays for it, a recruit")
    reception_grant = Field("provider", unit="pence", doc="what government pays for it, a recruit")
    programme_cost = Field("provider", unit="share of wages", doc="what programmes for staff cost employers")
    management_gain = Field("provider", unit="log pay", doc="management quality added by policy, as staff value it")
    strain_felt = Field("provider", unit="share", doc="part of the strain of a short team that its staff feel")
    management_gap = Field(
        "provider", unit="multiplier", doc="how far badly managed employers stay behind typical ones"
    )
    establishment_cost = Field(
        "provider", unit="pence/month", doc="cost of programmes for each establishment, of any size"
    )
    travel_time = Field("provider", unit="multiplier", doc="time between visits against today's")
    unmet_wishes = Field("provider", unit="multiplier", doc="wishes over shifts that stay unmet, against today")
    fair_treatment = Field("provider", unit="log pay", doc="worth of fair treatment to minority staff and from abroad")
    time_for_care = Field("provider", unit="multiplier", doc="care that an hour of staff time gives, against today")
    status_enforcement = Field(
        "provider",
        unit="share",
        series="status_enforcement",
        doc="employers who cannot pass staff off as self-employed",
    )
    training_release = Field(
        "provider", unit="minutes/week", doc="paid time off for training of unqualified care staff"
    )
    qualifying_chance = Field("provider", unit="share a month", doc="of them, those who finish a qualification")
    senior_posts_share = Field("provider", unit="share", doc="care-worker posts turned into posts of seniors")
    nurse_posts_handed = Field("provider", unit="share", doc="nurses' posts turned into posts of senior care workers")
    register_fee = Field("provider", unit="pence/year", doc="fee of a register of care staff that they bear themselves")
    register_fee_employer = Field("provider", unit="pence/year", doc="such a fee for each of them that employers bear")
    entry_standard = Field("provider", unit="share", doc="newcomers to care turned away by a standard of the register")
    full_time_minutes = Field(
        "provider", unit="minutes/week", doc="full-time contracts with a say over shifts; 0: none"
    )
    full_time_wishes = Field("provider", unit="share", doc="wishes over shifts, else unmet, that such contracts meet")
    full_time_reach = Field("provider", unit="share", doc="part-time staff whose lives leave room for full-time hours")
    wage_inspections = Field("provider", unit="share a year", doc="employers whose wages are inspected")
    arrears_months = Field(unit="months", doc="months of underpayment that are paid back when it is found")
    underpayment_penalty = Field(unit="multiple of arrears", doc="penalty for wages below the law, all travel counted")
    distance_felt = Field("provider", unit="share", doc="part of the distance to work that counts for staff")
    joint_time = Field("provider", "role", unit="share", doc="time that staff in joint posts work in the NHS")
    joint_terms = Field("provider", unit="share of pay", doc="worth of the NHS's other terms for that time")
    joint_public = Field("provider", unit="switch", doc="whether government pays what joint posts cost more")
    hub_joining = Field("provider", unit="share/month", doc="employers without licence who come under that of a hub")
    hub_paperwork = Field("provider", unit="share", doc="part of reluctance to sponsor that a hub takes away")
    bank_price = Field("provider", unit="multiplier", doc="price of an hour from a shared bank against an agency's")
    bank_cover = Field("provider", unit="share", doc="shortfalls left by agencies for which members turn to the bank")
    agency_share_cap = Field("provider", unit="share", doc="most agency time, share of care bought")
    agency_price_cap = Field("provider", unit="pence/hour", doc="most that may be paid for an hour of agency time")
    portability_months = Field(unit="months", series="portability_months", doc="months a visa is free of its sponsor")
    precept = Field("council", unit="multiplier", doc="councils' own money for care against actual budgets")
    council_grants = Field("council", unit="multiplier", doc="government grants to councils for care, likewise")
    client_contributions = Field("council", unit="multiplier", doc="what people pay towards council care, likewise")
    better_care_fund = Field("council", unit="multiplier", doc="what the NHS passes to councils for care, likewise")
    tender_price_weight = Field(
        "council", unit="share", series="tender_price_weight", doc="weight of price when home-care contracts are let"
    )
    tender_noise = Field("council", unit="multiplier", doc="error with which bids are judged, against today's")
    contract_years = Field("council", unit="years", series="contract_years", doc="years for which they run")
    block_share = Field("council", unit="share", series="block_share", doc="share of their hours that is guaranteed")
    savings = Field("council", unit="share", doc="share of its money that a council takes out of care")

    def __init__(self, statics: Statics, month: int, outlook: Outlook) -> None:
        self.statics = statics
        self.month = month
        self.outlook = outlook
        self.author = ""
        self._entries: dict[str, Entry] = {}
        self._pay_policies: list[PayPolicy] = []

    @classmethod
    @cache
    def fields(cls) -> dict[str, Field]:
        """Every field by name."""
        return {name: value for name, value in vars(cls).items() if isinstance(value, Field)}

    def entry(self, field: Field) -> Entry:
        """Contributions to a field, made when first asked for."""
        return self._entries.setdefault(field.name, Entry(field, self))

    def pay_policy(
        self,
        where: Scope,
        cover: tuple[tuple[float, ...], ...],
        new_money: tuple[bool, ...],
        ring_fenced: bool,
        floors: Sequence[Contribution] = (),
    ) -> None:
        """Say who meets what a policy on pay costs (`PayPolicy`), beside what it writes to fields."""
        self._pay_policies.append(PayPolicy(self.author, where, cover, new_money, ring_fenced, tuple(floors)))

    def take(self, levers: Sequence[Any]) -> None:
        """Let levers write, each under its own name."""
        for lever in levers:
            self.author = lever.name
            lever.edit(self, self.month)
        self.author = ""

    def published(self, series: str, month: int) -> int:
        """A rate of the Living Wage Foundation, pence/hour: published, and after that as the outlook has it."""
        return self.outlook.real_living_wage(month, series)

    def nhs_rates(self, month: int) -> tuple[int, ...]:
        """Pay of the NHS post that each role could fill, pence/hour, in the order of `Role`; 0 where there is none."""
        return tuple(self.outlook.nhs_pay(max(month, 0), [role.name.lower() for role in Role]))

    def by_population(self, people: float, where: Scope) -> NDArray[np.float64]:
        """[L] people shared among the councils covered in proportion to their residents; nobody elsewhere."""
        residents = np.where(where.councils, self.statics.residents, 0.0)
        return np.asarray(people * residents / max(float(residents.sum()), 1.0))

    def scope(self, applies_to: AppliesTo, key: str, strength: float) -> Scope:
        """Masks of what a lever covers; below full strength a share of employers, drawn once and only added to."""
        asked, found = (applies_to, key if strength < 1.0 else "", strength), self.statics.scopes
        if asked not in found:
            if len(found) >= SCOPES_KEPT:
                found.clear()
            found[asked] = self._scope(applies_to, key, strength)
        scope: Scope = found[asked]
        return scope

    def _scope(self, applies_to: AppliesTo, key: str, strength: float) -> Scope:
        statics = self.statics
        councils = statics.councils_covered(applies_to.council_codes())
        services = _chosen(applies_to.service, len(Service))
        providers = councils[statics.council] & services[statics.service] & statics.sites
        if applies_to.sector:
            providers &= np.isin(statics.sector, [int(one) for one in applies_to.sector])
        if applies_to.size:
            providers &= statics.of_size(applies_to.size)
        if strength < 1.0:
            providers &= uniforms(zlib.crc32(key.encode()), statics.site_uid, 0, Purpose.PHASE_IN) < strength
        return Scope(providers, _chosen(applies_to.role, len(Role)), councils, services)

    def freeze(self) -> Law:
        """Resolve everything into the law that rules read."""
        adult_rate = self._scalar("nlw", self.outlook.adult_rate(max(self.month, 0)))
        values = base_values(self.statics, self.month, adult_rate, self.outlook)
        for name, field_ in type(self).fields().items():
            entry = self._entries.get(name)
            if name != "nlw" and entry is not None and entry.written:
                values[name] = self._resolved(entry, field_, values[name])
        if self._pay_policies:
            values |= in_law(self._pay_policies, values["statutory_floor"], self._lift)
        return Law(**values)

    def _lift(self, floors: NDArray[np.float64], contribution: Contribution) -> None:
        """Make a contribution to [P, R] floors of pay, in place."""
        _apply(floors, contribution.kind, contribution.amount, self._mask(type(self).pay_floor, contribution.where))

    def _scalar(self, name: str, base: float) -> int:
        entry = self._entries.get(name)
        if entry is None or not entry.written:
            return int(base)
        return int(self._resolved(entry, type(self).fields()[name], base))

    def _resolved(self, entry: Entry, field_: Field, base: Any) -> Any:
        value = np.array(base, dtype=np.float64)
        for kind in KINDS:
            of_kind = [one for one in entry.written if one.kind == kind]
            for _, _, amount, where in sorted(of_kind, key=_place) if len(of_kind) > 1 else of_kind:
                _apply(value, kind, amount, self._mask(field_, where))
        if isinstance(base, np.ndarray):
            return np.rint(value).astype(base.dtype) if base.dtype.kind == "i" else value
        return round(float(value)) if isinstance(base, int) else float(value)

    def _mask(self, field_: Field, where: Scope | None) -> Mask | None:
        """What of a field a contribution covers, None for all of it."""
        if where is None or not field_.index:
            return None
        mask = where.along(field_.index[0])
        for name in field_.index[1:]:
            mask = mask[..., None] & where.along(name)
        return mask


def _place(contribution: Contribution) -> tuple[str, list[float]]:
    """By what contributions of one kind to a field are put in order: the name of the lever, then the amount."""
    return contribution.author, np.ravel(np.asarray(contribution.amount, dtype=np.float64)).tolist()


def _chosen(codes: Sequence[int], size: int) -> Mask:
    mask = np.ones(size, dtype=bool)
    if codes:
        mask[:] = False
        mask[[int(code) for code in codes]] = True
    return mask


def _apply(value: NDArray[np.float64], kind: str, amount: Any, mask: Mask | None) -> None:
    change = {"add": np.add, "multiply": np.multiply, "floor": np.maximum, "cap": np.minimum}.get(kind)
    covered = True if mask is None else mask
    if change is None:
        np.copyto(value, amount, where=covered)
    else:
        change(value, amount, out=value, where=covered)
