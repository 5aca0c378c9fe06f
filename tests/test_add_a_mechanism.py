"""docs/add_a_mechanism.md works: what it says is done, word by word, to a copy of the source, and then tested there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from afteraid.simulation.mechanisms import MECHANISMS

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "add_a_mechanism.md").read_text(encoding="utf-8")
COPIED = ("simulation", "experiments", "afteraid", "scenarios", "tests", "docs", "tools")
LIST = "simulation/mechanisms/__init__.py"
SHORT = ["--runs", "1", "--workers", "1", "--quiet"]


def blocks(language: str) -> list[str]:
    """The code of a language on the page, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def put_before(text: str, mark: str, line: str, after: str = "") -> str:
    """Put a line before the first line that is `mark`, looked for behind `after`."""
    begin = text.index(after) if after else 0
    place = text.index(mark, begin)
    return text[:place] + line + text[place:]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source to which the page was applied."""
    folder = tmp_path_factory.mktemp("source")
    skipped = shutil.ignore_patterns("__pycache__", ".*")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=skipped)
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copy(path, folder / path.name)
    (new_class, imported), (entry,) = blocks("python"), blocks("text")
    (written,) = re.findall(r"^File `([^`]+)`:$", PAGE, flags=re.MULTILINE)
    (folder / written).write_text(new_class, encoding="utf-8")
    listed = (folder / LIST).read_text(encoding="utf-8")
    listed = put_before(listed, "from .project_grant", imported)
    listed = put_before(listed, "    )\n}", entry, after="MECHANISMS")
    (folder / LIST).write_text(listed, encoding="utf-8")
    (row,) = blocks("markdown")
    model = folder / "docs" / "model.md"
    text = model.read_text(encoding="utf-8")
    last = text.rindex("| `mechanisms/")
    end = text.index("\n", last) + 1
    model.write_text(text[:end] + row + text[end:], encoding="utf-8")
    readme = folder / "README.md"
    count = len(MECHANISMS)
    counted = re.sub(rf"\b{count}(\s+financing\s+mechanisms)", rf"{count + 1}\1", readme.read_text(encoding="utf-8"))
    readme.write_text(counted, encoding="utf-8")
    return folder


def in_copy(copy: Path, *arguments: str) -> str:
    """Run Python in the copy, on the copy's modules, and return what it printed."""
    environment = os.environ | {"PYTHONPATH": str(copy), "MPLBACKEND": "Agg", "COLUMNS": "120"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commands() -> list[list[str]]:
    """The arguments of each command of the page."""
    (block,) = blocks("sh")
    return [re.findall(r"(?:'[^']*'|\S)+", line)[1:] for line in block.splitlines()]


def test_the_page_names_files_that_exist() -> None:
    named = set(re.findall(r"`((?:simulation|tests|docs)/[\w/]+\.(?:py|md))`", PAGE))
    new = set(re.findall(r"^File `([^`]+)`:$", PAGE, flags=re.MULTILINE))
    assert new and LIST in named
    assert [name for name in named - new if not (ROOT / name).exists()] == []


@pytest.mark.slow
def test_the_class_has_its_switch_its_checks_and_its_parameters(copy: Path) -> None:
    assert "can be run" in in_copy(copy, "-m", "afteraid", "check", "baseline", "--set", "mechanisms={prize_fund=1.0}")
    listed = in_copy(copy, "-m", "afteraid", "parameters", "prize_fund")
    assert all(f"mechanism.prize_fund.{name} = " in listed for name in ("jury", "prize", "least_means"))


@pytest.mark.slow
def test_every_command_of_the_page_runs(copy: Path) -> None:
    printed = {}
    for command in commands():
        arguments = [part.replace("'", "") for part in command]
        if "pytest" in arguments:
            arguments += ["-p", "no:cacheprovider", "-p", "no:randomly"]
        elif "afteraid" in arguments:
            arguments += SHORT[2:]
        printed[" ".join(command)] = in_copy(copy, *arguments)
    tested = [text for command, text in printed.items() if "test_invariants" in command]
    exits = len(list((ROOT / "simulation" / "exits").glob("*.py"))) - 2  # but for __init__ and base
    assert len(tested) == 1 and f"{exits} passed" in tested[0]
    assert "`mechanism.prize_fund.jury`" in (copy / "docs" / "parameters.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_what_is_added_at_the_end_changes_nothing_where_it_is_not_used(copy: Path, tmp_path: Path) -> None:
    script = (
        "from afteraid.simulation.beginning.begin import begin\nfrom afteraid.simulation.model import advance\n"
        "from afteraid.simulation.scenario.scenario import load_scenario\n"
        "world = begin(load_scenario('baseline', {'run.spinup': 2018, 'run.start': 2019}), 3, 0)\n"
        "while world.year < 2021:\n    advance(world)\n"
        "print(world.countries.use.tobytes().hex()[:4000], int(world.initiatives.key.sum()))\n"
    )
    here = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, timeout=300, check=True,
    )  # fmt: skip
    assert in_copy(copy, "-c", script) == here.stdout
