"""Arguments of everything that is called from Python: what can't be used is refused, in the same words, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from os import PathLike, fspath
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from command_line import refused
from hypothesis import given
from hypothesis import strategies as st
from small_studies import stand_in_study
from wrong_inputs import of_a_kind

from afteraid import FinancingModel, InputError, Results, load_scenario, run
from afteraid.experiments.attribution.attribution import attribute, shapley
from afteraid.experiments.calibration.adoption_law import fit
from afteraid.experiments.calibration.closure import fit_closure
from afteraid.experiments.calibration.donor_law import fit_donors
from afteraid.experiments.calibration.outcome_law import fit_outcomes
from afteraid.experiments.discovery.discovery import discover
from afteraid.experiments.discovery.ema_model import ema_model
from afteraid.experiments.search.search import search
from afteraid.experiments.study.study import read_study
from afteraid.experiments.sweep.sweep import rerun, sweep
from afteraid.experiments.trust.hindcast.hindcast import hindcast
from afteraid.experiments.trust.patterns.patterns import check
from afteraid.experiments.trust.uncertainty.uncertainty import tell_apart
from afteraid.simulation.basis import arguments
from afteraid.simulation.scenario.settings import RunSettings

PLAN = load_scenario("baseline", {"spinup": 2024, "start": 2024, "end": 2025})


class Reached(Exception):
    """The arguments were taken: what follows would be the work."""


@dataclass(frozen=True)
class Kind:
    """What an argument may be; `sure` where all that looks right is taken."""

    right: Callable[[object], bool]
    sure: bool = True


class Somewhere(PathLike[str]):
    """A path that is no `pathlib.Path`."""

    def __init__(self, text: str | bytes) -> None:
        self.text = text

    def __fspath__(self) -> Any:
        return self.text


def whole(least: int, most: int, or_none: bool = False) -> Kind:
    def right(value: object) -> bool:
        if value is None:
            return or_none
        return (type(value) is int or isinstance(value, np.integer)) and least <= int(value) <= most

    return Kind(right)


def is_path(value: object) -> bool:
    return isinstance(fspath(value), str) if isinstance(value, PathLike) else isinstance(value, str)


def a_list_of(kind: type | tuple[type, ...]) -> Kind:
    def right(value: object) -> bool:
        if not isinstance(value, (list, tuple, range, np.ndarray)) or np.ndim(value) == 0:
            return False
        return all(isinstance(part, kind) and not isinstance(part, (bool, np.bool_)) for part in value)

    return Kind(right, sure=False)


MANY = 10**30
SEED = whole(0, 2**63 - 1, or_none=True)
OWN_SEED = whole(0, 2**63 - 1)
RUNS = whole(1, 100_000, or_none=True)
WORKERS = whole(1, 10**100, or_none=True)
DRAWS = whole(0, 100_000)
YEAR = whole(1900, 2100)
TRUTH = Kind(lambda value: isinstance(value, (bool, np.bool_)))
CALL = Kind(lambda value: value is None or callable(value))
TEXT_OR_NONE = Kind(lambda value: value is None or isinstance(value, str), sure=False)
SCENARIO = Kind(is_path, sure=False)  # a text is a name, and few names are known
FOLDER = Kind(is_path, sure=False)
TEXTS = a_list_of(str)
NUMBERS = a_list_of((int, np.integer))
RUN = whole(0, 10**100)
SIZE = Kind(whole(1, 100_000_000, or_none=True).right, sure=False)  # a design asks for a least number

PANEL = SimpleNamespace(last_year=2100, known_in=lambda year: None, use=pd.DataFrame({"KEN": [0.5]}, index=[2100]))
FLOWS = pd.DataFrame({"year": [2000]})
STUDY = "exit-timing"

# What is called, with the arguments that it needs; where its work begins; and what each argument may be.
CALLS: dict[str, tuple[Callable[..., Any], dict[str, Any], str, dict[str, Kind]]] = {
    "run": (
        run, {"scenario": PLAN}, "simulation.ensemble:_chunks",
        {"scenario": SCENARIO, "runs": RUNS, "seed": SEED, "workers": WORKERS, "progress": CALL, "twin": TRUTH},
    ),
    "FinancingModel": (
        FinancingModel, {"scenario": PLAN}, "simulation.model:first_quarter",
        {"scenario": SCENARIO, "seed": SEED, "rng": SEED, "replicate": whole(0, 2**31 - 1),
         "register_initiatives": TRUTH},
    ),
    "check": (
        check, {"scenario": PLAN}, "experiments.trust.patterns.patterns:_all_runs",
        {"runs": whole(1, 100_000), "seed": SEED, "workers": WORKERS, "progress": CALL, "scenario": SCENARIO},
    ),
    "tell_apart": (
        tell_apart, {"scenario": PLAN}, "experiments.trust.uncertainty.uncertainty:_plans",
        {"scenario": SCENARIO, "draws": whole(2, 100_000), "replicates": whole(2, 100_000), "workers": WORKERS,
         "progress": CALL, "also": TEXTS, "twin": TRUTH},
    ),
    "attribute": (
        attribute, {"scenario": PLAN, "without": ["donor:USA"]}, "experiments.attribution.attribution:_losses",
        {"scenario": SCENARIO, "without": TEXTS, "runs": RUNS, "seed": SEED, "workers": WORKERS, "progress": CALL,
         "also": TEXTS},
    ),
    "shapley": (
        shapley, {"scenario": "phased-handover", "levers": ["exits"]}, "experiments.attribution.attribution:_Study",
        {"scenario": SCENARIO, "levers": TEXTS, "against": SCENARIO, "runs": RUNS, "seed": SEED, "workers": WORKERS,
         "progress": CALL, "also": TEXTS},
    ),
    "hindcast": (
        hindcast, {"panel": PANEL}, "experiments.trust.hindcast.hindcast:_Crew",
        {"origins": NUMBERS, "horizons": NUMBERS, "runs": whole(2, 100_000), "draws": DRAWS, "seed": OWN_SEED,
         "workers": WORKERS, "progress": CALL, "service_runs": whole(1, 100_000), "rivals": TEXTS},
    ),
    "fit": (
        fit, {"panel": PANEL, "until": 2018}, "experiments.calibration.adoption_law:point_fit",
        {"until": YEAR, "draws": DRAWS, "seed": OWN_SEED, "workers": WORKERS, "progress": CALL},
    ),
    "fit_donors": (
        fit_donors, {"flows": FLOWS, "budgets": FLOWS, "panel": PANEL, "until": 2018},
        "experiments.calibration.donor_law:prepared",
        {"until": YEAR, "draws": DRAWS, "seed": OWN_SEED, "workers": WORKERS, "progress": CALL},
    ),
    "fit_outcomes": (
        fit_outcomes, {"world_bank": None, "adb": None, "until": 2018}, "experiments.calibration.outcome_law:gathered",
        {"until": YEAR, "draws": DRAWS, "seed": OWN_SEED, "workers": WORKERS, "progress": CALL},
    ),
    "fit_closure": (
        fit_closure, {}, "experiments.calibration.closure:qmc",
        {"runs": whole(20, 100_000), "draws": whole(1, 100_000), "seed": OWN_SEED, "workers": WORKERS,
         "progress": CALL},
    ),
    "sweep": (
        sweep, {"study": STUDY, "out": "nowhere"}, "experiments.sweep.sweep:choose_engine",
        {"study": SCENARIO, "out": FOLDER, "runs": SIZE, "workers": WORKERS, "resume": TRUTH, "sample": TRUTH,
         "announce": CALL, "progress": CALL, "scheduler": TEXT_OR_NONE},
    ),
    "rerun": (rerun, {"study": STUDY, "run": 0}, "experiments.sweep.sweep:run_spec",
        {"study": SCENARIO, "run": Kind(RUN.right, sure=False), "runs": SIZE},
    ),
    "ema_model": (
        ema_model, {"study": STUDY}, "experiments.discovery.ema_model:identifiers",
        {"study": SCENARIO, "scenario": TEXT_OR_NONE, "replicate": whole(0, 19, or_none=True)},
    ),
    "search": (
        search, {"what": "robust-mix", "out": "nowhere"}, "experiments.search.search:_evolution",
        {"what": SCENARIO, "out": FOLDER, "runs": SIZE, "generations": whole(1, 10_000, or_none=True),
         "futures": whole(2, 10_000, or_none=True), "workers": WORKERS, "resume": TRUTH, "announce": CALL,
         "progress": CALL, "scheduler": TEXT_OR_NONE},
    ),
    "discover": (
        discover, {"folder": "nowhere", "where": "y < 1"}, "experiments.discovery.discovery:workbench",
        {"folder": FOLDER, "scenario": TEXT_OR_NONE, "seed": OWN_SEED},
    ),
    "read": (Results.read, {}, "simulation.results.tables:read_manifest", {"folder": FOLDER}),
    "load_scenario": (load_scenario, {}, "simulation.scenario.scenario:read_draft", {"name_or_path": SCENARIO}),
    "read_study": (read_study, {}, "experiments.study.study:read_written", {"name_or_path": SCENARIO}),
}  # fmt: skip

NUMPY = [np.int8, np.int32, np.int64, np.uint8, np.uint64, np.float32, np.float64]
ODD = [
    None, True, False, np.bool_(True), np.bool_(False), 1.0, 0.5, np.nan, np.inf, -1, 0, 2**31, 2**63, MANY, -MANY,
    Decimal(2), Fraction(4, 2), 2 + 0j, b"baseline", bytearray(b"1"), "1", "", "baseline", "a" * 5000 + ".toml",
    "nul\x00.toml", "\ud800.toml", object(), print, int, [], [1], [1.5], [True], ["baseline"], ("x",), {}, {"a": 1},
    np.array(3), np.array([1, 2]), np.array(["a"]), pd.NA, range(3), Path("nowhere.toml"), Path("baseline"),
    Somewhere("nowhere/x.toml"), Somewhere(b"nowhere.toml"), ..., NotImplemented, PLAN.run,
]  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(ODD),
    st.integers(-3, 30),
    st.integers(),
    st.floats(),
    st.integers(0, 100).map(float),
    st.builds(lambda kind, value: kind(value), st.sampled_from(NUMPY), st.integers(0, 120)),
    st.text(max_size=20),
    st.text(max_size=20).map(lambda text: text + ".toml"),
    st.lists(st.one_of(st.integers(-3, 2060), st.text(max_size=5), st.floats(), st.booleans()), max_size=3),
    st.decimals(0, 10),
    st.binary(max_size=5),
)


@contextmanager
def stopped_at(place: str) -> Iterator[None]:
    """Raise Reached where the work would begin."""

    class Stop:
        def __init__(self, *_: object, **__: object) -> None:
            raise Reached

        def __getattr__(self, name: str) -> object:
            raise Reached

    class StopAtAnyName:
        def __getattr__(self, name: str) -> object:
            raise Reached

    module, _, name = place.partition(":")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module(f"afteraid.{module}"), name, StopAtAnyName() if name == "qmc" else Stop)
        yield


@of_a_kind
@given(st.data())
def test_any_argument_is_taken_or_refused_before_work_begins(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(CALLS)), label="called")
    call, needed, place, kinds = CALLS[name]
    argument = data.draw(st.sampled_from(sorted(kinds)), label="argument")
    value = data.draw(VALUES, label="value")
    kind = kinds[argument]
    with stopped_at(place):
        try:
            call(**{**needed, argument: value})
        except Reached:
            assert kind.right(value), f"{name}({argument}={value!r}) was taken"
        except InputError as problem:
            assert not (kind.sure and kind.right(value)), f"{name}({argument}={value!r}) was refused: {problem}"
            assert len(str(problem)) < 1500
            if not kind.right(value):
                assert problem.key in (argument, "scenario", "study", "search", "seed")
                assert problem.expected
        else:
            pytest.fail("the work was not stopped")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: FinancingModel(PLAN, seed=-1), "seed: -1 is out of range; expected a whole number from 0 to"),
        (lambda: FinancingModel(PLAN, seed=1.5), "seed: 1.5 is not a whole number"),  # type: ignore[arg-type]
        (lambda: FinancingModel(PLAN, replicate=0.5), "replicate: 0.5 is not"),  # type: ignore[arg-type]
        (lambda: FinancingModel(PLAN, replicate=-1), "replicate: -1 is out of range"),
        (lambda: run(PLAN, seed=-1), "seed: -1 is out of range; expected a whole number from 0 to"),
        (lambda: run(PLAN, seed=1.0), "seed: 1.0 is not a whole number"),  # type: ignore[arg-type]
        (lambda: run(PLAN, workers=1.5), "workers: 1.5 is not a whole number"),  # type: ignore[arg-type]
        (lambda: run(PLAN, workers=0), "workers: 0 is out of range; expected a whole number from 1"),
        (lambda: run(PLAN, runs=True), "runs: True is not a whole number"),
        (lambda: run(PLAN, runs="5"), "runs: '5' is not a whole number"),  # type: ignore[arg-type]
        (lambda: sweep(STUDY, "out", workers=0), "workers: 0 is out of range; expected a whole number from 1"),
        (lambda: ema_model(STUDY, replicate=0.5), "replicate: 0.5 is not"),  # type: ignore[arg-type]
        (lambda: run(7), "scenario: 7 is no scenario"),  # type: ignore[arg-type]
        (lambda: sweep(7, "out"), "study: 7 is no study"),  # type: ignore[arg-type]
    ],
)
def test_arguments_are_refused_in_the_same_words_everywhere(call: Callable[[], object], said: str) -> None:
    with pytest.raises(InputError) as refused:
        call()
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("run", "baseline", "--seed", "-1"), "--seed: -1 is out of range; expected a whole number from 0 to"),
        (("run", "baseline", "--runs", "0"), "--runs: 0 is out of range; expected a whole number from 1 to"),
        (("run", "baseline", "--workers", "0"), "--workers: 0 is out of range; expected a whole number from 1"),
        (("patterns", "--runs", "0"), "--runs: 0 is out of range; expected a whole number from 1 to"),
        (("patterns", "--seed", "-1"), "--seed: -1 is out of range; expected a whole number from 0 to"),
        (("sweep", STUDY, "--out", "nowhere", "--workers", "0"), "--workers: 0 is out of range; expected a whole"),
        (("uncertainty", "baseline", "--draws", "1"), "--draws: 1 is out of range; expected a whole number from 2 to"),
        (("search", "robust-mix", "--out", "nowhere", "--workers", "0"), "--workers: 0 is out of range; expected a"),
    ],
)
def test_commands_refuse_arguments_in_the_words_of_python(
    command: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in refused(*command)
    assert not list(tmp_path.iterdir())


def test_whole_numbers_may_be_those_of_numpy() -> None:
    given = FinancingModel(PLAN, seed=np.int64(7), replicate=np.int32(1))  # type: ignore[arg-type]
    usual = FinancingModel(PLAN, seed=7, replicate=1)
    assert np.array_equal(given.world.countries.frailty, usual.world.countries.frailty)
    assert type(given.seed_of_luck) is int


def test_what_takes_a_scenario_or_a_study_takes_any_path(tmp_path: Path) -> None:
    scenario, study = tmp_path / "own.toml", tmp_path / "small.toml"
    scenario.write_text('extends = "baseline"\n[run]\nspinup = 2024\nstart = 2024\nend = 2025\n', encoding="utf-8")
    study.write_text(stand_in_study(points=4, replicates=1), encoding="utf-8")
    for place in (str(scenario), scenario, Somewhere(str(scenario))):
        assert load_scenario(place).name == FinancingModel(place).plan.name == "own"
    assert run(scenario, runs=1, workers=1).manifest["name"] == "own"
    for study_given in (str(study), study, Somewhere(str(study))):
        assert rerun(study_given, 0)[0].run == 0
        assert read_study(study_given).name == "small"


def test_the_ranges_of_arguments_are_those_of_a_scenario_file() -> None:
    for key, least, most in (("runs", 1, arguments.MOST_RUNS), ("seed", 0, arguments.LARGEST_SEED)):
        assert getattr(RunSettings(**{key: least}), key) == least
        assert getattr(RunSettings(**{key: most}), key) == most
        for outside in (least - 1, most + 1):
            with pytest.raises(ValueError):
                RunSettings(**{key: outside})
