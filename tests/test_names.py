"""The names are ours: a user's own `simulation.py` or `experiments/` neither breaks AfterAid nor is hidden by it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """\
import simulation, experiments, scenarios
from afteraid import load_scenario, run

assert simulation.MINE and experiments.MINE and scenarios.MINE
if __name__ == "__main__":
    plan = load_scenario("baseline", {"run.spinup": 2022, "run.start": 2024, "run.end": 2025})
    alone = run(plan, runs=2, workers=1)
    apart = run(plan, runs=2, workers=2)
    assert alone.divide.equals(apart.divide)
    print("the same", len(alone.divide))
"""


@pytest.fixture
def traps(tmp_path: Path) -> Path:
    """A user's folder that holds every name that AfterAid's own source tree has at its top."""
    for name in ("simulation.py", "experiments/__init__.py", "scenarios.py", "tests/__init__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("MINE = True\n", encoding="utf-8")
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_a_users_own_names_beside_a_source_tree(traps: Path) -> None:
    _run_in(traps, dict(os.environ))


@pytest.mark.slow
def test_a_users_own_names_beside_a_wheel(traps: Path, wheel: Path) -> None:
    installed = traps / "installed"
    command = [sys.executable, "-m", "pip", "install", str(wheel), "--no-deps", "--quiet", "--target", str(installed)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=300)
    assert {path.name for path in installed.iterdir() if path.suffix != ".dist-info"} <= {"afteraid", "bin"}
    _run_in(traps, {**os.environ, "PYTHONPATH": str(installed)})


def _run_in(folder: Path, environment: dict[str, str]) -> None:
    for command in (["script.py"], ["-m", "afteraid", "check", "baseline"]):
        found = subprocess.run(
            [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
        )
        assert found.returncode == 0, found.stderr
        assert found.stdout.startswith(("the same", "baseline:"))
