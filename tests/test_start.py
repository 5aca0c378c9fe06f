"""start.py: older Pythons get a sentence, and a run without a folder gets one."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
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


@pytest.mark.skipif(os.name == "nt", reason="Windows can't replace a process")
def test_a_command_takes_the_place_of_the_process_that_starts_it() -> None:
    shows = "import os; print(os.getpid())"
    program = f"import start, sys; print(1); start.become([sys.executable, '-c', {shows!r}])"
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        said, _ = process.communicate()
    assert said.split() == ["1", str(process.pid)] and process.returncode == 0


def test_the_first_use_of_the_workshop_installs_what_it_needs(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(start, "create_environment", lambda: None)
    monkeypatch.setattr(start, "install", installed.append)
    monkeypatch.setattr(start, "become", lambda command: 0)
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


@pytest.mark.parametrize("words", [[], ["a", "b"], ["a", "--sytem=x"], ["a", "--system="], ["--system=win_amd64"]])
def test_what_can_not_be_packed_is_told(start: ModuleType, words: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"Usage: python3 start\.py pack FOLDER"):
        start.pack(words)


def test_a_folder_with_other_files_or_within_the_source_is_not_packed_into(start: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for place, said in (
        (tmp_path, "is not empty"),
        (tmp_path / "mine.txt", "is not empty"),
        (ROOT / "packed", "within"),
    ):
        with pytest.raises(SystemExit, match=said):
            start.pack([str(place)])
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"] and not (ROOT / "packed").exists()


def test_a_pack_that_can_not_be_finished_leaves_nothing(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(start, "gather", lambda wheels, system: False)
    with pytest.raises(SystemExit, match="could not be gathered"):
        start.pack([str(tmp_path / "stick")])
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_packed_folder_installs_with_the_registry_out_of_reach(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(start, "PYTHON", Path(sys.executable))
    folder = tmp_path / "stick"
    assert start.pack([str(folder)]) == 0
    assert (folder / "sessions" / "cliff.toml").is_file() and not (folder / ".git").exists()
    assert list((folder / "wheels").glob("starlette-*.whl")) and not list((folder / "wheels").glob("afteraid-*"))
    for name in ("PYTHONPATH", "PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    closed = "http://127.0.0.1:9"  # nobody listens there
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, closed)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    specification = importlib.util.spec_from_file_location("packed", folder / "start.py")
    assert specification is not None and specification.loader is not None
    packed = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(packed)
    monkeypatch.setattr(packed, "make_past", lambda: None)  # takes a minute, and is tested where it is made
    packed.create_environment()
    packed.install("workshop")
    guide = tmp_path / "guide.html"
    program = [str(packed.PROGRAMS / "afteraid"), "workshop", "--session", "cliff", "--guide", str(guide)]
    subprocess.run(program, check=True, cwd=tmp_path, stdin=subprocess.DEVNULL)
    assert "The cliff" in guide.read_text(encoding="utf-8")
    code = "import afteraid, starlette, uvicorn, segno; print(afteraid.__file__)"
    found = subprocess.run([str(packed.PYTHON), "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert found.stdout.startswith(str(folder))
