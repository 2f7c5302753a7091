"""The words of a caution, for reports and for the page, which is served without the model."""

from __future__ import annotations

MOST = 0.5
"""Part of a fall of vacancies from which posts no longer sought, rather than posts filled, are what it comes of."""


def for_want_of_seeking(vacant: float, sought: float) -> bool:
    """Whether vacant posts fall, by at least half because fewer posts are sought.

    Args:
        vacant: change of vacant posts.
        sought: change of posts sought, in the same unit.
    """
    return vacant < 0.0 and sought <= MOST * vacant


def in_words(where: str, fewer: str, unsought: str, care: str, *, worse: bool) -> str:
    """The caution of one scenario.

    Args:
        where: scenario and period.
        fewer: vacant posts, thousand.
        unsought: posts no longer sought, thousand.
        care: what the share of care not met does.
        worse: whether more care is not met.
    """
    told = (
        f"{where}: vacant posts fall by {fewer} thousand, with {unsought} thousand posts no longer sought; the share "
        f"of care not met {care}."
    )
    no_gain = " Fewer vacancies are no improvement here: less care is bought, and more need is not met."
    return told + (no_gain if worse else "")
