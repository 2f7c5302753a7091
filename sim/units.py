"""Units, calendar and codes that every other module shares.

Pay and fees are whole pence, hours are whole minutes a week, money totals are whole pence: sums of integers do not
depend on the order in which they are added. Months are counted from April 2016 (month 0), so a financial year is
``month // 12`` and April is ``month % 12 == 0``; the spin-up before the start has negative months.
"""

from __future__ import annotations

from enum import IntEnum

MINUTES_PER_HOUR = 60
WEEKS_PER_YEAR = 52
MONTHS_PER_YEAR = 12
DAYS_PER_YEAR = 365
PENCE_PER_POUND = 100
START_YEAR = 2016
START_CALENDAR_MONTH = 4
YOUNG_BELOW, OLDER_FROM = 25, 50
"""Ages in years that campaigns for the young and for those over 50 are about."""
PLAN_MEMORY = 36
"""Months for which posts of a council are remembered: the longest lead of a workforce plan is one less."""
NOBODY = -1
"""An employer, sponsor or council column that points at no one."""
NEVER = -30_000
"""A month column for something that has not happened."""


class Role(IntEnum):
    """Job roles, grouped from Skills for Care's list."""

    CARE_WORKER = 0
    SENIOR_CARE_WORKER = 1
    REGISTERED_NURSE = 2
    SOCIAL_WORKER = 3
    OCCUPATIONAL_THERAPIST = 4
    MANAGER = 5
    OTHER = 6


class Service(IntEnum):
    """Main service of an establishment."""

    RESIDENTIAL = 0
    NURSING = 1
    HOME_CARE = 2
    COMMUNITY = 3
    DAY = 4
    PERSONAL_ASSISTANTS = 5


class Sector(IntEnum):
    """Who employs: independent (private or voluntary), council, or a person with a direct payment."""

    INDEPENDENT = 0
    COUNCIL = 1
    DIRECT_PAYMENT = 2


class Payer(IntEnum):
    """Who buys care from a provider."""

    COUNCIL = 0
    NHS = 1
    SELF_FUNDER = 2


class PayCost(IntEnum):
    """What policies on pay cost employers, part by part: each is covered by those who pay for the policy.

    First wages, then what employers pay on top of them (`ON_COSTS` later).
    """

    FLOOR = 0
    """A rise to a floor of those whom it lifts."""
    DIFFERENTIALS = 1
    """A rise of those who earned more, to stay above it."""
    STEPS = 2
    """Steps above the posted rate for experience or a qualification."""
    SENIOR_POSTS = 3
    """More posts of seniors."""
    TRAVEL = 4
    """Time between visits."""
    FLOOR_ON_COSTS = 5
    DIFFERENTIALS_ON_COSTS = 6
    STEPS_ON_COSTS = 7
    SENIOR_POSTS_ON_COSTS = 8
    TRAVEL_ON_COSTS = 9


ON_COSTS = 5
"""From a part of the cost of policies on pay to the employer's on-costs of it (`PayCost`)."""


class MoneySource(IntEnum):
    """Where a council's money for care comes from."""

    COUNCIL_TAX = 0
    GRANTS = 1
    CLIENTS = 2
    NHS = 3


class Status(IntEnum):
    """What a person does this month. ``EMPTY`` rows hold nobody and are reused."""

    EMPTY = 0
    CARE = 1
    NHS = 2
    OTHER_WORK = 3
    SEEKING = 4
    NOT_WORKING = 5
    AGENCY = 6


class Gender(IntEnum):
    """As recorded in the workforce data set."""

    FEMALE = 0
    MALE = 1


class Ethnicity(IntEnum):
    """Two groups: the published margins allow no more by year."""

    WHITE = 0
    MINORITY_ETHNIC = 1


class Nationality(IntEnum):
    """British, EU or elsewhere."""

    BRITISH = 0
    EU = 1
    NON_EU = 2


class Visa(IntEnum):
    """Right to work: unrestricted (British, settled, EU before 2021), tied to a sponsor, or another route."""

    UNRESTRICTED = 0
    SPONSORED = 1
    OTHER_ROUTE = 2


class Household(IntEnum):
    """Benefits that take part of what a person earns."""

    NO_BENEFITS = 0
    UNIVERSAL_CREDIT = 1
    CARERS_ALLOWANCE = 2


class LeaveReason(IntEnum):
    """Route by which a person left a care job; ``NONE`` while they are in one."""

    NONE = 0
    CARE_JOB = 1
    NHS_JOB = 2
    OTHER_JOB = 3
    NO_WORK = 4
    RETIREMENT = 5
    ILL_HEALTH = 6
    PROBATION = 7
    VISA = 8
    CLOSURE = 9
    VACCINATION = 10
    CARING = 11
    AGENCY_WORK = 12


class Source(IntEnum):
    """Where a starter came from."""

    CARE = 0
    NHS = 1
    OTHER_WORK = 2
    NOT_WORKING = 3
    LOCAL_POOL = 4
    OVERSEAS_SPONSORED = 5
    OVERSEAS_OTHER = 6


class Stream(IntEnum):
    """Stream of identities a person belongs to (``draws.person_id``)."""

    FIRST_POPULATION = 1
    LOCAL_POOL = 2
    OVERSEAS_OTHER = 3
    OVERSEAS_SPONSORED = 4
    GRANTED_ASYLUM = 5
    PROVIDER = 8
    NHS_EMPLOYER = 9
    LOCAL_AUTHORITY = 10


class ClientGroup(IntEnum):
    """Adults whom councils support: aged 65 and over, and those of working age by why they need support."""

    OLDER = 0
    LEARNING_DISABILITY = 1
    MENTAL_HEALTH = 2
    PHYSICAL = 3


ASSESSOR_ROLES = (Role.SOCIAL_WORKER, Role.OCCUPATIONAL_THERAPIST)
"""Roles that, with councils, assess who needs care."""
DIRECT_CARE_ROLES = (Role.CARE_WORKER, Role.SENIOR_CARE_WORKER, Role.REGISTERED_NURSE)
"""Roles whose hours deliver care on the floor or in the visit."""
DIRECT_ROLES = len(DIRECT_CARE_ROLES)
"""Roles below this code are those."""


def month_index(year: int, month: int) -> int:
    """Months since April 2016; ``month_index(2016, 4) == 0``."""
    return (year - START_YEAR) * MONTHS_PER_YEAR + month - START_CALENDAR_MONTH


def parse_month(text: str) -> int:
    """Read ``YYYY-MM``; ValueError says what was expected."""
    parts = text.split("-")
    digits = text.isascii() and "".join(parts).isdigit()
    if len(parts) != 2 or len(parts[0]) != 4 or len(parts[1]) != 2 or not digits:
        message = f"{text!r} is not a month: write YYYY-MM, for example 2027-04"
        raise ValueError(message)
    year, month = int(parts[0]), int(parts[1])
    if not 1 <= month <= MONTHS_PER_YEAR:
        message = f"{text!r} has month {month}: a month lies between 01 and 12"
        raise ValueError(message)
    return month_index(year, month)


def month_name(index: int) -> str:
    """``YYYY-MM`` of a month index."""
    year, month = divmod(index + START_CALENDAR_MONTH - 1, MONTHS_PER_YEAR)
    return f"{START_YEAR + year}-{month + 1:02d}"


def financial_year(index: int) -> str:
    """``2021/22`` for the months April 2021 to March 2022."""
    year = START_YEAR + index // MONTHS_PER_YEAR
    return f"{year}/{(year + 1) % 100:02d}"
