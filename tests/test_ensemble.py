"""Ensembles: the same seed gives the same bits whatever the number of workers."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.manifest import data_hashes
from afteraid.simulation.ensemble import _chunks, past_use, run
from afteraid.simulation.results.tables import TABLES, Results
from afteraid.simulation.scenario.scenario import Scenario, load_scenario

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def short() -> Scenario:
    return load_scenario("baseline", {"run.start": 2025, "run.end": 2028, "run.spinup": 2020})


@pytest.fixture(scope="module")
def alone(short: Scenario) -> Results:
    return run(short, runs=4, seed=11, workers=1)


def test_workers_do_not_change_a_bit(short: Scenario, alone: Results) -> None:
    steps: list[tuple[int, int]] = []
    together = run(short, runs=4, seed=11, workers=2, progress=lambda done, total: steps.append((done, total)))
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(together, name), getattr(alone, name), check_exact=True)
    assert steps[-1] == (4, 4) and steps == sorted(steps)


def test_one_more_run_changes_none_of_the_others(short: Scenario, alone: Results) -> None:
    fewer = run(short, runs=2, seed=11, workers=1)
    kept = alone.divide[alone.divide["run"] < 2]
    assert fewer.divide["value"].equals(kept["value"])


def test_the_name_of_a_scenario_changes_nothing(short: Scenario, alone: Results) -> None:
    renamed = run(short.model_copy(update={"name": "other"}), runs=4, seed=11, workers=1)
    assert (renamed.against(alone)[["mean", "low", "high"]] == 0.0).all(axis=None)


def test_the_manifest_says_how_it_came_about(alone: Results) -> None:
    manifest = alone.manifest
    assert (manifest["runs"], manifest["seed"]) == (4, 11)
    assert manifest["scenario"]["run"]["runs"] == 4
    assert all(entry["source"] and entry["standing"] for entry in manifest["parameters"])
    judged = [entry["standing"] for entry in manifest["parameters"]].count("judged")
    assert manifest["judged_share"] == judged / len(manifest["parameters"])
    countries = (ROOT / "simulation" / "data" / "countries.csv").read_bytes()
    assert data_hashes()["countries.csv"] == hashlib.sha256(countries).hexdigest()


@pytest.mark.parametrize("wrong", [{"runs": 0}, {"seed": -1}, {"workers": 0}, {"runs": True}])
def test_what_cannot_be_run_is_refused(short: Scenario, wrong: dict[str, int]) -> None:
    with pytest.raises(InputError, match="expected a whole number from"):
        run(short, **wrong)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_plain_script_needs_no_guard(tmp_path: Path) -> None:
    script = tmp_path / "study.py"
    script.write_text(
        "from afteraid.simulation.ensemble import run\n"
        "from afteraid.simulation.scenario.scenario import load_scenario\n"
        "short = load_scenario('baseline', {'run.spinup': 2023, 'run.end': 2026})\n"
        "print('ran', run(short, runs=2, workers=2).manifest['runs'])\n"
    )
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=surroundings)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["ran 2"]


@pytest.mark.parametrize(("runs", "workers"), [(1, 1), (2, 2), (7, 3), (100, 2), (1000, 64)])
def test_chunks_cover_every_run_once(runs: int, workers: int) -> None:
    chunks = _chunks(runs, workers)
    assert [replicate for chunk in chunks for replicate in chunk] == list(range(runs))
    assert len(chunks) >= min(runs, workers)
    assert {len(chunk) for chunk in chunks[:workers]} == {1}  # the user soon sees a run that is finished


def test_the_manifest_knows_the_past_that_all_runs_share() -> None:
    past = past_use(load_scenario("baseline"))
    assert set(past["world"]) == {str(year) for year in range(2005, 2024)}
    assert 0.14 < past["world"]["2005"] < past["world"]["2015"] < past["world"]["2023"] < 0.72
    assert past["LDC"]["2023"] < past["world"]["2023"] < past["HIC"]["2023"]
