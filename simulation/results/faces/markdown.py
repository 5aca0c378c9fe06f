"""The face of an answer in Markdown, for pages and for reports that are kept as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..answer import Answer


def markdown(answer: Answer, level: int = 1) -> str:
    """Return an answer as Markdown, its title as a heading of that level."""
    return "\n".join(_lines(answer, level)).rstrip() + "\n"


def table_of(headings: Sequence[str], lines: Sequence[Sequence[str]], words: Sequence[int] = (0,)) -> str:
    """Return a table; the columns of words stand left, all others right."""
    rule = "".join("|---" if place in words else "|---:" for place in range(len(headings))) + "|"
    head, *rows = ("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in (headings, *lines))
    return "\n".join([head, rule, *rows])


def _lines(answer: Answer, level: int) -> Iterator[str]:
    if answer.title:
        yield from (f"{'#' * level} {answer.title}", "")
    for sentence in answer.sentences:
        yield f"- {sentence}"
    if answer.sentences:
        yield ""
    for table in answer.tables:
        if table.lines:
            yield from (table_of(table.headings, table.lines, table.words), "")
    for part in answer.parts:
        yield from _lines(part, level + 1)
    for note in answer.notes:
        yield from (note, "")
