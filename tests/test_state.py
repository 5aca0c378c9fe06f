"""The state of a world is typed, declared, and written by whom it says; facts never change."""

from __future__ import annotations

import ast
import copy
import pickle
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from afteraid.simulation.basis.units import BoolArray, FloatArray, IntArray, KeyArray
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.beginning.levers import apply_strategy
from afteraid.simulation.processes import LISTED, STEP
from afteraid.simulation.processes.barriers import BarrierParameters
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.scenario.settings import StrategySettings, WorldSettings
from afteraid.simulation.scenario.vocabulary import parameters
from afteraid.simulation.state import facts
from afteraid.simulation.state.facts import CountryFacts, DonorFacts, Drawn, Facts, TextArray
from afteraid.simulation.state.kept import YearRecord
from afteraid.simulation.state.levers import Levers, Strategy, Surroundings
from afteraid.simulation.state.memory import Memory, Tally
from afteraid.simulation.state.now import Now
from afteraid.simulation.state.parameters import Values
from afteraid.simulation.state.traits import Traits
from afteraid.simulation.state.world import Counterfactual, Dyads, World

ROOT = Path(__file__).resolve().parent.parent
FACTS = (DonorFacts, CountryFacts, Drawn, Facts, facts.AdoptionLaw)
WRITTEN = {"now": Now, "memory": Memory, "tally": Tally}
RECORDS = (World, YearRecord, Dyads, Counterfactual, Levers, Traits, *FACTS, *WRITTEN.values())
ARRAYS = {"f8": FloatArray, "i8": IntArray, "u8": KeyArray, "?": BoolArray, "U": TextArray}
NUMBERS = {"f8": float, "i8": int, "?": bool}
PLAN = load_scenario("baseline", {"run.spinup": 2021, "run.start": 2024, "run.end": 2027})
LEVERS = {
    "strategy.knowledge_sharing": 0.5, "strategy.platforms": 0.5, "strategy.green_energy": 0.5,
    "strategy.levy_rate": 0.02, "strategy.exits": {"adaptive": 0.5, "service_fund_handover": 0.5},
}  # fmt: skip


def hints(record: type) -> dict[str, Any]:
    return typing.get_type_hints(record)


def loose(hint: Any) -> bool:
    """Say whether a type says nothing: Any, object, a bare dictionary, or one of these inside."""
    if hint in (Any, object, dict, list, tuple, set):
        return True
    if typing.get_origin(hint) is np.ndarray:
        return False
    return any(loose(part) for part in typing.get_args(hint) if part is not Ellipsis)


@pytest.mark.parametrize("record", RECORDS)
def test_no_field_of_the_state_is_of_a_loose_type(record: type) -> None:
    assert {name for name, hint in hints(record).items() if loose(hint)} == set()


@pytest.mark.parametrize("record", [*FACTS, *WRITTEN.values()])
def test_every_field_is_declared_with_unit_shape_and_meaning(record: type) -> None:
    kinds = hints(record)
    for field in fields(record):
        told = field.metadata
        assert told["unit"] and told["meaning"] and isinstance(told["shape"], tuple), field.name
        if told["kind"] == "record":
            assert is_dataclass(kinds[field.name])
        else:
            assert kinds[field.name] == (ARRAYS if told["shape"] else NUMBERS)[told["kind"]], field.name


def written(module: Path) -> Iterator[tuple[str, str]]:
    """Every field of the state that a module assigns: ("now", "reach"), under any name that it gives `world.now`."""
    for function in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        names = dict(aliases(function))
        for node in ast.walk(function):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                for target in flat(targets):
                    place = target.value if isinstance(target, ast.Subscript) else target
                    if isinstance(place, ast.Attribute):
                        owner = place.value
                        record = owner.attr if isinstance(owner, ast.Attribute) else names.get(getattr(owner, "id", ""))
                        if record in WRITTEN:
                            yield record, place.attr


def flat(targets: list[Any]) -> Iterator[Any]:
    for target in targets:
        yield from flat(target.elts) if isinstance(target, ast.Tuple) else (target,)


