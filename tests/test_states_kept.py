"""States at the start year that are kept: their key holds all that acts before, and they change no bit of a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import platformdirs
import pytest
from command_line import call

from afteraid.experiments.search.trials import Batch
from afteraid.experiments.study.study import Study
from afteraid.simulation import past
from afteraid.simulation.basis import cache
from afteraid.simulation.basis.cache import cache_folder, clear, keep, kept, read_kept
from afteraid.simulation.basis.workers import WorkerPool
from afteraid.simulation.beginning import begin as beginning
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance_to
from afteraid.simulation.ensemble import run_once
from afteraid.simulation.past import KEPT, PARAMETERS_FROM_START, SETTINGS_FROM_START, Pasts, key_of_past
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.scenario.scenario import Scenario, list_scenarios, load_scenario
from afteraid.simulation.scenario.settings import RunSettings, WorldSettings
from afteraid.simulation.state.parameters import REGISTRY
from afteraid.simulation.state.storing import CHANGES, KEPT_FROM_THE_START, MADE_ANEW, put_state, take_state
from afteraid.simulation.state.structures import STRUCTURES
from afteraid.simulation.state.world import World

SHORT: dict[str, object] = {"run.spinup": 2024, "run.start": 2025, "run.end": 2026}
SEED = 7
ACT_BEFORE: dict[str, object] = {  # by setting of the world; a new one needs its entry here
    "cuts": [{"year": 2024, "size": 0.3}],
    "further_cuts": [{"year": 2024, "size": 0.2}],
    "spells": [{"year": 2024, "kind": "climate", "times": 3.0}],
    "withdrawals": [{"year": 2024, "donors": ["USA"]}],
    "ai_arrival": 2024,
    "satellite_arrival": 2024,
    "contracts_end": 2024,
    "parameters": {"closure.frailty": 0.9},
    "countries": {"KEN": {"treasury_room": 2e7}},
    "uncertain": False,
    "edition": 3,
    "structures": [next(iter(STRUCTURES))],
    "initiative_scale": 3,
}
ACT_AFTER: dict[str, object] = {
    "cuts": [{"year": 2025, "size": 0.3}, {"year": 2026, "size": 0.5, "mode": "terminate"}],
    "further_cuts": [{"year": 2025, "size": 0.3}],
    "spells": [{"year": 2025, "kind": "climate", "times": 3.0}, {"year": 2026, "kind": "conflict", "times": 9.0}],
    "withdrawals": [{"year": 2025, "donors": ["USA"], "notice_years": 2.0}],
    "ai_arrival": 2025,
    "satellite_arrival": 2025,
    "contracts_end": 2025,
    "technology_speed": 3.0,
    "energy_cost_growth": 0.1,
    "barrier_pace": {"skills": 0.2, "trust": 3.0, "device": 0.5},
    "parameters": dict.fromkeys(PARAMETERS_FROM_START, 0.5),
}
RUN_BEFORE: dict[str, object] = {"spinup": 2022, "start": 2026, "parameter_draw": 4}
RUN_AFTER: dict[str, object] = {
    "end": 2030, "runs": 3, "focus": "KEN", "without": ["donor:USA"], "others": "free",
}  # fmt: skip
BESIDE = {"seed"}  # of a run is given apart


def short(**settings: object) -> Scenario:
    """The baseline over a few years, with some settings of the world changed."""
    return load_scenario("baseline", SHORT | {f"world.{name}": value for name, value in settings.items()})


def tables(world: World, plan: Scenario) -> dict[str, pd.DataFrame]:
    """What is recorded of a world that is run on to its end."""
    return compile_record(advance_to(world, plan.run.end)).tables


def assert_same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    """Equal to the last bit."""
    assert one.keys() == other.keys()
    for name in one:
        pd.testing.assert_frame_equal(one[name], other[name], check_exact=True)


def cold(plan: Scenario, replicate: int = 0) -> World:
    """The world at its start year, computed."""
    return Pasts(on_disk=False, most=0).at_start(plan, SEED, replicate)


def state_of(plan: Scenario) -> list[tuple[str, bytes]]:
    """The state at the start year, computed, as bytes."""
    return [(name, np.asarray(value).tobytes()) for name, value in take_state(cold(plan)).items()]


def test_every_setting_is_known_to_act_before_the_start_or_not_to() -> None:
    assert ACT_BEFORE.keys() | {*SETTINGS_FROM_START} == {*WorldSettings.model_fields}
    assert ACT_BEFORE.keys().isdisjoint(SETTINGS_FROM_START) and {*SETTINGS_FROM_START} <= ACT_AFTER.keys()
    assert RUN_BEFORE.keys() | RUN_AFTER.keys() | BESIDE == {*RunSettings.model_fields}


def test_whatever_acts_before_the_start_gives_a_new_key() -> None:
    usual = short()
    plans = [short(**{name: value}) for name, value in ACT_BEFORE.items()]
    plans += [
        load_scenario("baseline", SHORT | {"run.end": 2027, f"run.{name}": value}) for name, value in RUN_BEFORE.items()
    ]
    keys = [key_of_past(plan, SEED, 0) for plan in (usual, *plans)]
    keys += [key_of_past(usual, SEED, 1), key_of_past(usual, SEED + 1, 0)]
    assert len({*keys}) == len(keys)


@pytest.mark.parametrize("name", sorted(set(REGISTRY) - set(PARAMETERS_FROM_START))[::20])
def test_a_parameter_that_is_fixed_gives_a_new_key(name: str) -> None:
    fixed = short(parameters={name: REGISTRY[name].value})
    assert key_of_past(fixed, SEED, 0) != key_of_past(short(), SEED, 0)


@pytest.mark.parametrize("part", ["code_hashes", "data_hashes", "versions", "processor", "EDITION", "strategy"])
def test_code_data_packages_processor_and_the_past_of_donors_are_in_the_key(
    part: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = key_of_past(short(), SEED, 0)
    past._made_with.cache_clear()
    assert key_of_past(short(), SEED, 0) == before
    past._made_with.cache_clear()
    if part == "strategy":
        other = tmp_path / "other.toml"
        other.write_text('extends = "baseline"\n[strategy]\ncoordination = 0.5\n', encoding="utf-8")
        monkeypatch.setattr(beginning, "PAST", str(other))
    elif part == "EDITION":
        monkeypatch.setattr(past, part, "another")
    else:
        monkeypatch.setattr(past, part, lambda *_: {"another": "one"})
    assert key_of_past(short(), SEED, 0) != before
    monkeypatch.undo()
    past._made_with.cache_clear()


@pytest.mark.parametrize("name", ACT_AFTER)
def test_what_acts_from_the_start_on_leaves_key_and_state(name: str, usual_state: list[tuple[str, bytes]]) -> None:
    changed = short(**{name: ACT_AFTER[name]})
    if name != "cuts":  # the baseline's own begin in the start year
        assert getattr(changed.world, name) != getattr(short().world, name)
    assert key_of_past(changed, SEED, 0) == key_of_past(short(), SEED, 0)
    assert state_of(changed) == usual_state


@pytest.fixture(scope="module")
def usual_state() -> list[tuple[str, bytes]]:
    return state_of(short())


def test_all_shipped_scenarios_share_the_key_of_their_past() -> None:
    plans = list_scenarios()
    assert len(plans) > 40 and len({key_of_past(plan, plan.run.seed, 0) for plan in plans}) == 1


@pytest.mark.slow
def test_all_shipped_scenarios_have_one_state_at_the_start(usual_state: list[tuple[str, bytes]]) -> None:
    for plan in list_scenarios():
        assert state_of(load_scenario(plan.name, {name: SHORT[name] for name in SHORT})) == usual_state, plan.name


def test_every_field_of_a_world_is_stored_or_made_anew_or_empty() -> None:
    assert sorted((*CHANGES, *MADE_ANEW, *KEPT_FROM_THE_START)) == sorted(field.name for field in fields(World))
    assert cold(short()).closed.count == 0


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"world.parameters": dict.fromkeys(PARAMETERS_FROM_START, 0.4), "run.focus": "KEN"},
        {"run.without": ["donor:USA"], "run.others": "fixed"},
        {"run.without": ["exit:abrupt"], "run.others": "free", "strategy.coordination": 0.8},
        {"world.uncertain": False, "world.edition": 2, "world.structures": ["own_anchors", "plateau_of_survival"]},
        {"world.initiative_scale": 3},
    ],
    ids=["baseline", "phones", "without a donor", "without an exit", "structures", "a finer world"],
)
def test_a_stored_state_gives_the_bits_of_a_cold_run(chosen: dict[str, object]) -> None:
    plan, replicate = load_scenario("baseline", SHORT | chosen), 2
    expected = tables(cold(plan, replicate), plan)
    pasts = Pasts(on_disk=True)
    made = tables(pasts.at_start(plan, SEED, replicate), plan)
    in_memory = tables(pasts.at_start(plan, SEED, replicate), plan)
    pasts.forget()
    stored = tables(pasts.at_start(plan, SEED, replicate), plan)
    assert pasts.made == 1 and len(kept()) == 1
    for found in (made, in_memory, stored):
        assert_same(found, expected)


def test_what_is_stored_is_what_was_taken_in_type_and_bits() -> None:
    plan = short()
    world = cold(plan)
    state = take_state(world)
    assert keep("key", past._written(state))
    again = past._read("key")
    assert again is not None and again.keys() == state.keys()
    for name, value in state.items():
        found = again[name]
        assert type(found) is type(value), name
        assert np.asarray(found).dtype == np.asarray(value).dtype and np.shape(found) == np.shape(value), name
        assert np.asarray(found).tobytes() == np.asarray(value).tobytes(), name
    assert sum(file.size for file in kept()) < sum(np.asarray(value).nbytes for value in state.values())
    other = begin(plan, SEED, 0)
    put_state(other, again)
    other.countries.use[:] = -1.0  # a world shares no memory with what is kept
    other.ledger.inflow["donor"][:] = 0
    assert np.asarray(again["countries.use"]).min() >= 0.0 and take_state(world).keys() == state.keys()


@pytest.mark.parametrize("harm", ["cut", "changed", "empty", "other"])
def test_a_file_that_is_not_whole_is_made_again(harm: str) -> None:
    plan = short()
    expected = tables(cold(plan), plan)
    Pasts(on_disk=True).at_start(plan, SEED, 0)
    (file,) = kept()
    content = file.path.read_bytes()
    middle = len(content) // 2
    harmed = {
        "cut": content[:middle],
        "changed": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "empty": b"",
        "other": b"something else",
    }
    file.path.write_bytes(harmed[harm])
    pasts = Pasts(on_disk=True)
    assert_same(tables(pasts.at_start(plan, SEED, 0), plan), expected)
    assert pasts.made == 1 and file.path.read_bytes() == content


def test_an_unwritable_cache_costs_time_and_nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")
    monkeypatch.setenv(cache.VARIABLE, str(in_the_way))
    plan = short()
    pasts = Pasts(on_disk=True, most=0)
    assert_same(tables(pasts.at_start(plan, SEED, 0), plan), tables(pasts.at_start(plan, SEED, 0), plan))
    assert pasts.made == 2 and kept() == [] and clear() == [] and in_the_way.read_text(encoding="utf-8") == ""


def test_a_disk_that_fills_up_leaves_nothing_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache.os, "replace", full)
    assert not keep("key", [b"content"]) and list(cache_folder().iterdir()) == []


def test_memory_holds_the_newest_states_and_no_more() -> None:
    pasts = Pasts(on_disk=False, most=2)
    plan = short()
    for replicate in (0, 1, 0, 2, 0, 1):
        pasts.at_start(plan, SEED, replicate)
    assert pasts.made == 4 and len(pasts._kept) == 2  # 0, 1, 2, and 1 again


def test_memory_holds_one_state_of_a_large_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "LARGE", 1_000_000)
    pasts = Pasts(on_disk=False, most=2)
    for replicate in (0, 1, 1):
        pasts.at_start(short(), SEED, replicate)
    assert pasts.made == 2 and len(pasts._kept) == 1


def test_a_file_of_more_than_its_share_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_BYTES", 1000)
    assert keep("small", [bytes(20), bytes(30)]) and not keep("large", [bytes(20), bytes(31)])
    assert [file.path.stem for file in kept()] == ["state-small"]


def test_the_oldest_files_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_BYTES", 250)
    monkeypatch.setattr(cache, "LARGEST", 1.0)
    times = iter(range(1, 100))

    def use(key: str, how: Callable[[], Any]) -> None:
        assert how()
        now = next(times)
        cache.os.utime(cache_folder() / f"state-{key}.bin", (now, now))

    for key in ("a", "b"):
        use(key, lambda key=key: keep(key, [bytes(100)]))
    use("a", lambda: read_kept("a") == bytes(100))
    assert keep("c", [bytes(50)])
    assert [file.path.stem for file in kept()] == ["state-a", "state-c"]
    (cache_folder() / "of-another-program").write_bytes(bytes(1000))
    assert {file.path.stem for file in clear()} == {"state-a", "state-c"}
    assert [path.name for path in cache_folder().iterdir()] == ["of-another-program"]


def test_many_may_write_and_read_one_key_at_once() -> None:
    contents = [bytes([number]) * 200_000 for number in range(4)]
    assert keep("key", [contents[0]])
    with ThreadPoolExecutor(8) as pool:
        for number in range(40):
            pool.submit(keep, "key", [contents[number % 4]])
        found = list(pool.map(lambda _: read_kept("key"), range(80)))
    assert all(content in contents for content in found) and len(kept()) == 1


@pytest.mark.slow
def test_two_processes_that_make_one_state_agree() -> None:
    plan = short()
    with WorkerPool(2) as pool:
        one, other = [future.result() for future in [pool.submit(run_once, plan, 0) for _ in range(2)]]
    assert_same(one, other)
    assert len(kept()) == 1 and read_kept(kept()[0].path.stem.removeprefix("state-")) is not None


def test_a_search_keeps_the_pasts_of_its_futures_and_a_sweep_keeps_none() -> None:
    assert Batch.pasts_on_disk and not Study.pasts_on_disk


def test_a_run_goes_on_from_what_an_earlier_one_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = short()
    first = run_once(plan, 0, twin=True)
    assert len(kept()) == 1
    KEPT.forget()
    monkeypatch.setattr(past, "first_quarter", lambda *_: pytest.fail("a past that is kept was made again"))
    assert_same(run_once(plan, 0, twin=True), first)
    changed = run_once(short(technology_speed=2.0), 0)
    assert len(changed["countries"]) == len(first["countries"]) and len(kept()) == 1


def test_the_command_shows_and_clears_what_is_kept() -> None:
    empty = call("cache")
    assert empty.exit_code == 0 and "holds 0 states" in empty.stdout and cache.VARIABLE in empty.stdout
    assert not cache_folder().exists()
    keep("one", [bytes(1_500_000)])
    keep("two", [bytes(1_000_000)])
    shown = call("cache").stdout
    assert str(cache_folder()) in shown.replace("\n", "") and "2 states, 2.5 MB of at most 2,000 MB" in shown
    told = json.loads(call("cache", "--json").stdout)
    assert told["states"] == 2 and told["folder"] == str(cache_folder()) and 2_500_000 < told["bytes"] < 2_500_200
    cleared = call("cache", "--clear").stdout
    assert "2 states removed, 2.5 MB" in cleared and "holds 0 states" in cleared and kept() == []


def test_the_command_makes_the_central_state_once(monkeypatch: pytest.MonkeyPatch) -> None:
    central = load_scenario("baseline", SHORT | {"world.uncertain": False})
    monkeypatch.setattr("afteraid.simulation.scenario.scenario.load_scenario", lambda *_: central)
    for _ in range(2):
        assert call("cache", "--make", "--quiet").exit_code == 0
        assert [file.path.stem for file in kept()] == [f"state-{key_of_past(central, central.run.seed, 0)}"]
        KEPT.forget()


def test_where_nothing_is_chosen_the_cache_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, " ")
    assert cache_folder() == Path(platformdirs.user_cache_dir("afteraid", appauthor=False))
