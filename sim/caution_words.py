"""The words of a caution, for reports and for the page, which is served without the model."""

from __future__ import annotations


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
