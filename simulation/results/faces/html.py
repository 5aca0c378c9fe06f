"""The face of an answer as one HTML file: opens without a network, prints, and is read on a telephone or aloud.

The file asks for nothing outside itself: its content security policy allows only the style sheet and the script that
stand in it, by their hashes. Figures are the drawings of `results.svg`.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from ...basis.late import pd
from ...basis.manifest import json_line
from ..answer import Answer, Card, Table
from ..charts import Chart
from ..living import Living
from ..svg.axes import BROAD
from ..svg.picture import is_drawn, paper_of, picture
from ..svg.tokens import style
from ..words.glossary import terms_in
from ..words.names import capitalised, said_as
from ..words.numbers import counted
from ..words.translating import ENGLISH
from .living import TABLE, in_page, section
from .translated import left_in, marked, plain, texts, translated, translator

HERE = Path(__file__).parent
CODE = re.compile("`([^`]+)`")  # a name of the program within a sentence
DIGITS = 5  # of a number in the data of a figure
PRINT, DATA, AGAIN = "Print", "Data", "Reproduce"
HOW_SURE, EVIDENCE, NUMBERS, APPENDIX = "How sure?", "Evidence", "Numbers", "Appendix"
LEVERS, GLOSSARY = "Numbers of all positions", "Terms of this page"
BLANK = re.compile(r"[ \n\t]+")  # a space that must not break is another sign
NOTICE_HERE = "<!--notice-->"  # stands in the head until it is known how many texts stay in English
NOTICE = (
    "Translated by the authors' program; no native speaker has read this translation yet. English texts that are left "
    "are underlined: {count}."
)
STRONG = re.compile(r"\*\*([^*]+)\*\*")
AS_TABLE, AS_CSV, SKIP = "Numbers of this figure", "Save as CSV", "Go to the answer"
INTERVAL = "90% interval {interval}"
MADE = "AfterAid {version}, seed {seed}, {runs}"
MADE_ON = "AfterAid {version}, seed {seed}, {runs}; page made on {date}"
FIRST_SENTENCES = 3  # stand on the first screen
CHANGES = ("Settings that differ from the baseline", "here", "in the baseline")
ASSUMED = ("name", "meaning", "value", "unit", "distribution", "standing", "source")
ASSUMPTIONS = "Assumptions with their sources"
LICENCE = "AfterAid is under the Apache License 2.0. The data that it rests on have their own licences."
HASHES = "SHA-256 of the data, first digits"


def html(
    answer: Answer, command: str = "", date: str = "", language: str = ENGLISH, own: Mapping[str, str] | None = None
) -> str:
    """Return an answer as a page.

    Args:
        answer: what was found, in English.
        command: makes the same results again.
        date: of the page.
        language: of the page; what has no translation is marked and stays in English.
        own: texts of this answer that no catalogue says, with what stands for them in the language.

    Raises InputError for a language that there is not.
    """
    css = style() + (HERE / "page.css").read_text(encoding="utf-8")
    scripts = ["page.js", *(["living.js"] if _has_levers(answer) else [])]
    script = "".join((HERE / name).read_text(encoding="utf-8") for name in scripts)
    policy = "; ".join(
        ["default-src 'none'", f"style-src {_hashed(css)}", f"script-src {_hashed(script)}", "base-uri 'none'",
         "form-action 'none'"]
    )  # fmt: skip
    say = None if language == ENGLISH else replace(translator(language), own=own or {})
    terms = terms_in(" ".join(texts(answer)))
    numbers: dict[str, Any] = {}
    living: list[dict[str, object]] = []
    if say is not None:
        answer = translated(answer, say)
    token = said_as.set(say or str)
    try:
        body = "\n".join(_body(answer, command, date, numbers, living, terms))
        if say is not None:
            body = marked(
                body.replace(NOTICE_HERE, f'<p class="note">{_w(NOTICE.format(count=len(left_in(body))))}</p>', 1),
                say,
            )
    finally:
        said_as.reset(token)
    more = _json("living-data", living) if living else ""
    return f"""<!doctype html>
