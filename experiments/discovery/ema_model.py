"""A study as a model of the EMA Workbench, whose ``perform_experiments`` then drives the same simulation as a sweep.

What the world does is an uncertainty, what donors and governments choose a lever, what a study holds a constant. The
same values of the factors give the same bits as the study's own runs. Needs ``pip install 'afteraid[discovery]'``.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rv_continuous

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import StudyError, nearest, one_of
from afteraid.simulation.scenario.settings import StrategySettings

from ..study.chunks import run_spec
from ..study.factors import Factor, Value
from ..study.given import StudyGiven, study_given
from ..study.study import RunSpec, Study
from .workbench import workbench

OF_NO_DESIGN = -1  # the number of a run, and of a point, that no design of a study has
REPLICATE = "replicate"


def ema_model(study: StudyGiven, scenario: str | None = None, replicate: int | None = None) -> Any:
    """Return a study as a model of the EMA Workbench: uncertainties, levers, constants and outcomes.

    A run that fails has no outcome (missing numbers, and a warning with its error), and the others go on.

    Args:
        study: a study, the name of a shipped one, or the path of its file.
        scenario: of the study; the first if left out.
        replicate: whose random numbers all experiments share; left out, the study's replicates are one more
            uncertainty.

    Returns:
        A ``Model``. A name that Python can't have (``cash.tolerance``) is written with underscores
        (``cash_tolerance``).

    Raises:
        InputError: an argument can't be used: no such replicate.
        StudyError: no such scenario, no outcome that is one number, two factors of one name in the
            workbench, or the workbench is missing.
    """
    ema = workbench()
    chosen = study_given(study)
    name = _scenario(chosen, arguments.text_or_none("scenario", scenario))
    count = chosen.written.replicates
    replicate = arguments.whole_or_none(REPLICATE, replicate, 0, count - 1)
    outcomes = [outcome.name for outcome in chosen.written.outcomes if outcome.is_number()]
    if not outcomes:
        raise StudyError(
            "keeps no outcome that is one number a run", key=chosen.name, expected="an outcome of one year"
        )
    names = identifiers([factor.name for factor in chosen.written.factors])
    title = "".join(filter(str.isalnum, chosen.name)) or "study"
    model = ema.Model(title, function=StudyFunction(chosen, name, names))
    parameters = [(factor, _parameter(ema, factor, names[factor.name])) for factor in chosen.written.factors]
    model.levers = [parameter for factor, parameter in parameters if is_lever(factor, chosen)]
    uncertain = [parameter for factor, parameter in parameters if not is_lever(factor, chosen)]
    held = _held(chosen, names)
    if replicate is None and count > 1:
        uncertain.append(ema.IntegerParameter(REPLICATE, 0, count - 1))
    else:
        held[REPLICATE] = replicate or 0
    model.uncertainties = uncertain
    model.constants = [ema.Constant(key, value) for key, value in held.items()]
    model.outcomes = [ema.ScalarOutcome(identifier(outcome), variable_name=outcome) for outcome in outcomes]
    return model


@dataclass(frozen=True)
class StudyFunction:
    """One run of a study as a function of its factors; it can be sent to the workbench's worker processes.

    Attributes:
        study, scenario: what is run.
        names: of each factor, what the workbench calls it.
    """

    study: Study
    scenario: str
    names: Mapping[str, str]

    def __call__(self, **experiment: Any) -> dict[str, float]:
        """Return the outcomes of one run, given the value of each factor and the replicate.

        Raises StudyError for a factor without a value.
        """
        values: dict[str, Value] = {}
        for factor in self.study.written.factors:
            called = self.names[factor.name]
            if called not in experiment:
                raise StudyError(f"the experiment gives {called} no value", key=factor.name)
            given = experiment[called]
            values[factor.name] = str(given) if factor.is_text() else float(given)
        if REPLICATE not in experiment:
            raise StudyError(f"the experiment gives {REPLICATE} no value", key=REPLICATE)
        replicate = arguments.replicate(_whole_in_table(experiment[REPLICATE]))
        spec = RunSpec(OF_NO_DESIGN, OF_NO_DESIGN, self.scenario, replicate, values)
        row = run_spec(self.study, spec)
        if row["error"] is not None:
            # raised, it would stop all other experiments, or leave them the outcomes of the run before
            warnings.warn(f"a run failed and has no outcome: {row['error']}", RuntimeWarning, stacklevel=2)
        outcomes = [outcome.name for outcome in self.study.written.outcomes if outcome.is_number()]
        return {outcome: float(row["numbers"].get(outcome, math.nan)) for outcome in outcomes}


def _whole_in_table(value: object) -> object:
    """Return a whole number that the workbench carries in a table of floats as a whole number; others as they are."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def identifier(name: str) -> str:
    """Return a name as Python can have it."""
    plain = re.sub(r"\W", "_", name)
    return f"_{plain}" if plain[:1].isdigit() or not plain else plain


