"""A kind of initiative is one record in one file, and a trait is declared once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from afteraid.simulation.processes import STEP, delivery
from afteraid.simulation.scenario.vocabulary import parameters
from afteraid.simulation.state.kinds import BARRIERS, KIND_NAMES, KINDS
from afteraid.simulation.state.traits import (
    ExitRecord,
    ExitTraits,
    MechanismRecord,
    MechanismTraits,
    all_exits,
    all_mechanisms,
)

ROOT = Path(__file__).resolve().parent.parent
EIGHTH = """    Kind(
        name="shared devices",
        short="devices",
        share=0.0,
        equipment=0.5,
        life=3.0,
        removes="device",
        cost=("urban", "rural"),
    ),
"""
RUN = """
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.processes import STEP, delivery
from afteraid.simulation.scenario.vocabulary import parameters
from afteraid.simulation.state.kinds import KINDS
plan = load_scenario("baseline", {"run.spinup": 2018, "run.start": 2019, "run.end": 2021, **SETTINGS})
world = begin(plan, 3, 0)
while world.year < 2021:
    advance(world)
table = compile_record(world).tables["initiatives"]
print(len(KINDS), world.now.reach.shape[2], "shared devices" in set(table["kind"]))
print(world.countries.use.tobytes().hex()[:4000], int(world.initiatives.key.sum()), world.tally)
"""


def printed(root: Path, settings: str) -> list[str]:
    """What a short run of the source in a folder prints."""
    done = subprocess.run(
        [sys.executable, "-c", RUN.replace("SETTINGS", settings)], cwd=root, env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
def test_an_eighth_kind_is_one_record_and_changes_nothing_where_nobody_takes_it(tmp_path: Path) -> None:
    for name in ("simulation", "afteraid", "scenarios"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    file = tmp_path / "simulation" / "state" / "kinds.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(")\n\nKIND_NAMES", f"{EIGHTH})\n\nKIND_NAMES"), encoding="utf-8")
    here, there = printed(ROOT, "{}"), printed(tmp_path, "{}")
    assert there[0] == "8 8 False" and here[1:] == there[1:]
    held = {f"world.parameters.founding.kind_{kind.short}": 0.0 for kind in KINDS}
    taken = printed(tmp_path, repr(held | {"world.parameters.founding.kind_devices": 1.0}))
    assert taken[0] == "8 8 True" and taken[1] != here[1]


def test_every_kind_is_a_whole_record() -> None:
    assert len(set(KIND_NAMES)) == len({kind.short for kind in KINDS}) == len(KINDS)
    assert sum(kind.share for kind in KINDS) == pytest.approx(1.0)
    for kind in KINDS:
        assert f"founding.kind_{kind.short}" in parameters()
        assert all(f"access.cost_{cost}" in parameters() for cost in kind.cost or ())
        assert (kind.cost is None) == (kind.adds_to is not None)  # it serves people, or moves a barrier for all
        assert kind.removes in BARRIERS and 0.0 < kind.equipment < 1.0 and kind.life > 0.0
    assert {barrier for kind in KINDS for barrier in kind.answers} == set(BARRIERS)


def test_every_trait_has_its_column() -> None:
    paying = all_mechanisms([MechanismTraits(), MechanismTraits(fee=0.1, investors_bear=True)])
    leaving = all_exits([ExitTraits(), ExitTraits(transition=8, reach=0.5)])
    for record, table, numbers in ((MechanismRecord, paying, np.float64), (ExitRecord, leaving, None)):
        for field in fields(record):
            assert field.metadata["unit"] and field.metadata["meaning"], field.name
            if field.name != "cofinance":
                column = getattr(table, field.name)
                assert column.shape == (2,) and column.dtype == (numbers or np.dtype(type(field.default)))
    assert paying.fee.tolist() == [0.0, 0.1] and paying.investors_bear.tolist() == [0.0, 1.0]
    assert leaving.transition.tolist() == [0, 8] and leaving.transition.dtype == np.int64


def test_the_processes_are_reachable_as_modules() -> None:
    assert delivery.delivery in STEP and callable(delivery.index)
