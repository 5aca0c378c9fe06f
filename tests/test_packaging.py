"""What is shipped: the wheel holds its data and scenarios, and the public names are there."""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from afteraid.trust import PAGES

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.slow
def test_the_wheel_holds_every_package_table_and_scenario(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    code = ("simulation/**/*.py", "experiments/**/*.py", "afteraid/**/*.py")
    for pattern in (
        *code,
        "simulation/data/*.csv",
        "experiments/studies/*.toml",
        "experiments/searches/*.toml",
        "afteraid/faces/workshop/page/*",
    ):
        places = {path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern)}
        assert {place if place.startswith("afteraid/") else f"afteraid/{place}" for place in places} <= held
    assert {"afteraid/simulation/data/sources.toml", "afteraid/py.typed"} <= held
    scenarios = {f"afteraid/simulation/scenarios/{path.name}" for path in (ROOT / "scenarios").glob("*.toml")}
    assert scenarios and scenarios <= held
    sessions = {f"afteraid/sessions/{path.name}" for path in (ROOT / "sessions").glob("*.toml")}
    assert sessions and sessions <= held
    assert {f"afteraid/pages/{name}" for name in PAGES} <= held


@pytest.mark.slow
def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    information = f"afteraid-{PROJECT['version']}.dist-info"
    assert tops == {"afteraid", information}


def test_every_table_says_where_it_comes_from() -> None:
    data = ROOT / "simulation" / "data"
    sources = tomllib.loads((data / "sources.toml").read_text(encoding="utf-8"))
    assert {path.stem for path in data.glob("*.csv")} == set(sources)


def test_public_names_resolve_and_stand_on_their_page() -> None:
    module = importlib.import_module("afteraid")
    assert len(module.__all__) == len(set(module.__all__)) > 0
    assert not [name for name in module.__all__ if not hasattr(module, name)]
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)", page, re.MULTILINE)
    assert sorted(listed) == sorted(set(module.__all__) - {"__version__"})


def test_the_short_names_are_refused_with_the_long_ones() -> None:
    for name in ("simulation", "experiments"):
        command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {name}"]
        found = subprocess.run(command, capture_output=True, text=True)
        assert found.returncode == 1
        assert f"import afteraid.{name}, not {name}" in found.stderr


def test_the_version_is_said_once() -> None:
    assert importlib.import_module("afteraid").__version__ == PROJECT["version"]
    assert importlib.metadata.version("afteraid") == PROJECT["version"]
    assert re.search(rf"^version: {re.escape(PROJECT['version'])}$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_constraints_are_versions_only_and_cover_the_dependencies() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = set()
    for line in lines:
        if line and not line.startswith("#"):
            match = re.fullmatch(r"([A-Za-z0-9._-]+)==[0-9][0-9A-Za-z.]*(; python_version (<|>=) \"3\.\d+\")?", line)
            assert match, f"not a plain version: {line}"
            pinned.add(re.sub(r"[-_.]+", "-", match[1]).lower())
    wanted = [
        *PROJECT["dependencies"],
        *(name for extra in PROJECT["optional-dependencies"].values() for name in extra),
    ]
    assert {re.split(r"[<>=!~ ;\[]", name)[0].lower() for name in wanted} <= pinned | {"afteraid"}  # its own extras