<html lang="{say.code if say else ENGLISH}" dir="{say.direction if say else "ltr"}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(plain(answer.title))}</title>
<style>{css}</style>
</head>
<body>
{body.replace(NOTICE_HERE, "")}
{plain(_json("data", numbers) + more)}
<script>{script}</script>
</body>
</html>
"""


def _w(words: str) -> str:
    """Say a word of the page itself in the language of the page, escaped."""
    return escape(said_as.get()(words))


def _json(name: str, content: object) -> str:
    """Return data for the script of a page; no text in it can end the element."""
    written = json_line(content).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{written}</script>'


def _hashed(content: str) -> str:
    """Return the source expression of a policy that allows this content and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _body(
    answer: Answer, command: str, date: str, numbers: dict[str, Any], living: list[dict[str, object]],
    terms: Mapping[str, str],
) -> Iterator[str]:  # fmt: skip
    """Go through the parts of the page; data of figures and tables are gathered in `numbers`, of levers in `living`."""
    yield f'<a class="skip" href="#answer">{_w(SKIP)}</a>'
    yield from _head(answer, date)
    yield '<main id="answer">'
    yield from _first_screen(answer)
    has_numbers = any(table.lines for table in answer.tables)
    yield (
        f'<p class="actions"><button id="print" type="button">{_w(PRINT)}</button>'
        + (f'<a href="#numbers">{_w(DATA)}</a>' if has_numbers else "")
        + f'<a href="#appendix">{_w(AGAIN)}</a></p>'
    )
    yield from _levers(answer.levers, 2, numbers, living)
    more = _sentences(answer)[FIRST_SENTENCES:]
    if answer.charts or more:
        yield f'<section id="evidence" aria-labelledby="evidence-title"><h2 id="evidence-title">{_w(EVIDENCE)}</h2>'
        if more:
            yield "<ul>" + "".join(f"<li>{_said(sentence)}</li>" for sentence in more) + "</ul>"
        yield from _figures(answer.charts, numbers)
        yield "</section>"
    for part in answer.parts:
        yield from _part(part, 2, numbers, living)
    if has_numbers:
        yield f'<section id="numbers" aria-labelledby="numbers-title"><h2 id="numbers-title">{_w(NUMBERS)}</h2>'
        for table in answer.tables:
            yield from _table(table, numbers)
        yield "</section>"
    yield from _appendix(answer, command, numbers, terms)
    yield "</main>"


def _head(answer: Answer, date: str) -> Iterator[str]:
    """Say what was asked, and what made the answer."""
    yield f"<header><h1>{escape(answer.title)}</h1>"
    if answer.question:
        yield f'<p class="question">{escape(answer.question)}</p>'
    known = answer.manifest
    if "version" in known and "seed" in known:
        runs = counted(int(known.get("runs", 1)), "run")
        said = (MADE_ON if date else MADE).format(version=known["version"], seed=known["seed"], runs=runs, date=date)
        yield f'<p class="meta">{_w(said)}</p>'
    yield NOTICE_HERE
    yield "</header>"


def _first_screen(answer: Answer) -> Iterator[str]:
    """Show headlines, sentences, and how sure they are."""
    if answer.cards:
        yield f'<ul class="cards">{"".join(map(_card, answer.cards))}</ul>'
    sentences = "".join(f"<li>{_said(sentence)}</li>" for sentence in _sentences(answer)[:FIRST_SENTENCES])
    yield f'<div class="first">{f"<ul>{sentences}</ul>" if sentences else ""}'
    if answer.sure:
        sure = "".join(f"<p>{_said(sentence)}</p>" for sentence in answer.sure)
        yield f'<aside class="sure" aria-labelledby="sure-title"><h2 id="sure-title">{_w(HOW_SURE)}</h2>{sure}</aside>'
    yield "</div>"


def _sentences(answer: Answer) -> list[str]:
    """Return the sentences of an answer without those that say how sure they are, which have a place of their own."""
    return [sentence for sentence in answer.sentences if sentence not in answer.sure]


