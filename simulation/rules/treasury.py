"""Treasuries: what they are asked for, what they have room for, and when a line of theirs ends."""

from __future__ import annotations

import numpy as np

from ..basis.compiled import compiled
from ..basis.units import FloatArray
from .curves import Number


@compiled
def asked_share(agreed: float, unasked: float, paid_by_donors: float) -> float:
    """Return the share of an initiative's running cost that a treasury is asked for.

    min(agreed + unasked, 1 - what donors really pay): whatever the phase, nobody pays what another has paid.

    Args:
        agreed: share that an exit has agreed with the treasury.
        unasked: share that the host takes over of itself.
        paid_by_donors: share of running cost that donors' money met.
    """
    return max(min(agreed + unasked, 1.0 - paid_by_donors), 0.0)


def room(
    share: FloatArray | float,
    expenditure: FloatArray,
    product_growth: FloatArray,
    sector_growth: FloatArray,
    sector_weight: float,
    reform: float,
) -> FloatArray:
    """Return the yearly room for the running cost of former donor initiatives, dollars, elementwise by economy.

    share x reform x expenditure x [(1 - w) growth of the product + w growth of the digital sector]

    Args:
        share: of government expenditure in the year of the facts.
        expenditure: dollars in that year.
        product_growth: product over that of that year.
        sector_growth: product x use of the internet, over those of that year.
        sector_weight: part of the room that grows with the sector's revenue (w).
        reform: factor that a strategy sets.
    """
    growth = (1.0 - sector_weight) * product_growth + sector_weight * sector_growth
    return np.asarray(share * reform * expenditure * growth)


@compiled
def left_to_treasury(room: Number, aid: Number, fungibility: float) -> Number:
    """Return the room that is left where aid to public bodies displaces a treasury's own money, elementwise.

    max(room - fungibility x aid, 0); both in dollars of one period.
    """
    left: Number = np.maximum(room - fungibility * aid, 0.0)
    return left


@compiled
def lapses(line: float, luck: float, chance: float) -> bool:
    """Return whether a line lapses where the government changes: if it is paid, by luck."""
    return line > 0.0 and luck < chance
