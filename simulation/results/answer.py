"""The answer of a study, whatever was studied: a title, sentences, tables, charts, notes and a manifest.

An answer is content alone. The faces (`results.faces`) print it on a terminal, as Markdown or as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..basis.late import pd
from ..basis.short import Short
from .charts import Chart
from .living import Living


@dataclass(frozen=True)
class Table:
    """A table of an answer: tidy numbers for machines, and the same as text for people.

    Attributes:
        name: of the table in JSON and in files.
        data: tidy numbers; one row an observation.
        headings: of the columns that people see; the first one may be the title of the table.
        lines: cells as text. An interval stands in brackets at the end of its cell. Without lines, people don't see
            the table: the sentences say it.
        words: numbers of the columns that hold words and stand left; all others hold numbers and stand right.
    """

    name: str
    data: pd.DataFrame
    headings: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    words: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Card:
    """One number of the first screen of a page: what it is, its value, and how sure it is.

    Attributes:
        words: what is counted.
        value: the number with its unit, as text.
        interval: its 90% interval; empty where none is given.
        change: against the other side of a comparison, or against the first year.
        verdict: whether the change is clear, and matters.
    """

    words: str
    value: str
    interval: str = ""
    change: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class Answer(Short):
    """What a study found.

    Attributes:
        title: what was studied, with what the user changed.
        sentences: the answer, most important first; each is a whole sentence.
        tables: what the sentences rest on.
        charts: figures before they are drawn.
        notes: how to read the numbers, and what a reader has to know.
        manifest: how the answer came about.
        parts: answers on parts of the question, such as one outcome of a study.
        cards: the headlines, which a page shows first; none where an answer has no headline.
        question: that was asked, as people ask it.
        sure: sentences on how sure the answer is, and what would turn it.
        levers: that a reader can move on a page; other faces leave them out.
    """

    title: str
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()
    manifest: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Answer, ...] = ()
    cards: tuple[Card, ...] = ()
    question: str = ""
    sure: tuple[str, ...] = ()
    levers: Living | None = None

    def table(self, name: str) -> pd.DataFrame:
        """Return the numbers of a table; raises KeyError where the answer has no such table."""
        return next(table.data for table in self.all_tables() if table.name == name)

    def all_tables(self) -> Iterator[Table]:
        """Go through the tables of the answer and of its parts."""
        yield from self.tables
        for part in self.parts:
            yield from part.all_tables()

    def all_charts(self) -> Iterator[Chart]:
        """Go through the charts of the answer and of its parts."""
        yield from self.charts
        for part in self.parts:
            yield from part.all_charts()
