"""What all figures share: the look of axes, the grey of notes, and files whose bytes hang on what is drawn alone."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..basis.files import place_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NOTE, GRID = "#555555", "#DDDDDD"  # greys of notes under a figure, and of the lines behind it
DOTS = 150  # an inch


def plain_axes(axes: Axes, grid: Literal["x", "y", "both"] = "both") -> None:
    """Draw a faint grid behind what is drawn, and leave the frame's top and right side out."""
    axes.grid(axis=grid, color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


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
