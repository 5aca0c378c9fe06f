"""Colours, line styles and hatches of figures: each name of a figure has a look of its own, however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Okabe and Ito's palette: told apart with every common kind of colour blindness, and in the order that contrasts most.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442", "#999999")
LINES = ("-", "--", ":", "-.")
HATCHES = ("", "///", "...", "xxx")

LineStyle = str | tuple[int, tuple[int, ...]]


@dataclass(frozen=True)
class Look:
    """How one name is drawn: the colour, the style of its line, and the hatch of its area or bar.

    The first nine names have solid lines and plain areas; the next nine have the same colours with dashed lines and
    hatched areas, and so on.
    """

    colour: str
    line: LineStyle
    hatch: str


def look(place: int) -> Look:
    """Return the look of the name at a place, counted from 0; no two places have the same."""
    turn, within = divmod(place, len(PALETTE))
    if turn < len(LINES):
        return Look(PALETTE[within], LINES[turn], HATCHES[turn])
    return Look(PALETTE[within], (0, (2 * turn, 2)), "|" * turn)


def looks(names: Iterable[object]) -> dict[str, Look]:
    """Return the look of each name, in the order in which the names first stand."""
    return {name: look(place) for place, name in enumerate(dict.fromkeys(map(str, names)))}
