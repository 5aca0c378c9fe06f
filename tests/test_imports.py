"""What a fresh process loads: no package that takes long to import, before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from short_worlds import short_plan

from afteraid import cli
from afteraid.simulation.basis.late import Late
from afteraid.simulation.basis.workers import WorkerPool
from afteraid.simulation.ensemble import run_once

HEAVY = ("mesa", "pandas", "pyarrow", "matplotlib", "scipy.stats", "scipy.special", "scipy.optimize")
OF_MODEL = ("numpy", "afteraid.experiments", "afteraid.simulation.engine")
LOADED = "__import__('json').dumps(sorted(__import__('sys').modules))"


def loaded_after(code: str) -> set[str]:
    """Run some Python in a process of its own, and return the names of what is loaded then."""
    script = f"{code}\nimport sys\nsys.stderr.write({LOADED})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    return set(json.loads(done.stderr))


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_after("import afteraid").isdisjoint((*HEAVY, *OF_MODEL))


def test_the_help_loads_nothing_heavy() -> None:
    code = "import sys\nsys.argv = ['afteraid', '--help']\nfrom afteraid.cli import main\n"
    loaded = loaded_after(code + "try: main()\nexcept SystemExit: pass")
    assert "afteraid.cli" in loaded and loaded.isdisjoint((*HEAVY, *OF_MODEL))
    assert not [name for name in loaded if name.startswith("afteraid.commands.")]


@pytest.mark.parametrize("name", ["run", "check", "scenarios", "parameters", "cache"])
def test_a_command_loads_no_package_of_other_commands(name: str) -> None:
    loaded = loaded_after(f"from afteraid.cli import load\nload({name!r})")
    assert f"afteraid.commands.{name}" in loaded and loaded.isdisjoint((*HEAVY, "afteraid.experiments"))


def test_a_worker_is_ready_without_pandas_and_runs_worlds_without_mesa() -> None:
    plan = short_plan({"run.spinup": 2018, "run.end": 2019})
    with WorkerPool(1) as pool:
        pool.submit(eval, "__import__('importlib').import_module('afteraid.simulation.ensemble') and None").result()
        ready = set(json.loads(pool.submit(eval, LOADED).result()))
        pool.submit(run_once, plan, 0).result()
        worked = set(json.loads(pool.submit(eval, LOADED).result()))
    assert "afteraid.simulation.ensemble" in ready and ready.isdisjoint((*HEAVY, "rich", "typer"))
    assert "pandas" in worked and worked.isdisjoint({*HEAVY} - {"pandas", "pyarrow"})


def test_the_help_names_each_command_in_the_words_of_its_docstring() -> None:
    for names in cli.COMMANDS.values():
        for name in names:
            said = cli.load(name).help.partition("\n\n")[0]
            assert said and " ".join(said.split()) == " ".join(cli._said(name).split()), name


def test_a_late_module_is_loaded_when_a_name_is_asked_for() -> None:
    late = Late("colorsys")
    sys.modules.pop("colorsys", None)
    assert "colorsys" not in sys.modules
    assert late.rgb_to_hls(0.0, 0.0, 0.0) == (0.0, 0.0, 0.0) and "colorsys" in sys.modules
    with pytest.raises(AttributeError):
        _ = late.nothing_of_this_name
