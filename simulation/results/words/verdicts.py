"""How differences are judged: whether an effect is clear, in one place and in the same words everywhere."""

from __future__ import annotations

NO_CLEAR_EFFECT = "no clear effect"
WHY = "the 90% interval includes zero"
FEW_DRAWS = 6  # below it, all differences have one sign by chance once in 16 times or more


def includes_zero(low: float, high: float) -> bool:
    """Say whether an interval includes zero, so that the effect is not clear."""
    return low <= 0.0 <= high


def verdict(low: float, high: float, draws: int | None = None) -> str:
    """Return what is said after a difference: nothing where the effect is clear.

    Args:
        low: lower end of its 90% interval.
        high: upper end of its 90% interval.
        draws: how many pairs the interval rests on, where that is known.
    """
    if includes_zero(low, high):
        return NO_CLEAR_EFFECT
    if draws is not None and draws < FEW_DRAWS:
        return f"too few pairs to tell ({draws})"
    return ""
