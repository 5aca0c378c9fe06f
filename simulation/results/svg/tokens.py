"""Colours of pages: for each series a stroke, and an ink for its label that can be read as text, light and dark.

Four series are told apart by colour and by dashes, with every common kind of colour blindness and in print. The strokes
are of the palette of Okabe and Ito; their inks are darker, since the strokes are too light for text.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..looks import INKS, STROKES

LEAST_CONTRAST = 4.5  # of text against its ground: WCAG 2.2, level AA


@dataclass(frozen=True)
class Scheme:
    """Colours on one ground: text, notes, lines behind the data, and by series the stroke and the ink of its label."""

    ground: str
    text: str
    note: str
    grid: str
    strokes: tuple[str, ...]
    inks: tuple[str, ...]


LIGHT = Scheme(
    ground="#ffffff",
    text="#1a1a1a",
    note="#595959",
    grid="#d9d9d9",
    strokes=STROKES,
    inks=INKS,
)
DARK = Scheme(
    ground="#16191d",
    text="#f2f2f2",
    note="#b8bec4",
    grid="#3d444c",
    strokes=("#b8bec4", "#56b4e9", "#f0a355", "#4cc9a4"),
    inks=("#b8bec4", "#56b4e9", "#f0a355", "#4cc9a4"),
)
# cividis in six steps, low to high: read the same with every common kind of colour blindness
STEPS = ("#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838")
DASHES = ("", "7 3", "2 3", "9 3 2 3")


def style() -> str:
    """Return the rules of a style sheet that give drawings their colours: light, dark and in print."""
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}"
    printed = f"@media print {{ :root {{ {_variables(LIGHT)} }} }}"
    return "\n".join([f":root {{ {_variables(LIGHT)} }}", dark, printed, *_classes()])


def _variables(scheme: Scheme) -> str:
    """Return the colours of a scheme as properties of a style sheet."""
    named = {"ground": scheme.ground, "text": scheme.text, "note": scheme.note, "grid": scheme.grid}
    named |= {f"stroke-{place}": colour for place, colour in enumerate(scheme.strokes)}
    named |= {f"ink-{place}": colour for place, colour in enumerate(scheme.inks)}
    return " ".join(f"--{name}: {colour};" for name, colour in named.items())


def _classes() -> list[str]:
    """Return the rules of the classes that drawings use."""
    rules = [
        ".drawing { direction: ltr; display: block; width: 100%; height: auto; font-size: 14px; }",
        ".on-telephones { display: none; }",
        "@media (max-width: 640px) { .on-pages { display: none; } .on-telephones { display: block; } }",
        "@media print { .on-pages { display: block; } .on-telephones { display: none; } }",
        ".drawing text { fill: var(--text); font-variant-numeric: tabular-nums; }",
        ".drawing .note { fill: var(--note); font-size: 12px; }",
        ".drawing .grid { stroke: var(--grid); stroke-width: 1; }",
        ".drawing .zero { stroke: var(--note); stroke-width: 1; }",
        ".drawing .target { stroke: var(--note); stroke-width: 1; stroke-dasharray: 4 3; }",
        ".drawing .head { font-weight: 600; }",
        ".drawing .leader { stroke-width: 1; }",
        ".drawing .range { stroke-width: 2.25; }",
        ".drawing .dot { stroke-width: 2; }",
        ".drawing .dot.open { fill: var(--ground); }",
        ".drawing .line { fill: none; stroke-width: 2.25; stroke-linejoin: round; }",
        ".drawing .line.halo { stroke: var(--ground); stroke-width: 6; }",
        ".drawing .wide { fill-opacity: .16; stroke: none; }",
        ".drawing .narrow { fill-opacity: .3; stroke: none; }",
    ]
    rules += [
        ".drawing .tile { fill: none; stroke: var(--note); stroke-width: 1; }",
        ".drawing .flow { fill-opacity: .35; stroke: none; }",
        ".drawing .rest { fill: var(--note); }",
        ".drawing .flow.rest { fill-opacity: .22; }",
        ".drawing .bubble { fill-opacity: .8; stroke: var(--ground); stroke-width: 1; }",
        ".drawing .bubble.same { fill: var(--note); fill-opacity: .45; }",
        ".drawing .bubble.fewer { fill: var(--stroke-3); }",
        ".drawing .bubble.more { fill: var(--stroke-2); }",
        ".drawing text.over { paint-order: stroke; stroke: var(--ground); stroke-width: 3; stroke-linejoin: round; }",
        ".drawing text.name { font-weight: 600; }",
        ".drawing .line.whole { stroke-dasharray: none; }",
        ".drawing .line.halo.thin { stroke-width: 4.5; }",
        ".drawing .closed { stroke: var(--text); stroke-width: 2; }",
        ".drawing .mark { fill: var(--ground); stroke: var(--text); stroke-width: 1; }",
        ".drawing text.marked { fill: var(--text); }",
        ".drawing .tile.marked { stroke: var(--text); stroke-width: 2.5; }",
    ]
    for place, colour in enumerate(STEPS):
        rules += [
            f".drawing .t{place} {{ fill: {colour}; }}",
            f".drawing text.c{place} {{ fill: {ink_on(colour)}; }}",
        ]
    for place, dash in enumerate(DASHES):
        dashes = f" stroke-dasharray: {dash};" if dash else ""
        rules += [
            f".drawing .s{place} {{ stroke: var(--stroke-{place});{dashes} }}",
            f".drawing .f{place} {{ fill: var(--stroke-{place}); }}",
            f".drawing text.i{place} {{ fill: var(--ink-{place}); font-weight: 600; }}",
        ]
    return [*rules, ".drawing .range, .drawing .dot { stroke-dasharray: none; }"]


def ink_on(colour: str) -> str:
    """Return the ink that reads best on a colour: black or white."""
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21. Source: WCAG 2.2, definition of contrast ratio."""
    first, second = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour written #rrggbb."""
    parts = [int(colour[place : place + 2], 16) / 255.0 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
