"""An answer in another language: every text that a reader sees, said by the translator; numbers stay what they are."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from html import escape, unescape

from ..answer import Answer, Card, Table
from ..charts import Chart
from ..living import Living
from ..words.translating import CLOSE, MARKED, NUMBER, OPEN, Translator, catalogue_of, messages_of

DRAWING, TAG = re.compile(r"<svg.*?</svg>", re.S), re.compile(r"<[^>]*>", re.S)
TEXT = re.compile(r"(<text\b[^>]*>)([^<]+)(?=</text>)")
FROM_RIGHT = re.compile(r"[\u0600-\u06ff()]")  # words, and brackets of words that stand on another line
HIDDEN = re.compile(r"<(title|desc)>.*?</\1>", re.S)  # texts that only a screen reader says
ENGLISH_TEXT = '<tspan class="english" lang="en">'
LINE = 34  # signs of a title of a small chart
SHOWN = ("label", "panel", "unit", "target_words")  # columns of charts that are drawn as they stand


def translator(language: str) -> Translator:
    """Return who says English texts in a language; raises InputError for a language that there is not."""
    return Translator(language, messages_of(language), catalogue_of(language))


def translated(answer: Answer, say: Translator) -> Answer:
    """Return an answer with all its texts translated; tables of numbers and the manifest stay."""
    return replace(
        answer,
        title=say(answer.title),
        sentences=tuple(map(say, answer.sentences)),
        tables=tuple(_table(table, say) for table in answer.tables),
        charts=tuple(chart_in(chart, say) for chart in answer.charts),
        notes=tuple(map(say, answer.notes)),
        parts=tuple(translated(part, say) for part in answer.parts),
        cards=tuple(_card(card, say) for card in answer.cards),
        question=say(answer.question) if answer.question else "",
        sure=tuple(map(say, answer.sure)),
        levers=None if answer.levers is None else levers_in(answer.levers, say),
    )


def chart_in(chart: Chart, say: Translator) -> Chart:
    """Return a chart with its title, axes, note and labels translated; groups keep their keys, and so their colours."""
    shown = [name for name in SHOWN if name in chart.table]
    table = chart.table.assign(**{name: [_said(str(text), say) for text in chart.table[name]] for name in shown})
    texts = {name: say(text) if (text := getattr(chart, name)) else "" for name in ("title", "across", "up", "note")}
    return replace(chart, table=table, **texts)


def _said(text: str, say: Translator) -> str:
    """Translate a label of a chart; one in several lines is broken anew."""
    said = say(" ".join(text.split())) if text else ""
    return "\n".join(textwrap.wrap(said, LINE)) if "\n" in text else said


def levers_in(levers: Living, say: Translator) -> Living:
    """Return living levers with all their texts translated."""
    sliders = tuple(replace(one, title=say(one.title), words=tuple(map(say, one.words))) for one in levers.sliders)
    table = levers.table.map(lambda cell: say(str(cell)) if cell else "")
    notes = tuple(map(say, levers.notes))
    return replace(levers, sliders=sliders, outcomes=tuple(map(say, levers.outcomes)), table=table, notes=notes)


def texts(answer: Answer) -> Iterator[str]:
    """Go through all texts of an answer that a reader sees."""
    yield from (answer.title, answer.question, *answer.sentences, *answer.notes, *answer.sure)
    for card in answer.cards:
        yield from (card.words, card.verdict)
    for table in answer.tables:
        yield from table.headings
        for line in table.lines:
            yield from line
    for chart in answer.charts:
        yield from (chart.title, chart.across, chart.up, chart.note)
    for part in answer.parts:
        yield from texts(part)


def marked(body: str, say: Translator) -> str:
    """Return a page's body with English texts marked as such; attributes and hidden texts of drawings hold no mark."""

    def drawn(found: re.Match[str]) -> str:
        left = False  # in English, since an earlier line of the same label

        def line(node: re.Match[str]) -> str:
            nonlocal left
            text = (OPEN if left else "") + node[2]
            left = text.rfind(OPEN) > text.rfind(CLOSE)
            if OPEN not in text:
                return node[1] + _node(text, say)
            return node[1] + (text + (CLOSE if left else "")).replace(OPEN, ENGLISH_TEXT).replace(CLOSE, "</tspan>")

        return TEXT.sub(line, found[0])

    body = TAG.sub(lambda tag: plain(tag[0]), HIDDEN.sub(lambda text: plain(text[0]), DRAWING.sub(drawn, body)))
    return body.replace(OPEN, '<span class="english" lang="en" dir="ltr">').replace(CLOSE, "</span>")


def left_in(body: str) -> set[str]:
    """Return the texts of a page's body that stay in English; one that a drawing breaks into lines is one text."""
    return {" ".join(TAG.sub(" ", text).split()) for text in MARKED.findall(body)}


def plain(text: str) -> str:
    """Return a text without the marks of what stays in English."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def _node(text: str, say: Translator) -> str:
    """Say a word of a drawing that was not yet said: a number of an axis, or one of the drawing's own words."""
    known = say.exactly(unescape(text)) or say.quantity(text)
    said = say.signs_first(escape(known) if known else say.numbers(text) if NUMBER.fullmatch(text) else text)
    return f"\u2067{said}\u2069" if say.direction == "rtl" and FROM_RIGHT.search(said) else said


def _table(table: Table, say: Translator) -> Table:
    lines = tuple(tuple(say(cell) if cell else "" for cell in line) for line in table.lines)
    return replace(table, headings=tuple(say(words) if words else "" for words in table.headings), lines=lines)


def _card(card: Card, say: Translator) -> Card:
    said = {name: say(text) if text else "" for name, text in vars(card).items() if name != "interval"}
    return Card(**said, interval=card.interval)  # the page says it within a sentence
