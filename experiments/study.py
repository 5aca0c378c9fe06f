"""Studies: which scenarios, what is varied and how, how often, and what is kept.

A study is read from a TOML file, checked, and frozen. Whatever can't be used is a
:class:`~simulation.errors.StudyError` that names the file, the line, the key, what was expected, and the nearest name.
"""

from __future__ import annotations

import copy
import functools
import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from simulation.errors import InputError, StudyError, nearest
from simulation.quantities import Whole
from simulation.scenario import Scenario, load_scenario, scenario_directory
from simulation.scenario_file import Draft, KeyPath, Place, full_names, read_toml
from simulation.units import FloatArray

from .design import Design, places
from .factors import Factor, Value, settings_of
from .outcomes import Outcome, check_outcome

MOST_RUNS_IN_A_CHUNK, MOST_WITH_INITIATIVES, CHUNKS_AT_LEAST = 50, 5, 200
PlugIn = Callable[[Mapping[str, Any], int, int], Mapping[str, float]]


class StudyFile(BaseModel):
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

    model_config = ConfigDict(frozen=True, extra="forbid")

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
class RunSpec:
    """One run of a study: where it stands in the design, its scenario, its luck, and the values of its factors."""

    run: int
    point: int
    scenario: str
    replicate: int
    values: dict[str, Value]


