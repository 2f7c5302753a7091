"""The ``funding`` block: who pays what a lever costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sim.fields import Block, Names, pence, refuse
from sim.units import MONTHS_PER_YEAR, ON_COSTS, PayCost, Payer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.pay_policies import Contribution
    from sim.rulebook import Entry, Rulebook, Scope

Purse = Literal["new_grant", "own_budget"]
MILLION = 1_000_000
PublicCost = Annotated[
    float, Field(ge=0, le=5000, description="what government pays for it in all, million pounds a year")
]


EstablishmentCost = Annotated[
    float,
    Field(
        ge=0,
        le=100_000,
        description="cost to each establishment whatever its size, pounds a year; an assumption if left out",
    ),
]


def monthly_pence(millions_a_year: float) -> int:
    """Million pounds a year in pence a month."""
    return round(pence(millions_a_year) * MILLION / MONTHS_PER_YEAR)


def monthly_pence_each(pounds_a_year: float) -> int:
    """Pounds a year for each establishment in pence a month."""
    return round(pence(pounds_a_year) / MONTHS_PER_YEAR)


class PublicCover(Block):
    """What a council or the NHS pays of the cost."""

    cover: float = Field(ge=0, le=1, description="share of the extra cost of the hours it buys that it pays, 0 to 1")
    purse: Purse = Field(
        alias="from",
        description="new_grant: new money from the Exchequer; own_budget: something else is then cut, once no money is "
        "left unspent",
    )

    @property
    def from_grant(self) -> bool:
        """True for new money."""
        return self.purse == "new_grant"


class SelfFunderCover(Block):
    """What people who pay for their own care pay of the cost."""

    pass_to_fees: float = Field(ge=0, le=1, description="share of the extra cost that is passed to their fees, 0 to 1")


WHO_PAYS = (
    "who meets the cost; without it councils and the NHS pay nothing more, and self-funders' fees rise by all that "
    "their own care costs more"
)
"""What users are told of the block."""
_NOT_COVERED = PublicCover.model_validate({"cover": 0.0, "from": "own_budget"})
_PASSED_ON = SelfFunderCover(pass_to_fees=1.0)
_COSTS = {"on_costs": "on_costs", "differentials": "differentials"}


class TermsFunding(Block):
    """Who pays what the lever costs employers. Whatever nobody pays comes out of the employer's margin.

    Without this block councils and the NHS pay nothing more, and self-funders' fees, which employers set themselves,
    rise by the cost of their share.
    """

    council: PublicCover = Field(default=_NOT_COVERED, description="councils' part; without it they pay nothing more")
    nhs: PublicCover = Field(default=_NOT_COVERED, description="the NHS's part; without it, it pays nothing more")
    self_funder: SelfFunderCover = Field(
        default=_PASSED_ON,
        description="self-funders' part; without it their fees rise by all that their care costs more",
    )

    def shares(self) -> tuple[float, ...]:
        """Share of the extra cost that each payer meets, in the order of `Payer`."""
        by_payer = {
            Payer.COUNCIL: self.council.cover,
            Payer.NHS: self.nhs.cover,
            Payer.SELF_FUNDER: self.self_funder.pass_to_fees,
        }
        return tuple(by_payer[payer] for payer in Payer)

    def pay_terms(
        self, book: Rulebook, where: Scope, *, benefits: float = 0.0, programmes: float = 0.0, each: int = 0
    ) -> None:
        """Write what better terms or programmes cost employers, and who meets how much of it.

        The costs of several levers add up, and each is met by those who pay for that lever.

        Args:
            book: the rulebook of the month.
            where: whom it covers.
            benefits: share of wages that goes to staff, with employers' on-costs.
            programmes: share of wages for what is bought from others.
            each: pence a month that each establishment pays whatever its size.
        """
        if benefits:
            book.benefit_cost.add(benefits, where=where)
        if programmes:
            book.programme_cost.add(programmes, where=where)
        if benefits or programmes:
            self._meet(benefits + programmes, book.terms_cover, book.terms_cover_from_grant, where)
        if each:
            book.establishment_cost.add(each, where=where)
            self._meet(each, book.establishment_cover, book.establishment_cover_from_grant, where)

    def _meet(self, cost: float, cover: Entry, of_grant: Entry, where: Scope) -> None:
        """Write each payer's part of a cost, and how much of it is new money."""
        cover.add(tuple(cost * share for share in self.shares()), where=where)
        of_grant.add(tuple(cost * share for share in self.shares_of_grant()), where=where)

    def shares_of_grant(self) -> tuple[float, ...]:
        """Share of the extra cost that each payer meets with new money, in the order of `Payer`."""
        return tuple(share if new else 0.0 for share, new in zip(self.shares(), self.from_grant(), strict=True))

    def from_grant(self) -> tuple[bool, ...]:
        """Whether each payer's share is new money, in the order of `Payer`; self-funders get no grant."""
        by_payer = {Payer.COUNCIL: self.council.from_grant, Payer.NHS: self.nhs.from_grant, Payer.SELF_FUNDER: False}
        return tuple(by_payer[payer] for payer in Payer)


class Funding(TermsFunding):
    """Who pays for a lever on wages, and what is counted as its cost.

    Whatever nobody pays comes out of the employer's margin. Without this block councils and the NHS pay nothing more,
    and self-funders' fees, which employers set themselves, rise by the cost of their share.
    """

    include: Annotated[tuple[str, ...], Names("costs", _COSTS, least=0)] = Field(
        default=(),
        description="costs counted beside the wages themselves: employer on-costs, differentials kept above the floor",
    )
    ring_fenced: bool = Field(
        default=False,
        description="whether councils and the NHS pay each employer what the policy costs it, to be spent on staff; "
        "otherwise all it covers who give a service in a council get one rate, and keep what they don't need",
    )

    def cover_pay(self, book: Rulebook, where: Scope, *costs: PayCost, floors: Sequence[Contribution] = ()) -> None:
        """Write who meets what a lever on pay costs.

        Args:
            book: the rulebook of the month.
            where: whom the lever covers.
            costs: parts of the cost of pay that it makes, wages alone.
            floors: the floors of pay that it has set.
        """
        counted = [*costs, *(PayCost(cost + ON_COSTS) for cost in costs if "on_costs" in self.include)]
        cover = tuple(tuple(share if cost in counted else 0.0 for cost in PayCost) for share in self.shares())
        book.pay_policy(where, cover, self.from_grant(), self.ring_fenced, floors)

    def cover_floor(self, book: Rulebook, where: Scope, *floors: Contribution) -> None:
        """Write who meets the cost of wage floors, with the differentials above them if they are counted."""
        costs = [PayCost.FLOOR, *([PayCost.DIFFERENTIALS] if "differentials" in self.include else [])]
        self.cover_pay(book, where, *costs, floors=floors)


def on_costs_only(funding: Funding, why: str) -> Funding:
    """The funding of a lever that moves no differentials; refused if it counts them."""
    if "differentials" in funding.include:
        refuse(f"on_costs only: {why}", below="include")
    return funding