def _card(card: Card) -> str:
    parts = [
        f'<div class="words">{escape(capitalised(card.words))}</div>',
        f'<div class="value">{escape(card.value)}</div>',
    ]
    if card.change:
        parts.append(f"<div>{escape(card.change)}</div>")
    if card.interval:
        parts.append(f'<div class="note">{_w(INTERVAL.format(interval=card.interval))}</div>')
    if card.verdict:
        parts.append(f'<div class="verdict">{escape(card.verdict)}</div>')
    return f'<li class="card">{"".join(parts)}</li>'


def _figures(charts: Sequence[Chart], numbers: dict[str, Any]) -> Iterator[str]:
    """Show charts side by side; one that has no drawing is shown as its table."""
    yield '<div class="figures">'
    for chart in charts:
        name = _name(chart.name, numbers)
        numbers[name] = _rows(chart.table)
        across = ' class="across"' if paper_of(chart) == BROAD else ""
        yield f'<figure id="{name}"{across}><figcaption><h3>{escape(BLANK.sub(" ", chart.title))}</h3></figcaption>'
        drawn = picture(chart) if is_drawn(chart) else None
        if drawn is not None:
            yield drawn.wide + drawn.narrow
        if chart.note:
            yield f'<p class="note">{_said(chart.note)}</p>'
        yield _lazily(name, chart.up or chart.title, AS_TABLE) + "</figure>"
    yield "</div>"


def _levers(
    levers: Living | None, level: int, numbers: dict[str, Any], living: list[dict[str, object]]
) -> Iterator[str]:
    """Show levers that a reader can move, with the numbers of all their positions."""
    if levers is None:
        return
    name = _name(TABLE, numbers)
    numbers[name] = _rows(levers.table)
    living.append(in_page(levers, name))
    yield from section(levers, name, level)
    yield _lazily(name, LEVERS, LEVERS) + "</section>"


def _has_levers(answer: Answer) -> bool:
    """Say whether a reader can move levers on the page of an answer."""
    return answer.levers is not None or any(map(_has_levers, answer.parts))


def _part(part: Answer, level: int, numbers: dict[str, Any], living: list[dict[str, object]]) -> Iterator[str]:
    """Show an answer on a part of the question, under a heading of its own."""
    yield f"<section><h{level}>{escape(part.title)}</h{level}>"
    if part.question:
        yield f'<p class="question">{escape(part.question)}</p>'
    if part.cards:
        yield f'<ul class="cards">{"".join(map(_card, part.cards))}</ul>'
    if len(part.sentences) == 1:
        yield f"<p>{_said(part.sentences[0])}</p>"
    elif part.sentences:
        yield "<ul>" + "".join(f"<li>{_said(sentence)}</li>" for sentence in part.sentences) + "</ul>"
    yield from _figures(part.charts, numbers)
    for table in part.tables:
        yield from _table(table, numbers)
    for note in part.notes:
        yield f'<p class="note">{_said(note)}</p>'
    yield from _levers(part.levers, min(level + 1, 6), numbers, living)
    for inner in part.parts:
        yield from _part(inner, min(level + 1, 6), numbers, living)
    yield "</section>"


def _table(table: Table, numbers: dict[str, Any]) -> Iterator[str]:
    """Show a table that people see, with its numbers for a spreadsheet."""
    if not table.lines:
        return
    name = _name(table.name, numbers)
    numbers[name] = _rows(table.data)
    first, *others = table.headings
    head = "".join(
        f'<th scope="col"{_words(place, table)}>{escape(words)}</th>' for place, words in enumerate((first, *others))
    )
    rows = "".join(
        f'<tr><th scope="row" class="words">{_said(line[0])}</th>'
        + "".join(f"<td{_words(place, table)}>{_said(cell)}</td>" for place, cell in enumerate(line[1:], 1))
        + "</tr>"
        for line in table.lines
    )
    yield (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(first)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p><button type="button" data-csv="{name}">{_w(AS_CSV)}</button></p>'
    )


def _words(place: int, table: Table) -> str:
    return ' class="words"' if place == 0 or place in table.words else ""


