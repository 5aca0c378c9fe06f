"""Studies: which scenarios, what is varied and how, how often, and what is kept.

A study is read from a TOML file, checked, and frozen. Whatever can't be used is a
`StudyError` that names the file, the line, the key, what was expected, and the nearest name.
"""

from __future__ import annotations

import functools
import importlib
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field
from pydantic_core import PydanticCustomError

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import InputError, StudyError
from afteraid.simulation.basis.frozen import Frozen
from afteraid.simulation.basis.renamed import successor
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.text_file import is_file, is_path, known_name
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.past import what_acts_before
from afteraid.simulation.scenario.file import Draft, Place
from afteraid.simulation.scenario.quantities import Whole
from afteraid.simulation.scenario.scenario import (
    Scenario,
    full_key,
    is_setting,
    load_scenario,
    scenario_directory,
)
from afteraid.simulation.scenario.toml_file import KeyPath, full_names

from .design import Design, places
from .factor_checks import check_apart, check_factor, sets_its_own
from .factors import Factor, Value, settings_of
from .outcomes import Outcome, check_outcome
from .written import carried, find_written, read_written, refused, unusable

MOST_RUNS_IN_A_CHUNK, MOST_WITH_INITIATIVES = 50, 5
OF_THE_STUDY = {
    "run.seed": "seed, above all tables",
    "run.runs": "replicates or points, and for a search futures",
}
TOGETHER = 16  # runs of one past go to one file up to so many, and more than these to several
PlugIn = Callable[[Mapping[str, Any], int, int], Mapping[str, float]]


class StudyFile(Frozen):
    """A study as written.

    Attributes:
        title, question: for readers.
        scenarios: names of shipped ones, or paths of TOML files, from the study's folder.
        model: instead of the world, a function ``module:name`` of settings, seed and replicate that returns numbers.
        seed: of the design and of all runs.
        replicates: how often each point is run, each time with other luck; the same luck at every point.
        chunk_runs: how many runs go to one file; by the size of the study if left out.
        settings: held in all runs, as ``--set`` takes them.
        design, factors, outcomes: see their classes.
    """

    title: str = ""
    question: str = ""
    scenarios: tuple[str, ...] = ("baseline",)
    model: str = ""
    seed: Annotated[int, Whole(0, 2**63 - 1)] = 2025
    replicates: Annotated[int, Whole(1, 100_000)] = 1
    chunk_runs: Annotated[int, Whole(1, 10_000)] | None = None
    settings: dict[str, Any] = Field(default_factory=dict)
    design: Design = Field(default_factory=Design)
    factors: tuple[Factor, ...] = ()
    outcomes: tuple[Outcome, ...] = Field(min_length=1)


@dataclass(frozen=True)
class RunSpec(Short):
    """One run of a study: where it stands in the design, its scenario, its luck, and the values of its factors."""

    run: int
    point: int
    scenario: str
    replicate: int
    values: dict[str, Value]


