"""Barriers are placed so that those who were seen online can be online."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..basis.units import FloatArray
from ..data import load_table
from ..processes.access import AccessParameters, able_to_pay, barriers
from ..rules.split import split
from ..state.world import Countries, World

ODDS_FOR_SPLIT = 4.1  # urban over rural odds used to place the barriers of the two groups (ITU 2025, derived)


def place_barriers(world: World) -> None:
    """Copy the calibrated barriers into the state."""
    p = AccessParameters.of(world.values)
    placed = calibrated_barriers(
        p.affordable_low,
        p.affordable_high,
        p.head_room,
        world.reference.barrier_use.tobytes(),
    )
    for name, column in placed.items():
        getattr(world.countries, name)[:] = column
    world.memory.price_path[:] = world.countries.price
    world.memory.trust_path[:] = world.countries.trust


@lru_cache(maxsize=4)
def calibrated_barriers(low: float, high: float, head_room: float, observed: bytes) -> dict[str, FloatArray]:
    """Place each economy's barriers so that the addressable share is at least `head_room` times observed use.

    `observed` holds the economies' shares online as the bytes of 64-bit floats, so that they can be remembered by.

    Skills and trust are proxies raised to observed use where they fall below it; the affordable share of income and the
    overlap of barriers are then the smallest that reach the goal in both groups (or the largest allowed).
    """
    table = load_table("countries")
    use = np.frombuffer(observed, dtype=np.float64)
    share = np.clip(table["urban_share"].to_numpy(dtype=np.float64), 0.02, 0.98)
    urban, rural = split(use, share, np.full(use.size, ODDS_FOR_SPLIT))
    countries, spread = Countries(use.size), table["log_income_sd"].to_numpy(dtype=np.float64)
    literacy = table["literacy"].to_numpy(dtype=np.float64)
    for place, level in (("urban", urban), ("rural", rural)):
        needed = np.minimum(head_room * level + 0.02, 0.995)
        getattr(countries, f"coverage_{place}")[:] = np.maximum(table[f"coverage_{place}"], needed)
        getattr(countries, f"skills_{place}")[:] = np.maximum(np.minimum(literacy, 0.35 + 0.6 * level), needed)
    countries.trust[:] = np.maximum(
        table["digital_trust"], np.minimum(head_room * np.maximum(urban, rural) + 0.02, 0.995)
    )
    countries.price[:] = table["access_price"]
    met = np.zeros(use.size, dtype=bool)
    for overlap in np.linspace(0.3, 1.0, 8):
        for affordable in np.linspace(low, high, 7):
            open_rows = ~met
            countries.overlap[open_rows], countries.affordable_share[open_rows] = overlap, affordable
            barriers(countries, spread)
            met |= (countries.addressable_urban >= np.minimum(head_room * urban, 0.99)) & (
                countries.addressable_rural >= np.minimum(head_room * rural, 0.99)
            )
    # where even the widest setting falls short, the price proxy is what is wrong: people there do afford access
    short = ~met
    for _ in range(60):
        if not short.any():
            break
        countries.price[short] *= 0.9
        barriers(countries, spread)
        reached = able_to_pay(countries, spread) >= np.minimum(head_room * np.maximum(urban, rural), 0.985)
        short &= ~reached
    names = ("coverage_urban", "coverage_rural", "skills_urban", "skills_rural", "trust", "price", "overlap")
    return {name: getattr(countries, name).copy() for name in (*names, "affordable_share")}
