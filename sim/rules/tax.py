"""Taxes on wages: what the Exchequer gets back of what care costs."""

from __future__ import annotations

import math

from sim.jit import rule


@rule
def tax_above(earnings: float, threshold: int, rate: float) -> int:
    """Tax on the part of weekly earnings above a threshold, pence.

    Income tax above the personal allowance (Income Tax Act 2007, sections 10 and 35), and National Insurance of staff
    and employers above their thresholds (Social Security Contributions and Benefits Act 1992, sections 8 and 9). Higher
    rates, other jobs and other income are left out: few in care earn so much.
    """
    above = earnings - threshold
    if above < 0.0:
        above = 0.0
    return int(math.floor(rate * above + 0.5))


@rule
def part_paid(tax: int, paid: int, full: int) -> int:
    """Tax on wages of which only a part is paid, as zero-hours staff are not called in, pence: in proportion."""
    return int(tax * (paid / full)) if full > 0 else 0
