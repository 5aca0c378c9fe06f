"""Colours, line styles and hatches of figures: one thing has one colour in all figures, and each name its own look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LineStyle = str | tuple[int, tuple[int, ...]]

# Okabe and Ito's palette: told apart with every common kind of colour blindness, and in the order that contrasts most.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442", "#999999")
LINES = ("-", "--", ":", "-.")
HATCHES = ("", "///", "...", "xxx")

# Four series, as every figure of a run shows at most: the stroke of a line, the ink of its label (4.5:1 on white) and
# a dash pattern, so that no reader needs the colour. The drawing for pages takes strokes, inks and places from here.
MOST_SERIES = 4
STROKES = ("#000000", "#0072B2", "#D55E00", "#009E73")
INKS = ("#595959", "#0072b2", "#b34700", "#007a5c")
DASHES: tuple[LineStyle, ...] = ("-", (0, (7, 2)), (0, (2, 2)), (0, (9, 2, 2, 2)))
OTHERS = "#999999"  # what is added up, and named nothing
PLACES = {  # name -> which of the four it is in every figure
    "world": 0, "HIC": 1, "recipients": 2, "LDC": 3,
    "abrupt": 0, "linear_phase_down": 1, "community_enterprise": 2, "government_handover": 3,
    "adaptive": 2, "commercialisation": 1, "service_fund_handover": 2, "endowment": 1, "evergreen": 3,
    "donor": 1, "users": 2, "government": 3, "base": 0, "levers": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """How one name is drawn: the colour, the style of its line, and the hatch of its area or bar.

    The first nine names have solid lines and plain areas; the next nine have the same colours with dashed lines and
    hatched areas, and so on.
    """

    colour: str
    line: LineStyle
    hatch: str
    ink: str = ""


def look(place: int) -> Look:
    """Return the look of the name at a place, counted from 0; no two places have the same."""
    turn, within = divmod(place, len(PALETTE))
    if turn < len(LINES):
        return Look(PALETTE[within], LINES[turn], HATCHES[turn])
    return Look(PALETTE[within], (0, (2 * turn, 2)), "|" * turn)


def looks(names: Iterable[object]) -> dict[str, Look]:
    """Return the look of each name, in the order in which the names first stand."""
    return {name: look(place) for place, name in enumerate(dict.fromkeys(map(str, names)))}


def places(names: Iterable[object]) -> dict[str, int]:
    """Return which of the four strokes each of up to four names has: one thing has the same in every figure."""
    known = list(dict.fromkeys(map(str, names)))
    free = list(range(MOST_SERIES))
    placed: dict[str, int] = {}
    for name in sorted(known, key=lambda name: name not in PLACES):
        wanted = PLACES.get(name, 2)
        placed[name] = wanted if wanted in free else free[0]
        free.remove(placed[name])
    return {name: placed[name] for name in known}


def series(names: Iterable[object]) -> dict[str, Look]:
    """Return the look of up to four names by their places. More names have looks in order."""
    known = list(dict.fromkeys(map(str, names)))
    if len(known) > MOST_SERIES:
        return looks(known)
    return {name: Look(STROKES[at], DASHES[at], "", INKS[at]) for name, at in places(known).items()}
