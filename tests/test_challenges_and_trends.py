"""docs/challenges_and_trends.md: each file exists, each lever is one, each output is recorded, each line can be run."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from test_levers import NO_LEVER

from afteraid.choosing import choose_scenario
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.measures.catalogue import of_table
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.scenario.settings import StrategySettings, WorldSettings
from afteraid.simulation.state.ledger import SOURCES, USES

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "challenges_and_trends.md").read_text(encoding="utf-8")
CHALLENGES = (
    "coordination", "resource", "digital divide", "policies and regulations", "sustainability", "measuring impact",
    "fast-moving technology",
)  # fmt: skip
TRENDS = (
    "platforms", "south-south", "data-driven", "artificial intelligence", "satellites and low-cost access",
    "cybersecurity and digital trust", "climate and green energy", "goals", "innovative finance", "long-term impact",
)  # fmt: skip


class Row(NamedTuple):
    """One challenge or trend."""

    name: str
    files: list[str]
    levers: list[str]
    outputs: list[str]
    command: str


def rows() -> list[Row]:
    """The rows of both tables of the page."""
    found = []
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 5 and "`" in line and "files" not in cells[1]:
            quoted = [re.findall(r"`([^`]+)`", cell) for cell in cells[1:]]
            found.append(Row(cells[0], quoted[0], quoted[1], quoted[2], quoted[3][0]))
    return found


ROWS = rows()


@cache
def recorded() -> set[str]:
    """All outputs that a run has."""
    world = begin(load_scenario("baseline", {"run.spinup": 2020, "run.start": 2022, "run.end": 2024}), 1, 0)
    while world.year < 2024:
        advance(world)
    activity = set(compile_record(world).tables["activity"]["measure"])
    return activity | set(of_table("divide")) | set(SOURCES) | set(USES) | {"survival"}


def test_every_challenge_and_every_trend_has_a_row() -> None:
    names = [row.name.lower() for row in ROWS]
    assert len(names) == len(CHALLENGES) + len(TRENDS)
    for wanted, name in zip((*CHALLENGES, *TRENDS), names, strict=True):
        assert wanted in name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_names_what_there_is(row: Row) -> None:
    assert row.files and [name for name in row.files if not (ROOT / "simulation" / name).is_file()] == []
    levers = {*StrategySettings.model_fields, *(f"world.{name}" for name in WorldSettings.model_fields)}
    assert row.levers and set(row.levers) <= levers
    assert row.outputs and set(row.outputs) <= recorded()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_a_row_says_to_try_can_be_run(row: Row) -> None:
    words = shlex.split(row.command)
    settings = [words[place + 1] for place, word in enumerate(words) if word == "--set"]
    assert words[1:3] == ["--runs", "4"] and len(words) == 3 + 2 * len(settings)
    assert choose_scenario(words[0], settings, {}) != load_scenario("baseline")


def test_every_lever_is_in_a_row() -> None:
    named = {lever.removeprefix("world.") for row in ROWS for lever in row.levers}
    levers = set(StrategySettings.model_fields) | set(WorldSettings.model_fields)
    assert levers - named == set(NO_LEVER)
