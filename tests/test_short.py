"""Every object that a user meets says what it is in one screen, in a terminal and in a notebook."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import fields
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

import afteraid
from afteraid import FinancingModel, Results, ema_model, list_scenarios, load_scenario, read_study, run
from afteraid.simulation.basis.frozen import Frozen
from afteraid.simulation.basis.short import Short

LINES, WIDTH = 25, 100
PLAN = load_scenario("baseline", {"spinup": 2023, "start": 2023, "end": 2024})


def fits(found: object) -> None:
    text = repr(found)
    assert text.count("\n") < LINES and len(text) <= LINES * WIDTH, f"{type(found)}: {len(text)}"
    assert max(map(len, text.split("\n"))) <= WIDTH, text
    assert len(str(found)) <= LINES * WIDTH


@pytest.fixture(scope="module")
def results() -> Results:
    return run(PLAN, runs=1, workers=1)


def test_what_is_public_is_short(results: Results) -> None:
    model = FinancingModel(PLAN)
    model.step()
    model.step()
    study = read_study("exit-timing")
    world = model.world
    for found in (
        results, results.summary(), results.answer(), results.chart(), PLAN, PLAN.run, PLAN.world, PLAN.strategy,
        model, model.record(), model.snapshot(), world, world.facts, world.facts.countries, world.facts.drawn,
        world.levers, world.planned, world.memory, world.now, world.dyads, world.tally, world.reference,
        world.countries, world.donors, world.initiatives, study, study.written, study.spec(0),
        *list(model.countries)[:3], *list(model.donors)[:3], *list(model.initiatives)[:3], model.countries,
        ema_model(study),
    ):  # fmt: skip
        fits(found)
    shown = list_scenarios()
    assert len(repr(shown)) <= len(shown) * WIDTH
    assert "rows of scenario, run, year, group, measure" in repr(results)


def every_module() -> list[ModuleType]:
    found = []
    for package in ("afteraid.simulation", "afteraid.experiments"):
        top = importlib.import_module(package)
        found += [importlib.import_module(one.name) for one in pkgutil.walk_packages(top.__path__, f"{package}.")
                  if not one.name.startswith("afteraid.experiments.pages") and "estimate_" not in one.name]  # fmt: skip
    return found


def below(kind: type) -> list[type]:
    return [one for child in kind.__subclasses__() for one in (child, *below(child))]


LARGE: list[Any] = [
    pd.DataFrame(np.zeros((5000, 60))).rename(columns=str), np.zeros((300, 40)), "a long text\nof lines " * 500,
    {str(number): "x" * 90 for number in range(500)}, ["x" * 90] * 500, tuple(range(10**4)), np.float64(1.5), None,
]  # fmt: skip


def test_records_are_short_whatever_they_hold() -> None:
    assert afteraid.__version__ and every_module()
    kinds = below(Short)
    assert {"Results", "World", "Study", "Hindcast", "Attribution", "Answer"} <= {kind.__name__ for kind in kinds}
    for kind in kinds:
        for large in LARGE:
            made = object.__new__(kind)
            for field in fields(kind) if hasattr(kind, "__dataclass_fields__") else ():
                object.__setattr__(made, field.name, large)
            fits(made)


def test_tables_of_files_are_short() -> None:
    for kind in below(Frozen):
        if kind.__name__ == "Scenario":
            continue
        for large in LARGE:
            fits(kind.model_construct(**dict.fromkeys(kind.model_fields, large)))
