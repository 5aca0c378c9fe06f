"""start.py: older Pythons get a sentence, and a run without a folder gets one."""

from __future__ import annotations

import ast
import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def start() -> ModuleType:
    specification = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_it_can_be_read_by_older_pythons_and_uses_the_standard_library_only() -> None:
    tree = ast.parse((ROOT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 7))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in modules} <= sys.stdlib_module_names


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ([], ["-m", "not slow"]),
        (["--all"], []),
        (["-x", "--all", "--durations=5"], ["-x", "--durations=5"]),
        (["-m", "slow"], ["-m", "not slow", "-m", "slow"]),  # pytest takes the last one
    ],
)
def test_the_fast_tests_run_unless_all_are_asked_for(start: ModuleType, given: list[str], chosen: list[str]) -> None:
    assert start.pytest_arguments(given) == ["-n", "auto", "--dist", "worksteal", *chosen]


def test_the_first_use_of_the_workshop_installs_what_it_needs(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(start, "create_environment", lambda: None)
    monkeypatch.setattr(start, "install", installed.append)
    monkeypatch.setattr(start, "call", lambda command: 0)
    monkeypatch.setattr(start.shutil, "which", lambda name, path: str(tmp_path / name))
    for command in ("workshop", "run"):
        assert start.main([command]) == 0
    assert installed == ["workshop", ""]
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(start.EXTRAS.values()) <= set(extras)


def test_an_old_python_is_told_what_to_do(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or later; this is 3\.9"):
        start.check_python()


def test_a_missing_ensurepip_names_the_package(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(start, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"sudo apt install python3\.\d+-venv"):
        start.create_environment()


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        (["run", "baseline"], "baseline"),
        (["run", "baseline", "--runs", "3"], "baseline"),
        (["run", "mine/island.toml"], "island"),
        (["run", "baseline", "--out", "x"], None),
        (["run", "baseline", "--out=x"], None),
        (["run", "--help"], None),
        (["scenarios"], None),
    ],
)
def test_a_run_gets_a_report_folder(start: ModuleType, given: list[str], folder: str | None) -> None:
    expected = given if folder is None else [*given, "--out", str(ROOT / "reports" / folder)]
    assert start.afteraid_arguments(given) == expected


def test_an_installation_makes_the_past_once_whatever_comes_of_it(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(start, "ENVIRONMENT", tmp_path)
    monkeypatch.setattr(start.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=0, stdout=""))
    monkeypatch.setattr(start.shutil, "which", lambda *_, **__: "afteraid")
    monkeypatch.setattr(start, "call", lambda command, **_: called.append(command) or 1)
    start.install("")
    start.install("")
    assert called == [["afteraid", "cache", "--make", "--quiet"]]
