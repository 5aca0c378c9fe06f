"""The documentation keeps up with the code: parameters, files that it must describe, and links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from afteraid.experiments.pages.parameters import FILE, page
from afteraid.simulation.exits import EXITS
from afteraid.simulation.mechanisms import MECHANISMS
from afteraid.simulation.processes import STEP
from afteraid.simulation.scenario.settings import StrategySettings
from afteraid.simulation.scenario.vocabulary import parameters

ROOT = Path(__file__).resolve().parent.parent
MODEL = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FOLDERS = ("processes", "mechanisms", "exits")
FILES = [
    f"{folder}/{path.name}"
    for folder in FOLDERS
    for path in sorted((ROOT / "simulation" / folder).glob("*.py"))
    if path.name != "__init__.py"
]


def links(text: str) -> list[str]:
    """Every target of a Markdown link outside code, but for addresses on the web and places in the same page."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)[^)]*\)", prose)
    return [target for target in targets if not re.match(r"[a-z]+:|#", target)]


def test_the_list_of_parameters_is_what_the_code_declares() -> None:
    written = FILE.read_text(encoding="utf-8")
    assert written == page(), "run: python -m afteraid.experiments.pages.parameters"


def test_the_list_of_parameters_has_every_one() -> None:
    assert all(f"| `{name}` |" in page() for name in parameters())


@pytest.mark.parametrize("file", FILES)
def test_the_model_page_describes_every_rule(file: str) -> None:
    assert f"`{file}`" in MODEL


@pytest.mark.parametrize("process", sorted({name.rpartition(".")[0] for name in parameters()}))
def test_the_model_page_names_every_process_with_parameters(process: str) -> None:
    assert f"`{process}`" in MODEL


def test_the_model_page_gives_the_order_of_a_quarter() -> None:
    listed = re.findall(r"^\| \d+ \| `(\w+)` \|", MODEL, flags=re.MULTILINE)
    assert listed == [process.__name__ for process in STEP]


@pytest.mark.parametrize("name", [path.relative_to(ROOT).as_posix() for path in PAGES])
def test_links_point_at_something(name: str) -> None:
    path = ROOT / name
    targets = [target.partition("#")[0] for target in links(path.read_text(encoding="utf-8"))]
    missing = [target for target in targets if not (path.parent / target).exists()]
    assert not missing


@pytest.mark.parametrize("name", [path.relative_to(ROOT).as_posix() for path in PAGES])
def test_no_page_shows_the_slots_of_a_template(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]*\$", "", text, flags=re.DOTALL)
    assert re.findall(r"\{[a-z_][\w.\[\]]*(?:![rsa])?(?::[^{}]*)?\}", prose) == []


def test_every_section_of_the_model_page_that_is_referred_to_exists() -> None:
    numbered = re.findall(r"^### (7\.\d+\w*) ", MODEL, flags=re.MULTILINE)
    assert numbered == [f"7.{number}" for number in range(1, len(numbered) + 1)]
    # numbers, no sections
    generated = ("answers.md", "closure.md", "scenarios.md", "skill.md", "patterns.md", "uncertainty.md", "ldc.md")
    for path in (path for path in PAGES if path.name not in generated):
        named = set(re.findall(r"(?<![\d.])7\.\d+[a-z]?\b(?!%)", path.read_text(encoding="utf-8")))
        assert named <= set(numbered), path.name


def test_the_sections_of_the_model_page_follow_the_order_of_a_quarter() -> None:
    files = re.findall(r"^### 7\.\d+ .*`processes/(\w+)\.py`\)$", MODEL, flags=re.MULTILINE)
    order = [file for file in dict.fromkeys(process.__module__.rpartition(".")[2] for process in STEP)]
    assert [file for file in files if file in order] == order


def test_the_readme_counts_what_there_is() -> None:
    readme = re.sub(r"\s+", " ", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert f"{len(MECHANISMS)} financing mechanisms and one of {len(EXITS)} exit strategies" in readme
    assert f"You can turn {len(StrategySettings.model_fields)} levers" in readme
    pages = {path.name for path in PAGES[1:]}
    assert pages <= set(re.findall(r"\(docs/(\w+\.md)\)", readme))
