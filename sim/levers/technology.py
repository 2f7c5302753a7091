"""Levers on tools that save staff time, on their travel, and on who helps with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from sim.levers.base import EMPLOYERS, PERCENT, WHOLE, Lever
from sim.levers.funding import WHO_PAYS, EstablishmentCost, TermsFunding, monthly_pence_each
from sim.levers.nhs_and_training import ProgrammeCost

if TYPE_CHECKING:
    from sim.rulebook import Rulebook, Scope

LearningMonths = Annotated[
    int,
    Field(
        ge=0,
        le=36,
        description="months from adoption until it saves time, an assumption if left out; until then time is lost",
    ),
]


class RotaOptimisation(Lever):
    """Give employers a tool that plans visits: shorter ways between them, and rotas that suit staff better.

    The same pay then takes less of the day, so that an hour away from home earns more without a raise, and employers
    who pay for travel pay less of it. Part of the licence is the same for a small employer and a large one, so that
    small ones gain least. Where wishes over shifts count only after some months in post, newcomers do not yet find the
    rota that they came for, and part of them try the next employer. The time saved is the staff's own: that they could
    make more visits in it is left out.
    """

    name = "rota_optimisation"
    family = "technology"
    grade = "weak"
    sentence = "Gives employers a tool that shortens travel between visits and plans rotas that suit staff better."
    case = "Care City's trial of Satalia's scheduling tool with home-care providers in London."
    dose = "share_of_employers"
    covers: ClassVar = EMPLOYERS
    costs = True
    changes = ("travel_saved", "wishes_met")

    travel_saved: float = Field(default=0.0, ge=0, le=1, description="part of travel time that it saves, 0 to 1")
    wishes_met: float = Field(
        default=0.0, ge=0, le=1, description="part of the wishes over shifts now unmet that it meets, 0 to 1"
    )
    share_of_employers: float = Field(
        default=1.0, ge=0, le=1, description="share of the employers covered that use it, 0 to 1"
    )
    cost: ProgrammeCost = 0.2
    cost_per_establishment: EstablishmentCost = 1500.0
    funding: TermsFunding = Field(default=TermsFunding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength * self.share_of_employers)
        book.travel_time.multiply(WHOLE - self.travel_saved, where=covered)
        book.unmet_wishes.multiply(WHOLE - self.wishes_met, where=covered)
        each = monthly_pence_each(self.cost_per_establishment)
        self.funding.pay_terms(book, covered, programmes=self.cost / PERCENT, each=each)


class TimeSaver(Lever):
    """What levers share that lose staff time while people learn and save it afterwards."""

    def adopted(self, book: Rulebook, month: int, ago: int) -> Scope | None:
        """Employers who had adopted it so many months ago; None before anybody had."""
        strength = self.strength(month - ago)
        return self.scope(book, strength) if strength > 0.0 else None

    def save_time(self, book: Rulebook, month: int, saved: float, lost: float, learning_months: int) -> None:
        """Each employer loses a share of staff time for some months from its own adoption, and saves one afterwards."""
        learnt = self.adopted(book, month, learning_months)
        adopted = self.adopted(book, month, 0)
        if lost and learning_months:
            book.time_for_care.multiply(WHOLE - lost, where=adopted)
            saved = (WHOLE + saved) / (WHOLE - lost) - WHOLE
        if learnt is not None:
            book.time_for_care.multiply(WHOLE + saved, where=learnt)


class CareTechnology(TimeSaver):
    """Have employers use a digital tool that saves staff time: first it takes time to learn, then time comes back.

    Time that comes back goes to people whose care would have been missed; an employer who has staff enough needs fewer
    posts for the same care, and saves their wages. While people learn, more care is missed. The kinds differ here in
    nothing but the returns that others published for them, which are told beside the lever and never used. What such
    tools do for the health of those cared for, and for the NHS, is left out.
    """

    name = "care_technology"
    family = "technology"
    grade = "weak"
    sentence = "Has employers use a digital tool that saves staff time once people have learnt it."
    case = "Five kinds of technology whose returns Skills for Care's workforce strategy of 2024 sets out."
    dose = "released"
    covers: ClassVar = EMPLOYERS
    costs = True

    kind: Literal["digital_records", "telecare", "assistive", "care_management", "workforce_planning"] = Field(
        description="which technology; it decides which published returns are told beside the lever, and no more"
    )
    released: float = Field(ge=0, le=20, description="staff time saved once people have learnt it, percent, 0 to 20")
    learning_months: LearningMonths = 6
    lost: float = Field(
        default=1.0, ge=0, le=20, description="staff time lost until then, percent; an assumption if left out"
    )
    cost: ProgrammeCost = 0.5
    cost_per_establishment: EstablishmentCost = 0.0
    funding: TermsFunding = Field(default=TermsFunding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        covered = self.scope(book, strength)
        self.save_time(book, month, self.released / PERCENT, self.lost / PERCENT, self.learning_months)
        each = monthly_pence_each(self.cost_per_establishment)
        self.funding.pay_terms(book, covered, programmes=self.cost / PERCENT, each=each)

    def shares_coverage(self, other: Lever) -> bool:
        """Different kinds of technology stand side by side."""
        return isinstance(other, CareTechnology) and self.kind == other.kind and super().shares_coverage(other)


class CareTechnologist(TimeSaver):
    """Employ people whose work is to find, set up and teach technology that helps staff and those they care for.

    Their pay is due from the first month; the time of others that they give back comes later. Employers bear the cost
    as one of their programmes. The new posts are not among the posts of care counted here, and nobody is drawn from
    care to fill them.
    """

    name = "care_technologist"
    family = "technology"
    grade = "assumption"
    sentence = "Adds posts of care technologists, who cost at once and give staff time back later."
    case = "Scottish Care's pilot of care technologists."
    dose = "posts_per_100"
    covers: ClassVar = EMPLOYERS
    costs = True

    posts_per_100: float = Field(ge=0, le=10, description="posts of technologists for every 100 staff, 0 to 10")
    pay: float = Field(
        default=1.2, ge=1, le=3, description="their pay against the employer's average; an assumption if left out"
    )
    hours_back: float = Field(
        default=2.0,
        ge=0,
        le=10,
        description="hours of staff time that an hour of theirs saves in the end; an assumption if left out",
    )
    learning_months: Annotated[
        int, Field(ge=0, le=36, description="months until they save time; an assumption if left out")
    ] = 9
    funding: TermsFunding = Field(default=TermsFunding(), description=WHO_PAYS)

    def write(self, book: Rulebook, month: int, strength: float) -> None:
        posts = self.posts_per_100 / PERCENT
        self.save_time(book, month, posts * self.hours_back, 0.0, self.learning_months)
        self.funding.pay_terms(book, self.scope(book, strength), programmes=posts * self.pay)
