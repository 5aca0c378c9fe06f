"""What all figures share: the look of axes, the grey of notes, and files whose bytes depend only on what is drawn."""

from __future__ import annotations

import io
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..basis.files import place_whole

SLIDE = (12.8, 7.2)  # inches: a figure of a run fills a slide of 16 to 9
TITLE_SIZE, TEXT_SIZE, NOTE_SIZE = 19.0, 13.0, 10.5
LETTER = 0.62  # width of a letter over its size, of a broad text
SALT = "afteraid"  # of the names within an SVG file, so that the same figure gives the same bytes

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


def wrapped(text: str, size: float, part: float = 1.0) -> str:
    """Break a text into lines that fit a part of the width of a slide, at a size in points."""
    letters = 72.0 * SLIDE[0] * part / (LETTER * size)
    return "\n".join(textwrap.wrap(text, int(letters)))


def slide(figure: Figure, title: str, subtitle: str, note: str) -> None:
    """Write the finding as the title at the left, what is shown below it, and the note at the foot."""
    lines = wrapped(title, TITLE_SIZE)
    figure.suptitle(lines, x=0.01, ha="left", fontweight="bold", fontsize=TITLE_SIZE, parse_math=False)
    figure.axes[0].set_title(
        wrapped(subtitle, TEXT_SIZE, 0.7), loc="left", fontsize=TEXT_SIZE - 1, color=NOTE, pad=20.0, parse_math=False
    )
    figure.supxlabel(wrapped(note, NOTE_SIZE), x=0.01, ha="left", fontsize=NOTE_SIZE, color=NOTE, parse_math=False)


def save_both(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write a figure as PNG and as SVG; the same figure gives the same bytes. Returns both paths."""
    import matplotlib

    drawn = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": SALT}):
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    figure.set_layout_engine("none")  # everything is in its place now
    pixels = save(figure, folder / f"{name}.png")
    place_whole(folder / f"{name}.svg", drawn.getvalue())
    return [pixels, folder / f"{name}.svg"]


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
