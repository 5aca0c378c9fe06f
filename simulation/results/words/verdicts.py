"""How differences are judged: whether an effect is clear, in one place and in the same words everywhere."""

from __future__ import annotations

NO_CLEAR_EFFECT = "no clear effect"
LEAST_DRAWS = 5  # runs, refits, replicates: of fewer no 90% interval is given
FEW_DRAWS = 6  # below it, all differences have one sign by chance once in 16 times or more


def includes_zero(low: float, high: float) -> bool:
    """Say whether an interval includes zero, so that the effect is not clear."""
    return low <= 0.0 <= high


def verdict(low: float, high: float) -> str:
    """Return what is said after a difference: nothing where the effect is clear.

    Args:
        low: lower end of its 90% interval.
        high: upper end of its 90% interval.
    """
    return NO_CLEAR_EFFECT if includes_zero(low, high) else ""
