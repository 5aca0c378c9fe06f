"""What all figures share: the look of axes, the grey of notes, and files whose bytes depend only on what is drawn."""

from __future__ import annotations

import io
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..basis.files import place_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NOTE, GRID = "#555555", "#DDDDDD"  # greys of notes under a figure, and of the lines behind it
DOTS = 150  # an inch
SIGNS_AN_INCH = 9.5  # of a title in bold letters of 11 points


def plain_axes(axes: Axes, grid: Literal["x", "y", "both"] = "both") -> None:
    """Draw a faint grid behind what is drawn, and leave the frame's top and right side out."""
    axes.grid(axis=grid, color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def heading(figure: Figure, title: str, subtitle: str = "") -> None:
    """Write a figure's title at its left, with a subtitle below, in lines that fit its width."""
    width = int(figure.get_figwidth() * SIGNS_AN_INCH)
    lines = "\n".join([*textwrap.wrap(title, width), *textwrap.wrap(subtitle, width)])
    figure.suptitle(lines, x=0.01, ha="left", fontweight="bold", fontsize=11)


def save(figure: Figure, path: Path, dots: int = DOTS) -> Path:
    """Write a figure as a PNG file that is there whole or not at all, its folder made if need be; return its path.

    Args:
        figure: what is written; the same figure gives the same bytes, with no version of a program in them.
        path: of the file.
        dots: per inch.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=dots, metadata={"Software": None})
    place_whole(path, drawn.getvalue())
    return path
