"""The model behaves as users of Mesa expect: batch runs, levers as arguments, rows that are what they say."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import mesa
import numpy as np
import pytest

from afteraid import FinancingModel, InputError, load_scenario
from afteraid.simulation.mesa_versions import RepeatedWorldWarning

PLAN = load_scenario("baseline", {"spinup": 2022, "start": 2022, "end": 2023})
NEWER = "rng" in inspect.signature(mesa.batch_run).parameters  # Mesa 3.4 and later


def batch(parameters: dict[str, Any], period: int = -1, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = mesa.batch_run(
        FinancingModel, {"scenario": [PLAN], **parameters}, data_collection_period=period, display_progress=False,
        **options,
    )  # fmt: skip
    return found


def test_iterations_of_a_batch_run_warn_with_the_line_that_works() -> None:
    options: dict[str, Any] = {"rng": [None] * 2} if NEWER else {"iterations": 2}
    with pytest.warns(RepeatedWorldWarning, match=r'write batch_run\(FinancingModel, \{"replicate": range\(3\)'):
        rows = batch({}, **options)
    assert rows[0]["use"] == rows[1]["use"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len({row["use"] for row in batch({"replicate": range(3)})}) == 3


@pytest.mark.skipif(not NEWER, reason="Mesa 3.3 gives models no seeds")
def test_seeds_of_a_newer_batch_run_give_different_worlds() -> None:
    assert len({row["use"] for row in batch({}, rng=[1, 2])}) == 2


@pytest.mark.parametrize("period", [-1, 1, 2])
def test_rows_of_a_batch_run_stand_at_their_quarter_and_end_with_the_last(period: int) -> None:
    model = FinancingModel(PLAN)
    model.run_model()
    reported = model.datacollector.get_model_vars_dataframe()
    rows = batch({}, period)
    assert [row["year"] for row in rows] == [2022.0 + row["Step"] / 4 for row in rows]
    assert [row["Step"] for row in rows] == ([4] if period == -1 else list(range(0, 5, period)))
    assert [row["use"] for row in rows] == [reported["use"][row["Step"]] for row in rows]
    assert rows[-1]["year"] == PLAN.run.end and rows[-1]["use"] == reported["use"].iloc[-1]


def test_a_batch_run_varies_levers() -> None:
    rows = batch({"funding": np.linspace(0.0, 1.0, 2), "coordination": [0.3]})
    outlays = {row["funding"]: row["donor_outlay_usd"] for row in rows}
    assert 0.0 <= outlays[0.0] < outlays[1.0]


def test_levers_and_settings_are_arguments_as_in_a_scenario_file() -> None:
    given = {"strategy.funding": 0.5, "closure.shape": 1.1, "world.satellite_arrival": 2023}
    written = PLAN.with_settings(given)
    model = FinancingModel(PLAN, funding=0.5, satellite_arrival=np.int64(2023), settings={"closure.shape": 1.1})
    assert model.plan == written
    assert FinancingModel(PLAN, settings=given).plan == written
    assert FinancingModel(PLAN, exits={"abrupt": 1.0}).plan.strategy.exits == {"abrupt": 1.0}
    assert model.world.values["closure.shape"] == 1.1


@pytest.mark.parametrize(
    ("arguments", "key", "said"),
    [
        ({"fundng": 0.5}, "fundng", "did you mean 'funding'"),
        ({"replicat": 1}, "replicat", "did you mean 'replicate'"),
        ({"settings": {"closure.shap": 1.0}}, "closure.shap", "did you mean 'closure.shape'"),
        ({"funding": 7.0}, "strategy.funding", "7 is out of range; expected a number from 0 to 5"),
        ({"funding": "a lot"}, "strategy.funding", "expected a number from 0 to 5"),
        ({"funding": 0.5, "settings": {"strategy.funding": 0.7}}, "funding", "is given twice"),
        ({"settings": 5}, "settings", "5 is no mapping"),
        ({"settings": {5: 1}}, "settings", "5 is not a text"),
        ({"runs": 5}, "runs", "can't be set here; expected one model for each run, or afteraid.run"),
        ({"settings": {"run.seed": 5}}, "run.seed", "can't be set here; expected the argument seed"),
        ({"world": 5}, "world", "5 is no world; expected what snapshot"),
    ],
)
def test_what_cannot_be_set_is_an_error_with_the_nearest_name(arguments: dict[str, Any], key: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        FinancingModel(PLAN, **arguments)
    assert refused.value.key == key and said in str(refused.value)
    assert refused.value.file is None and len(str(refused.value)) < 300


def test_a_world_to_go_on_from_keeps_its_levers_and_its_random_numbers() -> None:
    begun = FinancingModel(PLAN, seed=9, replicate=2)
    begun.step()
    kept = begun.snapshot()
    for arguments, said in (
        ({"seed": 3}, "seed: the world has seed 9"),
        ({"replicate": 1}, "replicate: the world is of replicate 2"),
        ({"funding": 0.5}, "funding: a world to go on from has its levers already"),
    ):
        with pytest.raises(InputError, match=said):
            FinancingModel(PLAN, world=kept, **arguments)
    going_on = FinancingModel.resume(kept, PLAN, funding=0.25, settings={"coordination": 0.5})
    assert going_on.seed_of_luck == 9
    assert (going_on.world.strategy.funding, going_on.world.strategy.coordination) == (0.25, 0.5)
    with pytest.raises(InputError, match="did you mean 'funding'"):
        FinancingModel.resume(kept, PLAN, fundin=0.25)
