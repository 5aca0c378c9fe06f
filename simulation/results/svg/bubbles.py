"""Bubbles of economies near where they lie on the map, each as large as its number of people, pushed apart."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ...basis.late import pd
from ...basis.units import FloatArray
from ...measures.groups import tile_grid
from ..charts import Chart
from ..words.names import place, said_as
from ..words.numbers import figures
from .axes import Paper
from .marks import NOTE_SIZE, element, text, width_of

SHARE = 0.34  # of the area of the drawing that the bubbles fill at most
ROUNDS, APART, BACK = 120, 0.45, 0.02  # of pushing: how often, the part of an overlap undone, the part of the way home
PUSHED = 3.0  # pixels: smaller bubbles stay where they are
LEGEND, ASPECT, ASPECT_NARROW = 26.0, 0.52, 0.92  # pixels; height over width
CODE_FROM, CODE_WITHIN, CODE_SIZE = 11.0, 6.0, 10.5  # pixels: the smallest bubble with its code, in its largest year
# and in the year that is shown; the size of the code
MARKED = 0.01  # of the people: smaller changes have no sign
FEWER, MORE, SAME = LOOKS = ("fewer", "more", "same")
SIGNS = {FEWER: "\u2212", MORE: "+", SAME: ""}
MOST_NAMED = 3  # economies that the words name


def draw_bubbles(chart: Chart, paper: Paper) -> tuple[str, str, float]:
    """Draw people by economy in the last year: iso3, year, value, change, layout. Returns marks, words and height.

    A change is against another world, missing where there is none; a page may show the other years. By `layout`, people
    too, bubbles are placed and scaled, so that drawings with the same layout can be compared.
    """
    values, changes = wide_of(chart.table, "value"), wide_of(chart.table, "change")
    height = paper.width * (ASPECT_NARROW if paper.narrow else ASPECT)
    largest = wide_of(chart.table, "layout").max(axis=0).to_numpy(float)
    scale = float(np.sqrt(SHARE * paper.width * height / (np.pi * max(largest.sum(), 1.0))))
    codes = tuple(str(code) for code in values.columns)
    centres = _centres(codes, tuple(np.round(scale * np.sqrt(largest), 1).tolist()), paper.width, height)
    looks = looks_of(values.iloc[[-1]], changes.iloc[[-1]])[0]
    circles, names = [], []
    for code, (x, y), value, most, look in zip(
        codes, centres.tolist(), values.iloc[-1], largest, looks, strict=True
    ):  # fmt: skip
        said = f"{said_as.get()(place(code))}: {figures(float(value))}".replace("&", "&amp;")
        radius = scale * float(np.sqrt(value))
        circles.append(
            element("circle", element("title", said), cx=x, cy=LEGEND + y, r=radius, class_=f"bubble {look}")
        )
        if scale * np.sqrt(most) >= CODE_FROM:
            names.append(
                text(
                    (x, LEGEND + y + 3.5), code + SIGNS[look], class_="over name", text_anchor="middle",
                    font_size=CODE_SIZE, data_code=code, data_own="code",
                    display=None if radius >= CODE_WITHIN else "none",
                )
            )  # fmt: skip
    marks = element("g", *circles, *names, class_="bubbles", data_scale=f"{scale:.6g}")
    known = changes.notna().to_numpy().any()
    legend = _legend(chart.up, paper) if known else text((0.0, 13.0), chart.up, class_="note")
    return legend + marks, _words(chart, values, changes), LEGEND + height


def wide_of(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a column by year and economy, with a row a year."""
    return table.astype({"iso3": str}).pivot(index="year", columns="iso3", values=column)


def looks_of(values: pd.DataFrame, changes: pd.DataFrame) -> list[list[str]]:
    """Say of each year and economy whether fewer or more people are there than in the other world, or about as many."""
    people, differ = values.to_numpy(float), changes.to_numpy(float)
    large = np.abs(differ) >= MARKED * np.maximum(people - differ, 1.0)
    found = np.where(large & (differ < 0.0), FEWER, np.where(large & (differ > 0.0), MORE, SAME))
    return [[str(look) for look in row] for row in found]


@lru_cache(maxsize=32)
def _centres(codes: tuple[str, ...], radii: tuple[float, ...], width: float, height: float) -> FloatArray:
    """Return where the bubbles lie, (economies, 2): near their places on the map, and apart from each other."""
    grid = tile_grid().set_index("iso3").reindex(codes)
    size = np.array(radii) + 0.75
    large = np.flatnonzero(size >= PUSHED)
    home = np.column_stack([grid["column"], grid["row"]]).astype(float)
    home = (home - home.min(axis=0)) / np.maximum(np.ptp(home, axis=0), 1.0)
    home = size.max() * 0.5 + home * (np.array([width, height]) - size.max())
    at, mine = home[large], size[large, None]
    wanted = mine + mine.T
    np.fill_diagonal(wanted, 0.0)
    weight = mine.T**2 / (mine**2 + mine.T**2)  # the larger one moves less
    for _ in range(ROUNDS):
        gap = at[:, None, :] - at[None, :, :]
        distance = np.maximum(np.hypot(gap[..., 0], gap[..., 1]), 1e-3)
        push = np.maximum(wanted - distance, 0.0) * weight * APART / distance
        at += (gap * push[..., None]).sum(axis=1) + BACK * (home[large] - at)
        at = np.clip(at, mine, np.array([width, height]) - mine)
    centres = home.copy()
    centres[large] = at
    found: FloatArray = centres
    return found


def _legend(title: str, paper: Paper) -> str:
    """Draw what the colours mean."""
    say, drawn, left = said_as.get(), [], 0.0
    for look, words in ((FEWER, "fewer"), (MORE, "more"), (SAME, "alike")):
        said = f"{SIGNS[look]} {say(words)}".strip()
        drawn.append(element("circle", cx=left + 7.0, cy=9.0, r=7.0, class_=f"bubble {look}"))
        drawn.append(text((left + 18.0, 13.0), said, class_="note"))
        left += 30.0 + width_of(said, NOTE_SIZE)
    if not paper.narrow:
        drawn.append(text((paper.width, 13.0), say(title), class_="note", text_anchor="end"))
    return "".join(drawn)


def _words(chart: Chart, values: pd.DataFrame, changes: pd.DataFrame) -> str:
    """Name the economies with most people, and where most fewer or more are."""
    say, last, differ = said_as.get(), values.iloc[-1], changes.iloc[-1].dropna()
    said = [f"{chart.title}. {chart.up}."]
    ends = (("Most", last.nlargest(MOST_NAMED)), ("Most fewer", differ[differ < 0.0].nsmallest(MOST_NAMED)),
            ("Most more", differ[differ > 0.0].nlargest(MOST_NAMED)))  # fmt: skip
    for words, some in ends:
        if len(some):
            named = ", ".join(f"{say(place(str(code)))} {figures(float(value))}" for code, value in some.items())
            said.append(say("{first}: {second}").format(first=say(words), second=named) + ".")
    return " ".join(said)
