"""Compiled rules: the same bits without numba, one warning there, and machine code that never outlives its source."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from afteraid.simulation.basis import compiled as room
from afteraid.simulation.basis.compiled import IN_USE, compiled, elementwise

FEW_QUARTERS = """
import hashlib, warnings
import numpy as np
{before}
from afteraid.simulation.engine import advance
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.scenario.scenario import load_scenario
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    plan = load_scenario("baseline", {{"run.spinup": 2020, "run.start": 2021, "run.end": 2022, "funding": 0.05}})
    world = begin(plan, 1, 0)
    begin(plan, 1, 1)
    for _ in range(2):
        advance(world)
content = hashlib.sha256()
for population in (world.initiatives, world.countries, world.donors):
    for name in sorted(population.schema):
        content.update(np.ascontiguousarray(getattr(population, name)).tobytes())
content.update(world.ledger.books_in.tobytes() + world.ledger.books_out.tobytes())
print(content.hexdigest(), sum("uncompiled" in str(one.message) for one in said))
"""
WITHOUT_NUMBA = "import sys; sys.modules['numba'] = None"


@compiled
def _inner(number: float) -> float:
    return number + 1.0


@compiled
def _outer(number: float) -> float:
    return 2.0 * _inner(number)


def _run(before: str) -> list[str]:
    command = [sys.executable, "-c", FEW_QUARTERS.format(before=before)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.slow
@pytest.mark.parametrize("before", [WITHOUT_NUMBA, "import os; os.environ['NUMBA_DISABLE_JIT'] = '1'"])
def test_a_world_has_the_same_bits_uncompiled_and_says_so_once(before: str) -> None:
    bits, warnings = _run(before)
    compiled_bits, none = _run("")
    assert bits == compiled_bits
    assert (warnings, none) == ("1", "0" if IN_USE else "1")


def test_a_compiled_function_of_numbers_takes_arrays_by_elementwise() -> None:
    numbers = np.array([[1.0, 2.0], [3.0, -4.0]])
    assert (elementwise(_outer)(numbers) == 2.0 * (numbers + 1.0)).all()


@pytest.mark.skipif(not IN_USE, reason="nothing is compiled here")
def test_what_a_function_is_made_of_changes_with_what_it_calls_and_reads(tmp_path: Path) -> None:
    source = "def inner(x):\n    return x + {step}\n\n\ndef outer(x):\n    return LIMIT * inner(x)\n"

    def content(step: str, limit: object) -> str:
        file = tmp_path / f"made_{step.replace('.', '_')}_{limit}.py"
        file.write_text(source.format(step=step))
        names: dict[str, object] = {"LIMIT": limit}
        exec(compile(file.read_text(), str(file), "exec"), names)
        names["inner"] = compiled(names["inner"])  # type: ignore[type-var]
        return room._content(names["outer"])  # type: ignore[arg-type]

    first = content("1.0", 2.0)
    assert content("1.0", 2.0) == first
    assert content("3.0", 2.0) != first  # the formula in another function
    assert content("1.0", np.float64(5.0)) != first  # a constant
