"""The one line width of pages that are written from the model."""

from __future__ import annotations

import re
from textwrap import fill

WIDTH = 120
MARKED = re.compile(r"(\s*)([-*]|\d+\.)\s+")  # a list item
CODE = re.compile(r"`[^`\n]+`")


def wrapped(page: str) -> str:
    """Return a Markdown page with its prose and lists in lines of one width; tables and headings stay as they are.

    The page has no blocks of code.
    """
    lines: list[str] = []
    first = ""
    prose: list[str] = []
    for line in [*page.split("\n"), ""]:
        text = line.strip()
        item = MARKED.match(line)
        stands = not text or text[0] in "|#!"
        if prose and (stands or item):
            lines.append(_filled(first, prose))
            prose = []
        if stands:
            lines.append(line)
        elif item or not prose:
            first = item[0] if item else line[: len(line) - len(line.lstrip())]
            prose = [line[len(first) :].strip()]
        else:
            prose.append(text)
    return "\n".join(lines[:-1])


def _filled(first: str, prose: list[str]) -> str:
    """Fill one paragraph or list item, which begins with `first`; a piece of code is never broken."""
    text = CODE.sub(lambda code: code[0].replace(" ", "\0"), " ".join(prose))
    later = " " * len(first)
    return fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    ).replace("\0", " ")
