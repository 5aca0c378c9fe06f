"""Imports only point down: from the commands to the bench to the science, and from floor to floor inside each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("simulation", "experiments", "afteraid")  # each may import itself and those before it
BESIDE = {"tests", "tools", "benchmarks", "scenarios", "sessions"}  # never imported by a package
FLOORS: dict[str, tuple[tuple[str, ...], ...]] = {
    "simulation": (
        ("basis",),
        ("data", "measures", "results"),
        ("state", "rules"),
        ("mechanisms", "exits", "processes", "counterfactual"),
        ("scenario", "beginning", "recording"),
        ("agents", "mesa_versions", "engine", "model", "past", "prepare", "twin", "ensemble"),
    ),
    "experiments": (
        ("study", "attribution", "calibration", "compare"),
        ("sweep",),
        ("reading", "examples"),
        ("search", "discovery", "trust", "planning"),
        ("questions",),
        ("pages",),
    ),
}
MOST_ROOMS, MOST_FLOORS = 14, 6
KNOW_NO_MODEL = ("measures", "results")
KNOW_FORMULAS_ONLY = ("rules",)


def module_name(path: Path) -> str:
    """simulation/data/__init__.py -> afteraid.simulation.data."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = parts if parts[0] == "afteraid" else ("afteraid", *parts)
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


def package_of(name: str) -> str:
    """The package of a module: afteraid.simulation.model -> simulation, afteraid.cli -> afteraid."""
    parts = name.split(".")
    return parts[1] if parts[0] == "afteraid" and parts[1:2] and parts[1] in PACKAGES else parts[0]


def room_of(name: str) -> str:
    """The room of a module of simulation or experiments: afteraid.simulation.processes.access -> processes."""
    parts = name.split(".")
    return parts[2] if package_of(name) in FLOORS and len(parts) > 2 else ""


def floor_of(name: str) -> int:
    floors = FLOORS[package_of(name)]
    return next(number for number, rooms in enumerate(floors) if room_of(name) in rooms)


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name: str) -> None:
    package = package_of(name)
    for target in imports(name):
        top = package_of(target)
        assert top not in BESIDE, f"{name} imports {target}, which a package can't rely on"
        if top in PACKAGES:
            assert PACKAGES.index(top) <= PACKAGES.index(package), f"{name} imports {target}, which is above it"
        if top == package and room_of(name) and room_of(target):
            assert floor_of(target) <= floor_of(name), f"{name} imports {target}, which is above it"


@pytest.mark.parametrize("package", FLOORS)
def test_every_room_has_its_floor_and_there_are_not_too_many(package: str) -> None:
    rooms = {room_of(name) for name in MODULES if package_of(name) == package} - {""}
    placed = {room for floor in FLOORS[package] for room in floor}
    assert rooms <= placed, f"{sorted(rooms - placed)}: give each its floor in this test and in docs/architecture.md"
    folders = {room for room in rooms if (ROOT / package / room).is_dir()}
    assert len(folders) <= MOST_ROOMS
    assert len(FLOORS[package]) <= MOST_FLOORS


@pytest.mark.parametrize("package", FLOORS)
def test_rooms_do_not_import_each_other(package: str) -> None:
    graph: dict[str, set[str]] = {}
    for name in MODULES:
        if package_of(name) == package and room_of(name):
            targets = {room_of(target) for target in imports(name) if package_of(target) == package}
            graph.setdefault(room_of(name), set()).update(targets - {"", room_of(name)})
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"rooms import each other: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("package", FLOORS)
def test_the_architecture_page_has_every_room_on_its_floor(package: str) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = page.partition(f"### `{package}`")[2].partition("\n#")[0]
    found = {
        room: int(floor)
        for floor, rooms in re.findall(r"^\| (\d) \| ([^|]+) \|", section, flags=re.MULTILINE)
        for room in re.findall(r"`(\w+)`", rooms)
    }
    assert found == {room: floor for floor, rooms in enumerate(FLOORS[package]) for room in rooms}


def test_no_module_imports_itself_through_others() -> None:
    graph = {name: {target for target in imports(name) if target in MODULES and target != name} for name in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"imports go round: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("room", KNOW_NO_MODEL)
def test_measures_and_results_know_no_model(room: str) -> None:
    allowed = {"basis", *KNOW_NO_MODEL}
    for name in MODULES:
        if package_of(name) == "simulation" and room_of(name) == room:
            reached = {target for target in imports(name) if room_of(target) and room_of(target) not in allowed}
            assert not reached, f"{name} imports {sorted(reached)}: it works on recorded tables alone"


@pytest.mark.parametrize("room", KNOW_FORMULAS_ONLY)
def test_rules_know_no_world(room: str) -> None:
    allowed = {"basis", *KNOW_FORMULAS_ONLY}
    for name in MODULES:
        if package_of(name) == "simulation" and room_of(name) == room:
            reached = {target for target in imports(name) if room_of(target) and room_of(target) not in allowed}
            assert not reached, f"{name} imports {sorted(reached)}: a rule is a formula of numbers and arrays"


def test_the_reader_of_imports_sees_relative_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "access.py"
    lines = ["from . import founding", "from ..basis.units import CENT", "import afteraid.simulation.model"]
    source.write_text("\n".join(lines), encoding="utf-8")
    science = "afteraid.simulation"
    names = {f"{science}.processes.access", f"{science}.processes.founding", f"{science}.basis.units"}
    monkeypatch.setattr(f"{__name__}.MODULES", dict.fromkeys(names, source))
    assert list(imports(f"{science}.processes.access")) == [
        f"{science}.processes.founding",
        f"{science}.basis.units",
        f"{science}.model",
    ]
