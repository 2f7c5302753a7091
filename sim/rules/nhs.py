"""The NHS as an employer of people who could work in care."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.parameters import Behaviour


@rule
def nhs_leavers(filled: int, fixed_draw: float, p: Behaviour) -> int:
    """People who leave NHS posts of one role this month (IFS: 1.2% a month of healthcare assistants)."""
    return int(math.floor(filled * p.nhs_leaving + fixed_draw))


@rule
def nhs_hires(posts: int, filled: int, tightness: float, fixed_draw: float, p: Behaviour) -> int:
    """People the NHS takes on this month: a share of its vacant posts, lower in a tight labour market."""
    open_posts = posts - filled
    if open_posts <= 0:
        return 0
    share = p.nhs_fill * math.exp(-p.pool_tightness * math.log(tightness))
    if share > 1.0:
        share = 1.0
    hires = int(math.floor(open_posts * share + fixed_draw))
    return hires if hires < open_posts else open_posts


@rule
def nhs_success_chance(hires: int, care_applicants: int, p: Behaviour) -> float:
    """Chance that an applicant from care is taken: applicants from elsewhere compete for the same posts."""
    if hires <= 0 or care_applicants <= 0:
        return 0.0
    return hires / (care_applicants + p.nhs_other_applicants * hires)


@rule
def nhs_local_pay(national: int, ratio: float) -> int:
    """NHS pay here, pence/hour: the national scale with the high-cost-area supplement."""
    return int(math.floor(national * ratio + 0.5))


@rule
def nhs_hour(nhs_pay: int, terms: float) -> int:
    """What an hour in the NHS is worth, pence: its pay, and its pension, sick pay and leave as a share of that."""
    return int(math.floor(nhs_pay * (1.0 + terms) + 0.5))


@rule
def joint_lead(pay: int, nhs_pay: int, time: float) -> float:
    r"""Lead of a joint post over one in care alone, log pay.

    The part `s` of the time that is worked in the NHS is worth its rate (`nhs_hour`) where that is higher:

    .. math:: \ln (1 + s (w^n / w - 1))
    """
    if time <= 0.0 or nhs_pay <= pay:
        return 0.0
    return math.log(1.0 + time * (nhs_pay / pay - 1.0))


@rule
def joint_extra(pay: int, nhs_pay: int, time: float, minutes: int) -> int:
    """What that adds to somebody's pay in a week, pence."""
    if time <= 0.0 or nhs_pay <= pay:
        return 0
    return int(math.floor(time * (nhs_pay - pay) * minutes / 60.0 + 0.5))


@rule
def nhs_posts_now(posts: int, growth: float) -> int:
    """Established NHS posts after a year's growth."""
    return int(math.floor(posts * (1.0 + growth) + 0.5))
