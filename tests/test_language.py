"""The documentation is written in plain English: short sentences, the field's terms, one line width."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from afteraid.experiments.pages.layout import wrapped
from afteraid.experiments.study.wording import SETTINGS
from afteraid.simulation.exits import EXITS
from afteraid.simulation.mechanisms import MECHANISMS
from afteraid.simulation.results.words.names import WORDS

ROOT = Path(__file__).resolve().parent.parent
MOST_WORDS = 30
WIDTH = 120
PAGES = ["README.md", "tools/README.md"] + [
    path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))
]
BANNED = (
    r"told from", r"told of", r"told apart", r"can't be told", r"\bluck\b", r"holds? zero", r"shows? dear",
    r"\bhangs? on\b", r"\b(?:go|goes|going|gone|went) on with\b", r"\bbeside\b", r"\bwhom\b",
    r"ways? of (?:leaving|financing)", r"ways? to pay", r"pareto set", r"not a finding", r"\bthe ones\b", r"\bbands?\b",
)  # fmt: skip
LABELLED = re.compile("heading|labels|^words$|titles|columns|panels|challenges|goals", re.IGNORECASE)
TABLES, CHARTS = ("markdown", "table_of"), ("Chart", "Panel", "Column", "Measure", "labelled")
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


def constants(node: ast.AST) -> Iterator[str]:
    """All texts within a piece of code."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def labels() -> set[str]:
    """What tables, figures and menus print as headings, rows, titles and axes, gathered from the source."""
    found = {kind.title for kinds in (MECHANISMS, EXITS) for kind in kinds.values()} | set(WORDS.values())
    found |= {" ".join(words) for words in SETTINGS.values()}
    for room in ("simulation/results", "simulation/measures", "experiments", "afteraid"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                    if isinstance(target, ast.Name) and LABELLED.search(target.id):
                        found |= set(constants(node.value))
                elif isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    arguments = node.args[:1] if name in TABLES else node.args if name in CHARTS else []
                    arguments = arguments + [
                        one.value for one in node.keywords if one.arg in ("headings", "title", "words")
                    ]
                    found |= {text for argument in arguments for text in constants(argument)}
    return {text for text in found if re.search("[a-z]", text) and not re.search("[_{}]", text)}


def documented(tree: ast.Module) -> dict[ast.AST, bool]:
    """The docstrings of a module, and whether each one is printed as the help of a command."""
    found: dict[ast.AST, bool] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and isinstance(node.body[0], ast.Expr):
            marks = node.decorator_list if isinstance(node, ast.FunctionDef) else []
            found[node.body[0].value] = any(getattr(mark, "id", "") == "for_people" for mark in marks)
    return found


def texts_of(path: Path) -> list[str]:
    """The texts of a source file that a user may read: what has a space, without docstrings of code."""
    if path.suffix == ".toml":
        return [text for text in strings(tomllib.loads(path.read_text(encoding="utf-8"))) if " " in text.strip()]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = documented(tree)
    pieces = {piece for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for piece in node.values}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            found.append("".join(str(one.value) if isinstance(one, ast.Constant) else "0" for one in node.values))
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and docstrings.get(node, node not in pieces)
        ):
            found.append(node.value)
    return [text for text in found if " " in text.strip()]


def strings(value: object) -> Iterator[str]:
    """All texts of a TOML file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for member in value.values() if isinstance(value, dict) else value:
            yield from strings(member)


QUOTING = ("sources.toml", "renamed.py")  # titles of sources, and old names as users once wrote them


@pytest.mark.parametrize("room", ["simulation", "experiments", "afteraid", "scenarios", "sessions", "start.py"])
def test_texts_of_the_program_are_short_and_plain(room: str) -> None:
    files = [ROOT / room] if (ROOT / room).is_file() else sorted((ROOT / room).rglob("*.py"))
    files += sorted((ROOT / room).rglob("*.toml")) if (ROOT / room).is_dir() else []
    texts = [(path, text) for path in files if path.name not in QUOTING for text in texts_of(path)]
    long = [
        (path.name, one)
        for path, text in texts
        for paragraph in paragraphs(text)
        for one in sentences(paragraph)
        if count_words(one) > MOST_WORDS
    ]
    odd = [
        (path.name, hit[0], text)
        for path, text in texts
        for hit in re.finditer("|".join(BANNED), re.sub(r"`[^`]*`", "", re.sub(r"\s+", " ", text)), re.IGNORECASE)
    ]
    assert texts and not long and not odd


def stems(text: str) -> set[str]:
    """The words of a text, without capitals and plurals."""
    words = {word.lower().removesuffix("'s").rstrip("'-") for word in re.findall(r"[A-Za-z][A-Za-z'-]*", text)}
    return {word[:-1] if word.endswith("s") and not word.endswith("ss") else word for word in words} - {""}


def test_every_term_that_is_printed_as_a_label_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = stems(" ".join(re.findall(r"\*\*(.+?)\*\*", glossary, flags=re.DOTALL)))
    ordinary = stems((ROOT / "tests" / "ordinary_words.txt").read_text(encoding="utf-8"))
    printed = labels()
    assert len(printed) > 150
    unknown = {word: text for text in sorted(printed) for word in stems(text) - terms - ordinary}
    assert not unknown, "explain the term in docs/glossary.md, or add an everyday word to tests/ordinary_words.txt"


def test_the_glossary_is_in_order_and_says_each_term_once() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    for section in text.split("\n## ")[1:]:
        entries = [entry.lower() for entry in re.findall(r"^- \*\*(.+?)\*\*", section, flags=re.MULTILINE)]
        assert len(set(entries)) == len(entries)
        if not section.startswith(("Financing", "Exit", "How")):
            assert entries == sorted(entries), section.partition("\n")[0]
