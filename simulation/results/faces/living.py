"""Living levers: a part of a page on which a reader moves levers between positions that were run.

The page holds every position's numbers as a table, so the sliders work without a network, and nothing is interpolated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import numpy as np

from ...basis.late import pd
from ...basis.units import FloatArray
from ..svg.axes import FOOT, NARROW, WIDE, Paper, Span, across, left_of, upright
from ..svg.marks import LINE_OF_TEXT, element, path, text
from ..words.names import said_as

TITLE, BACK, HELP = "Move the levers", "Back to the base", "Each lever stops at the positions that were run."
FIGURE, UP, ALONG = "What still serves, by years after exit", "initiatives still serving (%)", "years after exit"
NO_SCRIPT = "The levers need JavaScript. All numbers are in the table below them."
BASE, MOVED = "base", "with the levers as they stand"
TOP, RIGHT = 34.0, 16.0
TABLE = "levers"


@dataclass(frozen=True)
class Slider:
    """One lever: its title, what each position is called, and which of them is the base's."""

    title: str
    words: tuple[str, ...]
    base: int


@dataclass(frozen=True)
class Living:
    """Levers with what was found at every combination of positions.

    Attributes:
        sliders: the levers; combinations are counted with the last one changing fastest.
        outcomes: what each outcome is called.
        table: a row a combination: a column a lever, then of each outcome its level, its change, and the verdict.
        times: years of the curve.
        curves: share still serving, (combinations, 3, times): low, median, high.
        notes: sentences on how it was made.
    """

    sliders: tuple[Slider, ...]
    outcomes: tuple[str, ...]
    table: pd.DataFrame
    times: tuple[float, ...]
    curves: FloatArray
    notes: tuple[str, ...]

    @property
    def at_base(self) -> int:
        """Return which combination is the base."""
        sizes = [len(slider.words) for slider in self.sliders]
        return int(np.ravel_multi_index([slider.base for slider in self.sliders], sizes))


def section(living: Living) -> Iterator[str]:
    """Return the levers, the outcomes at the base, and the picture."""
    yield f'<section id="living" aria-labelledby="living-title"><h2 id="living-title">{said(TITLE)}</h2>'
    yield "".join(f"<p>{escape(note)}</p>" for note in living.notes)
    yield f"<noscript><p>{said(NO_SCRIPT)}</p></noscript>"
    yield '<div class="living"><form class="sliders" autocomplete="off">'
    for place, slider in enumerate(living.sliders):
        yield _slider(place, slider)
    yield f'<p class="note">{said(HELP)}</p>'
    yield f'<button id="living-back" type="button" disabled>{said(BACK)}</button></form>'
    yield f'<div><ul class="cards">{"".join(_cards(living))}</ul>'
    yield '<p id="living-said" class="note" aria-live="polite"></p>'
    yield f"<figure><figcaption><h3>{said(FIGURE)}</h3></figcaption>"
    yield "".join(_frame(living, paper) for paper in (WIDE, NARROW))
    yield "</figure></div></div>"


def in_page(living: Living) -> dict[str, object]:
    """Return what the script needs beside the table: sizes, the base, times, and curves in tenths of a percent."""
    whole = np.round(1000.0 * np.nan_to_num(living.curves, nan=-1.0)).astype(int)
    return {
        "sizes": [len(slider.words) for slider in living.sliders],
        "words": [list(slider.words) for slider in living.sliders],
        "base": [slider.base for slider in living.sliders],
        "outcomes": list(living.outcomes),
        "times": list(living.times),
        "curves": whole.tolist(),
    }


def said(words: str) -> str:
    """Say a word of the page in its language, escaped."""
    return escape(said_as.get()(words))


def _slider(place: int, slider: Slider) -> str:
    words, last = slider.words[slider.base], len(slider.words) - 1
    return (
        f'<p><label for="lever-{place}">{escape(slider.title)}</label>'
        f'<output id="lever-{place}-said" for="lever-{place}">{escape(words)}</output>'
        f'<input id="lever-{place}" type="range" min="0" max="{last}" step="1" value="{slider.base}" disabled '
        f'aria-valuetext="{escape(words)}"></p>'
    )


def _cards(living: Living) -> Iterator[str]:
    """Write each outcome with its level at the base; the script fills in what the levers change."""
    row = living.table.iloc[living.at_base].tolist()[len(living.sliders) :]
    for place, words in enumerate(living.outcomes):
        yield (
            f'<li class="card" id="outcome-{place}"><div class="words">{escape(words)}</div>'
            f'<div class="value">{escape(str(row[3 * place]))}</div><div class="change"></div>'
            f'<div class="verdict"></div></li>'
        )


def _frame(living: Living, paper: Paper) -> str:
    """Draw the axes and the base's curve, with room for the one that the levers give."""
    foot = paper.height - FOOT - LINE_OF_TEXT
    left, right = left_of(0.0, 100.0), paper.width - RIGHT
    along, up = Span(living.times[0], living.times[-1], left, right), Span(0.0, 100.0, foot, TOP)
    middle = 100.0 * living.curves[living.at_base, 1]
    points = [(along.at(t), up.at(v)) for t, v in zip(living.times, middle, strict=True) if np.isfinite(v)]
    marks = [
        upright(up, left, right, said_as.get()(UP), paper), across(along, foot, paper, said_as.get()(ALONG)),
        path([(left, foot)], class_="living-range wide f1"), path(points, class_="line s0"),
        path([(left, foot)], class_="living-line line s1"),
        text((right, TOP + 14.0), BASE, class_="i0", text_anchor="end"),
        text((right, TOP + 14.0 + LINE_OF_TEXT), MOVED, class_="living-name i1", text_anchor="end"),
    ]  # fmt: skip
    scale = {"left": left, "right": right, "foot": foot, "top": TOP}
    return element(
        "svg", element("title", said(FIGURE)), element("desc", said(HELP)), *marks, role="img",
        class_=f"drawing {'on-telephones' if paper.narrow else 'on-pages'} living-picture",
        viewBox=f"0 0 {paper.width:.0f} {paper.height:.0f}", xmlns="http://www.w3.org/2000/svg",
        **{f"data-{name}": value for name, value in scale.items()},
    )  # fmt: skip