def identifiers(names: list[str]) -> dict[str, str]:
    """Return what the workbench calls each factor; it has to be able to tell them apart.

    Raises StudyError where two would have one name, or one that the workbench uses itself.
    """
    found = {name: identifier(name) for name in names}
    taken = {"scenario", "policy", "model", REPLICATE}
    for name, called in found.items():
        if called in taken:
            raise StudyError(
                f"the workbench can't tell '{called}' from another name", key=name, expected="another name"
            )
        taken.add(called)
    return found


def is_lever(factor: Factor, study: Study) -> bool:
    """Say whether a factor is ours to choose: all that it sets is strategy. What mixes the two is the world's."""
    keys = [factor.target]
    if factor.name in study.own_settings:
        keys = [key for table in factor.alternatives.values() for key in table]
    return bool(study.scenarios) and all(
        key.startswith("strategy.") or key.partition(".")[0] in StrategySettings.model_fields for key in keys
    )


def _scenario(study: Study, scenario: str | None) -> str:
    """Return the name of the scenario that is run."""
    names = study.scenario_names
    if scenario is not None and scenario not in names:
        raise StudyError(
            f"no scenario is called '{scenario}'", key=study.name, expected=one_of(names, str(scenario)),
            nearest=nearest(scenario, names),
        )  # fmt: skip
    return scenario or names[0]


def _held(study: Study, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what the study holds in all runs, by name; they are in its scenarios already, and shown as constants."""
    held = {identifier(key): value for key, value in study.written.settings.items()}
    return {key: value for key, value in {"seed": study.written.seed, **held}.items() if key not in names.values()}


def _parameter(ema: Any, factor: Factor, name: str) -> Any:
    """Return a factor as a parameter of the workbench, with the same range, choices or distribution."""
    if factor.names():
        return ema.CategoricalParameter(name, list(factor.names()))
    low, high = (float(value) for value in factor.ends())
    if factor.whole:
        return ema.IntegerParameter(name, int(low), int(high))
    if factor.distribution == "uniform":
        return ema.RealParameter(name, low, high)
    return ema.RealParameter.from_dist(name, _Spread(factor, a=low, b=high)())


class _Spread(rv_continuous):
    """The distribution of a factor, as scipy has distributions: its quantiles are those that a sweep draws."""

    def __init__(self, factor: Factor, **options: Any) -> None:
        self._factor = factor
        super().__init__(**options)

    def _updated_ctor_param(self) -> dict[str, Any]:
        """Give what a copy is made of; scipy copies a distribution when it is frozen."""
        return {**super()._updated_ctor_param(), "factor": self._factor}  # type: ignore[misc]  # not in the stubs

    def _ppf(self, chance: Any, *shapes: Any) -> Any:
        """Return the quantiles; there are no shapes."""
        factor = self._factor
        return np.array([float(factor.value(float(at))) for at in np.ravel(chance)]).reshape(np.shape(chance))
