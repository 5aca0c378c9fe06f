"""Imports only point down: afteraid -> experiments -> simulation, and by rank inside simulation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("simulation", "experiments", "afteraid")  # each may import itself and those before it
BESIDE = {"tests", "tools", "benchmarks", "scenarios"}  # never imported by a package
RANKS = {
    "errors": 0,
    "units": 0,
    "randomness": 1,
    "parameters": 1,
    "structures": 1,
    "revision": 1,
    "columns": 1,
    "ledger": 1,
    "world": 1,
    "data": 1,
    "mechanisms": 2,
    "exits": 2,
    "processes": 2,
    "counterfactual": 2,
    "agents": 3,
    "quantities": 3,
    "scenario": 3,
    "settings": 3,
    "scenario_file": 3,
    "vocabulary": 3,
    "beginning": 3,
    "library": 3,
    "recording": 4,
    "indicators": 4,
    "model": 4,
    "survival": 4,
    "metrics": 4,
    "measures": 4,
    "charts": 4,
    "drawing": 4,
    "figures": 4,
    "panels": 4,
    "summary": 4,
    "results": 4,
    "ensemble": 5,
}
MODEL = {"simulation.model", "simulation.agents", "simulation.world", "simulation.processes"}
KNOW_NO_MODEL = ("survival", "metrics", "measures", "charts", "drawing", "figures", "panels", "summary", "results")


def module_name(path: Path) -> str:
    """simulation/data/__init__.py -> simulation.data."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}


def imports(name: str) -> Iterator[str]:
    """Every module that `name` imports, anywhere in its text; `from a import b` gives a.b where that is a module."""
    path = MODULES[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                yield f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base


def unit(name: str) -> str:
    """The ranked part of a module of simulation: simulation.processes.access -> processes."""
    return name.split(".")[1] if "." in name else ""


def belongs(name: str, group: set[str]) -> bool:
    return any(name == member or name.startswith(f"{member}.") for member in group)


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name: str) -> None:
    package = name.split(".")[0]
    for target in imports(name):
        top = target.split(".")[0]
        assert top not in BESIDE, f"{name} imports {target}, which a package can't rely on"
        if top in PACKAGES:
            assert PACKAGES.index(top) <= PACKAGES.index(package), f"{name} imports {target}, which is above it"
        if top == package == "simulation" and unit(name):
            assert unit(target), f"{name} imports the public names of simulation, which stand above every module"
            assert RANKS[unit(target)] <= RANKS[unit(name)], f"{name} imports {target}, which is above it"


def test_every_module_of_simulation_has_a_rank() -> None:
    without = sorted({unit(name) for name in MODULES if name.startswith("simulation.")} - set(RANKS))
    assert not without, f"{without}: give each its rank in this test and in docs/architecture.md"


def test_the_architecture_page_has_every_module_with_its_rank() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    found = {
        name: int(rank)
        for rank, modules in re.findall(r"^\| (\d) \| ([^|]+) \|", page, flags=re.MULTILINE)
        for name in re.findall(r"`(\w+)`", modules)
    }
    assert found == RANKS
    bench = {path.stem for path in (ROOT / "experiments").glob("*.py")} - {"__init__"}
    assert {name for name in bench if f"`{name}`" not in page} == set()


def test_no_module_imports_itself_through_others() -> None:
    graph = {name: {target for target in imports(name) if target in MODULES and target != name} for name in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"imports go round: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("part", KNOW_NO_MODEL)
def test_results_and_figures_know_no_model(part: str) -> None:
    for name in MODULES:
        if unit(name) == part:
            reached = {target for target in imports(name) if belongs(target, MODEL)}
            assert not reached, f"{name} imports {sorted(reached)}: it works on recorded tables alone"


def test_the_reader_of_imports_sees_relative_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "access.py"
    source.write_text("from . import founding\nfrom ..units import CENT\nimport simulation.model\n", encoding="utf-8")
    names = {"simulation.processes.access", "simulation.processes.founding", "simulation.units"}
    monkeypatch.setattr(f"{__name__}.MODULES", dict.fromkeys(names, source))
    assert list(imports("simulation.processes.access")) == [
        "simulation.processes.founding",
        "simulation.units",
        "simulation.model",
    ]