@dataclass(frozen=True)
class Study:
    """A checked study. The number of a run stands for its point, scenario and replicate, and never changes.

    Attributes:
        name: that of its file.
        written: the file's content, checked.
        scenarios: by name, with the study's settings and seed; empty for a plug-in.
        own_settings: names of factors whose alternatives are tables of settings.
    """

    name: str
    written: StudyFile
    scenarios: dict[str, Scenario]
    own_settings: frozenset[str] = frozenset()

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
        """Return how many runs go to one file; it depends on the study alone, so that files are always the same."""
        if self.written.chunk_runs is not None:
            return self.written.chunk_runs
        heavy = any(outcome.grain == "initiative" for outcome in self.written.outcomes)
        most = MOST_WITH_INITIATIVES if heavy else MOST_RUNS_IN_A_CHUNK
        return max(1, min(most, self.runs // CHUNKS_AT_LEAST))

    @property
    def chunks(self) -> int:
        """Return how many files of runs there are."""
        return math.ceil(self.runs / self.chunk_runs)

    def chunk(self, number: int) -> range:
        """Return the runs of a chunk."""
        return range(number * self.chunk_runs, min((number + 1) * self.chunk_runs, self.runs))

    def places(self) -> FloatArray:
        """Return the points of the design, of shape (points, factors), between 0 and 1."""
        levels = tuple(tuple(map(float, factor.places())) for factor in self.written.factors)
        return _places(self.written.design, levels, self.written.seed)

    def spec(self, run: int) -> RunSpec:
        """Return what a run is made of, by its number."""
        if not 0 <= run < self.runs:
            raise StudyError(f"there is no run {run}", key=self.name, expected=f"a number from 0 to {self.runs - 1}")
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
    return Path(__file__).resolve().parent / "studies"


def list_studies() -> list[str]:
    """Return the names of the shipped studies."""
    return sorted(path.stem for path in study_directory().glob("*.toml"))


def read_study(name_or_path: str | Path) -> Study:
    """Read and check a study, by the name of a shipped one or the path of a TOML file.

    Raises StudyError, with file, line and key, for whatever can't be used.
    """
    path = _find(name_or_path)
    try:
        content, lines = read_toml(path)
    except InputError as problem:
        raise _study_error(problem) from None
    draft = Draft(content, {key: Place(str(path), line) for key, line in lines.items()}, str(path))
    try:
        written = StudyFile.model_validate(copy.deepcopy(content))
    except ValidationError as problem:
        errors = sorted(problem.errors(), key=lambda error: error["type"] != "extra_forbidden")
        raise _explain(draft, errors[0]) from None
    return _settle(draft, path, written)


def _find(name_or_path: str | Path) -> Path:
    """Return the file of a study."""
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or text.endswith(".toml") or "/" in text or "\\" in text:
        if Path(text).is_file():
            return Path(text)
        raise StudyError("no such study file", file=text, nearest=nearest(Path(text).stem, list_studies()))
    if text in list_studies():
        return study_directory() / f"{text}.toml"
    raise StudyError(
        f"no study is called '{text}'", expected="one of " + ", ".join(list_studies()),
        nearest=nearest(text, list_studies()),
    )  # fmt: skip


def _settle(draft: Draft, path: Path, written: StudyFile) -> Study:
    """Load the scenarios and check everything against them."""
    _check_names(draft, written)
    if written.model:
        plug_in(written.model, draft)
        for number, outcome in enumerate(written.outcomes):
            if not outcome.measure or not outcome.is_number():
                raise _refused(draft, ("outcomes", number), "a plug-in returns numbers by name", "measure alone")
        return Study(path.stem, written, {})
    held = full_names(written.settings)
    scenarios: dict[str, Scenario] = {}
    for number, name in enumerate(written.scenarios):
        beside = name if name in {found.stem for found in scenario_directory().glob("*.toml")} else path.parent / name
        try:
            scenario = load_scenario(beside if name.endswith(".toml") else name)
        except InputError as problem:
            raise _carried(draft, ("scenarios", number), problem) from None
        if scenario.name in scenarios:
            raise _refused(draft, ("scenarios", number), f"{scenario.name} is named twice", "each scenario once")
        scenarios[scenario.name] = _held(draft, scenario, held, written.seed)
    if not scenarios:
        raise _refused(draft, ("scenarios",), "names no scenario", "one or more")
    own = frozenset(_check_factor(draft, number, written, scenarios) for number in range(len(written.factors)))
    outcomes = []
    for number, outcome in enumerate(written.outcomes):
        try:
            outcomes.append(check_outcome(outcome, list(scenarios.values())))
        except PydanticCustomError as problem:
            raise _unusable(draft, ("outcomes", number), dict(problem.context or {})) from None
    settled = written.model_copy(update={"settings": held, "outcomes": tuple(outcomes)})
    return Study(path.stem, settled, scenarios, own - {""})


def _check_names(draft: Draft, written: StudyFile) -> None:
    """Refuse two columns of one name, and a second list of initiatives."""
    taken = {"run", "point", "scenario", "replicate", "seed", "error"}
    names = [("factors", number, factor.name) for number, factor in enumerate(written.factors)]
    names += [("outcomes", number, outcome.name) for number, outcome in enumerate(written.outcomes)]
    for table, number, name in names:
        if name in taken:
            message = f"'{name}' is the name of another column"
            raise _refused(draft, (table, number, "name"), message, "a name of its own")
        taken.add(name)
    lists = [number for number, outcome in enumerate(written.outcomes) if outcome.grain == "initiative"]
    if len(lists) > 1:
        raise _refused(draft, ("outcomes", lists[1], "grain"), "initiatives are listed twice", "one list of them")


def _held(draft: Draft, scenario: Scenario, held: Mapping[str, object], seed: int) -> Scenario:
    """Return a scenario with the study's settings and seed."""
    for name, value in held.items():
        try:
            scenario.with_settings({name: value})
        except InputError as problem:
            raise _carried(draft, ("settings", name), problem) from None
    try:
        return scenario.with_settings({**held, "run.seed": seed, "run.runs": 1})
    except InputError as problem:  # each by itself is fine, but not all together
        raise _carried(draft, ("settings",), problem) from None


def _check_factor(draft: Draft, number: int, written: StudyFile, scenarios: Mapping[str, Scenario]) -> str:
    """Try every choice, or both ends, in every scenario; return the name if its alternatives are tables of settings."""
    factor = written.factors[number]
    first = next(iter(scenarios.values()))
    own = bool(factor.alternatives) and not factor.sets and not _is_setting(first, factor.name)
    for value in factor.ends():
        key = "alternatives" if factor.alternatives else "choices" if factor.choices else ""
        if not key:
            key = "low" if value == factor.ends()[0] else "high"
        place: KeyPath = ("factors", number, key, *((str(value),) if factor.alternatives else ()))
        if own and not isinstance(factor.alternatives[str(value)], dict):
            message = f"{factor.name} is no setting, so that each alternative has to be a table of settings"
            raise _refused(draft, place, message, 'such as { "strategy.coordination" = 0.5 }, or sets = "a setting"')
        for scenario in scenarios.values():
            try:
                scenario.with_settings(factor.settings(value, own))
            except InputError as problem:
                unknown = problem.message == "no such setting" and not own
                where = ("factors", number, "sets" if factor.sets else "name") if unknown else place
                raise _carried(draft, where, problem) from None
    return factor.name if own else ""


def _is_setting(scenario: Scenario, name: str) -> bool:
    """Say whether a name is that of a lever, setting or parameter."""
    try:
        scenario.with_settings({name: None})
    except InputError as problem:
        return problem.message != "no such setting"
    return True


def plug_in(name: str, draft: Draft | None = None) -> PlugIn:
    """Return the function that a study runs instead of the world."""
    module, _, function = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as problem:
        draft = draft or Draft({})
        message = f"'{name}' can't be imported ({problem})"
        raise _refused(draft, ("model",), message, "module:function") from None
    plugged: PlugIn = found
    return plugged


def _explain(draft: Draft, error: ErrorDetails) -> StudyError:
    """Say in the field's words what pydantic found."""
    path: KeyPath = error["loc"]
    if error["type"] == "unusable":
        return _unusable(draft, path, error["ctx"])
    if error["type"] == "extra_forbidden":
        valid = _fields_at(path[:-1])
        return _refused(draft, path, "no such key", "one of " + ", ".join(valid), nearest(str(path[-1]), valid))
    if error["type"] == "missing" or (error["type"] == "too_short" and path == ("outcomes",)):
        return _refused(draft, path, "is missing", _fields_expected(path))
    kinds = {
        "literal_error": str(error.get("ctx", {}).get("expected")), "string_type": "text in quotes",
        "bool_type": "true or false", "dict_type": "a table", "tuple_type": "a list in square brackets",
        "float_type": "a number", "int_type": "a whole number", "model_type": "a table",
        "model_attributes_type": "a table", "string_too_short": "a name",
    }  # fmt: skip
    wanted = kinds.get(error["type"])
    if wanted is None:
        return _refused(draft, _known_part(path), error["msg"])
    valid = [part.strip().strip("'") for part in wanted.replace(" or ", ", ").split(",")]
    close = nearest(str(error["input"]), valid) if error["type"] == "literal_error" else None
    return _refused(draft, _known_part(path), f"{error['input']!r} can't be used here", wanted, close)


def _known_part(path: KeyPath) -> KeyPath:
    """Leave off what pydantic adds to a place to say which kind it tried."""
    kept = [part for part in path if isinstance(part, int) or not ("[" in part or part.startswith("literal"))]
    return tuple(kept)


def _fields_at(path: KeyPath) -> list[str]:
    """List the valid keys of a table."""
    tables: dict[str, type[BaseModel]] = {"design": Design, "factors": Factor, "outcomes": Outcome}
    return list(tables.get(str(path[0]), StudyFile).model_fields if path else StudyFile.model_fields)


def _fields_expected(path: KeyPath) -> str | None:
    return "[[outcomes]] with what to keep of each run" if path == ("outcomes",) else None


def _unusable(draft: Draft, path: KeyPath, context: Mapping[str, Any]) -> StudyError:
    return _refused(draft, (*path, *context["key"]), context["message"], context["expected"], context["nearest"])


def _refused(
    draft: Draft, path: KeyPath, message: str, expected: str | None = None, close: str | None = None
) -> StudyError:
    return _study_error(draft.error(path, message, expected=expected, nearest=close))


def _carried(draft: Draft, path: KeyPath, problem: InputError) -> StudyError:
    """Say what a scenario refuses, at the place of the study that asks for it."""
    inner = "" if problem.key is None or problem.key in path else f"{problem.key}: "
    return _refused(draft, path, f"{inner}{problem.message}", problem.expected, problem.nearest)


def _study_error(problem: InputError) -> StudyError:
    return StudyError(problem.message, problem.file, problem.line, problem.key, problem.expected, problem.nearest)


def values_table(study: Study) -> dict[str, np.ndarray]:
    """Return the value of each factor at each point, by name."""
    columns: dict[str, np.ndarray] = {}
    for number, factor in enumerate(study.written.factors):
        values = [factor.value(float(at)) for at in study.places()[:, number]]
        columns[factor.name] = np.array(values, dtype=object if factor.is_text() else np.float64)
    return columns