def aliases(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """Names in a function for a record of the state: `now = world.now`, alone or in a tuple."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for target, value in zip(flat(node.targets), values, strict=False):
                if isinstance(target, ast.Name) and isinstance(value, ast.Attribute) and value.attr in WRITTEN:
                    yield target.id, value.attr


def test_every_field_is_written_by_its_one_writer() -> None:
    writers: dict[tuple[str, str], set[str]] = {}
    beside = [ROOT / "simulation" / name for name in ("counterfactual.py", "state/spending.py")]
    for module in [*(ROOT / "simulation" / "processes").glob("*.py"), *beside]:
        for place in written(module):
            writers.setdefault(place, set()).add(module.stem)
    declared = {
        (record, field.name): {field.metadata["writer"]} for record, kind in WRITTEN.items() for field in fields(kind)
    }
    assert writers == declared


def test_the_reader_of_writers_sees_them_all(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    lines = [
        "def f(world):",
        "    memory, now = world.memory, world.now",
        "    now.reach[:] = 1",
        "    memory.price_moved *= 2",
        "    world.now.unit_cost[:], world.tally.closed = 1, 2",
        "    seen = world.now.product",
    ]
    source.write_text("\n".join(lines), encoding="utf-8")
    assert set(written(source)) == {
        ("now", "reach"), ("memory", "price_moved"), ("now", "unit_cost"), ("tally", "closed"),
    }  # fmt: skip


def test_no_process_changes_what_another_writes() -> None:
    """Run process by process, and see which fields differ afterwards: in-place changes under any name show here."""
    world = begin(PLAN.with_settings(LEVERS | {"run.start": 2022}), 5, 0)
    apply_strategy(world, world.planned)
    helpers = {
        "founding": {"partnerships", "counterfactual", "sizes"},
        "withdrawal": {"closure"},
        "adoption": {"nation", "serving"},
    }
    helpers |= {
        name: {"spending", *helpers.get(name, set())} for name in ("disbursement", "delivery", "funds", "closure")
    }
    for name in ("disbursement", "withdrawal"):
        helpers[name] = {"leaving", *helpers.get(name, set())}
    helpers["disbursement"] |= {"building"}
    helpers["delivery"] |= {"building", "cash"}
    helpers["closure"] |= {"serving"}
    helpers["revival"] = {"spending"}
    for _ in range(6):
        for process in STEP:
            before = {record: copy.deepcopy(getattr(world, record)) for record in WRITTEN}
            process(world)
            module = process.__module__.rpartition(".")[2]
            allowed = {module, *helpers.get(module, set())}
            for record, kind in WRITTEN.items():
                for field in fields(kind):
                    old, new = getattr(before[record], field.name), getattr(getattr(world, record), field.name)
                    same = np.array_equal(old, new, equal_nan=field.metadata["kind"] == "f8")
                    assert same or field.metadata["writer"] in allowed, f"{module} changes {record}.{field.name}"
        world.quarter += 1


def test_facts_cannot_be_written_into_and_copies_neither() -> None:
    world = begin(PLAN, 5, 0)
    for other in (world, world.snapshot(), pickle.loads(pickle.dumps(world))):
        for record in (other.facts.donors, other.facts.countries, other.facts.drawn, other.facts):
            for field in fields(record):
                value = getattr(record, field.name)
                if isinstance(value, np.ndarray):
                    assert not value.flags.writeable, field.name
    with pytest.raises(ValueError, match="read-only"):
        world.facts.donors.ict_budget[0] = 1.0


def test_a_snapshot_shares_nothing_that_changes() -> None:
    world = begin(PLAN, 5, 0)
    other = world.snapshot()
    assert other.facts is world.facts
    for record, kind in WRITTEN.items():
        for field in fields(kind):
            mine, theirs = getattr(getattr(world, record), field.name), getattr(getattr(other, record), field.name)
            if isinstance(mine, np.ndarray):
                assert not np.shares_memory(mine, theirs), field.name
    other.tally.founded += 1.0
    assert world.tally.founded != other.tally.founded


def test_every_number_of_the_state_is_of_its_declared_type_and_shape() -> None:
    world = begin(PLAN, 5, 0)
    sizes = {"C": world.countries.count, "D": world.donors.count, "G": 2}
    records = (world.facts.donors, world.facts.countries, world.facts.drawn, world.now, world.memory, world.tally)
    for record in records:
        for field in fields(record):
            value, told = getattr(record, field.name), field.metadata
            if told["shape"]:
                assert value.dtype.kind == np.dtype(told["kind"]).kind, field.name
                assert value.ndim == len(told["shape"]), field.name
                known = [(sizes.get(axis, size), size) for axis, size in zip(told["shape"], value.shape, strict=True)]
                assert all(expected == size for expected, size in known), field.name


@pytest.mark.parametrize(("seen", "checked"), [(Strategy, StrategySettings), (Surroundings, WorldSettings)])
def test_processes_see_every_lever_as_the_settings_have_it(seen: type, checked: Any) -> None:
    kinds, theirs = hints(seen), hints(checked)
    assert set(kinds) == set(checked.model_fields)
    for name, kind in kinds.items():
        origins = typing.get_origin(kind), typing.get_origin(theirs[name])
        same = origins == (tuple, tuple) or (name == "countries" and origins == (dict, dict))  # records in them
        assert same or kind == theirs[name], name


def test_a_strategy_comes_into_force_as_a_whole() -> None:
    world = begin(PLAN, 5, 0)
    with pytest.raises(AttributeError):
        world.strategy = world.planned
    with pytest.raises(AttributeError):
        world.levers.observation_sd = 0.0


def test_parameters_are_listed_in_one_order_whoever_is_imported_first() -> None:
    processes = [name.rpartition(".")[0] for name in parameters()]
    of_ways = [name for name in processes if "." in name]
    assert list(dict.fromkeys(processes[len(of_ways) :])) == list(LISTED)
    assert [name.partition(".")[0] for name in dict.fromkeys(of_ways)] == sorted(
        (name.partition(".")[0] for name in dict.fromkeys(of_ways)), reverse=True
    )


def test_parameters_are_bound_once_and_the_first_look_is_noted() -> None:
    one, two = (
        Values({"barriers.price_fall": 0.06, "founding.kind_access": 0.25}),
        Values({"barriers.price_fall": 0.07}),
    )
    assert BarrierParameters.of(one) is BarrierParameters.of(one) and one.read == set()
    assert (BarrierParameters.of(one).price_fall, BarrierParameters.of(two).price_fall) == (0.06, 0.07)
    assert one.read == {"barriers.price_fall"}
    copied = copy.deepcopy(one)
    assert BarrierParameters.of(copied) is not BarrierParameters.of(one) and copied.read == one.read
    with pytest.raises(AttributeError):
        _ = BarrierParameters.of(one).price_fell
