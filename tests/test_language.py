"""The documentation is written in plain English: short sentences, the field's terms, one line width."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from afteraid.experiments.pages.layout import wrapped

ROOT = Path(__file__).resolve().parent.parent
MOST_WORDS = 30
WIDTH = 120
LATER = ("answers.md",)  # made again at full size
PAGES = ["README.md", "tools/README.md"] + [
    path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*.md")) if path.name not in LATER
]
BANNED = (
    r"told from", r"told of", r"told apart", r"can't be told", r"\bluck\b", r"holds? zero", r"shows? dear",
    r"\bhangs? on\b", r"\b(?:go|goes|going|gone|went) on with\b", r"\bbeside\b", r"\bwhom\b",
    r"ways? of (?:leaving|financing)", r"ways? to pay", r"pareto set", r"not a finding", r"\bthe ones\b", r"\bbands?\b",
)  # fmt: skip
ITEM = re.compile(r"(?:[-*]|\d+\.)\s+")


def paragraphs(page: str) -> list[str]:
    """The prose of a Markdown page, one string a paragraph or list item, without code, tables and headings."""
    page = re.sub(r"^```.*?^```$|<!--.*?-->", "", page, flags=re.MULTILINE | re.DOTALL)
    found: list[list[str]] = [[]]
    after_gap, in_code = True, False
    for line in page.splitlines():
        text = line.strip()
        item = ITEM.match(text)
        in_code = line.startswith("    ") and bool(text) and (in_code or (after_gap and not item))
        after_gap = not text
        if not text or item or in_code or text[0] in "|#":
            found.append([])
        if text and not in_code and text[0] not in "|#":
            found[-1].append(text[item.end() :] if item else text)
    return [" ".join(lines) for lines in found if lines]


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph; a piece of code or a link counts as its words."""
    text = re.sub(r"`[^`]*`", "Code", paragraph)
    text = re.sub(r"\[([^\]])([^\]]*)\]\([^)]*\)", lambda link: link[1].upper() + link[2], text)
    return re.split(r"(?<=[.?!])[\"')*]*\s+(?=[\"'(*]*[A-Z0-9])", text)


def count_words(sentence: str) -> int:
    """The words and numbers of a sentence."""
    return len(re.findall(r"\S*[A-Za-z0-9]\S*", sentence))


def test_sentences_are_found_and_counted() -> None:
    page = "# A title\n\nOne `a b c` is. Two,\nwith 90%.\n\n- An item\n  goes on.\n\n| a | table |\n\n    code here\n"
    assert [sentences(text) for text in paragraphs(page)] == [["One Code is.", "Two, with 90%."], ["An item goes on."]]
    assert count_words("Two, with 90% - no more.") == 5


@pytest.mark.parametrize("name", PAGES)
def test_sentences_are_short(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    long = [one for each in paragraphs(text) for one in sentences(each) if count_words(one) > MOST_WORDS]
    assert not long


@pytest.mark.parametrize("name", PAGES)
def test_no_phrase_is_banned(name: str) -> None:
    text = re.sub(r"\s+", " ", (ROOT / name).read_text(encoding="utf-8"))
    text = re.sub(r"`[^`]*`", "", text)
    found = [text[max(hit.start() - 30, 0) : hit.end() + 30] for hit in re.finditer("|".join(BANNED), text, re.I)]
    assert not found


@pytest.mark.parametrize("name", PAGES)
def test_lines_have_one_width(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    long = [line for line in lines if len(line) > WIDTH and not line.startswith(("|", "    ")) and "](" not in line]
    assert not long


def test_a_page_that_is_written_from_the_model_is_wrapped() -> None:
    text = "# A title\n\n" + "word " * 40 + "\n- `a b` " + "item " * 40 + "\n\n| a | " + "cell " * 40 + "|\n"
    page = wrapped(text)
    assert max(len(line) for line in page.splitlines() if line[:1] != "|") <= WIDTH and wrapped(page) == page
    assert page.split() == text.split() and "\n  item" in page and page.endswith("|\n")
