"""The EMA Workbench drives the model: the bits of a sweep, within the study, and no run spoils another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_studies import (
    CAPACITY,
    EXITS,
    SERVING,
    UNIT_FACTORS,
    USE_IN_POOREST,
    boxed_study,
    swept,
    world_study,
    written,
)

from afteraid.experiments.discovery.ema_model import StudyFunction, ema_model, identifier
from afteraid.experiments.discovery.workbench import workbench
from afteraid.experiments.study.study import read_study
from afteraid.experiments.sweep.dataset import read_table
from afteraid.experiments.sweep.sweep import rerun
from afteraid.simulation.basis.errors import InputError, StudyError

pytest.importorskip("ema_workbench")


@pytest.fixture(scope="module")
def boxed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep in which y is low in a box that is known."""
    return swept(tmp_path_factory.mktemp("boxed"), boxed_study())


def sample(name: str, **values: Any) -> Any:
    """A scenario or a policy, as the version of the workbench has it."""
    ema = workbench()
    return (getattr(ema, "Sample", None) or ema.Scenario)(name, **values)


def policy(name: str, **values: Any) -> Any:
    ema = workbench()
    return (getattr(ema, "Sample", None) or ema.Policy)(name, **values)


def test_the_workbench_gives_the_bits_of_the_sweep(boxed: Path, tmp_path: Path) -> None:
    model = ema_model(written(tmp_path, boxed_study()))
    assert [item.name for item in model.uncertainties] == ["x1", "x2", "x3", "way"] and len(model.levers) == 0
    runs = read_table(boxed).head(40)
    scenarios = [sample(str(row["run"]), **{name: row[name] for name in ("x1", "x2", "x3", "way")})
                 for _, row in runs.iterrows()]  # fmt: skip
    experiments, outcomes = workbench().perform_experiments(model, scenarios=scenarios)
    assert np.array_equal(outcomes["y"], runs["y"].to_numpy()) and np.array_equal(outcomes["noise"], runs["noise"])
    assert experiments["way"].astype(str).tolist() == runs["way"].tolist()


def test_the_workbench_samples_within_the_study(tmp_path: Path) -> None:
    path = written(tmp_path, boxed_study(points=10, replicates=4))
    model = ema_model(path)
    experiments, outcomes = workbench().perform_experiments(model, scenarios=30)
    assert experiments["x1"].astype(float).between(0.0, 1.0).all() and len(outcomes["y"]) == 30
    assert set(experiments["replicate"].astype(int)) == {0, 1, 2, 3}  # luck is one more uncertainty
    assert set(experiments["way"].astype(str)) == {"abrupt", "phased", "adaptive", "government"}
    with pytest.raises(InputError, match="replicate: 4 is out of range; expected a whole number from 0 to 3"):
        ema_model(path, replicate=4)
    with pytest.raises(StudyError, match="no scenario is called 'baseline'"):
        ema_model(path, scenario="baseline")


def test_a_run_that_fails_leaves_the_others_alone(tmp_path: Path) -> None:
    path = written(tmp_path, 'model = "sweep_models:fails"\n' + UNIT_FACTORS + '[[outcomes]]\nmeasure = "y"\n')
    points = [sample(str(at), x1=at, x2=0.0, x3=0.0) for at in (0.2, 0.9, 0.3)]
    with pytest.warns(RuntimeWarning, match="ArithmeticError: x1 is 0.900"):
        _, outcomes = workbench().perform_experiments(ema_model(path), scenarios=points)
    assert np.isnan(outcomes["y"]).tolist() == [False, True, False]
    assert outcomes["y"][2] - outcomes["y"][0] == pytest.approx(0.1)


PLAN = """\
[[factors]]
name = "plan"
[factors.alternatives]
short = { transition_years = 1 }
long_and_slow = { transition_years = 6, technology_speed = 0.5 }
[[factors]]
name = "closure.sustainability"
distribution = "declared"
[[factors]]
name = "funding"
choices = [0.5, 1.0]
"""
WORLD = world_study(CAPACITY, EXITS, PLAN, USE_IN_POOREST, SERVING, end=2026)


@pytest.mark.slow
def test_the_workbench_drives_the_world_as_a_sweep_does(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, WORLD))
    model = ema_model(study)
    assert [item.name for item in model.levers] == ["capacity_share", "exits", "funding"]
    assert [item.name for item in model.uncertainties] == ["plan", "closure_sustainability", "replicate"]
    assert {item.name: item.value for item in model.constants} == {"seed": 2025, "spinup": 2023, "end": 2026}
    levers = {item.name for item in model.levers}
    for run in (1, 2):
        spec, row, _ = rerun(study, run)
        values = {identifier(name): value for name, value in spec.values.items()} | {"replicate": spec.replicate}
        chosen = {name: value for name, value in values.items() if name in levers}
        world = {name: value for name, value in values.items() if name not in levers}
        _, outcomes = workbench().perform_experiments(
            model, scenarios=[sample("one", **world)], policies=[policy(f"policy {run}", **chosen)]
        )
        assert list(outcomes) == list(row["numbers"])
        assert np.array_equal([values[0] for values in outcomes.values()], [*row["numbers"].values()], equal_nan=True)


def test_distributions_are_those_of_the_study(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, WORLD))
    parameter = ema_model(study).uncertainties["closure_sustainability"]
    factor = study.factors_by_name()["closure.sustainability"][0]
    chances = np.linspace(0.0, 1.0, 21)
    assert parameter.dist.ppf(chances) == pytest.approx([float(factor.value(float(at))) for at in chances])
    assert parameter.lower_bound == factor.value(0.0) and parameter.upper_bound == factor.value(1.0)


def test_a_factor_needs_a_value_and_a_name_of_its_own(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, boxed_study(points=10)))
    with pytest.raises(StudyError, match="gives x2 no value"):
        StudyFunction(study, "", {name: name for name in ("x1", "x2", "x3", "way")})(x1=0.5, replicate=0)
    path = written(tmp_path, boxed_study(points=10).replace('"way"', '"x.1"').replace('"x1"', '"x_1"'))
    with pytest.raises(StudyError, match="can't tell 'x_1'"):
        ema_model(path)