def _appendix(answer: Answer, command: str, numbers: dict[str, Any], terms: Mapping[str, str]) -> Iterator[str]:
    """Say how to read the numbers, what was changed, what is assumed, and how to make them again."""
    yield f'<section id="appendix" aria-labelledby="appendix-title"><h2 id="appendix-title">{_w(APPENDIX)}</h2>'
    for note in answer.notes:
        yield f"<p>{_said(note)}</p>"
    yield from _changes(answer.manifest.get("changes"))
    yield from _assumptions(answer.manifest.get("parameters"), numbers)
    yield from _terms(terms)
    yield f"<h3>{_w(AGAIN)}</h3>"
    if command:
        yield f"<pre><code>{escape(command)}</code></pre>"
    yield f"<p>{_w(LICENCE)}</p>"
    hashes = answer.manifest.get("data_sha256")
    if isinstance(hashes, dict):
        listed = ", ".join(f"{name} {str(value)[:12]}" for name, value in sorted(hashes.items()))
        yield f'<details><summary>{_w(HASHES)}</summary><p class="note">{escape(listed)}</p></details>'
    yield "</section>"


def _terms(found: Mapping[str, str]) -> Iterator[str]:
    """List the terms of the glossary that stand in the answer, with their meanings."""
    if found:
        entries = "".join(f"<dt>{escape(term)}</dt><dd>{_said(meaning)}</dd>" for term, meaning in found.items())
        yield f'<details><summary>{_w(GLOSSARY)}</summary><dl lang="en" dir="ltr">{entries}</dl></details>'


def _changes(found: object) -> Iterator[str]:
    """List the settings that differ from the baseline."""
    if isinstance(found, list) and found:
        lines = tuple(tuple(f"`{one[name]}`" for name in ("setting", "value", "before")) for one in found)
        headings = tuple(map(said_as.get(), CHANGES))
        yield from _table(Table("changes", pd.DataFrame(lines, columns=list(CHANGES)), headings, lines, (0, 1, 2)), {})


def _assumptions(found: object, numbers: dict[str, Any]) -> Iterator[str]:
    """List every number of the rules with its range, source and standing, judged ones first."""
    if not isinstance(found, list) or not found:
        return
    rows = [[str(one[name]) for name in ASSUMED] for one in found]
    table = pd.DataFrame(rows, columns=list(ASSUMED)).sort_values("standing", key=_judged_first, kind="stable")
    numbers["assumptions"] = _rows(table)
    yield f"<h3>{_w(ASSUMPTIONS)}</h3>"
    yield _lazily("assumptions", ASSUMPTIONS, counted(len(table), "parameter"))


def _judged_first(standing: pd.Series[Any]) -> pd.Series[Any]:
    return standing.map({"judged": 0, "derived": 1, "published": 2})


def _lazily(name: str, caption: str, summary: str) -> str:
    """Return a table that is built when a reader opens it, with its file for a spreadsheet."""
    return (
        f'<details class="numbers"><summary>{_w(summary)}</summary>'
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(caption)}" lang="en" dir="ltr"'
        f' data-table="{name}"'
        f' data-caption="{escape(caption)}"></div>'
        f'<button type="button" data-csv="{name}">{_w(AS_CSV)}</button></details>'
    )


def _name(name: str, numbers: dict[str, Any]) -> str:
    """Return a name that is free on the page."""
    plain = "".join(sign if sign.isalnum() else "-" for sign in name).strip("-").lower() or "table"
    number, free = 2, plain
    while free in numbers:
        number, free = number + 1, f"{plain}-{number}"
    return free


def _rows(table: pd.DataFrame) -> dict[str, Any]:
    """Return a table as its columns: a list of plain values, or of texts and where each stands."""
    return {"columns": list(map(str, table.columns)), "values": [_column(table[name]) for name in table.columns]}


def _column(column: pd.Series[Any]) -> Any:
    values = [_plain(value) for value in column.tolist()]
    if values and all(isinstance(value, str) for value in values):
        texts = list(dict.fromkeys(values))
        return {"of": texts, "at": [texts.index(value) for value in values]}
    return values


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it; numbers with five figures that count."""
    if value is None or value is pd.NA:
        return None
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return " ".join(str(value).split())


def _said(text: str) -> str:
    """Write a sentence; what stands in it as `code` or **strong** is set so."""
    return STRONG.sub(r"<strong>\1</strong>", CODE.sub(r"<code>\1</code>", escape(text)))
