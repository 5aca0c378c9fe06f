"""Every sentence of an answer is one whole template, which some call uses with exactly its slots, and is short."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from afteraid.simulation.results.words.templates import Templates, slots

ROOT = Path(__file__).resolve().parent.parent
MOST_WORDS = 30


@dataclass
class Declared:
    """The templates of a module, under the name that they have in it."""

    path: Path
    name: str
    sentences: dict[str, str]
    place: ast.Call


@dataclass
class Used:
    """How a module calls its templates: patterns of keys, names of slots, and whether there are more of them."""

    keys: list[str] = field(default_factory=list)
    slots: set[str] = field(default_factory=set)
    more: bool = False
    line: int = 0


def modules() -> list[Path]:
    """The modules of the project."""
    return sorted(
        path for folder in ("simulation", "experiments", "afteraid") for path in (ROOT / folder).rglob("*.py")
    )


def text_of(node: ast.expr) -> str:
    """The text of a string that is written down."""
    found = ast.literal_eval(node)
    assert isinstance(found, str)
    return found


def declared_in(path: Path, tree: ast.Module) -> Iterator[Declared]:
    """The templates that a module declares."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            call = node.value
            if isinstance(call.func, ast.Name) and call.func.id == Templates.__name__:
                (name,) = node.targets
                assert isinstance(name, ast.Name)
                sentences = {word.arg: text_of(word.value) for word in call.keywords if word.arg}
                yield Declared(path, name.id, sentences, call)


def keys_of(node: ast.expr, values: dict[str, list[ast.expr]]) -> list[str]:
    """Patterns of the keys that the first argument of a call may be: written, chosen, looked up or put together."""
    if isinstance(node, ast.Constant):
        return [re.escape(str(node.value))]
    if isinstance(node, ast.IfExp):
        return [*keys_of(node.body, values), *keys_of(node.orelse, values)]
    if isinstance(node, ast.Name):
        return [key for value in values.get(node.id, []) for key in keys_of(value, values)]
    if isinstance(node, ast.Subscript):
        return keys_of(node.value, values)
    if isinstance(node, ast.Dict):
        return [key for value in node.values for key in keys_of(value, values)]
    if isinstance(node, ast.JoinedStr):
        parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w*" for part in node.values]
        return ["".join(parts)]
    return []


def bindings(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names that are given a value, or several ones in a loop over what is written down."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        elif isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Tuple):
            for each in node.iter.elts:
                if isinstance(node.target, ast.Name):
                    yield node.target.id, each
                elif isinstance(node.target, ast.Tuple) and isinstance(each, ast.Tuple):
                    yield from (
                        (name.id, value)
                        for name, value in zip(node.target.elts, each.elts, strict=True)
                        if isinstance(name, ast.Name)
                    )


def uses(tree: ast.Module, name: str) -> Iterator[Used]:
    """The calls of templates in the functions of a module."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            yield from calls(function, name)


def calls(function: ast.FunctionDef, name: str) -> Iterator[Used]:
    """The calls of templates in one function."""
    values: dict[str, list[ast.expr]] = {}
    for target, value in bindings(function):
        values.setdefault(target, []).append(value)
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and node.args:
            named = {word.arg for word in node.keywords if word.arg}
            more = any(word.arg is None for word in node.keywords)
            yield Used(keys_of(node.args[0], values), named, more, node.lineno)


def all_templates() -> list[Declared]:
    """The templates of all modules."""
    return [found for path in modules() for found in declared_in(path, ast.parse(path.read_text(encoding="utf-8")))]


def identity(found: Declared) -> str:
    return f"{found.path.relative_to(ROOT)}:{found.name}"


@pytest.mark.parametrize("declared", all_templates(), ids=identity)
def test_each_template_is_used_with_exactly_its_slots(declared: Declared) -> None:
    used = set()
    for call in uses(ast.parse(declared.path.read_text(encoding="utf-8")), declared.name):
        assert call.keys, f"line {call.line}: the key can't be read off the call"
        for pattern in call.keys:
            meant = [key for key in declared.sentences if re.fullmatch(pattern, key)]
            assert meant, f"line {call.line}: no template is called {pattern}"
            used |= set(meant)
            for key in meant:
                wanted = slots(declared.sentences[key])
                assert call.slots <= wanted if call.more else call.slots == wanted, f"line {call.line}: {key}"
    assert used == set(declared.sentences), "some templates are never used"


@pytest.mark.parametrize("declared", all_templates(), ids=identity)
def test_each_sentence_is_whole_and_short(declared: Declared) -> None:
    assert Templates("a test", **declared.sentences)
    for key, template in declared.sentences.items():
        for sentence in re.split(r"(?<=[.?!:])\s+(?=[A-Z{])", template):
            words = re.findall(r"\S*[A-Za-z0-9}]\S*", sentence)
            assert len(words) <= MOST_WORDS, f"{key}: {len(words)} words"


def test_rooms_have_names_of_their_own() -> None:
    rooms = [text_of(found.place.args[0]) for found in all_templates()]
    assert len(rooms) == len(set(rooms)) and len(rooms) > 8
