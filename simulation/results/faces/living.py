"""Living levers on a page: a reader moves levers between positions that were run.

The page holds every position's numbers as a table, so the sliders work without a network, and nothing is interpolated.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import numpy as np

from ..living import Living, Slider
from ..svg.axes import FOOT, NARROW, WIDE, Paper, Span, across, left_of, upright
from ..svg.marks import LINE_OF_TEXT, element, path, text
from ..words.names import said_as

TITLE, BACK, HELP = "Move the levers", "Back to the base", "Each lever stops at the positions that were run."
FIGURE, UP, ALONG = "What still serves, by years after exit", "initiatives still serving (%)", "years after exit"
NO_SCRIPT = "The levers need JavaScript. All numbers are in the table below them."
BASE, MOVED = "base", "with the levers as they stand"
TOP, RIGHT = 34.0, 16.0
TABLE = "levers"
TOP_LEVEL = 2  # of headings, below the title of a page


def section(living: Living, table: str, level: int) -> Iterator[str]:
    """Return the levers, the outcomes at the base, and the picture; the section is left open for its table.

    Args:
        living: the levers.
        table: name of their numbers, which no other levers of the page have.
        level: of the heading.
    """
    title = f"{table}-title"
    landmark = f' aria-labelledby="{title}"' if level == TOP_LEVEL else ""  # parts of a page have levers of one title
    yield f'<section id="{table}" class="living-levers"{landmark}>'
    yield f'<h{level} id="{title}">{said(TITLE)}</h{level}>'
    yield "".join(f"<p>{escape(note)}</p>" for note in living.notes)
    yield f"<noscript><p>{said(NO_SCRIPT)}</p></noscript>"
    yield '<div class="living"><form class="sliders" autocomplete="off">'
    for place, slider in enumerate(living.sliders):
        yield _slider(f"{table}-lever-{place}", slider)
    yield f'<p class="note">{said(HELP)}</p>'
    yield f'<button class="living-back" type="button" disabled>{said(BACK)}</button></form>'
    yield f'<div><ul class="cards">{"".join(_cards(living))}</ul>'
    yield '<p class="living-said note" aria-live="polite"></p>'
    below = min(level + 1, 6)
    yield f"<figure><figcaption><h{below}>{said(FIGURE)}</h{below}></figcaption>"
    yield "".join(_frame(living, paper) for paper in (WIDE, NARROW))
    yield "</figure></div></div>"


def in_page(living: Living, table: str) -> dict[str, object]:
    """Return what the script needs beside the table: sizes, the base, times, and curves in tenths of a percent."""
    whole = np.round(1000.0 * np.nan_to_num(living.curves, nan=-1.0)).astype(int)
    return {
        "table": table,
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


def _slider(name: str, slider: Slider) -> str:
    words, last = slider.words[slider.base], len(slider.words) - 1
    return (
        f'<p><label for="{name}">{escape(slider.title)}</label>'
        f'<output id="{name}-said" for="{name}">{escape(words)}</output>'
        f'<input id="{name}" type="range" min="0" max="{last}" step="1" value="{slider.base}" disabled '
        f'aria-valuetext="{escape(words)}"></p>'
    )


def _cards(living: Living) -> Iterator[str]:
    """Write each outcome with its level at the base; the script fills in what the levers change."""
    row = living.table.iloc[living.at_base].tolist()[len(living.sliders) :]
    for place, words in enumerate(living.outcomes):
        yield (
            f'<li class="card"><div class="words">{escape(words)}</div>'
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