@dataclass(frozen=True)
class Study(Short):
    """A checked study. The number of a run stands for its point, scenario and replicate, and never changes.

    Attributes:
        name: that of its file.
        written: the file's content, checked.
        scenarios: by name, with the study's settings and seed; empty for a plug-in.
    """

    name: str
    written: StudyFile
    scenarios: dict[str, Scenario]
    chunks_wanted: ClassVar[int] = 200  # many enough to keep a cluster at work
    pasts_on_disk: ClassVar[bool] = False  # ten thousand draws would fill a disk; a chunk's runs share them in memory

    @functools.cached_property
    def own_settings(self) -> frozenset[str]:
        """Return the names of factors whose alternatives are tables of settings."""
        first = next(iter(self.scenarios.values()), None)
        return frozenset(f.name for f in self.written.factors if first is not None and sets_its_own(f))

    @property
    def scenario_names(self) -> tuple[str, ...]:
        """Return the names of the scenarios, or that of the plug-in."""
        return tuple(self.scenarios) or (self.written.model,)

    @property
    def points(self) -> int:
        """Return how many points the design has."""
        return self.written.design.count(self.written.factors)

    @property
    def runs(self) -> int:
        """Return how many runs there are in all."""
        return self.points * len(self.scenario_names) * self.written.replicates

    @property
    def chunk_runs(self) -> int:
        """Return how many runs go to one file; it depends on the study alone, so that files are always the same.

        Runs that share their past stay together where that leaves fewer files than are wanted.
        """
        if self.written.chunk_runs is not None:
            return self.written.chunk_runs
        heavy = any(outcome.grain == "initiative" for outcome in self.written.outcomes)
        most = MOST_WITH_INITIATIVES if heavy else MOST_RUNS_IN_A_CHUNK
        size = max(1, self.runs // self.chunks_wanted)
        if size < TOGETHER:
            size = max(size, math.ceil(self.together / math.ceil(self.together / TOGETHER)))
        return min(most, size)

    @property
    def chunks(self) -> int:
        """Return how many files of runs there are."""
        return math.ceil(self.runs / self.chunk_runs)

    def chunk(self, number: int) -> range:
        """Return the runs of a chunk."""
        return range(number * self.chunk_runs, min((number + 1) * self.chunk_runs, self.runs))

    @functools.cached_property
    def together(self) -> int:
        """Return how many of the first runs share their past, looking at no more than fit one file."""
        first = self.past(self.spec(0))
        most = min(MOST_RUNS_IN_A_CHUNK, self.runs) if first is not None else 1
        return next((run for run in range(1, most) if self.past(self.spec(run)) != first), most)

    def scenario(self, spec: RunSpec) -> Scenario:
        """Return the scenario of a run of the world, with what its values set."""
        return self.scenarios[spec.scenario].with_settings(self.settings(spec.values))

    def past(self, spec: RunSpec) -> str | None:
        """Return a text of all that acts on a run before its start; None where it has no past, or can't be run."""
        if self.written.model:
            return None
        try:
            return what_acts_before(self.scenario(spec), self.written.seed, spec.replicate)
        except InputError:  # the run itself will say so
            return None

    def places(self) -> FloatArray:
        """Return the points of the design, of shape (points, factors), between 0 and 1."""
        levels = tuple(tuple(map(float, factor.places())) for factor in self.written.factors)
        return _places(self.written.design, levels, self.written.seed)

    def spec(self, run: int) -> RunSpec:
        """Return what a run is made of, by its number."""
        if not 0 <= run < self.runs:
            raise StudyError(
                f"there is no run {run}", key=self.name, expected=f"a whole number from 0 to {self.runs - 1}"
            )
        # replicate by replicate, so that neighbours share their luck, and with it their past where they may
        replicate, rest = divmod(run, self.points * len(self.scenario_names))
        point, scenario = divmod(rest, len(self.scenario_names))
        row = self.places()[point]
        values = {factor.name: factor.value(float(at)) for factor, at in zip(self.written.factors, row, strict=True)}
        return RunSpec(run, point, self.scenario_names[scenario], replicate, values)

    def settings(self, values: Mapping[str, Value]) -> dict[str, object]:
        """Return what the values of the factors set, by the names that ``--set`` takes."""
        return settings_of(self.factors_by_name(), values)

    def factors_by_name(self) -> dict[str, tuple[Factor, bool]]:
        """Return the factors, each with whether its alternatives are tables of settings."""
        return {factor.name: (factor, factor.name in self.own_settings) for factor in self.written.factors}

    def with_runs(self, runs: int | None) -> Study:
        """Return the study with as many points, or replicates of a grid, as that number of runs has room for.

        Raises StudyError when not one fits.
        """
        if runs is None:
            return self
        design, written = self.written.design, self.written
        if design.kind == "grid" or not written.factors:
            least = self.points * len(self.scenario_names)
            size = {"replicates": runs // least}
        else:
            least = design.points_each(len(written.factors)) * len(self.scenario_names) * written.replicates
            points = runs // least
            if design.kind == "sobol" and points:
                points = 1 << (points.bit_length() - 1)
            size = {"points": points}
        if min(size.values()) < 1:
            raise StudyError(f"{runs} runs are too few for this design", key="--runs", expected=f"{least} or more")
        if "points" in size:
            return replace(self, written=written.model_copy(update={"design": design.model_copy(update=size)}))
        return replace(self, written=written.model_copy(update=size))


@functools.lru_cache(maxsize=4)
def _places(design: Design, levels: tuple[tuple[float, ...], ...], seed: int) -> FloatArray:
    """Keep the last designs: each chunk asks for its points."""
    found = places(design, levels, seed)
    found.setflags(write=False)
    return found


def study_directory() -> Path:
    """Return the folder of the shipped studies."""
    return Path(__file__).resolve().parents[1] / "studies"


def list_studies() -> list[str]:
    """Return the names of the shipped studies."""
    return sorted(path.stem for path in study_directory().glob("*.toml"))


def read_study(name_or_path: str | os.PathLike[str]) -> Study:
    """Read and check a study, by the name of a shipped one or the path of a TOML file.

    Raises StudyError, with file, line and key, for whatever can't be used; InputError for what is no name or path.
    """
    path = find_written(arguments.name_or_path("study", name_or_path), study_directory(), list_studies(), "study")
    draft, written = read_written(path, StudyFile, {"design": Design, "factors": Factor, "outcomes": Outcome})
    return _settle(draft, path, written)


def _settle(draft: Draft, path: Path, written: StudyFile) -> Study:
    """Load the scenarios and check everything against them."""
    _check_names(draft, written)
    if written.model:
        plug_in(written.model, draft)
        for number, outcome in enumerate(written.outcomes):
            if not outcome.measure or not outcome.is_number():
                raise refused(draft, ("outcomes", number), "a plug-in returns numbers by name", "measure alone")
        return Study(path.stem, written, {})
    held = full_names(written.settings)
    scenarios: dict[str, Scenario] = {}
    for number, name in enumerate(written.scenarios):
        scenario = scenario_of(draft, ("scenarios", number), path, name)
        if scenario.name in scenarios:
            raise refused(draft, ("scenarios", number), f"{scenario.name} is named twice", "each scenario once")
        scenarios[scenario.name] = hold(draft, scenario, held, written.seed)
    if not scenarios:
        raise refused(draft, ("scenarios",), "names no scenario", "one or more")
    checked = [
        (("factors", number), factor, check_factor(draft, ("factors", number), factor, scenarios))
        for number, factor in enumerate(written.factors)
    ]
    check_apart(draft, checked)
    outcomes = check_outcomes(draft, written.outcomes, list(scenarios.values()))
    settled = written.model_copy(update={"settings": held, "outcomes": outcomes})
    return Study(path.stem, settled, scenarios)


def scenario_of(draft: Draft, place: KeyPath, path: Path, name: str) -> Scenario:
    """Load a scenario that a file names: a shipped one, or a TOML file from that file's folder."""
    shipped = [found.stem for found in scenario_directory().glob("*.toml")]
    beside = path.parent / name
    try:
        by_path = is_path(name) or (known_name(name, shipped) is None and is_file(beside))
        return load_scenario(beside if by_path else name)
    except InputError as problem:
        raise carried(draft, place, problem) from None


def check_outcomes(draft: Draft, outcomes: Sequence[Outcome], scenarios: Sequence[Scenario]) -> tuple[Outcome, ...]:
    """Return the outcomes with the names of their groups as tables write them; refuse what can't be kept."""
    checked = []
    for number, outcome in enumerate(outcomes):
        try:
            checked.append(check_outcome(outcome, scenarios))
        except PydanticCustomError as problem:
            raise unusable(draft, ("outcomes", number), dict(problem.context or {})) from None
    return tuple(checked)


def _check_names(draft: Draft, written: StudyFile) -> None:
    """Refuse two columns of one name, and a second list of initiatives."""
    taken = {"run", "point", "scenario", "replicate", "seed", "error"}
    names = [("factors", number, factor.name) for number, factor in enumerate(written.factors)]
    names += [("outcomes", number, outcome.name) for number, outcome in enumerate(written.outcomes)]
    for table, number, name in names:
        if name in taken:
            message = f"'{name}' is the name of another column"
            raise refused(draft, (table, number, "name"), message, "a name of its own")
        taken.add(name)
    lists = [number for number, outcome in enumerate(written.outcomes) if outcome.grain == "initiative"]
    if len(lists) > 1:
        raise refused(draft, ("outcomes", lists[1], "grain"), "initiatives are listed twice", "one list of them")


def hold(draft: Draft, scenario: Scenario, held: Mapping[str, object], seed: int) -> Scenario:
    """Return a scenario with the study's settings, taken together, and its seed."""
    for name in held:
        own = OF_THE_STUDY.get(full_key(name)) if is_setting(name) else None
        if own is not None:
            raise refused(_with_dotted_settings(draft), ("settings", name), "can't be held here", own)
    try:
        return scenario.with_settings({**held, "run.seed": seed, "run.runs": 1})
    except InputError as problem:
        at_fault = _at_fault(scenario, held, problem)
        raise carried(_with_dotted_settings(draft), ("settings", *at_fault), problem) from None


def _at_fault(scenario: Scenario, held: Mapping[str, object], problem: InputError) -> tuple[str, ...]:
    """Return the setting that a scenario refuses; none where only several together can't be used."""
    at = problem.key or ""
    for name in held:
        if at == name or f"{at}.".replace("[", ".").startswith(f"{full_key(name)}."):
            return (name,)
    for name, value in held.items():
        try:
            scenario.with_settings({name: value})
        except InputError:
            return (name,)
    return ()


def _with_dotted_settings(draft: Draft) -> Draft:
    """Return a draft that finds the lines of dotted settings: `run.start` is a table in a table for TOML."""
    dotted_places: dict[KeyPath, Place] = {
        ("settings", ".".join(map(str, path[1:]))): place
        for path, place in draft.places.items()
        if path[0] == "settings" and len(path) > 2
    }
    return Draft(draft.content, {**draft.places, **dotted_places}, draft.file)


def plug_in(name: str, draft: Draft | None = None) -> PlugIn:
    """Return the function that a study runs instead of the world."""
    module, _, function = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as problem:
        draft = draft or Draft({})
        moved = successor("module", module)
        why = f"{problem}" if moved is None else f"it is now {moved}:{function}"
        raise refused(draft, ("model",), f"'{name}' can't be imported ({why})", "module:function") from None
    plugged: PlugIn = found
    return plugged


def values_table(study: Study) -> dict[str, np.ndarray]:
    """Return the value of each factor at each point, by name."""
    columns: dict[str, np.ndarray] = {}
    for number, factor in enumerate(study.written.factors):
        values = [factor.value(float(at)) for at in study.places()[:, number]]
        columns[factor.name] = np.array(values, dtype=object if factor.is_text() else np.float64)
    return columns
