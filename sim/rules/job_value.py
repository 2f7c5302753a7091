"""What a job is worth to a person, in log pay: a difference of 0.10 is worth a tenth of pay."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour
from sim.units import MONTHS_PER_YEAR


@rule
def match_belief(match: float, first_impression: float, months: int, p: Behaviour) -> float:
    r"""How good the match looks after some months in the job, log pay (Jovanovic 1979).

    Each month tells as much as the first impression divided by `learning_months`:

    .. math:: b_t = \frac{t m + T s b_0}{t + T}, \qquad b_0 = \text{impression}

    so that bad matches are found out early and the hazard of leaving falls with tenure without a table by tenure.
    """
    if months < 0:
        return first_impression
    return (months * match + p.learning_months * first_impression) / (months + p.learning_months)


@rule
def first_impression(match: float, noise: float, blur: float, p: Behaviour) -> float:
    """Best guess of the match before the first day: the noisy signal shrunk by its reliability, log pay.

    `blur` is how unclear the employer leaves it what the job is like, against today.
    """
    spread = blur * p.impression_noise
    signal_variance = p.match_spread * p.match_spread
    noise_variance = spread * spread
    return (match + spread * noise) * signal_variance / (signal_variance + noise_variance)


@rule
def peer_shortfall(pay: int, peer_pay: int, p: Behaviour) -> float:
    """Hurt of being paid below people in the same role nearby, log pay, never positive.

    Quits respond mostly to pay relative to peers, and to being below them (Dube, Giuliano and Leonard 2019).
    """
    if pay >= peer_pay or peer_pay <= 0:
        return 0.0
    return p.peer_weight * math.log(pay / peer_pay)


@rule
def flexibility_met(flexibility: float, unmet: float, months: int, wait_months: int) -> float:
    r"""Share of a person's wishes over shifts that are met: none while flexibility still has to be earned by tenure.

    .. math:: f' = f + (1 - f)(1 - n)

    with `f` the share that the employer meets and `n` the wishes that stay unmet, against today.
    """
    if months < wait_months:
        return 0.0
    return flexibility + (1.0 - flexibility) * (1.0 - unmet)


@rule
def management_felt(own: float, gap: float, gain: float) -> float:
    """How well a workplace is managed, log pay as staff value it: 0 is typical.

    `gap` is how far an employer managed worse than that stays behind it, against today; `gain` comes on top for all.
    """
    if own < 0.0:
        return own * gap + gain
    return own + gain


@rule
def guarantee_value(contract_minutes: int, worked_minutes: int, value_of_guarantee: float) -> float:
    """Value of the guaranteed part of the hours, log pay; negative for people who prefer zero hours."""
    if worked_minutes <= 0 or contract_minutes <= 0:
        return 0.0
    share = contract_minutes / worked_minutes
    if share > 1.0:
        share = 1.0
    return value_of_guarantee * share


@rule
def hours_shortfall(worked_minutes: int, wanted_minutes: int, p: Behaviour) -> float:
    """Loss from working other hours than wanted, log pay, never positive."""
    if wanted_minutes <= 0:
        return 0.0
    gap = (worked_minutes - wanted_minutes) / wanted_minutes
    if gap < 0.0:
        gap = -gap
    return -p.hours_gap_weight * gap


@rule
def fee_felt(fee: int, pay: int, minutes: int) -> float:
    r"""What a yearly fee that staff bear themselves takes off a job's value, log pay, never positive.

    .. math:: \ln\left(1 - \frac{c}{52 \, w h}\right)

    with the fee `c`, the rate `w` and hours `h` a week: it weighs most on those with few hours. At most half of pay.
    """
    earned = pay * minutes / 60.0 * 52.0
    if fee <= 0:
        return 0.0
    share = fee / earned if fee < 0.5 * earned else 0.5
    return math.log(1.0 - share)


@rule
def setting_value(service: int, p: Behaviour) -> float:
    """What working in people's own homes is worth against working in a care home, log pay.

    Autonomy, hours that fit around a family and one person at a time against travel and working alone. Unpaid
    travel, which takes a sixth of pay, is counted in the wage. Services 2 and 5 are home care and personal assistants.
    """
    if service == 2 or service == 5:
        return p.home_care_value
    return 0.0


@rule
def bond_value(service: int, p: Behaviour) -> float:
    """What the person one works for means to a personal assistant, log pay; nothing elsewhere.

    Many assistants work for relatives or friends, or become so: 17 to 18% leave in a year where nearly 40% of other
    care workers do (Skills for Care 2020, 2021). It counts for those in the job, not for people who look at one.
    Service 5 is personal assistants.
    """
    return p.assistant_bond if service == 5 else 0.0


@rule
def changed_match(match: float, deviate: float, p: Behaviour) -> float:
    r"""Quality of a match after circumstances changed, log pay: a new manager, rota, school or home.

    .. math:: m' = \rho m + \sqrt{1 - \rho^2} \, \sigma z

    keeps the spread of matches and pulls each towards the average.
    """
    kept = p.match_kept
    return kept * match + math.sqrt(1.0 - kept * kept) * p.match_spread * deviate


@rule
def workplace_value(benefits: float, setting: float, management: float, strain: float, p: Behaviour) -> float:
    """What a workplace is worth to anybody, log pay.

    Benefits (pension, sick pay and leave above the minimum), setting and management, less the strain of the team.
    """
    return benefits + setting + management - p.strain_cost * strain


@rule
def reception_value(visa: int, months_in_sector: int, worth: float) -> float:
    """Worth of support for people from overseas to those on a visa in their first year in care, log pay.

    `visa` is a code of `units.Visa`: 0 for people who need none.
    """
    return worth if visa != 0 and months_in_sector < MONTHS_PER_YEAR else 0.0


@rule
def fair_treatment_value(ethnicity: int, nationality: int, worth: float) -> float:
    """What an employer's fair treatment is worth to a person, log pay: nothing to those who always had it.

    `ethnicity` 0 is white, `nationality` 0 British: codes of `units`.
    """
    if ethnicity == 0 and nationality == 0:
        return 0.0
    return worth


@rule
def value_to_anybody(wage: float, workplace: float, peers: float) -> float:
    r"""The part of a care job's value that does not depend on who holds it, log pay.

    .. math:: a = \ln w^e + o + r

    effective wage, workplace, and pay against peers.
    """
    return math.log(wage) + workplace + peers


@rule
def value_at_first_sight(to_anybody: float, belief: float) -> float:
    """What a job seems worth before its terms are known, log pay: its worth to anybody and the match as believed."""
    return to_anybody + belief


@rule
def km_felt(km: float, felt: float) -> float:
    """Distance to a job as it counts for a person, km, where help with transport leaves a part of it."""
    return km * felt


@rule
def care_job_value(
    at_first_sight: float, guarantee: float, flexibility: float, hours: float, km: float, p: Behaviour
) -> float:
    r"""Value of a care job to a person, log pay.

    .. math:: u = a + m + g + f + h - k d

    its worth to anybody and the match as believed today (`value_at_first_sight`), guaranteed hours, flexibility, hours
    against those wanted, and distance.
    """
    return at_first_sight + guarantee + flexibility + hours - p.distance_cost * km


@rule
def nhs_job_value(wage: int, benefits: float, flexibility: float, km: float, match: float, p: Behaviour) -> float:
    """Value of an NHS post, log pay: guaranteed hours are taken for granted on both sides of the comparison."""
    return math.log(wage) + benefits + flexibility * p.nhs_flexibility - p.distance_cost * km + match


@rule
def outside_job_value(wage: float, taste_for_care: float, match: float) -> float:
    """Value of a low-paid job outside care and the NHS, log pay: its wage less the person's liking of care work."""
    return math.log(wage) - taste_for_care + match


@rule
def out_of_work_value(outside_wage: float, unrestricted: int, p: Behaviour) -> float:
    """What being without a job is worth, log pay: a share of the local outside wage in benefits and time.

    People whose visa bars public funds have less to fall back on.
    """
    share = p.out_of_work_share if unrestricted == 1 else p.out_of_work_share_no_funds
    return math.log(outside_wage * share)
