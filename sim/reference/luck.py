"""Keyed draws of one run, by what they belong to."""

from __future__ import annotations

from sim.draws import lower_half, normal, pair_normal, pair_uniform, random_bits, uniform, upper_half

REPEAT = 256
"""Offset between the purposes of repeated draws of one kind (see `sim.draws.Purpose`)."""
FOR_GOOD = 0
"""Month under which draws that never change are kept."""


class Luck:
    """Draws of a seed: of a person or employer this month, of one for life, or of a pair of them."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.month = 0

    def this_month(self, uid: int, purpose: int, repeat: int = 0) -> float:
        """Uniform draw of this month."""
        return uniform(self.seed, uid, self.month, purpose + REPEAT * repeat)

    def two_this_month(self, uid: int, purpose: int, repeat: int = 0) -> tuple[float, float]:
        """Two uniform draws of this month, from the halves of one set of random bits."""
        bits = random_bits(self.seed, uid, self.month, purpose + REPEAT * repeat)
        return upper_half(bits), lower_half(bits)

    def normal_this_month(self, uid: int, purpose: int, repeat: int = 0) -> float:
        """Standard normal draw of this month."""
        return normal(self.seed, uid, self.month, purpose + REPEAT * repeat)

    def for_life(self, uid: int, purpose: int, repeat: int = 0) -> float:
        """Uniform draw that belongs to a person or employer for good."""
        return uniform(self.seed, uid, FOR_GOOD, purpose + REPEAT * repeat)

    def normal_for_life(self, uid: int, purpose: int) -> float:
        """Standard normal draw that belongs to a person for life."""
        return normal(self.seed, uid, FOR_GOOD, purpose)

    def of_pair(self, uid: int, other: int, purpose: int) -> float:
        """Uniform draw that belongs to a person and an employer together."""
        return pair_uniform(self.seed, uid, other, purpose)

    def normal_of_pair(self, uid: int, other: int, purpose: int) -> float:
        """Standard normal draw that belongs to a person and an employer together."""
        return pair_normal(self.seed, uid, other, purpose)
