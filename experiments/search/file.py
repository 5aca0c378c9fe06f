"""Searches: what donors choose, what nobody chooses, what is sought and what must be kept to, as a file.

A search is read from a TOML file as a study is: its levers and uncertainties are written as a study's factors. Whatever
can't be used is a `StudyError` that names file, line, key, and the way out.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, Field, model_validator

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import InputError, StudyError, nearest, one_of
from afteraid.simulation.basis.frozen import Frozen
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.scenario.file import Draft
from afteraid.simulation.scenario.quantities import Number, Whole, refuse
from afteraid.simulation.scenario.scenario import Scenario, settings_of_budgets
from afteraid.simulation.scenario.settings import check_word
from afteraid.simulation.scenario.toml_file import KeyPath, full_names
from afteraid.simulation.scenario.vocabulary import HELD_EQUAL

from ..study.design import Design, places
from ..study.factor_checks import check_apart, check_factor
from ..study.factors import Factor, Value
from ..study.outcomes import Outcome
from ..study.study import check_outcomes, hold, plug_in, scenario_of
from ..study.written import carried, find_written, read_written, refused
from .levers import Lever
from .robustness import REGRETS, Direction, Over

SEARCH, FRESH = "search", "fresh"
AS_IT_IS = "as it is"  # the strategy of a plug-in's settings
TAKEN = {"strategy", "generation", "future", "sample", "error", "pareto", "kind", "violation", "run", "replicate"}


class Threshold(Frozen):
    """What an outcome has to be.

    Attributes:
        outcome: name of one of the search's outcomes.
        at_least, at_most: one of the two.
        of_baseline: the number multiplies what the scenario's own strategy has in the same future.
    """

    outcome: str
    at_least: Annotated[float, Number()] | None = None
    at_most: Annotated[float, Number()] | None = None
    of_baseline: bool = False

    @model_validator(mode="after")
    def _one_side(self) -> Threshold:
        if (self.at_least is None) == (self.at_most is None) or not math.isfinite(self.limit):
            raise refuse("has no single limit", "at_least or at_most", key=("outcome",))
        return self

    @property
    def limit(self) -> float:
        """Return the number."""
        return float(self.at_most if self.at_least is None else self.at_least)  # type: ignore[arg-type]

    @property
    def direction(self) -> Direction:
        """Return which way is safe."""
        return "less" if self.at_least is None else "more"


class Constraint(Threshold):
    """What a strategy has to keep to, such as a budget; `over` sums futures up (not a regret)."""

    over: Literal["mean", "percentile_10", "worst_tenth", "worst"] = "mean"


class Objective(Frozen):
    """One thing that is sought.

    Attributes:
        name: of its column; outcome and `over` where left out.
        outcome: name of one of the search's outcomes.
        direction: whether more of it is better, or less.
        over: how futures are summed up.
        meets: for satisficing, what has to be met in a future, all of it.
        words: what a reader calls it.
    """

    name: str = ""
    outcome: str = ""
    direction: Direction = "more"
    over: Over = "mean"
    meets: tuple[Threshold, ...] = ()
    words: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Objective:
        if (self.over == "satisficing") != bool(self.meets):
            raise refuse(
                "only satisficing has thresholds, and it has to", 'meets with over = "satisficing"', key=("over",)
            )
        if bool(self.outcome) == bool(self.meets):
            raise refuse("is of an outcome, or of thresholds", "outcome, or meets", key=("outcome",))
        if self.meets and self.direction == "less":
            raise refuse("more futures that meet the thresholds are better", '"more"', key=("direction",))
        if not self.name:
            plain = self.outcome if self.over == "mean" else "_".join(filter(None, (self.outcome, self.over)))
            object.__setattr__(self, "name", plain)
        return self

    @property
    def scored(self) -> Direction:
        """Return which way the summed-up number is better: less of a regret always is."""
        return "less" if self.over in REGRETS else self.direction


class SearchFile(Frozen):
    """A search as written.

    Attributes:
        title, question: for readers.
        scenario: whose world it is, and whose strategy is the one compared with.
        model: instead of the world, a function ``module:name`` of settings, seed and replicate that returns numbers.
        seed: of the futures, of their random numbers and of the search.
        futures, fresh_futures: how many each strategy is tried in; and how many others those found are tried in again.
        candidates, generations: how many strategies are tried at a time, and how often.
        keep: how many strategies of the Pareto front are tried in fresh futures and reported.
        chunk_runs: how many runs go to one file; by the number of runs if left out.
        references: scenarios whose strategies are tried as well. With the scenario's own, they are what regret is
            measured against.
        holds_equal: what no lever may change.
        settings: held in all runs, as ``--set`` takes them.
        levers, uncertainties, outcomes, objectives, constraints: see their classes.
    """

    title: str = ""
    question: str = ""
    scenario: str = "baseline"
    model: str = ""
    seed: Annotated[int, Whole(0, 2**63 - 1)] = 2025
    futures: Annotated[int, Whole(2, 10_000)] = 8
    fresh_futures: Annotated[int, Whole(2, 10_000)] = 16
    candidates: Annotated[int, Whole(4, 10_000)] = 24
    generations: Annotated[int, Whole(1, 10_000)] = 10
    keep: Annotated[int, Whole(1, 100)] = 8
    chunk_runs: Annotated[int, Whole(1, 10_000)] | None = None
    references: tuple[str, ...] = ()
    holds_equal: Annotated[str | None, check_word(HELD_EQUAL, "thing to hold equal")] = None
    settings: dict[str, Any] = Field(default_factory=dict)
    levers: tuple[Lever, ...] = Field(min_length=1)
    uncertainties: tuple[Factor, ...] = ()
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    objectives: tuple[Objective, ...] = Field(min_length=2)
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True)
class Search(Short):
    """A checked search.

    Attributes:
        name: that of its file.
        written: the file's content, checked.
        scenario: with the search's settings and seed; none for a plug-in.
        own: names of levers and uncertainties whose alternatives are tables of settings.
        references: what each strategy that is compared with sets, by name, the scenario's own first.
    """

    name: str
    written: SearchFile
    scenario: Scenario | None
    own: frozenset[str]
    references: dict[str, dict[str, object]]

    @property
    def base(self) -> str:
        """Return the name of the strategy that all are compared with."""
        return next(iter(self.references))

    def futures(self, sample: str) -> list[dict[str, Value]]:
        """Return the value of each uncertainty in each future of the search, or in the fresh ones."""
        fresh = sample == FRESH
        count = self.written.fresh_futures if fresh else self.written.futures
        # a design of its own: the same seed with another count would partly repeat the first
        seed = int(np.random.SeedSequence([self.written.seed, int(fresh)]).generate_state(1, np.uint64)[0])
        at = self._places(count, seed) if self.written.uncertainties else np.zeros((count, 0))
        return [
            {
                factor.name: factor.value(float(place))
                for factor, place in zip(self.written.uncertainties, row, strict=True)
            }
            for row in at
        ]

    def _places(self, count: int, seed: int) -> FloatArray:
        return places(Design(points=count), [() for _ in self.written.uncertainties], seed)

    @property
    def runs(self) -> int:
        """Return how many runs there are at most."""
        return self._fixed_runs() + self.written.generations * self.written.candidates * self.written.futures

    def _fixed_runs(self) -> int:
        written = self.written
        return len(self.references) * written.futures + (written.keep + len(self.references)) * written.fresh_futures

    def with_size(self, runs: int | None = None, generations: int | None = None, futures: int | None = None) -> Search:
        """Return the search with another number of generations and futures, or as many generations as runs allow.

        Raises StudyError when not one generation fits, and InputError for what is no such number.
        """
        sizes = {
            "generations": arguments.whole_or_none("generations", generations, 1, 10_000),
            "futures": arguments.whole_or_none("futures", futures, 2, 10_000),
        }
        known = {name: size for name, size in sizes.items() if size is not None}
        sized = replace(self, written=self.written.model_copy(update=known))
        if runs is None:
            return sized
        if generations is not None:
            raise StudyError("runs and generations both set the length", key="--runs", expected="one of them")
        each = sized.written.candidates * sized.written.futures
        least = sized._fixed_runs() + each
        if runs < least:
            raise StudyError(f"{runs} runs are too few for this search", key="--runs", expected=f"{least} or more")
        room = (runs - sized._fixed_runs()) // each
        return replace(sized, written=sized.written.model_copy(update={"generations": room}))


def search_directory() -> Path:
    """Return the folder of the shipped searches."""
    return Path(__file__).resolve().parents[1] / "searches"


def list_searches() -> list[str]:
    """Return the names of the shipped searches."""
    return sorted(path.stem for path in search_directory().glob("*.toml"))


def read_search(name_or_path: str | os.PathLike[str]) -> Search:
    """Read and check a search, by the name of a shipped one or the path of a TOML file.

    Raises StudyError, with file, line and key, for whatever can't be used.
    """
    path = find_written(arguments.name_or_path("search", name_or_path), search_directory(), list_searches(), "search")
    tables: dict[str, type[BaseModel]] = {
        "levers": Lever, "uncertainties": Factor, "outcomes": Outcome, "objectives": Objective,
        "constraints": Constraint,
    }  # fmt: skip
    draft, written = read_written(path, SearchFile, tables)
    _check_names(draft, written)
    for number, outcome in enumerate(written.outcomes):
        if not outcome.is_number() or (written.model and not outcome.measure):
            raise refused(
                draft, ("outcomes", number), "a search needs one number a run", "one group, and one year or over"
            )
    if written.model:
        plug_in(written.model, draft)
        own = {
            factor.name
            for factor in (*written.levers, *written.uncertainties)
            if factor.alternatives and not factor.sets
        }
        return Search(path.stem, written, None, frozenset(own), {AS_IT_IS: {}})
    scenario = hold(
        draft, scenario_of(draft, ("scenario",), path, written.scenario), full_names(written.settings), written.seed
    )
    outcomes = check_outcomes(draft, written.outcomes, [scenario])
    _check_objectives(draft, written, {outcome.name: outcome.measure for outcome in outcomes})
    own = {
        factor.name
        for number, factor in enumerate(written.uncertainties)
        if check_factor(draft, ("uncertainties", number), factor, {scenario.name: scenario})
    }
    own |= {lever.name for number, lever in enumerate(written.levers) if _check_lever(draft, number, lever, scenario)}
    varied: dict[str, Sequence[Factor]] = {"levers": written.levers, "uncertainties": written.uncertainties}
    everything = [(table, number, one) for table, factors in varied.items() for number, one in enumerate(factors)]
    check_apart(draft, [((table, number), one, one.name in own) for table, number, one in everything])
    for table, number, factor in everything:
        for settings in _tried(factor, factor.name in own):
            _check_side(draft, (table, number), scenario, settings, written.holds_equal)
    settled = written.model_copy(update={"settings": full_names(written.settings), "outcomes": outcomes})
    return Search(path.stem, settled, scenario, frozenset(own), _references(draft, path, settled, scenario))


def _check_names(draft: Draft, written: SearchFile) -> None:
    """Refuse two columns of one name, and names of outcomes that there are not."""
    outcomes = [outcome.name for outcome in written.outcomes]
    for tables in (("levers", "objectives"), ("uncertainties", "outcomes")):
        taken = set(TAKEN)
        for table in tables:
            for number, entry in enumerate(getattr(written, table)):
                if entry.name in taken:
                    message = f"'{entry.name}' is the name of another column"
                    raise refused(draft, (table, number, "name"), message, "a name of its own")
                taken.add(entry.name)
    asked: list[tuple[KeyPath, str]] = []
    for number, objective in enumerate(written.objectives):
        asked += [(("objectives", number, "outcome"), objective.outcome)] if objective.outcome else []
        asked += [(("objectives", number, "meets", place), one.outcome) for place, one in enumerate(objective.meets)]
    asked += [(("constraints", number, "outcome"), one.outcome) for number, one in enumerate(written.constraints)]
    for key, name in asked:
        if name not in outcomes:
            said = f"no outcome is called '{name}'"
            raise refused(draft, key, said, one_of(outcomes, name), nearest(name, outcomes))


def _check_objectives(draft: Draft, written: SearchFile, measures: Mapping[str, str]) -> None:
    """Refuse to seek a part of a whole: who leaves early has more that counts after exit, whatever becomes of it."""
    for number, objective in enumerate(written.objectives):
        sought: list[tuple[KeyPath, str]] = []
        sought += [(("objectives", number, "outcome"), objective.outcome)] if objective.outcome else []
        sought += [(("objectives", number, "meets", place), one.outcome) for place, one in enumerate(objective.meets)]
        for key, outcome in sought:
            whole = CATALOGUE[measures[outcome]].part_of
            if whole:
                said = f"{measures[outcome]} is a part of {whole}, which leaving early or late moves by itself"
                raise refused(draft, key, said, f"{whole}, or a headline such as serving_10_years_after_founding")


def _check_lever(draft: Draft, number: int, lever: Lever, scenario: Scenario) -> bool:
    """Try every part of a mix by itself, or the ends of any other; say if its alternatives are tables of settings."""
    if not lever.mix:
        return check_factor(draft, ("levers", number), lever, {scenario.name: scenario})
    for part in lever.mix:
        try:
            scenario.with_settings({lever.target: {part: 1.0}})
        except InputError as problem:
            raise carried(draft, ("levers", number, "mix"), problem) from None
    return False


def _tried(factor: Factor, own: bool) -> list[dict[str, object]]:
    """Return what the ends of a factor set."""
    if isinstance(factor, Lever) and factor.mix:
        return [{factor.target: {part: 1.0}} for part in factor.mix]
    return [factor.settings(value, own) for value in factor.ends()]


def _check_side(
    draft: Draft, place: KeyPath, scenario: Scenario, settings: Mapping[str, object], held: str | None
) -> None:
    """Refuse a lever that sets more than [strategy], an uncertainty that sets more than [world], and unequal money."""
    changed = scenario.with_settings(settings)
    allowed = "strategy" if place[0] == "levers" else "world"
    for section in ("run", "world", "strategy"):
        if section != allowed and getattr(changed, section) != getattr(scenario, section):
            what = "donors and governments choose" if allowed == "strategy" else "nobody chooses"
            raise refused(draft, (*place, "name"), f"it sets a value in [{section}]", f"[{allowed}]: what {what}")
    if held and allowed == "strategy" and settings_of_budgets(changed) != settings_of_budgets(scenario):
        raise refused(
            draft, ("holds_equal",), f"promises equal {held}, but the lever {place[1]} changes them", "no such lever"
        )


def _references(draft: Draft, path: Path, written: SearchFile, scenario: Scenario) -> dict[str, dict[str, object]]:
    """Return what the strategies that are compared with set, on the world of the search's scenario."""
    found: dict[str, dict[str, object]] = {scenario.name: {}}
    own = scenario.strategy.model_dump()
    for number, name in enumerate(written.references):
        other = scenario_of(draft, ("references", number), path, name)
        if other.name in found:
            raise refused(draft, ("references", number), f"{other.name} is named twice", "each one once")
        theirs = {f"strategy.{key}": value for key, value in other.strategy.model_dump().items() if value != own[key]}
        changed = scenario.with_settings(theirs)
        if written.holds_equal and settings_of_budgets(changed) != settings_of_budgets(scenario):
            said = f"{other.name} does not have equal {written.holds_equal}, which is promised"
            raise refused(draft, ("references", number), said, "a strategy with the same money")
        found[other.name] = theirs
    return found
